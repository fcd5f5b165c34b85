"""The collector: what is taken from a learner's variables, whatever they hold."""

from __future__ import annotations

import dataclasses
import enum
import subprocess
import sys
import warnings
from base64 import b64encode
from collections import OrderedDict, deque
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from taken import same, sent, take

from autograder.evidence import Array, Call, Calls, Missing, Previous, Request, Unfit, Value, wire
from autograder.evidence.collect import SAMPLED_ROWS, WHOLE_ARRAY_BYTES, answer, collect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Count(enum.IntEnum):
    HIDDEN = 100


class Shape(NamedTuple):
    batch: int | None
    units: int


class Units(int):
    """A number of the learner's own."""


# What a guise has to be made of is written as text, so that Keras is imported by the tests that need it alone.
NUMBERS = {
    "78500": 78_500,
    "np.int64(78500)": 78_500,
    "np.uint8(7)": 7,
    "Units(3)": 3,
    "Count.HIDDEN": 100,
    "0.5": 0.5,
    "np.float32(0.5)": 0.5,
    "np.float16(0.5)": 0.5,
    "np.longdouble(0.5)": 0.5,
    "np.array(1010)": 1_010,
    "np.array(0.5)": 0.5,
    "np.bool_(True)": True,
    "keras.ops.convert_to_tensor(79510)": 79_510,
    "keras.ops.convert_to_tensor(0.5)": 0.5,
    "keras.Variable(0.5)": 0.5,
    "keras.optimizers.SGD(0.25).learning_rate": 0.25,
}

PLAIN = {
    "none": (None, None),
    "truth": (False, False),
    "text": ("None", "None"),
    "numpy_text": (np.str_("adam"), "adam"),
    "tuple": ((None, 100), [None, 100]),
    "named_tuple": (Shape(None, 10), [None, 10]),
    "list_of_guises": ([np.int64(3), np.array(0.5), "x"], [3, 0.5, "x"]),
    "set": ({"sgd", "adam", "rmsprop"}, ["adam", "rmsprop", "sgd"]),
    "frozen_set": (frozenset({2, 1}), [1, 2]),
    "dict": ({"adam": np.float64(0.875), "sgd": None}, {"adam": 0.875, "sgd": None}),
    "dict_with_numbers_for_keys": ({1: "a", 0.5: "b"}, {"1": "a", "0.5": "b"}),
    "ordered_dict": (OrderedDict(b=1, a=(2, 3)), {"b": 1, "a": [2, 3]}),
    "nested": ({"a": [{"b": {1}}]}, {"a": [{"b": [1]}]}),
    "infinite": (float("inf"), float("inf")),
    "not_a_number": (float("nan"), float("nan")),
    "largest_whole_number": (2**1023, 2**1023),
}


class Rebel:
    """An object that raises whatever is done with it."""

    def __init__(self, error: type[BaseException]) -> None:
        object.__setattr__(self, "error", error)

    def __getattribute__(self, name: str) -> Any:
        if name in {"__class__", "__dict__"}:
            return object.__getattribute__(self, name)
        raise object.__getattribute__(self, "error")

    def __repr__(self) -> str:
        raise object.__getattribute__(self, "error")

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        raise object.__getattribute__(self, "error")


class Unspeakable(Exception):  # noqa: N818 - as a learner may call it
    def __str__(self) -> str:
        raise self


def knot() -> list[Any]:
    """A list that holds itself."""
    items: list[Any] = [1]
    items.append(items)
    return items


UNFIT_VALUES = {
    "array": np.arange(3),
    "object": object(),
    "function": len,
    "module": np,
    "bytes": b"100",
    "complex": 1j,
    "range": range(3),
    "deque": deque([1]),
    "list_in_itself": knot(),
    "nested_too_deep": [[[[[[1]]]]]],
    "number_with_too_many_digits": 10**5_000,
    "number_beyond_floats": [10**400],
}
UNFIT_ARRAYS = {
    "none": None,
    "number": 3,
    "zero_dimensional": np.array(3.0),
    "text": "abc",
    "texts": ["a", "b"],
    "objects": np.array([None, 1]),
    "complex": np.array([1j]),
    "ragged": [[1, 2], [3]],
    "dict": {0: 1},
    "set": {1, 2},
    "function": np.exp,
}
UNFIT_FUNCTIONS = {"none": None, "number": 3, "class": SimpleNamespace, "text": "sigmoid"}
KERAS_KINDS = ("Model", "Layer", "Optimizer", "History")
REBELS = [Exception, ValueError, SystemExit, RecursionError, Unspeakable]


def kind_of(thing: object) -> str:
    return type(thing).__name__


def called(function: Callable[..., Any], *calls: Call) -> Calls:
    """The evidence of a function after some calls."""
    evidence = take("Calls", function, *calls)
    assert isinstance(evidence, Calls)
    return evidence


