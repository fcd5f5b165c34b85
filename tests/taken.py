"""Evidence as the judge gets it: taken by the collector, sent and received. Keras is imported by those who need it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.evidence import Request, wire
from autograder.evidence.collect import collect
from autograder.judging.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.evidence import Call


def take(kind: str, thing: object, *calls: Call) -> Any:
    """Evidence of ``thing``, which the learner calls ``answer``."""
    request = Request("question", {"answer": kind}, {"answer": calls})
    return sent(collect(sent(request), {"answer": thing})).evidence["answer"]


def sent(record: object) -> Any:
    """What arrives of a record."""
    return wire.unpack(wire.pack(record))


def fault(expectation: Callable[..., object], *arguments: Any, **settings: Any) -> str | None:
    """The code of the fault that an expectation raises; None when it is content."""
    try:
        expectation(*arguments, **settings)
    except Fault as raised:
        return raised.code
    return None


def same(one: Any, other: Any) -> bool:
    """Whether two things are equal in type, shape, dtype and value, all the way down; nan is equal to nan."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        alike = one.shape == other.shape and one.dtype == other.dtype
        return alike and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return bool(one == other) or (isinstance(one, float) and one != one and other != other)  # noqa: PLR0124 - nan
