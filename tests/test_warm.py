"""Kernels that are forked from a process that has imported everything: quick, and otherwise like any other."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import nbformat
import psutil
import pytest
from answers import ROOT
from nbformat.v4 import new_code_cell, new_notebook

from autograder.doors.nbgrader.release import openings
from autograder.evidence.collect import collect
from autograder.evidence.wire import pack
from autograder.exercises import NAMES, question
from autograder.running import judge_process
from autograder.running.cells import is_answer, question_of
from autograder.running.confinement import Limits
from autograder.running.judge_process import JudgeProcess
from autograder.running.kernels import ahead as ahead_module
from autograder.running.kernels import drawn, shared
from autograder.running.kernels.shared import Loan, borrow, lend
from autograder.running.notebook_run import run_notebook

PICTURES = """
import keras
import numpy as np

quick = keras.datasets.fashion_mnist.load_data
(given, _), _ = quick()
for ours, theirs in zip(quick(), quick.__wrapped__(), strict=True):
    for one, other in zip(ours, theirs, strict=True):
        assert one.dtype == other.dtype and one.flags.writeable == other.flags.writeable == False
        assert np.array_equal(one, other)
print(given.shape, quick.__name__)
"""


def said(source: str) -> str:
    notebook = new_notebook(cells=[new_code_cell(source)])
    run_notebook(notebook, {}, files=None, limits=Limits(), confined=True)
    (output,) = notebook.cells[0].outputs
    return str(output.get("text") or output)


def test_the_pictures_in_memory_are_those_that_keras_reads() -> None:
    assert said(PICTURES) == "(60000, 28, 28) load_data\n"


def with_borrowed(loans: list[Loan]) -> tuple[str, int]:
    borrow(loans)
    answer = said("import keras\nprint(keras.ops.add(1, 2).numpy())")
    return answer, len(psutil.Process().children())


def test_another_process_forks_its_kernels_from_the_one_that_was_lent() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as workers:
        (given_up,), loans = lend(), lend()
        given_up.line.close()  # who gives a line up takes nobody else's
        assert workers.submit(with_borrowed, loans).result() == ("3\n", 0)


def test_a_judge_is_replaced_before_it_grows_and_reports_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge_process, "QUESTIONS", 2)
    judge = JudgeProcess()
    bundle = collect(question("two_dense_layers").request(1), {})
    reports = [judge.judge(bundle.question, pack(bundle), 1) for _ in range(3)]
    judge.close()
    assert reports[0].score == 0
    assert reports == [reports[0]] * 3
    assert not judge.alive


GIVEN = """
import sys
if "autograder.running.kernels.ahead" in sys.modules:
    print(len(sys.modules["autograder.running.kernels.drawn"]._pictures), end="")
"""


def shown(assignment: str, *, ahead: bool, monkeypatch: pytest.MonkeyPatch) -> tuple[list[object], str]:
    """What a release's own cells display, and how many figures its kernel was given; "" where nothing was run ahead."""
    known = set(openings(ROOT / "source" / assignment / f"{assignment}.ipynb")) if ahead else set()
    monkeypatch.setattr(shared, "_known", known)
    notebook = nbformat.read(ROOT / "release/en" / assignment / f"{assignment}.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code" and not question_of(cell)]
    notebook.cells.append(new_code_cell(GIVEN))
    run_notebook(notebook, {}, files=None, limits=Limits(), confined=True)
    *own, last = notebook.cells
    given = "".join(output.text for output in last.outputs)
    return [(cell.execution_count, cell.outputs) for cell in own if not is_answer(cell)], given


