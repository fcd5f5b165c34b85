"""What a network is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.judging.faults import Fault, Word
from autograder.judging.network import network
from autograder.judging.stages import Stage

if TYPE_CHECKING:
    from autograder.evidence import Layer, Model

_SHAPING = frozenset({"Flatten", "Reshape"})
"""Layers that only rearrange the input: harmless wherever the question does not ask for one."""

_WITHOUT_NEURONS = frozenset({"BatchNormalization", "LayerNormalization", "PReLU"})
"""Layers that have weights and no neurons of their own."""


def _role(position: int, count: int) -> Word:
    return Word("output_layer" if position == count - 1 else "hidden_layer")


def _dense(model: Model, position: int) -> tuple[Stage, Word]:
    """The Dense layer at ``position``, counted from the end where it is negative: -1 is the output layer."""
    stages = network(model).dense
    wanted = position + 1 if position >= 0 else -position
    if wanted > len(stages):
        raise Fault("dense_layers", variable=model.variable, expected=wanted, received=len(stages))
    count = max(len(stages), 2)
    return stages[position], _role(position % count, count)


def dense_layers(model: Model, count: int) -> None:
    """The network is one chain with ``count`` Dense layers."""
    if network(model).branched:
        raise Fault("branched", variable=model.variable)
    received = len(network(model).dense)
    if received != count:
        raise Fault("dense_layers", variable=model.variable, expected=count, received=received)


def no_other_layers(model: Model) -> None:
    """Besides Dense layers and layers that rearrange the input, there is nothing."""
    others = [stage for stage in network(model).stages if stage.kind != "Dense" and stage.kind not in _SHAPING]
    if others:
        raise Fault("other_layers", variable=model.variable, received=[f"{item.name} ({item.kind})" for item in others])


def units(model: Model, position: int, count: int) -> None:
    """The Dense layer at ``position`` has ``count`` neurons."""
    stage, role = _dense(model, position)
    if stage.units == count:
        return
    layers = network(model).dense
    code = "units_swapped" if len(layers) == 2 and any(item.units == count for item in layers) else "units"  # noqa: PLR2004
    raise Fault(code, variable=model.variable, layer=stage.name, role=role, expected=count, received=stage.units)


def activation(model: Model, position: int, name: str) -> None:
    """The Dense layer at ``position`` is followed by the activation ``name``, however it was written."""
    stage, role = _dense(model, position)
    if stage.activation != name:
        code = "activation_forgotten" if stage.activation == "linear" else "activation"
        received = stage.activation
        raise Fault(code, variable=model.variable, layer=stage.name, role=role, expected=name, received=received)


def output_shape(model: Model, position: int, shape: tuple[int, ...]) -> None:
    """The Dense layer at ``position`` gives rows of ``shape`` (without the batch dimension)."""
    if not network(model).built:
        raise Fault("input_not_declared", variable=model.variable)
    stage, role = _dense(model, position)
    if stage.output_shape != shape:
        received = (None, *(stage.output_shape or ()))
        facts = {"layer": stage.name, "role": role, "expected": (None, *shape), "received": received}
        raise Fault("output_shape", variable=model.variable, **facts)


def input_shape(model: Model, shape: tuple[int, ...]) -> None:
    """The network takes inputs of ``shape`` (without the batch dimension)."""
    if not network(model).built:
        raise Fault("input_not_declared", variable=model.variable)
    received = network(model).input_shape
    if received != shape:
        raise Fault("input_shape", variable=model.variable, expected=(None, *shape), received=(None, *received))


def batch_dimension_is_free(model: Model) -> None:
    """The declared batch dimension is None."""
    if not network(model).built:
        raise Fault("input_not_declared", variable=model.variable)
    size = network(model).batch_dimension
    if size is not None:
        raise Fault("batch_dimension_fixed", variable=model.variable, received=size)


def parameters(model: Model, count: int) -> None:
    """The network has ``count`` weights and biases."""
    if not network(model).built:
        raise Fault("input_not_declared", variable=model.variable)
    received = network(model).parameters
    if received != count:
        biases = sum(stage.units or 0 for stage in network(model).dense)
        code = "parameters_without_biases" if received == count - biases else "parameters"
        raise Fault(code, variable=model.variable, expected=count, received=received)


def parameters_at_most(model: Model, count: int) -> None:
    """The network has at most ``count`` weights and biases."""
    if not network(model).built:
        raise Fault("input_not_declared", variable=model.variable)
    received = network(model).parameters
    if received > count:
        raise Fault("too_many_parameters", variable=model.variable, expected=count, received=received)


def flatten_first(model: Model) -> None:
    """The network begins with a Flatten layer, which has no parameters."""
    first = next(iter(network(model).stages), None)
    if first is None or first.kind != "Flatten":
        received = "–" if first is None else f"{first.name} ({first.kind})"
        raise Fault("flatten_missing", variable=model.variable, received=received)


def layer_in_model(layer: Layer, model: Model, position: int) -> None:
    """The model's Dense layer number ``position`` is this very layer object."""
    found = [item for item in model.layers if item.class_name == "Dense"]
    if layer.identity not in {item.identity for item in model.layers}:
        raise Fault("layer_not_in_model", variable=layer.variable, model=model.variable)
    if position < len(found) and found[position].identity != layer.identity:
        raise Fault("layer_in_wrong_place", variable=layer.variable, model=model.variable, expected=position + 1)


def units_above_outputs(model: Model) -> None:
    """At least one hidden layer has more neurons than the output layer.

    A layer counts by the last axis of what it gives, so that a convolution counts by its filters.
    """
    if not network(model).built:
        raise Fault("input_not_declared", variable=model.variable)
    stages = [stage for stage in network(model).stages if stage.parameters and stage.kind not in _WITHOUT_NEURONS]
    if len(stages) < 2:  # noqa: PLR2004 - a hidden and an output layer
        raise Fault("no_hidden_layer", variable=model.variable)
    outputs, widest = _width(stages[-1]), max(map(_width, stages[:-1]))
    if widest <= outputs:
        raise Fault("hidden_layer_too_small", variable=model.variable, expected=outputs + 1, received=widest)


def _width(stage: Stage) -> int:
    """The last axis of what a stage gives; 0 where its size is not fixed."""
    return (stage.output_shape or (0,))[-1] or 0
