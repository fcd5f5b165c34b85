"""The six update rules, and the mistakes that are made in writing them.

A rule has two halves. ``renew`` makes the new state of gradient, state and settings; ``move`` makes the new weights of
weights, gradient, new state, old state and settings. Most mistakes are in one half. The expected numbers are Keras's
own; what stands here only recognises mistakes, so ``epsilon`` can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.exercises.optimizer_steps.stepping import Rule, Step, ask

Half = Callable[..., Any]


def _step(renew: Half, move: Half) -> Step:
    """The two halves as one function that is called as the learner's is, with all settings by position."""

    def step(w: np.ndarray, gradient: np.ndarray, state: np.ndarray, *settings: float) -> tuple[np.ndarray, ...]:
        new = renew(gradient, state, *settings)
        return move(w, gradient, new, state, *settings), new

    return step


def _mistakes(renew: Half, move: Half, renewals: Mapping[str, Half], moves: Mapping[str, Half]) -> dict[str, Step]:
    """The rule with one half replaced."""
    return {code: _step(renew, wrong) for code, wrong in moves.items()} | _renewals(renewals, move)


def _renewals(renewals: Mapping[str, Half], move: Half) -> dict[str, Step]:
    return {code: _step(wrong, move) for code, wrong in renewals.items()}


def _stay(w: np.ndarray, *_: Any) -> np.ndarray:
    return w


_RATE = {"learning_rate": 0.01}
_SMALL_RATE = {"learning_rate": 0.001}
_OTHER_RATE = {"learning_rate": 0.05}

ask(
    "sgd_step",
    2,
    Rule(
        keras_name="SGD",
        defaults=_RATE,
        others=_OTHER_RATE,
        mistakes={
            "gradient_added": lambda w, g, rate: (w + rate * g,),
            "learning_rate_forgotten": lambda w, g, rate: (w - g,),
            "step_returned": lambda w, g, rate: (rate * g,),
            "step_returned_signed": lambda w, g, rate: (-rate * g,),
        },
    ),
)

# -- velocity ----------------------------------------------------------------------------------------------------------


def _velocity(g: np.ndarray, v: np.ndarray, rate: float, beta: float) -> np.ndarray:
    return beta * v - rate * g


def _by_velocity(w: np.ndarray, _g: np.ndarray, new: np.ndarray, *_: Any) -> np.ndarray:
    return w + new


def _ahead(w: np.ndarray, g: np.ndarray, new: np.ndarray, _old: np.ndarray, rate: float, beta: float) -> np.ndarray:
    return w + beta * new - rate * g


_WRONG_VELOCITIES: dict[str, Half] = {
    "learning_rate_forgotten": lambda g, v, rate, beta: beta * v - g,
    "state_forgotten": lambda g, v, rate, beta: -rate * g,
    "momentum_forgotten": lambda g, v, rate, beta: v - rate * g,
}
_WRONG_VELOCITIES_RETURNED: dict[str, Half] = {
    **_WRONG_VELOCITIES,
    "velocity_without_learning_rate": lambda g, v, rate, beta: beta * v + g,
    "velocity_upside_down": lambda g, v, rate, beta: beta * v + rate * g,
    "velocity_averaged": lambda g, v, rate, beta: beta * v + (1 - beta) * g,
    "old_state_returned": lambda g, v, rate, beta: v,
}
_OTHER_MOMENTUM = {**_OTHER_RATE, "momentum": 0.5}

ask(
    "momentum_step",
    2,
    Rule(
        keras_name="SGD",
        defaults={**_RATE, "momentum": 0.9},
        others=_OTHER_MOMENTUM,
        state=("velocity",),
        mistakes={
            **_mistakes(
                _velocity,
                _by_velocity,
                _WRONG_VELOCITIES,
                {
                    "gradient_added": lambda w, g, new, old, rate, beta: w - new,
                    "learning_rate_twice": lambda w, g, new, old, rate, beta: w + rate * new,
                    "old_state_used": lambda w, g, new, old, rate, beta: w + old,
                },
            ),
            "velocity_averaged": _step(
                lambda g, v, rate, beta: beta * v + (1 - beta) * g, lambda w, g, new, old, rate, beta: w - rate * new
            ),
        },
        wrong_states=_renewals(_WRONG_VELOCITIES_RETURNED, _stay),
    ),
)

