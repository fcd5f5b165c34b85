"""The kinds of evidence: plain, frozen records that hold numbers, arrays and names, and no live object.

A check's parameter is annotated with one of these classes; the annotation says how the learner's variable of that name
is taken. ``variable`` is always the learner's name for the thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.evidence.request import ACTIVATION_PROBE, LOSS_PROBE, Call


@dataclass(frozen=True, eq=False)
class Evidence:
    """Base of all kinds. ``variable`` is the learner's name for what was taken."""

    variable: str


@dataclass(frozen=True, eq=False)
class Missing(Evidence):
    """There is no variable of that name."""


@dataclass(frozen=True, eq=False)
class Unfit(Evidence):
    """The variable holds something of another kind than the question asks for.

    Attributes:
        wanted: name of the kind that was asked for.
        received: name of the type that was found.
        shown: the start of what ``repr`` says of it.
    """

    wanted: str
    received: str
    shown: str


@dataclass(frozen=True, eq=False)
class Value(Evidence):
    """A simple value: None, a truth value, a number, a text, or a list, set or dict of such.

    NumPy numbers and zero-dimensional arrays and tensors have become Python numbers, tuples lists, sets sorted lists.
    """

    value: Any


@dataclass(frozen=True, eq=False)
class Array(Evidence):
    """A NumPy array or tensor.

    An array above ``collect.WHOLE_ARRAY_BYTES`` crosses as a summary: ``values`` is None, and the sums and the sampled
    rows stand for it.

    Attributes:
        shape: the whole array's shape.
        dtype: the whole array's dtype, as NumPy writes it.
        low: smallest value, None when there is none or the values are no numbers.
        high: largest value, likewise.
        values: the array itself, when it is small.
        row_sums: (rows,) float64, each row's sum over all other axes.
        sample_index: (k,) indices of the rows in ``sample``.
        sample: (k, ...) rows, evenly spread.
    """

    shape: tuple[int, ...]
    dtype: str
    low: float | None
    high: float | None
    values: np.ndarray | None
    row_sums: np.ndarray | None
    sample_index: np.ndarray | None
    sample: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one call of a learner's function gave.

    Attributes:
        results: what it returned, a tuple taken apart; None when it raised.
        error: exception as one line, None when it returned.
        warnings: first lines of the warnings it caused.
    """

    results: tuple[np.ndarray, ...] | None
    error: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Calls(Evidence):
    """A function, taken by what it does.

    Attributes:
        outcomes: one for each requested call, in order.
        requested: the calls, as the judge drew them; the collector leaves this empty.
    """

    outcomes: tuple[Outcome, ...]
    requested: tuple[Call, ...] = ()

    @property
    def inputs(self) -> list[Any]:
        """The first argument of each call."""
        return [call.arguments[0] for call in self.requested]


@dataclass(frozen=True, eq=False)
class Layer(Evidence):
    """One layer.

    Attributes:
        class_name: Keras's class name.
        name: the layer's name.
        identity: equal for two records exactly when they are of the same object.
        activation: what the layer's ``activation`` makes of ``inputs``, None when it has none.
        inputs: what was asked, as the judge drew it; the collector leaves this as it is.
    """

    class_name: str
    name: str
    identity: int
    activation: np.ndarray | None
    inputs: np.ndarray = field(default_factory=lambda: ACTIVATION_PROBE)


@dataclass(frozen=True, eq=False)
class Optimizer(Evidence):
    """An optimizer.

    Attributes:
        class_name: Keras's class name.
        config: Keras's own configuration of it.
        iterations: update steps it has made.
        ignored: attributes that were assigned to it and that Keras ignores, such as ``lr``.
    """

    class_name: str
    config: dict[str, Any]
    iterations: int
    ignored: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Loss:
    """A compiled loss.

    Attributes:
        name: its name as far as it has one.
        value: its mean value on ``inputs``, None when it failed there.
        inputs: labels and rows of probabilities, as the judge drew them; the collector leaves this as it is.
    """

    name: str
    value: float | None
    inputs: tuple[np.ndarray, np.ndarray] = LOSS_PROBE


@dataclass(frozen=True, eq=False)
class History(Evidence):
    """A ``History``: what ``fit`` noted down. Testimony; it can cost points but earns none.

    Attributes:
        metrics: name of the metric to one value per epoch.
        steps: update steps per epoch, None when unknown.
    """

    metrics: dict[str, list[float]]
    steps: int | None


@dataclass(frozen=True, eq=False)
class Model(Evidence):
    """A model, as configuration and weights.

    Attributes:
        class_name: ``Sequential``, ``Functional``, or the name of a class of the learner's own.
        name: the model's name.
        config: Keras's configuration, None when the model cannot say it.
        weights: as ``get_weights`` orders them; empty while the model is not built.
        layers: all layers, nested ones after the layer that holds them.
        input_declared: False where the input shape was only recorded when data first ran through.
        built: whether the model knows its shapes.
        optimizer: of ``compile``, None before.
        loss: of ``compile``, None before.
        metrics: names of the metrics given to ``compile``.
        history: of the last ``fit``, None before.
    """

    class_name: str
    name: str
    config: dict[str, Any] | None
    weights: tuple[np.ndarray, ...]
    layers: tuple[Layer, ...]
    input_declared: bool
    built: bool
    optimizer: Optimizer | None
    loss: Loss | None
    metrics: tuple[str, ...]
    history: History | None


@dataclass(frozen=True, eq=False)
class Drawing(Evidence):
    """What was drawn since the last check: for each figure, the number of points of every line in it.

    ``variable`` is the name the question uses for the drawing; no variable of the learner is read.
    """

    figures: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Crash:
    """An exception that stopped a cell of the answer.

    Attributes:
        kind: name of the exception's class.
        message: its text, cut.
        line: the source line that raised it, as far as known.
    """

    kind: str
    message: str
    line: str


@dataclass(frozen=True, eq=False)
class Bundle:
    """All that crosses for one question."""

    question: str
    evidence: dict[str, Evidence]
    crash: Crash | None = None
    versions: dict[str, str] = field(default_factory=dict)
