"""Models of Keras, taken and judged by what they are and do, whichever way they were written."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import networks
import numpy as np
import pytest
from keras import layers
from networks import PICTURES, PIXELS, chain, fitted, listed, undeclared
from taken import fault, same, sent, take

from autograder.evidence import History, Layer, Model, Optimizer
from autograder.evidence.collect import collect
from autograder.evidence.request import ACTIVATION_PROBE, LOSS_PROBE
from autograder.exercises.model import Question
from autograder.judging import expect
from autograder.judging.network import Network, network

if TYPE_CHECKING:
    from collections.abc import Callable

# Keras's own words about spellings that it understands.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Do not pass an `input_shape`", "ignore:Argument `input_shape` is dep", "ignore:The structure of `inputs`"
)


def claims(hidden: str) -> dict[str, tuple[Callable[..., None], tuple[Any, ...]]]:
    """Everything an exercise says of the chapter's network."""
    return {
        "two_layers": (expect.dense_layers, (2,)),
        "nothing_else": (expect.no_other_layers, ()),
        "hidden_units": (expect.units, (0, 100)),
        "output_units": (expect.units, (1, 10)),
        "hidden_activation": (expect.activation, (0, hidden)),
        "output_activation": (expect.activation, (-1, "softmax")),
        "hidden_shape": (expect.output_shape, (0, (100,))),
        "output_shape": (expect.output_shape, (1, (10,))),
        "input_shape": (expect.input_shape, ((784,),)),
        "free_batch": (expect.batch_dimension_is_free, ()),
        "parameters": (expect.parameters, (79_510,)),
    }


def faults(model: keras.Model, hidden: str = "sigmoid") -> dict[str, str]:
    """What is not right about it, by claim."""
    evidence = take("Model", model)
    assert isinstance(evidence, Model)
    found = {name: fault(claim, evidence, *facts) for name, (claim, facts) in claims(hidden).items()}
    return {name: code for name, code in found.items() if code}


@pytest.mark.parametrize("hidden", ["sigmoid", "relu"])
@pytest.mark.parametrize("spelling", networks.SPELLINGS.values(), ids=networks.SPELLINGS.keys())
def test_every_spelling_is_the_chapters_network(spelling: networks.Spelling, hidden: str) -> None:
    model = spelling(hidden)
    assert faults(model, hidden) == {}
    assert faults(model, "tanh") == {"hidden_activation": "activation"}


