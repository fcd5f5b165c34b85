"""One question for each update rule: the learner's function makes some steps, and so does Keras's optimizer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.evidence import Call, Calls, Previous
from autograder.exercises.about import about
from autograder.exercises.optimizer_steps.base import assignment
from autograder.judging import expect
from autograder.judging.faults import Fault
from autograder.judging.recent import Recent

Step = Callable[[SimpleNamespace], tuple[np.ndarray, ...]]
"""Of a namespace with all that the learner's function is given, by name: the new weights and the new state."""
Path = list[tuple[np.ndarray, ...]]
"""For each step, the new weights and the new state."""

_STEPS, _STEPS_WITH_OTHER_SETTINGS = 5, 4
_DEFAULT, _OTHER = range(_STEPS), range(_STEPS, _STEPS + _STEPS_WITH_OTHER_SETTINGS)
_RESTING = _OTHER.stop
"""Calls by number: a chain with default settings, one with other settings, one with a gradient and a state of 0."""

_paths = Recent[Path](8)


@dataclass(frozen=True, eq=False)
class Rule:
    """An update rule.

    Attributes:
        keras_name: the class in ``keras.optimizers``.
        defaults: the function's settings and their default values, in the function's order, without ``epsilon``.
        others: other values of the settings.
        state: the function's names for what it is given and gives back besides the weights.
        start: the state's first value.
        counts: whether the function is given the number of the step.
        fixed: settings of Keras's class that the rule is made of.
        mistakes: known wrong rules, by the fault's code.
        wrong_states: known wrong states beside whatever weights, by the fault's code.
    """

    keras_name: str
    defaults: Mapping[str, float]
    others: Mapping[str, float]
    state: tuple[str, ...] = ()
    start: float = 0.0
    counts: bool = False
    fixed: Mapping[str, Any] = field(default_factory=dict)
    mistakes: Mapping[str, Step] = field(default_factory=dict)
    wrong_states: Mapping[str, Step] = field(default_factory=dict)

    @property
    def divides(self) -> bool:
        """Whether a gradient and a state of 0 make it divide by ``epsilon`` alone."""
        return "momentum" not in self.defaults and bool(self.state)

    def calls(self, random: np.random.Generator) -> tuple[Call, ...]:
        """Draws all calls. Weights are small, so that a tolerance relative to them is small beside a step."""
        resting = self._chain(random, (3,), 1, {})[0].arguments
        still = (resting[0], np.zeros(3), *(np.zeros(3) for _ in self.state), *resting[2 + len(self.state) :])
        return (
            *self._chain(random, (4,), _STEPS, {}),
            *self._chain(random, (2, 3), _STEPS_WITH_OTHER_SETTINGS, dict(self.others)),
            *([Call(still, {})] if self.divides else []),
        )

    def _chain(
        self, random: np.random.Generator, shape: tuple[int, ...], steps: int, settings: dict[str, Any]
    ) -> list[Call]:
        first = [_signed(random, 0.01, 0.05, shape), *(np.full(shape, self.start) for _ in self.state)]
        chain = []
        for number in range(1, steps + 1):
            w, *state = first if number == 1 else [Previous(part) for part in range(1 + len(self.state))]
            counted = (number,) if self.counts else ()
            # Gradients far enough from 0 that it does not matter whether epsilon is added inside the root or outside.
            chain.append(Call((w, _signed(random, 0.5, 2, shape), *state, *counted), settings))
        return chain

    def keras_path(self, calls: Sequence[Call], settings: Mapping[str, float]) -> Path:
        """What Keras's own optimizer does with these calls' gradients from the first one's weights and state.

        Made once for the claims that hold the same calls against it.
        """
        arrays = [part for call in calls for part in call.arguments if isinstance(part, np.ndarray)]
        asked = self, *settings.items(), *((array.shape, array.tobytes()) for array in arrays)
        return _paths.get(asked, lambda: self._keras_path(calls, settings))

    def _keras_path(self, calls: Sequence[Call], settings: Mapping[str, float]) -> Path:
        import keras

        optimizer = getattr(keras.optimizers, self.keras_name)(**self.fixed, **settings)
        weights = keras.Variable(calls[0].arguments[0], dtype="float64", name="weights")
        optimizer.build([weights])
        slots = [variable for variable in optimizer.variables if tuple(variable.shape) == tuple(weights.shape)]
        for slot, value in zip(slots, calls[0].arguments[2:], strict=False):
            slot.assign(value)
        path = []
        for call in calls:
            optimizer.apply([keras.ops.convert_to_tensor(call.arguments[1])], [weights])
            path.append(tuple(np.array(variable) for variable in (weights, *slots)))
        return path

    def path(self, step: Step, calls: Sequence[Call]) -> Path:
        """What ``step`` does when it is given what the learner's function was given."""
        names = ("w", "gradient", *self.state, *(("t",) if self.counts else ()))
        path: Path = []
        for call in calls:
            given = [path[-1][item.part] if isinstance(item, Previous) else item for item in call.arguments]
            at = SimpleNamespace(**self.defaults, **dict(zip(names, given, strict=True)))
            with np.errstate(all="ignore"):
                path.append(step(at))
        return path


