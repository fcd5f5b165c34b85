"""Training the ReLU network, and a network of the learner's own."""

from __future__ import annotations

from typing import NamedTuple

from autograder.evidence import Model, Value
from autograder.exercises.relu_flatten.base import assignment
from autograder.exercises.relu_flatten.layers import chapters_network, takes_pictures
from autograder.judging import expect
from autograder.judging.faults import Fault
from autograder.judging.network import network

train_relu = assignment.question("train_relu", points=6)

_ACCURACY_WITHIN, _LOSS_WITHIN = 0.001, 0.005
_SAME = 1e-4
"""Two figures of one thing: fit's float32 sums and ours, or four decimals of them."""


@train_relu.check(weight=2)
def trained_model_is_the_relu_network(trained_model: Model) -> None:
    """The architecture of the questions before, whichever layer flattens."""
    chapters_network(trained_model)


@train_relu.check()
def loss_is_sparse_categorical_crossentropy(trained_model: Model) -> None:
    """The loss for labels that are class numbers."""
    expect.loss(trained_model)


@train_relu.check()
def accuracy_is_measured(trained_model: Model) -> None:
    """The metric."""
    expect.metric(trained_model)


@train_relu.check(weight=2)
def trained_once_for_five_epochs(trained_model: Model) -> None:
    """Five epochs of 1,500 steps, from fresh weights."""
    expect.epochs(trained_model, 5)
    expect.fresh_weights(trained_model)


@train_relu.check(weight=2, after=(trained_model_is_the_relu_network,))
def validation_accuracy_is_high_enough(trained_model: Model) -> None:
    """Measured again on the validation set."""
    expect.trained(trained_model)
    expect.swept_accuracy(trained_model)


@train_relu.check(weight=2)
def val_loss_agrees(trained_model: Model, val_loss: Value) -> None:
    """The reported loss is the one measured again here."""
    found = network(trained_model)
    exact, clipped = found.losses()
    if not any(_is_near(val_loss, loss, _LOSS_WITHIN) for loss in (exact, clipped)):
        _not_another_score(val_loss, exact, _LOSS_WITHIN, {"val_accuracy": found.accuracy()})
        _not_of_another_time(val_loss, exact, _noted(trained_model, loss=True), found.training_scores[1])
        expect.close_number(val_loss, exact, _LOSS_WITHIN)


@train_relu.check(weight=2)
def val_accuracy_agrees(trained_model: Model, val_accuracy: Value) -> None:
    """The reported accuracy is the one measured again here."""
    found = network(trained_model)
    if not _is_near(val_accuracy, found.accuracy(), _ACCURACY_WITHIN):
        _not_another_score(val_accuracy, found.accuracy(), _ACCURACY_WITHIN, {"val_loss": found.losses()[0]})
        measured = found.training_scores[0]
        _not_of_another_time(val_accuracy, found.accuracy(), _noted(trained_model, loss=False), measured)
        expect.close_number(val_accuracy, found.accuracy(), _ACCURACY_WITHIN)


def _not_another_score(value: Value, expected: float, within: float, others: dict[str, float]) -> None:
    """The number is neither the other variable's nor the right one written in another way."""
    facts = {"expected": round(expected, 4), "received": value.value}
    for other, number in others.items():
        if _is_near(value, number, _LOSS_WITHIN):
            raise Fault("loss_and_accuracy_swapped", variable=value.variable, other=other, **facts)
    if _is_near(value, 100 * expected, 100 * within):
        raise Fault("reported_in_percent", variable=value.variable, **facts)
    if any(_is_near(value, round(expected, digits), 1e-6) for digits in (0, 1, 2)):
        raise Fault("reported_too_roughly", variable=value.variable, **facts)


def _not_of_another_time(value: Value, expected: float, found: _Noted, measured: float) -> None:
    """The number is neither the training part's nor an earlier epoch's, as ``fit`` noted them or as measured here."""
    facts = {"expected": round(expected, 4), "received": value.value}
    if any(_is_near(value, score, _SAME) for score in found.validation):
        raise Fault("score_of_another_epoch", variable=value.variable, **facts)
    if any(_is_near(value, score, _SAME) for score in (*found.training, measured)):
        raise Fault("training_score_reported", variable=value.variable, **facts)


class _Noted(NamedTuple):
    """What ``fit`` noted of one metric in each epoch."""

    training: list[float]
    validation: list[float]


def _noted(model: Model, *, loss: bool) -> _Noted:
    """The loss, or all else, which is the accuracy."""
    found = _Noted([], [])
    for name, values in (model.history.metrics if model.history else {}).items():
        if name.endswith("loss") == loss:
            (found.validation if name.startswith("val_") else found.training).extend(values)
    return found


def _is_near(value: Value, number: float, within: float) -> bool:
    is_number = isinstance(value.value, (int, float)) and not isinstance(value.value, bool)
    return is_number and abs(value.value - number) <= within


own_network = assignment.question("own_network", points=8)

_MOST_PARAMETERS = 200_000
_LOWEST_ACCURACY = 0.85
_LARGEST_LEAD = 0.01
"""Networks trained on the training part stay below 0, those trained on the validation part reach 0.03 and more."""


@own_network.check()
def my_model_takes_pictures_in_batches_of_any_size(my_model: Model) -> None:
    """(None, 28, 28), or (None, 28, 28, 1) as convolutions need it: Keras adds that axis by itself."""
    takes_pictures(my_model)
    expect.batch_dimension_is_free(my_model)


@own_network.check()
def my_model_gives_ten_values(my_model: Model) -> None:
    """One for each class; probabilities or not."""
    if not network(my_model).built:
        raise Fault("input_not_declared", variable=my_model.variable)
    shape = network(my_model).keras.output_shape
    if shape != (None, 10):
        raise Fault("output_not_ten", variable=my_model.variable, received=shape)


@own_network.check()
def a_hidden_layer_is_wider_than_the_output_layer(my_model: Model) -> None:
    """At least one."""
    expect.units_above_outputs(my_model)


@own_network.check()
def my_model_has_at_most_200000_parameters(my_model: Model) -> None:
    """Weights and biases."""
    expect.parameters_at_most(my_model, _MOST_PARAMETERS)


@own_network.check(weight=4, after=(my_model_gives_ten_values,))
def validation_accuracy_is_at_least_085(my_model: Model) -> None:
    """Measured again on the validation set, which the training must not have seen: seen pictures are known better."""
    if network(my_model).accuracy() < _LOWEST_ACCURACY:
        expect.trained(my_model)
    expect.accuracy(my_model, _LOWEST_ACCURACY)
    if network(my_model).validation_lead > _LARGEST_LEAD:
        raise Fault("trained_on_validation", variable=my_model.variable)
