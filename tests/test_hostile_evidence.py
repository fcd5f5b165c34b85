"""Evidence that a hostile process made up: it may cost points, never the judge."""

from __future__ import annotations

import json
import math
import resource
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import keras
import networks
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from keras import layers
from networks import chain, listed
from taken import fault, sent, take

from autograder.evidence import (
    Array,
    Bundle,
    Calls,
    Crash,
    Drawing,
    Evidence,
    History,
    Layer,
    Loss,
    Missing,
    Model,
    Optimizer,
    Outcome,
    Unfit,
    Value,
    wire,
)
from autograder.exercises import questions, texts
from autograder.judging import cost, expect, network
from autograder.judging.cost import Cost
from autograder.judging.network import Network
from autograder.judging.rebuild import keras_model, keras_optimizer
from autograder.judging.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from autograder.exercises.model import Question

PICTURES = (28, 28)


def sequence(*items: Any, shape: tuple[int, ...] = PICTURES) -> keras.Model:
    return keras.Sequential([keras.Input(shape), *items])


def images(*items: Any) -> keras.Model:
    return sequence(layers.Reshape((28, 28, 1)), *items)


def functional(*items: Any) -> keras.Model:
    inputs = outputs = keras.Input((784,))
    for item in items:
        outputs = item(outputs)
    return keras.Model(inputs, outputs)


@cache
def taken(make: Callable[[], keras.Model]) -> Model:
    model: Model = take("Model", make())
    return model


def changed(make: Callable[[], keras.Model], change: Callable[[list[Any]], None], **fields: Any) -> Model:
    """Evidence of a model whose list of layers was changed afterwards."""
    evidence = taken(make)
    config = deepcopy(evidence.config)
    assert config is not None
    change(config["layers"])
    return sent(replace(evidence, config=config, **fields))


def with_settings(make: Callable[[], keras.Model], position: int, **settings: Any) -> Model:
    return changed(make, lambda items: items[position]["config"].update(settings))


def dense() -> keras.Model:
    return chain(layers.Dense(100, "sigmoid"), layers.Dense(10, "softmax"))


def convolution() -> keras.Model:
    return images(layers.Conv2D(4, 3), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10))


def padded() -> keras.Model:
    return images(layers.ZeroPadding2D(1), layers.Flatten())


def merged() -> keras.Model:
    inputs = keras.Input((784,))
    return keras.Model(inputs, layers.Dense(10)(layers.Concatenate()([inputs, layers.Dense(100)(inputs)])))


def model_in_model() -> keras.Model:
    return functional(functional(layers.Dense(20, "relu")), layers.Dense(10))


def repeat(times: int) -> Callable[[list[Any]], None]:
    """The first layer after the input, again and again under other names."""

    def change(items: list[Any]) -> None:
        for number in range(times):
            item = deepcopy(items[1])
            item["config"]["name"] = f"again_{number}"
            items.insert(2, item)

    return change


def called(item: dict[str, Any]) -> list[Any]:
    """What a layer of a functional model is called with."""
    nodes: list[Any] = item["inbound_nodes"]
    return nodes


def from_itself(items: list[Any]) -> None:
    called(items[1])[0]["args"][0]["config"]["keras_history"][0] = items[1]["name"]


def origin(*history: Any) -> Callable[[list[Any]], None]:
    def change(items: list[Any]) -> None:
        called(items[1])[0]["args"][0]["config"]["keras_history"] = list(history)

    return change


def argument(thing: Any) -> Callable[[list[Any]], None]:
    return lambda items: called(items[1])[0].update(args=thing)


