"""Scratch courses: the same class at two graders."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.api import MissingEntry

from autograder.doors.bench.machine import Cost, measured
from autograder.doors.nbgrader.releases import course_api
from autograder.exercises.texts import LANGUAGES
from autograder.running.seeds import SECRET_FILE
from autograder.running.store import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from autograder.doors.bench.mixture import Learner

CELL_SECONDS = 30
"""A cell's time, for both graders: nbgrader's own default."""

_OURS = f"""\
from autograder.doors.nbgrader import configure

c = get_config()
configure(c)
c.JudgedExecute.timeout = {CELL_SECONDS}
"""
_STOCK = f"c = get_config()\nc.Execute.timeout = {CELL_SECONDS}\n"

Marks = dict[str, float | None]
"""A learner's marks by question; None is marked by hand."""


class ScratchCourse:
    """A course in a folder of its own, with a gradebook of its own."""

    def __init__(self, folder: Path, origin: Path, assignment: str, *, stock: bool = False) -> None:
        """Makes it.

        Args:
            folder: where; it does not exist yet.
            origin: the course that it is made from.
            assignment: the assignment.
            stock: leave nbgrader as it is, without this package's configuration.
        """
        self.folder, self.assignment = folder, assignment
        shutil.copytree(origin / "source" / assignment, folder / "source" / assignment)
        (folder / "nbgrader_config.py").write_text(_STOCK if stock else _OURS, encoding="utf-8")
        # The same secret in every scratch course: the same questions are asked.
        (folder / SECRET_FILE).write_text("17" * 32, encoding="utf-8")
        self._nbgrader("generate_assignment")

    def hand_in(self, learners: Iterable[Learner]) -> None:
        """Hands in."""
        for learner in learners:
            place = self.folder / "submitted" / learner.name / self.assignment
            place.mkdir(parents=True)
            nbformat.write(learner.notebook, place / f"{self.assignment}.ipynb")

    def warm(self) -> Cost:
        """``autograder warm``."""
        return measured(["autograder.doors.cli", "warm", "."], self.folder)[0]

    def grade(
        self, workers: int, *options: str, on_tick: Callable[[], None] = lambda: None
    ) -> tuple[Cost, dict[str, Any]]:
        """``autograder grade``, feedback included.

        Args:
            workers: how many notebooks run at a time.
            options: more of them.
            on_tick: called again and again meanwhile.

        Returns:
            what it cost, and what it says with ``--json``.
        """
        command = ["autograder.doors.cli", "grade", self.assignment, ".", f"--workers={workers}", "--json", *options]
        # 1: somebody could not be graded; the answer says who.
        cost, said = measured(command, self.folder, fine=(0, 1), on_tick=on_tick)
        return cost, json.loads(said)

    def graded(self) -> int:
        """How many learners ``grade`` is done with."""
        return sum(1 for _ in (self.folder / FOLDER / self.assignment / "graded").glob("*"))

    def stock_grade(self, learner: str) -> Cost:
        """Stock nbgrader's own commands for one learner, feedback included.

        A submission that it cannot grade has no marks afterwards.
        """
        return self._nbgrader("autograde", "--student", learner, fine=(0, 1)) + self._nbgrader(
            "generate_feedback", "--student", learner, fine=(0, 1)
        )

    def marks(self, learners: Iterable[str]) -> dict[str, Marks]:
        """What was marked automatically, as the gradebook has it."""
        with course_api(self.folder, LANGUAGES[0]) as api, api.gradebook as gradebook:
            return {learner: _marks(gradebook, self.assignment, learner) for learner in learners}

    def _nbgrader(self, command: str, *options: str, fine: tuple[int, ...] = (0,)) -> Cost:
        return measured(["nbgrader", command, self.assignment, *options], self.folder, fine=fine)[0]


def _marks(gradebook: Any, assignment: str, learner: str) -> Marks:
    try:
        submission = gradebook.find_submission(assignment, learner)
    except MissingEntry:
        return {}
    return {grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades}
