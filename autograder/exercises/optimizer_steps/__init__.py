from autograder.exercises.model import Assignment

assignment = Assignment("optimizer_steps")
