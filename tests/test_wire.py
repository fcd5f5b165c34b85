"""The wire format: what crosses from the learner's process to the judge's."""

from __future__ import annotations

import io
import json
import pickle
import struct
import tracemalloc
import warnings
import zipfile
from contextlib import suppress
from dataclasses import replace
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
    caps,
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
    Array("x", (4, 3), "float64", 0.0, 1.0, None, np.ones(4), np.array([0, 2]), ROWS),
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
def test_any_nested_argument_comes_back_equal(value: Any) -> None:
    assert same(sent(Call((value,), {})), Call((value,), {}))


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
    data = wire.pack(OUTCOMES[0])
    for length in range(len(data)):
        with pytest.raises(wire.WireError):
            wire.unpack(data[:length])


@given(st.data())
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_changed_bytes_raise_nothing_but_wire_errors(data: st.DataObject) -> None:
    raw = bytearray(wire.pack(Bundle("question", {"x": replace(MODEL, variable="x"), "y": OPTIMIZER})))
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
    "an_array_that_is_not_there": body({"$array": "array0000"}),
    "a_dict_that_is_none": body({"$dict": [1, 2]}),
    "a_dict_with_a_list_for_a_key": body({"$dict": [[[], 2]]}),
    "an_object_that_is_nothing": body({"x": 1}),
    "nested_too_deep": forged('{"version": 1, "body": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    "a_number_too_long": forged('{"version": 1, "body": ' + "9" * 5_000 + "}"),
    "half_a_surrogate_pair": body("\ud83d"),
    "an_array_with_something_beside_it": body({"$array": "array0000", "x": 1}, array0000=ROWS),
    "a_tuple_of_letters": body({"$tuple": "abc"}),
    "a_dict_with_a_number_for_a_key": body({"$dict": [[1, 2]]}),
    "fields_in_a_list": body({"$record": "Missing", "fields": ["x"]}),
    "an_array_for_a_value": body(
        {"$record": "Value", "fields": {"variable": "x", "value": {"$array": "array0000"}}}, array0000=ROWS
    ),
}


def test_what_is_forged_here_is_refused_for_what_it_says_only() -> None:
    assert same(wire.unpack(body([{"$array": "array0000"}, {"$tuple": []}], array0000=ROWS)), [ROWS, ()])


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
    for data in (body({"$array": "array0000"}, array0000=array), body(1, array0000=array), pickle.dumps(Planted())):
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
        kinds.Bundle("sgd", {"sgd": kinds.Unfit("sgd", "Drawing", "int", "3")}),
        kinds.Bundle("sgd", {"sgd": kinds.Optimizer("sgd", "SGD", {}, 2**63, ())}),
        kinds.Bundle("sgd", {"sgd": kinds.Optimizer("sgd", "SGD", {"learning_rate": ROWS}, 0, ())}),
        kinds.Bundle("sgd", {"sgd": kinds.Missing("sgd")}, Crash("E" * 1_001, "", "")),
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
        "unfit as another kind",
        "a count of 20 digits",
        "an array for a setting",
        "a crash that was not cut",
    ],
)
def test_evidence_of_another_make_is_refused(forged: object) -> None:
    asked = request.Request("sgd", {"sgd": "Optimizer"}, {})
    with pytest.raises(wire.WireError):
        wire.unpack_bundle(wire.pack(forged), asked)
    fair = kinds.Bundle("sgd", {"sgd": kinds.Optimizer("sgd", "SGD", {"learning_rate": 0.01}, 0, ())})
    assert wire.unpack_bundle(wire.pack(fair), asked).question == "sgd"


def test_as_many_calls_are_answered_as_were_made() -> None:
    asked = request.Request("question", {"f": "Calls"}, {"f": (CALL, CALL)})
    for outcomes, requested in ((OUTCOMES[:1], ()), (OUTCOMES, (CALL, CALL))):
        with pytest.raises(wire.WireError):
            wire.unpack_bundle(wire.pack(Bundle("question", {"f": Calls("f", outcomes, requested)})), asked)
    assert wire.unpack_bundle(wire.pack(Bundle("question", {"f": Calls("f", OUTCOMES)})), asked)


