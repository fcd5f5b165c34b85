"""Runs a submission and writes its grade cells' outputs, in place of nbgrader's ``Execute``."""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Bool, Dict, Enum, Integer, TraitError, default, validate

from autograder.doors.nbgrader.release import openings
from autograder.exercises import texts
from autograder.reporting import feedback, html, markdown
from autograder.running.broken import GraderBrokenError
from autograder.running.cells import check_cells, is_graded, language_of
from autograder.running.classroom.graded import judged
from autograder.running.classroom.perform import run
from autograder.running.classroom.submission import Submission, files_beside
from autograder.running.confinement import Limits
from autograder.running.confinement.offers import CannotConfineError
from autograder.running.fits.service import fits_of
from autograder.running.judged import judge_again
from autograder.running.kernels.shared import know
from autograder.running.seeds import secret, seeds
from autograder.running.store import EvidenceStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from autograder.judging.verdicts import Report
    from autograder.running.store import Judged

_openings = cache(openings)
_LIMITS = {item.name for item in fields(Limits)}


class JudgedExecute(Execute):
    """Takes evidence at each grade cell, judges it when the kernel is gone, and writes score and feedback there."""

    language = Enum(texts.LANGUAGES, "ko", help="Language of the feedback where a notebook does not say its own.").tag(
        config=True
    )
    notebook_timeout = Integer(Limits.notebook_seconds, help="Seconds for all cells of a notebook together.").tag(
        config=True
    )
    limits = Dict(help=f"Other limits of a notebook: {', '.join(sorted(_LIMITS))}.").tag(config=True)
    unconfined = Bool(
        default_value=False,
        help="Run learners' code without walls around it, where a machine has none; every report will say so.",
    ).tag(config=True)

    cache = Bool(default_value=True, help="Look up trainings that were carried out before; marks are the same.").tag(
        config=True
    )

    @default("timeout")
    def _timeout_default(self) -> int:
        return Limits.cell_seconds

    @validate("limits")
    def _known_limits(self, proposal: dict[str, Any]) -> dict[str, int]:
        limits: dict[str, int] = proposal["value"]
        wrong = [name for name, value in limits.items() if name not in _LIMITS or not isinstance(value, int)]
        if wrong:
            message = f"c.JudgedExecute.limits: {wrong[0]} is none of {', '.join(sorted(_LIMITS))} with a whole number"
            raise TraitError(message)
        return limits

    def submission(self, nb: NotebookNode, resources: dict[str, Any]) -> Submission:
        """What is run, as a value: see ``Submission``.

        Raises:
            GraderBrokenError: the course's secret cannot be used.
        """
        facts = resources["nbgrader"]
        limits = replace(Limits(cell_seconds=self.timeout, notebook_seconds=self.notebook_timeout), **self.limits)
        files = files_beside(Path(resources["metadata"]["path"]), limits)
        seed = seeds(secret(self._course), facts["student"], facts["assignment"], nb, files)
        return Submission(
            nb,
            files,
            {name: seed(name) for name in check_cells(nb).values()},
            limits,
            confined=not self.unconfined,
        )

    def _source(self, assignment: str) -> Path:
        course = self.parent.parent.coursedir
        return Path(course.format_path(course.source_directory, ".", assignment), f"{assignment}.ipynb")

    @property
    def _course(self) -> Path:
        return Path(self.parent.parent.coursedir.root)

    def preprocess(
        self,
        nb: NotebookNode,
        resources: dict[str, Any],
        km: Any = None,  # noqa: ARG002 - the overridden method's signature
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Runs and judges one submission, as far as that has not been done before.

        Raises:
            GraderBrokenError: our own failure; nbgrader then records no score for this submission.
        """
        student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        store = EvidenceStore(self._course, assignment)
        try:
            key, found = self.found(nb, resources, store)
        except CannotConfineError as error:
            # It is the same for everybody, so nobody is graded: nbgrader would go on, with a traceback for each.
            converter = self.parent.parent
            shutil.rmtree(converter._format_dest(assignment, student), ignore_errors=True)  # noqa: SLF001 - it would be skipped next time
            message = f"Not graded: {error}."
            raise SystemExit(message) from None
        except GraderBrokenError as error:
            self.log.error("The grader itself failed on %s, so no score is recorded: %s", student, error)  # noqa: TRY400
            raise
        language = language_of(nb, self.language)
        store.point(student, key, language)
        write_marks(found.run.notebook, found.reports, language)
        return found.run.notebook, resources

    def found(self, nb: NotebookNode, resources: dict[str, Any], store: EvidenceStore) -> tuple[str, Judged]:
        """A submission's key, and its run and reports, which are in the store then.

        Raises:
            GraderBrokenError: our own failure.
        """
        submission = self.submission(nb, resources)
        student, cells = resources["nbgrader"]["student"], check_cells(nb)
        questions = list(cells.values())
        know(_openings(self._source(resources["nbgrader"]["assignment"])))
        return submission.key, judged(
            store,
            submission.key,
            lambda: run(
                submission,
                lambda number, _: self._say(student, cells.get(number - 1), questions),
                fits_of(self._course) if self.cache else None,
            ),
            lambda kept: judge_again(kept.packed, kept.seeds, confined=kept.confined),
        )

    def _say(self, student: str, question: str | None, questions: list[str]) -> None:
        if question:
            self.log.info("%s: %s (%d of %d)", student, question, questions.index(question) + 1, len(questions))


def write_marks(notebook: NotebookNode, reports: Mapping[str, Report], language: str) -> None:
    """Writes what nbgrader scores, and the feedback beside it, into each check cell that has a report.

    A cell that nbgrader would score otherwise, by what a learner's kernel displayed, scores nothing.
    """
    checked = check_cells(notebook)
    for index, cell in enumerate(notebook.cells):
        report = reports.get(checked.get(index, ""))
        if report:
            cell.outputs = [_output(report, float(cell.metadata.get("nbgrader", {}).get("points", 0)), language)]
            cell.execution_count = None
        elif is_graded(cell) and cell.cell_type == "code":
            cell.outputs = [new_output("execute_result", data={"text/plain": "0.0"})]


def _output(report: Report, points: float, language: str) -> NotebookNode:
    """What nbgrader scores: a plain number, never above the cell's points, with the feedback beside it."""
    words = feedback(report, language)
    score = round(min(max(report.score / report.points * points, 0.0), points), 2)
    data = {"text/plain": repr(float(score)), "text/html": html(words), "text/markdown": markdown(words)}
    return new_output("execute_result", data=data, execution_count=None)
