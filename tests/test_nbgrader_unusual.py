"""Unusual submissions, graded as one class: each gets a mark for what is there, and none stops the class."""

from __future__ import annotations

import json
import shutil
import subprocess
from copy import deepcopy
from typing import TYPE_CHECKING

import pytest
from answers import ROOT, reference, release, submission
from nbformat.v4 import new_code_cell

from autograder.doors.nbgrader.releases import course_api

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbformat import NotebookNode

ASSIGNMENT = "optimizer_steps"  # it trains nothing
FULL = 13.0


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


def edited_check_cell(notebook: NotebookNode) -> None:
    cell(notebook, "sgd_step").source = "2.0"


def raised_points(notebook: NotebookNode) -> None:
    cell(notebook, "sgd_step").metadata.nbgrader["points"] = 100


def other_kernelspec(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "conda-env-tf", "display_name": "tf", "language": "python"}


def deleted_setup_cell(notebook: NotebookNode) -> None:
    notebook.cells.remove(cell(notebook, "setup"))


def deleted_check_cell(notebook: NotebookNode) -> None:
    notebook.cells.remove(cell(notebook, "momentum_step"))


def lost_metadata_of_one_cell(notebook: NotebookNode) -> None:
    del cell(notebook, "sgd_step").metadata["nbgrader"]


def lost_all_metadata(notebook: NotebookNode) -> None:
    notebook.metadata.clear()
    for item in notebook.cells:
        item.metadata.clear()
        item["id"] = new_code_cell().id


def lost_ids_too_in_an_old_format(notebook: NotebookNode) -> None:
    notebook.metadata.clear()
    notebook["nbformat_minor"] = 2
    for item in notebook.cells:
        item.metadata.clear()
        item.pop("id")


def doubled_check_cell(notebook: NotebookNode) -> None:
    index = notebook.cells.index(cell(notebook, "sgd_step"))
    notebook.cells.insert(index, deepcopy(notebook.cells[index]))


def doubled_answer_cell(notebook: NotebookNode) -> None:
    index = notebook.cells.index(cell(notebook, "sgd_step_answer"))
    notebook.cells.insert(index, deepcopy(notebook.cells[index]))


def foreign_metadata_key(notebook: NotebookNode) -> None:
    cell(notebook, "sgd_step").metadata.nbgrader["colour"] = "blue"


def cell_of_the_learners_own_with_an_id(notebook: NotebookNode) -> None:
    own = new_code_cell("1 + 1")
    own.metadata["nbgrader"] = {"grade_id": "mine", "grade": True, "points": 50, "solution": False, "locked": False}
    notebook.cells.append(own)


def check_cell_turned_to_markdown(notebook: NotebookNode) -> None:
    item = cell(notebook, "sgd_step")
    item["cell_type"] = "markdown"
    del item["outputs"], item["execution_count"]


def older_schema(notebook: NotebookNode) -> None:
    for item in notebook.cells:
        if "nbgrader" in item.metadata:
            item.metadata.nbgrader["schema_version"] = 1


def newer_schema(notebook: NotebookNode) -> None:
    cell(notebook, "sgd_step").metadata.nbgrader["schema_version"] = 99


def moved_cells(notebook: NotebookNode) -> None:
    check = cell(notebook, "adam_step")
    notebook.cells.remove(check)
    notebook.cells.insert(1, check)


def stderr_while_checking(notebook: NotebookNode) -> None:
    cell(
        notebook, "sgd_step_answer"
    ).source += "\nimport warnings\n\n\ndef noisy(step):\n    def inner(*args, **kwargs):\n"
    cell(
        notebook, "sgd_step_answer"
    ).source += "        warnings.warn('a warning')\n        print('noise', file=__import__('sys').stderr)\n"
    cell(
        notebook, "sgd_step_answer"
    ).source += "        return step(*args, **kwargs)\n    return inner\n\n\nsgd_step = noisy(sgd_step)"