WHOLE: dict[str, Any] = {
    "dtype": "float32",
    "low": 0.0,
    "high": 5.0,
    "row_sums": None,
    "sample_index": None,
    "sample": None,
}
SAMPLED: dict[str, Any] = {
    "dtype": "float32",
    "low": 0.0,
    "high": 5.0,
    "values": None,
    "row_sums": np.ones(4),
    "sample": ROWS,
}
INCOHERENT = {
    "values_of_another_shape": Array("x", (3, 2), values=ROWS, **WHOLE),
    "no_values_and_no_sums": Array("x", (2, 3), values=None, **WHOLE),
    "a_number": Array("x", (), values=np.array(3.0), **WHOLE),
    "a_negative_length": Array("x", (-2, -3), values=ROWS, **WHOLE),
    "sums_of_other_rows": Array("x", (5, 3), sample_index=np.array([0, 2]), **SAMPLED),
    "a_row_that_is_not_there": Array("x", (4, 3), sample_index=np.array([0, 4]), **SAMPLED),
    "rows_by_fractions": Array("x", (4, 3), sample_index=np.array([0.0, 2.0]), **SAMPLED),
    "another_number_of_rows": Array("x", (4, 3), sample_index=np.array([0]), **SAMPLED),
    "rows_of_another_length": Array("x", (4, 2), sample_index=np.array([0, 2]), **SAMPLED),
}
STRANGE_MODELS: dict[str, dict[str, Any]] = {
    "no_layers": {},
    "layers_in_a_dict": {"layers": {}},
    "a_number_for_a_layer": {"layers": [1]},
    "a_layer_of_no_class": {"layers": [{"config": {}}]},
    "a_layer_without_settings": {"layers": [{"class_name": "Dense", "config": None}]},
    "a_model_inside_without_layers": {"layers": [{"class_name": "Sequential", "config": {}}]},
}


@pytest.mark.parametrize("array", INCOHERENT.values(), ids=INCOHERENT.keys())
def test_parts_of_an_array_that_do_not_go_together_are_refused(array: Array) -> None:
    with pytest.raises(wire.WireError):
        sent(array)


@pytest.mark.parametrize("config", STRANGE_MODELS.values(), ids=STRANGE_MODELS.keys())
def test_a_configuration_that_lists_no_layers_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(wire.WireError):
        sent(replace(MODEL, config=config))


# --- caps


