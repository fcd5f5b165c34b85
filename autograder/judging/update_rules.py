"""What an optimizer does, measured by sending known gradients through a fresh copy of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.evidence import Optimizer
from autograder.judging.rebuild import keras_optimizer

_START = np.array([1.0, -2.0, 3.0, 0.5], dtype=np.float32)
_GRADIENTS = np.array(
    [[0.5, -1.0, 0.25, 2.0], [-0.3, -0.8, 1.5, 0.7], [1.2, 0.4, -0.6, 0.9], [0.2, -1.1, 0.8, -1.4]], dtype=np.float32
)
_RELATIVE = 1e-3
"""Float32 updates of one rule differ by 1e-6 or less; rules and settings of this lesson differ by percents."""


def unnamed(class_name: str, **settings: Any) -> Optimizer:
    """An optimizer of nobody's: Keras's ``class_name`` with these settings, and its defaults for all others."""
    return Optimizer("optimizer", class_name, settings, 0, ())


def path(optimizer: Optimizer, gradients: np.ndarray = _GRADIENTS) -> np.ndarray:
    """Applies ``gradients``, (steps, 4), in turn to four weights; the weights' changes after each step, (steps, 4).

    Measured once for all optimizers of equal settings: a class has few.

    Raises:
        Fault: it cannot be rebuilt.
    """
    settings = {name: value for name, value in optimizer.config.items() if name != "name"}
    written = json.dumps(settings, sort_keys=True, default=repr)
    return _path(_Rule(optimizer.class_name, written, optimizer), gradients.tobytes())


@dataclass(frozen=True)
class _Rule:
    class_name: str
    settings: str
    evidence: Optimizer = field(compare=False)


@lru_cache(maxsize=1_024)
def _path(rule: _Rule, gradients: bytes) -> np.ndarray:
    import keras

    optimizer, weights = keras_optimizer(rule.evidence), keras.Variable(_START, name="weights")
    places = []
    for gradient in np.frombuffer(gradients, np.float32).reshape(-1, _START.size):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weights])
        places.append(np.asarray(weights) - _START)
    found = np.array(places)
    found.setflags(write=False)
    return found


def same_rule(one: Optimizer, other: Optimizer) -> bool:
    """Whether two fresh optimizers move weights alike; raises ``Fault`` where one cannot be rebuilt."""
    return np.allclose(path(one), path(other), rtol=_RELATIVE, atol=1e-8)


@dataclass(frozen=True)
class Impulse:
    """How SGD answers one gradient of 1 followed by gradients of 0.

    With learning rate r and momentum m, the steps are r, rm, rm², … for plain momentum and r(1 + m), rm², rm³, … for
    Nesterov's (both as ``keras.optimizers.SGD`` documents its updates).
    """

    learning_rate: float
    momentum: float
    nesterov: bool


def impulse(evidence: Optimizer) -> Impulse:
    """Measures an SGD optimizer; raises ``Fault`` where it cannot be rebuilt."""
    gradients = np.zeros((4, 4), dtype=np.float32)
    gradients[0] = 1.0
    places = path(evidence, gradients)[:, 3].astype(np.float64)
    steps = -np.diff(places, prepend=0.0)
    momentum = float(steps[2] / steps[1]) if abs(steps[1]) > 1e-9 else 0.0  # noqa: PLR2004 - float32 rounding
    nesterov = momentum > 0 and not np.isclose(steps[1], steps[0] * momentum, rtol=0.01)
    learning_rate = float(steps[0] / (1 + momentum) if nesterov else steps[0])
    return Impulse(learning_rate, momentum, bool(nesterov))
