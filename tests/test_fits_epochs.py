"""A training whose batches are taken from memory is, bit for bit, Keras's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from keras import layers

from autograder.running.fits import description, epochs, randomness
from autograder.running.fits.calls import call

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 1_200
RNG = np.random.default_rng(5)
X = RNG.random((ROWS, 784))
Y = (X[:, :9].sum(axis=1) * 2).astype(np.uint8) % 10
VALIDATION = (RNG.random((250, 784)), RNG.integers(0, 10, 250).astype(np.uint8))
DEFAULTS = {
    "epochs": 3,
    "batch_size": None,
    "shuffle": True,
    "class_weight": None,
    "initial_epoch": 0,
    "validation_split": 0.0,
    "validation_batch_size": None,
    "validation_data": None,
}


def built(*hidden: Any, optimizer: Any = "rmsprop", loss: str = "sparse_categorical_crossentropy") -> keras.Model:
    model = keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(10, activation="softmax")])
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model


def dense(units: int = 30, **settings: Any) -> Callable[[], keras.Model]:
    return lambda: built(layers.Dense(units, activation="sigmoid"), **settings)


def by(optimizer: Callable[[], Any]) -> Callable[[], keras.Model]:
    return lambda: built(layers.Dense(30, activation="relu"), optimizer=optimizer())


def random_and_normalized() -> keras.Model:
    return built(layers.Dense(30), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.3), optimizer="adam")


CASES: dict[str, tuple[Callable[[], keras.Model], dict[str, Any]]] = {
    "narrow": (dense(20), {}),
    "the_chapters_width": (dense(100), {"validation_data": VALIDATION}),
    "wide": (dense(400), {"epochs": 2}),
    "single_precision": (dense(), {"x": X.astype(np.float32)}),
    "one_hot": (dense(loss="categorical_crossentropy"), {"y": np.eye(10)[Y]}),
    "column_of_labels": (dense(), {"y": Y.reshape(-1, 1).astype(np.int64)}),
    "whole_batches_of_40": (dense(), {"batch_size": 40, "validation_data": VALIDATION}),
    "last_batch_of_1": (dense(), {"batch_size": 109}),
    "batches_of_1": (dense(), {"batch_size": 1, "epochs": 1}),
    "all_rows_in_one_batch": (dense(), {"batch_size": ROWS}),
    "fewer_rows_than_a_batch": (dense(), {"batch_size": 5_000}),
    "batches_of_validation": (dense(), {"validation_data": VALIDATION, "validation_batch_size": 125}),
    "split": (dense(), {"validation_split": 0.15, "class_weight": {0: 2.0, 3: 0.1}}),
    "in_order": (dense(), {"shuffle": False}),
    "going_on": (dense(), {"initial_epoch": 1, "epochs": 4}),
    "dropout": (random_and_normalized, {"validation_data": VALIDATION}),
    "dropout_and_split": (random_and_normalized, {"validation_split": 0.2, "batch_size": 50}),
    "sgd": (by(lambda: "sgd"), {}),
    "nesterov": (by(lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)), {}),
    "adagrad": (by(lambda: "adagrad"), {}),
    "adamw": (by(lambda: "adamw"), {}),
    "nadam": (by(lambda: "nadam"), {}),
    "averaging": (by(lambda: keras.optimizers.RMSprop(use_ema=True, ema_overwrite_frequency=7)), {}),
    "gathering_gradients": (by(lambda: keras.optimizers.Adam(gradient_accumulation_steps=3)), {}),
    "clipping_all_gradients": (by(lambda: keras.optimizers.SGD(global_clipnorm=0.5)), {}),
    "clipping_each_gradient": (by(lambda: keras.optimizers.Adam(clipnorm=0.1)), {}),
}


def left_behind(model: keras.Model) -> list[bytes]:
    places = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return [value.tobytes() for value in description.values(places)]


@pytest.mark.parametrize("case", CASES)
def test_a_training_from_memory_is_that_of_keras(case: str) -> None:
    build, changes = CASES[case]
    given = {"x": X, "y": Y, **DEFAULTS, **changes}

    def begun() -> keras.Model:
        keras.utils.set_random_seed(11)
        model = build()
        description.prepare(model, call("fit", {**given, "verbose": 0}))
        randomness.begin(12)
        return model

    real = begun()
    noted = real.fit(**given, verbose=0).history
    found = begun()
    logs = epochs.fit(found, call("fit", {**given, "verbose": 0}), given["class_weight"], [])
    assert {name: [epoch[name] for epoch in logs] for name in logs[0]} == noted
    assert left_behind(found) == left_behind(real)


@pytest.mark.parametrize("size", [32, 50, 7, 5_000])
def test_an_evaluation_from_memory_is_that_of_keras(size: int) -> None:
    model = random_and_normalized()
    given = {"x": X, "y": Y, "batch_size": size}
    real = model.evaluate(**given, verbose=0, return_dict=True)
    kept = left_behind(model)
    model.test_function = None
    assert epochs.evaluate(model, call("evaluate", {**given, "verbose": 0})) == real
    assert left_behind(model) == kept
