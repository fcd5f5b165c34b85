"""Examines a course: what an author must not forget, tried rather than believed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import nbformat

from autograder.doors.nbgrader.releases import ReleaseError, generate
from autograder.exercises import assignments, texts
from autograder.exercises.completeness import gaps
from autograder.running.broken import GraderBrokenError
from autograder.running.cells import NotebookError, question_of
from autograder.running.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbformat import NotebookNode

    from autograder.exercises.model import Assignment


@dataclass(frozen=True)
class Finding:
    """One thing examined: what, whether it is fine, and what there is to say."""

    what: str
    fine: bool
    says: str = ""


def examine(course: Path, *, quick: bool, on_step: Callable[[str], None], confined: bool = True) -> Iterator[Finding]:
    """Examines everything; ``quick`` leaves out what runs notebooks."""
    on_step("texts")
    yield _finding("texts are complete in every language", gaps())
    for assignment in assignments().values():
        on_step(f"source/{assignment.name}")
        yield _finding(f"source/{assignment.name}: cells and questions agree", list(_disagreements(course, assignment)))
    on_step("releases")
    yield _finding("releases are what source/ generates", list(stale_releases(course)))
    if quick:
        return
    for assignment in assignments().values():
        on_step(f"running source/{assignment.name}")
        yield _run(course / "source" / assignment.name / f"{assignment.name}.ipynb", full=True, confined=confined)
        for language in texts.LANGUAGES:
            on_step(f"running release/{language}/{assignment.name}")
            path = course / "release" / language / assignment.name / f"{assignment.name}.ipynb"
            yield _run(path, full=False, confined=confined)


def _finding(what: str, problems: list[str]) -> Finding:
    return Finding(what, not problems, "; ".join(problems))


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _disagreements(course: Path, assignment: Assignment) -> Iterator[str]:
    """Where a source's cells and the exercises' module do not say the same."""
    path = course / "source" / assignment.name / f"{assignment.name}.ipynb"
    if not path.is_file():
        yield "there is no source notebook"
        return
    graded: dict[str, float] = {}
    for cell in _read(path).cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        name = nbgrader.get("grade_id")
        if nbgrader.get("grade"):
            graded[name] = nbgrader.get("points")
            by_hand = name in assignment.questions and assignment.questions[name].by_hand
            if not by_hand and question_of({**cell, "metadata": {}}) != name:
                yield f"the check cell of {name} does not end with check({name!r})"
        if nbgrader.get("locked") and ("autograder" in cell.metadata or not cell.source.isascii()):
            yield f"the locked cell {name} is not the same in every language"
        if cell.get("outputs"):
            yield f"the cell {name or cell.id} has outputs"
    points = {question.name: question.points for question in assignment.questions.values()}
    for name in sorted(set(points) | set(graded)):
        if graded.get(name) != points.get(name):
            yield f"{name} has {graded.get(name)} points in the notebook and {points.get(name)} in the module"


def stale_releases(course: Path) -> Iterator[str]:
    """Releases that differ from what nbgrader generates from the source now."""
    with TemporaryDirectory(prefix="course-") as scratch:
        copy = Path(scratch)
        shutil.copytree(course / "source", copy / "source", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        shutil.copy(course / "nbgrader_config.py", copy)
        try:
            made = list(generate(copy))
        except ReleaseError as error:
            yield str(error)
            return
        for place in made:
            name = f"{Path(place).name}.ipynb"
            theirs, ours = copy / place / name, course / place / name
            if not ours.is_file() or _read(ours) != _read(theirs):
                yield f"{place} is out of date: run `autograder release`"


def _run(path: Path, *, full: bool, confined: bool) -> Finding:
    place = path.parent.relative_to(path.parents[2 if full else 3])
    what = f"{place} earns {'full marks' if full else 'nothing'}"
    try:
        reports = Trial(path, confined=confined).reports()
    except (NotebookError, GraderBrokenError) as error:
        return Finding(what, fine=False, says=str(error))
    wrong = [
        f"{report.question} {report.score:g}/{report.points:g}"
        for report in reports.values()
        if report.score != (report.points if full else 0)
    ]
    return _finding(what, wrong)
