"""Builds Keras objects from evidence. The one place that does, and it builds only what is on its lists.

Nothing of a learner's configuration is handed to Keras before it was rewritten here: initialisers, regularisers,
constraints and dtypes are replaced by plain ones (they do not change what a trained network computes), activations by
the built-in function that does the same to known inputs, and names that TensorFlow refuses by plain ones.
"""

from __future__ import annotations

import math
import re
import weakref
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.evidence.kinds import ACTIVATION_PROBE, Layer, Model, Optimizer
from autograder.judging.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LAYERS = frozenset(
    "Activation Add Average AveragePooling2D BatchNormalization Concatenate Conv2D Dense DepthwiseConv2D Dropout "
    "ELU Flatten GaussianDropout GaussianNoise GlobalAveragePooling2D GlobalMaxPooling2D Identity InputLayer "
    "LayerNormalization LeakyReLU MaxPooling2D Maximum Multiply PReLU Permute ReLU Rescaling Reshape "
    "SeparableConv2D Softmax SpatialDropout2D UnitNormalization ZeroPadding2D".split()
)
"""Layers an answer may hold: what a beginner could sensibly use on small pictures."""

OPTIMIZERS = frozenset("SGD RMSprop Adagrad Adadelta Adam AdamW Adamax Nadam Ftrl Lion Adafactor Lamb".split())

ACTIVATIONS = (
    "linear relu sigmoid softmax tanh elu selu gelu silu softplus softsign leaky_relu relu6 exponential "
    "hard_sigmoid hard_silu mish log_softmax log_sigmoid celu hard_tanh"
).split()
_PLAIN_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*")
_NESTED = frozenset({"Sequential", "Functional"})
_OPERATIONS = frozenset({"Relu", "Sigmoid", "Tanh"})
"""What ``keras.ops.relu(x)`` and the like leave in a functional model: no layers, but they do what one does."""

_REPLACED = {"_initializer": "zeros", "_regularizer": None, "_constraint": None}
_models: weakref.WeakKeyDictionary[Model, Any] = weakref.WeakKeyDictionary()


def keras_model(evidence: Model) -> Any:
    """Builds the model, with its weights and a free batch dimension.

    Raises:
        Fault: the model holds something that cannot be rebuilt.
    """
    if evidence not in _models:
        _models[evidence] = _build(evidence)
    return _models[evidence]


def _build(evidence: Model) -> Any:
    import keras

    if evidence.config is None:
        strange = [layer.class_name for layer in evidence.layers if layer.class_name not in LAYERS | _NESTED]
        if strange and evidence.class_name in _NESTED:
            raise Fault("layer_not_known", variable=evidence.variable, received=strange[0])
        raise Fault("own_class", variable=evidence.variable, received=evidence.class_name)
    config = _rewrite(evidence, evidence.config)
    family = keras.Sequential if evidence.class_name == "Sequential" else keras.Model
    try:
        model = family.from_config(config)
        if evidence.weights:
            model.set_weights(list(evidence.weights))
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        raise Fault("not_rebuilt", variable=evidence.variable, received=_line(error)) from error
    return model


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _rewrite(evidence: Model, config: dict[str, Any]) -> dict[str, Any]:
    layers: dict[str, list[Layer]] = {}
    for layer in evidence.layers:
        layers.setdefault(layer.name, []).append(layer)
    plain = {name: f"layer_{i}" for i, name in enumerate(layers) if not _PLAIN_NAME.fullmatch(name)}
    rewritten = _container(evidence, config, layers)
    return _renamed({**rewritten, "name": "model"}, plain)


def _container(evidence: Model, config: dict[str, Any], layers: dict[str, list[Layer]]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: config[key] for key in ("name", "input_layers", "output_layers") if key in config}
    return {**kept, "trainable": True, "layers": [_layer(evidence, item, layers) for item in config.get("layers", ())]}


def _layer(evidence: Model, item: dict[str, Any], layers: dict[str, list[Layer]]) -> dict[str, Any]:
    name = item.get("class_name")
    # Nested models may use a name again; configuration and evidence hold the layers in the same order.
    found = layers.get(str(item["config"].get("name")), [])
    layer = found.pop(0) if len(found) > 1 else next(iter(found), None)
    rewritten: dict[str, Any] = {key: item[key] for key in ("name", "inbound_nodes") if key in item}
    rewritten |= {"module": "keras.layers", "class_name": name, "registered_name": None}
    if name in _NESTED:
        module = "keras" if name == "Sequential" else "keras.src.models.functional"
        return {**rewritten, "module": module, "config": _container(evidence, item["config"], layers)}
    if name in _OPERATIONS:
        plain = {"name": item["config"]["name"], "activation": name.lower()}
        return {**rewritten, "class_name": "Activation", "config": plain}
    if name not in LAYERS or item.get("registered_name") not in {None, name}:
        raise Fault("layer_not_known", variable=evidence.variable, received=str(name))
    return {**rewritten, "config": _settings(evidence, name, item["config"], layer)}


