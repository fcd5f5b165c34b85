"""Five update rules, and the mistakes that are made in writing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.exercises.optimizer_steps.halves import Half, mistakes, states, step
from autograder.exercises.optimizer_steps.stepping import Rule, ask

if TYPE_CHECKING:
    from types import SimpleNamespace

_RATE, _SMALL_RATE, _OTHER_RATE = {"learning_rate": 0.01}, {"learning_rate": 0.001}, {"learning_rate": 0.05}
_MOMENTUM, _OTHER_MOMENTUM = {**_RATE, "momentum": 0.9}, {**_OTHER_RATE, "momentum": 0.5}

SGD = Rule(
    keras_name="SGD",
    defaults=_RATE,
    others=_OTHER_RATE,
    mistakes={
        "gradient_added": lambda at: (at.w + at.learning_rate * at.gradient,),
        "learning_rate_forgotten": lambda at: (at.w - at.gradient,),
        "step_returned": lambda at: (at.learning_rate * at.gradient,),
    },
)


def _velocity(at: SimpleNamespace) -> Any:
    return at.momentum * at.velocity - at.learning_rate * at.gradient


def _velocity_ahead(at: SimpleNamespace) -> Any:
    return at.momentum * _velocity(at) - at.learning_rate * at.gradient


_WRONG_VELOCITIES: dict[str, Half] = {
    "learning_rate_forgotten": lambda at: at.momentum * at.velocity - at.gradient,
    "state_forgotten": lambda at: -at.learning_rate * at.gradient,
    "momentum_forgotten": lambda at: at.velocity - at.learning_rate * at.gradient,
}
_WRONG_VELOCITIES_RETURNED: dict[str, Half] = {
    "velocity_without_learning_rate": lambda at: at.momentum * at.velocity + at.gradient,
    "velocity_upside_down": lambda at: at.momentum * at.velocity + at.learning_rate * at.gradient,
    "velocity_averaged": lambda at: at.momentum * at.velocity + (1 - at.momentum) * at.gradient,
    "old_state_returned": lambda at: at.velocity,
    **_WRONG_VELOCITIES,
}

MOMENTUM = Rule(
    keras_name="SGD",
    defaults=_MOMENTUM,
    others=_OTHER_MOMENTUM,
    state=("velocity",),
    mistakes={
        **mistakes(
            _velocity,
            lambda at: at.w + at.new,
            _WRONG_VELOCITIES,
            {
                "gradient_added": lambda at: at.w - at.new,
                "learning_rate_twice": lambda at: at.w + at.learning_rate * at.new,
                "old_state_used": lambda at: at.w + at.velocity,
            },
        ),
        "velocity_averaged": step(
            _WRONG_VELOCITIES_RETURNED["velocity_averaged"], lambda at: at.w - at.learning_rate * at.new
        ),
    },
    wrong_states=states(_WRONG_VELOCITIES_RETURNED),
)

NESTEROV = Rule(
    keras_name="SGD",
    defaults=_MOMENTUM,
    others=_OTHER_MOMENTUM,
    state=("velocity",),
    fixed={"nesterov": True},
    mistakes={
        **mistakes(
            _velocity,
            lambda at: at.w + at.momentum * at.new - at.learning_rate * at.gradient,
            _WRONG_VELOCITIES,
            {
                "nesterov_is_momentum": lambda at: at.w + at.new,
                "nesterov_without_gradient": lambda at: at.w + at.momentum * at.new,
                "gradient_added": lambda at: at.w - at.momentum * at.new + at.learning_rate * at.gradient,
            },
        ),
        "learning_rate_forgotten": step(
            _WRONG_VELOCITIES["learning_rate_forgotten"], lambda at: at.w + at.momentum * at.new - at.gradient
        ),
        "look_ahead_passed_on": step(_velocity_ahead, lambda at: at.w + at.new),
    },
    wrong_states=states({**_WRONG_VELOCITIES_RETURNED, "look_ahead_passed_on": _velocity_ahead}),
)


def _divided(at: SimpleNamespace) -> Any:
    return at.learning_rate * at.gradient / np.sqrt(at.new)


_WRONG_DIVISIONS: dict[str, Half] = {
    "gradient_added": lambda at: at.w + _divided(at),
    "learning_rate_forgotten": lambda at: at.w - at.gradient / np.sqrt(at.new),
    "root_forgotten": lambda at: at.w - at.learning_rate * at.gradient / at.new,
}
_WRONG_SUMS: dict[str, Half] = {
    "state_forgotten": lambda at: at.gradient**2,
    "square_forgotten": lambda at: at.accumulator + at.gradient,
}
_WRONG_AVERAGES: dict[str, Half] = {
    "rmsprop_is_adagrad": lambda at: at.velocity + at.gradient**2,
    "rho_swapped": lambda at: (1 - at.rho) * at.velocity + at.rho * at.gradient**2,
    "new_share_forgotten": lambda at: at.rho * at.velocity + at.gradient**2,
    "state_forgotten": lambda at: (1 - at.rho) * at.gradient**2,
    "only_this_gradient": lambda at: at.gradient**2,
    "square_forgotten": lambda at: at.rho * at.velocity + (1 - at.rho) * at.gradient,
}

ADAGRAD = Rule(
    keras_name="Adagrad",
    defaults=_SMALL_RATE,
    others=_OTHER_RATE,
    state=("accumulator",),
    start=0.1,
    mistakes=mistakes(
        lambda at: at.accumulator + at.gradient**2,
        lambda at: at.w - _divided(at),
        _WRONG_SUMS,
        {
            **_WRONG_DIVISIONS,
            "old_state_used": lambda at: at.w - at.learning_rate * at.gradient / np.sqrt(at.accumulator),
        },
    ),
    wrong_states=states({**_WRONG_SUMS, "old_state_returned": lambda at: at.accumulator}),
)

RMSPROP = Rule(
    keras_name="RMSprop",
    defaults={**_SMALL_RATE, "rho": 0.9},
    others={**_OTHER_RATE, "rho": 0.6},
    state=("velocity",),
    mistakes=mistakes(
        lambda at: at.rho * at.velocity + (1 - at.rho) * at.gradient**2,
        lambda at: at.w - _divided(at),
        _WRONG_AVERAGES,
        _WRONG_DIVISIONS,
    ),
    wrong_states=states({**_WRONG_AVERAGES, "old_state_returned": lambda at: at.velocity}),
)

ask("sgd_step", 2, SGD)
ask("momentum_step", 2, MOMENTUM)
ask("nesterov_step", 2, NESTEROV)
ask("adagrad_step", 2, ADAGRAD)
ask("rmsprop_step", 2, RMSPROP)
