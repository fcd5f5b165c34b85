"""Data and the sigmoid function."""

from __future__ import annotations

import numpy as np

from autograder.evidence import Array, Call, Calls
from autograder.exercises.hidden_layer.base import assignment
from autograder.judging import expect

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
    from scipy.special import expit

    expect.results(sigmoid, [expit(z) for z in sigmoid.inputs[:3]], only=_ORDINARY)


@sigmoid_function.check()
def sigmoid_keeps_the_shape(sigmoid: Calls) -> None:
    """An array of any shape comes back in that shape."""
    expect.same_shape(sigmoid, only=_ORDINARY)


@sigmoid_function.check()
def sigmoid_does_not_overflow(sigmoid: Calls) -> None:
    """At -1000 and 1000 it gives 0 and 1, and NumPy does not warn."""
    from scipy.special import expit

    expect.no_overflow(sigmoid, only=_EXTREME)
    expect.results(sigmoid, [expit(sigmoid.inputs[3])], only=_EXTREME)
