"""A report in words: everything the templates need, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.exercises import question, texts
from autograder.judging.verdicts import Outcome

if TYPE_CHECKING:
    from autograder.judging.verdicts import Report, Verdict

SYMBOLS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.BLOCKED: "…", Outcome.BROKEN: "!"}
"""Outcomes stay apart without colour."""


@dataclass(frozen=True)
class Line:
    """One check in words.

    Attributes:
        check: the check's name.
        outcome: what became of it, as a word for style sheets.
        symbol: the same as one character.
        state: the same in the learner's language.
        claim: what should hold.
        fault: ``what``, ``expected``, ``received`` and ``next`` of a failed check, else None.
        note: what a check waits for, or that our own machinery failed; else empty.
    """

    check: str
    outcome: str
    symbol: str
    state: str
    claim: str
    fault: dict[str, str] | None
    note: str


@dataclass(frozen=True)
class Feedback:
    """One question in words."""

    question: str
    title: str
    language: str
    score: str
    points: str
    complete: bool
    unconfined: bool
    crash: dict[str, str] | None
    lines: tuple[Line, ...]
    labels: dict[str, str]


def number(value: float) -> str:
    """Points without needless zeros."""
    return f"{value:g}"


def feedback(report: Report, language: str) -> Feedback:
    """Puts a report into words."""
    name = report.question
    crash = texts.fault(name, *report.crash, language) if report.crash else None
    return Feedback(
        question=name,
        title=texts.title(name, language),
        language=language,
        score=number(report.score),
        points=number(report.points),
        complete=report.score == report.points,
        unconfined=report.unconfined,
        crash=crash,
        lines=tuple(_line(name, verdict, language) for verdict in report.verdicts),
        labels=texts.common(language)["labels"],
    )


def _line(name: str, verdict: Verdict, language: str) -> Line:
    failed = verdict.outcome is Outcome.FAILED
    return Line(
        check=verdict.check,
        outcome=str(verdict.outcome),
        symbol=SYMBOLS[verdict.outcome],
        state=texts.label(str(verdict.outcome), language),
        claim=texts.claim(name, verdict.check, language),
        fault=texts.fault(name, verdict.code, verdict.facts or {}, language) if failed else None,
        note=_note(name, verdict, language),
    )


def _note(name: str, verdict: Verdict, language: str) -> str:
    if verdict.outcome is Outcome.BROKEN:
        return f"{texts.label('broken_note', language)} ({verdict.code})"
    if verdict.outcome is not Outcome.BLOCKED:
        return ""
    checks = {check.name for check in question(name).checks}
    waits_for = texts.claim(name, verdict.code, language) if verdict.code in checks else f"`{verdict.code}`"
    return f"{texts.label('waits_for', language)}: {waits_for}"