def ever_wider() -> Model:
    """What came before is joined with itself, again and again."""
    evidence = taken(merged)
    config = deepcopy(evidence.config)
    assert config is not None
    items = config["layers"]
    for number in range(100):
        joined = deepcopy(next(item for item in items if item["class_name"] == "Concatenate"))
        joined["name"] = joined["config"]["name"] = f"wider_{number}"
        for tensor in called(joined)[0]["args"][0]:
            tensor["config"]["keras_history"] = [items[-1]["name"], 0, 0]
        items.append(joined)
    config["output_layers"] = [[items[-1]["name"], 0, 0]]
    return sent(replace(evidence, config=config))


def doubled(levels: int) -> Model:
    """A model that uses another one many times, which uses another one many times, and so on."""
    evidence = taken(model_in_model)
    assert evidence.config is not None
    config = deepcopy(evidence.config["layers"][1])
    for _ in range(levels):
        outer = deepcopy(evidence.config["layers"][1])
        inside = deepcopy(config)
        inside["name"] = inside["config"]["name"] = outer["config"]["layers"][1]["name"]
        inside["inbound_nodes"] = outer["config"]["layers"][1]["inbound_nodes"] * 40
        outer["config"]["layers"][1] = inside
        config = outer
    return sent(replace(evidence, config={**config["config"]}))


HOSTILE: dict[str, tuple[Callable[[], Model], str]] = {
    "a_billion_units": (lambda: with_settings(dense, 1, units=10**9), "model_too_large"),
    "a_million_units": (lambda: with_settings(dense, 1, units=10**6), "model_too_large"),
    "negative_units": (lambda: with_settings(dense, 1, units=-100), "not_rebuilt"),
    "no_units": (lambda: with_settings(dense, 1, units=0), "not_rebuilt"),
    "units_by_fractions": (lambda: with_settings(dense, 1, units=0.5), "not_rebuilt"),
    "infinite_units": (lambda: with_settings(dense, 1, units=math.inf), "not_rebuilt"),
    "units_in_words": (lambda: with_settings(dense, 1, units="many"), "not_rebuilt"),
    "units_in_a_list": (lambda: with_settings(dense, 1, units=[100]), "layer_not_known"),
    "a_text_of_20_000_characters": (lambda: with_settings(dense, 1, use_bias="x" * 20_000), "layer_not_known"),
    "a_setting_that_is_an_object": (
        lambda: with_settings(dense, 1, use_bias={"class_name": "Lambda", "config": {}}),
        "layer_not_known",
    ),
    "a_setting_that_does_not_exist": (lambda: with_settings(dense, 1, colour="red"), "not_rebuilt"),
    "a_name_that_is_a_number": (lambda: with_settings(dense, 1, name=3), "not_rebuilt"),
    "one_name_twice": (
        lambda: changed(merged, lambda items: items.append(deepcopy(items[1]))),
        "not_rebuilt",
    ),
    "a_huge_input": (lambda: with_settings(dense, 0, batch_shape=[None, 10**9]), "model_too_large"),
    "an_input_of_texts": (lambda: with_settings(dense, 0, batch_shape=[None, "784"]), "not_rebuilt"),
    "an_input_without_shape": (lambda: with_settings(dense, 0, batch_shape=None), "not_rebuilt"),
    "an_input_of_many_dimensions": (lambda: with_settings(dense, 0, batch_shape=[None] * 60), "layer_not_known"),
    "a_kernel_larger_than_pictures": (
        lambda: with_settings(convolution, 2, kernel_size=[10**6, 10**6]),
        "not_rebuilt",
    ),
    "a_huge_kernel": (
        lambda: with_settings(convolution, 2, kernel_size=[10**6] * 2, padding="same"),
        "model_too_large",
    ),
    "a_million_filters": (lambda: with_settings(convolution, 2, filters=10**6), "model_too_large"),
    "a_kernel_of_texts": (lambda: with_settings(convolution, 2, kernel_size="large"), "not_rebuilt"),
    "steps_of_0": (lambda: with_settings(convolution, 2, strides=[0, 0]), "not_rebuilt"),
    "no_groups": (lambda: with_settings(convolution, 2, groups=0), "not_rebuilt"),
    "huge_pools": (
        lambda: with_settings(convolution, 3, pool_size=[10**6, 10**6], strides=[1, 1], padding="same"),
        "not_rebuilt",
    ),
    "a_shape_that_does_not_fit": (lambda: with_settings(convolution, 1, target_shape=[10**6, 10**6]), "not_rebuilt"),
    "two_unknown_lengths": (lambda: with_settings(convolution, 1, target_shape=[-1, -1]), "not_rebuilt"),
    "thousands_of_layers": (lambda: changed(dense, repeat(900)), "model_too_large"),
    "a_circle": (lambda: changed(merged, from_itself), "not_rebuilt"),
    "an_origin_that_is_not_there": (lambda: changed(merged, origin("nowhere", 0, 0)), "not_rebuilt"),
    "an_origin_of_a_number": (lambda: changed(merged, origin(1, 2, 3)), "not_rebuilt"),
    "an_origin_of_a_text": (lambda: changed(merged, origin("input_layer", "x", None)), "not_rebuilt"),
    "an_origin_far_away": (lambda: changed(merged, origin("input_layer", 10**300, 0)), "not_rebuilt"),
    "an_origin_cut_off": (lambda: changed(merged, origin("input_layer")), "not_rebuilt"),
    "called_with_nothing": (lambda: changed(merged, argument([])), "not_rebuilt"),
    "called_with_a_number": (lambda: changed(merged, argument(3)), "not_rebuilt"),
    "called_with_an_array": (
        lambda: changed(merged, argument([{"class_name": "__numpy__", "config": {"value": [1], "dtype": "float32"}}])),
        "layer_not_known",
    ),
    "called_with_a_function": (
        lambda: changed(
            merged,
            argument([{"class_name": "function", "module": "builtins", "config": "print", "registered_name": None}]),
        ),
        "layer_not_known",
    ),
    "called_with_a_text": (lambda: changed(merged, argument(["print"])), "layer_not_known"),
    "connections_in_a_number": (lambda: changed(merged, lambda items: items[1].update(inbound_nodes=3)), "not_rebuilt"),
    "models_in_models_many_times": (lambda: doubled(3), "model_too_large"),
    "weights_of_whole_numbers": (
        lambda: changed(dense, lambda _: None, weights=tuple(w.astype(np.int64) for w in taken(dense).weights)),
        "not_rebuilt",
    ),
    "weights_of_another_shape": (
        lambda: changed(dense, lambda _: None, weights=taken(dense).weights[::-1]),
        "not_rebuilt",
    ),
    "a_weight_too_few": (lambda: changed(dense, lambda _: None, weights=taken(dense).weights[:-1]), "not_rebuilt"),
}


