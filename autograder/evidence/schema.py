"""Whether a record holds what it should: what crosses was written in a learner's process."""

from __future__ import annotations

import dataclasses
import types
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from autograder.evidence.kinds import Array, Crash, Evidence, Model

if TYPE_CHECKING:
    from collections.abc import Callable

_WHOLE_NUMBERS = range(-(2**63), 2**63)
"""Counts, lengths and identities are 64 bits wide; only a learner's own value may be larger."""

_CHARACTERS = 1_000


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def fits(record: Any) -> bool:
    """Whether every field of a dataclass's instance holds what its annotation says, and all fields go together.

    In evidence, ``Any`` is what JSON can say; what the judge itself asks for may hold arrays.
    """
    hints = _hints(record.__class__)
    anything = _plain if isinstance(record, Evidence) else lambda _: True
    held = (_holds(getattr(record, field.name), hints[field.name], anything) for field in dataclasses.fields(record))
    return all(held) and _TOGETHER.get(type(record), lambda _: True)(record)


def _holds(value: Any, hint: Any, anything: Callable[[Any], bool]) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return any(_holds(value, option, anything) for option in arguments)
    if origin is tuple:
        inner = arguments[0] if arguments[1:] == (...,) else Any
        return isinstance(value, tuple) and all(_holds(item, inner, anything) for item in value)
    if origin is list:
        return isinstance(value, list) and all(_holds(item, arguments[0], anything) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(
            _holds(key, arguments[0], anything) and _holds(item, arguments[1], anything) for key, item in value.items()
        )
    return anything(value) if hint is Any else _is_a(value, hint)


def _is_a(value: Any, hint: type) -> bool:
    """Whether it is of this class; truth values are no numbers here, and whole numbers are floats."""
    if hint in {int, float} and isinstance(value, bool):
        return False
    if hint is int:
        return isinstance(value, int) and value in _WHOLE_NUMBERS
    return isinstance(value, (int, float) if hint is float else hint)


def _plain(value: Any) -> bool:
    """Whether JSON can say it."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_plain, value))
    return value is None or isinstance(value, (bool, int, float, str))


def _array(record: Array) -> bool:
    """Whether the values, or the sums and the sample, are of an array of that shape."""
    if min(record.shape, default=-1) < 0:
        return False
    if record.values is not None:
        return record.values.shape == record.shape
    sums, index, sample = record.row_sums, record.sample_index, record.sample
    if sums is None or index is None or sample is None:
        return False
    rows, *row = record.shape
    return (
        sums.shape == (rows,)
        and index.ndim == 1
        and index.size > 0
        and index.dtype.kind in "iu"
        and bool(np.all((index >= 0) & (index < rows)))
        and sample.shape == (len(index), *row)
    )


def _model(record: Model) -> bool:
    """Whether the configuration lists layers, each with its class and its own configuration."""
    return record.config is None or _lists_layers(record.config)


def _lists_layers(config: dict[str, Any]) -> bool:
    layers = config.get("layers")
    return isinstance(layers, list) and all(
        isinstance(layer, dict)
        and isinstance(layer.get("class_name"), str)
        and isinstance(layer.get("config"), dict)
        and (layer["class_name"] not in {"Sequential", "Functional"} or _lists_layers(layer["config"]))
        for layer in layers
    )


def _crash(record: Crash) -> bool:
    """Whether the texts, in which the judge searches, are cut."""
    return max(len(record.kind), len(record.message), len(record.line)) <= _CHARACTERS


_TOGETHER: dict[type, Callable[[Any], bool]] = {Array: _array, Model: _model, Crash: _crash}
