"""Builds what a request describes, from lists of what is allowed. Nothing of it is believed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.evidence import kinds
from autograder.evidence.request import ACTIVATION_PROBE
from autograder.judging.activations import ACTIVATIONS
from autograder.judging.configuration import rewritten
from autograder.judging.rebuild import keras_optimizer
from autograder.running.fits import objects
from autograder.running.fits.calls import Call, call
from autograder.running.fits.networks import setting

if TYPE_CHECKING:
    from autograder.running.fits.known_data import KnownData

# What takes longer would keep others waiting; a kernel trains it by itself.
_STEPS = 45_000  # 30 epochs of the chapter's training
_PRODUCTS = 1.2e11  # weights times rows: 30 epochs of the chapter's network
_WEIGHTS = 500_000  # six times the chapter's network


class Refused(Exception):  # noqa: N818 - an answer
    """This is not trained. The message is a short code."""


def call_of(asked: dict[str, Any], data: KnownData) -> Call:
    """The call, its data made here; raises ``Refused`` where they are not known."""
    names = ("x",) if asked["kind"] == "predict" else ("x", "y")
    given = dict(zip(names, map(data.array, asked["data"]), strict=True))
    validation = tuple(map(data.array, asked["validation"]))
    if any(array is None for array in (*given.values(), *validation)):
        raise Refused("data_that_are_not_known")
    settings = {**asked["settings"], "verbose": 0}
    if "class_weight" in settings:
        settings["class_weight"] = class_weights(settings["class_weight"])
    if asked["kind"] == "fit":
        settings["validation_data"] = validation or None
    return call(asked["kind"], given | settings)


def class_weights(pairs: list[list[float]] | None) -> dict[int, float] | None:
    """Weights of classes as Keras takes them."""
    return None if pairs is None else {int(label): float(weight) for label, weight in pairs}


def model_of(asked: dict[str, Any]) -> Any:
    """The model with all weights zero, from a configuration rewritten as the judge rewrites those of evidence."""
    import keras

    layers = []
    for number, item in enumerate(asked["config"]["layers"]):
        activation = item["config"].get("activation")
        if activation is not None and activation not in ACTIVATIONS:
            raise Refused("an_activation_that_is_not_known")
        layers.append(kinds.Layer("", item["class_name"], item["config"]["name"], number, _probed(activation)))
    evidence = kinds.Model(
        variable="model",
        class_name=asked["class_name"],
        name="model",
        config=asked["config"],
        weights=(),
        layers=tuple(layers),
        input_declared=True,
        built=True,
        optimizer=None,
        loss=None,
        metrics=(),
        history=None,
    )
    family = keras.Sequential if evidence.class_name == "Sequential" else keras.Model
    return family.from_config(rewritten(evidence, _Zeros()))


class _Zeros:
    """Makes a model's first weights, as long as they are not too many."""

    def __init__(self) -> None:
        self._left = _WEIGHTS

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        import keras

        self._left -= math.prod(shape)
        if self._left < 0:
            raise Refused("too_many_weights")
        return keras.ops.zeros(shape, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Nothing: it is left out of descriptions, but Keras wants to write it into configurations."""
        return {}


def _probed(activation: str | None) -> np.ndarray | None:
    import keras

    if activation is None:
        return None
    return np.asarray(getattr(keras.activations, activation)(keras.ops.convert_to_tensor(ACTIVATION_PROBE)))


def optimizer_of(asked: dict[str, Any]) -> Any:
    """A fresh optimizer; raises ``Refused`` where it is none of Keras's."""
    if asked["class_name"] not in objects.OPTIMIZERS:
        raise Refused("an_optimizer_that_is_not_known")
    return keras_optimizer(kinds.Optimizer("optimizer", asked["class_name"], asked["config"], 0, ()))


def compiled_of(asked: dict[str, Any]) -> dict[str, Any]:
    """Loss and metrics for ``compile``; raises ``Refused`` where they are not known."""
    metrics = asked["metrics"]
    return {
        "loss": _word_or_object(asked["loss"], "losses", objects.LOSSES),
        "metrics": None if metrics is None else [_word_or_object(item, "metrics", objects.METRICS) for item in metrics],
    }


def _word_or_object(asked: Any, module: str, known: dict[str, frozenset[str]]) -> Any:
    import keras

    if isinstance(asked, str):
        if asked not in known["words"]:
            raise Refused(asked[:40])
        return asked
    if asked["class_name"] not in known["classes"]:
        raise Refused("a_loss_or_metric_that_is_not_known")
    settings = {str(name): setting(value) for name, value in asked["config"].items()}
    return getattr(getattr(keras, module), asked["class_name"])(**settings)


def check_cost(model: Any, call: Call) -> None:
    """Raises ``Refused`` where it would keep others waiting for too long."""
    epochs = max(len(call.epochs), 1)
    if call.steps * epochs > _STEPS or float(model.count_params()) * call.rows * epochs > _PRODUCTS:
        raise Refused("too_much_work")
