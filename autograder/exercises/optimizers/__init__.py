"""Optimizers: SGD by name and by object, momentum, Nesterov, adaptive learning rates, training with each, comparing."""

# The questions stand in the order of these imports.
from autograder.exercises.optimizers import settings, training, comparison  # isort: skip
from autograder.exercises.optimizers.base import assignment

__all__ = ["assignment", "comparison", "settings", "training"]
