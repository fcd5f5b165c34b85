"""``check``, ``hint`` and ``progress`` as a learner meets them, in one real kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade

from autograder.exercises import texts

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELLS = {
    "setup": "import numpy as np\nfrom tensorflow import keras\nfrom autograder import check, hint, language, progress",
    "korean": 'language("ko")',
    "nothing_checked": "progress()",
    "right": (
        "import os, sys, warnings\n"
        "def sgd_step(w, gradient, learning_rate=0.01):\n"
        "    os.write(2, b'native noise'); print('noise', file=sys.stderr); warnings.warn('noise')\n"
        "    return w - learning_rate * gradient"
    ),
    "check_right": 'check("sgd_step")',
    "wrong": "def momentum_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):\n    return w, velocity",
    "check_wrong": 'check("momentum_step")',
    "seed": "keras.utils.set_random_seed(7); before = np.random.rand(); keras.utils.set_random_seed(7)",
    "check_again": 'check("sgd_step")',
    "after": "float(before == np.random.rand())",
    "hint_1": 'hint("sgd_step")',
    "hint_2": 'hint("sgd_step")',
    "english": 'language("en")',
    "hint_3": 'hint("adam_step")',
    "unknown": 'check("sgd_stepp")',
    "some_checked": "progress()",
}


@pytest.fixture(scope="module")
def ran() -> dict[str, NotebookNode]:
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS.values()])
    NotebookClient(notebook, kernel_name="python3", timeout=120, allow_errors=True).execute()
    return dict(zip(CELLS, notebook.cells, strict=True))


def shown(cell: NotebookNode, kind: str = "text/plain") -> str:
    return next(output.data[kind] for output in cell.outputs if output.output_type == "execute_result")


def test_a_check_prints_nothing_and_its_value_is_what_nbgrader_reads(ran: dict[str, NotebookNode]) -> None:
    for name, points in (("check_right", 2.0), ("check_wrong", 0.0)):
        cell = ran[name]
        assert [output.output_type for output in cell.outputs] == ["execute_result"]
        cell.metadata["nbgrader"] = {"grade": True, "solution": False, "points": 2}
        assert determine_grade(cell) == (points, 2.0)


def test_feedback_is_there_as_html_and_markdown(ran: dict[str, NotebookNode]) -> None:
    html, markdown = shown(ran["check_wrong"], "text/html"), shown(ran["check_wrong"], "text/markdown")
    for text in (html, markdown):
        assert "✗" in text
        assert "다음 단계" in text


def test_feedback_needs_no_colour_of_its_own_for_text(ran: dict[str, NotebookNode]) -> None:
    html = shown(ran["check_wrong"], "text/html")
    assert "background" not in html
    assert " color:" not in html


def test_a_check_leaves_random_numbers_as_they_were(ran: dict[str, NotebookNode]) -> None:
    assert shown(ran["after"]) == "1.0"


def test_hints_come_one_by_one_in_the_chosen_language(ran: dict[str, NotebookNode]) -> None:
    assert texts.hints("sgd_step", "ko")[0] in shown(ran["hint_1"])
    assert texts.hints("sgd_step", "ko")[1] in shown(ran["hint_2"])
    assert texts.hints("adam_step", "en")[0] in shown(ran["hint_3"])


def test_a_mistyped_question_names_the_nearest_and_scores_nothing(ran: dict[str, NotebookNode]) -> None:
    assert "sgd_step" in shown(ran["unknown"], "text/markdown")
    assert shown(ran["unknown"]) == "0.0"
    assert not any(output.output_type == "error" for output in ran["unknown"].outputs)


def test_progress_shows_every_question(ran: dict[str, NotebookNode]) -> None:
    table = shown(ran["some_checked"], "text/html")
    assert "2 / 2" in table
    assert "2 / 13" in table
    assert texts.title("adam_step", "en") in table