@pytest.mark.parametrize("assignment", NAMES)
def test_what_was_run_ahead_for_a_class_is_what_a_kernel_of_its_own_shows(
    assignment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, nothing = shown(assignment, ahead=False, monkeypatch=monkeypatch)
    assert "image/png" in str(alone)
    assert nothing == ""
    given = "0"
    for _ in range(8):  # the first kernels may come before the figures are drawn
        forked, given = shown(assignment, ahead=True, monkeypatch=monkeypatch)
        assert forked == alone
        if given != "0":
            break
    assert int(given) > 0


@pytest.mark.parametrize("said", ["", '[{"plt.show()": ["iVBO'], ids=["nothing", "cut"])
def test_figures_that_came_to_nothing_stop_nobody(said: str) -> None:
    ours, theirs = os.pipe()
    answer = os.fdopen(ours, encoding="ascii")
    drawn.look(answer)
    assert not answer.closed  # nothing is there yet: nobody waits
    os.write(theirs, said.encode())
    os.close(theirs)
    for _ in range(2):
        drawn.look(answer)
    assert answer.closed


DRAWS = """
import json
import keras
import tensorflow as tf

traced = tf.function(lambda: tf.random.uniform([2]))


def draw(*kinds):
    keras.utils.set_random_seed(3)
    return [kind().numpy().tolist() for kind in kinds]


kinds = [
    lambda: tf.constant([1.0]) + 1,
    lambda: keras.random.uniform((2,)),
    lambda: keras.layers.Dense(2, kernel_initializer="he_normal")(tf.ones((1, 2))),
    lambda: tf.random.normal([2], seed=5),
    lambda: tf.random.uniform([2]),
    lambda: traced(),
    lambda: next(iter(tf.data.Dataset.range(9).shuffle(9))),
]
print(json.dumps([draw(*kinds[:count]) for count in (3, 3, 4, 7, 7, 7)]))
"""


def test_random_numbers_are_those_of_a_tensorflow_of_its_own() -> None:
    plain = subprocess.run([sys.executable, "-c", DRAWS], capture_output=True, text=True, check=True).stdout
    assert json.loads(said(DRAWS)) == json.loads(plain)
    assert json.loads(plain)[-1] == json.loads(plain)[-2]


def test_the_lessons_data_are_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    (opening,) = openings(ROOT / "source/optimizers/optimizers.ipynb")
    monkeypatch.setattr(shared, "_known", {opening})
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in opening.cells])
    held = "sys.modules['autograder.running.kernels.ahead'].HELD"
    notebook.cells.append(
        new_code_cell(f"import sys\nprint([train_scaled is cell.bound['train_scaled'] for cell in {held}[1:]])")
    )
    run_notebook(notebook, {}, files=None, limits=Limits(), confined=True)
    assert notebook.cells[-1].outputs[0].get("text") == "[True]\n", notebook.cells[-1].outputs


READ = """
import os, signal
import xxhash
from autograder.running.fits import content


def read(array):
    times, content.xxhash = [], __import__("types").SimpleNamespace()
    content.xxhash.xxh3_128_hexdigest = lambda data: times.append(1) or xxhash.xxh3_128_hexdigest(data)
    assert content.fingerprint(array)[2] == xxhash.xxh3_128_hexdigest(np.ascontiguousarray(array).data)
    return len(times)


def with_a_fork(array):
    fork = os.fork() or signal.pause()
    try:
        return read(array)
    finally:
        os.kill(fork, signal.SIGKILL)
        os.waitpid(fork, 0)


found = [read(train_scaled), read(train_scaled.reshape(-1, 784)), read(train_scaled[1:]), with_a_fork(train_scaled)]
train_scaled[7, 7, 7] += 1
print(found, [read(train_scaled), with_a_fork(train_scaled), read(val_scaled)])
"""


def test_the_lessons_data_are_read_again_only_when_they_were_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    (opening,) = openings(ROOT / "source/optimizers/optimizers.ipynb")
    monkeypatch.setattr(shared, "_known", {opening})
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in (*opening.cells, READ)])
    run_notebook(notebook, {}, files=None, limits=Limits(), confined=True)
    assert notebook.cells[-1].outputs[0].get("text") == "[0, 0, 1, 1] [1, 1, 0]\n", notebook.cells[-1].outputs


SETUP, DATA = "import numpy as np", "import random\n\nnumbers = np.arange(4.0)\nprint(numbers)"


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        ([SETUP, DATA], [{"numbers", "random"}]),
        ([SETUP, "numbers = [1]", "more = numbers"], [{"numbers"}, {"more"}]),
        ([SETUP, "np.seterr(all='ignore')", "numbers = np.arange(3)"], [None, {"numbers"}]),
        ([SETUP, "numbers = np.random.rand(3)"], [None]),
        ([SETUP, "numbers = globals()"], [None]),
        ([SETUP, "np.numbers = 3"], [None]),
        ([SETUP, "import sys\nnumbers = 1\nprint(1, file=sys.stderr)"], [None]),
    ],
    ids=["data", "chain", "settings", "random", "reflection", "attribute", "warns"],
)
def test_a_cell_is_taken_over_where_it_does_nothing_but_work_out_variables(
    cells: list[str], left: list[set[str] | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead_module, "HELD", [])
    monkeypatch.setattr(ahead_module, "_threads", lambda: 1)  # in here, other tests may have started TensorFlow
    ahead_module.run(cells, [])
    assert [held.bound and set(held.bound) for held in ahead_module.HELD[-len(left) :]] == left
