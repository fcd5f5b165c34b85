"""The ReLU function, and the slopes of sigmoid and ReLU."""

from __future__ import annotations

import numpy as np

from autograder.evidence import Call, Calls
from autograder.exercises.relu_flatten.base import assignment
from autograder.judging import expect
from autograder.judging.faults import Fault

relu_function = assignment.question("relu_function", points=3)


@relu_function.probe("relu")
def _relu_inputs(random: np.random.Generator) -> tuple[Call, ...]:
    shapes = (((7,), np.float32), ((3, 4), np.float64), ((2, 3, 2), np.float32), ((1, 5), np.float64))
    inputs = [random.normal(0, 3, shape).astype(dtype) for shape, dtype in shapes]
    # ``np.vectorize`` takes its type from the first element: that it is negative must not be left to chance.
    inputs[0][:2] = -np.abs(inputs[0][0]), np.abs(inputs[0][1])
    return tuple(Call((z,), {}) for z in inputs)


@relu_function.check(weight=4)
def relu_is_max_of_0_and_z(relu: Calls) -> None:
    """Positive numbers pass, negative ones become 0."""
    inputs = relu.inputs
    mistakes = {
        "relu_identity": inputs,
        "relu_upside_down": [np.minimum(0, z) for z in inputs],
        "relu_mirrored": [np.maximum(0, -z) for z in inputs],
        "relu_absolute": [np.abs(z) for z in inputs],
        "relu_step": [np.where(z > 0, 1.0, 0.0) for z in inputs],
    }
    expect.not_mistaken(relu, mistakes)
    expect.results(relu, [np.maximum(0, z) for z in inputs])


@relu_function.check()
def relu_keeps_the_shape(relu: Calls) -> None:
    """An array of any shape comes back in that shape."""
    expect.same_shape(relu)


@relu_function.check()
def relu_keeps_the_dtype(relu: Calls) -> None:
    """float32 stays float32, float64 stays float64."""
    expect.same_dtype(relu)


saturation = assignment.question("saturation", points=4)
_ORDINARY, _EXTREME = (0, 1, 2), (3,)


@saturation.probe("sigmoid_slope")
def _sigmoid_slope_inputs(random: np.random.Generator) -> tuple[Call, ...]:
    return _slope_inputs(random)


@saturation.probe("relu_slope")
def _relu_slope_inputs(random: np.random.Generator) -> tuple[Call, ...]:
    return _slope_inputs(random)


def _slope_inputs(random: np.random.Generator) -> tuple[Call, ...]:
    """Three ordinary arrays without a 0, where ReLU has a corner, and one of numbers far out."""
    inputs = [random.choice((-1.0, 1.0), shape) * random.uniform(0.05, 5, shape) for shape in ((7,), (3, 4), (2, 3, 2))]
    inputs[0][:2] = -np.abs(inputs[0][0]), np.abs(inputs[0][1])
    far = np.array([-1000.0, -random.uniform(30, 40), random.uniform(30, 40), 1000.0])
    return tuple(Call((z,), {}) for z in (*inputs, far))


@saturation.check()
def sigmoid_slope_gives_the_right_values(sigmoid_slope: Calls) -> None:
    """The sigmoid times one minus the sigmoid."""
    from scipy.special import expit

    inputs = sigmoid_slope.inputs[:3]
    sigmoids = [expit(z) for z in inputs]
    mistakes = {
        "slope_is_sigmoid": sigmoids,
        "slope_is_one_minus_sigmoid": [1 - s for s in sigmoids],
        "slope_of_raw_input": [z * (1 - z) for z in inputs],
        "slope_negative": [s * (s - 1) for s in sigmoids],
    }
    expect.not_mistaken(sigmoid_slope, mistakes, only=_ORDINARY)
    expect.results(sigmoid_slope, [s * (1 - s) for s in sigmoids], only=_ORDINARY)


@saturation.check()
def sigmoid_slope_is_small_at_both_ends(sigmoid_slope: Calls) -> None:
    """Close to 0 for numbers far from 0; NumPy may warn."""
    expect.accepts(sigmoid_slope, only=_EXTREME)
    (values, *_), z = sigmoid_slope.outcomes[3].results or (np.zeros(0),), sigmoid_slope.inputs[3]
    if not np.isfinite(values).all():
        raise Fault("slope_not_finite", variable=sigmoid_slope.variable)
    expect.results(sigmoid_slope, [np.zeros_like(z)], only=_EXTREME, code="slope_not_small")


@saturation.check()
def relu_slope_is_1_or_0(relu_slope: Calls) -> None:
    """1 where z is positive, 0 where it is negative; 0 itself is not asked."""
    inputs = relu_slope.inputs
    mistakes = {
        "slope_constant": [np.ones_like(z) for z in inputs],
        "slope_is_relu": [np.maximum(0, z) for z in inputs],
        "slope_mirrored": [np.where(z < 0, 1.0, 0.0) for z in inputs],
        "slope_is_sign": [np.sign(z) for z in inputs],
    }
    expect.not_mistaken(relu_slope, mistakes)
    expect.results(relu_slope, [np.where(z > 0, 1.0, 0.0) for z in inputs])


@saturation.check()
def slopes_keep_the_shape(sigmoid_slope: Calls, relu_slope: Calls) -> None:
    """An array of any shape comes back in that shape, from both functions."""
    expect.same_shape(sigmoid_slope)
    expect.same_shape(relu_slope)
