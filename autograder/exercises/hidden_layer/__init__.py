"""A network with one hidden layer: data, sigmoid, two Dense layers, batch dimension, training."""

from __future__ import annotations

import numpy as np

from autograder.evidence import Array, Call, Calls, History, Layer, Model, Value
from autograder.exercises.model import Assignment
from autograder.judging import expect
from autograder.judging.faults import Fault

assignment = Assignment("hidden_layer")

prepare_data = assignment.question("prepare_data", points=4)


@prepare_data.check()
def training_part_has_48000_rows_of_784(train_scaled: Array) -> None:
    """Four fifths of 60,000 pictures, each as one row."""
    expect.array_shape(train_scaled, (48_000, 784), _ROWS_FORGOTTEN)


@prepare_data.check()
def validation_part_has_12000_rows_of_784(val_scaled: Array) -> None:
    """One fifth of 60,000 pictures, each as one row."""
    expect.array_shape(val_scaled, (12_000, 784), _ROWS_FORGOTTEN)


@prepare_data.check()
def values_lie_between_0_and_1(train_scaled: Array, val_scaled: Array) -> None:
    """Pixels from 0 to 255 were divided by 255."""
    expect.scaled(train_scaled)
    expect.scaled(val_scaled)


@prepare_data.check(after=(training_part_has_48000_rows_of_784, values_lie_between_0_and_1))
def training_part_is_the_chapters(train_scaled: Array, train_target: Array) -> None:
    """The chapter's split, pictures and labels in the same order."""
    expect.chapters_split(train_scaled, train_target, "train")


@prepare_data.check(after=(validation_part_has_12000_rows_of_784, values_lie_between_0_and_1))
def validation_part_is_the_chapters(val_scaled: Array, val_target: Array) -> None:
    """The chapter's split, pictures and labels in the same order."""
    expect.chapters_split(val_scaled, val_target, "val")


_ROWS_FORGOTTEN = {
    (60_000, 784): "not_split",
    (60_000, 28, 28): "not_split",
    (48_000, 28, 28): "not_reshaped",
    (12_000, 28, 28): "not_reshaped",
    (12_000, 784): "parts_swapped",
    (48_000, 784): "parts_swapped",
}

sigmoid_function = assignment.question("sigmoid_function", points=4)
_ORDINARY, _EXTREME = (0, 1, 2), (3,)


@sigmoid_function.probe("sigmoid")
def _sigmoid_inputs(random: np.random.Generator) -> tuple[Call, ...]:
    shapes = ((7,), (3, 4), (2, 3, 2))
    ordinary = tuple(Call((random.normal(0, 3, shape),), {}) for shape in shapes)
    return (*ordinary, Call((np.array([-1000.0, 1000.0, *random.normal(0, 1, 2)]),), {}))


@sigmoid_function.check(weight=2)
def sigmoid_gives_the_right_values(sigmoid: Calls) -> None:
    """1 / (1 + e^-z), compared with SciPy's."""
    from scipy.special import expit  # noqa: PLC0415 - where a function is judged

    expect.results(sigmoid, [expit(z) for z in sigmoid.inputs[:3]], only=_ORDINARY)


@sigmoid_function.check()
def sigmoid_keeps_the_shape(sigmoid: Calls) -> None:
    """An array of any shape comes back in that shape."""
    expect.same_shape(sigmoid, only=_ORDINARY)


@sigmoid_function.check()
def sigmoid_does_not_overflow(sigmoid: Calls) -> None:
    """At -1000 and 1000 it gives 0 and 1, and NumPy does not warn."""
    from scipy.special import expit  # noqa: PLC0415 - where a function is judged

    expect.no_overflow(sigmoid, only=_EXTREME)
    expect.results(sigmoid, [expit(sigmoid.inputs[3])], only=_EXTREME)


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
def hidden_layer_has_78500_parameters(hidden_params: Value) -> None:
    """784 x 100 weights and 100 biases."""
    expect.number(hidden_params, 78_500, {78_400: "biases_forgotten"})


@parameter_counts.check()
def output_layer_has_1010_parameters(output_params: Value) -> None:
    """100 x 10 weights and 10 biases."""
    expect.number(output_params, 1_010, {1_000: "biases_forgotten"})


@parameter_counts.check()
def model_has_79510_parameters(total_params: Value) -> None:
    """Both layers together."""
    expect.number(total_params, 79_510, {79_400: "biases_forgotten"})


batch_dimension = assignment.question("batch_dimension", points=4)


@batch_dimension.check()
def batch_axis_is_none(batch_axis: Value) -> None:
    """The first entry of the model's output shape."""
    expect.none(batch_axis)


@batch_dimension.check()
def an_epoch_has_1500_steps(steps_per_epoch: Value) -> None:
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
    _chapters_network(named_model)


add_layers = assignment.question("add_layers", points=3)


@add_layers.check()
def added_model_has_two_dense_layers(added_model: Model) -> None:
    """A hidden layer and an output layer."""
    expect.dense_layers(added_model, 2)
    expect.no_other_layers(added_model)


@add_layers.check(after=(added_model_has_two_dense_layers,))
def added_model_is_the_same_network(added_model: Model) -> None:
    """100 sigmoid and 10 softmax on rows of 784."""
    _chapters_network(added_model)


@add_layers.check()
def added_model_has_a_free_batch_dimension(added_model: Model) -> None:
    """The input is declared, without a batch size."""
    expect.batch_dimension_is_free(added_model)


def _chapters_network(model: Model) -> None:
    expect.dense_layers(model, 2)
    expect.units(model, 0, 100)
    expect.activation(model, 0, "sigmoid")
    expect.units(model, 1, 10)
    expect.activation(model, 1, "softmax")
    expect.input_shape(model, (784,))
    expect.parameters(model, 79_510)


train_sigmoid = assignment.question("train_sigmoid", points=6)


@train_sigmoid.check()
def trained_model_is_the_sigmoid_network(trained_model: Model) -> None:
    """The architecture of the questions before."""
    expect.no_other_layers(trained_model)
    _chapters_network(trained_model)


@train_sigmoid.check()
def loss_is_sparse_categorical_crossentropy(trained_model: Model) -> None:
    """The loss for labels that are class numbers."""
    expect.loss(trained_model)


@train_sigmoid.check()
def accuracy_is_measured(trained_model: Model) -> None:
    """The metric."""
    expect.metric(trained_model)


@train_sigmoid.check()
def trained_once_for_five_epochs(trained_model: Model) -> None:
    """Five epochs of 1,500 steps, from fresh weights."""
    expect.epochs(trained_model, 5)
    expect.fresh_weights(trained_model)


@train_sigmoid.check()
def history_covers_five_epochs(history: History) -> None:
    """What ``fit`` returned."""
    expect.history_length(history, 5)


@train_sigmoid.check(weight=2, after=(trained_model_is_the_sigmoid_network,))
def validation_accuracy_is_high_enough(trained_model: Model) -> None:
    """Measured again on the validation set."""
    expect.trained(trained_model)
    expect.swept_accuracy(trained_model)


reflection = assignment.question("reflection", points=4, by_hand=True)
