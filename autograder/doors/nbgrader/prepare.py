"""Sanitises a submission as nbgrader does, without touching what is in the course: what comes out is what is run.

When it has run, nbgrader records it. What was sanitised and judged by then is not sanitised and looked up again.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import capture_log, temp_attrs

from autograder.doors.nbgrader.execute import JudgedExecute

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from autograder.running.classroom.submission import Submission
    from autograder.running.store import EvidenceStore, Judged


class Take(JudgedExecute):
    """Stands where ``JudgedExecute`` stands, with its configuration, and takes what would be run."""

    def preprocess(
        self,
        nb: NotebookNode,
        resources: dict[str, Any],
        km: Any = None,  # noqa: ARG002 - the overridden method's signature
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Takes one submission."""
        self.parent.parent.taken = self.submission(nb, resources)
        return nb, resources


class _Sanitising(Autograde):
    """nbgrader's own converter, up to where it would run the notebook."""

    taken: Submission | None = None


def prepare(api: Any, assignment: str, learner: str, scratch: Path) -> Submission | None:
    """What nbgrader would run for a learner; None where it would not come that far.

    Args:
        api: nbgrader's.
        assignment: the assignment.
        learner: whose submission.
        scratch: an empty folder.
    """
    course = CourseDirectory(parent=api, autograded_directory=str(scratch))
    with temp_attrs(course, assignment_id=assignment, student_id=learner):
        converter = _Sanitising(coursedir=course, parent=api)
        converter.autograde_preprocessors = [Take]
        capture_log(converter)
    return converter.taken


class Sanitised(NbGraderPreprocessor):
    """Stands where preprocessors sanitise, and gives what they gave when the submission was prepared."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:  # noqa: ARG002 - the overridden method's signature
        """Gives one submission's notebook."""
        return deepcopy(self.parent.parent.submission.notebook), resources


class Recall(JudgedExecute):
    """Stands where ``JudgedExecute`` stands, with its configuration, and writes what was judged before."""

    def found(
        self,
        nb: NotebookNode,  # noqa: ARG002 - the overridden method's signature
        resources: dict[str, Any],  # noqa: ARG002
        store: EvidenceStore,  # noqa: ARG002
    ) -> tuple[str, Judged]:
        """What is in the store."""
        converter = self.parent.parent
        return converter.submission.key, converter.judged


class _Recording(Autograde):
    """nbgrader's own converter, for a submission that was prepared and judged."""

    submission: Submission
    judged: Judged


def record(api: Any, assignment: str, learner: str, submission: Submission, judged: Judged) -> dict[str, Any]:
    """Does what ``api.autograde`` does for a submission that has not changed since it was prepared.

    Args:
        api: nbgrader's.
        assignment: the assignment.
        learner: whose submission.
        submission: what ``prepare`` gave.
        judged: what it earned.

    Returns:
        what ``api.autograde`` returns.
    """
    with temp_attrs(api.coursedir, assignment_id=assignment, student_id=learner):
        converter = _Recording(coursedir=api.coursedir, parent=api, force=True)
        converter.submission, converter.judged = submission, judged
        converter.sanitize_preprocessors = [Sanitised]
        ours = JudgedExecute, f"{JudgedExecute.__module__}.{JudgedExecute.__name__}"
        configured = converter.autograde_preprocessors
        converter.autograde_preprocessors = [Recall if step in ours else step for step in configured]
        recorded: dict[str, Any] = capture_log(converter)
    return recorded
