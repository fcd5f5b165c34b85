"""What is noted between two checks in a notebook: the exception that stopped a cell, and the figures shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shell import Cells, shell, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

    from autograder.evidence import Crash

DRAW = "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3]); plt.plot([1, 2], [3, 4]);"
NETWORK = """
import numpy as np, keras
from keras import layers
def fitted(name=None, layer=None):
    dense = layers.Dense(3, activation="softmax", name=layer)
    model = keras.Sequential([keras.Input((4,)), dense], name=name)
    model.compile(loss="sparse_categorical_crossentropy")
    return model.fit(np.ones((8, 4)), np.zeros(8), verbose=0)
"""


@pytest.fixture(scope="module")
def notebook() -> Iterator[InteractiveShell]:
    with shell() as started:
        yield started


@pytest.fixture
def cells(notebook: InteractiveShell) -> Iterator[Cells]:
    with watched(notebook) as started:
        yield started


@pytest.fixture
def inline(cells: Cells) -> Iterator[Cells]:
    """Cells that show figures as a notebook does."""
    cells.run("%matplotlib inline")
    yield cells
    cells.run("import matplotlib.pyplot as plt; plt.close('all')")


def kind(crash: Crash | None) -> str | None:
    return crash.kind if crash else None


def test_without_an_exception_there_is_no_crash(cells: Cells) -> None:
    cells.run("x = 1")
    assert cells.crash() is None


def test_the_crash_of_an_answer_is_kept_until_the_check(cells: Cells) -> None:
    cells.run("rate = 0.1\nunits = 1 / 0\nx = 3")
    cells.run("y = 2")
    crash = cells.crash()
    assert crash is not None
    assert (crash.kind, crash.message, crash.line) == ("ZeroDivisionError", "division by zero", "units = 1 / 0")


def test_the_line_is_one_of_the_learners_not_of_a_library(cells: Cells) -> None:
    cells.run("import json")
    cells.run("def load():\n    return json.loads('{')")
    cells.run("load()")
    crash = cells.crash()
    assert crash is not None
    assert (crash.kind, crash.line) == ("JSONDecodeError", "return json.loads('{')")


@pytest.mark.parametrize("source", ["units = (1", "units = 100 200", "  x = 1\n y = 2"])
def test_a_cell_that_is_not_even_python_crashes_too(cells: Cells, source: str) -> None:
    cells.run(source)
    crash = cells.crash()
    assert crash is not None
    assert crash.kind in {"SyntaxError", "IndentationError", "_IncompleteInputError"}
    assert crash.line in source


def test_a_long_coloured_message_becomes_one_short_line(cells: Cells) -> None:
    cells.run("raise ValueError('\\x1b[1mshape\\x1b[0m\\n' + 'x' * 1000)")
    crash = cells.crash()
    assert crash is not None
    assert crash.message.startswith("shape x")
    assert len(crash.message) == 300


def test_running_the_cell_again_without_an_exception_clears_it(cells: Cells) -> None:
    cells.run("1 / 0", cell="answer")
    cells.run("1 / 1", cell="answer")
    assert cells.crash() is None


def test_another_cell_without_an_exception_does_not_clear_it(cells: Cells) -> None:
    cells.run("1 / 0", cell="answer")
    cells.run("1 / 1", cell="another")
    assert kind(cells.crash()) == "ZeroDivisionError"


def test_the_last_of_several_exceptions_counts(cells: Cells) -> None:
    cells.run("1 / 0", cell="answer")
    cells.run("undefined", cell="answer")
    assert kind(cells.crash()) == "NameError"


def test_checking_twice_says_the_same(cells: Cells) -> None:
    cells.run("1 / 0")
    assert [kind(cells.crash()), kind(cells.crash())] == ["ZeroDivisionError"] * 2


def test_a_crash_belongs_to_the_next_check_and_to_no_later_answer(cells: Cells) -> None:
    cells.run("1 / 0")
    cells.crash()
    cells.run("x = 1")
    assert cells.crash() is None
    cells.run("undefined")
    assert kind(cells.crash()) == "NameError"


def test_running_a_crashed_cell_again_after_the_check_clears_it(cells: Cells) -> None:
    cells.run("1 / 0", cell="answer")
    cells.crash()
    cells.run("1 / 1", cell="answer")
    assert cells.crash() is None


def test_starting_twice_listens_once(inline: Cells) -> None:
    inline.watch.start(inline.names["get_ipython"]())
    inline.run(DRAW)
    assert inline.figures() == ((3, 2),)


@pytest.mark.parametrize("names", ["name='패션 MNIST 모델'", "layer='은닉층'"], ids=["model", "layer"])
def test_after_a_hangul_models_failed_fit_a_later_model_still_fits(cells: Cells, names: str) -> None:
    cells.run(NETWORK)
    cells.run(f"fitted({names})")
    crash = cells.crash()
    assert crash is not None
    assert "scope name" in crash.message
    cells.run("history = fitted()")
    assert cells.crash() is None
    assert len(cells.names["history"].history["loss"]) == 1


def test_figures_shown_in_an_answer_are_noted_with_their_line_lengths(inline: Cells) -> None:
    inline.run(DRAW)
    assert inline.figures() == ((3, 2),)


@pytest.mark.parametrize("show", ["", "plt.show()", "display(plt.gcf())"])
def test_each_of_several_figures_is_noted_once(inline: Cells, show: str) -> None:
    inline.run(f"{DRAW}\nplt.figure()\nplt.plot(range(5))\n{show}")
    inline.run(f"{DRAW}\n{show}")
    assert sorted(inline.figures()) == [(3, 2), (3, 2), (5,)]


def test_lines_in_all_parts_of_a_figure_count(inline: Cells) -> None:
    inline.run(
        "import matplotlib.pyplot as plt\n_, (a, b) = plt.subplots(1, 2)\n"
        "a.plot([1, 2]); b.plot(range(5)); b.bar([1], [2]);"
    )
    assert inline.figures() == ((2, 5),)


def test_figures_belong_to_the_next_check_and_to_no_later_answer(inline: Cells) -> None:
    inline.run(DRAW)
    assert inline.figures() == inline.figures() == ((3, 2),)
    inline.run("x = 1")
    assert inline.figures() == ()


def test_a_figure_that_is_not_shown_counts_while_it_is_open(cells: Cells) -> None:
    cells.run(f"import matplotlib; matplotlib.use('agg')\n{DRAW}")
    assert cells.figures() == ((3, 2),)
    cells.run("plt.close('all')")
    assert cells.figures() == ()


def test_looking_at_figures_leaves_the_current_one_current(inline: Cells) -> None:
    inline.run(
        "import matplotlib.pyplot as plt\n"
        "plt.figure(1); plt.figure(2); plt.figure(1)\n"
        "display({'image/png': ''}, raw=True)\n"
        "number = plt.gcf().number"
    )
    assert inline.names["number"] == 1


def test_without_a_shell_there_is_nothing_to_listen_to() -> None:
    from autograder.evidence.watch import Watch

    watch = Watch()
    watch.start(None)
    assert watch.crash_of_answer() is None
