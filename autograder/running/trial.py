"""One notebook from file to reports: how pytest and ``autograder check`` look at an answer."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from autograder.running.cells import NotebookError, assignment_of, check_cells, language_of, read
from autograder.running.judge_process import shared_judge
from autograder.running.notebook_run import Limits, run_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbformat import NotebookNode

    from autograder.exercises.model import Assignment, Question
    from autograder.judging.verdicts import Report


class Trial:
    """A learner's notebook, read now and run when its reports are first wanted."""

    def __init__(self, path: Path) -> None:
        """Reads the notebook; raises ``NotebookError`` where it cannot be used."""
        self.path = path
        self.notebook: NotebookNode = read(path)
        found = assignment_of(self.notebook)
        if found is None:
            message = f'{path} holds no check cell such as check("two_dense_layers"): use a notebook of this course'
            raise NotebookError(message)
        self.assignment: Assignment = found
        self.language = language_of(self.notebook)
        self.questions: list[Question] = [item for item in found.questions.values() if not item.by_hand]
        self._reports: dict[str, Report] = {}

    def reports(
        self, limits: Limits | None = None, on_cell: Callable[[int, int], None] | None = None
    ) -> dict[str, Report]:
        """Runs the notebook, once, and judges every question of the assignment.

        Raises:
            GraderBrokenError: our own failure.
        """
        if not self._reports:
            seed = secrets.randbits(64)
            cells = {
                index: self.assignment.questions[name].request(seed)
                for index, name in check_cells(self.notebook).items()
                if name in self.assignment.questions
            }
            asked = {request.question for request in cells.values()}
            # A question whose check cell is gone is looked at when all has run.
            late = tuple(item.request(seed) for item in self.questions if item.name not in asked)
            run = run_notebook(
                self.notebook,
                cells,
                folder=self.path.resolve().parent,
                limits=limits or Limits(),
                late=late,
                on_cell=on_cell,
            )
            judged = shared_judge().judge_all(run.bundles, seed)
            self._reports = {item.name: judged[item.name] for item in self.questions}
        return self._reports
