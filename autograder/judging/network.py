"""A model as a chain of stages: what it computes, whichever way it was written."""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from autograder.evidence.kinds import Model
from autograder.judging import dataset
from autograder.judging.cost import VariableSizeError, cost
from autograder.judging.faults import Fault
from autograder.judging.rebuild import content, flat_layers, keras_model, rebuilding
from autograder.judging.recent import Recent
from autograder.judging.stages import branched, stages_of

_SIDE, _PIXELS, _CLASSES = 28, 784, 10
_RECENT = 16  # more than one question asks about

_outputs = Recent[np.ndarray](128)
"""What networks made of the validation pictures, by content, half a megabyte each."""


class Network:
    """What a model is and computes, measured on the rebuilt one."""

    def __init__(self, evidence: Model) -> None:
        """Rebuilds the model of ``evidence``; raises ``Fault`` where that cannot be done."""
        self.evidence = evidence
        self.keras: Any = keras_model(evidence)
        self.built = bool(evidence.built and getattr(self.keras, "inputs", None))
        with rebuilding(evidence.variable):
            self.stages = tuple(stages_of(evidence, flat_layers(self.keras)))
            self.branched = branched(self.keras)
        self.dense = tuple(stage for stage in self.stages if stage.kind == "Dense")
        self._outputs: np.ndarray | None = None

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum(int(np.prod(weight.shape)) for weight in self.evidence.weights)

    @property
    def batch_dimension(self) -> int | None:
        """The declared batch dimension; None where it is free, or where a size was only recorded in training."""
        if not self.evidence.input_declared:
            return None
        config = self.evidence.config or {}
        for item in config.get("layers", ()):
            shape = item.get("config", {}).get("batch_shape")
            if shape:
                return shape[0]
        return None

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input; empty while the model is not built or takes several."""
        shape = getattr(self.keras, "input_shape", None) if self.built else None
        return tuple(shape[1:]) if isinstance(shape, tuple) else ()

    def outputs(self) -> np.ndarray:
        """What the network makes of the 12,000 validation pictures: (12000, 10) float32.

        Measured once for equal networks, of which a class has many.

        Raises:
            Fault: it does not take such pictures, or does not give ten numbers for each.
        """
        if self._outputs is None:
            pictures = dataset.validation_inputs((_SIDE, _SIDE))
            self._outputs = _outputs.get(content(self.evidence), lambda: self._measure(pictures))
        return self._outputs

    def _measure(self, pictures: np.ndarray) -> np.ndarray:
        variable = self.evidence.variable
        if not self.built:
            raise Fault("input_not_declared", variable=variable)
        shape = self.input_shape
        if None in shape or math.prod(shape) != _PIXELS:
            raise Fault("input_not_a_picture", variable=variable, received=(None, *shape))
        if len(self.keras.outputs) != 1:
            raise Fault("branched", variable=variable)
        inputs = pictures.reshape(-1, *shape)
        with rebuilding(variable):
            batch = self._batch()
            parts = range(0, len(inputs), batch)
            outputs = np.concatenate([_only(self.keras(inputs[i : i + batch], training=False)) for i in parts])
        if outputs.shape != (len(inputs), _CLASSES):
            raise Fault("output_not_ten", variable=variable, received=(None, *outputs.shape[1:]))
        outputs.setflags(write=False)
        return outputs

    def _batch(self) -> int:
        """How many pictures may run at a time, if the network is not too large for the judge at all."""
        try:
            needed = cost(self.keras)
        except VariableSizeError:
            raise Fault("model_too_large", variable=self.evidence.variable) from None
        if needed.too_much:
            raise Fault("model_too_large", variable=self.evidence.variable)
        return needed.batch

    def accuracy(self) -> float:
        """Validation accuracy, measured here."""
        return _accuracy(self.outputs(), dataset.load().val_labels)

    def loss(self) -> float:
        """Mean sparse categorical cross-entropy on the validation set, measured here, as ``evaluate`` gives it."""
        return self.losses()[0]

    def losses(self) -> tuple[float, float]:
        """Mean sparse categorical cross-entropy on the validation set, measured here: exact, and clipped.

        Keras remembers what went into its own softmax, and is exact then; other outputs it clips at 1e-7
        (keras.config.epsilon()) and divides by their sum. After ten epochs the two differ by 0.005.
        """
        labels, clipped = dataset.load().val_labels, np.clip(self.outputs(), 1e-7, 1 - 1e-7)
        return _loss(self.outputs(), labels), _loss(clipped / clipped.sum(axis=1, keepdims=True), labels)

    @cached_property
    def training_scores(self) -> tuple[float, float]:
        """Accuracy and exact loss on the training part, measured here; four times the work of the validation part."""
        data = dataset.load()
        outputs = self._measure(dataset.scaled(data.train_images))
        return _accuracy(outputs, data.train_labels), _loss(outputs, data.train_labels)

    @cached_property
    def validation_lead(self) -> float:
        """By how much the loss on the validation part is lower than on as many training pictures.

        Of a network trained on the training part it is negative from the first epoch on, whatever its optimizer; of one
        trained on the validation part it is 0.03 and more once its accuracy there is 0.85.
        """
        data, seen = dataset.load(), self.outputs()
        other = self._measure(dataset.scaled(data.train_images[: len(seen)]))
        labels = data.train_labels[: len(seen)]
        return _loss(other, labels) - _loss(seen, data.val_labels)


def _accuracy(outputs: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(outputs.argmax(axis=1) == labels))


def _loss(outputs: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy of the outputs, or of their softmax where they are no probabilities."""
    right = _probabilities(outputs)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(right, np.finfo(np.float32).tiny), dtype=np.float64).mean())


def _probabilities(outputs: np.ndarray) -> np.ndarray:
    """The outputs, or their softmax where they are no probabilities."""
    if outputs.min() >= 0 and np.allclose(outputs.sum(axis=1), 1, atol=1e-3):
        return outputs
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _only(output: Any) -> np.ndarray:
    """The one tensor a model gave, which may stand in a list or dict."""
    import keras

    return np.asarray(keras.tree.flatten(output)[0])


@lru_cache(maxsize=_RECENT)
def network(evidence: Model) -> Network:
    """The network of ``evidence``, rebuilt once while it is judged."""
    return Network(evidence)
