"""What is taken from an answer: by value, as data, never as a verdict.

Everything in this room may run beside a learner's code, so it imports the standard library and NumPy only; Keras is
found in ``sys.modules`` when the learner has imported it.
"""

from autograder.evidence.kinds import (
    Array,
    Bundle,
    Calls,
    Crash,
    Drawing,
    Evidence,
    History,
    Layer,
    Loss,
    Missing,
    Model,
    Optimizer,
    Outcome,
    Unfit,
    Value,
)
from autograder.evidence.request import Call, Previous, Request

__all__ = [
    "Array",
    "Bundle",
    "Call",
    "Calls",
    "Crash",
    "Drawing",
    "Evidence",
    "History",
    "Layer",
    "Loss",
    "Missing",
    "Model",
    "Optimizer",
    "Outcome",
    "Previous",
    "Request",
    "Unfit",
    "Value",
]
