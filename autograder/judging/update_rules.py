"""What an optimizer does, measured by sending known gradients through a fresh copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.judging.rebuild import keras_optimizer

if TYPE_CHECKING:
    from autograder.evidence import Optimizer

_START = np.array([1.0, -2.0, 3.0, 0.5], dtype=np.float32)
_GRADIENTS = np.array(
    [[0.5, -1.0, 0.25, 2.0], [-0.3, -0.8, 1.5, 0.7], [1.2, 0.4, -0.6, 0.9], [0.2, -1.1, 0.8, -1.4]], dtype=np.float32
)
_RELATIVE = 1e-3
"""Float32 updates of one rule differ by 1e-6 or less; rules and settings of this lesson differ by percents."""


def path(optimizer: Any, gradients: np.ndarray = _GRADIENTS) -> np.ndarray:
    """Applies ``gradients``, (steps, 4), in turn to four weights; the weights' changes after each step, (steps, 4)."""
    import keras

    weights = keras.Variable(_START, name="weights")
    places = []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weights])
        places.append(np.asarray(weights) - _START)
    return np.array(places)


def same_rule(one: Any, other: Any) -> bool:
    """Whether two fresh optimizers move weights alike."""
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
    places = path(keras_optimizer(evidence), gradients)[:, 3].astype(np.float64)
    steps = -np.diff(places, prepend=0.0)
    momentum = float(steps[2] / steps[1]) if abs(steps[1]) > 1e-9 else 0.0  # noqa: PLR2004 - float32 rounding
    nesterov = momentum > 0 and not np.isclose(steps[1], steps[0] * momentum, rtol=0.01)
    learning_rate = float(steps[0] / (1 + momentum) if nesterov else steps[0])
    return Impulse(learning_rate, momentum, bool(nesterov))