ask(
    "nesterov_step",
    2,
    Rule(
        keras_name="SGD",
        defaults={**_RATE, "momentum": 0.9},
        others=_OTHER_MOMENTUM,
        state=("velocity",),
        fixed={"nesterov": True},
        mistakes={
            **_mistakes(
                _velocity,
                _ahead,
                _WRONG_VELOCITIES,
                {
                    "nesterov_is_momentum": _by_velocity,
                    "nesterov_without_gradient": lambda w, g, new, old, rate, beta: w + beta * new,
                    "gradient_added": lambda w, g, new, old, rate, beta: w - beta * new + rate * g,
                },
            ),
            "learning_rate_forgotten": _step(
                lambda g, v, rate, beta: beta * v - g, lambda w, g, new, old, rate, beta: w + beta * new - g
            ),
            "look_ahead_passed_on": _step(
                lambda g, v, rate, beta: beta * (beta * v - rate * g) - rate * g, _by_velocity
            ),
        },
        wrong_states={
            **_renewals(_WRONG_VELOCITIES_RETURNED, _stay),
            "look_ahead_passed_on": _step(lambda g, v, rate, beta: beta * (beta * v - rate * g) - rate * g, _stay),
        },
    ),
)

# -- squared gradients -------------------------------------------------------------------------------------------------


def _divided(w: np.ndarray, g: np.ndarray, new: np.ndarray, _old: np.ndarray, rate: float, *_: float) -> np.ndarray:
    return w - rate * g / np.sqrt(new)


_WRONG_DIVISIONS: dict[str, Half] = {
    "gradient_added": lambda w, g, new, old, rate, *_: w + rate * g / np.sqrt(new),
    "learning_rate_forgotten": lambda w, g, new, old, rate, *_: w - g / np.sqrt(new),
    "root_forgotten": lambda w, g, new, old, rate, *_: w - rate * g / new,
    "old_state_used": lambda w, g, new, old, rate, *_: w - rate * g / np.sqrt(old + 1e-7),
}
_WRONG_SUMS: dict[str, Half] = {
    "state_forgotten": lambda g, a, rate: g**2,
    "square_forgotten": lambda g, a, rate: a + g,
    "absolute_not_square": lambda g, a, rate: a + abs(g),
}
_WRONG_AVERAGES: dict[str, Half] = {
    "rmsprop_is_adagrad": lambda g, v, rate, rho: v + g**2,
    "rho_swapped": lambda g, v, rate, rho: (1 - rho) * v + rho * g**2,
    "new_share_forgotten": lambda g, v, rate, rho: rho * v + g**2,
    "state_forgotten": lambda g, v, rate, rho: (1 - rho) * g**2,
    "square_forgotten": lambda g, v, rate, rho: rho * v + (1 - rho) * g,
}

ask(
    "adagrad_step",
    2,
    Rule(
        keras_name="Adagrad",
        defaults=_SMALL_RATE,
        others=_OTHER_RATE,
        state=("accumulator",),
        start=0.1,
        mistakes=_mistakes(lambda g, a, rate: a + g**2, _divided, _WRONG_SUMS, _WRONG_DIVISIONS),
        wrong_states=_renewals({**_WRONG_SUMS, "old_state_returned": lambda g, a, rate: a}, _stay),
    ),
)

ask(
    "rmsprop_step",
    2,
    Rule(
        keras_name="RMSprop",
        defaults={**_SMALL_RATE, "rho": 0.9},
        others={**_OTHER_RATE, "rho": 0.6},
        state=("velocity",),
        mistakes=_mistakes(
            lambda g, v, rate, rho: rho * v + (1 - rho) * g**2, _divided, _WRONG_AVERAGES, _WRONG_DIVISIONS
        ),
        wrong_states=_renewals({**_WRONG_AVERAGES, "old_state_returned": lambda g, v, rate, rho: v}, _stay),
    ),
)