def outcome(function: Callable[..., Any], *arguments: object, **settings: float) -> Any:
    """What one call gave."""
    return called(function, Call(arguments, settings)).outcomes[0]


def square(z: np.ndarray) -> np.ndarray:
    return z**2


@pytest.mark.parametrize(("guise", "number"), NUMBERS.items(), ids=NUMBERS.keys())
def test_a_number_counts_in_every_guise(guise: str, number: float) -> None:
    names = {"np": np, "Units": Units, "Count": Count}
    if "keras" in guise:
        import keras

        names["keras"] = keras
    evidence = take("Value", eval(guise, names))  # noqa: S307 - the guises above
    assert same(evidence, Value("answer", number))


@pytest.mark.parametrize(("thing", "expected"), PLAIN.values(), ids=PLAIN.keys())
def test_values_become_plain(thing: object, expected: object) -> None:
    assert same(take("Value", thing), Value("answer", expected))


@pytest.mark.parametrize("kind", ["Value", "Array", "Calls", *KERAS_KINDS])
def test_a_variable_that_is_not_there_is_missing(kind: str) -> None:
    evidence = collect(Request("question", {"model": kind}, {}), {"Model": 1}).evidence["model"]
    assert same(evidence, Missing("model"))


def test_a_variable_that_holds_none_is_not_missing() -> None:
    assert same(take("Value", None), Value("answer", None))
    assert same(take("Array", None), Unfit("answer", "Array", "NoneType", "None"))


@pytest.mark.parametrize("thing", UNFIT_VALUES.values(), ids=UNFIT_VALUES.keys())
def test_what_is_no_value_is_unfit(thing: object) -> None:
    evidence = take("Value", thing)
    assert isinstance(evidence, Unfit)
    assert (evidence.wanted, evidence.received) == ("Value", type(thing).__name__)


@pytest.mark.parametrize("thing", UNFIT_ARRAYS.values(), ids=UNFIT_ARRAYS.keys())
def test_what_is_no_array_of_numbers_is_unfit(thing: object) -> None:
    assert isinstance(take("Array", thing), Unfit)


@pytest.mark.parametrize("thing", UNFIT_FUNCTIONS.values(), ids=UNFIT_FUNCTIONS.keys())
def test_what_is_no_function_is_unfit(thing: object) -> None:
    assert isinstance(take("Calls", thing, Call((1,), {})), Unfit)


@pytest.mark.parametrize("kind", KERAS_KINDS)
@pytest.mark.parametrize("thing", [None, 3, "adam", np.arange(3), square, dict], ids=kind_of)
def test_what_is_no_keras_object_is_unfit(kind: str, thing: object) -> None:
    import keras  # noqa: F401 - so that Keras is looked for at all

    assert isinstance(take(kind, thing), Unfit)


