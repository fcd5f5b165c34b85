"""Marks a class again from the evidence that was kept, without running a notebook: after a check was corrected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.preprocessors import SaveAutoGrades

from autograder.doors.nbgrader.execute import write_marks
from autograder.evidence.wire import WireError
from autograder.running.broken import GraderBrokenError
from autograder.running.classroom.kept import DamagedError
from autograder.running.judged import judge_again
from autograder.running.store import EvidenceStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.judging.verdicts import Report


@dataclass(frozen=True)
class Change:
    """A mark that would change: from what the gradebook holds to what the checks give now."""

    learner: str
    question: str
    before: float | None
    after: float


@dataclass(frozen=True)
class Rejudged:
    """One learner's reports from kept evidence.

    Attributes:
        learner: whose.
        reports: by question; empty where ``problem`` says why.
        language: of the feedback.
        changes: marks that differ from the gradebook's.
        problem: why nothing could be judged; empty when it could.
    """

    learner: str
    reports: dict[str, Report]
    language: str
    changes: tuple[Change, ...]
    problem: str = ""


def rejudge(api: Any, course: Path, assignment: str, on_learner: Callable[[str, int, int], None]) -> list[Rejudged]:
    """Judges everybody's kept evidence; changes nothing.

    Args:
        api: nbgrader's API for the course.
        course: its folder.
        assignment: which.
        on_learner: called with a learner's name, a number and their count before each.
    """
    store = EvidenceStore(course, assignment)
    learners = store.learners()
    found = []
    for number, learner in enumerate(learners, 1):
        on_learner(learner, number, len(learners))
        try:
            kept, language = store.read(learner)
            reports = judge_again(kept.packed, kept.seeds, confined=kept.confined)
        except (OSError, DamagedError, WireError, GraderBrokenError) as error:
            found.append(Rejudged(learner, {}, "", (), " ".join(str(error).split())))
            continue
        before = _marks(api, assignment, learner)
        changes = tuple(
            Change(learner, name, before.get(name), report.score)
            for name, report in reports.items()
            if before.get(name) != report.score
        )
        found.append(Rejudged(learner, reports, language, changes))
    return found


def _marks(api: Any, assignment: str, learner: str) -> dict[str, float | None]:
    with api.gradebook as gradebook:
        grades = gradebook.find_submission_notebook(assignment, assignment, learner).grades
        return {grade.name: grade.auto_score for grade in grades}


def write(api: Any, assignment: str, rejudged: Rejudged) -> None:
    """Writes one learner's new marks into the graded notebook and, by nbgrader's own means, the gradebook."""
    folder = api.coursedir.format_path(api.coursedir.autograded_directory, rejudged.learner, assignment)
    path = Path(folder) / f"{assignment}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    write_marks(notebook, rejudged.reports, rejudged.language)
    draft = path.with_suffix(".incoming")
    nbformat.write(notebook, draft)
    mode = path.stat().st_mode
    draft.chmod(mode)
    draft.replace(path)
    facts = {
        "notebook": assignment,
        "assignment": assignment,
        "student": rejudged.learner,
        "db_url": api.coursedir.db_url,
    }
    SaveAutoGrades(parent=api).preprocess(notebook, {"nbgrader": facts})
