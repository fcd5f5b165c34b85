"""Adam, and the mistakes that are made in writing it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.exercises.optimizer_steps.halves import Half, mistakes, states, step
from autograder.exercises.optimizer_steps.stepping import Rule, ask


def _averages(at: SimpleNamespace) -> Any:
    squares = at.beta_2 * at.v + (1 - at.beta_2) * at.gradient**2
    return at.beta_1 * at.m + (1 - at.beta_1) * at.gradient, squares


def _corrected_averages(at: SimpleNamespace) -> Any:
    m, v = _averages(at)
    return m / (1 - at.beta_1**at.t), v / (1 - at.beta_2**at.t)


def _corrected(at: SimpleNamespace, t: int) -> Any:
    m, v = at.new
    return np.sqrt(1 - at.beta_2**t) / (1 - at.beta_1**t) * m / np.sqrt(v)


def _by_squares(at: SimpleNamespace) -> Any:
    # Squares are so small at first that epsilon counts beside them.
    root = np.sqrt(at.new[1])
    return at.w - at.learning_rate * _corrected(at, at.t) * root / (root**2 + 1e-7)


def _by_product(at: SimpleNamespace) -> Any:
    m, v = at.new
    return np.sqrt(1 - at.beta_2 * at.t) / (1 - at.beta_1 * at.t) * m / np.sqrt(v)


def _uncorrected(at: SimpleNamespace) -> Any:
    m, v = at.new
    return at.w - at.learning_rate * m / np.sqrt(v)


def _with_betas_swapped(at: SimpleNamespace) -> Any:
    swapped = SimpleNamespace(**{**vars(at), "beta_1": at.beta_2, "beta_2": at.beta_1})
    return step(_averages, lambda at: at.w - at.learning_rate * _corrected(at, at.t))(swapped)


_WRONG_PAIRS: dict[str, Half] = {
    "square_forgotten": lambda at: (_averages(at)[0], at.beta_2 * at.v + (1 - at.beta_2) * at.gradient),
    "state_forgotten": lambda at: ((1 - at.beta_1) * at.gradient, (1 - at.beta_2) * at.gradient**2),
}

ADAM = Rule(
    keras_name="Adam",
    defaults={"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999},
    others={"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.9},
    state=("m", "v"),
    counts=True,
    mistakes={
        **mistakes(
            _averages,
            lambda at: at.w - at.learning_rate * _corrected(at, at.t),
            _WRONG_PAIRS,
            {
                "bias_correction_forgotten": _uncorrected,
                "step_counted_twice": lambda at: at.w - at.learning_rate * _corrected(at, at.t + 1),
                "step_number_ignored": lambda at: at.w - at.learning_rate * _corrected(at, 1),
                "power_is_product": lambda at: at.w - at.learning_rate * _by_product(at),
                "gradient_added": lambda at: at.w + at.learning_rate * _corrected(at, at.t),
                "learning_rate_forgotten": lambda at: at.w - _corrected(at, at.t),
                "root_forgotten": _by_squares,
            },
        ),
        "corrected_state_returned": step(_corrected_averages, _uncorrected),
        "betas_swapped": _with_betas_swapped,
    },
    wrong_states={
        **states(
            {
                **_WRONG_PAIRS,
                "corrected_state_returned": _corrected_averages,
                "old_state_returned": lambda at: (at.m, at.v),
            }
        ),
        "betas_swapped": _with_betas_swapped,
    },
)

ask("adam_step", 3, ADAM)
