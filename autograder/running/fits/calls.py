"""Calls of ``fit``, ``evaluate`` and ``predict`` whose results can be looked up, as plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

DTYPES = frozenset(np.dtype(name).str for name in "uint8 int32 int64 float32 float64".split())
"""Types of arrays; Keras takes others, too, but nobody looks them up."""

_USUAL_BATCH = 32  # what Keras takes without one
_EVERYTHING: dict[str, Any] = {
    "callbacks": None,
    "sample_weight": None,
    "steps_per_epoch": None,
    "validation_steps": None,
}
_EVERYTHING |= {"validation_freq": 1, "steps": None, "_use_cached_eval_dataset": False}


class NotCovered(Exception):  # noqa: N818 - no error: such a call is carried out as usual
    """This call, or what it is called on, is not looked up. The message is a short code."""


@dataclass(frozen=True)
class Call:
    """A call of ``fit`` (``epochs`` > 0), or of ``evaluate`` or ``predict`` (``epochs`` = 0).

    Attributes:
        x: (n, ...) inputs.
        y: (n, ...) targets; None of ``predict``.
        validation: inputs and targets given as ``validation_data``.
        settings: all other arguments that the result depends on, by name.
        verbose: how much is printed.
        as_dict: whether ``evaluate`` returns a dictionary.
    """

    x: np.ndarray
    y: np.ndarray | None
    validation: tuple[np.ndarray, np.ndarray] | None
    settings: dict[str, Any]
    verbose: Any
    as_dict: bool = False

    @property
    def data(self) -> list[np.ndarray]:
        """Inputs and, where there are any, targets."""
        return [self.x] if self.y is None else [self.x, self.y]

    @property
    def epochs(self) -> range:
        """The epochs to train; empty for ``evaluate``."""
        return range(self.settings.get("initial_epoch", 0), self.settings.get("epochs", 0))

    @property
    def validated(self) -> bool:
        """Whether each epoch ends with validation."""
        return self.validation is not None or bool(self.settings.get("validation_split"))

    @property
    def rows(self) -> int:
        """Rows that are trained on."""
        kept = 1.0 if self.validation is not None else 1.0 - self.settings.get("validation_split", 0.0)
        return math.floor(len(self.x) * kept)

    @property
    def steps(self) -> int:
        """Batches of an epoch."""
        return math.ceil(self.rows / self.settings["batch_size"])

    @property
    def batch(self) -> int | None:
        """The size of a batch, as far as all batches are of one size."""
        size: int = self.settings["batch_size"]
        return None if self.rows % size else size


def call(kind: str, arguments: dict[str, Any]) -> Call:
    """Reads the arguments of a call, defaults included.

    Args:
        kind: ``fit``, ``evaluate`` or ``predict``.
        arguments: by name, without ``self``.

    Raises:
        NotCovered: there is something else among them than plain data and numbers.
    """
    given = dict(arguments)
    for name, usual in _EVERYTHING.items():
        value = given.pop(name, usual)
        if type(value) is not type(usual) or value != usual:
            raise NotCovered(name)
    x, verbose, as_dict = (given.pop(name, False) for name in ("x", "verbose", "return_dict"))
    targets = [] if kind == "predict" else [given.pop("y", False)]
    validation = _validation(given.pop("validation_data", None))
    for array in (x, *targets, *(validation or ())):
        _check(array)
    if any(len(array) != len(x) for array in targets) or (validation and len(validation[0]) != len(validation[1])):
        raise NotCovered("rows")
    settings = {name: _SETTINGS[name](given.pop(name)) for name in _SETTINGS if name in given}
    if given or type(verbose) not in {str, int, bool} or type(as_dict) is not bool:
        raise NotCovered(", ".join(given) or "verbose")
    found = Call(x, targets[0] if targets else None, validation, settings, verbose, as_dict)
    whole = validation is not None or not settings.get("validation_split")
    if found.rows < 1 or (found.rows == len(x)) != whole or (kind == "fit" and not found.epochs):
        raise NotCovered("nothing_to_train_on")
    return found


def _validation(value: Any) -> tuple[np.ndarray, np.ndarray] | None:
    if value is None:
        return None
    if type(value) not in {tuple, list} or len(value) != 2:  # noqa: PLR2004 - inputs and targets
        raise NotCovered("validation_data")
    return (value[0], value[1])


def _check(array: Any) -> None:
    if type(array) is not np.ndarray or array.dtype.str not in DTYPES or not array.ndim or not array.size:
        raise NotCovered("data")


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise NotCovered("a_number")
    return value


def _batch_size(value: Any) -> int:
    return _count(value) or _USUAL_BATCH if value is not None else _USUAL_BATCH


def _split(value: Any) -> float:
    if type(value) not in {int, float} or not 0 <= value < 1:
        raise NotCovered("validation_split")
    return float(value)


def _shuffle(value: Any) -> bool:
    if type(value) is not bool:
        raise NotCovered("shuffle")
    return value


def _class_weight(value: Any) -> list[list[float]] | None:
    if value is None:
        return None
    if type(value) is not dict or any(type(key) is not int or type(value[key]) not in {int, float} for key in value):
        raise NotCovered("class_weight")
    return sorted([key, float(number)] for key, number in value.items())


_SETTINGS = {
    "batch_size": _batch_size,
    "epochs": _count,
    "initial_epoch": _count,
    "validation_split": _split,
    "validation_batch_size": lambda value: None if value is None else _batch_size(value),
    "shuffle": _shuffle,
    "class_weight": _class_weight,
}
