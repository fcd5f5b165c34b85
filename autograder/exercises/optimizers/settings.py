"""Optimizers as objects: which rule, which settings."""

from __future__ import annotations

from dataclasses import replace

from autograder.evidence import Model, Optimizer
from autograder.exercises.about import about
from autograder.exercises.optimizers.base import assignment
from autograder.exercises.relu_flatten.layers import chapters_network
from autograder.judging import expect
from autograder.judging.faults import Fault
from autograder.judging.network import network

sgd_two_ways = assignment.question("sgd_two_ways", points=3)


@sgd_two_ways.check()
def model_by_name_is_the_relu_network(model_by_name: Model) -> None:
    """What flattens, 100 ReLU and 10 softmax neurons."""
    relu_network(model_by_name)


@sgd_two_ways.check()
def model_by_object_is_the_relu_network(model_by_object: Model) -> None:
    """What flattens, 100 ReLU and 10 softmax neurons."""
    relu_network(model_by_object)


@sgd_two_ways.check()
def model_by_name_uses_sgd(model_by_name: Model) -> None:
    """SGD with default settings, as its name gives."""
    expect.default_settings(optimizer_of(model_by_name), "SGD")


@sgd_two_ways.check()
def model_by_object_uses_sgd(model_by_object: Model) -> None:
    """SGD; whether its settings are the same is another claim."""
    expect.rule(optimizer_of(model_by_object), "SGD")


@sgd_two_ways.check(after=(model_by_name_uses_sgd, model_by_object_uses_sgd))
def both_models_have_the_same_settings(model_by_name: Model, model_by_object: Model) -> None:
    """The two ways of writing it mean the same, in two models."""
    if model_by_name.name == model_by_object.name and _layers(model_by_name) == _layers(model_by_object):
        raise Fault("one_model_twice", variable=model_by_object.variable, other=model_by_name.variable)
    expect.compiled_alike(model_by_object, model_by_name)


@sgd_two_ways.check()
def loss_and_accuracy_are_set(model_by_name: Model, model_by_object: Model) -> None:
    """Of both models."""
    for model in (model_by_name, model_by_object):
        expect.loss(model)
        expect.metric(model)


learning_rate = assignment.question("learning_rate", points=1)


@learning_rate.check()
def sgd_is_plain_sgd(sgd: Optimizer) -> None:
    """SGD without momentum."""
    expect.rule(sgd, "SGD")
    expect.momentum(sgd, 0.0)


@learning_rate.check(weight=3, after=(sgd_is_plain_sgd,))
def learning_rate_is_01(sgd: Optimizer) -> None:
    """As measured on a gradient."""
    expect.learning_rate(sgd, 0.1)


momentum_ = assignment.question("momentum", points=2)


@momentum_.check()
def momentum_is_an_sgd_optimizer(momentum: Optimizer) -> None:
    """Momentum is a setting of SGD."""
    expect.rule(momentum, "SGD")


@momentum_.check(weight=2, after=(momentum_is_an_sgd_optimizer,))
def momentum_is_09(momentum: Optimizer) -> None:
    """As measured on a gradient."""
    expect.momentum(momentum, 0.9)


@momentum_.check(after=(momentum_is_09,))
def momentum_is_not_nesterov(momentum: Optimizer) -> None:
    """Without momentum both would be the same."""
    expect.nesterov(momentum, expected=False)


nesterov_ = assignment.question("nesterov", points=2)


@nesterov_.check()
def nesterov_is_an_sgd_optimizer(nesterov: Optimizer) -> None:
    """Nesterov momentum is a setting of SGD."""
    expect.rule(nesterov, "SGD")


@nesterov_.check(after=(nesterov_is_an_sgd_optimizer,))
def nesterov_has_momentum_09(nesterov: Optimizer) -> None:
    """As measured on a gradient."""
    expect.momentum(nesterov, 0.9)


@nesterov_.check(weight=2, after=(nesterov_has_momentum_09,))
def nesterov_looks_ahead(nesterov: Optimizer) -> None:
    """Without momentum both would be the same."""
    expect.nesterov(nesterov, expected=True)


def _with_default_settings(variable: str, rule: str) -> None:
    """A question for an object of one class, made without any setting."""
    question = assignment.question(variable, points=1)

    def optimizer_is_of_this_kind(optimizer: Optimizer) -> None:
        expect.rule(optimizer, rule)

    def settings_are_the_default_ones(optimizer: Optimizer) -> None:
        expect.default_settings(optimizer, rule)

    kind = question.check()(about(variable, optimizer_is_of_this_kind))
    question.check(after=(kind,))(about(variable, settings_are_the_default_ones))


_with_default_settings("adagrad", "Adagrad")
_with_default_settings("rmsprop", "RMSprop")
_with_default_settings("adam", "Adam")


def relu_network(model: Model) -> None:
    """The chapter's ReLU network, which flattens pictures itself."""
    if not any(stage.kind in {"Flatten", "Reshape"} for stage in network(model).stages):
        expect.flatten_first(model)
    chapters_network(model)


def _layers(model: Model) -> list[int]:
    return [layer.identity for layer in model.layers]


def optimizer_of(model: Model) -> Optimizer:
    """The compiled optimizer, under a name that a learner can print."""
    if model.optimizer is None:
        raise Fault("not_compiled", variable=model.variable)
    return replace(model.optimizer, variable=f"{model.variable}.optimizer")
