"""One notebook from file to reports: how pytest and ``autograder check`` look at an answer."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING

from platformdirs import user_cache_path, user_state_path

from autograder.running.cells import NotebookError, assignment_of, check_cells, language_of, read
from autograder.running.classroom.graded import judged
from autograder.running.classroom.kept import pack
from autograder.running.classroom.perform import run
from autograder.running.classroom.submission import Submission
from autograder.running.confinement import Limits
from autograder.running.confinement.offers import require
from autograder.running.fits.service import fits_of
from autograder.running.judged import judge_again
from autograder.running.seeds import secret, seeds
from autograder.running.store import EvidenceStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbformat import NotebookNode

    from autograder.exercises.model import Assignment, Question
    from autograder.judging.verdicts import Report
    from autograder.running.fits.service import Fits
    from autograder.running.notebook_run import Run


class Trial:
    """A learner's notebook, read now and run when its reports are first wanted."""

    def __init__(self, path: Path, *, confined: bool = True) -> None:
        """Reads the notebook; raises ``NotebookError`` where it cannot be used."""
        self.path, self.confined = path, confined
        self.notebook: NotebookNode = read(path)
        found = assignment_of(self.notebook)
        if found is None:
            message = f'{path} holds no check cell such as check("two_dense_layers"): use a notebook of this course'
            raise NotebookError(message)
        self.assignment: Assignment = found
        self.language = language_of(self.notebook)
        self.questions: list[Question] = [item for item in found.questions.values() if not item.by_hand]
        self._reports: dict[str, Report] = {}

    def reports(self, on_cell: Callable[[int, int], None] | None = None) -> dict[str, Report]:
        """Runs the notebook, unless it ran before and has not changed, and judges every question of the assignment.

        Other files of its folder are not shown to it: there may be other learners' notebooks among them.

        Raises:
            GraderBrokenError: our own failure.
        """
        if not self._reports:
            found = judged(
                self._store,
                self.submission.key,
                lambda: run(self.submission, on_cell, self.fits),
                lambda kept: judge_again(kept.packed, kept.seeds, confined=kept.confined),
            )
            self._reports = self._kept(found.reports)
        return self._reports

    @property
    def ran(self) -> bool:
        """Whether ``reports`` need not run it."""
        return self._store.run(self.submission.key) is not None

    def keep(self, run: Run, reports: Mapping[str, Report]) -> None:
        """Keeps a run of ``submission`` that somebody else carried out, with the reports on all it was asked."""
        self._store.keep_run(self.submission.key, pack(run, self.submission.seeds))
        self._store.keep_reports(self.submission.key, reports)
        self._reports = self._kept(reports)

    def _kept(self, reports: Mapping[str, Report]) -> dict[str, Report]:
        # A notebook that was changed is not asked about again; only the last version of each file is kept.
        learner = hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()
        self._store.point(learner, self.submission.key, self.language)
        return {question.name: reports[question.name] for question in self.questions}

    @cached_property
    def _store(self) -> EvidenceStore:
        return EvidenceStore(user_cache_path("autograder"), self.assignment.name)

    @property
    def fits(self) -> Fits:
        """Where trainings are looked up."""
        return fits_of(user_cache_path("autograder"))

    @cached_property
    def submission(self) -> Submission:
        """What is run.

        Raises:
            GraderBrokenError: its seeds cannot be drawn; ``CannotConfineError`` where the machine has no walls.
        """
        if self.confined:
            require()
        seed = seeds(secret(user_state_path("autograder")), "", self.assignment.name, self.notebook)
        notebook = deepcopy(self.notebook)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None  # saved or not, they change nothing
        asked = (*check_cells(notebook).values(), *(question.name for question in self.questions))
        return Submission(notebook, {}, {name: seed(name) for name in dict.fromkeys(asked)}, Limits(), self.confined)
