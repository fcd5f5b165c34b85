"""The wire format: what crosses from the learner's process to the judge's."""

from __future__ import annotations

import io
import json
import pickle
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from taken import same, sent

from autograder.evidence import (
    Array,
    Bundle,
    Call,
    Calls,
    Crash,
    Drawing,
    Evidence,
    History,
    Layer,
    Loss,
    Missing,
    Model,
    Optimizer,
    Outcome,
    Previous,
    Request,
    Unfit,
    Value,
    kinds,
    request,
    wire,
)

ROWS = np.arange(6, dtype=np.float32).reshape(2, 3)
LAYER = Layer("model", "Dense", "은닉층", 140_000_000_000_000, ROWS)
OPTIMIZER = Optimizer("model", "SGD", {"learning_rate": 0.01, "nesterov": False, "clipnorm": None}, 7_500, ("lr",))
HISTORY = History("model", {"loss": [0.5, float("nan")], "accuracy": [0.8, 0.9]}, 1_500)
CALL = Call((ROWS, Previous(1), 0.5, 3), {"learning_rate": 0.1, "nesterov": True})
OUTCOMES = (Outcome((ROWS, ROWS[0]), None, ("RuntimeWarning: overflow",)), Outcome(None, "TypeError: no", ()))
MODEL = Model(
    "model",
    "Sequential",
    "패션 MNIST 모델",
    {"layers": [{"class_name": "Dense", "config": {"batch_shape": [None, 784]}}]},
    (ROWS, ROWS[0]),
    (LAYER,),
    input_declared=True,
    built=True,
    optimizer=OPTIMIZER,
    loss=Loss("sparse_categorical_crossentropy", None),
    metrics=("accuracy",),
    history=HISTORY,
)
RECORDS: tuple[object, ...] = (
    Evidence("x"),
    Missing("x"),
    Unfit("x", "Model", "int", "3"),
    Value("x", {"sgd": 0.84, "names": ["adam", None, True], "count": 1_010}),
    Array("x", (2, 3), "float32", 0.0, 5.0, ROWS, None, None, None),
    Array("x", (48_000, 784), "float64", 0.0, 1.0, None, ROWS[0], np.array([0, 2]), ROWS),
    Calls("sigmoid", OUTCOMES, (CALL, CALL)),
    LAYER,
    OPTIMIZER,
    MODEL.loss,
    HISTORY,
    MODEL,
    Drawing("drawing", ((5, 5), (), (10,))),
    Crash("ValueError", "nöt 유효한", "model.fit(x, y)"),
    OUTCOMES[0],
    CALL,
    Previous(0),
    Request("question", {"x": "Value", "step": "Calls"}, {"step": (CALL,)}),
    Bundle("question", {"x": Missing("x"), "model": MODEL}, Crash("NameError", "x", ""), {"keras": "3.15.1"}),
)

NUMBERS = arrays_of.boolean_dtypes() | arrays_of.integer_dtypes() | arrays_of.floating_dtypes()
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | arrays_of.arrays(NUMBERS, arrays_of.array_shapes(min_dims=0, min_side=0, max_side=3))
)
NESTED = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(), inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
    ),
    max_leaves=12,
)