def _settings(evidence: Model, kind: str, config: dict[str, Any], layer: Layer | None) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for key, value in config.items():
        ending = next((ending for ending in _REPLACED if key.endswith(ending)), None)
        if ending:
            settings[key] = _REPLACED[ending]
        elif key == "activation":
            settings[key] = _activation(evidence, layer)
        elif key == "seed":
            settings[key] = 0  # without one, Keras draws one, and disturbs the learner's random numbers
        elif key == "batch_shape":
            settings[key] = [None, *value[1:]]
        elif key not in {"dtype", "quantization_config", "activity_regularizer", "lora_rank", "lora_alpha"}:
            settings[key] = value
    if kind == "InputLayer":
        settings["dtype"] = "float32"
    if any(_has_objects(value) for value in settings.values()):
        raise Fault("layer_not_known", variable=evidence.variable, received=kind)
    return settings


def _has_objects(value: Any) -> bool:
    if isinstance(value, dict):
        return "class_name" in value or "module" in value or any(_has_objects(item) for item in value.values())
    return isinstance(value, list) and any(_has_objects(item) for item in value)


def _renamed(tree: Any, names: dict[str, str]) -> Any:
    if isinstance(tree, dict):
        return {key: _renamed(value, names) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_renamed(item, names) for item in tree]
    return names.get(tree, tree) if isinstance(tree, str) else tree


def _activation(evidence: Model, layer: Layer | None) -> str | Callable[[Any], Any]:
    values = None if layer is None else layer.activation
    found = activation_name(values) or _with_a_setting(values)
    if found is None:
        raise Fault("activation_not_known", variable=evidence.variable, layer=layer.name if layer else "?")
    return found


def _with_a_setting(values: np.ndarray | None) -> Callable[[Any], Any] | None:
    """Leaky ReLU or ELU with the setting that turns ``ACTIVATION_PROBE`` into ``values``; None when there is none."""
    import keras

    if values is None or values.shape != ACTIVATION_PROBE.shape:
        return None
    at_minus_one = float(values[ACTIVATION_PROBE == -1.0][0])
    candidates = (
        partial(keras.activations.leaky_relu, negative_slope=-at_minus_one),
        partial(keras.activations.elu, alpha=at_minus_one / math.expm1(-1.0)),
    )
    probe = keras.ops.convert_to_tensor(ACTIVATION_PROBE)
    return next((item for item in candidates if np.allclose(np.asarray(item(probe)), values, atol=1e-5)), None)


def activation_name(values: np.ndarray | None) -> str | None:
    """The built-in activation that turns ``ACTIVATION_PROBE`` into ``values``; None when there is none."""
    for name, expected in _known_activations():
        if values is not None and values.shape == expected.shape and np.allclose(values, expected, atol=1e-5):
            return name
    return None


@cache
def _known_activations() -> tuple[tuple[str, np.ndarray], ...]:
    import keras

    probe = keras.ops.convert_to_tensor(ACTIVATION_PROBE)
    return tuple((name, np.asarray(getattr(keras.activations, name)(probe))) for name in ACTIVATIONS)


def keras_optimizer(evidence: Optimizer) -> Any:
    """Builds a fresh optimizer with the same settings.

    Raises:
        Fault: it is of a class of the learner's own, or a setting is no number.
    """
    import keras

    settings = {name: value for name, value in evidence.config.items() if name != "name"}
    if evidence.class_name not in OPTIMIZERS or any(_has_objects(value) for value in settings.values()):
        raise Fault("optimizer_not_known", variable=evidence.variable, received=evidence.class_name)
    try:
        return getattr(keras.optimizers, evidence.class_name)(**settings)
    except (TypeError, ValueError) as error:
        raise Fault("optimizer_not_known", variable=evidence.variable, received=_line(error)) from error


def flat_layers(model: Any) -> Iterator[Any]:
    """The model's layers without inputs, nested models taken apart."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from flat_layers(layer)
        elif type(layer).__name__ != "InputLayer":
            yield layer
