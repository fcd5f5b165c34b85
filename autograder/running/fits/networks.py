"""A model's architecture as plain data: all that decides what it computes, and no names."""

from __future__ import annotations

import re
import sys
from typing import Any

from autograder.running.fits.calls import NotCovered

LAYERS = frozenset(
    "Activation BatchNormalization Dense Dropout Flatten Identity InputLayer LeakyReLU ReLU Rescaling Reshape "
    "Softmax".split()
)
"""Layers that are known to compute the same bits each time."""

_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]{0,99}")
"""What TensorFlow takes as a name. With any other, training fails, and has to."""

# What does not change what a model with given weights computes.
_LEFT_OUT = re.compile(r"name|dtype|seed|sparse|ragged|optional|quantization_config|\w+_initializer")
_MUST_BE_NONE = re.compile(r"\w+_regularizer|\w+_constraint|lora_\w+|quantization_config")
_MUST_BE_USUAL = {"sparse": False, "ragged": False, "optional": False, "trainable": True}
_OVERRIDES = frozenset(
    "__call__ call compute_loss compute_metrics fit evaluate train_step test_step make_train_function get_config "
    "make_test_function reset_metrics".split()
)


def check(model: Any) -> None:
    """Refuses a model that holds something else than known layers, or that cannot be trained. It need not be built.

    Raises:
        NotCovered: it does.
    """
    keras = sys.modules["keras"]
    functional = sys.modules["keras.src.models.functional"].Functional
    if type(model) not in {keras.Sequential, functional} or not model.trainable or model.losses:
        raise NotCovered(type(model).__name__)
    for layer in (model, *model.layers):
        _check(layer, keras)


def network(model: Any) -> dict[str, Any]:
    """The architecture of a built model, in the form of Keras's own configuration.

    Raises:
        NotCovered: it is more than layers in one line or graph, from one input to one output.
    """
    if len(model.outputs) != 1 or len(model.inputs) != 1:
        raise NotCovered("several_inputs_or_outputs")
    config = model.get_config()
    names = {item["config"]["name"]: f"layer_{number}" for number, item in enumerate(config["layers"])}
    plain: dict[str, Any] = {"layers": [_layer(item, names) for item in config["layers"]]}
    if "output_layers" in config:
        ends = [_ends(config[name], names) for name in ("input_layers", "output_layers")]
        if not _in_one_line(plain["layers"], *ends):
            plain |= {"input_layers": ends[0], "output_layers": ends[1]}
            return {"class_name": "Functional", "config": plain}
        for item in plain["layers"]:  # whichever way it was written, Keras computes the same
            del item["name"], item["inbound_nodes"]
    return {"class_name": "Sequential", "config": plain}


def _in_one_line(layers: list[dict[str, Any]], first: list[Any], last: list[Any]) -> bool:
    """Whether each layer takes what the one before gives, and nothing else is there."""
    tensors = [[item["name"], 0, 0] for item in layers]
    wanted: list[Any] = [[], *([_node(tensor)] for tensor in tensors[:-1])]
    return (first, last) == (tensors[0], tensors[-1]) and [item["inbound_nodes"] for item in layers] == wanted


def _node(tensor: list[Any]) -> dict[str, Any]:
    return {"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": tensor}}], "kwargs": {}}


def _check(layer: Any, keras: Any) -> None:
    """Refuses a layer that does something else than its configuration says."""
    if not usual_name(layer.name):
        raise NotCovered("a_name_that_TensorFlow_refuses")
    if _OVERRIDES & vars(layer).keys() or layer.dtype_policy.name != "float32" or not layer.autocast:
        raise NotCovered("a_changed_layer")
    if type(layer).__module__.startswith("keras.src.models."):
        return
    kind = type(layer).__name__
    if kind not in LAYERS or getattr(keras.layers, kind) is not type(layer):
        raise NotCovered(kind)
    activation = getattr(layer, "activation", None)
    if (
        activation is not None
        and getattr(keras.activations, getattr(activation, "__name__", "?"), None) is not activation
    ):
        raise NotCovered("an_activation_function")
    if layer.activity_regularizer is not None or layer.losses:
        raise NotCovered("a_regularizer")


def _layer(item: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    plain: dict[str, Any] = {"class_name": item["class_name"]}
    if "inbound_nodes" in item:
        plain["name"] = names[item["config"]["name"]]
        plain["inbound_nodes"] = [
            {"args": [_passed(thing, names) for thing in node["args"]], "kwargs": _no_more(node["kwargs"])}
            for node in item["inbound_nodes"]
        ]
    plain["config"] = {"name": names[item["config"]["name"]]}
    if item["class_name"] == "InputLayer":
        plain["config"]["dtype"] = setting(item["config"]["dtype"])  # inputs are turned into it, be it whole numbers
    for name, value in item["config"].items():
        if name == "batch_shape":
            value = [None, *value[1:]]  # noqa: PLW2901 - a declared size of a batch changes nothing
        if _MUST_BE_NONE.fullmatch(name) and value is not None:
            raise NotCovered(name)
        if name in _MUST_BE_USUAL and value is not _MUST_BE_USUAL[name]:
            raise NotCovered(name)
        if not _LEFT_OUT.fullmatch(name):
            plain["config"][name] = setting(value)
    return plain


def _passed(thing: Any, names: dict[str, str]) -> dict[str, Any]:
    if not isinstance(thing, dict) or thing.get("class_name") != "__keras_tensor__":
        raise NotCovered("arguments_of_a_layer")
    origin = _ends(thing["config"]["keras_history"], names)
    return {"class_name": "__keras_tensor__", "config": {"keras_history": origin}}


def _no_more(kwargs: dict[str, Any]) -> dict[str, Any]:
    if any(value is not None for value in kwargs.values()):
        raise NotCovered("arguments_of_a_layer")
    return {}


def _ends(thing: Any, names: dict[str, str]) -> list[Any]:
    """One tensor: a layer's name, number of its call, number of its output; or a list of such."""
    if type(thing) not in {list, tuple}:
        raise NotCovered("inputs_or_outputs_by_name")
    if isinstance(thing[0], str):
        name, call, number = thing
        return [names[name], int(call), int(number)]
    return [_ends(item, names) for item in thing]


def setting(value: Any) -> Any:
    """A setting, if it is plain.

    Raises:
        NotCovered: it is not.
    """
    if value is None or type(value) in {bool, int, float, str}:
        return value
    if type(value) in {list, tuple}:
        return [setting(item) for item in value]
    raise NotCovered(type(value).__name__)


def usual_name(name: Any) -> bool:
    """Whether TensorFlow takes it as a name."""
    return isinstance(name, str) and bool(_NAME.fullmatch(name))
