from autograder.exercises.model import Assignment

assignment = Assignment("optimizers")
