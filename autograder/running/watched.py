"""A notebook as it was saved: what a run of it is, what is known of it, and what will probably change next."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from autograder.running.cells import is_answer
from autograder.running.displayed import tame
from autograder.running.judged import judge_again, plan_of
from autograder.running.notebook_run import Run
from autograder.running.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autograder.judging.verdicts import Report
    from autograder.running.notebook_kernel import NotebookKernel
from autograder.running.plan import Plan


class Watched:
    """One content of the file.

    Attributes:
        trial: what ``autograder check`` makes of it.
        plan: the run that answers it.
        reports: on the questions asked so far with the probes of this content.
    """

    def __init__(self, path: Path, *, confined: bool) -> None:
        """Reads the file.

        Raises:
            NotebookError: it cannot be used; ``GraderBrokenError`` as ``Trial.submission``.
        """
        self.trial = Trial(path, confined=confined)
        self.plan = self.new_plan()
        self.steps = [step for step in self.plan.steps if step]
        self.reports: dict[str, Report] = {}
        self._packed: dict[str, bytes] = {}

    def new_plan(self) -> Plan:
        """A run from the top."""
        submission = self.trial.submission
        return plan_of(deepcopy(submission.notebook), submission.seeds)

    def judge(self, kernel: NotebookKernel, question: str) -> Report:
        """The report on what a kernel gave for a question when it was asked with the probes of this content.

        Raises:
            GraderBrokenError: our own failure.
        """
        taken = {question: kernel.packed(question)}
        self.reports |= judge_again(taken, self.trial.submission.seeds, confined=self.trial.confined)
        self._packed |= taken
        return self.reports[question]

    def keep(self, stopped: str) -> None:
        """Keeps the run where ``autograder check`` looks, once all questions are known; ``stopped``: see ``Run``."""
        if self._packed.keys() == self.plan.asked.keys():
            tame(self.plan.notebook)
            self.trial.keep(Run(self.plan.notebook, self._packed, self.trial.confined, stopped), self.reports)

    def first_change(self, before: Watched | None) -> int:
        """Index of the first cell that is not as it was ``before``."""
        old = before.plan.steps if before else []
        pairs = zip(self.plan.steps, old, strict=False)
        changed = (index for index, (now, then) in enumerate(pairs) if now != then)
        return next(changed, min(len(self.plan.steps), len(old)))

    def next_change(self, changed: int, reports: Mapping[str, Report]) -> int:
        """Index of the cell that will probably change next, when the one of index ``changed`` was the last.

        Whoever edited a cell goes on with it until its question is right, and then with the next one that is not; when
        all of them are right, with the same cell.
        """
        for index, request in sorted(self.plan.requests.items()):
            report = reports.get(request.question)
            if index >= changed and report and report.score < report.points:
                return self._answer_cell(index)
        return changed

    def _answer_cell(self, check: int) -> int:
        """The nearest answer cell of nbgrader's above a check cell; where there is none, the code cell right above."""
        found = check
        for index in range(check - 1, -1, -1):
            cell = self.plan.notebook.cells[index]
            if index in self.plan.requests:
                break
            if cell.cell_type == "code":
                if is_answer(cell):
                    return index
                found = index if found == check else found
        return found
