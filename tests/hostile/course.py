"""A course whose class holds attacks among honest learners, or honest learners only, graded by nbgrader's commands."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from answers import GOLDEN, ROOT, submission
from golden import as_golden

from autograder.doors.nbgrader.releases import course_api
from autograder.running.judge_process import shared_judge
from autograder.running.judged import judge_again
from autograder.running.seeds import SECRET_FILE
from autograder.running.store import EvidenceStore

if TYPE_CHECKING:
    from hostile.attacks import Attack
    from hostile.canaries import Canaries

CELL_SECONDS, NOTEBOOK_SECONDS = 10, 40
_LIMITS = f"""
c.JudgedExecute.timeout = {CELL_SECONDS}
c.JudgedExecute.notebook_timeout = {NOTEBOOK_SECONDS}
c.JudgedExecute.limits = {{
    "memory_bytes": 2 << 30,
    "output_bytes": 2 << 20,
    "processes": 300,
    "processor_seconds": 60,
    "scratch_bytes": 128 << 20,
    "file_bytes": 64 << 20,
}}
"""
# Their names put them before, between and after the attacks of each group.
HONEST = {
    "anna": ("optimizer_steps", "reference"),
    "gina": ("optimizer_steps", "functional"),
    "nora": ("optimizer_steps", "typical_mistakes"),
    "zoe": ("optimizer_steps", "blank"),
    "kim": ("hidden_layer", "blank"),
}
NEIGHBOUR = "neighbour"
"""An honest learner whose submission holds a word that nobody else's may."""


