"""Keras's own ``fit`` and ``evaluate``, an epoch in one call of TensorFlow: the same bits in half the time.

Keras is given the numbers of the rows as its data, all in one batch, and draws their order as ever. The batches are
taken from memory in that order, and each is handed to Keras's own step; its pipeline of batches, which costs as much as
the training itself, has nothing left to do.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.running.fits.content import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.running.fits.calls import Call


_RECENT = 4  # pictures and labels to train on and to validate with: 190 MB


def fit(model: Any, call: Call, weights: dict[int, float] | None, callbacks: list[Any]) -> list[dict[str, float]]:
    """Trains a compiled and built model.

    Args:
        model: its weights, and its optimizer's variables, are those of afterwards.
        call: what ``fit`` was called with.
        weights: the weights of classes.
        callbacks: Keras's; to them, an epoch is one batch.

    Returns:
        The logs of each epoch.
    """
    import tensorflow as tf
    from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

    settings = call.settings
    rows, size = np.arange(call.rows), settings["batch_size"]
    data = [tensor(array) for array in call.data]
    held_out = data if call.validation is None else [tensor(array) for array in call.validation]
    if weights is not None:
        data = [*data, tf.constant(class_weight_to_sample_weights(call.y, weights))]
    model.train_function = _epoch(model, model.train_step, data, len(rows), size)
    validation: dict[str, Any] = {}
    if call.validated:
        others = np.arange(call.rows, len(call.x)) if call.validation is None else np.arange(len(call.validation[0]))
        size = settings["validation_batch_size"] or size
        model.test_function = _epoch(model, model.test_step, held_out, len(others), size)
        validation = {"validation_data": (others,), "validation_batch_size": len(others)}
    kept = {name: settings[name] for name in ("epochs", "initial_epoch", "shuffle")}
    noted = model.fit(rows, batch_size=len(rows), verbose=0, callbacks=callbacks, **kept, **validation).history
    return [{name: noted[name][epoch] for name in noted} for epoch in range(len(call.epochs))]


def evaluate(model: Any, call: Call) -> dict[str, float]:
    """Evaluates a compiled and built model; returns the logs."""
    count = len(call.x)
    data = [tensor(array) for array in call.data]
    model.test_function = _epoch(model, model.test_step, data, count, call.settings["batch_size"])
    logs: dict[str, float] = model.evaluate(np.arange(count), batch_size=count, verbose=0, return_dict=True)
    return logs


def _epoch(
    model: Any, step: Callable[[Any], Any], data: list[Any], count: int, size: int
) -> Callable[[Iterator[Any]], dict[str, Any]]:
    """What takes the place of a model's ``train_function`` or ``test_function``: ``count`` rows of the data."""
    import tensorflow as tf

    # A function of its own, as Keras has it, so that TensorFlow optimizes the same graph.
    compiled = tf.function(step, autograph=False, reduce_retracing=True)

    def one(number: Any, order: Any, *data: Any) -> tuple[Any, ...]:
        rows = order[number * size : (number + 1) * size]
        if count % size == 0:
            # As in Keras, the size of a batch is part of what TensorFlow compiles only where all are of one size.
            rows = tf.ensure_shape(rows, (size,))
        compiled(tuple(tf.gather(whole, rows) for whole in data))
        return number + 1, order, *data

    # Data that are no arguments would be kept as long as what was compiled. A function without a result would not be
    # optimized by TensorFlow as Keras's is, and could add in another order.
    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def steps(order: Any, *data: Any) -> Any:
        first = (0, order, *data)
        # No step may begin before the one before it is over: nothing but the variables connects them.
        return tf.while_loop(lambda number, *_: number < math.ceil(count / size), one, first, parallel_iterations=1)[0]

    def epoch(iterator: Iterator[Any]) -> dict[str, Any]:
        steps(next(iterator), *data)
        found: dict[str, Any] = model.get_metrics_result()
        return found

    return epoch


_kept: dict[str, Any] = {}


def tensor(array: np.ndarray) -> Any:
    """The array as Keras turns it itself before anything else. The last ones are kept: a class trains on the same."""
    import tensorflow as tf

    name = str(fingerprint(array.reshape(-1)))
    if name in _kept:
        flat = _kept.pop(name)
    else:
        flat = tf.constant(array.reshape(-1).astype(np.float32) if array.dtype.kind == "f" else array.reshape(-1))
    _kept[name] = flat
    while len(_kept) > _RECENT:
        del _kept[next(iter(_kept))]
    return tf.reshape(flat, array.shape)
