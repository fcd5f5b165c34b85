"""What a question asks the collector to take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

ACTIVATION_PROBE = np.array(
    [[-6.0, -2.5, -1.0, -0.25, 0.0], [0.1, 0.5, 1.0, 2.0, 8.0], [-0.75, 3.0, 0.3, -4.0, 1.5]], dtype=np.float32
)
"""(3, 5) float32: sent through activations where nobody has drawn other inputs, to tell them apart by what they do."""

LOSS_PROBE = (
    np.array([1, 0, 2, 1], dtype=np.int64),
    np.array([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2], [0.1, 0.3, 0.6], [0.8, 0.1, 0.1]], dtype=np.float32),
)
"""Four labels and four rows of probabilities: likewise for losses."""


@dataclass(frozen=True, eq=False)
class Previous:
    """Stands for part ``part`` of what the previous call returned, so that a state can be passed on."""

    part: int


@dataclass(frozen=True, eq=False)
class Call:
    """One call of the learner's function: arrays, numbers or ``Previous`` by position, and settings by name."""

    arguments: tuple[Any, ...]
    settings: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Request:
    """For one question.

    Attributes:
        question: its name.
        variables: each variable's kind by name.
        calls: the calls to make of those taken as ``Calls``.
        activation_inputs: what to send through activations.
        loss_inputs: labels and rows of probabilities to send through losses.
    """

    question: str
    variables: dict[str, str]
    calls: dict[str, tuple[Call, ...]]
    activation_inputs: np.ndarray = field(default_factory=lambda: ACTIVATION_PROBE)
    loss_inputs: tuple[np.ndarray, np.ndarray] = LOSS_PROBE