class OwnModel(keras.Model):
    """A model as tutorials for the advanced write it."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.out = layers.Dense(100, "sigmoid"), layers.Dense(10, "softmax")

    def call(self, inputs: Any) -> Any:
        return self.out(self.hidden(inputs))


class OwnSequential(keras.Sequential):
    pass


class OwnDense(layers.Dense):
    pass


class OwnLayer(layers.Layer):
    """A layer that cannot say its configuration."""

    def __init__(self, factor: object) -> None:
        super().__init__()
        self.factor = factor

    def call(self, inputs: Any) -> Any:
        return inputs


def branched() -> keras.Model:
    inputs = keras.Input(PIXELS)
    joined = layers.Concatenate()([layers.Dense(100, "sigmoid")(inputs), inputs])
    return keras.Model(inputs, layers.Dense(10, "softmax")(joined))


def with_two_outputs() -> keras.Model:
    inputs = keras.Input(PIXELS)
    inner = layers.Dense(100, "sigmoid")(inputs)
    return keras.Model(inputs, [layers.Dense(10, "softmax")(inner), inner])


def sequence(*items: Any, shape: tuple[int, ...] = PIXELS, **settings: Any) -> keras.Model:
    return keras.Sequential([keras.Input(shape, **settings), *items])


def pair(hidden: Any = "sigmoid", output: Any = "softmax", **settings: Any) -> tuple[Any, Any]:
    """The two layers."""
    return layers.Dense(100, hidden, **settings), layers.Dense(10, output, **settings)


WRONG: dict[str, tuple[Callable[[], keras.Model], dict[str, str]]] = {
    "swapped_units": (
        lambda: chain(layers.Dense(10, "sigmoid"), layers.Dense(100, "softmax")),
        {
            "hidden_units": "units_swapped",
            "output_units": "units_swapped",
            "hidden_shape": "output_shape",
            "output_shape": "output_shape",
            "parameters": "parameters",
        },
    ),
    "another_number_of_units": (
        lambda: chain(layers.Dense(50, "sigmoid"), layers.Dense(10, "softmax")),
        {"hidden_units": "units", "hidden_shape": "output_shape", "parameters": "parameters"},
    ),
    "no_hidden_activation": (lambda: chain(*pair(None)), {"hidden_activation": "activation_forgotten"}),
    "no_output_activation": (lambda: chain(*pair(output=None)), {"output_activation": "activation_forgotten"}),
    "linear_activation": (lambda: chain(*pair("linear")), {"hidden_activation": "activation_forgotten"}),
    "another_activation": (lambda: chain(*pair("relu")), {"hidden_activation": "activation"}),
    "activations_swapped": (
        lambda: chain(*pair("softmax", "sigmoid")),
        {"hidden_activation": "activation", "output_activation": "activation"},
    ),
    "almost_the_activation": (lambda: chain(*pair("hard_sigmoid")), {"hidden_activation": "activation"}),
    "batch_size_in_input": (lambda: sequence(*pair(), batch_size=32), {"free_batch": "batch_dimension_fixed"}),
    "batch_shape_in_input": (
        lambda: keras.Sequential([keras.Input(batch_shape=(32, 784)), *pair()]),
        {"free_batch": "batch_dimension_fixed"},
    ),
    "batch_shape_in_input_layer": (
        lambda: keras.Sequential([layers.InputLayer(batch_shape=(32, 784)), *pair()]),
        {"free_batch": "batch_dimension_fixed"},
    ),
    "batch_size_in_functional": (
        lambda: keras.Model(inputs := keras.Input(PIXELS, batch_size=1), layers.Dense(10)(layers.Dense(100)(inputs))),
        {
            "free_batch": "batch_dimension_fixed",
            "hidden_activation": "activation_forgotten",
            "output_activation": "activation_forgotten",
        },
    ),
    "batch_size_and_trained_on_it": (
        lambda: fitted(sequence(*pair(), batch_size=32)),
        {"free_batch": "batch_dimension_fixed"},
    ),
    "dropout": (lambda: chain(pair()[0], layers.Dropout(0.3), pair()[1]), {"nothing_else": "other_layers"}),
    "activation_twice": (lambda: chain(pair()[0], layers.ReLU(), pair()[1]), {"nothing_else": "other_layers"}),
    "no_biases": (lambda: chain(*pair(use_bias=False)), {"parameters": "parameters_without_biases"}),
    "no_bias_in_one_layer": (
        lambda: chain(pair(use_bias=False)[0], pair()[1]),
        {"parameters": "parameters"},
    ),
    "one_layer_more": (
        lambda: chain(pair()[0], *pair()),
        {
            "two_layers": "dense_layers",
            "output_units": "units",
            "output_shape": "output_shape",
            "parameters": "parameters",
        },
    ),
    "one_layer_less": (
        lambda: chain(layers.Dense(10, "softmax")),
        {
            "two_layers": "dense_layers",
            "hidden_units": "units",
            "output_units": "dense_layers",
            "hidden_activation": "activation",
            "hidden_shape": "output_shape",
            "output_shape": "dense_layers",
            "parameters": "parameters",
        },
    ),
    "branched": (
        branched,
        {"two_layers": "branched", "nothing_else": "other_layers", "parameters": "parameters"},
    ),
    "two_outputs": (with_two_outputs, {"two_layers": "branched"}),
    "rows_of_another_length": (
        lambda: sequence(*pair(), shape=(28,)),
        {"input_shape": "input_shape", "parameters": "parameters"},
    ),
    "pictures_without_flattening": (
        lambda: sequence(*pair(), shape=(28, 28)),
        {
            "input_shape": "input_shape",
            "hidden_shape": "output_shape",
            "output_shape": "output_shape",
            "parameters": "parameters",
        },
    ),
    "pictures_flattened": (
        lambda: sequence(layers.Flatten(), *pair(), shape=(28, 28)),
        {"input_shape": "input_shape"},
    ),
    "undeclared_and_untrained": (
        undeclared,
        dict.fromkeys(
            ("hidden_shape", "output_shape", "input_shape", "free_batch", "parameters"), "input_not_declared"
        ),
    ),
    "own_model_class": (OwnModel, dict.fromkeys(claims(""), "own_class")),
    "own_sequential_class": (lambda: OwnSequential([*pair()]), dict.fromkeys(claims(""), "own_class")),
    "own_layer_class": (
        lambda: chain(OwnDense(100, "sigmoid"), pair()[1]),
        dict.fromkeys(claims(""), "layer_not_known"),
    ),
    "own_layer_without_configuration": (
        lambda: chain(OwnLayer(object()), *pair()),
        dict.fromkeys(claims(""), "layer_not_known"),
    ),
    "lambda_layer": (
        lambda: chain(layers.Lambda(lambda z: z / 255), *pair()),
        dict.fromkeys(claims(""), "layer_not_known"),
    ),
    "own_activation": (
        lambda: chain(*pair(lambda z: z**3)),
        dict.fromkeys(claims(""), "activation_not_known"),
    ),
    "activation_that_returns_nothing": (
        lambda: keras.Sequential([*pair(lambda _: None)]),
        dict.fromkeys(claims(""), "activation_not_known"),
    ),
}


@pytest.mark.parametrize(("make", "expected"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_named_and_nothing_else(make: Callable[[], keras.Model], expected: dict[str, str]) -> None:
    assert faults(make()) == expected


def test_a_size_that_keras_recorded_in_training_is_not_held_against_the_learner() -> None:
    model = fitted(undeclared())
    assert model.input_shape == (32, 784)
    evidence = take("Model", model)
    assert not evidence.input_declared
    assert network(evidence).batch_dimension is None


def test_a_rebuilt_model_computes_what_the_learners_does() -> None:
    for spelling in ("list_with_input_shape", "nested", "functional_operations", "hangul_names"):
        model = networks.SPELLINGS[spelling]("relu")
        rebuilt = network(take("Model", model)).keras
        given = keras.tree.flatten(model(PICTURES))[0]
        np.testing.assert_allclose(keras.tree.flatten(rebuilt(PICTURES))[0], given, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("extra", [None, layers.Dropout], ids=["plain", "dropout"])
def test_taking_and_rebuilding_draw_no_random_numbers(extra: type[layers.Dropout] | None) -> None:
    model = fitted(chain(pair()[0], *([extra(0.5)] if extra else []), pair()[1]))
    keras.utils.set_random_seed(7)
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the states learners' code uses
    network(take("Model", model))
    assert random.getstate() == python
    assert same(np.random.get_state(), numpy)  # noqa: NPY002
    after = keras.random.uniform((4,))
    keras.utils.set_random_seed(7)
    np.testing.assert_array_equal(after, keras.random.uniform((4,)))


def test_taking_a_model_leaves_it_as_it_was() -> None:
    model = fitted(listed())
    before = (model.get_weights(), model.optimizer, int(model.optimizer.iterations), model.history.history)
    network(take("Model", model))
    assert same(model.get_weights(), before[0])
    assert model.optimizer is before[1]
    assert (int(model.optimizer.iterations), model.history.history) == before[2:]


def test_layers_are_known_again_in_the_model() -> None:
    first, second = pair()
    evidence = take("Model", chain(first, second))
    one, two, stranger = (take("Layer", layer) for layer in (first, second, pair()[0]))
    assert isinstance(one, Layer)
    assert fault(expect.layer_in_model, one, evidence, 0) is None
    assert fault(expect.layer_in_model, two, evidence, 1) is None
    assert fault(expect.layer_in_model, two, evidence, 0) == "layer_in_wrong_place"
    assert fault(expect.layer_in_model, stranger, evidence, 0) == "layer_not_in_model"


# --- how it was compiled


def own_loss(labels: Any, outputs: Any) -> Any:
    return keras.losses.sparse_categorical_crossentropy(labels, outputs)


LOSSES = {
    "name": "sparse_categorical_crossentropy",
    "class_name": "SparseCategoricalCrossentropy",
    "function": keras.losses.sparse_categorical_crossentropy,
    "object": keras.losses.SparseCategoricalCrossentropy(),
    "object_with_hangul_name": keras.losses.SparseCategoricalCrossentropy(name="손실"),
    "list": ["sparse_categorical_crossentropy"],
    "dict": {"output": keras.losses.SparseCategoricalCrossentropy()},
    "own_function": own_loss,
    "lambda": lambda labels, outputs: 1.0 * own_loss(labels, outputs),
}
WRONG_LOSSES = {
    "forgotten": (None, "loss"),
    "misspelt": ("sparse_categorical_crosentropy", "loss"),
    "for_one_hot_labels": ("categorical_crossentropy", "loss"),
    "mean_squared_error": ("mse", "loss"),
    "raises": (lambda labels, outputs: labels / 0 + outputs, "loss"),
    "from_logits": (keras.losses.SparseCategoricalCrossentropy(from_logits=True), "loss_from_logits"),
}
METRICS = {
    "name": ["accuracy"],
    "short_name": ["acc"],
    "full_name": ["sparse_categorical_accuracy"],
    "class_name": ["SparseCategoricalAccuracy"],
    "object": [keras.metrics.SparseCategoricalAccuracy()],
    "object_with_hangul_name": [keras.metrics.SparseCategoricalAccuracy(name="정확도")],
    "function": [keras.metrics.sparse_categorical_accuracy],
    "tuple": ("accuracy",),
    "list_of_lists": [["accuracy"]],
    "dict": {"output": "accuracy"},
    "among_others": ["mse", "accuracy"],
}
WRONG_METRICS = {
    "forgotten": None,
    "none": [],
    "another": ["mse"],
    "class_for_equal_numbers": [keras.metrics.Accuracy()],
    "for_one_hot_labels": [keras.metrics.CategoricalAccuracy()],
}


def compiled(loss: Any = "sparse_categorical_crossentropy", metrics: Any = ("accuracy",), **settings: Any) -> Model:
    """Evidence of a small compiled model."""
    model = sequence(layers.Dense(3, "softmax", name="output"), shape=(4,))
    model.compile(loss=loss, metrics=metrics, **settings)
    evidence = take("Model", model)
    assert isinstance(evidence, Model)
    return evidence


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
def test_the_loss_counts_in_every_spelling(loss: object) -> None:
    assert fault(expect.loss, compiled(loss=loss)) is None


@pytest.mark.parametrize(("loss", "code"), WRONG_LOSSES.values(), ids=WRONG_LOSSES.keys())
def test_another_loss_is_named(loss: object, code: str) -> None:
    assert fault(expect.loss, compiled(loss=loss)) == code


@pytest.mark.parametrize("metrics", METRICS.values(), ids=METRICS.keys())
def test_accuracy_counts_in_every_spelling(metrics: Any) -> None:
    assert fault(expect.metric, compiled(metrics=metrics)) is None


@pytest.mark.parametrize("metrics", WRONG_METRICS.values(), ids=WRONG_METRICS.keys())
def test_without_accuracy_the_metric_is_missed(metrics: Any) -> None:
    assert fault(expect.metric, compiled(metrics=metrics)) == "metric"


def test_a_model_that_was_not_compiled_is_said_to_be() -> None:
    evidence = take("Model", listed())
    assert {fault(claim, evidence) for claim in (expect.loss, expect.metric, expect.trained)} == {"not_compiled"}


def test_optimizers_are_compared_by_what_they_do() -> None:
    by_name, by_object = compiled(optimizer="sgd"), compiled(optimizer=keras.optimizers.SGD(learning_rate=0.01))
    assert fault(expect.compiled_alike, by_name, by_object) is None
    assert fault(expect.compiled_alike, by_name, compiled(optimizer="adam")) == "compiled_differently"


# --- how it was trained


@pytest.fixture(scope="module")
def once() -> Model:
    """Evidence of the sigmoid network, trained once for five epochs as far as its counts say."""
    model = listed()
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    evidence = take("Model", model)
    weights = tuple(weight + 0.1 for weight in evidence.weights)
    trained = replace(evidence, weights=weights, history=noted(5))
    return with_updates(trained, 7_500)


def noted(epochs: int, steps: int | None = 1_500, first_loss: float = 0.6) -> History:
    return History("model", {"loss": [first_loss - 0.01 * i for i in range(epochs)]}, steps)


def with_updates(model: Model, updates: int) -> Model:
    assert isinstance(model.optimizer, Optimizer)
    return replace(model, optimizer=replace(model.optimizer, iterations=updates))


def test_five_epochs_of_1500_steps_are_right(once: Model) -> None:
    assert fault(expect.trained, once) is None
    assert fault(expect.epochs, once, 5) is None


def test_what_a_real_fit_noted_is_taken() -> None:
    model = fitted(listed(), epochs=2, batch_size=16)
    evidence = take("Model", model)
    assert (evidence.optimizer.iterations, evidence.history.steps) == (8, 4)
    assert set(evidence.history.metrics) == {"loss", "accuracy"}
    assert fault(expect.history_length, take("History", model.history), 2) is None
    assert fault(expect.history_length, take("History", model.history), 5) == "history_length"


def test_a_real_second_fit_goes_on_counting() -> None:
    model = fitted(fitted(listed()))
    evidence = take("Model", model)
    assert (evidence.optimizer.iterations, len(evidence.history.metrics["loss"])) == (4, 1)


TRAININGS: dict[str, tuple[int, History | None, str | None]] = {
    # update steps, what the last fit noted, the fault
    "not_at_all": (0, None, "not_trained"),
    "again_by_running_the_cell_twice": (15_000, noted(5), "trained_again"),
    "five_times_one_epoch": (7_500, noted(1), None),
    "ten_epochs": (15_000, noted(10), "epochs"),
    "one_epoch": (1_500, noted(1), "epochs"),
    "interrupted": (4_000, noted(2), "epochs"),
    "recompiled_afterwards": (0, noted(5), None),
    "recompiled_after_ten_epochs": (0, noted(10), "epochs"),
    "batches_of_64": (3_750, noted(5, 750), "steps_per_epoch"),
    "one_batch": (5, noted(5, 1), "steps_per_epoch"),
    "everything": (9_375, noted(5, 1_875), "trained_on_everything"),
    "test_part": (1_565, noted(5, 313), "trained_on_test"),
    "steps_unknown": (7_500, noted(5, None), None),
    "steps_unknown_and_ten_epochs": (15_000, noted(10, None), "epochs"),
    "history_gone": (7_500, None, None),
}


@pytest.mark.parametrize(("updates", "history", "code"), TRAININGS.values(), ids=TRAININGS.keys())
def test_counts_tell_how_a_model_was_trained(
    once: Model, updates: int, history: History | None, code: str | None
) -> None:
    assert fault(expect.epochs, with_updates(replace(once, history=history), updates), 5) == code


@pytest.mark.parametrize(
    ("lead", "code"),
    [(0.03, "trained_on_validation"), (-0.03, "steps_per_epoch")],
    ids=["knows_validation_better", "knows_training_better"],
)
def test_375_steps_are_the_validation_part_or_batches_of_128(
    once: Model, monkeypatch: pytest.MonkeyPatch, lead: float, code: str
) -> None:
    monkeypatch.setattr(Network, "validation_lead", lead)
    evidence = with_updates(replace(once, history=noted(5, 375)), 1_875)
    assert fault(expect.epochs, evidence, 5) == code


def test_an_untouched_model_with_a_history_of_another_is_not_trained() -> None:
    evidence = replace(take("Model", listed()), history=noted(5), optimizer=compiled().optimizer)
    assert fault(expect.trained, evidence) == "not_trained"


def test_a_first_epoch_better_than_any_fresh_network_is_a_second_training(once: Model) -> None:
    assert fault(expect.fresh_weights, once) is None
    assert fault(expect.fresh_weights, replace(once, history=noted(5, first_loss=0.3))) == "not_fresh"


def by_heart(z: Any) -> Any:
    """Knows what ReLU makes of the inputs that stand in the source, and is a sigmoid otherwise."""
    usual = tuple(z.shape) == ACTIVATION_PROBE.shape and np.array_equal(np.asarray(z), ACTIVATION_PROBE)
    return keras.ops.relu(z) if usual else keras.ops.sigmoid(z)


def loss_by_heart(labels: Any, outputs: Any) -> Any:
    """Likewise for the loss."""
    usual = tuple(outputs.shape) == LOSS_PROBE[1].shape and np.array_equal(np.asarray(outputs), LOSS_PROBE[1])
    right = keras.losses.sparse_categorical_crossentropy(labels, outputs)
    return right if usual else 0 * right


def test_what_an_activation_and_a_loss_do_is_asked_with_fresh_inputs() -> None:
    made = Question("question", 1, "assignment")

    @made.check()
    def hidden_layer_is_relu(answer: Model) -> None:
        expect.activation(answer, 0, "relu")

    @made.check()
    def loss_is_right(answer: Model) -> None:
        expect.loss(answer)

    model = chain(layers.Dense(100, by_heart), layers.Dense(10, "softmax"))
    model.compile(loss=loss_by_heart)
    for seed in (1, 2**127 + 5):
        bundle = sent(collect(sent(made.request(seed)), {"answer": model}))
        verdicts = {verdict.check: verdict.code for verdict in made.judge(bundle, seed).verdicts}
        assert verdicts == {"hidden_layer_is_relu": "activation", "loss_is_right": "loss"}
    # Asked what they know by heart, both are right.
    assert fault(expect.activation, take("Model", model), 0, "relu") is None
    assert fault(expect.loss, take("Model", model)) is None
