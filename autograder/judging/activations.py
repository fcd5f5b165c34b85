"""Tells activations apart by what they do to known inputs, however they were written."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.evidence.request import ACTIVATION_PROBE

if TYPE_CHECKING:
    from collections.abc import Callable

ACTIVATIONS = (
    "linear relu sigmoid softmax tanh elu selu gelu silu softplus softsign leaky_relu relu6 exponential "
    "hard_sigmoid hard_silu mish log_softmax log_sigmoid celu hard_tanh"
).split()


def activation_name(values: np.ndarray | None, inputs: np.ndarray = ACTIVATION_PROBE) -> str | None:
    """The built-in activation that turns ``inputs`` into ``values``; None when there is none."""
    if values is None or values.shape != ACTIVATION_PROBE.shape:
        return None
    content = inputs.tobytes()
    return next((name for name in ACTIVATIONS if np.allclose(values, _activated(name, content), atol=1e-5)), None)


@lru_cache(maxsize=256)
def _activated(name: str, inputs: bytes) -> np.ndarray:
    import keras

    probe = keras.ops.convert_to_tensor(np.frombuffer(inputs, np.float32).reshape(ACTIVATION_PROBE.shape))
    return np.asarray(getattr(keras.activations, name)(probe))


def activation_function(values: np.ndarray | None, inputs: np.ndarray) -> str | Callable[[Any], Any] | None:
    """The built-in activation, also with a setting, that turns ``inputs`` into ``values``; None for none."""
    return activation_name(values, inputs) or _with_a_setting(values, inputs)


def _with_a_setting(values: np.ndarray | None, inputs: np.ndarray) -> Callable[[Any], Any] | None:
    """Leaky ReLU or ELU with the setting that turns ``inputs`` into ``values``; None when there is none."""
    import keras

    if values is None or values.shape != inputs.shape:
        return None
    lowest = np.unravel_index(inputs.argmin(), inputs.shape)
    at, gives = float(inputs[lowest]), float(values[lowest])
    candidates = (
        partial(keras.activations.leaky_relu, negative_slope=gives / at),
        partial(keras.activations.elu, alpha=gives / math.expm1(at)),
    )
    probe = keras.ops.convert_to_tensor(inputs)
    return next((item for item in candidates if np.allclose(np.asarray(item(probe)), values, atol=1e-5)), None)
