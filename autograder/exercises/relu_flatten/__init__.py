from autograder.exercises.model import Assignment

assignment = Assignment("relu_flatten")
