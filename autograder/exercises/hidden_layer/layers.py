"""Two Dense layers, written in several ways, and what can be read off them."""

from __future__ import annotations

from autograder.evidence import Array, Layer, Model, Value
from autograder.exercises.hidden_layer.base import assignment
from autograder.judging import expect
from autograder.judging.faults import Fault

two_dense_layers = assignment.question("two_dense_layers", points=6)


@two_dense_layers.check()
def model_has_two_dense_layers(model: Model) -> None:
    """A hidden layer and an output layer, and nothing else that computes."""
    expect.dense_layers(model, 2)
    expect.no_other_layers(model)


@two_dense_layers.check()
def hidden_layer_has_100_units(model: Model) -> None:
    """The hidden layer's neurons."""
    expect.units(model, 0, 100)


@two_dense_layers.check()
def hidden_layer_uses_sigmoid(model: Model) -> None:
    """The hidden layer's activation, however it was written."""
    expect.activation(model, 0, "sigmoid")


@two_dense_layers.check()
def output_layer_has_10_units(model: Model) -> None:
    """One neuron for each class."""
    expect.units(model, 1, 10)


@two_dense_layers.check()
def output_layer_uses_softmax(model: Model) -> None:
    """The output layer's activation, however it was written."""
    expect.activation(model, 1, "softmax")


@two_dense_layers.check(weight=2)
def shapes_and_batch_dimension_are_right(model: Model) -> None:
    """(None, 100) and (None, 10) for input rows of 784."""
    expect.batch_dimension_is_free(model)
    expect.output_shape(model, 0, (100,))
    expect.output_shape(model, 1, (10,))
    expect.input_shape(model, (784,))


@two_dense_layers.check()
def model_is_made_of_dense1_and_dense2(dense1: Layer, dense2: Layer, model: Model) -> None:
    """The very layers, in this order."""
    expect.layer_in_model(dense1, model, 0)
    expect.layer_in_model(dense2, model, 1)


parameter_counts = assignment.question("parameter_counts", points=3)


@parameter_counts.check()
def hidden_params_is_right(hidden_params: Value) -> None:
    """784 x 100 weights and 100 biases: 78,500."""
    expect.number(hidden_params, 78_500, {78_400: "biases_forgotten"})


@parameter_counts.check()
def output_params_is_right(output_params: Value) -> None:
    """100 x 10 weights and 10 biases."""
    expect.number(output_params, 1_010, {1_000: "biases_forgotten"})


@parameter_counts.check()
def total_params_is_right(total_params: Value) -> None:
    """Both layers together."""
    expect.number(total_params, 79_510, {79_400: "biases_forgotten"})


batch_dimension = assignment.question("batch_dimension", points=4)


@batch_dimension.check()
def batch_axis_is_right(batch_axis: Value) -> None:
    """The first entry of the model's output shape."""
    expect.none(batch_axis)


@batch_dimension.check()
def steps_per_epoch_is_right(steps_per_epoch: Value) -> None:
    """48,000 pictures in batches of 32."""
    expect.number(steps_per_epoch, 1_500, {1_875: "steps_of_everything", 48_000: "steps_are_samples"})


@batch_dimension.check()
def predictions_have_seven_rows_of_ten(predictions: Array) -> None:
    """One row for each picture."""
    expect.array_shape(predictions, (7, 10))


@batch_dimension.check()
def every_row_sums_to_one(predictions: Array) -> None:
    """Softmax gives probabilities."""
    expect.rows_sum_to_one(predictions)


named_layers = assignment.question("named_layers", points=3)


@named_layers.check()
def layers_are_named_hidden_and_output(named_model: Model) -> None:
    """The chapter's names of the layers."""
    names = [layer.name for layer in named_model.layers if layer.class_name == "Dense"]
    if names != ["hidden", "output"]:
        raise Fault("layer_names", variable=named_model.variable, received=names)


@named_layers.check()
def model_has_the_chapters_name(named_model: Model) -> None:
    """The chapter's name of the model."""
    if named_model.name != "패션 MNIST 모델":
        raise Fault("model_name", variable=named_model.variable, received=named_model.name)


@named_layers.check()
def named_model_has_the_same_layers(named_model: Model) -> None:
    """100 sigmoid and 10 softmax on rows of 784."""
    chapters_network(named_model)


add_layers = assignment.question("add_layers", points=3)


@add_layers.check()
def added_model_has_two_dense_layers(added_model: Model) -> None:
    """A hidden layer and an output layer."""
    expect.dense_layers(added_model, 2)
    expect.no_other_layers(added_model)


@add_layers.check(after=(added_model_has_two_dense_layers,))
def added_model_is_the_same_network(added_model: Model) -> None:
    """100 sigmoid and 10 softmax on rows of 784."""
    chapters_network(added_model)


@add_layers.check()
def added_model_has_a_free_batch_dimension(added_model: Model) -> None:
    """The input is declared, without a batch size."""
    expect.batch_dimension_is_free(added_model)


def chapters_network(model: Model) -> None:
    """100 sigmoid and 10 softmax neurons on rows of 784."""
    expect.dense_layers(model, 2)
    expect.units(model, 0, 100)
    expect.activation(model, 0, "sigmoid")
    expect.units(model, 1, 10)
    expect.activation(model, 1, "softmax")
    expect.input_shape(model, (784,))
    expect.parameters(model, 79_510)
