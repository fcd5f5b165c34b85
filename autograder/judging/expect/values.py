"""Numbers, names and arrays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.judging import dataset
from autograder.judging.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from autograder.evidence import Array, Value


def _number(value: Value) -> float:
    if isinstance(value.value, bool) or not isinstance(value.value, (int, float)):
        raise Fault("not_a_number", variable=value.variable, received=str(value.value))
    return value.value


def number(value: Value, expected: float, mistakes: Mapping[float, str] | None = None) -> None:
    """The value is the number ``expected``; ``mistakes`` gives known wrong numbers a fault of their own."""
    received = _number(value)
    if received == expected:
        return
    code = (mistakes or {}).get(received, "number")
    raise Fault(code, variable=value.variable, expected=expected, received=received)


def close_number(value: Value, expected: float, within: float, name: str | None = None) -> None:
    """The number the learner reports agrees with the one measured here, up to ``within``."""
    received = _number(value)
    if not abs(received - expected) <= within:  # so that neither number may be nan
        variable = name or value.variable
        raise Fault("reported_number", variable=variable, expected=round(expected, 4), received=round(received, 4))


def none(value: Value) -> None:
    """The value is None."""
    if value.value is not None:
        code = "none_as_text" if isinstance(value.value, str) and value.value.strip().lower() == "none" else "not_none"
        raise Fault(code, variable=value.variable, received=str(value.value))


def names_among(value: Value, allowed: Collection[str], known: Collection[str]) -> set[str]:
    """The value is a collection of at least one of the names ``allowed``, in any order and capitals.

    Args:
        value: what the learner wrote.
        allowed: names that are right.
        known: all names there are.

    Returns:
        The names, in small letters.
    """
    if not isinstance(value.value, list) or not all(isinstance(item, str) for item in value.value):
        raise Fault("not_names", variable=value.variable, received=str(value.value))
    received = {item.strip().lower() for item in value.value}
    if unknown := sorted(received - set(known)):
        raise Fault("unknown_names", variable=value.variable, expected=sorted(known), received=unknown)
    if surplus := sorted(received - set(allowed)):
        raise Fault("surplus_names", variable=value.variable, received=surplus)
    if not received:
        raise Fault("missing_names", variable=value.variable, expected=len(set(allowed)), received=0)
    return received


def names(value: Value, expected: Collection[str], known: Collection[str]) -> None:
    """The value is a collection of the names ``expected``, in any order and capitals; ``known`` are all there are."""
    received = names_among(value, expected, known)
    if set(expected) - received:
        raise Fault("missing_names", variable=value.variable, expected=len(set(expected)), received=len(received))


def array_shape(array: Array, shape: tuple[int, ...], mistakes: Mapping[tuple[int, ...], str] | None = None) -> None:
    """The array has this shape; ``mistakes`` gives known wrong shapes a fault of their own."""
    if tuple(array.shape) != shape:
        code = (mistakes or {}).get(tuple(array.shape), "array_shape")
        raise Fault(code, variable=array.variable, expected=shape, received=tuple(array.shape))


def scaled(array: Array) -> None:
    """The values lie in [0, 1] and were brought there by dividing by 255."""
    if array.low is None or array.high is None or math.isnan(array.high):
        raise Fault("not_scaled", variable=array.variable, received="–")
    if array.low < 0 or array.high > 1:
        raise Fault("not_scaled", variable=array.variable, received=f"{array.low:g} … {array.high:g}")
    if array.high < 0.99:  # noqa: PLR2004 - both parts hold pixels of 255, which should have become 1
        raise Fault("scaled_twice", variable=array.variable, received=f"{array.low:g} … {array.high:g}")


def rows_sum_to_one(array: Array) -> None:
    """Every row is a set of probabilities."""
    rows = _values(array).sum(axis=-1)
    if not rows.size or not np.allclose(rows, 1, atol=1e-3):
        received = round(float(rows.flat[0]), 4) if rows.size else 0
        raise Fault("rows_do_not_sum_to_one", variable=array.variable, received=received)


def chapters_split(pictures: Array, labels: Array, part: str) -> None:
    """Pictures and labels are those of the chapter's split, and still belong together.

    Args:
        pictures: the part's pictures in any shape whose first axis counts them, scaled or not (``scaled`` says that).
        labels: the part's labels.
        part: ``train`` or ``val``.
    """
    data = dataset.load()
    expected = getattr(data, f"{part}_images")
    expected_labels = getattr(data, f"{part}_labels")
    right_labels = labels.values is not None and np.array_equal(labels.values.ravel(), expected_labels)
    right_pictures = pictures.shape[0] == len(expected) and _are_these(pictures, expected)
    facts: dict[str, Any] = {"variable": pictures.variable, "labels": labels.variable}
    if right_pictures and right_labels:
        return
    raise Fault("pictures_and_labels_apart" if right_pictures != right_labels else "not_the_chapters_split", **facts)


def _values(array: Array) -> np.ndarray:
    if array.values is None:
        raise Fault("array_too_large", variable=array.variable, received=tuple(array.shape))
    return array.values


def _are_these(pictures: Array, images: np.ndarray) -> bool:
    """Whether these are the pictures, whatever number stands for white."""
    white = pictures.high or 1.0
    sums = _row_sums(pictures) / white
    expected = images.reshape(len(images), -1).sum(axis=1, dtype=np.float64) / 255.0
    if not np.allclose(sums, expected, rtol=1e-3, atol=1e-3):  # wide enough for float16
        return False
    if pictures.sample is None or pictures.sample_index is None:
        return True
    shown = pictures.sample.reshape(len(pictures.sample), -1) / white
    rows = images[pictures.sample_index].reshape(len(shown), -1) / 255.0
    return shown.shape == rows.shape and np.allclose(shown, rows, atol=1e-3)


def _row_sums(array: Array) -> np.ndarray:
    if array.row_sums is not None:
        return array.row_sums
    values = _values(array)
    return values.reshape(len(values), -1).sum(axis=1, dtype=np.float64)
