"""Training the ReLU network, and a network of the learner's own."""

from __future__ import annotations

from collections.abc import Callable

from autograder.evidence import Model, Value
from autograder.exercises.relu_flatten.base import assignment
from autograder.exercises.relu_flatten.layers import chapters_network, takes_pictures
from autograder.judging import expect
from autograder.judging.faults import Fault
from autograder.judging.network import network

train_relu = assignment.question("train_relu", points=6)

_ACCURACY_WITHIN, _LOSS_WITHIN = 0.001, 0.005
_NOTED_WITHIN = 1e-4


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
    """The loss measured again here."""
    measured = network(trained_model)
    if _is_near(val_loss, measured.accuracy(), _ACCURACY_WITHIN):
        _swapped(val_loss, "val_accuracy", measured.loss())
    _agrees(val_loss, measured.loss(), _LOSS_WITHIN, lambda: _training_scores(trained_model)[1])


@train_relu.check(weight=2)
def val_accuracy_agrees(trained_model: Model, val_accuracy: Value) -> None:
    """The accuracy measured again here."""
    measured = network(trained_model)
    if _is_near(val_accuracy, measured.loss(), _LOSS_WITHIN):
        _swapped(val_accuracy, "val_loss", measured.accuracy())
    _agrees(val_accuracy, measured.accuracy(), _ACCURACY_WITHIN, lambda: _training_scores(trained_model)[0])


def _swapped(value: Value, other: str, expected: float) -> None:
    facts = {"other": other, "expected": round(expected, 4), "received": round(value.value, 4)}
    raise Fault("loss_and_accuracy_swapped", variable=value.variable, **facts)


def _agrees(value: Value, expected: float, within: float, of_training: Callable[[], list[float]]) -> None:
    """The reported number is the measured one; says which other number it is, where that is known."""
    if not _is_near(value, expected, within) and _is_number(value):
        facts = {"expected": round(expected, 4), "received": value.value}
        if _is_near(value, 100 * expected, 100 * within):
            raise Fault("reported_in_percent", variable=value.variable, **facts)
        if any(_is_near(value, round(expected, digits), _NOTED_WITHIN) for digits in (1, 2)):
            raise Fault("reported_too_roughly", variable=value.variable, **facts)
        if any(_is_near(value, number, _NOTED_WITHIN) for number in of_training()):
            raise Fault("training_score_reported", variable=value.variable, **facts)
    expect.close_number(value, expected, within)


def _training_scores(model: Model) -> tuple[list[float], list[float]]:
    """Losses and accuracies..."""
    raise NotImplementedError


def _is_number(value: Value) -> bool:
    return isinstance(value.value, (int, float)) and not isinstance(value.value, bool)


def _is_near(value: Value, number: float, within: float) -> bool:
    return _is_number(value) and abs(value.value - number) <= within
