"""What a benchmark found, as values."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.doors.bench.machine import Cost

if TYPE_CHECKING:
    from autograder.doors.bench.course import Marks

WARM = "autograder warm"
CLASS = "class: autograder grade"
AGAIN = "class again, unchanged"
STOCK = "sample: stock nbgrader"
UNCACHED = "sample: --no-cache"
NEW = "all fits new: autograder"
NEW_STOCK = "all fits new: stock"


@dataclass(frozen=True)
class Phase:
    """One thing that was done.

    Attributes:
        submissions: how many were graded.
        cost: of all of it.
        looked_up: fits that were looked up; None where nobody counted.
        trained: fits that were carried out by the trainer; likewise.
    """

    submissions: int
    cost: Cost
    looked_up: int | None = None
    trained: int | None = None

    @property
    def seconds_each(self) -> float:
        """Wall time per submission."""
        return self.cost.seconds / max(self.submissions, 1)

    @property
    def processor_seconds_each(self) -> float:
        """Processor time per submission, of the whole machine."""
        return self.cost.processor_seconds / max(self.submissions, 1)


@dataclass(frozen=True)
class Sampled:
    """A learner whom both graders graded.

    Attributes:
        learner: nbgrader's id.
        kind: of the notebook.
        case: the answer that it was made from.
        language: of the notebook.
        stock: what stock nbgrader cost.
        ours: marks by ``autograder grade``.
        theirs: marks by stock nbgrader.
        uncached: marks by ``autograder grade --no-cache``; None where that was not asked for.
    """

    learner: str
    kind: str
    case: str
    language: str
    stock: Cost
    ours: Marks
    theirs: Marks
    uncached: Marks | None = None

    def differences(self) -> list[str]:
        """A sentence for each question whose marks are not the same."""
        who = f"{self.learner} ({self.kind}, {self.case})"
        if not self.ours:
            return [f"{who} has no marks by autograder grade"]
        found = []
        for whose, marks in {"by stock nbgrader": self.theirs, "with --no-cache": self.uncached}.items():
            if marks == {}:
                found.append(f"{who} has no marks {whose}")
            elif marks:
                found += [
                    f"{who}: {question} has {_mark(self.ours, question)} by autograder grade "
                    f"and {_mark(marks, question)} {whose}"
                    for question in sorted(self.ours.keys() | marks.keys())
                    if self.ours.get(question, "absent") != marks.get(question, "absent")
                ]
        return found


@dataclass(frozen=True)
class Figures:
    """All of it.

    Attributes:
        machine: the machine, by what.
        settings: of the run, by option.
        kinds: how many learners of each kind.
        phases: what was done, by its name above.
        sampled: whom both graded.
        lost: why a submission of the class has no mark, by learner.
    """

    machine: dict[str, str]
    settings: dict[str, str]
    kinds: dict[str, int]
    phases: dict[str, Phase] = field(default_factory=dict)
    sampled: list[Sampled] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)

    def differences(self) -> list[str]:
        """A sentence for each mark that is not the same."""
        return [line for sampled in self.sampled for line in sampled.differences()]

    def ratios(self) -> dict[str, tuple[float, float]]:
        """By whose, how often our time per submission goes into stock nbgrader's: wall time, processor time."""
        pairs = {"the class": (STOCK, CLASS), "every fit new": (NEW_STOCK, NEW)}
        return {
            name: (
                self.phases[theirs].seconds_each / self.phases[ours].seconds_each,
                self.phases[theirs].processor_seconds_each / self.phases[ours].processor_seconds_each,
            )
            for name, (theirs, ours) in pairs.items()
            if {theirs, ours} <= self.phases.keys()
        }

    def as_json(self) -> dict[str, Any]:
        """Raw figures, and what follows from them."""
        return {**asdict(self), "ratios": self.ratios(), "differences": self.differences()}


def _mark(marks: Marks, question: str) -> str:
    mark = marks.get(question)
    return "no mark" if mark is None else f"{mark:g}"
