"""The teacher's desk: what was handed in, and what nbgrader has recorded of it. One process, one learner at a time."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from nbgrader.api import MissingEntry

from autograder import __version__
from autograder.doors.nbgrader.prepare import prepare, record
from autograder.doors.nbgrader.release import openings
from autograder.running.store import EvidenceStore, version_of_checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.running.classroom.submission import Submission
    from autograder.running.kernels.opening import Opening
    from autograder.running.store import Judged

_ERROR = re.compile(r"^\[ERROR\] (?!There was an error|Please see|Traceback)(.+)$", re.MULTILINE)
_LAST_OF_A_TRACEBACK = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception|Entry)): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Prepared:
    """A submission as nbgrader would run it; ``content``: a hash of everything that it was made from."""

    submission: Submission
    content: str


class Desk:
    """One assignment of a course."""

    def __init__(self, api: Any, course: Path, assignment: str, scratch: Path, *, feedback: bool) -> None:
        """``feedback``: generate it, too."""
        self.store = EvidenceStore(course, assignment)
        self._api, self._course, self._assignment = api, course.resolve(), assignment
        self._scratch, self._feedback = scratch, feedback
        self._recorded = self._marks()

    def learners(self) -> list[str]:
        """Who has handed in."""
        found: set[str] = self._api.get_submitted_students(self._assignment)
        return sorted(found - {*self._api.coursedir.student_id_exclude.split(",")})

    def openings(self) -> list[Opening]:
        """What submissions begin with."""
        return openings(self._file("source", ".", "ipynb"))

    def known(self) -> bool:
        """Whether the gradebook knows the assignment."""
        with self._api.gradebook as gradebook:
            return self._assignment in {assignment.name for assignment in gradebook.assignments}

    def unchanged(self, learner: str) -> bool:
        """Whether nothing has changed since a learner was graded completely.

        By content, not by time: neither the submission nor the source, the configuration nor the checks; and the
        gradebook has the marks that were recorded then.
        """
        receipt = self.store.receipt(learner)
        return (
            receipt is not None
            and receipt["graded"] == self._graded(learner)
            and receipt["marks"] == self._recorded.get(learner)
            and self._file("autograded", learner, "ipynb").is_file()
            and (not self._feedback or self._file("feedback", learner, "html").is_file())
        )

    def prepare(self, learner: str) -> Prepared | None:
        """What nbgrader would run; None where it would not come that far."""
        content = self._graded(learner)
        with TemporaryDirectory(dir=self._scratch) as scratch:
            submission = prepare(self._api, self._assignment, learner, Path(scratch))
        return Prepared(submission, content) if submission else None

    def record(self, learner: str, prepared: Prepared | None = None, judged: Judged | None = None) -> str:
        """Has nbgrader grade a learner; returns why that failed, or nothing.

        Args:
            learner: whose submission.
            prepared: what ``prepare`` gave.
            judged: what that earned. Without it, or where the submission has changed since, nbgrader begins anew.
        """
        graded = self._graded(learner)
        self.store.keep_receipt(learner, None)

        def autograde() -> dict[str, Any]:
            if prepared and judged and prepared.content == graded:
                return record(self._api, self._assignment, learner, prepared.submission, judged)
            anew: dict[str, Any] = self._api.autograde(self._assignment, learner)
            return anew

        def generate_feedback() -> dict[str, Any]:
            done: dict[str, Any] = self._api.generate_feedback(self._assignment, learner)
            return done

        for step in [autograde, *([generate_feedback] if self._feedback else [])]:
            done = step()
            if not done["success"]:
                return _reason(done).replace(f"{self._course}{os.sep}", "")
        self.store.keep_receipt(learner, {"graded": graded, "marks": self._marks(learner)[learner]})
        return ""

    def totals(self) -> dict[str, tuple[float, float]]:
        """Everybody's mark and the highest possible, as the gradebook has them."""
        with self._api.gradebook as gradebook:
            found = gradebook.submission_dicts(self._assignment)
        return {item["student"]: (item["score"], item["max_score"]) for item in found}

    def _marks(self, learner: str = "") -> dict[str, dict[str, float | None]]:
        """What was marked automatically, by learner and question."""
        with self._api.gradebook as gradebook:
            try:
                if learner:
                    found = [gradebook.find_submission(self._assignment, learner)]
                else:
                    found = gradebook.assignment_submissions(self._assignment)
            except MissingEntry:
                return {}
            return {
                submission.student_id: {
                    grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades
                }
                for submission in found
            }

    def _file(self, step: str, learner: str, suffix: str) -> Path:
        course = self._api.coursedir
        folder = course.format_path(getattr(course, f"{step}_directory"), learner, self._assignment)
        return Path(folder, f"{self._assignment}.{suffix}")

    def _graded(self, learner: str) -> str:
        """A hash of everything that marks and feedback are made from."""
        course = self._api.coursedir
        settings = repr(self._api.config).replace(str(self._course), "")  # a course that was moved is the same
        content = hashlib.sha256(f"{__version__}\0{version_of_checks()}\0{settings}".encode(errors="replace"))
        for folder, who in ((course.submitted_directory, learner), (course.source_directory, ".")):
            place = Path(course.format_path(folder, who, self._assignment))
            for path in sorted(_files(place)):
                content.update(str(path.relative_to(place)).encode(errors="replace") + b"\0")
                content.update(hashlib.sha256(path.read_bytes()).digest())
        return content.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path


def _reason(result: dict[str, Any]) -> str:
    """One sentence of what nbgrader says about a failure."""
    log = f"{result.get('log', '')}\n{result.get('error', '')}"
    said = _ERROR.search(log)
    if said:
        return said[1].strip()
    raised = _LAST_OF_A_TRACEBACK.search(log)
    return f"{raised[1]}: {raised[2]}" if raised else "nbgrader failed and did not say why"
