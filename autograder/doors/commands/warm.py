"""``autograder warm``: the trainings of the sources, before a class hands in."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from autograder.doors.commands.terminal import FAILED, UNUSABLE, Course, console, errors, stop

if TYPE_CHECKING:
    from nbformat import NotebookNode


def warm(course: Course = Path()) -> None:
    """Carry out the trainings of `source/` once, so that a class's right answers need none.

    Their results are kept in the course's folder `fits/`, where notebooks that are graded look them up. Without this,
    the first submission that needs a training waits for it, and everybody after it does not.
    """
    from autograder.exercises import NAMES
    from autograder.running.broken import GraderBrokenError
    from autograder.running.cells import check_cells
    from autograder.running.confinement import Limits
    from autograder.running.confinement.offers import CannotConfineError, require
    from autograder.running.fits.service import fits_of
    from autograder.running.fits.warm import warm as carry_out
    from autograder.running.judged import run_and_ask

    sources = [course / "source" / name / f"{name}.ipynb" for name in NAMES]
    there = [path for path in sources if path.is_file()]
    if not there:
        stop(f"{course.resolve()} holds no source/: run this in the course's folder, or name it.", UNUSABLE)
    fits = fits_of(course)

    def run(notebook: NotebookNode, path: Path) -> None:
        questions = dict.fromkeys(check_cells(notebook).values(), 0)
        run_and_ask(notebook, questions, files=path.parent, limits=Limits(), fits=fits)

    failed = False
    try:
        require()
        for path in there:
            with errors.status(f"running {path.parent.name} …"):
                (done,) = carry_out([path], fits, partial(run, path=path))
            console.print(f"{path.parent.name}: {done.trained} results added", highlight=False)
            for error in done.errors:
                failed = True
                errors.print(f"  {error}", markup=False, highlight=False)
    except CannotConfineError as error:
        stop(f"{error}.", UNUSABLE)
    except GraderBrokenError as error:
        stop(str(error), FAILED)
    if failed:
        raise typer.Exit(FAILED)
