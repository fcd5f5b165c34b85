"""A small class for trying ``autograder grade``: right answers, wrong ones, and some that do harm.

python tests/small_class.py FOLDER    # builds the course
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from answers import GOLDEN, ROOT, release, submission

from autograder.running.seeds import SECRET_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbformat import NotebookNode

ASSIGNMENT = "optimizer_steps"  # it trains nothing
FULL = 13.0
BROKEN_FILE = "lee"
CLASS = ("ahn", "bae", "cho", "han", "jung", "kim", BROKEN_FILE)
MARKS = {"ahn": FULL, "bae": 0.0, "cho": 7.0, "han": 2.07, "jung": 6.0, "kim": 11.0}


def _with(question: str, code: str) -> NotebookNode:
    notebook = submission(ASSIGNMENT)
    cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == f"{question}_answer")
    cell.source = code
    return notebook


def _notebook(learner: str) -> NotebookNode:
    match learner:
        case "bae":
            return release(ASSIGNMENT)
        case "cho":
            return submission(ASSIGNMENT, GOLDEN / ASSIGNMENT / "typical_mistakes" / "answer.py")
        case "han":
            return submission(ASSIGNMENT, GOLDEN / ASSIGNMENT / "first_tries" / "answer.py", "en")
        case "jung":
            # After a moment, so that its messages are not lost with it.
            return _with("adagrad_step", "import os\nimport time\n\ntime.sleep(1)\nos._exit(1)")
        case "kim":
            return _with("momentum_step", "while True:\n    pass")
        case _:
            return submission(ASSIGNMENT)


def hand_in(course: Path, learner: str, notebook: NotebookNode) -> Path:
    folder = course / "submitted" / learner / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")
    return folder


def build(course: Path, learners: Iterable[str] = CLASS, settings: str = "") -> Path:
    """A course with this class. Every one has the same secret, so that each asks the same questions."""
    shutil.copytree(ROOT / "source" / ASSIGNMENT, course / "source" / ASSIGNMENT)
    limits = "c = get_config()\nc.JudgedExecute.timeout = 15\n"
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (course / "nbgrader_config.py").write_text(config + limits + settings, encoding="utf-8")
    (course / SECRET_FILE).write_text("17" * 32, encoding="utf-8")
    for learner in learners:
        folder = hand_in(course, learner, _notebook(learner))
        if learner == BROKEN_FILE:
            (folder / f"{ASSIGNMENT}.ipynb").write_text("{ not json", encoding="utf-8")
    subprocess.run(["nbgrader", "generate_assignment", ASSIGNMENT], cwd=course, capture_output=True, check=True)
    return course


def grade(course: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["autograder", "grade", ASSIGNMENT, str(course), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())


def start(course: Path, *options: str) -> subprocess.Popen[str]:
    command = ["autograder", "grade", ASSIGNMENT, str(course), *options]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment(), start_new_session=True
    )


def _environment() -> dict[str, str]:
    return {**os.environ, "COLUMNS": "200"}


def manners(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What the closing table says became of each learner."""
    found = {}
    for line in done.stdout.splitlines():
        words = line.split(maxsplit=3)
        if words and words[0] in CLASS:
            found[words[0]] = words[3].strip()
    return found


# TensorFlow's log lines, which show when they were written.
_TIME = re.compile(r"\b[IWE]\d{4} \d\d:\d\d:[\d.]+")
_GRADES = """
    select submitted_assignment.student_id, base_cell.name,
           grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade
    from grade join base_cell on base_cell.id = grade.cell_id
    join submitted_notebook on submitted_notebook.id = grade.notebook_id
    join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
"""
_COMMENTS = """
    select submitted_assignment.student_id, base_cell.name, comment.auto_comment, comment.manual_comment
    from comment join base_cell on base_cell.id = comment.cell_id
    join submitted_notebook on submitted_notebook.id = comment.notebook_id
    join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
"""


def gradebook(course: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the gradebook that says something about a learner, without the ids that are drawn."""
    with sqlite3.connect(course / "gradebook.db") as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        return {
            "students": sorted(database.execute("select id from student")),
            "submissions": sorted(database.execute("select student_id from submitted_assignment")),
            "grades": sorted(database.execute(_GRADES), key=repr),
            "comments": sorted(database.execute(_COMMENTS), key=repr),
        }


def written(course: Path) -> dict[str, Any]:
    """Every file of ``autograded/`` and ``feedback/``."""
    found: dict[str, Any] = {}
    for step in ("autograded", "feedback"):
        for path in sorted((course / step).rglob("*")):
            if path.is_file():
                text = _TIME.sub("", path.read_text(encoding="utf-8"))
                found[str(path.relative_to(course))] = json.loads(text) if path.suffix == ".ipynb" else text
    return found


if __name__ == "__main__":
    build(Path(sys.argv[1]))
