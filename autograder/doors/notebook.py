"""The notebook door: ``check``, ``hint`` and ``progress``, for feedback while a learner works.

The judge sits in the learner's own kernel here, after packing and unpacking the evidence: good enough for feedback, and
the mark that counts is made elsewhere.
"""

from __future__ import annotations

import os
import random
import secrets
import sys
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.evidence import wire
from autograder.evidence.collect import collect
from autograder.evidence.watch import WATCH
from autograder.exercises import UnknownQuestionError, assignments, question, texts
from autograder.judging.verdicts import Report
from autograder.reporting import feedback, html, markdown, progress_html, progress_text
from autograder.reporting.feedback import number

if TYPE_CHECKING:
    from collections.abc import Iterator

_reports: dict[str, Report] = {}
_hints_given: dict[str, int] = {}
_assignment: list[str] = []
_language: list[str] = []


class Shown:
    """Something a notebook shows: rich where the front end can, plain otherwise."""

    def __init__(self, plain: str, **rich: str) -> None:
        self._plain, self._rich = plain, rich

    def __repr__(self) -> str:
        return self._plain

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self._plain, **{f"text/{kind}": text for kind, text in self._rich.items()}}


class Points(Shown):
    """A question's feedback. Its plain text is the score alone, which is what nbgrader reads as a partial grade."""

    def __init__(self, report: Report, language: str) -> None:
        words = feedback(report, language)
        super().__init__(repr(report.score), html=html(words), markdown=markdown(words))
        self.report = report

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(), "application/vnd.autograder.report+json": self.report.as_json()}


def language(name: str | None = None) -> str:
    """Sets the language of the feedback (``ko`` or ``en``) and returns the one in force."""
    if name is not None:
        if name not in texts.LANGUAGES:
            message = f"language {name!r} is not one of {', '.join(texts.LANGUAGES)}"
            raise ValueError(message)
        _language[:] = [name]
    chosen = (_language or [os.environ.get("AUTOGRADER_LANGUAGE") or os.environ.get("LANG", "")])[0]
    return "en" if chosen.startswith("en") else "ko"


def check(name: str) -> Shown:
    """Checks one question and shows the feedback; the value's plain text is the score."""
    try:
        asked = question(name)
    except UnknownQuestionError as error:
        # Anything but a number would score full marks in a grade cell.
        return Shown("0.0", markdown=f"{texts.label('unknown_question', language())} ({error})")
    _assignment[:] = [asked.assignment]
    if asked.by_hand:
        return Shown(texts.label("by_hand", language()))
    seed = secrets.randbits(64)
    with _silence(), _undisturbed_random_state():
        request = asked.request(seed)
        bundle = wire.unpack(wire.pack_bundle(collect(request, _namespace()), request))
        report = asked.judge(bundle, seed)
    _reports[name] = report
    return Points(report, language())


def hint(name: str) -> Shown:
    """Shows the question's next hint, from general to specific."""
    try:
        hints = texts.hints(question(name).name, language())
    except UnknownQuestionError as error:
        return Shown(str(error), markdown=f"{texts.label('unknown_question', language())} ({error})")
    given = _hints_given.get(name, 0)
    _hints_given[name] = min(given + 1, len(hints))
    if given >= len(hints):
        plain = texts.label("no_more_hints", language())
    else:
        plain = f"{texts.label('hint', language())} {given + 1}/{len(hints)}: {hints[given]}"
    return Shown(plain, markdown=plain)


def progress() -> Shown:
    """Shows the whole notebook's questions and what the last check of each gave."""
    current = assignments()[_assignment[0]] if _assignment else None
    labels = texts.common(language())["labels"]
    if current is None:
        return Shown(labels["not_checked_yet"])
    rows, earned = [], 0.0
    for asked in current.questions.values():
        report = _reports.get(asked.name)
        earned += report.score if report else 0.0
        score = f"{number(report.score) if report else '–'} / {asked.points}"
        rows.append((texts.title(asked.name, language()), score, _state(asked.by_hand, report)))
    total = f"{number(earned)} / {sum(asked.points for asked in current.questions.values())}"
    return Shown(progress_text(rows, total, labels), html=progress_html(rows, total, labels))


def _state(by_hand: bool, report: Report | None) -> str:  # noqa: FBT001 - one of two facts that make the state
    if by_hand:
        return texts.label("by_hand", language())
    if report is None:
        return texts.label("not_checked_yet", language())
    return "✓" if report.score == report.points else "✗"


def _namespace() -> dict[str, Any]:
    shell = _shell()
    return shell.user_ns if shell is not None else vars(sys.modules["__main__"])


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


@contextmanager
def _silence() -> Iterator[None]:
    """Swallows what native code writes to file descriptors 1 and 2: one byte on stderr makes nbgrader score 0."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    streams = sys.stdout, sys.stderr
    with TemporaryFile("w+", encoding="utf-8") as sink:
        try:
            os.dup2(sink.fileno(), 1)
            os.dup2(sink.fileno(), 2)
            sys.stdout = sys.stderr = sink
            yield
        finally:
            sys.stdout, sys.stderr = streams
            os.dup2(kept[0], 1)
            os.dup2(kept[1], 2)
            os.close(kept[0])
            os.close(kept[1])


@contextmanager
def _undisturbed_random_state() -> Iterator[None]:
    """A check leaves the learner's random numbers as they were."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the state the learner's code uses
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002 - as above


WATCH.start(_shell())
