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
        unconfined: whether the notebook was graded without walls around it; then the report says so.
    """

    question: str
    points: float
    verdicts: tuple[Verdict, ...]
    crash: tuple[str, dict[str, Any]] | None = None
    unconfined: bool = False

    @property
    def score(self) -> float:
        """Points earned: the passed checks' share by weight, rounded to hundredths.

        Checks that failed themselves, and those that wait for them, count neither for nor against anybody.
        """
        failed_themselves: set[str] = set()
        total = passed = 0
        for verdict in self.verdicts:
            waits = verdict.outcome is Outcome.BLOCKED and verdict.code in failed_themselves
            if waits or verdict.outcome is Outcome.BROKEN:
                failed_themselves.add(verdict.check)
                continue
            total += verdict.weight
            passed += verdict.weight if verdict.outcome is Outcome.PASSED else 0
        share = passed / total if total else 1.0
        return min(max(round(self.points * share, 2), 0.0), float(self.points))

    @property
    def broken(self) -> tuple[str, ...]:
        """What our own failure says, one line for each BROKEN check."""
        return tuple(
            f"{verdict.check}: {verdict.code}" for verdict in self.verdicts if verdict.outcome is Outcome.BROKEN
        )

    def as_json(self) -> dict[str, Any]:
        """The report as JSON, with its score."""
        data = {**asdict(self), "crash": list(self.crash) if self.crash else None, "score": self.score}
        if not self.unconfined:
            del data["unconfined"]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        """Reads back what ``as_json`` gave."""
        verdicts = tuple(Verdict(**{**item, "outcome": Outcome(item["outcome"])}) for item in data["verdicts"])
        crash = data["crash"]
        unconfined = data.get("unconfined", False)
        return cls(data["question"], data["points"], verdicts, (crash[0], crash[1]) if crash else None, unconfined)
