"""A learner's function, by what it gave for inputs drawn for this occasion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.judging.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograder.evidence import Call, Calls, Outcome


def accepts(calls: Calls, only: Sequence[int] | None = None) -> None:
    """Every call returned something (``only``: of these calls)."""
    for _, outcome in _chosen(calls, only):
        if fault := _failed(calls.variable, outcome):
            raise fault


def unusable(calls: Calls) -> Fault | None:
    """Why no call at all gave anything, if that is so: then there is one thing to say, not one for each check."""
    faults = [_failed(calls.variable, outcome) for outcome in calls.outcomes]
    return faults[0] if all(faults) else None


def _failed(variable: str, outcome: Outcome) -> Fault | None:
    if outcome.error is not None and outcome.error.startswith("NotImplementedError"):
        return Fault("function_blank", variable=variable)
    if outcome.error is not None:
        return Fault("function_raised", variable=variable, received=outcome.error)
    return None if outcome.results else Fault("function_returned_nothing", variable=variable)


def results(  # noqa: PLR0913 - each is one thing the message says
    calls: Calls,
    expected: Sequence[np.ndarray],
    *,
    only: Sequence[int] | None = None,
    part: int = 0,
    parts: int = 1,
    code: str = "function_value",
    relative: float = 1e-4,
) -> None:
    """Part ``part`` of what each call returned is ``expected``, one array for each call in ``only``.

    Args:
        calls: what the calls gave.
        expected: arrays or numbers, one for each call looked at.
        only: which calls to look at; all by default.
        part: which of the returned things.
        parts: how many things a call should return.
        code: the fault to raise when values differ.
        relative: relative tolerance.
    """
    accepts(calls, only)
    for (call, outcome), wanted in zip(_chosen(calls, only), expected, strict=True):
        given = outcome.results or ()
        if len(given) != parts:
            raise Fault("function_parts", variable=calls.variable, expected=parts, received=len(given))
        received, target = np.asarray(given[part], dtype=np.float64), np.asarray(wanted, dtype=np.float64)
        if received.size != target.size:
            raise Fault("function_shape", variable=calls.variable, expected=target.shape, received=received.shape)
        flat, goal = received.ravel(), target.ravel()
        wrong = np.flatnonzero(~np.isclose(flat, goal, rtol=relative, atol=1e-6))
        if wrong.size:
            worst = int(wrong[0])
            facts = {"expected": _short(goal[worst]), "received": _short(flat[worst])}
            raise Fault(code, variable=calls.variable, input=_input(call, worst), **facts)


def not_mistaken(calls: Calls, mistakes: Mapping[str, Sequence[np.ndarray]], only: Sequence[int] | None = None) -> None:
    """What the calls returned is not what a known mistake gives: a fault's code to one array for each call looked at.

    A single number for a whole array counts as that number everywhere.
    """
    accepts(calls, only)
    given = [np.asarray((outcome.results or (np.nan,))[0], dtype=np.float64) for _, outcome in _chosen(calls, only)]
    for code, arrays in mistakes.items():
        pairs = list(zip(given, arrays, strict=True))
        if all(one.shape in {(), two.shape} and np.allclose(one, two, rtol=1e-4, atol=1e-6) for one, two in pairs):
            raise Fault(code, variable=calls.variable)


def same_shape(calls: Calls, only: Sequence[int] | None = None) -> None:
    """What comes back has the shape of what went in."""
    accepts(calls, only)
    for call, outcome in _chosen(calls, only):
        received, expected = np.shape((outcome.results or (0,))[0]), np.shape(call.arguments[0])
        if received != expected:
            raise Fault("function_shape", variable=calls.variable, expected=expected, received=received)


def same_dtype(calls: Calls, only: Sequence[int] | None = None) -> None:
    """What comes back has the dtype of what went in."""
    accepts(calls, only)
    for call, outcome in _chosen(calls, only):
        received, expected = (outcome.results or (np.zeros(0),))[0].dtype, call.arguments[0].dtype
        if received != expected:
            raise Fault("function_dtype", variable=calls.variable, expected=str(expected), received=str(received))


def no_overflow(calls: Calls, only: Sequence[int] | None = None) -> None:
    """The calls gave finite numbers and NumPy did not warn of an overflow."""
    accepts(calls, only)
    for _, outcome in _chosen(calls, only):
        if any("overflow" in line or "invalid value" in line for line in outcome.warnings):
            raise Fault("function_overflow", variable=calls.variable, received=outcome.warnings[0])
        if not all(np.isfinite(array).all() for array in outcome.results or ()):
            raise Fault("function_overflow", variable=calls.variable, received="inf / nan")


def _short(value: Any) -> float:
    return float(f"{float(value):.5g}")


def _input(call: Call, position: int) -> str:
    """What the function was given for the value at ``position``, for the message."""
    given = np.ravel(call.arguments[0]) if isinstance(call.arguments[0], np.ndarray) else np.zeros(0)
    return f"{_short(given[position]):g}" if position < given.size else "…"


def _chosen(calls: Calls, only: Sequence[int] | None) -> list[tuple[Call, Outcome]]:
    pairs = list(zip(calls.requested, calls.outcomes, strict=True))
    return pairs if only is None else [pairs[index] for index in only]
