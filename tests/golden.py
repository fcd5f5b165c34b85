"""Golden cases: an answer, the report it must get, and the words of that report in both languages.

``python tests/golden.py write ASSIGNMENT[/CASE]`` runs answers and writes what they got; ``words`` instead of ``write``
runs nothing and writes the words of the stored reports anew. Read what was written before you commit it.
The tests compare and never write.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import nbformat
from answers import GOLDEN, ROOT, submission
from nbformat.v4 import new_code_cell

from autograder.doors.nbgrader import execute
from autograder.doors.nbgrader.releases import course_api
from autograder.exercises import NAMES, texts
from autograder.judging.verdicts import Report
from autograder.reporting import feedback, text
from autograder.running.cells import check_cells, question_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.running.store import Judged

REPORTS = "application/vnd.autograder.report+json"
SECONDS_A_CELL = 150
# A loop is cut off sooner; no other case of an assignment that trains may be.
SECONDS = {"endless_loop": 20}
MEASURED = 0.03
"""Measured numbers of a report move a little with the processor and the version of TensorFlow."""


@dataclass
class Graded:
    """What one answer got at each door.

    Attributes:
        path: the notebook handed in.
        notebook_door: reports by the check cells in the learner's own kernel.
        gradebook: nbgrader's scores by question.
        judged: the run and its reports at nbgrader's door.
        reports: those reports.
    """

    path: Path
    notebook_door: dict[str, Report] = field(default_factory=dict)
    gradebook: dict[str, float | None] = field(default_factory=dict)
    judged: Judged | None = None
    reports: dict[str, Report] = field(default_factory=dict)


def cases(assignment: str) -> list[str]:
    return sorted(path.parent.name for path in (GOLDEN / assignment).glob("*/answer.py"))


def grade(assignment: str, chosen: list[str], course: Path) -> dict[str, Graded]:
    """Grades answers with nbgrader; the check cells also run as a learner runs them, in cells of their own."""
    shutil.copytree(ROOT / "source" / assignment, course / "source" / assignment)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    graded = {}
    with course_api(course, "ko") as api:
        made = api.generate_assignment(assignment)
        assert made["success"], made["log"]
        for case in chosen:
            graded[case] = _grade(api, assignment, case, course)
    return graded


def same_seeds(*_: Any) -> Callable[[str], int]:
    """Goldens hold some of the numbers drawn."""
    return lambda _question: 20261123


def _grade(api: Any, assignment: str, case: str, course: Path) -> Graded:
    folder = course / "submitted" / case / assignment
    folder.mkdir(parents=True)
    result = Graded(folder / f"{assignment}.ipynb")
    notebook = submission(assignment, GOLDEN / assignment / case / "answer.py")
    for index in sorted(check_cells(notebook), reverse=True):
        notebook.cells.insert(index, new_code_cell(notebook.cells[index].source))
    nbformat.write(notebook, result.path)
    judged = execute.judged

    def keep(*arguments: Any, **settings: Any) -> Judged:
        result.judged = judged(*arguments, **settings)
        return result.judged

    api.config.JudgedExecute.timeout = SECONDS.get(case, SECONDS_A_CELL)
    with patch.object(execute, "judged", keep), patch.object(execute, "seeds", same_seeds):
        done = api.autograde(assignment, case)
    assert done["success"], done["log"]
    assert result.judged is not None
    result.reports = result.judged.reports
    result.notebook_door = dict(_shown_reports(course / "autograded" / case / assignment / f"{assignment}.ipynb"))
    with api.gradebook as gradebook:
        grades = gradebook.find_submission_notebook(assignment, assignment, case).grades
        result.gradebook = {grade.name: grade.auto_score for grade in grades}
    return result


def _shown_reports(path: Path) -> list[tuple[str, Report]]:
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get(REPORTS)
            if data and question_of(cell):
                found.append((data["question"], Report.from_json(data)))
    return found


def as_golden(reports: dict[str, Report]) -> dict[str, Any]:
    """Reports as they are stored: full marks as one number, the rest whole."""
    return {
        name: report.score if report.score == report.points else report.as_json() for name, report in reports.items()
    }


def alike(one: Any, other: Any) -> bool:
    """Whether two reports say the same, measured numbers to within ``MEASURED``."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=MEASURED, abs_tol=MEASURED)
    return bool(one == other)


def words(golden: dict[str, Any], language: str) -> str:
    """A golden report in words."""
    reports = [Report.from_json(report) for report in golden.values() if isinstance(report, dict)]
    full = [name for name, report in golden.items() if not isinstance(report, dict)]
    said = [text(feedback(report, language)) for report in reports]
    return "\n".join([*said, f"= {', '.join(full) or '-'}\n"])


def stored(assignment: str, case: str) -> dict[str, Any]:
    golden: dict[str, Any] = json.loads((GOLDEN / assignment / case / "report.json").read_text(encoding="utf-8"))
    return golden


def write(wanted: str) -> None:
    """Writes reports and texts of one case, or of all of an assignment."""
    assignment, _, case = wanted.partition("/")
    with TemporaryDirectory() as scratch:
        for name, graded in grade(assignment, [case] if case else cases(assignment), Path(scratch)).items():
            report = json.dumps(as_golden(graded.reports), ensure_ascii=False, indent=1)
            (GOLDEN / assignment / name / "report.json").write_text(report + "\n", encoding="utf-8")
            write_words(assignment, name)
            scores = sum(report.score for report in graded.reports.values())
            sys.stdout.write(f"{assignment}/{name}: {scores:g}\n")


def write_words(assignment: str, case: str) -> None:
    """Writes the words of one stored report."""
    for language in texts.LANGUAGES:
        said = words(stored(assignment, case), language)
        (GOLDEN / assignment / case / f"{language}.txt").write_text(said, encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Does what the docstring above says."""
    names = {argument.partition("/")[0] for argument in arguments[1:]}
    if not names or arguments[0] not in {"write", "words"} or not names <= set(NAMES):
        sys.exit(f"usage: golden.py write|words ASSIGNMENT[/CASE] …   ({', '.join(NAMES)})")
    for wanted in arguments[1:]:
        assignment, _, case = wanted.partition("/")
        if arguments[0] == "write":
            write(wanted)
        else:
            for name in [case] if case else cases(assignment):
                write_words(assignment, name)


if __name__ == "__main__":
    main(sys.argv[1:])