def test_without_keras_nothing_is_a_keras_object_and_keras_stays_out() -> None:
    code = (
        "import sys; from autograder.evidence import Request; from autograder.evidence.collect import collect\n"
        "kinds = {name: name.title() for name in ('model', 'layer', 'optimizer', 'history')}\n"
        "bundle = collect(Request('question', kinds, {}), dict.fromkeys(kinds, 3))\n"
        "print({type(item).__name__ for item in bundle.evidence.values()}, 'keras' in sys.modules, bundle.versions)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("{'Unfit'} False {'numpy'")


@pytest.mark.parametrize("kind", ["Value", "Array", "Calls", *KERAS_KINDS])
@pytest.mark.parametrize("error", REBELS)
def test_objects_that_raise_when_looked_at_are_unfit(kind: str, error: type[BaseException]) -> None:
    evidence = take(kind, Rebel(error), Call((1,), {}))
    assert isinstance(evidence, Unfit)
    assert evidence.received == "Rebel"
    assert evidence.shown.startswith("?")


def test_what_is_shown_of_an_unfit_thing_is_one_short_line() -> None:
    evidence = take("Model", ["line\n" * 1_000])
    assert "\n" not in evidence.shown
    assert len(evidence.shown) <= 120


def test_why_an_array_could_not_be_made_is_shown() -> None:
    assert "ValueError" in take("Array", [[1, 2], [3]]).shown


@pytest.mark.parametrize("rows", [[[1, 2], [3, 4]], ([1, 2], (3, 4)), np.array([[1, 2], [3, 4]])], ids=repr)
def test_lists_count_as_arrays(rows: object) -> None:
    evidence = take("Array", rows)
    assert same(evidence, Array("answer", (2, 2), "int64", 1.0, 4.0, np.array([[1, 2], [3, 4]]), None, None, None))


def test_tensors_count_as_arrays() -> None:
    import keras

    evidence = take("Array", keras.ops.ones((2, 3)))
    assert (evidence.shape, evidence.dtype) == ((2, 3), "float32")
    assert same(evidence.values, np.ones((2, 3), dtype=np.float32))


def test_an_empty_array_has_no_extremes() -> None:
    evidence = take("Array", np.zeros((0, 784)))
    assert (evidence.shape, evidence.low, evidence.high) == ((0, 784), None, None)


def test_a_large_array_crosses_as_sums_and_sample() -> None:
    array = np.random.default_rng(0).random((300, 28, 28))
    evidence = take("Array", array)
    assert evidence.values is None
    assert (evidence.shape, evidence.dtype) == ((300, 28, 28), "float64")
    assert (evidence.low, evidence.high) == (array.min(), array.max())
    np.testing.assert_allclose(evidence.row_sums, array.sum(axis=(1, 2)))
    assert len(evidence.sample) == SAMPLED_ROWS
    assert (evidence.sample_index[0], evidence.sample_index[-1]) == (0, 299)
    assert same(evidence.sample, array[evidence.sample_index])
    assert len(wire.pack(evidence)) < array.nbytes / 4


def test_a_large_array_of_few_rows_crosses_too() -> None:
    array = np.ones((2, WHOLE_ARRAY_BYTES), dtype=np.uint8)
    evidence = take("Array", array)
    assert same(evidence.row_sums, np.full(2, float(WHOLE_ARRAY_BYTES)))
    assert list(evidence.sample_index) == [0, 1]


def test_sums_of_small_number_types_do_not_overflow() -> None:
    assert take("Array", np.full((1_500, 784), 255, dtype=np.uint8)).row_sums[0] == 255 * 784
    assert take("Array", np.full((1_500, 784), 255, dtype=np.float16)).row_sums[0] == 255 * 784


def test_later_changes_do_not_reach_what_was_taken() -> None:
    array = np.zeros(3)
    evidence = collect(Request("question", {"x": "Array"}, {}), {"x": array}).evidence["x"]
    array += 1
    assert isinstance(evidence, Array)
    assert same(evidence.values, np.zeros(3))


def test_each_call_gets_its_arguments_and_settings() -> None:
    def scale(w: np.ndarray, by: float, *, plus: float = 0.0) -> np.ndarray:
        return w * by + plus

    evidence = called(scale, Call((np.ones(2), 3), {}), Call((np.ones((1, 2)), 2), {"plus": 0.5}))
    assert same(evidence.outcomes[0].results, (np.full(2, 3.0),))
    assert same(evidence.outcomes[1].results, (np.full((1, 2), 2.5),))


def test_a_state_is_passed_on_from_call_to_call() -> None:
    def step(w: np.ndarray, velocity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        velocity = 0.5 * velocity - 1
        return w + velocity, velocity

    on = Call((Previous(0), Previous(1)), {})
    evidence = called(step, Call((np.zeros(1), np.zeros(1)), {}), on, on)
    assert [[float(array[0]) for array in item.results or ()] for item in evidence.outcomes] == [
        [-1.0, -1.0],
        [-2.5, -1.5],
        [-4.25, -1.75],
    ]


@pytest.mark.parametrize("step", [lambda w, g: w - g, lambda w, g: [w - g]], ids=["array", "list"])
def test_a_single_result_is_passed_on_too(step: Callable[..., Any]) -> None:
    evidence = called(step, Call((np.ones(2), np.ones(2)), {}), Call((Previous(0), np.ones(2)), {}))
    assert same(evidence.outcomes[1].results, (np.full(2, -1.0),))


def test_a_state_that_is_not_there_is_an_exception_of_that_call() -> None:
    evidence = called(square, Call((np.ones(2),), {}), Call((Previous(1),), {}))
    assert evidence.outcomes[0].error is None
    assert "IndexError" in str(evidence.outcomes[1].error)


def test_a_function_that_changes_its_arguments_in_place_leaks_nothing() -> None:
    def step(w: np.ndarray, velocity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        velocity -= 1
        w += velocity
        return w, velocity

    first = Call((np.zeros(1), np.zeros(1)), {})
    calls = (first, Call((Previous(0), Previous(1)), {}), first)
    request = Request("question", {"step": "Calls"}, {"step": calls})
    evidence = collect(request, {"step": step}).evidence["step"]
    assert isinstance(evidence, Calls)
    assert same(first.arguments, (np.zeros(1), np.zeros(1)))
    assert same(evidence.outcomes[0].results, (np.full(1, -1.0), np.full(1, -1.0)))
    assert same(evidence.outcomes[1].results, (np.full(1, -3.0), np.full(1, -2.0)))
    assert same(evidence.outcomes[2].results, evidence.outcomes[0].results)


RETURNED = {
    "nothing": (None, ()),
    "a_number": (0.5, (np.array(0.5),)),
    "an_array": (np.ones(2), (np.ones(2),)),
    "a_list_of_numbers": ([1.0, 2.0], (np.array([1.0, 2.0]),)),
    "a_tuple": ((np.ones(2), 3.0), (np.ones(2), np.array(3.0))),
    "a_list_of_arrays": ([np.ones(2), np.zeros(3)], (np.ones(2), np.zeros(3))),
    "truth_values": (np.array([True]), (np.array([True]),)),
}


@pytest.mark.parametrize(("returned", "parts"), RETURNED.values(), ids=RETURNED.keys())
def test_what_a_function_returns_is_taken_apart(returned: object, parts: tuple[np.ndarray, ...]) -> None:
    assert same(outcome(lambda: returned).results, parts)


@pytest.mark.parametrize("returned", ["0.5", {"w": 1}, object(), (np.ones(1), "x"), b"1"], ids=kind_of)
def test_a_function_that_returns_no_numbers_is_said_to(returned: object) -> None:
    given = outcome(lambda: returned)
    assert given.results is None
    assert given.error


@pytest.mark.parametrize("error", [NotImplementedError, ZeroDivisionError, SystemExit, RecursionError, Unspeakable])
def test_exceptions_of_a_function_are_noted_for_that_call_alone(error: type[BaseException]) -> None:
    def moody(z: float) -> float:
        if z < 0:
            raise error
        return z

    evidence = called(moody, Call((-1.0,), {}), Call((1.0,), {}))
    assert str(evidence.outcomes[0].error).startswith(error.__name__)
    assert evidence.outcomes[0].results is None
    assert same(evidence.outcomes[1].results, (np.array(1.0),))


def test_a_wrong_number_of_parameters_is_an_exception_of_the_function() -> None:
    assert "TypeError" in outcome(lambda: 1, np.ones(2)).error
    assert "TypeError" in outcome(square, np.ones(2), learning_rate=0.1).error


def test_interrupting_a_function_that_never_ends_ends_the_collection() -> None:
    def endless() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outcome(endless)


def test_warnings_of_a_function_are_noted_each_time() -> None:
    def sigmoid(z: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-z))

    steep, flat = Call((np.array([-1000.0]),), {}), Call((np.array([0.0]),), {})
    noted = [item.warnings for item in called(sigmoid, steep, flat, steep).outcomes]
    assert noted[0] == noted[2] == ("RuntimeWarning: overflow encountered in exp",)
    assert noted[1] == ()


def test_a_function_that_warns_and_then_raises_has_both_noted() -> None:
    def failing() -> None:
        warnings.warn("careful", stacklevel=1)
        message = "late"
        raise ValueError(message)

    given = outcome(failing)
    assert (given.error, given.warnings) == ("ValueError: late", ("UserWarning: careful",))


@pytest.mark.parametrize(
    "function",
    [np.exp, np.vectorize(lambda z: max(0, z)), SimpleNamespace(f=square).f],
    ids=["ufunc", "vectorized", "attribute"],
)
def test_anything_callable_counts_as_a_function(function: Callable[..., Any]) -> None:
    assert outcome(function, np.array([0.0, 1.0])).error is None


def test_functions_that_give_tensors_count() -> None:
    import keras

    assert same(outcome(keras.ops.relu, np.array([-1.0, 2.0])).results, (np.array([0.0, 2.0]),))


def test_collecting_prints_and_warns_of_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    overflow = np.full((100_000, 2), 1e308)
    things: dict[str, Any] = {"rebel": Rebel(ValueError), "overflow": overflow, "knot": knot()}
    variables = {f"{name}_{kind}": kind for name in things for kind in ("Value", "Array", "Calls", *KERAS_KINDS)}
    namespace = {variable: things[variable.split("_")[0]] for variable in variables}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sent(collect(Request("question", variables, {}), namespace))
    assert capfd.readouterr() == ("", "")


def test_what_is_taken_says_with_which_versions() -> None:
    assert collect(Request("question", {}, {}), {}).versions["numpy"] == np.__version__


def test_a_runner_outside_asks_and_is_answered_by_file(tmp_path: Path) -> None:
    request = Request("question", {"z": "Value", "square": "Calls"}, {"square": (Call((2.0,), {}),)})
    asked = b64encode(wire.pack(request)).decode()
    answer(asked, str(tmp_path / "given"), {"z": {1, 2}, "square": square})
    bundle = wire.unpack((tmp_path / "given").read_bytes())
    assert bundle.question == "question"
    assert bundle.evidence["z"].value == [1, 2]
    assert bundle.evidence["square"].outcomes[0].results == (4.0,)


def test_evidence_cannot_be_changed_by_mistake() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        take("Value", 1).value = 2