# -- both --------------------------------------------------------------------------------------------------------------


def _adam(renew: Half, move: Half) -> Step:
    """As ``_step``, with two states and the number of the step; ``move`` does without the old states."""

    def step(
        w: np.ndarray, g: np.ndarray, m: np.ndarray, v: np.ndarray, t: int, *settings: float
    ) -> tuple[np.ndarray, ...]:
        new = renew(g, m, v, t, *settings)
        return move(w, g, *new, t, *settings), *new

    return step


def _averages(g: np.ndarray, m: np.ndarray, v: np.ndarray, _t: int, _rate: float, b1: float, b2: float) -> Any:
    return b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2


def _corrected_averages(*arguments: Any) -> Any:
    (*_, t, _rate, b1, b2), (m, v) = arguments, _averages(*arguments)
    return m / (1 - b1**t), v / (1 - b2**t)


def _rate(t: int, rate: float, b1: float, b2: float) -> Any:
    return rate * np.sqrt(1 - b2**t) / (1 - b1**t)


_WRONG_PAIRS: dict[str, Half] = {
    "square_forgotten": lambda g, m, v, t, rate, b1, b2: (b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g),
    "state_forgotten": lambda g, m, v, t, rate, b1, b2: ((1 - b1) * g, (1 - b2) * g**2),
    "betas_swapped": lambda g, m, v, t, rate, b1, b2: _averages(g, m, v, t, rate, b2, b1),
    "shares_swapped": lambda g, m, v, t, rate, b1, b2: _averages(g, m, v, t, rate, 1 - b1, 1 - b2),
}
_WRONG_ADAM: dict[str, Half] = {
    "bias_correction_forgotten": lambda w, g, m, v, t, rate, b1, b2: w - rate * m / np.sqrt(v),
    "step_counted_twice": lambda w, g, m, v, t, rate, b1, b2: w - _rate(t + 1, rate, b1, b2) * m / np.sqrt(v),
    "gradient_not_averaged": lambda w, g, m, v, t, *settings: w - _rate(t, *settings) * g / np.sqrt(v),
    "gradient_added": lambda w, g, m, v, t, *settings: w + _rate(t, *settings) * m / np.sqrt(v),
    "learning_rate_forgotten": lambda w, g, m, v, t, rate, b1, b2: w - _rate(t, 1.0, b1, b2) * m / np.sqrt(v),
    "root_forgotten": lambda w, g, m, v, t, *settings: w - _rate(t, *settings) * m / v,
}


def _by_adam(w: np.ndarray, _g: np.ndarray, m: np.ndarray, v: np.ndarray, t: int, *settings: float) -> Any:
    return w - _rate(t, *settings) * m / np.sqrt(v)


ask(
    "adam_step",
    3,
    Rule(
        keras_name="Adam",
        defaults={**_SMALL_RATE, "beta_1": 0.9, "beta_2": 0.999},
        others={**_OTHER_RATE, "beta_1": 0.7, "beta_2": 0.9},
        state=("m", "v"),
        counts=True,
        mistakes={
            **{code: _adam(_averages, wrong) for code, wrong in _WRONG_ADAM.items()},
            **{code: _adam(wrong, _by_adam) for code, wrong in _WRONG_PAIRS.items()},
            "corrected_state_returned": _adam(
                _corrected_averages, lambda w, g, m, v, t, rate, b1, b2: w - rate * m / np.sqrt(v)
            ),
        },
        wrong_states={
            **{code: _adam(wrong, _stay) for code, wrong in _WRONG_PAIRS.items()},
            "corrected_state_returned": _adam(_corrected_averages, _stay),
            "old_state_returned": _adam(lambda g, m, v, *_: (m, v), _stay),
        },
    ),
)
