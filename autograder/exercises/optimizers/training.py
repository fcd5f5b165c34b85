"""Training the same network with five optimizers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.evidence import Model, Optimizer
from autograder.exercises.about import about
from autograder.exercises.optimizers.base import assignment
from autograder.exercises.optimizers.settings import optimizer_of, relu_network
from autograder.judging import expect

if TYPE_CHECKING:
    from collections.abc import Callable


def model_is_the_relu_network(model: Model) -> None:
    """What flattens, 100 ReLU and 10 softmax neurons."""
    relu_network(model)


def loss_and_accuracy_are_set(model: Model) -> None:
    """The chapter's loss and metric."""
    expect.loss(model)
    expect.metric(model)


def trained_once_for_five_epochs(model: Model) -> None:
    """Five epochs of 1,500 steps, from fresh weights."""
    expect.epochs(model, 5)
    expect.fresh_weights(model)


def _train(name: str, right: Callable[[Optimizer], None]) -> None:
    """The question that trains ``model_<name>`` with an optimizer of which ``right`` holds."""
    question = assignment.question(f"train_{name}", points=4)
    variable = f"model_{name}"

    def optimizer_is_the_right_one(model: Model) -> None:
        right(optimizer_of(model))

    def validation_accuracy_is_high_enough(model: Model) -> None:
        # With another optimizer, too, the minimum is the one that the question states.
        expect.trained(model)
        expect.swept_accuracy(model, name)

    built = question.check()(about(variable, model_is_the_relu_network))
    question.check(weight=2)(about(variable, optimizer_is_the_right_one))
    question.check()(about(variable, loss_and_accuracy_are_set))
    question.check(weight=2)(about(variable, trained_once_for_five_epochs))
    question.check(weight=2, after=(built,))(about(variable, validation_accuracy_is_high_enough))


def _momentum(*, nesterov: bool) -> Callable[[Optimizer], None]:
    def right(optimizer: Optimizer) -> None:
        expect.rule(optimizer, "SGD")
        expect.momentum(optimizer, 0.9)
        expect.nesterov(optimizer, expected=nesterov)

    return right


def _default(rule: str) -> Callable[[Optimizer], None]:
    return lambda optimizer: expect.default_settings(optimizer, rule)


_train("momentum", _momentum(nesterov=False))
_train("nesterov", _momentum(nesterov=True))
_train("adagrad", _default("Adagrad"))
_train("rmsprop", _default("RMSprop"))
_train("adam", _default("Adam"))
