"""The assignment that the modules beside this one add their questions to."""

from autograder.exercises.model import Assignment

assignment = Assignment("optimizers")
