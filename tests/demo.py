"""Grades a sample class with nbgrader's own pipeline: ``python tests/demo.py [FOLDER]``.

Builds a course in FOLDER (``demo`` by default; made anew), hands out the first assignment, hands in the answers of a
class of eight, then runs nbgrader's autograde, feedback and export on the real pictures.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
from answers import GOLDEN, ROOT, submission
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.doors.nbgrader.releases import course_api
from autograder.exercises import assignments

ASSIGNMENT = "hidden_layer"
CLASS = {
    "areum": ("reference", "the reference answer"),
    "bom": ("functional", "another style"),
    "chan": ("spelled_out", "yet another style"),
    "dain": ("typical_mistakes", "typical mistakes"),
    "eunho": ("keras_2_habits", "habits of Keras 2"),
    "gaon": ("blank", "blank"),
    "haru": ("exits", "the kernel exits"),
    "jiho": ("endless_loop", "an endless loop"),
}
_CONFIG = """
c = get_config()
c.JudgedExecute.timeout = 60  # the class has an endless loop
"""


def build(course: Path) -> None:
    """Makes the course's folder with everybody's submission."""
    shutil.rmtree(course, ignore_errors=True)
    shutil.copytree(ROOT / "source" / ASSIGNMENT, course / "source" / ASSIGNMENT)
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (course / "nbgrader_config.py").write_text(settings + _CONFIG, encoding="utf-8")
    for student, (case, _) in CLASS.items():
        folder = course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        nbformat.write(submission(ASSIGNMENT, GOLDEN / ASSIGNMENT / case / "answer.py"), folder / f"{ASSIGNMENT}.ipynb")


def main() -> int:
    """Runs everything and prints the table of marks."""
    course = Path(sys.argv[1] if len(sys.argv) > 1 else "demo").resolve()
    console = Console()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    failed: dict[str, str] = {}
    # SQLAlchemy's remarks on nbgrader's own queries.
    warnings.filterwarnings("ignore", module=r"nbgrader\.")
    build(course)
    with course_api(course, "ko") as api, Progress(*columns, console=console) as progress:
        bar = progress.add_task("nbgrader generate_assignment", total=2 * len(CLASS) + 1)
        _stop_on(api.generate_assignment(ASSIGNMENT), console)
        progress.advance(bar)
        for step in (api.autograde, api.generate_feedback):
            for student, (_, kind) in CLASS.items():
                progress.update(bar, description=f"nbgrader {step.__name__}: {student} ({kind})")
                result = step(ASSIGNMENT, student)
                if not result["success"]:
                    failed[student] = " ".join(str(result["error"]).split())[-300:]
                progress.advance(bar)
        console.print(_table(api))
    subprocess.run([Path(sys.executable).parent / "nbgrader", "export"], cwd=course, capture_output=True, check=True)
    for student, (_, kind) in CLASS.items():
        console.print(f"  {student:7} {kind}", markup=False)
    for student, reason in failed.items():
        console.print(f"{student} has no mark: {reason}", style="bold", markup=False)
    console.print(
        f"feedback:  {course / 'feedback'}/<learner>/{ASSIGNMENT}/{ASSIGNMENT}.html", soft_wrap=True, markup=False
    )
    console.print(f"export:    {course / 'grades.csv'}", soft_wrap=True, markup=False)
    console.print(f"gradebook: {course / 'gradebook.db'} (nbgrader's default, SQLite)", soft_wrap=True, markup=False)
    return 1 if failed else 0


def _stop_on(result: dict[str, object], console: Console) -> None:
    if not result["success"]:
        console.print(result["log"] or result["error"], markup=False)
        sys.exit(1)


def _table(api: object) -> Table:
    """Marks by question, as the gradebook has them: a row for each question, a column for each learner."""
    questions = assignments()[ASSIGNMENT].questions
    marks: dict[str, dict[str, str]] = {}
    with api.gradebook as gradebook:  # type: ignore[attr-defined]
        for student in CLASS:
            notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
            found = {
                grade.name: "hand" if grade.needs_manual_grade else f"{grade.score:g}" for grade in notebook.grades
            }
            marks[student] = {**found, "total": f"{notebook.score:g}"}
    title = f"{ASSIGNMENT}: marks in the gradebook (hand: marked by hand)"
    table = Table("question", "of", *CLASS, title=title, box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    for question in questions.values():
        table.add_row(
            question.name, str(question.points), *(marks[student].get(question.name, "–") for student in CLASS)
        )
    total = str(sum(question.points for question in questions.values()))
    table.add_row("total", total, *(marks[student]["total"] for student in CLASS), style="bold")
    return table


if __name__ == "__main__":
    sys.exit(main())
