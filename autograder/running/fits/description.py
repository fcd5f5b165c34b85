"""All that a training depends on, as plain data: two trainings of one description leave the same bits behind."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.running.fits import networks, objects
from autograder.running.fits.calls import Call, NotCovered
from autograder.running.fits.content import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT = 1
_TENSORFLOW_CONFIG = "tensorflow.python.framework.config"


def model_variables(model: Any) -> list[Any]:
    """Weights and the random state of layers, in an order that names do not change."""
    return list(model.variables)


def check(model: Any) -> None:
    """Refuses what cannot be described, before anything of it is built.

    Raises:
        NotCovered: the model, its optimizer, its loss or a metric is none of Keras's own, or was changed.
    """
    networks.check(model)
    objects.optimizer(model.optimizer)
    objects.compiled(model)


def prepare(model: Any, call: Call) -> None:
    """Builds what the first batch would build: weights, metrics, and the optimizer's variables.

    Raises:
        Exception: whatever Keras raises; training would, too.
    """
    if model.built and call.y is not None:
        # Otherwise Keras would trace the whole model for no more than the shape of what comes out of it.
        out = sys.modules["keras"].KerasTensor((call.batch, *model.output_shape[1:]), model.outputs[0].dtype)
        for part in (model._compile_metrics, model._compile_loss):  # noqa: SLF001 - there is no other way to them
            if part is not None and not part.built:
                part.build(_symbolic(call.y, call), out)
        model._called = True  # noqa: SLF001 - as its first batch would leave it
    trace(model, call)


def trace(model: Any, call: Call) -> None:
    """Builds as ``prepare`` does, and sees whether everything fits together, as far as that has not been seen.

    Raises:
        Exception: whatever Keras raises; training would, too.
    """
    if call.y is None:
        model.optimizer.build(model.trainable_variables)  # as it was when the model was trained
        return
    model._symbolic_build(data_batch=(_symbolic(call.x, call), _symbolic(call.y, call)))  # noqa: SLF001 - what its other backends do first


def _symbolic(array: np.ndarray, call: Call) -> Any:
    """A batch of which nothing is known but its form."""
    keras = sys.modules["keras"]
    # Keras itself turns all floating-point numbers into this one kind.
    dtype = keras.config.floatx() if array.dtype.kind == "f" else array.dtype.name
    return keras.KerasTensor((call.batch, *array.shape[1:]), dtype)


def describe(kind: str, model: Any, call: Call, number: int | None) -> dict[str, Any]:
    """The description of a call.

    Args:
        kind: ``fit``, ``evaluate`` or ``predict``.
        model: it is built, and so is its optimizer.
        call: the arguments.
        number: what the training's random numbers follow from; None when it draws none.

    Raises:
        NotCovered: it depends on something that has no place in a description.
    """
    optimizer = model.optimizer
    settings = objects.optimizer(optimizer)
    _check_variables(model)
    description = {
        "format": FORMAT,
        "kind": kind,
        "circumstances": circumstances(),
        "network": networks.network(model),
        "compiled": objects.compiled(model),
        "weights": _fingerprints(model_variables(model)),
        "data": [fingerprint(array) for array in call.data],
        "validation": [fingerprint(array) for array in call.validation or ()],
        "settings": call.settings,
        "number": number,
    }
    if kind == "fit":
        description |= {"optimizer": settings, "state": _fingerprints(optimizer.variables)}
    return description


def _check_variables(model: Any) -> None:
    """Refuses an optimizer that belongs to another model, and a model that has not everything yet."""
    trained = getattr(model.optimizer, "_trainable_variables", None)
    same = trained is not None and [id(item) for item in trained] == [id(item) for item in model.trainable_variables]
    if not (model.built and model.optimizer.built and same) or not model.trainable_variables:
        raise NotCovered("an_optimizer_of_another_model")


def values(variables: Sequence[Any]) -> list[np.ndarray]:
    """What variables hold, as copies."""
    return [np.array(variable.numpy()) for variable in variables]


def _fingerprints(variables: Sequence[Any]) -> list[Any]:
    return [fingerprint(array) for array in values(variables)]


def circumstances() -> dict[str, Any]:
    """What the bits of a result depend on beside the program: versions, the processor, global settings.

    Raises:
        NotCovered: a global setting that changes what ``fit`` does.
    """
    keras, tensorflow = sys.modules["keras"], sys.modules["tensorflow"]
    config, threading = keras.config, tensorflow.config.threading
    if config.max_epochs() or config.max_steps_per_epoch() or tensorflow.config.functions_run_eagerly():
        raise NotCovered("global_settings")
    if tensorflow.distribute.has_strategy() or sys.modules[_TENSORFLOW_CONFIG].is_op_determinism_enabled():
        raise NotCovered("global_settings")
    return {
        "versions": [keras.__version__, tensorflow.__version__, np.__version__],
        "backend": [config.backend(), config.floatx(), config.epsilon(), config.image_data_format()],
        "processor": _processor(),
        "threads": [
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            threading.get_intra_op_parallelism_threads(),
            threading.get_inter_op_parallelism_threads(),
        ],
        "graphs": [tensorflow.config.optimizer.get_experimental_options(), tensorflow.config.optimizer.get_jit()],
        "onednn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "")[:10],
    }


@cache
def _processor() -> str:
    """Kinds of processors: by their instructions, libraries choose how to sum up."""
    kept = {"vendor_id", "cpu family", "model", "flags", "Features", "CPU implementer", "CPU part"}
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").partition("\n\n")[0].splitlines()
    except OSError:
        first = []
    lines = sorted(line for line in first if line.partition("\t")[0].strip() in kept)
    return hashlib.sha256("\n".join([platform.machine(), *lines]).encode()).hexdigest()[:16]