def memory() -> int:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


@pytest.mark.parametrize(("make", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_model_that_cannot_be_rebuilt_is_a_fault_and_costs_next_to_nothing(
    make: Callable[[], Model], code: str
) -> None:
    evidence = make()
    keras_model(taken(dense))  # so that Keras is awake
    before = memory()
    assert fault(Network, evidence) == code
    assert memory() - before < 300


def test_the_models_above_are_refused_for_what_was_changed_only() -> None:
    for make in (dense, convolution, padded, merged, model_in_model):
        assert fault(Network, changed(make, lambda _: None)) is None, make


def smeared() -> keras.Model:
    return images(layers.DepthwiseConv2D(5, dilation_rate=20, padding="same"), layers.Flatten(), layers.Dense(10))


def pooled() -> keras.Model:
    return images(layers.MaxPooling2D(2, strides=1, padding="same"), layers.Flatten(), layers.Dense(10))


def separable() -> keras.Model:
    return images(layers.SeparableConv2D(1, 3, depth_multiplier=4), layers.Flatten(), layers.Dense(10))


def free_inside() -> keras.Model:
    """A model in a model that takes pictures of any size."""
    inner = keras.Sequential([keras.Input((None, None, 1)), layers.ZeroPadding2D(1), layers.GlobalMaxPooling2D()])
    return images(inner, layers.Dense(10))


def joined_batches() -> keras.Model:
    inputs = keras.Input((784,))
    return keras.Model(inputs, layers.Concatenate(axis=0)([layers.Dense(10)(inputs)] * 2))


MEASURED: dict[str, Callable[[], Model]] = {
    "huge_padding": lambda: with_settings(padded, 2, padding=[[10**6, 10**6], [10**6, 10**6]]),
    "much_padding": lambda: with_settings(padded, 2, padding=[[500, 500], [500, 500]]),
    "ever_wider": ever_wider,
    "joined_along_the_batch": lambda: taken(joined_batches),
    "many_pools": lambda: with_settings(pooled, 2, pool_size=[1_000, 1_000]),
    "spread_out": lambda: with_settings(smeared, 2, dilation_rate=[1_000, 1_000]),
    "models_of_any_size_inside": lambda: taken(free_inside),
    "many_channels_between_two_kernels": lambda: taken(
        lambda: images(layers.SeparableConv2D(1, 1, depth_multiplier=2_000), layers.Flatten(), layers.Dense(10))
    ),
    "many_multiplications": lambda: taken(
        lambda: images(
            layers.Conv2D(64, 3, padding="same"),
            *(layers.Conv2D(64, 5, padding="same") for _ in range(3)),
            layers.Flatten(),
            layers.Dense(10),
        )
    ),
}


@pytest.mark.parametrize("make", MEASURED.values(), ids=MEASURED.keys())
def test_a_model_that_would_take_too_long_or_too_much_is_not_run(make: Callable[[], Model]) -> None:
    evidence = make()
    before = memory()
    found = Network(evidence)
    assert fault(found.outputs) == "model_too_large"
    assert memory() - before < 300


def test_networks_that_beginners_build_are_run() -> None:
    kernels = layers.Conv2D(64, 3, activation="relu"), layers.Conv2D(128, 3, activation="relu")
    deep = images(*kernels, layers.Flatten(), layers.Dropout(0.5), layers.Dense(100, "relu"), layers.Dense(10))
    usual = images(
        *(
            item
            for kernel in kernels
            for item in (layers.Conv2D.from_config(kernel.get_config()), layers.BatchNormalization())
        ),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10),
    )
    for model in (deep, usual, smeared(), pooled(), separable(), listed()):
        assert not cost.cost(model).too_much
    assert cost.cost(deep).batch > 200
    assert cost.cost(listed()) == Cost(110, 79_400)
    assert cost.cost(listed()).batch == 2_000


def test_a_network_runs_in_smaller_parts_where_memory_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Network(taken(dense)).outputs()
    monkeypatch.setattr(cost, "_NUMBERS_AT_ONCE", 110 * 700)
    monkeypatch.setattr(network, "_outputs", Recent(1))  # measured before, and kept
    assert np.allclose(Network(taken(dense)).outputs(), whole, atol=1e-6)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 3e38])
