"""Rewrites a learner's configuration of a model: what Keras is given stands on a list here, or was made here.

Initialisers, regularisers, constraints and dtypes are replaced by plain ones (they do not change what a trained network
computes), activations by the built-in function that does the same to known inputs, and names that TensorFlow refuses by
plain ones. What is left are numbers, words and the layers' connections, each of bounded size.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from autograder.judging.activations import activation_function
from autograder.judging.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.evidence.kinds import Layer, Model

LAYERS = frozenset(
    "Activation Add Average AveragePooling2D BatchNormalization Concatenate Conv2D Dense DepthwiseConv2D Dropout "
    "ELU Flatten GaussianDropout GaussianNoise GlobalAveragePooling2D GlobalMaxPooling2D Identity InputLayer "
    "LayerNormalization LeakyReLU MaxPooling2D Maximum Multiply PReLU Permute ReLU Rescaling Reshape "
    "SeparableConv2D Softmax SpatialDropout2D UnitNormalization ZeroPadding2D".split()
)
"""Layers an answer may hold: what a beginner could sensibly use on small pictures."""

NESTED = frozenset({"Sequential", "Functional"})
"""Models, which may be layers of others."""

MOST_LAYERS, MOST_CALLS = 200, 500
"""Layers in all, and calls of layers when the model is used once; each takes milliseconds to rebuild."""

_OPERATIONS = frozenset({"Relu", "Sigmoid", "Tanh"})
"""What ``keras.ops.relu(x)`` and the like leave in a functional model: no layers, but they do what one does."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]{0,99}")
_REPLACED = {"_regularizer": None, "_constraint": None}
_LEFT_OUT = frozenset("dtype quantization_config activity_regularizer lora_rank lora_alpha".split())
_LISTS = frozenset(
    "axis dilation_rate dims kernel_size noise_shape padding pool_size shared_axes strides target_shape".split()
)
"""Settings that may be lists. Any other, Keras would take for an array and enlarge what the layer gives."""
_LARGEST, _LONGEST, _CHARACTERS = 1_000_000, 8, 40


def rewritten(evidence: Model, initializer: Callable[..., Any]) -> dict[str, Any]:
    """The configuration of ``evidence`` as Keras may have it.

    Args:
        evidence: a model with a configuration.
        initializer: what makes the first values of every weight, of ``shape`` and ``dtype``.

    Raises:
        Fault: it holds something that cannot be rebuilt, or too much.
        Exception: it is not made as Keras makes it.
    """
    config = evidence.config or {}
    names = [str(item["config"].get("name")) for item in _items(config)]
    if len(names) > MOST_LAYERS or _calls(config) > MOST_CALLS:
        raise Fault("model_too_large", variable=evidence.variable)
    return {**_Rewriting(evidence, names, initializer).container(config), "name": "model"}