def nested(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


MUCH = np.broadcast_to(np.float32(0), (caps.ARRAY_BYTES // 8,))
EXCESSIVE: dict[str, tuple[Any, str]] = {
    "one_array": (np.broadcast_to(np.float32(0), (4_100, 4_100)), "more than 64 MiB of evidence"),
    "arrays_together": ([MUCH[:], MUCH[:], ROWS], "more than 64 MiB of evidence"),
    "number_of_arrays": ([ROWS[:] for _ in range(2_000)], "2,000 arrays or more"),
    "dimensions": (np.zeros((1,) * 9), "more than 8 dimensions"),
    "an_empty_array_of_absurd_lengths": (np.zeros((0, 10**6, 10**6)), "more than 64 MiB"),
    "nesting": (nested(70), "nested more than 64 levels deep"),
    "endless_nesting": (nested(5_000), "nested too deep"),
    "values": ([0] * 200_001, "more than 200,000 values"),
    "a_text": ("x" * 20_001, "a text of more than 20,000 characters"),
    "texts_together": (["x" * 20_000] * 250, "more than 4 MiB of descriptions"),
    "digits": (10**400, "a whole number of more than 308 digits"),
}


@pytest.mark.parametrize(("value", "reason"), EXCESSIVE.values(), ids=EXCESSIVE.keys())
def test_what_is_too_much_is_not_packed_and_the_reason_is_said(value: Any, reason: str) -> None:
    with pytest.raises(wire.WireError, match=reason):
        wire.pack(Call((value,), {}))


def deep(brackets: int) -> str:
    return '{"version": 1, "body": ' + "[" * brackets + "]" * brackets + "}"


ENDLESS = {
    "nesting": (forged(deep(64)), "nested more than 64"),
    "endless_nesting": (forged(deep(1_000_000)), "nested more than 64"),
    "nesting_after_a_text_of_brackets": (forged('["]]]\\"]]\\\\", ' + "[" * 64 + "]" * 65), "nested more than 64"),
    "values": (body([0] * 200_001), "more than 200,000 values"),
    "empty_lists": (forged("[" + "[]," * 1_000_000 + "[]]"), "more than 200,000 values"),
    "a_text": (body("x" * 20_001), "a text of more than"),
    "texts_together": (forged('["' + "x" * (4 << 20) + '"]'), "more than 4 MiB"),
    "a_name": (body({"$dict": [["x" * 20_001, 1]]}), "a text of more than"),
    "digits": (body(10**400), "more than 308 digits"),
    "numbers_that_grow_when_they_are_written_again": (
        forged('{"version": 1, "body": [' + "9e15," * 190_000 + '"' + "x" * (3 << 20) + '"]}'),
        "more than 4 MiB",
    ),
    "arrays": (body(0, **{f"array{i:04d}": ROWS for i in range(2_000)}), "damaged"),
    "dimensions": (body(0, array0000=np.zeros((1,) * 9)), "more than 8 dimensions"),
    "the_archive": (bytes(caps.MAX_BYTES + 1), "more than 64 MiB"),
    "one_array": (body(0, array0000=np.zeros(caps.ARRAY_BYTES + 1, np.uint8)), "more than 64 MiB"),
}


@pytest.mark.parametrize(("data", "reason"), ENDLESS.values(), ids=ENDLESS.keys())
def test_what_is_too_much_is_not_unpacked(data: bytes, reason: str) -> None:
    with pytest.raises(wire.WireError, match=reason):
        wire.unpack(data)


def test_the_deepest_and_longest_that_is_allowed_comes_back() -> None:
    value = [nested(50), "x" * 20_000, *([0.5] * 190_000), int(1.7e308)]
    assert same(sent(Value("x", value)), Value("x", value))


def test_an_array_in_many_places_crosses_once_and_stays_one() -> None:
    large = np.zeros(250_000)
    call = Call((large,) * 1_000, {})
    data = wire.pack(call)
    assert len(data) < 2 * large.nbytes
    assert len({id(item) for item in wire.unpack(data).arguments}) == 1
    assert len(wire.pack(wire.unpack(data))) == len(data)


def peak(data: bytes) -> int:
    """Bytes that reading takes besides the data."""
    tracemalloc.start()
    with suppress(wire.WireError):
        wire.unpack(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_nothing_that_is_read_takes_more_than_four_times_the_largest_arrays() -> None:
    arrays = {f"array{i:04d}": np.zeros(caps.ARRAY_BYTES // 16, np.uint8) for i in range(16)}
    wide = '{"version": 1, "body": [' + '"\U0001f600\U0001f600\U0001f600",' * 99_990 + "[]]}"
    worst = [forged(wide, **arrays), *(data for data, _ in ENDLESS.values())]
    assert max(map(peak, worst)) < 4 * caps.ARRAY_BYTES


# --- archives that lie


def described(header: str, content: bytes = b"") -> bytes:
    """An array as NumPy stores it, with any description."""
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content


def zipped(*members: tuple[str, bytes], **settings: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **settings) as archive, warnings.catch_warnings(action="ignore"):
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, settings.get("compression"))
    return buffer.getvalue()


def saved(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


TREE = ("tree.npy", saved(np.frombuffer(b'{"version": 1, "body": 1}', np.uint8)))


def with_array(content: bytes) -> bytes:
    return zipped(TREE, ("array0000.npy", content))


def plain(shape: str, descr: str = "'<f8'") -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"


def changed(data: bytes, place: int, form: str, value: int) -> bytes:
    raw = bytearray(data)
    struct.pack_into(form, raw, place % len(raw), value)
    return bytes(raw)


HONEST = zipped(TREE)
DIRECTORY = HONEST.index(b"PK\1\2")
LYING = {
    "a_huge_shape": with_array(described(plain("(1000000, 1000000)"), bytes(8))),
    "a_shape_beyond_64_bits": with_array(described(plain(f"({2**62}, {2**62})"), bytes(8))),
    "a_negative_shape": with_array(described(plain("(-1, -1)"), bytes(8))),
    "a_shape_of_texts": with_array(described(plain("('1',)"), bytes(8))),
    "a_shape_that_is_a_truth_value": with_array(described(plain("(True, 1)"), bytes(8))),
    "less_than_it_says": with_array(described(plain("(2,)"), bytes(8))),
    "more_than_it_says": with_array(described(plain("(1,)"), bytes(16))),
    "objects": with_array(described(plain("(1,)", "'|O'"), bytes(8))),
    "texts": with_array(saved(np.array(["x"]))),
    "bytes": with_array(saved(np.array([b"x"]))),
    "dates": with_array(saved(np.array(["2026-11-26"], "datetime64[D]"))),
    "complex_numbers": with_array(saved(np.array([1j]))),
    "records": with_array(saved(np.zeros(1, [("a", "f4")]))),
    "arrays_in_arrays": with_array(described(plain("(1,)", "('<f8', (100000000,))"), bytes(8))),
    "truth_values_of_2": with_array(described(plain("(1,)", "'|b1'"), b"\2")),
    "code_for_a_description": with_array(described("__import__('os').getpid()", bytes(8))),
    "a_description_without_end": with_array(described("(" * 900)),
    "a_long_description": with_array(described(plain("(1,)") + " " * 60_000, bytes(8))),
    "another_format": with_array(b"\x93NUMPY\x02\x00" + bytes(20)),
    "no_array": with_array(b"hello"),
    "a_file_of_another_name": zipped(TREE, ("../array0000.npy", TREE[1])),
    "a_file_that_is_no_array": zipped(TREE, ("array0000.txt", b"")),
    "the_same_name_twice": zipped(TREE, ("array0000.npy", TREE[1]), ("array0000.npy", TREE[1])),
    "no_tree": zipped(("array0000.npy", TREE[1])),
    "a_bomb": zipped(TREE, ("array0000.npy", bytes(100 << 20)), compression=zipfile.ZIP_DEFLATED),
    "compressed": zipped(TREE, compression=zipfile.ZIP_DEFLATED),
    "something_before_it": b"x" + HONEST,
    "something_after_it": HONEST + b"x",
    "something_between": HONEST[:DIRECTORY] + b"x" + HONEST[DIRECTORY:],
    "a_comment": changed(HONEST, -2, "<H", 3) + b"abc",
    "another_checksum": changed(HONEST, DIRECTORY + 16, "<L", 1),
    "another_size": changed(HONEST, DIRECTORY + 24, "<L", 1),
    "an_absurd_size": changed(HONEST, DIRECTORY + 24, "<L", 0xFFFFFFFF),
    "encrypted": changed(HONEST, DIRECTORY + 8, "<H", 1),
    "a_member_that_begins_elsewhere": changed(HONEST, DIRECTORY + 42, "<L", 4),
    "two_members_in_one_place": changed(with_array(TREE[1]), with_array(TREE[1]).rindex(b"PK\1\2") + 42, "<L", 0),
    "more_members_than_there_are": changed(changed(HONEST, -14, "<H", 2), -12, "<H", 2),
    "60_000_members": changed(changed(HONEST, -14, "<H", 60_000), -12, "<H", 60_000),
    "a_directory_elsewhere": changed(HONEST, -6, "<L", 0),
    "a_second_directory": HONEST[:-22] + b"PK\6\7" + bytes(16) + HONEST[-22:],
}


@pytest.mark.parametrize("data", LYING.values(), ids=LYING.keys())
def test_an_archive_that_is_not_what_it_says_is_refused(data: bytes) -> None:
    with pytest.raises(wire.WireError, match=r"^damaged evidence: "):
        wire.unpack(data)


def test_the_archives_above_are_refused_for_what_they_change_only() -> None:
    assert wire.unpack(HONEST) == wire.unpack(with_array(TREE[1])) == 1
    assert wire.unpack(with_array(described(plain("(1,)"), bytes(8)))) == 1


# --- when evidence cannot cross


def refused(shown: str) -> tuple[str, str]:
    return "Unfit", f"{caps.TOO_LARGE}: {shown}"


def arrived(bundle: Bundle, asked: Request) -> dict[str, tuple[str, str]]:
    found = wire.unpack_bundle(wire.pack_bundle(bundle, asked), asked).evidence
    return {name: (type(item).__name__, getattr(item, "shown", "")) for name, item in found.items()}


def test_a_variable_that_is_too_large_says_so_and_the_others_cross() -> None:
    large = Array("x", MUCH.shape, "float32", 0.0, 0.0, np.broadcast_to(np.float64(0), (9 << 20,)), None, None, None)
    asked = Request("question", {"x": "Array", "y": "Value"}, {})
    bundle = Bundle("question", {"x": large, "y": Value("y", 3)})
    assert arrived(bundle, asked) == {"x": refused("more than 64 MiB of evidence"), "y": ("Value", "")}


def test_variables_that_are_too_large_together_all_say_so() -> None:
    names = [f"x{i}" for i in range(300)]
    asked = Request("question", {**dict.fromkeys(names, "Value"), "curves": "Drawing"}, {})
    bundle = Bundle("question", {name: Value(name, "x" * 20_000) for name in names} | {"curves": Drawing("curves", ())})
    found = arrived(bundle, asked)
    assert found.pop("curves")[0] == "Drawing"
    assert set(found.values()) == {refused("more than 4 MiB of descriptions")}


def test_a_variable_that_cannot_be_packed_at_all_says_so() -> None:
    asked = Request("question", {"x": "Value"}, {})
    assert arrived(Bundle("question", {"x": Value("x", 1j)}), asked) == {"x": refused("cannot send complex")}


def test_versions_of_any_length_do_not_stop_a_bundle() -> None:
    asked = Request("question", {"x": "Value"}, {})
    bundle = Bundle("question", {"x": Value("x", 3)}, None, {"keras": "3" * 30_000})
    assert arrived(bundle, asked) == {"x": refused("a text of more than 20,000 characters")}


def test_a_bundle_within_the_caps_is_packed_as_it_is() -> None:
    bundle = Bundle("question", {"x": Value("x", 3)})
    assert wire.pack_bundle(bundle, Request("question", {"x": "Value"}, {})) == wire.pack(bundle)
