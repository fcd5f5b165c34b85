"""Holds a question's checks against the evidence."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from autograder.evidence import Bundle, Calls, Evidence, Missing, Unfit
from autograder.evidence.caps import TOO_LARGE
from autograder.judging.crashes import explain
from autograder.judging.expect.functions import unusable
from autograder.judging.faults import OF_THE_WHOLE_VARIABLE, Fault
from autograder.judging.verdicts import Outcome, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

Claim = Callable[..., None]


@dataclass(frozen=True)
class Check:
    """One claim about an answer.

    Attributes:
        claim: the function; it raises ``Fault`` when the claim does not hold. A parameter's name is the learner's
            variable, its annotation the kind of evidence.
        weight: its share of the question's points.
        after: names of checks that must have passed for this one to make sense.
    """

    claim: Claim
    weight: int
    after: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The claim's name."""
        return self.claim.__name__

    @property
    def variables(self) -> dict[str, str]:
        """Each variable's kind of evidence by name."""
        hints = get_type_hints(self.claim)
        return {name: _kind(hints[name]).__name__ for name in inspect.signature(self.claim).parameters}

    @property
    def optional(self) -> frozenset[str]:
        """Variables that help to understand an answer: where one is missing or unfit, its default stands."""
        parameters = inspect.signature(self.claim).parameters.values()
        return frozenset(item.name for item in parameters if item.default is not inspect.Parameter.empty)


def _kind(hint: Any) -> Any:
    """The kind in ``Kind`` or ``Kind | None``."""
    return next((item for item in get_args(hint) if item is not type(None)), hint)


def judge(bundle: Bundle, checks: Sequence[Check], points: float) -> Report:
    """Judges one question. Never raises: our own failures become BROKEN verdicts."""
    verdicts: dict[str, Verdict] = {}
    reported: set[str] = set()
    for check in checks:
        verdicts[check.name] = _verdict(check, bundle, verdicts, reported)
    full = all(verdict.outcome is Outcome.PASSED for verdict in verdicts.values())
    crash = explain(bundle.crash) if bundle.crash and not full else None
    return Report(bundle.question, points, tuple(verdicts.values()), crash)


def _verdict(check: Check, bundle: Bundle, before: dict[str, Verdict], reported: set[str]) -> Verdict:
    waiting = next((name for name in check.after if before[name].outcome is not Outcome.PASSED), None)
    if waiting is not None:
        return Verdict(check.name, check.weight, Outcome.BLOCKED, waiting)
    try:
        arguments: dict[str, Any] = {}
        for variable in check.variables:
            taken = bundle.evidence[variable]
            if not (variable in check.optional and isinstance(taken, (Missing, Unfit))):
                arguments[variable] = _usable(taken)
        check.claim(**arguments)
    except _UnusableError as unusable:
        return _once(check, unusable.variable, unusable.fault, reported)
    except Fault as fault:
        if fault.code in OF_THE_WHOLE_VARIABLE:
            return _once(check, str(fault.facts["variable"]), fault, reported)
        return Verdict(check.name, check.weight, Outcome.FAILED, fault.code, fault.facts)
    except Exception as error:  # noqa: BLE001 - whatever else a check raises is our own failure
        where = traceback.extract_tb(error.__traceback__)[-1]
        line = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        return Verdict(check.name, check.weight, Outcome.BROKEN, line)
    return Verdict(check.name, check.weight, Outcome.PASSED)


def _once(check: Check, variable: str, fault: Fault, reported: set[str]) -> Verdict:
    """Says ``fault`` of ``variable`` once; the other checks on it wait."""
    if variable in reported:
        return Verdict(check.name, check.weight, Outcome.BLOCKED, variable)
    reported.add(variable)
    return Verdict(check.name, check.weight, Outcome.FAILED, fault.code, fault.facts)


class _UnusableError(Exception):
    def __init__(self, variable: str, fault: Fault) -> None:
        super().__init__(variable)
        self.variable, self.fault = variable, fault


def _usable(evidence: Evidence) -> Evidence:
    if isinstance(evidence, Missing):
        fault = Fault("missing_variable", variable=evidence.variable)
        raise _UnusableError(evidence.variable, fault)
    if isinstance(evidence, Unfit) and evidence.shown.startswith(TOO_LARGE):
        fault = Fault("too_large", variable=evidence.variable, received=evidence.shown.removeprefix(f"{TOO_LARGE}: "))
        raise _UnusableError(evidence.variable, fault)
    if isinstance(evidence, Unfit):
        facts = {"variable": evidence.variable, "received": evidence.received, "shown": evidence.shown}
        fault = Fault(f"not_{evidence.wanted.lower()}", **facts)
        raise _UnusableError(evidence.variable, fault)
    if isinstance(evidence, Calls) and (nothing := unusable(evidence)):
        raise _UnusableError(evidence.variable, nothing)
    return evidence
