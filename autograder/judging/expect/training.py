"""How a network was compiled and trained, and what it achieves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograder.evidence.request import LOSS_PROBE
from autograder.judging import thresholds
from autograder.judging.faults import Fault
from autograder.judging.network import network
from autograder.judging.update_rules import same_rule

if TYPE_CHECKING:
    from autograder.evidence import History, Model, Optimizer

STEPS_PER_EPOCH = 1_500
"""48,000 training pictures in batches of 32, Keras's default batch size."""

_LOSSES = {"sparse_categorical_crossentropy"}
_ACCURACY = {"accuracy", "acc", "sparse_categorical_accuracy", "SparseCategoricalAccuracy"}
_STEPS_OF_OTHER_DATA = {375: "trained_on_validation", 1_875: "trained_on_everything", 313: "trained_on_test"}


def _compiled(model: Model) -> Optimizer:
    if model.optimizer is None:
        raise Fault("not_compiled", variable=model.variable)
    return model.optimizer


def loss(model: Model) -> None:
    """The loss is sparse categorical cross-entropy of probabilities, however it was written."""
    _compiled(model)
    name = model.loss.name if model.loss else "–"
    value = model.loss.value if model.loss else None
    labels, rows = model.loss.inputs if model.loss else LOSS_PROBE
    expected = float(-np.log(rows[np.arange(len(labels)), labels]).mean())
    if value is None or not abs(value - expected) <= 1e-3:  # noqa: PLR2004 - float32 and Keras's clipping
        code = "loss_from_logits" if name in _LOSSES else "loss"
        raise Fault(code, variable=model.variable, expected="sparse_categorical_crossentropy", received=name)


def metric(model: Model) -> None:
    """Accuracy is among the metrics, however it was written."""
    _compiled(model)
    if not _ACCURACY & set(model.metrics):
        received = list(model.metrics) or "–"
        raise Fault("metric", variable=model.variable, expected="accuracy", received=received)


def compiled_alike(one: Model, other: Model) -> None:
    """Two compiled models have optimizers that move weights alike."""
    if not same_rule(_compiled(one), _compiled(other)):
        raise Fault("compiled_differently", variable=one.variable, other=other.variable)


def _updates(model: Model) -> int:
    """Update steps the weights have seen, as far as model and history can tell."""
    optimizer = _compiled(model)
    biases = [weight for weight in model.weights if weight.ndim == 1]
    if biases and not _epochs(model) and not any(map(np.any, biases)):
        # What the optimizer counts were steps of another model: training this one with it stopped with an error.
        return 0
    if optimizer.iterations:
        return optimizer.iterations
    # Compiling once more sets the count to 0 and leaves the weights: then the history has to say it.
    moved = any(weight.ndim == 1 and np.any(weight) for weight in model.weights)
    return _epochs(model) * (model.history.steps or 0) if moved and model.history else 0


def _epochs(model: Model) -> int:
    return max((len(values) for values in model.history.metrics.values()), default=0) if model.history else 0


def _other_data(model: Model) -> str | None:
    """Which other part the steps of an epoch speak of, as a fault's code; None for none."""
    code = _STEPS_OF_OTHER_DATA.get((model.history.steps if model.history else None) or 0)
    # 375 are also the steps of the training part in batches of 128: then the network knows it better.
    return None if code == "trained_on_validation" and network(model).validation_lead <= 0 else code


def trained(model: Model) -> None:
    """The model was compiled and trained at all."""
    if not _updates(model):
        raise Fault("not_trained", variable=model.variable)


def epochs(model: Model, count: int) -> None:
    """The model was trained once, for ``count`` epochs, on the whole training part, in batches of 32."""
    trained(model)
    updates, steps = _updates(model), model.history.steps if model.history else None
    noted = _epochs(model)
    if steps is None and updates % STEPS_PER_EPOCH:
        raise Fault(
            "steps_per_epoch", variable=model.variable, expected=STEPS_PER_EPOCH, received=updates // max(noted, 1)
        )
    _whole_training_part(model)
    if updates != count * STEPS_PER_EPOCH:
        # More than one epoch more than noted was an earlier fit; a part of an epoch more, one that was interrupted.
        code = "trained_again" if noted and updates >= (noted + 1) * STEPS_PER_EPOCH else "epochs"
        raise Fault(code, variable=model.variable, expected=count, received=round(updates / STEPS_PER_EPOCH, 1))


def _whole_training_part(model: Model) -> None:
    """The last fit went over the whole training part in batches of 32, as far as the history tells."""
    steps = model.history.steps if model.history else None
    if steps in {None, STEPS_PER_EPOCH}:
        return
    if code := _other_data(model):
        raise Fault(code, variable=model.variable)
    raise Fault("steps_per_epoch", variable=model.variable, expected=STEPS_PER_EPOCH, received=steps)


def history_length(history: History, count: int) -> None:
    """The history notes ``count`` epochs."""
    received = max((len(values) for values in history.metrics.values()), default=0)
    if received != count:
        raise Fault("history_length", variable=history.variable, expected=count, received=received)


def fresh_weights(model: Model) -> None:
    """Training began from fresh weights: the first epoch's loss was not better than any fresh network's.

    The history is the learner's own; where it covers only the end of a training it says nothing of the beginning.
    """
    noted = (model.history.metrics if model.history else {}).get("loss") or []
    if not noted or len(noted) * (model.history.steps or 0) != _updates(model):  # type: ignore[union-attr]
        return
    lowest = thresholds.lowest_first_loss(network(model), _compiled(model))
    if noted[0] < lowest:
        raise Fault("not_fresh", variable=model.variable, expected=round(lowest, 2), received=round(noted[0], 4))


def accuracy(model: Model, minimum: float) -> None:
    """The re-measured validation accuracy is at least ``minimum``."""
    received = network(model).accuracy()
    if received < minimum:
        raise Fault("accuracy", variable=model.variable, expected=minimum, received=round(received, 4))


def swept_accuracy(model: Model, optimizer: str | None = None) -> None:
    """The re-measured validation accuracy is at least what the seed sweep asks of this network and optimizer.

    Where a question states the minimum of one configuration, ``optimizer`` is its name in the sweep.

    The sweep went over the training part in batches of 32; of a model that did not, say one that was trained on the
    validation part, its minimum says nothing.
    """
    _whole_training_part(model)
    accuracy(model, thresholds.minimum_accuracy(network(model), optimizer or _compiled(model)))
