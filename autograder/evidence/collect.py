"""Takes evidence from a namespace. Runs in the learner's process, beside the learner's code."""

from __future__ import annotations

import sys
import warnings
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.evidence import keras_objects, wire
from autograder.evidence.kinds import Array, Bundle, Calls, Drawing, Evidence, Missing, Outcome, Unfit, Value
from autograder.evidence.request import Call, Previous, Request
from autograder.evidence.watch import WATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WHOLE_ARRAY_BYTES = 1_000_000
SAMPLED_ROWS = 48
_SHOWN = 120
_NESTING = 4
# What a learner's object may raise when it is used. KeyboardInterrupt is how a time limit ends a cell.
_ANYTHING = (Exception, SystemExit)


class UnfitError(Exception):
    """What the variable holds is of another kind."""


def collect(request: Request, namespace: Mapping[str, Any]) -> Bundle:
    """Takes everything ``request`` asks for. Never raises for what a learner's object does."""
    crash = WATCH.crash_of_answer()
    evidence = {variable: _take(kind, variable, namespace, request) for variable, kind in request.variables.items()}
    return Bundle(request.question, evidence, crash, _versions())


def answer(request: str, place: int | str, namespace: Mapping[str, Any]) -> None:
    """Collects and writes the bundle: how a runner outside asks.

    Args:
        request: what to take, packed, as text in base 64.
        place: the file descriptor, or the path of the file, to which the bundle is added.
        namespace: the learner's variables.
    """
    asked = wire.unpack(b64decode(request))
    data = wire.pack_bundle(collect(asked, namespace), asked)
    with open(place, "ab", closefd=isinstance(place, str)) as file:
        file.write(data)


def _versions() -> dict[str, str]:
    found = {name: getattr(sys.modules.get(name), "__version__", None) for name in ("keras", "tensorflow", "numpy")}
    return {name: str(version) for name, version in found.items() if version}


def _take(kind: str, variable: str, namespace: Mapping[str, Any], asked: Request) -> Evidence:
    if kind == "Drawing":
        return Drawing(variable, WATCH.figures_of_answer())
    if variable not in namespace:
        return Missing(variable)
    thing = namespace[variable]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if kind == "Calls":
                return _calls(variable, thing, asked.calls.get(variable, ()))
            taken = _TAKERS[kind](variable, thing, asked)
            if taken is None:
                raise UnfitError
            return taken
    except _ANYTHING as error:
        reason = "" if isinstance(error, UnfitError) else f" ({_said(error)})"
        return Unfit(variable, kind, type(thing).__name__, _shown(thing) + reason)


def _shown(thing: object) -> str:
    text = _text(repr, thing)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {_text(str, error)}"[:_SHOWN]


def _text(write: Callable[[object], str], thing: object) -> str:
    """What ``repr`` or ``str`` gives, as one line; a question mark where a learner's own method fails."""
    try:
        return " ".join(write(thing).split())
    except _ANYTHING:
        return "?"


def _value(variable: str, thing: object, asked: Request) -> Value:  # noqa: ARG001 - as every taker
    return Value(variable, _plain(thing, _NESTING))


def _plain(thing: Any, nesting: int) -> Any:
    if thing is None or isinstance(thing, (bool, int, float, str)):
        # A subclass of a number or text crosses as the number or text.
        return thing if thing is None or isinstance(thing, bool) else _base(thing)
    if nesting and isinstance(thing, dict):
        return {str(_plain(key, nesting - 1)): _plain(value, nesting - 1) for key, value in thing.items()}
    if nesting and isinstance(thing, (set, frozenset)):
        return sorted((_plain(item, nesting - 1) for item in thing), key=repr)
    if nesting and isinstance(thing, (list, tuple)):
        return [_plain(item, nesting - 1) for item in thing]
    if hasattr(thing, "__array__"):
        array = np.asarray(thing)
        if array.ndim == 0 and array.dtype.kind in "biufU":
            # A long double's ``item`` is a long double again.
            return _plain(float(array) if array.dtype.kind == "f" else array.item(), nesting)
    raise UnfitError


def _base(thing: float | str) -> float | str:
    plain: float | str = next(base(thing) for base in (int, float, str) if isinstance(thing, base))
    if isinstance(plain, int) and abs(plain) > sys.float_info.max:
        raise UnfitError  # no float comes near it, and Python writes no number of so many digits
    return plain


def _numbers(thing: object) -> np.ndarray:
    if isinstance(thing, (str, bytes, dict, set, bool, int, float, type(None))):
        raise UnfitError
    array = np.asarray(thing)
    if array.dtype.kind not in "biuf":
        raise UnfitError
    return array


def _array(variable: str, thing: object, asked: Request) -> Array:  # noqa: ARG001 - as every taker
    array = _numbers(thing)
    if array.ndim == 0:
        raise UnfitError
    low, high = (float(array.min()), float(array.max())) if array.size else (None, None)
    if array.nbytes <= WHOLE_ARRAY_BYTES:
        return Array(variable, array.shape, str(array.dtype), low, high, array.copy(), None, None, None)
    index = np.linspace(0, len(array) - 1, min(SAMPLED_ROWS, len(array))).astype(np.int64)
    sums = array.reshape(len(array), -1).sum(axis=1, dtype=np.float64)
    return Array(variable, array.shape, str(array.dtype), low, high, None, sums, index, array[index])


def _calls(variable: str, function: object, calls: tuple[Call, ...]) -> Calls:
    if not callable(function) or isinstance(function, type):
        raise UnfitError
    outcomes: list[Outcome] = []
    before: Any = None
    for call in calls:
        before, outcome = _call(function, call, before)
        outcomes.append(outcome)
    return Calls(variable, tuple(outcomes))


def _call(function: Callable[..., Any], call: Call, before: Any) -> tuple[Any, Outcome]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            arguments = [
                _part(before, thing.part) if isinstance(thing, Previous) else _copy(thing) for thing in call.arguments
            ]
            result = function(*arguments, **call.settings)
            outcome = Outcome(_parts(result), None, _lines(caught))
        except _ANYTHING as error:
            return None, Outcome(None, _said(error), _lines(caught))
    return result, outcome


def _copy(thing: Any) -> Any:
    return thing.copy() if isinstance(thing, np.ndarray) else thing


def _part(result: Any, part: int) -> Any:
    return _copy(result[part] if isinstance(result, (tuple, list)) else [result][part])


def _parts(result: object) -> tuple[np.ndarray, ...]:
    if result is None:
        return ()
    several = isinstance(result, tuple) or (isinstance(result, list) and any(np.ndim(item) for item in result))
    things = result if several and isinstance(result, (tuple, list)) else (result,)
    return tuple(_result(thing) for thing in things)


def _result(thing: object) -> np.ndarray:
    array = np.asarray(thing)
    if array.dtype.kind not in "biuf":
        message = f"returned {type(thing).__name__} instead of numbers"
        raise TypeError(message)
    return array.copy()


def _lines(caught: list[warnings.WarningMessage]) -> tuple[str, ...]:
    return tuple(f"{item.category.__name__}: {item.message}"[:_SHOWN] for item in caught[:3])


_TAKERS: dict[str, Callable[[str, Any, Request], Evidence | None]] = {
    "Value": _value,
    "Array": _array,
    "Model": keras_objects.model,
    "Layer": keras_objects.layer,
    "Optimizer": keras_objects.optimizer,
    "History": keras_objects.history,
}