REPAIRED = [
    edited_check_cell,
    raised_points,
    other_kernelspec,
    deleted_setup_cell,
    deleted_check_cell,
    lost_metadata_of_one_cell,
    lost_all_metadata,
    lost_ids_too_in_an_old_format,
    doubled_check_cell,
    doubled_answer_cell,
    foreign_metadata_key,
    cell_of_the_learners_own_with_an_id,
    check_cell_turned_to_markdown,
    older_schema,
    newer_schema,
    moved_cells,
    stderr_while_checking,
]
PARTIAL = {
    # what the answer to one question does: (source of that answer, the marks that remain)
    "system_exit": ("import sys\nsys.exit()", FULL - 2),
    "endless_loop": ("while True:\n    pass", FULL - 2),
    "loop_that_swallows_interrupts": (
        "while True:\n    try:\n        while True:\n            pass\n    except KeyboardInterrupt:\n        pass",
        11.0,
    ),
    "loop_that_swallows_everything": (
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        6.0,
    ),
    "kernel_exits": ("import os\nos._exit(1)", 6.0),
    "kernel_is_killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", 6.0),
}
BROKEN_QUESTION = "adagrad_step"  # the fourth: three of two points each come before it


def hand_in(course: Path, student: str, notebook: NotebookNode, name: str = ASSIGNMENT) -> Path:
    folder = course / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float | None]:
    """Every learner's score by nbgrader's batch command; None where nbgrader has none."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "source" / ASSIGNMENT, course / "source" / ASSIGNMENT)
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    limits = "c = get_config()\nc.JudgedExecute.timeout = 20\n"
    (course / "nbgrader_config.py").write_text(config + limits, encoding="utf-8")
    for change in REPAIRED:
        notebook = submission(ASSIGNMENT)
        change(notebook)
        hand_in(course, change.__name__, notebook)
    for name, (code, _) in PARTIAL.items():
        notebook = submission(ASSIGNMENT)
        cell(notebook, f"{BROKEN_QUESTION}_answer").source = code
        hand_in(course, name, notebook)
    hand_in(course, "honest", submission(ASSIGNMENT))
    hand_in(course, "blank", release(ASSIGNMENT))
    hand_in(course, "downloaded_twice", submission(ASSIGNMENT), name=f"{ASSIGNMENT} (1)")
    folder = hand_in(course, "shadowing_files", submission(ASSIGNMENT))
    for module in ("autograder", "numpy", "keras", "conftest"):
        (folder / f"{module}.py").write_text("raise RuntimeError('shadowed')\n", encoding="utf-8")
    folder = hand_in(course, "no_notebook", submission(ASSIGNMENT))
    (folder / f"{ASSIGNMENT}.ipynb").write_text("{ not json", encoding="utf-8")
    for command in ("generate_assignment", "autograde"):
        done = subprocess.run(
            ["nbgrader", command, ASSIGNMENT], cwd=course, capture_output=True, text=True, check=False
        )
        (course / f"{command}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    scores: dict[str, float | None] = {}
    with course_api(course, "ko") as api, api.gradebook as gradebook:
        for student in sorted(path.name for path in (course / "submitted").iterdir()):
            notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
            graded = (course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").exists()
            scores[student] = notebook.score if graded else None
    scores["log"] = (course / "autograde.log").read_text(encoding="utf-8")  # type: ignore[assignment]
    return scores


@pytest.mark.parametrize("change", REPAIRED, ids=lambda change: change.__name__)
def test_a_right_answer_in_an_unusual_notebook_gets_full_marks(
    graded: dict[str, float | None], change: Callable[[NotebookNode], None]
) -> None:
    assert graded[change.__name__] == FULL


@pytest.mark.parametrize("name", PARTIAL)
def test_an_answer_that_stops_the_kernel_gets_what_the_others_are_worth(
    graded: dict[str, float | None], name: str
) -> None:
    assert graded[name] == PARTIAL[name][1]


@pytest.mark.parametrize(
    ("student", "score"), [("honest", FULL), ("downloaded_twice", FULL), ("shadowing_files", FULL), ("blank", 0.0)]
)
def test_the_rest_of_the_class_is_marked_as_ever(graded: dict[str, float | None], student: str, score: float) -> None:
    assert graded[student] == score


def test_a_file_that_is_no_notebook_is_named_in_one_sentence(graded: dict[str, float | None]) -> None:
    log = str(graded["log"])
    assert graded["no_notebook"] is None
    line = next(line for line in log.splitlines() if "is not a valid notebook" in line)
    assert "no_notebook" in line
    assert "hand it in again" in line


def test_the_reference_answers_every_question() -> None:
    assert set(reference(ASSIGNMENT)) == {
        "sgd_step",
        "momentum_step",
        "nesterov_step",
        "adagrad_step",
        "rmsprop_step",
        "adam_step",
    }
