"""What judging gives: a verdict for each check, and a report for each question."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from typing import Any


class Outcome(enum.StrEnum):
    """What became of a check."""

    PASSED = "passed"
    FAILED = "failed"  # the answer
    BLOCKED = "blocked"  # something it builds on is missing
    BROKEN = "broken"  # our own failure


@dataclass(frozen=True)
class Verdict:
    """One check's outcome.

    Attributes:
        check: the check's name, which is its claim.
        weight: its share of the question's points, relative to the other checks'.
        outcome: what became of it.
        code: the fault's code, of a FAILED check; what it waits for, of a BLOCKED one; the error, of a BROKEN one.
        facts: the fault's facts.
    """

    check: str
    weight: int
    outcome: Outcome
    code: str = ""
    facts: dict[str, Any] | None = None


@dataclass(frozen=True)
class Report:
    """A question's verdicts and score.

    Attributes:
        question: the question's name.
        points: what it is worth.
        verdicts: one for each check, in the order of the checks.
        crash: code and facts of the exception that stopped the answer's cell, None when none did.
    """

    question: str
    points: float
    verdicts: tuple[Verdict, ...]
    crash: tuple[str, dict[str, Any]] | None = None

    @property
    def score(self) -> float:
        """Points earned: the passed checks' share by weight, rounded to hundredths."""
        total = sum(verdict.weight for verdict in self.verdicts)
        passed = sum(verdict.weight for verdict in self.verdicts if verdict.outcome is Outcome.PASSED)
        return min(max(round(self.points * passed / total, 2), 0.0), float(self.points))

    @property
    def broken(self) -> tuple[str, ...]:
        """What our own failure says, one line for each BROKEN check."""
        return tuple(
            f"{verdict.check}: {verdict.code}" for verdict in self.verdicts if verdict.outcome is Outcome.BROKEN
        )

    def as_json(self) -> dict[str, Any]:
        """The report as JSON, with its score."""
        return {**asdict(self), "crash": list(self.crash) if self.crash else None, "score": self.score}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        """Reads back what ``as_json`` gave."""
        verdicts = tuple(Verdict(**{**item, "outcome": Outcome(item["outcome"])}) for item in data["verdicts"])
        crash = data["crash"]
        return cls(data["question"], data["points"], verdicts, (crash[0], crash[1]) if crash else None)
