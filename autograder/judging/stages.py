"""The stages of a network: what its layers do, whichever way they were written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.evidence.request import ACTIVATION_PROBE
from autograder.judging.activations import activation_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograder.evidence.kinds import Model

_ACTIVATION_LAYERS = frozenset({"Activation", "ReLU", "Softmax", "LeakyReLU", "ELU", "Identity"})


@dataclass(frozen=True)
class Stage:
    """One step of a network.

    Attributes:
        kind: Keras's class name of the layer.
        name: the layer's own name.
        activation: name of the built-in activation that follows, ``linear`` for none.
        units: neurons of a Dense layer, else None.
        output_shape: without the batch dimension; None while the model is not built.
        parameters: trainable and other weights, in numbers.
    """

    kind: str
    name: str
    activation: str
    units: int | None
    output_shape: tuple[int, ...] | None
    parameters: int


def stages_of(evidence: Model, layers: Iterable[Any]) -> Iterable[Stage]:
    """The stages of a network: ``layers`` are those of the rebuilt model, without inputs, nested ones taken apart."""
    names = [
        layer.name for layer in evidence.layers if layer.class_name not in {"Sequential", "Functional", "InputLayer"}
    ]
    rebuilt = list(layers)
    if len(names) != len(rebuilt):  # operations, which Keras does not count as layers
        names = [layer.name for layer in rebuilt]
    waiting: Stage | None = None
    for name, layer in zip(names, rebuilt, strict=True):
        stage = _stage(layer, name)
        if stage.kind == "Activation" and waiting and waiting.activation == "linear":
            # ``Dense(10)`` and then ``ReLU()`` is one stage, the same as ``Dense(10, activation="relu")``.
            waiting = replace(waiting, activation=stage.activation)
        elif stage.kind != "Activation" or stage.activation != "linear":
            if waiting:
                yield waiting
            waiting = stage
    if waiting:
        yield waiting


def _stage(layer: Any, name: str) -> Stage:
    kind = type(layer).__name__
    values = None
    if kind in _ACTIVATION_LAYERS:
        kind, values = "Activation", np.asarray(layer(ACTIVATION_PROBE))
    elif callable(getattr(layer, "activation", None)):
        values = np.asarray(layer.activation(ACTIVATION_PROBE))
    activation = "linear" if values is None else activation_name(values) or "?"
    try:
        shape = tuple(layer.output.shape[1:])
    except AttributeError:  # the layer was never called: the model is not built
        shape = None
    parameters = sum(int(np.prod(weight.shape)) for weight in layer.weights)
    units = int(layer.units) if kind == "Dense" else None
    return Stage(kind, name, activation, units, shape, parameters)


def branched(model: Any) -> bool:
    """Whether it is more than layers in one line."""
    if type(model).__name__ == "Sequential":
        return False
    layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    return len(model.outputs) != 1 or any(
        len(getattr(layer, "_inbound_nodes", ())) != 1 or isinstance(layer.input, list) for layer in layers
    )
