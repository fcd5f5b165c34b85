"""Optimizers, losses and metrics as plain data."""

from __future__ import annotations

import sys
from typing import Any

from autograder.running.fits.calls import NotCovered
from autograder.running.fits.networks import setting, usual_name

OPTIMIZERS = frozenset("SGD RMSprop Adagrad Adadelta Adam AdamW Adamax Nadam".split())
LOSSES = {
    "words": frozenset("sparse_categorical_crossentropy categorical_crossentropy mse mean_squared_error mae".split()),
    "classes": frozenset("SparseCategoricalCrossentropy CategoricalCrossentropy MeanSquaredError".split()),
}
_WORDS: dict[str, dict[str, Any]] = {
    "SparseCategoricalCrossentropy": {
        "name": "sparse_categorical_crossentropy",
        "reduction": "sum_over_batch_size",
        "from_logits": False,
        "ignore_class": None,
        "axis": -1,
    },
    "SparseCategoricalAccuracy": {"name": "sparse_categorical_accuracy", "dtype": "float32"},
}
"""Objects that are the same as a word, which is their name, unless they have other settings than these."""

METRICS = {
    "words": frozenset(
        "accuracy acc sparse_categorical_accuracy categorical_accuracy sparse_categorical_crossentropy mse mae".split()
    ),
    "classes": frozenset("SparseCategoricalAccuracy CategoricalAccuracy".split()),
}


def optimizer(thing: Any) -> dict[str, Any]:
    """An optimizer's class and settings.

    Raises:
        NotCovered: it is none of Keras's own, or has a setting that is no number.
    """
    if getattr(thing, "_exclude_from_weight_decay_pattern", None) or getattr(thing, "_exclude_from_weight_decay", None):
        # It does not say so in its configuration.
        raise NotCovered("exclude_from_weight_decay")
    return _named(thing, "optimizers", OPTIMIZERS, keep_name=False)


def compiled(model: Any) -> dict[str, Any]:
    """What was given to ``compile`` beside the optimizer.

    Raises:
        NotCovered: there is something else than known losses and metrics among it.
    """
    loss, metrics = model._compile_loss, model._compile_metrics  # noqa: SLF001 - what is used, whatever was assigned later
    if loss is None or loss._user_loss_weights is not None:  # noqa: SLF001
        raise NotCovered("loss")
    if model.run_eagerly or model.jit_compile or model.steps_per_execution != 1:
        raise NotCovered("steps")
    found: list[Any] | None = None
    if metrics is not None:
        given = metrics._user_metrics  # noqa: SLF001
        if metrics._user_weighted_metrics is not None or type(given) not in {list, tuple}:  # noqa: SLF001
            raise NotCovered("metrics")
        found = [_word_or_object(item, "metrics", METRICS) for item in given]
        found = ["accuracy"] if has_short_name(model) else found
    return {"loss": _word_or_object(loss._user_loss, "losses", LOSSES), "metrics": found}  # noqa: SLF001


def has_short_name(model: Any) -> bool:
    """Whether the only metric is ``acc``, which is ``accuracy`` by another name in what is printed and noted."""
    metrics = model._compile_metrics  # noqa: SLF001
    return metrics is not None and list(metrics._user_metrics) == ["acc"]  # noqa: SLF001


def _word_or_object(thing: Any, module: str, known: dict[str, frozenset[str]]) -> Any:
    if type(thing) is not str:
        found = _named(thing, module, known["classes"], keep_name=True)
        usual = _WORDS.get(found["class_name"], {})
        return usual["name"] if found["config"].items() <= usual.items() else found
    if thing not in known["words"]:
        raise NotCovered(thing)
    return thing


def _named(thing: Any, module: str, known: frozenset[str], *, keep_name: bool) -> dict[str, Any]:
    name = type(thing).__name__
    if name not in known or getattr(getattr(sys.modules["keras"], module), name, None) is not type(thing):
        raise NotCovered(name)
    if vars(thing).keys() & {
        "call",
        "__call__",
        "update_step",
        "apply",
        "apply_gradients",
        "update_state",
        "get_config",
    }:
        raise NotCovered("a_changed_object")
    config = thing.get_config()
    if not usual_name(config.get("name")):
        raise NotCovered("a_name_that_TensorFlow_refuses")
    plain = {key: setting(value) for key, value in config.items() if keep_name or key != "name"}
    return {"class_name": name, "config": plain}
