"""Pictures that stay pictures, and a network that flattens them itself."""

from __future__ import annotations

from autograder.evidence import Array, Model, Value
from autograder.exercises.relu_flatten.base import assignment
from autograder.judging import expect
from autograder.judging.faults import Fault
from autograder.judging.network import network

prepare_images = assignment.question("prepare_images", points=4)

_KNOWN_SHAPES = {
    (48_000, 784): "pictures_flattened",
    (12_000, 784): "pictures_flattened",
    (60_000, 28, 28): "not_split",
    (60_000, 784): "not_split",
    (48_000,): "unpacked_in_wrong_order",
    (12_000,): "unpacked_in_wrong_order",
    (38_400, 28, 28): "split_twice",
    (9_600, 28, 28): "split_twice",
    (45_000, 28, 28): "test_size_forgotten",
    (15_000, 28, 28): "test_size_forgotten",
    (10_000, 28, 28): "test_set_used",
}


@prepare_images.check()
def training_part_has_48000_pictures(train_scaled: Array) -> None:
    """Four fifths of 60,000 pictures of 28 by 28 pixels."""
    expect.array_shape(train_scaled, (48_000, 28, 28), {**_KNOWN_SHAPES, (12_000, 28, 28): "parts_swapped"})


@prepare_images.check()
def validation_part_has_12000_pictures(val_scaled: Array) -> None:
    """One fifth of 60,000 pictures of 28 by 28 pixels."""
    expect.array_shape(val_scaled, (12_000, 28, 28), {**_KNOWN_SHAPES, (48_000, 28, 28): "parts_swapped"})


@prepare_images.check(weight=2)
def pixels_lie_between_0_and_1(train_scaled: Array, val_scaled: Array) -> None:
    """Pixels from 0 to 255 were divided by 255."""
    expect.scaled(train_scaled)
    expect.scaled(val_scaled)


@prepare_images.check(weight=2)
def training_part_is_the_chapters(train_scaled: Array, train_target: Array) -> None:
    """The chapter's split, pictures and labels in the same order, whatever the pictures' scale and shape."""
    expect.chapters_split(train_scaled, train_target, "train")


@prepare_images.check(weight=2)
def validation_part_is_the_chapters(val_scaled: Array, val_target: Array) -> None:
    """The chapter's split, pictures and labels in the same order, whatever the pictures' scale and shape."""
    expect.chapters_split(val_scaled, val_target, "val")


flatten_relu_model = assignment.question("flatten_relu_model", points=6)


@flatten_relu_model.check()
def model_has_two_dense_layers(model: Model) -> None:
    """A hidden layer and an output layer, and besides them only what flattens."""
    expect.dense_layers(model, 2)
    expect.no_other_layers(model)


@flatten_relu_model.check(weight=2)
def model_begins_with_flatten(model: Model) -> None:
    """A Flatten layer is asked for here, no other layer that does the same."""
    expect.flatten_first(model)


@flatten_relu_model.check()
def hidden_layer_has_100_units(model: Model) -> None:
    """The hidden layer's neurons."""
    expect.units(model, 0, 100)


@flatten_relu_model.check(weight=2)
def hidden_layer_uses_relu(model: Model) -> None:
    """The hidden layer's activation, however it was written."""
    expect.activation(model, 0, "relu")


@flatten_relu_model.check()
def output_layer_has_10_units(model: Model) -> None:
    """One neuron for each class."""
    expect.units(model, -1, 10)


@flatten_relu_model.check()
def output_layer_uses_softmax(model: Model) -> None:
    """The output layer's activation, however it was written."""
    expect.activation(model, -1, "softmax")


@flatten_relu_model.check(weight=2)
def input_is_a_picture_in_batches_of_any_size(model: Model) -> None:
    """(None, 28, 28)."""
    expect.input_shape(model, (28, 28))
    expect.batch_dimension_is_free(model)


@flatten_relu_model.check(weight=2)
def shapes_and_parameters_are_right(model: Model) -> None:
    """(None, 784), (None, 100), (None, 10); 79,510 parameters, of which Flatten has none."""
    flat = next((stage for stage in network(model).stages if stage.kind == "Flatten"), None)
    if flat and flat.output_shape not in {(784,), None}:
        facts = {"layer": flat.name, "expected": (None, 784), "received": (None, *flat.output_shape)}
        raise Fault("flatten_shape", variable=model.variable, **facts)
    expect.output_shape(model, 0, (100,))
    expect.output_shape(model, -1, (10,))
    expect.parameters(model, 79_510)


depth = assignment.question("depth", points=2)


@depth.check()
def summary_lists_three_layers(layers_in_summary: Value, model: Model | None = None) -> None:
    """Flatten and two Dense layers; other numbers are right where the learner's own model lists them.

    The same network has more lines where activations are layers of their own, or where it is functional.
    """
    if model and layers_in_summary.value == _lines(model) != 3:  # noqa: PLR2004 - the chapter's
        if _is_the_chapters_network(model):
            return
        facts = {"expected": 3, "received": layers_in_summary.value}
        raise Fault("counted_another_model", variable=layers_in_summary.variable, **facts)
    expect.number(layers_in_summary, 3, {2: "flatten_not_counted", 4: "input_counted"})


@depth.check()
def two_layers_have_weights(layers_with_weights: Value) -> None:
    """The two Dense layers."""
    expect.number(layers_with_weights, 2, {3: "flatten_counted", 4: "weight_arrays_counted"})


def _lines(model: Model) -> int:
    """Lines of the model's summary."""
    layers = (model.config or {}).get("layers", ())
    return sum(model.class_name != "Sequential" or layer.get("class_name") != "InputLayer" for layer in layers)


def _is_the_chapters_network(model: Model) -> bool:
    try:
        chapters_network(model)
    except Fault:
        return False
    return True


def chapters_network(model: Model) -> None:
    """The chapter's ReLU network on pictures, whichever layer flattens them."""
    expect.no_other_layers(model)
    expect.dense_layers(model, 2)
    expect.units(model, 0, 100)
    expect.activation(model, 0, "relu")
    expect.units(model, -1, 10)
    expect.activation(model, -1, "softmax")
    takes_pictures(model)
    expect.parameters(model, 79_510)


def takes_pictures(model: Model) -> None:
    """Pictures go in as they are; Keras adds a last axis of 1 by itself where the network has one."""
    if network(model).input_shape != (28, 28, 1):
        expect.input_shape(model, (28, 28))
