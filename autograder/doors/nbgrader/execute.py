"""Runs a submission and writes its grade cells' outputs, in place of nbgrader's ``Execute``."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Enum, Integer, default

from autograder.exercises import questions, texts
from autograder.reporting import feedback, html, markdown
from autograder.running.cells import check_cells, language_of
from autograder.running.judge_process import GraderBrokenError, shared_judge
from autograder.running.notebook_run import Limits, run_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograder.judging.verdicts import Report


class JudgedExecute(Execute):
    """Takes evidence at each grade cell, judges it when the kernel is gone, and writes score and feedback there."""

    language = Enum(texts.LANGUAGES, "ko", help="Language of the feedback where a notebook does not say its own.").tag(
        config=True
    )
    notebook_timeout = Integer(1_800, help="Seconds for all cells of a notebook together.").tag(config=True)

    @default("timeout")
    def _timeout_default(self) -> int:
        return 180

    def preprocess(
        self,
        nb: NotebookNode,
        resources: dict[str, Any],
        km: Any = None,  # noqa: ARG002 - the overridden method's signature
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Runs and judges one submission.

        Raises:
            GraderBrokenError: our own failure; nbgrader then records no score for this submission.
        """
        seed = secrets.randbits(64)
        cells = check_cells(nb)
        student = resources.get("nbgrader", {}).get("student", "?")
        run = run_notebook(
            nb,
            {index: questions()[name].request(seed) for index, name in cells.items()},
            folder=Path(resources.get("metadata", {}).get("path") or "."),
            limits=Limits(self.timeout, self.notebook_timeout),
            on_cell=lambda number, _count: self._say(student, cells.get(number - 1), list(cells.values())),
        )
        language = language_of(nb, self.language)
        try:
            reports = shared_judge().judge_all(run.bundles, seed)
        except GraderBrokenError as error:
            self.log.error("The grader itself failed on %s, so no score is recorded: %s", student, error)  # noqa: TRY400
            raise
        for index, name in cells.items():
            nb.cells[index].outputs = [_output(reports[name], float(_points(nb.cells[index])), language)]
            nb.cells[index].execution_count = None
        return nb, resources

    def _say(self, student: str, question: str | None, questions: list[str]) -> None:
        if question:
            self.log.info("%s: %s (%d of %d)", student, question, questions.index(question) + 1, len(questions))


def _points(cell: NotebookNode) -> Any:
    return cell.metadata.get("nbgrader", {}).get("points", 0)


def _output(report: Report, points: float, language: str) -> NotebookNode:
    """What nbgrader scores: a plain number, never above the cell's points, with the feedback beside it."""
    words = feedback(report, language)
    score = round(min(max(report.score / report.points * points, 0.0), points), 2)
    data = {"text/plain": repr(float(score)), "text/html": html(words), "text/markdown": markdown(words)}
    return new_output("execute_result", data=data, execution_count=None)
