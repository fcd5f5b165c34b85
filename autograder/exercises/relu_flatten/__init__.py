"""ReLU and Flatten: the function and its slope, pictures that stay pictures, training, a network of one's own."""

# The questions stand in the order of these imports.
from autograder.exercises.relu_flatten import functions, layers, training  # isort: skip
from autograder.exercises.relu_flatten.base import assignment

__all__ = ["assignment", "functions", "layers", "training"]