class Class:
    """A course's folder, from its source to what learners read."""

    def __init__(
        self, course: Path, canaries: Canaries, hostile: list[Attack], honest: dict[str, tuple[str, str]]
    ) -> None:
        self.course, self.canaries, self.hostile = course, canaries, hostile
        self.honest = {**honest, NEIGHBOUR: ("optimizer_steps", "reference")}
        self.assignments = sorted({item.assignment for item in hostile} | {name for name, _ in self.honest.values()})
        self.seconds: dict[str, dict[str, float]] = {}
        self.ended: dict[str, int] = {}
        self._make_source()
        self._make_gradebook([*self.honest, *(item.learner for item in hostile)])
        self._hand_in()
        self._source_before = self._state_of_source()

    def _make_source(self) -> None:
        for name in self.assignments:
            shutil.copytree(ROOT / "source" / name, self.course / "source" / name)
            path = self.course / "source" / name / f"{name}.ipynb"
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                begin = "### BEGIN SOLUTION\n"
                cell.source = cell.source.replace(begin, f"{begin}# {self.canaries.tokens['solution']}\n")
            nbformat.write(notebook, path)
        configuration = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
        configuration = configuration.replace("configure(get_config())", "c = get_config()\nconfigure(c)")
        (self.course / "nbgrader_config.py").write_text(configuration + _LIMITS, encoding="utf-8")

    def _make_gradebook(self, learners: list[str]) -> None:
        with course_api(self.course, "ko") as api, api.gradebook as gradebook:
            for learner in learners:
                gradebook.add_student(learner, last_name=self.canaries.tokens["name"])

    def _hand_in(self) -> None:
        submitted = self.course / "submitted"
        told = {
            **self.canaries.where,
            "course": str(self.course),
            "gradebook": str(self.course / "gradebook.db"),
            "source": str(self.course / "source/optimizer_steps/optimizer_steps.ipynb"),
            "neighbour": str(submitted / NEIGHBOUR / "optimizer_steps/optimizer_steps.ipynb"),
        }
        for learner, (assignment, case) in self.honest.items():
            notebook = submission(assignment, GOLDEN / assignment / case / "answer.py")
            if learner == NEIGHBOUR:
                notebook.cells.append(nbformat.v4.new_code_cell(f"# {self.canaries.tokens['learner']}"))
            folder = submitted / learner / assignment
            folder.mkdir(parents=True)
            nbformat.write(notebook, folder / f"{assignment}.ipynb")
        for attack in self.hostile:
            attack.hand_in(submitted / attack.learner / attack.assignment, told)

    def grade(self) -> None:
        """Runs nbgrader's own commands."""
        for assignment in self.assignments:
            for command in ("generate_assignment", "autograde", "generate_feedback"):
                self._run(command, assignment)

    def _run(self, command: str, assignment: str) -> None:
        """Runs a command, noting when it says that it goes on to another learner."""
        name = re.compile(rf"{re.escape(str(self.course))}/(?:submitted|autograded)/([^/]+)/")
        took = self.seconds.setdefault(command, {})
        program = Path(sys.executable).parent / "nbgrader"
        with (
            (self.course / f"{command}-{assignment}.log").open("wb") as log,
            subprocess.Popen(
                [program, command, assignment],
                cwd=self.course,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            assert process.stdout is not None
            learner, since = "", time.monotonic()
            for line in process.stdout:
                log.write(line)
                now, found = time.monotonic(), name.search(line.decode(errors="replace"))
                took[learner] = took.get(learner, 0) + now - since
                learner, since = found[1] if found else learner, now
        self.ended[f"{command} {assignment}"] = process.returncode

    def result(self) -> dict[str, Any]:
        """What came of it, as JSON.

        ``marks`` and ``reports`` by learner, ``seconds`` by command and learner, how commands ``ended``, the tokens
        ``found`` where they do not belong, whether the ``gradebook`` is ``sound`` and the ``source`` unchanged, what
        files are too large (``large``), and feedback files and log by name.
        """
        marks, reports = {}, {}
        for assignment in self.assignments:
            marks |= self._marks(assignment)
            reports |= self._reports(assignment)
        shared_judge().close()
        with sqlite3.connect(self.course / "gradebook.db") as database:
            sound = database.execute("PRAGMA integrity_check").fetchone()[0]
        return {
            "marks": marks,
            "reports": reports,
            "seconds": self.seconds,
            "ended": self.ended,
            "found": sorted(self._found()),
            "gradebook": sound,
            "source_unchanged": self._state_of_source() == self._source_before,
            "large": sorted(map(str, self._large())),
            "feedback": {
                path.parts[-3]: path.read_text(encoding="utf-8")
                for path in (self.course / "feedback").glob("*/*/*.html")
            },
            "logs": {
                path.name: path.read_text(encoding="utf-8", errors="replace") for path in self.course.glob("*.log")
            },
        }

    def _marks(self, assignment: str) -> dict[str, dict[str, float | None]]:
        found: dict[str, dict[str, float | None]] = {}
        with course_api(self.course, "ko") as api, api.gradebook as gradebook:
            for submission in gradebook.assignment_submissions(assignment):
                learner = submission.student.id
                if (self.course / "autograded" / learner / assignment / f"{assignment}.ipynb").exists():
                    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
                    found[learner] = {grade.name: grade.auto_score for grade in grades}
        return found

    def _reports(self, assignment: str) -> dict[str, Any]:
        store = EvidenceStore(self.course, assignment)
        found = {}
        for learner in store.learners():
            kept, _ = store.read(learner)
            found[learner] = as_golden(judge_again(kept.packed, kept.seeds, confined=kept.confined))
        return found

    def _made(self, *folders: str) -> list[Path]:
        """Files that grading has made."""
        places = [self.course / name for name in folders or ("autograded", "feedback", "evidence")]
        return [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]

    def _large(self) -> list[Path]:
        """Files that take more than 64 MiB of the disk."""
        return [path for path in self._made() if path.stat().st_blocks > 64 << 11]

    def _found(self) -> set[tuple[str, str]]:
        secret = self.course / SECRET_FILE
        tokens = {**self.canaries.tokens, "secret": secret.read_text(encoding="ascii") if secret.exists() else "?"}
        found = set()
        for path in [*self._made(), *self._made("release"), *self.course.glob("*.log")]:
            if path in self._large():
                continue
            place = path.relative_to(self.course)
            content = path.read_bytes()
            found |= {(name, str(place)) for name, token in tokens.items() if token.encode() in content}
        return {(name, place) for name, place in found if not (name == "learner" and f"/{NEIGHBOUR}/" in place)}

    def _state_of_source(self) -> dict[str, str]:
        paths = sorted(path for path in (self.course / "source").rglob("*") if path.is_file())
        return {str(path): sha256(path.read_bytes()).hexdigest() for path in paths}
