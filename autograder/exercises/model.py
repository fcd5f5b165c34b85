"""Assignments and questions, as the modules of this room declare them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from autograder.evidence import Bundle, Call, Calls, Evidence, Layer, Model, Request
from autograder.judging.judge import Check, Claim, judge
from autograder.judging.verdicts import Report

Probe = Callable[[np.random.Generator], tuple[Call, ...]]


@dataclass
class Question:
    """One question: a grade cell in the notebook, points, and checks.

    Attributes:
        name: the grade cell's id and what ``check`` is called with.
        points: what it is worth.
        assignment: the assignment's name.
        by_hand: whether a teacher marks it; then it has no checks.
        checks: in the order in which a learner reads them.
        probes: for each function the learner writes, what draws the calls to it.
    """

    name: str
    points: int
    assignment: str
    by_hand: bool = False
    checks: list[Check] = field(default_factory=list)
    probes: dict[str, Probe] = field(default_factory=dict)

    def check(self, weight: int = 1, after: tuple[Claim, ...] = ()) -> Callable[[Claim], Claim]:
        """Adds a check: its name is the claim, its parameters are the learner's variables, their annotations the kinds.

        Args:
            weight: its share of the points, relative to the other checks'.
            after: checks of this question that must pass for this one to make sense.
        """

        def add(claim: Claim) -> Claim:
            self.checks.append(Check(claim, weight, tuple(earlier.__name__ for earlier in after)))
            return claim

        return add

    def probe(self, function: str) -> Callable[[Probe], Probe]:
        """Says which calls to make of the learner's ``function``: the decorated one draws them from a generator."""

        def add(draw: Probe) -> Probe:
            self.probes[function] = draw
            return draw

        return add

    def request(self, seed: int) -> Request:
        """What the collector is asked to take; the calls are drawn from ``seed``."""
        variables = {name: kind for check in self.checks for name, kind in check.variables.items()}
        calls = {name: draw(np.random.default_rng(seed)) for name, draw in self.probes.items()}
        random = np.random.default_rng(seed)
        return Request(self.name, variables, calls, _activation_inputs(random), _loss_inputs(random))

    def judge(self, bundle: Bundle, seed: int) -> Report:
        """Judges what was collected for the request drawn from ``seed``."""
        asked = self.request(seed)
        evidence = {name: _with_what_was_asked(item, asked) for name, item in bundle.evidence.items()}
        return judge(replace(bundle, evidence=evidence), self.checks, self.points)


def _activation_inputs(random: np.random.Generator) -> np.ndarray:
    """(3, 5) float32: on both sides of every bend of the activations there are, in any order."""
    sizes = np.concatenate([random.uniform(2, 6, 3), random.uniform(0.05, 2, 4)])
    values = np.concatenate([-sizes, random.uniform(0.05, 6, 6), random.uniform(6.5, 8, 2)])
    return random.permutation(values).reshape(3, 5).astype(np.float32)


def _loss_inputs(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Labels (4,) int64, and rows of probabilities (4, 3) float32 that sum to 1."""
    rows = random.uniform(0.1, 1, (4, 3))
    return random.integers(0, 3, 4), (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)


def _with_what_was_asked(evidence: Evidence, asked: Request) -> Evidence:
    """The evidence with the inputs that the judge drew: those that crossed may have been changed on the way."""
    if isinstance(evidence, Calls):
        return replace(evidence, requested=asked.calls[evidence.variable])
    if isinstance(evidence, Layer):
        return replace(evidence, inputs=asked.activation_inputs)
    if isinstance(evidence, Model):
        layers = tuple(replace(layer, inputs=asked.activation_inputs) for layer in evidence.layers)
        loss = evidence.loss and replace(evidence.loss, inputs=asked.loss_inputs)
        return replace(evidence, layers=layers, loss=loss)
    return evidence


@dataclass
class Assignment:
    """A folder and a notebook of questions."""

    name: str
    questions: dict[str, Question] = field(default_factory=dict)

    def question(self, name: str, points: int, *, by_hand: bool = False) -> Question:
        """Adds a question."""
        self.questions[name] = Question(name, points, self.name, by_hand)
        return self.questions[name]
