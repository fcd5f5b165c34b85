"""Judging: outcomes, scores, and what is said of an exception that stopped the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shell import Cells, shell, watched
from taken import sent

from autograder.evidence import Bundle, Call, Calls, Crash, Missing, Unfit, Value
from autograder.evidence.collect import collect
from autograder.exercises.model import Question
from autograder.judging import expect
from autograder.judging.crashes import CODES, explain
from autograder.judging.faults import Fault, Word
from autograder.judging.verdicts import Outcome, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.judging.judge import Claim

PASSED, FAILED, BLOCKED, BROKEN = Outcome
CRASH = Crash("NameError", "name 'x' is not defined", "x")


def question(*claims: Claim, points: int = 3, **settings: Any) -> Question:
    """A question of these claims, all checked with the same settings."""
    made = Question("question", points, "assignment")
    for claim in claims:
        made.check(**settings)(claim)
    return made


def judged(made: Question, crash: Crash | None = None, **answer: object) -> Report:
    """The report on an answer that holds these variables."""
    bundle = sent(collect(made.request(7), answer))
    return made.judge(Bundle(bundle.question, bundle.evidence, crash), 7)


def outcomes(report: Report) -> list[Outcome]:
    return [verdict.outcome for verdict in report.verdicts]


def codes(report: Report) -> list[str]:
    return [verdict.code for verdict in report.verdicts]


def x_is_3(x: Value) -> None:
    expect.number(x, 3)


def x_is_odd(x: Value) -> None:
    expect.number(Value(x.variable, x.value % 2), 1)


def y_is_4(y: Value) -> None:
    expect.number(y, 4)


def y_follows_x(x: Value, y: Value) -> None:
    expect.number(y, x.value + 1)


def grader_divides_by_zero(x: Value) -> None:
    assert x.value / 0


def f_gives_numbers(f: Calls) -> None:
    expect.accepts(f)


def f_keeps_the_shape(f: Calls) -> None:
    expect.same_shape(f)


# --- scores


def test_a_right_answer_passes_with_full_points() -> None:
    report = judged(question(x_is_3, x_is_odd, y_follows_x), x=3, y=4)
    assert (outcomes(report), report.score) == ([PASSED] * 3, 3.0)


def test_a_wrong_value_fails_with_its_facts() -> None:
    (verdict,) = judged(question(x_is_3), x=5).verdicts
    assert (verdict.outcome, verdict.code) == (FAILED, "number")
    assert verdict.facts == {"variable": "x", "expected": 3, "received": 5}


def test_checks_count_by_their_weights() -> None:
    made = Question("question", 4, "assignment")
    made.check(weight=3)(x_is_3)
    made.check()(y_is_4)
    assert judged(made, x=3, y=0).score == 3.0
    assert judged(made, x=0, y=4).score == 1.0


@pytest.mark.parametrize(("weights", "points", "score"), [((1, 2), 1, 0.33), ((2, 1), 1, 0.67), ((1, 7), 3, 0.38)])
def test_scores_are_rounded_to_hundredths(weights: tuple[int, int], points: int, score: float) -> None:
    verdicts = Verdict("a", weights[0], PASSED), Verdict("b", weights[1], FAILED)
    assert Report("question", points, verdicts).score == score


def test_a_check_that_fails_itself_costs_no_points_and_gives_none() -> None:
    own = Verdict("b", 3, Outcome.BROKEN, "KeyError"), Verdict("c", 2, Outcome.BLOCKED, "b")
    assert Report("q", 4, (Verdict("a", 1, PASSED), *own)).score == 4
    assert Report("q", 4, (Verdict("a", 1, PASSED), Verdict("d", 1, FAILED), *own)).score == 2
    assert Report("q", 4, own).score == 4


VERDICTS = st.builds(Verdict, st.just("check"), st.integers(1, 9), st.sampled_from([PASSED, FAILED, BLOCKED]))


@given(st.lists(VERDICTS, min_size=1, max_size=12), st.integers(1, 20))
@settings(deadline=None, derandomize=True)
def test_scores_lie_between_nothing_and_full_and_only_full_passes_give_full(
    verdicts: list[Verdict], points: int
) -> None:
    score = Report("question", points, tuple(verdicts)).score
    passed = {verdict.outcome is PASSED for verdict in verdicts}
    assert (score == points) == (passed == {True})
    assert (score == 0) == (passed == {False})
    assert 0 <= score <= points


# --- what is missing, waits, or is our own failure


def test_a_missing_variable_is_said_once_and_the_other_checks_on_it_wait() -> None:
    report = judged(question(x_is_3, x_is_odd, y_is_4, y_follows_x), y=4)
    assert outcomes(report) == [FAILED, BLOCKED, PASSED, BLOCKED]
    assert codes(report) == ["missing_variable", "x", "", "x"]


def test_each_missing_variable_is_said() -> None:
    report = judged(question(x_is_3, y_follows_x, y_is_4))
    assert codes(report) == ["missing_variable", "x", "missing_variable"]
    assert [verdict.facts for verdict in report.verdicts] == [{"variable": "x"}, None, {"variable": "y"}]


def test_a_variable_of_another_kind_is_said_once_with_what_it_is() -> None:
    report = judged(question(x_is_3, x_is_odd), x=len)
    assert codes(report) == ["not_value", "x"]
    assert report.verdicts[0].facts == {
        "variable": "x",
        "received": "builtin_function_or_method",
        "shown": "<built-in function len>",
    }


def test_a_function_that_never_works_is_said_once() -> None:
    made = question(f_gives_numbers, f_keeps_the_shape)
    made.probe("f")(lambda random: (Call((random.random(3),), {}), Call((random.random(2),), {})))

    def blank(z: object) -> None:
        raise NotImplementedError

    assert codes(judged(made, f=blank)) == ["function_blank", "f"]
    assert codes(judged(made, f=lambda: 1)) == ["function_raised", "f"]
    assert codes(judged(made, f=print)) == ["function_returned_nothing", "f"]
    assert judged(made, f=np.exp).score == 3.0


def test_a_check_waits_for_what_it_builds_on() -> None:
    made = question(x_is_3)
    made.check(after=(x_is_3,))(y_is_4)
    made.check(after=(y_is_4,))(y_follows_x)
    report = judged(made, x=0, y=4)
    assert outcomes(report) == [FAILED, BLOCKED, BLOCKED]
    assert codes(report) == ["number", "x_is_3", "y_is_4"]
    assert judged(made, x=3, y=4).score == 3.0


def test_an_exception_in_a_check_is_our_failure_and_not_the_answers() -> None:
    report = judged(question(x_is_3, grader_divides_by_zero), x=3)
    assert outcomes(report) == [PASSED, BROKEN]
    line = grader_divides_by_zero.__code__.co_firstlineno + 1
    error = f"ZeroDivisionError: division by zero (grader_divides_by_zero, line {line})"
    assert report.broken == (f"grader_divides_by_zero: {error}",)


def test_without_the_evidence_that_a_check_asks_for_it_is_our_failure_too() -> None:
    report = question(x_is_3).judge(Bundle("question", {}), 7)
    assert outcomes(report) == [BROKEN]


def test_what_waits_for_our_own_failure_is_not_failed() -> None:
    made = question(grader_divides_by_zero)
    made.check(after=(grader_divides_by_zero,))(x_is_3)
    assert outcomes(judged(made, x=0)) == [BROKEN, BLOCKED]


@pytest.mark.parametrize("given", [Missing("y"), Unfit("y", "Value", "object", "?")], ids=["missing", "unfit"])
def test_a_variable_with_a_default_only_helps(given: Any) -> None:
    seen = []

    def x_is_right(x: Value, y: Value | None = None) -> None:
        seen.append((x.value, y and y.value))

    made = question(x_is_right)
    for evidence in (given, Value("y", 4)):
        report = made.judge(Bundle("question", {"x": Value("x", 3), "y": evidence}), 7)
        assert outcomes(report) == [PASSED]
    assert seen == [(3, None), (3, 4)]


def test_a_question_asks_for_its_checks_variables_and_draws_calls_from_the_seed() -> None:
    made = question(y_follows_x, f_gives_numbers)
    made.probe("f")(lambda random: (Call((random.random(),), {}),))
    request = made.request(1)
    assert request.variables == {"x": "Value", "y": "Value", "f": "Calls"}
    assert request.calls["f"][0].arguments == made.request(1).calls["f"][0].arguments
    assert request.calls["f"][0].arguments != made.request(2).calls["f"][0].arguments


def test_a_report_survives_json() -> None:
    def shape_is_right(x: Value) -> None:
        facts = {"expected": (None, 10), "role": Word("hidden_layer"), "received": np.float32(0.5), "names": ["은닉층"]}
        raise Fault("output_shape", variable=x.variable, **facts)

    report = judged(question(shape_is_right, x_is_3, grader_divides_by_zero), CRASH, x=3)
    text = json.dumps(report.as_json(), ensure_ascii=False, allow_nan=False)
    again = Report.from_json(json.loads(text))
    assert again == report
    assert json.loads(text)["score"] == report.score == 1.5


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32("nan"), 10**400, {"x": object()}, {1, 2}])
def test_whatever_a_fault_states_can_be_written_down(value: object) -> None:
    json.dumps(Fault("number", received=value).facts, allow_nan=False)


# --- exceptions that stopped the answer


def test_a_crash_is_explained_only_when_points_were_lost() -> None:
    assert judged(question(x_is_3), CRASH, x=3).crash is None
    lost = judged(question(x_is_3, y_is_4), CRASH, x=3, y=0).crash
    assert lost == ("crash_undefined_name", {"error": "NameError: name 'x' is not defined", "line": "x"})


SETUP = """
import warnings; warnings.simplefilter("ignore")
import numpy as np, keras
from keras import layers
x, y = np.ones((64, 784), dtype="float32"), np.arange(64) % 10
def network(**settings):
    return keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")], **settings)