def test_weights_of_any_value_are_measured(number: float) -> None:
    weights = tuple(np.full_like(weight, number) for weight in taken(dense).weights)
    evidence = sent(replace(taken(dense), weights=weights))
    assert fault(expect.accuracy, evidence, 0.8) == "accuracy"


@pytest.mark.parametrize("error", [MemoryError, RecursionError, OverflowError, SystemError, ZeroDivisionError])
def test_whatever_a_model_raises_when_it_runs_is_a_fault(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_outputs", Recent(1))

    def fails(*_: Any, **__: Any) -> None:
        raise error

    found = Network(replace(taken(dense)))
    shape, found.keras = found.keras.input_shape, fails
    fails.input_shape, fails.outputs, fails.layers = shape, [None], []  # type: ignore[attr-defined]
    assert fault(found.outputs) == "not_rebuilt"


def test_names_that_tensorflow_refuses_do_not_spoil_the_models_after_it() -> None:
    named = changed(dense, lambda items: items[1]["config"].update(name="은닉층 " + "x" * 10_000))
    fault(Network, named)
    assert fault(lambda: Network(replace(taken(dense))).outputs()) is None


def optimizer(**config: Any) -> Optimizer:
    return sent(replace(take("Optimizer", keras.optimizers.SGD()), config={"learning_rate": 0.01, **config}))


OPTIMIZERS: dict[str, dict[str, Any]] = {
    "no_learning_rate": {"learning_rate": None},
    "a_text": {"learning_rate": "x" * 20_000},
    "a_schedule": {"learning_rate": {"class_name": "ExponentialDecay", "config": {}}},
    "a_list": {"momentum": [0.9] * 100},
    "whole_numbers_beyond_all_floats": {"learning_rate": 10**300},
    "momentum_above_1": {"momentum": 3.0},
    "momentum_that_is_no_number": {"momentum": math.nan},
    "averages_never_taken": {"use_ema": True, "ema_overwrite_frequency": 0},
    "steps_of_0": {"gradient_accumulation_steps": 0},
    "steps_of_nothing": {"gradient_accumulation_steps": -3},
    "clipped_twice": {"clipnorm": 1.0, "clipvalue": 1.0},
    "clipped_by_a_text": {"clipnorm": "much"},
    "a_setting_that_does_not_exist": {"colour": 3},
    "scaled_by_0": {"loss_scale_factor": 0},
}


@pytest.mark.parametrize("config", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
def test_an_optimizer_that_cannot_be_rebuilt_is_a_fault(config: dict[str, Any]) -> None:
    evidence = optimizer(**config)
    assert fault(keras_optimizer, evidence) in {"optimizer_not_known", None}
    for claim in (expect.learning_rate, expect.momentum):
        assert fault(claim, evidence, 0.9) is not None
    for name in ("SGD", "Adam"):
        fault(expect.default_settings, evidence, name)


@pytest.mark.parametrize("rate", [math.nan, math.inf, -math.inf, 1e308])
def test_a_learning_rate_that_is_no_number_is_not_the_expected_one(rate: float) -> None:
    assert fault(expect.learning_rate, optimizer(learning_rate=rate), 0.1) is not None
    assert fault(expect.momentum, optimizer(learning_rate=rate), 0.9) is not None


def test_a_loss_that_is_no_number_is_not_the_expected_one() -> None:
    evidence = replace(taken(dense), loss=Loss("sparse_categorical_crossentropy", math.nan), optimizer=optimizer())
    assert fault(expect.loss, evidence) == "loss_from_logits"


# --- any evidence at all

STRANGE: list[Any] = [
    *(None, True, -1, 0, 2, 10**6, 2**62, 10**300, -0.0, 0.5, 1e308, math.nan, math.inf, "", "x", "same", "SGD"),
    *("패션", [], {}, [None], [0, 0], [[2, 2], [2, 2]], {"class_name": "Dense", "config": {}}, {"x": 3}),
]
NAMES = [
    *("sgd", "adam", "Momentum", "nesterov", "loss", "val_loss", "accuracy", "val_accuracy", "", "x", "None"),
    *("sparse_categorical_crossentropy", "NotImplementedError: ", "RuntimeWarning: overflow", "Dense", "hidden"),
]
MODELS = (dense, convolution, padded, merged, model_in_model, smeared, separable, networks.undeclared, listed)


def number(draw: Random) -> Any:
    return draw.choice(
        [0, 1, -1, 3, 5, 1_500, 375, 7_500, 79_510, 0.87, 87.0, math.nan, math.inf, 1e300, 2**62, 10**300]
    )


def count(draw: Random) -> int:
    return draw.choice([0, 1, 2, 5, 100, 375, 1_500, 7_500, 48_000, -1, -(2**63), 2**63 - 1])


def plain(draw: Random, levels: int = 3) -> Any:
    kind = draw.randrange(6 if levels else 4)
    if kind == 4:
        return [plain(draw, levels - 1) for _ in range(draw.randrange(6))]
    if kind == 5:
        return {draw.choice(NAMES): plain(draw, levels - 1) for _ in range(draw.randrange(6))}
    return (number, number, lambda draw: draw.choice(NAMES), lambda draw: draw.choice([None, True, False]))[kind](draw)


def numbers(draw: Random, *shapes: tuple[int, ...]) -> np.ndarray:
    shape = draw.choice([*shapes, *shapes, (), (0,), (3,), (7, 10), (0, 4), (2, 0, 3), (48_000,)])
    dtype = draw.choice(["f4", "f8", "f2", "i8", "u1", "?", ">f4", "g"])
    values = np.random.default_rng(draw.randrange(99)).normal(0, 3, shape)
    with np.errstate(all="ignore"):
        array = np.asarray(values).astype(dtype)
    if array.dtype.kind == "f" and array.size and draw.random() < 0.3:
        array.flat[0] = draw.choice([math.nan, math.inf, -math.inf])
    return array


def places(thing: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(thing) if isinstance(thing, dict) else range(len(thing)) if isinstance(thing, list) else ()
    for key in keys:
        yield thing, key
        yield from places(thing[key])


def exchanged(draw: Random, tree: Any) -> Any:
    """The tree with some values exchanged for others."""
    tree = deepcopy(tree)
    for _ in range(draw.randrange(4)):
        found = list(places(tree))
        (inside, key), (other, place) = draw.choice(found), draw.choice(found)
        inside[key] = deepcopy(draw.choice([other[place], *STRANGE]))
    return tree


def some_layer(draw: Random, variable: str) -> Layer:
    values = draw.choice([None, numbers(draw, (3, 5))])
    return Layer(variable, draw.choice(["Dense", "Flatten", "", "Lambda"]), draw.choice(NAMES), count(draw), values)


def some_optimizer(draw: Random, variable: str) -> Optimizer:
    made = draw.choice(
        [keras.optimizers.SGD, keras.optimizers.Adam, keras.optimizers.Adagrad, keras.optimizers.RMSprop]
    )
    config = json.loads(json.dumps(made().get_config()))
    name = draw.choice([made.__name__] * 4 + ["SGD", "Nadam", "Own(Optimizer)"])
    ignored = draw.choice([(), ("lr",), tuple(NAMES)])
    return Optimizer(variable, name, exchanged(draw, config) if seldom(draw) else config, count(draw), ignored)


def some_history(draw: Random, variable: str) -> History:
    metrics = {
        draw.choice(NAMES): [number(draw) for _ in range(draw.choice([0, 1, 5]))] for _ in range(draw.randrange(5))
    }
    return History(variable, metrics, draw.choice([None, count(draw)]))


def some_model(draw: Random, variable: str) -> Model:
    """A model of which most is right, so that judging goes on to the rest."""
    model = replace(taken(draw.choice(MODELS)), variable=variable)
    weights = list(model.weights)
    if weights and seldom(draw):
        weights[draw.randrange(len(weights))] = numbers(draw, *(weight.shape for weight in weights))
    changes: dict[str, Any] = {
        "class_name": draw.choice(["Sequential", "Functional", "Own(Model)"]),
        "config": draw.choice([exchanged(draw, model.config), exchanged(draw, model.config), None]),
        "weights": draw.choice([tuple(weights), ()]),
        "layers": draw.choice([(*model.layers, some_layer(draw, variable)), model.layers[1:], ()]),
        "input_declared": draw.choice([True, False]),
        "built": draw.choice([True, False]),
    }
    return replace(
        model,
        **{name: value for name, value in changes.items() if seldom(draw)},
        optimizer=None if seldom(draw) else some_optimizer(draw, variable),
        loss=Loss("sparse_categorical_crossentropy", draw.choice([None, 0.5, 0.9658, number(draw)])),
        metrics=("accuracy", *draw.sample(NAMES, 3)),
        history=None if seldom(draw) else some_history(draw, variable),
    )


def seldom(draw: Random) -> bool:
    return draw.random() < 0.2


def some_array(draw: Random, variable: str) -> Array:
    low, high = draw.choice([(0.0, 1.0), (None, None), (number(draw), number(draw))])
    if draw.random() < 0.5:
        values = numbers(draw, (7, 10), (12_000, 784))
        return Array(variable, values.shape, str(values.dtype), low, high, values, None, None, None)
    row = draw.choice([(784,), (28, 28), (), (0,)])
    rows = draw.choice([48_000, 12_000, 3, 0])
    index = np.array([draw.randrange(rows) for _ in range(3)] if rows else [], np.int64)
    sample = np.random.default_rng(1).random((len(index), *row))
    return Array(variable, (rows, *row), "float64", low, high, None, np.ones(rows), index, sample)


def some_calls(draw: Random, variable: str, question: Question) -> Calls:
    outcomes = []
    for call in question.request(1).calls[variable]:
        shapes = [np.shape(item) for item in call.arguments] or [(3,)]
        results = tuple(numbers(draw, *shapes) for _ in range(draw.choice([0, 1, 1, 1, 2, 3])))
        error = draw.choice([None, None, None, draw.choice(NAMES)])
        outcomes.append(Outcome(draw.choice([results, results, results, None]), error, (draw.choice(NAMES),)))
    return Calls(variable, tuple(outcomes))


MAKE: dict[str, Callable[[Random, str], Evidence]] = {
    "Value": lambda draw, variable: Value(variable, plain(draw)),
    "Array": some_array,
    "Model": some_model,
    "Layer": some_layer,
    "Optimizer": some_optimizer,
    "History": some_history,
    "Drawing": lambda draw, variable: Drawing(
        variable, tuple(tuple(count(draw) for _ in range(draw.randrange(4))) for _ in range(draw.randrange(3)))
    ),
}


def some_bundle(draw: Random, question: Question) -> Bundle:
    evidence: dict[str, Evidence] = {}
    for variable, kind in question.request(1).variables.items():
        if draw.random() < 0.05:
            evidence[variable] = Missing(variable)
        elif draw.random() < 0.05 and kind != "Drawing":
            evidence[variable] = Unfit(variable, kind, "int", draw.choice(["3", "too large to hand over: x"]))
        elif kind == "Calls":
            evidence[variable] = some_calls(draw, variable, question)
        else:
            evidence[variable] = MAKE[kind](draw, variable)
    return Bundle(question.name, evidence, draw.choice([None, Crash("ValueError", "shape metrics" * 70, "x")]))


@pytest.fixture
def small_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that runs only what takes no time."""
    monkeypatch.setattr(cost, "MOST_PRODUCTS", 1_000_000)
    monkeypatch.setattr(cost, "MOST_NUMBERS", 10_000)


@pytest.mark.usefixtures("small_judge")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@given(
    draw=st.randoms(use_true_random=False),
    name=st.sampled_from([name for name, item in questions().items() if item.checks]),
)
@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_evidence_breaks_the_judge(draw: Random, name: str) -> None:
    question = questions()[name]
    asked = question.request(1)
    try:
        bundle = wire.unpack_bundle(wire.pack(some_bundle(draw, question)), asked)
    except wire.WireError:
        assume(False)  # noqa: FBT003
    report = question.judge(bundle, 1)
    assert report.broken == ()
    json.dumps(report.as_json(), allow_nan=False)
    for verdict in report.verdicts:
        if verdict.outcome == "failed":
            for language in texts.LANGUAGES:
                texts.fault(name, verdict.code, verdict.facts or {}, language)
