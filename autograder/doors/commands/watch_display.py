"""What a learner sees while a notebook is watched."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.control import Control
from rich.live import Live
from rich.text import Text

from autograder.exercises import texts
from autograder.judging.verdicts import Outcome
from autograder.reporting import feedback, text
from autograder.reporting.feedback import SYMBOLS, number
from autograder.running.watching import Answered, Began, Ended, Problem, Running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from rich.console import Console

    from autograder.exercises.model import Question
    from autograder.judging.verdicts import Report
    from autograder.running.watching import Event

_PATIENCE_SECONDS = 1.0  # what runs no longer than this needs no line that says so


class WatchDisplay:
    """In a terminal one screen, written anew at each answer; in a pipe one answer after the other."""

    def __init__(self, console: Console, name: str, language: str) -> None:
        """``name``: the file's; ``language``: empty for the notebook's own."""
        self._console, self._name, self._chosen, self._language = console, name, language, language
        self._questions: list[Question] = []
        self._reports: dict[str, Report] = {}
        self._before: dict[str, Report] = {}
        self._told: set[str] = set()
        self._began, self._status = time.monotonic(), ""
        self._live = Live(console=console, get_renderable=self._line_below, transient=True, refresh_per_second=2)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def note(self, event: Event) -> None:
        """Shows what is new."""
        if isinstance(event, Began):
            self._questions, self._language = event.trial.questions, self._chosen or event.trial.language
            self._before, self._told = dict(self._reports), set()
            self._began = time.monotonic()
        elif isinstance(event, Running):
            self._status = f"{texts.label('running_cell', self._language)} {event.number}/{event.count}"
        elif isinstance(event, Answered):
            self._reports[event.report.question] = event.report
            if not event.anew:
                self._told.add(event.report.question)
            self._show({event.report.question})
        elif isinstance(event, Ended):
            self._reports, self._began = dict(event.reports), 0.0
            self._show(event.reports.keys() - self._told, total=True)
        elif isinstance(event, Problem):
            self._began = 0.0 if event.ours else self._began  # what runs goes on when a file cannot be read
            ours = f"{texts.label('broken_note', self._language)} " if event.ours else ""
            self._console.print(Text(f"{time.strftime('%X')}  {ours}{event.message}.", "bold"), soft_wrap=True)

    def _show(self, new: set[str], *, total: bool = False) -> None:
        """The whole screen; in a pipe, only what is new."""
        screen, detailed, shown = self._console.is_terminal, self._detailed(), Text()
        if screen:
            shown.append(f"{time.strftime('%X')}  {self._name}\n", "bold")
        for question in self._questions:
            if screen or question.name in new:
                head, *rest = self._lines(question)
                shown.append("\n".join([head, *(rest if question.name in detailed else []), ""]))
        if screen or total:
            earned = sum(report.score for report in self._reports.values())
            points = sum(question.points for question in self._questions)
            shown.append(f"{texts.label('total', self._language)}: {number(earned)} / {number(points)}\n", "bold")
        clear = [Control.clear(), Control.home()] if screen else []
        self._console.print(*clear, shown, sep="", end="", soft_wrap=True)

    def _detailed(self) -> set[str]:
        """The questions whose feedback is shown: those that the save has changed, and one to go on with."""
        changed = {name for name in self._told if self._before and self._reports[name] != self._before.get(name)}
        wrong = [name for name, report in self._reports.items() if report.score < report.points]
        return changed if changed & {*wrong} else changed | {*wrong[:1]}

    def _lines(self, question: Question) -> Iterator[str]:
        report = self._reports.get(question.name)
        if report is None:
            yield f"… {texts.title(question.name, self._language)}"
            return
        head, *rest = text(feedback(report, self._language), brief=True).splitlines()
        yield f"{_mark(report)} {head}"
        yield from rest

    def _line_below(self) -> Text:
        if not self._began:
            return Text(texts.label("waiting_for_save", self._language), style="dim")
        return Text(self._status if time.monotonic() - self._began > _PATIENCE_SECONDS else "", style="dim")


def _mark(report: Report) -> str:
    """As a check's, for the whole question: what waits for another one is not wrong."""
    if report.score == report.points:
        return SYMBOLS[Outcome.PASSED]
    wrong = report.crash or any(verdict.outcome is Outcome.FAILED for verdict in report.verdicts)
    return SYMBOLS[Outcome.FAILED if wrong else Outcome.BLOCKED]
