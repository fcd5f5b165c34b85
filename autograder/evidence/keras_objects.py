"""Takes Keras objects by value. Keras is never imported here: where it was not, nothing can be a Keras object."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.evidence.kinds import History, Layer, Loss, Model, Optimizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.evidence.request import Request

_IGNORED_BY_KERAS = ("lr", "decay")


def model(variable: str, thing: Any, asked: Request) -> Model | None:
    """Takes a ``keras.Model``; None when it is none."""
    keras = sys.modules.get("keras")
    if keras is None or not isinstance(thing, keras.Model):
        return None
    plain = type(thing) in {keras.Sequential, _functional(keras)}
    weights = tuple(np.asarray(weight) for weight in thing.get_weights())
    # A fit that failed while it built the model leaves weights without numbers behind.
    built = bool(thing.built and (not plain or getattr(thing, "inputs", None))) and all(w.size for w in weights)
    return Model(
        variable,
        type(thing).__name__ if plain else f"{type(thing).__name__}(Model)",
        str(thing.name),
        _config(thing) if plain else None,
        weights if built else (),
        tuple(_layer(variable, item, asked) for item in _layers(thing)),
        _input_declared(thing),
        built,
        optimizer(variable, getattr(thing, "optimizer", None), asked),
        _loss(thing, asked),
        tuple(_metric_names(thing)),
        history(variable, getattr(thing, "history", None), asked),
    )


def layer(variable: str, thing: Any, asked: Request) -> Layer | None:
    """Takes a ``keras.layers.Layer``; None when it is none."""
    keras = sys.modules.get("keras")
    return _layer(variable, thing, asked) if keras is not None and isinstance(thing, keras.layers.Layer) else None


def optimizer(variable: str, thing: Any, asked: Request) -> Optimizer | None:  # noqa: ARG001 - as every taker
    """Takes a ``keras.optimizers.Optimizer``; None when it is none."""
    keras = sys.modules.get("keras")
    if keras is None or not isinstance(thing, keras.optimizers.Optimizer):
        return None
    name = type(thing).__name__
    known = getattr(keras.optimizers, name, None) is type(thing)
    ignored = tuple(attribute for attribute in _IGNORED_BY_KERAS if attribute in vars(thing))
    return Optimizer(
        variable,
        name if known else f"{name}(Optimizer)",
        _config(thing) or {},
        int(np.asarray(thing.iterations)),
        ignored,
    )


def history(variable: str, thing: Any, asked: Request) -> History | None:  # noqa: ARG001 - as every taker
    """Takes what ``fit`` returned; None when it is something else."""
    noted = getattr(thing, "history", None)
    if not isinstance(noted, dict) or not hasattr(thing, "epoch"):
        return None
    metrics = {str(name): [float(value) for value in values] for name, values in noted.items()}
    steps = (getattr(thing, "params", None) or {}).get("steps")
    return History(variable, metrics, int(steps) if steps else None)


def _functional(keras: Any) -> type | None:
    # The class that ``keras.Model(inputs, outputs)`` gives has no public name of its own.
    module = sys.modules.get("keras.src.models.functional")
    return getattr(module, "Functional", None) or keras.Model


def _config(thing: Any) -> dict[str, Any] | None:
    try:
        config: dict[str, Any] = json.loads(json.dumps(thing.get_config(), default=repr))
    except Exception:  # noqa: BLE001 - a layer of the learner's own may not know its configuration
        return None
    return config


def _layers(thing: Any) -> Iterator[Any]:
    for item in thing.layers:
        yield item
        if hasattr(item, "layers"):
            yield from _layers(item)


def _layer(variable: str, thing: Any, asked: Request) -> Layer:
    activation = getattr(thing, "activation", None)
    values = _values(activation, asked.activation_inputs) if callable(activation) else None
    return Layer(variable, type(thing).__name__, str(thing.name), id(thing), values)


def _values(function: Callable[..., Any], *probe: np.ndarray) -> np.ndarray | None:
    try:
        values = np.asarray(function(*(sys.modules["keras"].ops.convert_to_tensor(item) for item in probe)))
    except (Exception, SystemExit):  # noqa: BLE001 - a learner's function may raise anything
        return None
    return values if values.dtype.kind in "biuf" else None


def _input_declared(thing: Any) -> bool:
    """Whether the learner declared an input, as opposed to Keras recording the first batch's shape."""
    first = (getattr(thing, "_layers", None) or [None])[0]
    if type(first).__name__ != "InputLayer":
        return type(thing).__name__ != "Sequential"
    given = getattr(getattr(first, "_auto_config", None), "config", None) or {}
    # Keras's own recording passes a whole shape together with a dtype and nothing else (Keras 3.15, Sequential.build).
    recorded = given.get("batch_shape") is not None and given.get("dtype") is not None and given.get("name") is None
    return not recorded


def _loss(thing: Any, asked: Request) -> Loss | None:
    loss = getattr(thing, "loss", None)
    while isinstance(loss, (list, tuple, dict)) and len(loss) == 1:
        loss = next(iter(loss.values() if isinstance(loss, dict) else loss))
    if loss is None:
        return None
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", None)
    try:
        values = _values(sys.modules["keras"].losses.get(loss), *asked.loss_inputs)
    except Exception:  # noqa: BLE001 - a misspelt name
        values = None
    return Loss(str(name or type(loss).__name__), None if values is None else float(np.mean(values)))


def _metric_names(thing: Any) -> Iterator[str]:
    try:
        given = (thing.get_compile_config() or {}).get("metrics")
    except Exception:  # noqa: BLE001 - a metric of the learner's own may not know its configuration
        given = None
    yield from _names(given)


def _names(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict) and "class_name" in given:
        config = given.get("config")
        yield config if given["class_name"] == "function" and isinstance(config, str) else str(given["class_name"])
    elif isinstance(given, dict):
        for item in given.values():
            yield from _names(item)
    elif isinstance(given, (list, tuple)):
        for item in given:
            yield from _names(item)


__all__ = ["history", "layer", "model", "optimizer"]