def forged(tree: Any, **arrays: np.ndarray) -> bytes:
    """An archive as ``pack`` writes it, with any tree."""
    text = tree if isinstance(tree, str) else json.dumps(tree)
    buffer = io.BytesIO()
    np.savez(buffer, tree=np.frombuffer(text.encode(), dtype=np.uint8), **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def body(tree: Any, **arrays: np.ndarray) -> bytes:
    return forged({"version": wire.VERSION, "body": tree}, **arrays)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_every_kind_of_record_comes_back_equal(record: object) -> None:
    assert same(sent(record), record)


def test_no_kind_of_record_is_left_out_above() -> None:
    defined = {thing for module in (kinds, request) for thing in vars(module).values() if isinstance(thing, type)}
    defined = {thing for thing in defined if thing.__module__ in {kinds.__name__, request.__name__}}
    assert defined == {type(record) for record in RECORDS}


@given(NESTED)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_nested_value_comes_back_equal(value: Any) -> None:
    assert same(sent(Value("x", value)), Value("x", value))


def test_half_a_surrogate_pair_does_not_stop_the_rest() -> None:
    assert sent(Value("x", ["\ud83d", 3])).value == ["?", 3]


@pytest.mark.parametrize(
    "thing",
    [{1, 2}, 1j, b"bytes", object(), np.array([None]), np.float32(1), len],
    ids=lambda thing: type(thing).__name__,
)
def test_what_is_no_plain_value_is_not_packed(thing: object) -> None:
    with pytest.raises(TypeError, match="cannot send"):
        wire.pack(Value("x", thing))


def test_evidence_cut_off_anywhere_is_damaged() -> None:
    data = wire.pack(Value("x", [ROWS]))
    for length in range(len(data)):
        with pytest.raises(wire.WireError):
            wire.unpack(data[:length])


@given(st.data())
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_changed_bytes_raise_nothing_but_wire_errors(data: st.DataObject) -> None:
    raw = bytearray(wire.pack(Bundle("question", {"x": Value("x", [ROWS]), "y": OPTIMIZER})))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=4)):
        raw[place] = data.draw(st.integers(0, 255))
    with suppress(wire.WireError):
        wire.unpack(bytes(raw))


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_other_bytes_are_damaged_evidence(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.unpack(data)


FORGED = {
    "no_archive_but_an_array": ROWS.tobytes(),
    "no_tree": b"PK\x05\x06" + bytes(18),
    "no_json": forged("{"),
    "no_version": forged({"body": 1}),
    "a_list": forged([1]),
    "a_number": forged("1"),
    "another_version": forged({"version": wire.VERSION + 1, "body": None}),
    "an_unknown_record": body({"$record": "Popen", "fields": {"args": "ls"}}),
    "a_class_that_is_no_record": body({"$record": "Any", "fields": {}}),
    "a_missing_field": body({"$record": "Value", "fields": {"variable": "x"}}),
    "a_field_too_many": body({"$record": "Missing", "fields": {"variable": "x", "value": 1}}),
    "an_array_that_is_not_there": body({"$array": "array0"}),
    "a_dict_that_is_none": body({"$dict": [1, 2]}),
    "a_dict_with_a_list_for_a_key": body({"$dict": [[[], 2]]}),
    "an_object_that_is_nothing": body({"x": 1}),
    "nested_too_deep": forged('{"version": 1, "body": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    "a_number_too_long": forged('{"version": 1, "body": ' + "9" * 5_000 + "}"),
    "half_a_surrogate_pair": body("\ud83d"),
}


@pytest.mark.parametrize("data", FORGED.values(), ids=FORGED.keys())
def test_forged_evidence_is_refused(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.unpack(data)


class Planted:
    """What runs when it is unpickled."""

    ran = False

    def __reduce__(self) -> tuple[Any, tuple[object, ...]]:
        return setattr, (Planted, "ran", True)


def test_a_pickled_object_is_refused_and_does_not_run() -> None:
    array = np.empty(1, dtype=object)
    array[0] = Planted()
    for data in (body({"$array": "array0"}, array0=array), body(1, unused=array), pickle.dumps(Planted())):
        with pytest.raises(wire.WireError):
            wire.unpack(data)
    assert not Planted.ran


@pytest.mark.parametrize(
    "forged",
    [
        kinds.Bundle("sgd", {"sgd": kinds.Optimizer("sgd", "SGD", {}, "many", ())}),  # type: ignore[arg-type]
        kinds.Bundle("sgd", {"sgd": kinds.Optimizer("sgd", "SGD", [], 0, ())}),  # type: ignore[arg-type]
        kinds.Bundle("sgd", {"sgd": "SGD"}),  # type: ignore[dict-item]
        kinds.Bundle("sgd", {"sgd": kinds.Value("sgd", 1)}),
        kinds.Bundle("sgd", {"sgd": kinds.Missing("other")}),
        kinds.Bundle("sgd", {}),
        kinds.Bundle("adam", {"sgd": kinds.Missing("sgd")}),
        kinds.Missing("sgd"),
    ],
    ids=[
        "text for a number",
        "list for a dict",
        "no evidence",
        "another kind",
        "another variable",
        "nothing",
        "other question",
        "no bundle",
    ],
)
def test_evidence_of_another_make_is_refused(forged: object) -> None:
    asked = request.Request("sgd", {"sgd": "Optimizer"}, {})
    with pytest.raises(wire.WireError):
        wire.unpack_bundle(wire.pack(forged), asked)
    fair = kinds.Bundle("sgd", {"sgd": kinds.Optimizer("sgd", "SGD", {"learning_rate": 0.01}, 0, ())})
    assert wire.unpack_bundle(wire.pack(fair), asked).question == "sgd"
