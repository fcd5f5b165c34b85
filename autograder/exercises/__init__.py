"""What is asked: one package for each assignment, with its checks and every word a learner reads of them."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from autograder.exercises.model import Assignment, Question

NAMES = ("hidden_layer", "relu_flatten", "optimizers", "optimizer_steps")
"""The assignments, in the order in which they are taught."""


class UnknownQuestionError(LookupError):
    """There is no question, or no assignment, of that name."""


@cache
def assignments() -> dict[str, Assignment]:
    """All assignments by name."""
    return {name: import_module(f"autograder.exercises.{name}").assignment for name in NAMES}


@cache
def questions() -> dict[str, Question]:
    """All questions of all assignments by name; names are unique throughout."""
    found: dict[str, Question] = {}
    for assignment in assignments().values():
        for question in assignment.questions.values():
            if question.name in found:
                message = f"two questions are called {question.name}"
                raise ValueError(message)
            found[question.name] = question
    return found


def question(name: str) -> Question:
    """The question of that name.

    Raises:
        UnknownQuestionError: there is none; the message names the nearest.
    """
    from difflib import get_close_matches

    if name in questions():
        return questions()[name]
    near = get_close_matches(str(name), questions(), n=1, cutoff=0)
    message = f"no question is called {name!r}; the nearest is {near[0]!r}"
    raise UnknownQuestionError(message)
