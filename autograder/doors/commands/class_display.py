"""What a teacher sees while a class is graded, and when it is."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.doors.nbgrader.grade import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from autograder.doors.nbgrader.grade import Outcome
    from autograder.running.classroom.crew import Crew

_HOURS = 3_600
_MANNERS = {
    State.RUN: "run",
    State.KEPT: "recorded from a run kept earlier",
    State.UNCHANGED: "unchanged",
    State.LOST: "not graded",
}


class ClassDisplay:
    """How many are done, the time left, and what everybody does now."""

    def __init__(self, learners: int, crew: Crew, console: Console) -> None:
        self._crew, self._doing = crew, ""
        self._bar = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(elapsed_when_finished=False),
            speed_estimate_period=_HOURS,
        )
        self._task = self._bar.add_task("", total=learners)
        self._live = Live(console=console, get_renderable=self._render, transient=True, refresh_per_second=4)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def step(self, doing: str) -> None:
        """Notes what the recording process does."""
        self._doing = doing

    def done(self, outcome: Outcome) -> None:
        """Notes that a learner is done."""
        self._bar.advance(self._task)
        if outcome.state is State.LOST:
            self._live.console.print(
                f"{outcome.learner} is not graded: {outcome.reason}", markup=False, highlight=False
            )

    def _render(self) -> Group:
        lines = [
            f"  running {item.learner}: cell {item.cell} of {item.cells or '…'}, {item.seconds:.0f} s"
            for item in self._crew.activities()
        ]
        lines.append(f"  {self._doing}" if self._doing else "")
        return Group(self._bar, *(Text(line, style="dim", overflow="ellipsis", no_wrap=True) for line in lines))


@dataclass(frozen=True)
class Graded:
    """A class that was graded, as far as that went.

    Attributes:
        assignment: its name.
        outcomes: what became of each submission.
        totals: mark and highest mark by learner, as the gradebook has them.
        seconds: how long it took.
        looked_up: trainings and evaluations that were found in the store; None where nobody counts.
        trained: results that were added to it, likewise.
    """

    assignment: str
    outcomes: Sequence[Outcome]
    totals: Mapping[str, tuple[float, float]]
    seconds: float
    looked_up: int | None
    trained: int | None

    def mark(self, outcome: Outcome) -> tuple[float | None, float | None]:
        """A learner's mark and the highest; no mark of before where the submission was lost."""
        mark, most = self.totals.get(outcome.learner, (None, None))
        return (None if outcome.state is State.LOST else mark), most

    def as_json(self) -> str:
        """For machines, in one line."""
        learners = {}
        for outcome in self.outcomes:
            mark, most = self.mark(outcome)
            learners[outcome.learner] = {"mark": mark, "of": most, "state": outcome.state, "reason": outcome.reason}
        fits = {"looked_up": self.looked_up, "trained": self.trained}
        found = {"assignment": self.assignment, "seconds": self.seconds, "learners": learners, "fits": fits}
        return json.dumps(found, ensure_ascii=False) + "\n"


def show_class(console: Console, graded: Graded) -> None:
    """The closing table, and what sums it up."""
    outcomes = sorted(graded.outcomes, key=lambda item: item.learner)
    if not outcomes:
        return
    table = Table("learner", "mark", "of", "", box=None)
    for outcome in outcomes:
        mark, most = graded.mark(outcome)
        lost = outcome.state is State.LOST
        how = f"{_MANNERS[State.LOST]}: {outcome.reason}" if lost else _MANNERS[outcome.state]
        table.add_row(outcome.learner, _number(mark), _number(most), Text(how), style="bold" if lost else "")
    console.print(table)
    counted = Counter(outcome.state for outcome in outcomes)
    parts = [f"{counted[state]} {manner}" for state, manner in _MANNERS.items() if counted[state]]
    minutes, rest = divmod(round(graded.seconds), 60)
    took = f"{minutes} min {rest} s" if minutes else f"{rest} s"
    console.print(f"{len(outcomes)} submissions in {took}: {', '.join(parts)}.", markup=False, highlight=False)
    if graded.looked_up or graded.trained:
        counted_fits = f"Trainings and evaluations: {graded.looked_up} looked up, {graded.trained} new ones kept."
        console.print(counted_fits, markup=False, highlight=False)


def _number(value: Any) -> str:
    return "–" if value is None else f"{value:g}"