def ask(name: str, points: int, rule: Rule) -> None:
    """Adds the question about ``rule``."""
    question = assignment.question(name, points)
    question.probe(name)(rule.calls)

    def first_step_is_like_keras(calls: Calls) -> None:
        _hold(calls, rule, _DEFAULT[:1], (0,))

    def later_steps_are_like_keras(calls: Calls) -> None:
        _hold(calls, rule, _DEFAULT[1:], (0,))

    def state_is_like_keras(calls: Calls) -> None:
        _hold(calls, rule, _DEFAULT, range(1, 1 + len(rule.state)))

    def settings_are_honoured(calls: Calls) -> None:
        _honour_settings(calls, rule)

    def zero_gradient_leaves_weights_alone(calls: Calls) -> None:
        _rest(calls)

    first = question.check()(about(name, first_step_is_like_keras))
    later = question.check(weight=2, after=(first,))(about(name, later_steps_are_like_keras))
    if rule.state:
        question.check()(about(name, state_is_like_keras))
    question.check(after=(later,))(about(name, settings_are_honoured))
    if rule.divides:
        question.check()(about(name, zero_gradient_leaves_weights_alone))


def _hold(calls: Calls, rule: Rule, numbers: range, parts: Sequence[int]) -> None:
    """These parts of what these calls gave are Keras's; where they are not, a known mistake says why."""
    if numbers.stop > 1:  # of the first step alone, the weights count even where they come alone
        _is_complete(calls, rule, _DEFAULT.start)
    chain = calls.requested[: _DEFAULT.stop]
    expected = rule.keras_path(chain, rule.defaults)
    for number, part in product(numbers, parts):
        expect.accepts(calls, only=[number])
        differs = _difference(calls, number, part, expected[number][part])
        if differs is None:
            continue
        _recognise_order(calls, expected)
        for code, step in (rule.wrong_states if part else rule.mistakes).items():
            if _fits(calls, _DEFAULT, part, rule.path(step, chain)):
                raise Fault(code, variable=calls.variable)
        facts = {"step": number + 1, "expected": differs[0], "received": differs[1]}
        if part:
            raise Fault("state_differs", variable=calls.variable, state=rule.state[part - 1], **facts)
        raise Fault("weights_differ", variable=calls.variable, **facts)


def _honour_settings(calls: Calls, rule: Rule) -> None:
    """With other settings, the weights are those of Keras's optimizer with these settings."""
    requested = calls.requested[_OTHER.start : _OTHER.stop]
    expected = rule.keras_path(requested, rule.others)
    for number, (wanted, *_) in zip(_OTHER, expected, strict=True):
        _is_complete(calls, rule, number)
        differs = _difference(calls, number, 0, wanted)
        if differs is None:
            continue
        for names in (names for count in range(1, 1 + len(rule.others)) for names in combinations(rule.others, count)):
            left = {name: rule.defaults[name] for name in names}
            if _fits(calls, _OTHER, 0, rule.keras_path(requested, {**rule.others, **left})):
                raise Fault("setting_ignored", variable=calls.variable, setting=", ".join(names))
        facts = {"expected": differs[0], "received": differs[1]}
        settings = ", ".join(f"{name}={value:g}" for name, value in rule.others.items())
        raise Fault("settings_differ", variable=calls.variable, settings=settings, **facts)


def _rest(calls: Calls) -> None:
    """Nothing was divided by 0."""
    expect.accepts(calls, only=[_RESTING])
    weights = (calls.outcomes[_RESTING].results or (np.zeros(0),))[0]
    if not np.isfinite(weights).all():
        raise Fault("zero_gradient_not_finite", variable=calls.variable, received=str(np.ravel(weights)[0]))
    differs = _difference(calls, _RESTING, 0, calls.requested[_RESTING].arguments[0])
    if differs:
        raise Fault("zero_gradient_moves", variable=calls.variable, expected=differs[0], received=differs[1])


def _is_complete(calls: Calls, rule: Rule, number: int) -> None:
    """The call gave weights and state."""
    expect.accepts(calls, only=[number])
    received, wanted = len(calls.outcomes[number].results or ()), 1 + len(rule.state)
    if received != wanted:
        raise Fault("function_parts", variable=calls.variable, expected=wanted, received=received)


def _difference(calls: Calls, number: int, part: int, expected: np.ndarray) -> tuple[Any, Any] | None:
    """The first two numbers that differ, expected and received; None where all agree."""
    try:
        parts = max(len(calls.outcomes[number].results or ()), part + 1)
        expect.results(calls, [expected], only=[number], part=part, parts=parts)
    except Fault as fault:
        if fault.code != "function_value":
            raise
        return fault.facts["expected"], fault.facts["received"]
    return None


def _recognise_order(calls: Calls, expected: Path) -> None:
    """The first call did not give the right things in another order."""
    given = calls.outcomes[0].results or ()
    pairs = list(zip(given, expected[0], strict=False))
    known = all(any(_near(item, right) for right in expected[0]) for item in given)
    if len(given) == len(expected[0]) and known and not all(_near(item, right) for item, right in pairs):
        raise Fault("order_swapped", variable=calls.variable)


def _fits(calls: Calls, numbers: range, part: int, path: Path) -> bool:
    """Whether the calls, as far as they gave anything, gave just what is on ``path``."""
    given = [calls.outcomes[number].results or () for number in numbers]
    return all(
        part < len(results) and _near(results[part], there[part])
        for results, there in zip(given, path, strict=True)
        if results
    )


def _near(one: np.ndarray, other: np.ndarray) -> bool:
    same_size = np.size(one) == np.size(other)
    return same_size and bool(np.allclose(np.ravel(one), np.ravel(other), rtol=1e-4, atol=1e-6, equal_nan=True))


def _signed(random: np.random.Generator, low: float, high: float, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers of this size, of either sign."""
    return random.choice((-1.0, 1.0), shape) * random.uniform(low, high, shape)