def compiled(loss="sparse_categorical_crossentropy", **settings):
    made = network()
    made.compile(loss=loss, **settings)
    return made
model = compiled(metrics=["accuracy"])
def answer():
    raise NotImplementedError
"""
CRASHES = {
    "model.compile(loss='sparse_categorical_crossentropy', metrics='accuracy')": "crash_metrics_string",
    "sgd = keras.optimizers.SGD(lr=0.1)": "crash_lr",
    "adam = keras.optimizers.Adam(lr=0.1)": "crash_lr",
    "sgd = keras.optimizers.SGD(learning_rate=0.1, nestrov=True)": "crash_unknown_argument",
    "o = model.optimizer; model.fit(x, y, verbose=0); compiled(optimizer=o).fit(x, y)": "crash_optimizer_reused",
    "layer = layers.Dense(100, activaton='relu')": "crash_unknown_argument",
    "compiled(loss='sparse_categorical_crosentropy', metrics=['accuracy']).fit(x, y, verbose=0)": "crash_unknown_loss",
    "model.compile(optimizer='nestrov', loss='mse')": "crash_unknown_name",
    "layer = layers.Dense(100, activation='rellu')": "crash_unknown_name",
    "compiled(metrics=['acuracy']).fit(x, y, verbose=0)": "crash_unknown_name",
    "m = network(name='패션 MNIST 모델'); m.compile(loss='mse'); m.fit(x, x[:, :10])": "crash_name_not_ascii",
    "m = keras.Sequential([layers.Dense(3, name='은닉층')]); m.predict(x)": "crash_name_not_ascii",
    "model.fit(x.reshape(-1, 28, 28), y, verbose=0)": "crash_shape",
    "model.predict(x[0], verbose=0)": "crash_shape",
    "model.fit(x, y[:63], verbose=0)": "crash_shape",
    "compiled(loss='categorical_crossentropy').fit(x, y, verbose=0)": "crash_shape",
    "rows = x.reshape(-1, 785)": "crash_shape",
    "z = x @ x": "crash_shape",
    "z = np.ones(3) + np.ones(4)": "crash_shape",
    "train_scaled = train_input / 255.0": "crash_undefined_name",
    "layer = keras.layers.dense(100)": "crash_attribute",
    "model.input_shapes": "crash_attribute",
    "import kears": "crash_import",
    "from keras.layers import Desne": "crash_import",
    "raise NotImplementedError": "crash_blank",
    "answer()": "crash_blank",
    "model = keras.Sequential([": "crash_syntax",
    "  a = 1\n b = 2": "crash_syntax",
    "big = np.ones((10**6, 10**6, 10**3))": "crash_memory",
    "raise KeyboardInterrupt": "crash_interrupted",
    "import os\nraise OSError(24, os.strerror(24))": "crash_open_files",
    "import os\nraise OSError(28, os.strerror(28))": "crash_disk",
    "import os\nraise OSError(27, os.strerror(27))": "crash_disk",
    "import os\nraise OSError(11, os.strerror(11))": "crash_processes",
    'raise RuntimeError("can\'t start new thread")': "crash_processes",
    "import os\nraise OSError(30, os.strerror(30))": "crash_walls",
    "import os\nraise OSError(101, os.strerror(101))": "crash_walls",
    "import socket\nraise socket.gaierror(-2, 'Name or service not known')": "crash_walls",
    "layer = layers.Dense()": "crash_other",
    "layer = layers.Dense(np.int64(100))": "crash_other",
    "1 / 0": "crash_other",
}


@pytest.fixture(scope="module")
def cells() -> Iterator[Cells]:
    with shell() as started, watched(started) as running:
        running.run(SETUP)
        assert running.crash() is None
        yield running


@pytest.mark.parametrize(("source", "code"), CRASHES.items(), ids=CRASHES.keys())
def test_real_exceptions_of_beginners_are_recognised(cells: Cells, source: str, code: str) -> None:
    cells.run(source)
    crash = cells.crash()
    assert crash is not None
    assert explain(crash)[0] == code
    assert explain(crash)[1]["line"]


OUTSIDE = {
    "CellTimeout": "crash_time_limit",
    "EndlessLoop": "crash_endless_loop",
    "NotebookTimeout": "crash_notebook_time",
    "ProcessorLimit": "crash_processor_time",
    "MemoryLimit": "crash_memory",
    "OutputLimit": "crash_output",
    "KernelDied": "crash_kernel_died",
    "WireError": "crash_evidence",
}


def test_every_code_belongs_to_an_exception_above_or_to_a_runner() -> None:
    assert set(CODES) == {*CRASHES.values(), *OUTSIDE.values()}


@pytest.mark.parametrize(("kind", "code"), OUTSIDE.items(), ids=OUTSIDE)
def test_what_ends_a_cell_from_outside_is_explained_without_a_line(kind: str, code: str) -> None:
    assert explain(Crash(kind, "", "")) == (code, {"error": kind, "line": "–"})