def _items(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All layers, nested ones after the layer that holds them."""
    for item in config["layers"]:
        yield item
        if item["class_name"] in NESTED:
            yield from _items(item["config"])


def _calls(config: dict[str, Any]) -> int:
    """Calls of layers when the model is called once."""
    return sum(
        len(item.get("inbound_nodes", "1")) * (1 + (_calls(item["config"]) if item["class_name"] in NESTED else 0))
        for item in config["layers"]
    )


class _Rewriting:
    """One model's configuration, on its way through its layers."""

    def __init__(self, evidence: Model, names: list[str], initializer: Callable[..., Any]) -> None:
        self._variable, self._initializer = evidence.variable, initializer
        self._layers: dict[str, list[Layer]] = {}
        for layer in evidence.layers:
            self._layers.setdefault(layer.name, []).append(layer)
        every = dict.fromkeys([*self._layers, *names])
        self._names = {
            name: name if _PLAIN_NAME.fullmatch(name) else f"layer_{number}" for number, name in enumerate(every)
        }

    def container(self, config: dict[str, Any]) -> dict[str, Any]:
        """A model with its layers."""
        ends = {"input_layers", "output_layers"} & config.keys()
        plain: dict[str, Any] = {key: self._ends(config[key]) for key in ends}
        plain |= {"trainable": True, "layers": [self._layer(item) for item in config["layers"]]}
        return plain | ({"name": self._names[config["name"]]} if config.get("name") in self._names else {})

    def _ends(self, thing: Any) -> Any:
        """Which tensors a model takes or gives: ``[name, call, number]``, or a list or dictionary of such."""
        if isinstance(thing, dict):
            return {str(key): self._ends(item) for key, item in thing.items()}
        if thing and isinstance(thing[0], str):
            name, call, number = thing
            return [self._names[name], int(call), int(number)]
        return [self._ends(item) for item in thing]

    def _layer(self, item: dict[str, Any]) -> dict[str, Any]:
        kind, config = item["class_name"], item["config"]
        # Nested models may use a name again; configuration and evidence hold the layers in the same order.
        found = self._layers.get(str(config.get("name")), [])
        layer = found.pop(0) if len(found) > 1 else next(iter(found), None)
        plain: dict[str, Any] = {"module": "keras.layers", "class_name": kind, "registered_name": None}
        if "name" in item:
            plain["name"] = self._names[item["name"]]
        if "inbound_nodes" in item:
            plain["inbound_nodes"] = [
                {part: self._passed(node[part]) for part in ("args", "kwargs")} for node in item["inbound_nodes"]
            ]
        if kind in NESTED:
            module = "keras" if kind == "Sequential" else "keras.src.models.functional"
            return {**plain, "module": module, "config": self.container(config)}
        if kind in _OPERATIONS:
            settings = {"name": self._names[config["name"]], "activation": kind.lower()}
            return {**plain, "class_name": "Activation", "config": settings}
        if kind not in LAYERS or item.get("registered_name") not in {None, kind}:
            raise Fault("layer_not_known", variable=self._variable, received=kind)
        if kind == "InputLayer":
            shape = [None, *self._setting(kind, "batch_shape", config["batch_shape"])[1:]]
            return {**plain, "config": {"name": self._names[config["name"]], "batch_shape": shape, "dtype": "float32"}}
        return {**plain, "config": self._settings(kind, config, layer)}

    def _passed(self, thing: Any) -> Any:
        """What a layer is called with: tensors that other layers gave, in lists, and plain values."""
        if isinstance(thing, list):
            return [self._passed(item) for item in thing]
        if isinstance(thing, dict) and thing.get("class_name") == "__keras_tensor__":
            origin = self._ends(thing["config"]["keras_history"])
            tensor = {"shape": [None], "dtype": "float32", "keras_history": origin}
            return {"class_name": "__keras_tensor__", "config": tensor}
        if isinstance(thing, dict) and "class_name" not in thing:
            return {key: self._passed(item) for key, item in thing.items()}
        if thing is None or isinstance(thing, (bool, int, float)):
            return thing
        raise Fault("layer_not_known", variable=self._variable, received=f"{thing}")

    def _settings(self, kind: str, config: dict[str, Any], layer: Layer | None) -> dict[str, Any]:
        import keras

        parameters = inspect.signature(getattr(keras.layers, kind)).parameters
        settings: dict[str, Any] = {name: self._initializer for name in parameters if name.endswith("_initializer")}
        for key, value in config.items():
            ending = next((ending for ending in _REPLACED if key.endswith(ending)), None)
            if ending:
                settings[key] = _REPLACED[ending]
            elif key == "activation":
                settings[key] = self._activation(layer)
            elif key == "seed":
                settings[key] = 0  # without one, Keras draws one, and disturbs the learner's random numbers
            elif key == "name":
                settings[key] = self._names[value]
            elif key not in _LEFT_OUT and not key.endswith("_initializer"):
                settings[key] = self._setting(kind, key, value)
        return settings

    def _setting(self, kind: str, key: str, value: Any) -> Any:
        """``value``, if it is a plain value of bounded size."""
        if isinstance(value, list) and len(value) <= _LONGEST and key in _LISTS | {"batch_shape"}:
            return [self._setting(kind, key, item) for item in value]
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise Fault("model_too_large", variable=self._variable)
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, str) and len(value) <= _CHARACTERS:
            return value
        raise Fault("layer_not_known", variable=self._variable, received=kind)

    def _activation(self, layer: Layer | None) -> str | Callable[[Any], Any]:
        found = activation_function(layer.activation, layer.inputs) if layer else None
        if found is None:
            raise Fault("activation_not_known", variable=self._variable, layer=layer.name if layer else "?")
        return found
