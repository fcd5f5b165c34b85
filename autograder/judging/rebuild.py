"""Builds Keras objects from evidence. The one place that does, and it builds only what is on its lists.

Nothing of a learner's configuration is handed to Keras before it was rewritten (``configuration``), and no weight is
made that the evidence does not hold. Whatever Keras raises over it is the answer's fault, and said so.
"""

from __future__ import annotations

import hashlib
import json
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autograder.evidence.kinds import Model, Optimizer
from autograder.judging.configuration import LAYERS, NESTED, rewritten
from autograder.judging.faults import Fault
from autograder.judging.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTIMIZERS = frozenset("SGD RMSprop Adagrad Adadelta Adam AdamW Adamax Nadam Ftrl Lion Adafactor Lamb".split())

_UNSAID_WEIGHTS = 4_000_000
"""Numbers in the weights of a model that came without any: one that Keras could not build up."""
_STEPS = 4
_CHARACTERS = 100

_models = Recent[Any](64)
"""Models that were built, by content, half a megabyte each. Nobody changes them."""


@contextmanager
def rebuilding(variable: str) -> Iterator[None]:
    """Makes whatever Keras or TensorFlow raises over a learner's model a fault of that model."""
    try:
        yield
    except Fault:
        raise
    except Exception as error:  # what they raise is not listed anywhere
        raise Fault("not_rebuilt", variable=variable, received=_line(error)) from error


def keras_model(evidence: Model) -> Any:
    """The model, with its weights and a free batch dimension. It is the same object for equal evidence.

    Raises:
        Fault: the model holds something that cannot be rebuilt.
    """
    return _models.get(content(evidence), lambda: _build(evidence))


def content(evidence: Model) -> bytes:
    """A hash of all that a model depends on: what Keras builds it from, and the weights.

    Raises:
        Fault: it cannot be rebuilt.
    """
    if evidence.config is None:
        strange = [layer.class_name for layer in evidence.layers if layer.class_name not in LAYERS | NESTED]
        if strange and evidence.class_name in NESTED:
            raise Fault("layer_not_known", variable=evidence.variable, received=strange[0])
        raise Fault("own_class", variable=evidence.variable, received=evidence.class_name)
    with rebuilding(evidence.variable):
        # What makes weights is ours, other functions are told apart by their addresses.
        built_from = json.dumps([evidence.class_name, rewritten(evidence, _no_weights)], default=repr)
        found = hashlib.sha256(built_from.encode(errors="replace"))
        for weight in evidence.weights:
            found.update(f"{weight.shape} {weight.dtype}".encode() + weight.tobytes())
        return found.digest()


def _no_weights(*_: Any, **__: Any) -> Any:
    raise NotImplementedError


def _build(evidence: Model) -> Any:
    import keras

    family = keras.Sequential if evidence.class_name == "Sequential" else keras.Model
    weights = _Weights(evidence)
    with rebuilding(evidence.variable):
        if any(weight.dtype.kind != "f" for weight in evidence.weights):
            message = "weights that are no floating-point numbers"
            raise TypeError(message)
        try:
            model = family.from_config(rewritten(evidence, weights))
        except Exception as error:
            if weights.too_many:
                raise Fault("model_too_large", variable=evidence.variable) from error
            raise
        if evidence.weights:
            model.set_weights(list(evidence.weights))
    return model


class _Weights:
    """Makes a model's weights, all zeros, as long as they are no more than the evidence holds."""

    def __init__(self, evidence: Model) -> None:
        self._left = max(sum(weight.size for weight in evidence.weights), _UNSAID_WEIGHTS)

    @property
    def too_many(self) -> bool:
        """Whether there were more."""
        return self._left < 0

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        import keras

        self._left -= math.prod(shape)
        if self.too_many:
            raise MemoryError
        return keras.ops.zeros(shape, dtype=dtype)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def keras_optimizer(evidence: Optimizer) -> Any:
    """Builds a fresh optimizer with the same settings.

    Raises:
        Fault: it is of a class of the learner's own, a setting is no number, or it cannot make a step.
    """
    settings = {name: value for name, value in evidence.config.items() if name != "name"}
    if evidence.class_name not in OPTIMIZERS or not all(map(_is_setting, settings.values())):
        raise Fault("optimizer_not_known", variable=evidence.variable, received=evidence.class_name)
    try:
        _make_steps(evidence.class_name, settings)
        return _optimizer(evidence.class_name, settings)
    except Exception as error:
        raise Fault("optimizer_not_known", variable=evidence.variable, received=_line(error)) from error


def _is_setting(value: Any) -> bool:
    number = value is None or isinstance(value, (bool, int, float))
    return number or (isinstance(value, str) and len(value) <= _CHARACTERS)


def _optimizer(class_name: str, settings: dict[str, Any]) -> Any:
    import keras

    return getattr(keras.optimizers, class_name)(**settings)


def _make_steps(class_name: str, settings: dict[str, Any]) -> None:
    """Some settings are refused only when the optimizer is used, or used for the second time."""
    import keras

    optimizer, weights = _optimizer(class_name, settings), keras.Variable([0.0] * 4, name="weights")
    for _ in range(_STEPS):
        optimizer.apply([keras.ops.ones(4)], [weights])


def flat_layers(model: Any) -> Iterator[Any]:
    """The model's layers without inputs, nested models taken apart."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from flat_layers(layer)
        elif type(layer).__name__ != "InputLayer":
            yield layer
