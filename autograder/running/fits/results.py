"""What a training leaves behind: taken as plain data, and put back as Keras would have left it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.evidence import archive
from autograder.evidence.caps import WireError, check_tree
from autograder.running.fits.description import model_variables, values
from autograder.running.fits.objects import has_short_name

if TYPE_CHECKING:
    from autograder.running.fits.calls import Call

_EPOCHS = 10_000
_METRICS = 50


@dataclass(frozen=True)
class Result:
    """What ``fit``, ``evaluate`` or ``predict`` left behind.

    Attributes:
        logs: for each epoch, metrics by name, in Keras's order; of ``evaluate`` one, of ``predict`` one without any.
        arrays: all variables that were changed, in the order of ``variables``; of ``predict``, what it returned.
    """

    logs: list[dict[str, float]]
    arrays: list[np.ndarray]

    def pack(self) -> bytes:
        """As bytes; raises ``WireError`` where it is too much."""
        # Pairs in order: the order of names is the order of ``History.history``.
        tree = {"logs": [list(item.items()) for item in self.logs]}
        return archive.write(json.dumps(tree).encode(), self.arrays)


def unpack(data: bytes) -> Result:
    """Reads back what ``pack`` wrote.

    Raises:
        WireError: it is something else.
    """
    try:
        text, arrays = archive.read(data)
        check_tree(text)
        logs = json.loads(text)["logs"]
        found = [{str(name): _number(value) for name, value in epoch} for epoch in logs]
    except WireError:
        raise
    except Exception as error:  # what zipfile, NumPy and json raise is not listed anywhere
        message = "a damaged result"
        raise WireError(message) from error
    if not 0 < len(found) <= _EPOCHS or max(map(len, found)) > _METRICS:
        message = "a damaged result"
        raise WireError(message)
    return Result(found, [arrays[archive.array_name(number)] for number in range(len(arrays))])


def _number(value: Any) -> float:
    if type(value) is not float:
        message = f"no number: {value!r:.80}"
        raise TypeError(message)
    return value


def variables(kind: str, model: Any) -> list[Any]:
    """The variables that ``fit`` or ``evaluate`` changes."""
    changed = list(model.metrics_variables)
    return [*model_variables(model), *model.optimizer.variables, *changed] if kind == "fit" else changed


def take(kind: str, model: Any, logs: list[dict[str, float]]) -> Result:
    """The result of a training that is just over."""
    return Result(logs, values(variables(kind, model)))


def suits(result: Result, kind: str, model: Any, call: Call) -> bool:
    """Whether it can be the result of this call."""
    if kind == "predict":
        shapes = [((len(call.x), *model.output_shape[1:]), np.dtype(model.outputs[0].dtype))]
    else:
        shapes = [(tuple(place.shape), np.dtype(place.dtype)) for place in variables(kind, model)]
    epochs = len(call.epochs) if kind == "fit" else 1
    return shapes == [(array.shape, array.dtype) for array in result.arrays] and len(result.logs) == epochs


def _logs(result: Result, model: Any) -> list[dict[str, float]]:
    """The logs, with the names that this model's metrics have."""
    short = {"accuracy": "acc", "val_accuracy": "val_acc"} if has_short_name(model) else {}
    return [{short.get(name, name): value for name, value in epoch.items()} for epoch in result.logs]


def restore_fit(result: Result, model: Any, call: Call) -> Any:
    """Leaves behind what ``fit`` would; Keras's own callbacks print and note the epochs."""
    model._eval_epoch_iterator = None  # noqa: SLF001 - as in Keras's own fit
    epochs = call.epochs.stop
    callbacks = _callbacks(add_history=True, verbose=call.verbose, epochs=epochs, steps=call.steps, model=model)
    model.stop_training = False
    callbacks.on_train_begin()
    for epoch, logs in zip(call.epochs, _logs(result, model), strict=True):
        callbacks.on_epoch_begin(epoch)
        callbacks.on_epoch_end(epoch, dict(logs))
    _assign(result, "fit", model)
    if call.validated:
        del model._eval_epoch_iterator  # noqa: SLF001
        model.stop_evaluating = False
    callbacks.on_train_end(logs=_logs(result, model)[-1])
    return model.history


def restore_evaluate(result: Result, model: Any, call: Call) -> Any:
    """Leaves behind what ``evaluate`` would, and returns what it would."""
    callbacks = _callbacks(add_history=False, verbose=call.verbose, epochs=1, steps=call.steps, model=model)
    model.stop_evaluating = False
    callbacks.on_test_begin()
    _assign(result, "evaluate", model)
    logs = _logs(result, model)[0]
    callbacks.on_test_end(logs)
    return logs if call.as_dict else model._flatten_metrics_in_order(logs)  # noqa: SLF001 - as in Keras's own evaluate


def restore_predict(result: Result, model: Any, call: Call) -> np.ndarray:
    """Leaves behind what ``predict`` would, and returns what it would."""
    callbacks = _callbacks(add_history=False, verbose=call.verbose, epochs=1, steps=call.steps, model=model)
    model.stop_predicting = False
    callbacks.on_predict_begin()
    callbacks.on_predict_end()
    return result.arrays[0]


def _callbacks(*, verbose: Any, **settings: Any) -> Any:
    return sys.modules["keras"].callbacks.CallbackList(None, add_progbar=verbose != 0, verbose=verbose, **settings)


def _assign(result: Result, kind: str, model: Any) -> None:
    for variable, array in zip(variables(kind, model), result.arrays, strict=True):
        variable.assign(array)
