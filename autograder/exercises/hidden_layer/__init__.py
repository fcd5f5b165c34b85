"""A network with one hidden layer: data, sigmoid, two Dense layers, batch dimension, training."""

# The questions stand in the order of these imports.
from autograder.exercises.hidden_layer import preparation, layers, training  # isort: skip
from autograder.exercises.hidden_layer.base import assignment

__all__ = ["assignment", "layers", "preparation", "training"]
