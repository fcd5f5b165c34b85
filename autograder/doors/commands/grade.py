"""``autograder grade``: a whole class."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import warnings
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autograder.doors.commands.terminal import (
    FAILED,
    INTERRUPTED,
    UNUSABLE,
    Course,
    Unconfined,
    console,
    errors,
    not_graded,
    stop,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.running.classroom.crew import Crew
    from autograder.running.fits.service import Connected, Fits
    from autograder.running.kernels.opening import Opening

_ALLOCATIONS = 50_000
"""After so many more objects, look for what can be thrown away: a notebook has thousands."""


def grade(  # noqa: PLR0913 - each is one thing a teacher decides
    assignment: Annotated[str, typer.Argument(help="The assignment, such as hidden_layer.", show_default=False)],
    course: Course = Path(),
    *,
    workers: Annotated[
        int, typer.Option("--workers", "-n", min=1, help="How many notebooks run at a time.", show_default="processors")
    ] = os.cpu_count() or 1,
    only: Annotated[
        list[str] | None, typer.Option(help="Grade this learner; may be given several times.", show_default=False)
    ] = None,
    feedback: Annotated[bool, typer.Option(help="Generate nbgrader's feedback, too.")] = True,
    force: Annotated[
        bool, typer.Option("--force", help="Run and grade every submission again, also what has not changed.")
    ] = False,
    cluster: Annotated[
        str,
        typer.Option(
            help="Run notebooks on a Dask cluster: the address of its scheduler, or `local` for one on this machine.",
            show_default=False,
        ),
    ] = "",
    cache: Annotated[
        bool, typer.Option(help="Look up trainings that were carried out before. Marks are the same either way.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Write the outcome for machines to standard output.")] = False,
    unconfined: Unconfined = False,
) -> None:
    """Grade a class: several notebooks at a time, and only what has changed.

    Marks, graded notebooks and feedback are nbgrader's own. Ctrl-C, or anything else that stops this command, costs
    only the notebooks that were running: start it again, and it goes on. Exits 1 when a submission could not be graded.
    """
    began = time.monotonic()
    gc.disable()
    _begin(course, assignment, unconfined=unconfined or bool(cluster))
    from autograder.doors.commands.class_display import ClassDisplay, Graded, show_class
    from autograder.doors.nbgrader.desk import Desk
    from autograder.doors.nbgrader.grade import State
    from autograder.doors.nbgrader.grade import grade as grade_class
    from autograder.doors.nbgrader.gradebooks import one_engine
    from autograder.doors.nbgrader.releases import course_api
    from autograder.exercises import NAMES, texts
    from autograder.running.classroom.alone import alone
    from autograder.running.classroom.classroom import Classroom
    from autograder.running.confinement.offers import require
    from autograder.running.seeds import secret
    from autograder.running.store import FOLDER

    # What is loaded by now stays: there is nothing to be found in it, and looking takes a sixth of the time.
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)
    gc.enable()
    if assignment not in NAMES:
        stop(f"There is no assignment {assignment}: use one of {', '.join(NAMES)}.", UNUSABLE)
    warnings.filterwarnings("ignore", module="nbgrader")  # SQLAlchemy's, about how nbgrader uses it
    with _said_in_one_sentence(), one_engine(), ExitStack() as stack:
        stopping = stack.enter_context(_until_interrupted())
        api = stack.enter_context(course_api(course, os.environ.get("AUTOGRADER_LANGUAGE", texts.LANGUAGES[0])))
        confined = not (unconfined or api.config.JudgedExecute.get("unconfined", False))
        if confined:
            require()
        api.config.JudgedExecute.unconfined = not confined
        secret(course)
        scratch = stack.enter_context(alone(course / FOLDER / assignment))
        desk = Desk(api, course, assignment, scratch, feedback=feedback)
        learners = _chosen(desk, assignment, only or [])
        api.config.JudgedExecute.cache = cache
        fits = stack.enter_context(_fits(course, scratch)) if cache else None
        crew = _crew(cluster, workers, scratch, fits, desk.openings() if confined else None)
        # The workers of a cluster have trainers of their own.
        ours = fits[0] if fits and not cluster else None
        classroom = Classroom(
            desk.store, crew, anew=force, before_training=ours.trainers.begin if ours else lambda: None
        )
        outcomes = []
        with ClassDisplay(len(learners), crew, errors) as display:
            stack.callback(classroom.stop)
            for outcome in grade_class(desk, classroom, learners, on_step=display.step, stopping=stopping):
                outcomes.append(outcome)
                display.done(outcome)
        graded = Graded(
            assignment,
            outcomes,
            desk.totals(),
            time.monotonic() - began,
            looked_up=ours.found if ours else None,
            trained=ours.trainers.trained if ours else None,
        )
        sys.stdout.write(graded.as_json()) if as_json else show_class(console, graded)
        if stopping():
            left = len(learners) - len(outcomes)
            stop(f"Stopped; {left} of {len(learners)} are left. The same command goes on from here.", INTERRUPTED)
    if any(outcome.state is State.LOST for outcome in outcomes):
        raise typer.Exit(FAILED)


def _begin(course: Path, assignment: str, *, unconfined: bool) -> None:
    """Starts what kernels are forked from, if there is certainly something to be run: while it imports, so do we."""
    from autograder.exercises import NAMES
    from autograder.running.confinement.offers import obstacle
    from autograder.running.store import FOLDER

    first_time = assignment in NAMES and (course / "submitted").is_dir() and not (course / FOLDER / assignment).exists()
    if first_time and not unconfined and not obstacle():
        from autograder.running.kernels.shared import begin

        begin()


@contextmanager
def _said_in_one_sentence() -> Iterator[None]:
    """Ends the command with what went wrong."""
    from sqlalchemy.exc import SQLAlchemyError

    from autograder.doors.nbgrader.releases import ReleaseError
    from autograder.running.classroom.alone import BusyError

    try:
        with not_graded("anybody's answer"):
            yield
    except (ReleaseError, BusyError) as error:
        stop(str(error), UNUSABLE)
    except SQLAlchemyError as error:
        stop(f"The gradebook cannot be used: {str(error).splitlines()[0]}", UNUSABLE)
    except OSError as error:
        stop(f"A file cannot be read or written: {error}", UNUSABLE)


def _chosen(desk: Any, assignment: str, only: list[str]) -> list[str]:
    if not desk.known():
        stop(
            f"The gradebook does not know {assignment} yet: run `nbgrader generate_assignment {assignment}` first.",
            UNUSABLE,
        )
    learners: list[str] = desk.learners()
    absent = sorted(set(only) - set(learners))
    if absent or not learners:
        stop(f"There is no submission of {absent[0] if absent else 'anybody'} for {assignment}.", UNUSABLE)
    return only or learners


@contextmanager
def _fits(course: Path, scratch: Path) -> Iterator[tuple[Fits, Connected]]:
    """The trainers of all workers of this machine, and how they reach them."""
    from autograder.running.fits.service import Connected, fits_of

    fits, place = fits_of(course), scratch / "fits.socket"
    with fits.listening(place):
        yield fits, Connected(fits.folder, place)


def _crew(
    cluster: str,
    workers: int,
    scratch: Path,
    fits: tuple[Fits, Connected] | None,
    openings: Sequence[Opening] | None,
) -> Crew:
    """``openings``: None where kernels are not confined, and so not forked."""
    from autograder.running.classroom.perform import perform, perform_elsewhere

    if not cluster:
        from autograder.running.classroom.crew import LocalCrew

        ours, line = fits or (None, None)
        crew = LocalCrew(workers, str(scratch), partial(perform, fits=line), openings)
        if ours:
            ours.relay.waiting = ours.trainers.waiting = crew.one_waits
        return crew
    try:
        from autograder.running.classroom.cluster import ClusterError, DaskCrew
    except ImportError:
        stop("--cluster needs Dask: pip install 'autograder-hidden-layers[cluster]'.", UNUSABLE)
    try:
        return DaskCrew(cluster, workers, perform_elsewhere if fits else perform)
    except ClusterError as error:
        stop(str(error), UNUSABLE)


@contextmanager
def _until_interrupted() -> Iterator[Callable[[], bool]]:
    """A function that says whether to stop: Ctrl-C ends nothing in the middle. A second one does."""
    interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal interrupted
        if interrupted:
            raise KeyboardInterrupt
        interrupted = True

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
