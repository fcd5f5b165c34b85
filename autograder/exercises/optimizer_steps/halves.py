"""The update rules in two halves: one renews the state, the other moves the weights with the new state.

Most mistakes are in one half. The expected numbers are Keras's own; rules written here only recognise mistakes, so
``epsilon`` is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from autograder.exercises.optimizer_steps.stepping import Step

Half = Callable[[SimpleNamespace], Any]
"""Of a namespace that holds ``w``, ``gradient``, ``learning_rate``, the other settings, the old state by its name, and
(for the half that moves) the new state as ``new``."""


def step(renew: Half, move: Half) -> Step:
    """Both halves together."""

    def both(at: SimpleNamespace) -> tuple[Any, ...]:
        at.new = renew(at)
        return (move(at), *(at.new if isinstance(at.new, tuple) else (at.new,)))

    return both


def mistakes(renew: Half, move: Half, renewals: Mapping[str, Half], moves: Mapping[str, Half]) -> dict[str, Step]:
    """The rule with one half replaced."""
    replaced = {code: step(renew, wrong) for code, wrong in moves.items()}
    return replaced | {code: step(wrong, move) for code, wrong in renewals.items()}


def states(renewals: Mapping[str, Half]) -> dict[str, Step]:
    """Wrong states, whatever became of the weights."""
    return {code: step(wrong, lambda at: at.w) for code, wrong in renewals.items()}
