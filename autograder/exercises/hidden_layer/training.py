"""Training the network, and a text about it."""

from __future__ import annotations

from autograder.evidence import History, Model
from autograder.exercises.hidden_layer.base import assignment
from autograder.exercises.hidden_layer.layers import chapters_network
from autograder.judging import expect

train_sigmoid = assignment.question("train_sigmoid", points=6)


@train_sigmoid.check()
def trained_model_is_the_sigmoid_network(trained_model: Model) -> None:
    """The architecture of the questions before."""
    expect.no_other_layers(trained_model)
    chapters_network(trained_model)


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


@train_sigmoid.check(after=(trained_once_for_five_epochs,))  # alone it would earn points for what anybody can write
def history_covers_five_epochs(history: History) -> None:
    """What ``fit`` returned."""
    expect.history_length(history, 5)


@train_sigmoid.check(weight=2, after=(trained_model_is_the_sigmoid_network,))
def validation_accuracy_is_high_enough(trained_model: Model) -> None:
    """Measured again on the validation set."""
    expect.trained(trained_model)
    expect.swept_accuracy(trained_model)


reflection = assignment.question("reflection", points=4, by_hand=True)
