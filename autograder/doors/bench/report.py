"""A benchmark's figures for people: a table on the terminal, Markdown, a plot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.table import Table

from autograder.doors.bench.plot import draw

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from autograder.doors.bench.course import Marks
    from autograder.doors.bench.figures import Figures

_HEAD = ("", "graded", "s", "s each", "CPU s", "CPU s each", "GiB", "looked up", "trained")
_BOTH = (
    *("learner", "notebook", "answer", "language", "s, stock", "CPU s, stock"),
    *("mark", "mark, stock", "mark, --no-cache", "marks by question"),
)
_NOTE = """\
- s, CPU s, GiB: wall time; processor time of the whole machine; how far the whole machine's available memory fell.
- looked up, trained: trainings and evaluations that `autograder grade` found in the store, and that it added.
- autograder warm: the trainings of source/, carried out once before the class; not counted.
- class: everybody, `--workers` notebooks at a time, feedback included.
- sample: drawn from the class by the seed; stock nbgrader grades one learner at a time. Crashes and endless loops are
  in the class and not in the sample, because nbgrader loses the first, and spends only its time limit on the second.
- all fits new: one submission whose trainings begin with random numbers of their own, so that none is in the store.
  The evaluation of a training that was just added counts as looked up."""


def rows(figures: Figures) -> list[tuple[str, ...]]:
    """What was done, a row each."""
    found: list[tuple[str, ...]] = []
    for name, phase in figures.phases.items():
        each = (f"{phase.seconds_each:.2f}", f"{phase.processor_seconds_each:.2f}") if phase.submissions else ("–", "–")
        found.append(
            (
                name,
                str(phase.submissions or "–"),
                f"{phase.cost.seconds:.1f}",
                each[0],
                f"{phase.cost.processor_seconds:.1f}",
                each[1],
                f"{phase.cost.memory_bytes / 2**30:.2f}",
                "–" if phase.looked_up is None else str(phase.looked_up),
                "–" if phase.trained is None else str(phase.trained),
            )
        )
    return found


def summary(figures: Figures) -> list[str]:
    """What follows, a sentence each."""
    said = [
        f"Stock nbgrader takes {wall:.1f} times as long per submission, and {processor:.1f} times the processor time "
        f"({name})."
        for name, (wall, processor) in figures.ratios().items()
    ]
    marks = sum(len(item.ours) for item in figures.sampled)
    whose = f"{marks} marks of {len(figures.sampled)} learners"
    checked = [item.uncached for item in figures.sampled if item.uncached is not None]
    differences = figures.differences()
    if differences:
        said.append(f"Not identical, of {whose} compared:")
        said += differences
    else:
        said.append(f"{whose} are identical by stock nbgrader and by autograder grade.")
        if checked:
            said.append(f"{sum(map(len, checked))} marks of {len(checked)} learners are identical with --no-cache.")
    said += [f"{learner} is not graded: {reason}" for learner, reason in figures.lost.items()]
    return said


def table(figures: Figures) -> Table:
    """What was done, for the terminal."""
    found = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for number, head in enumerate(_HEAD):
        found.add_column(head.replace(" ", "\n"), justify="right" if number else "left", no_wrap=bool(number))
    for row in rows(figures):
        found.add_row(*row)
    return found


def markdown(figures: Figures) -> str:
    """All figures."""
    sampled: list[tuple[str, ...]] = [
        (
            item.learner,
            item.kind,
            item.case,
            item.language,
            f"{item.stock.seconds:.1f}",
            f"{item.stock.processor_seconds:.1f}",
            _total(item.ours),
            _total(item.theirs),
            "–" if item.uncached is None else _total(item.uncached),
            "differ" if item.differences() else "identical",
        )
        for item in figures.sampled
    ]
    parts = [
        "# How fast a class is graded",
        "\n".join(f"- {line}" for line in summary(figures)),
        _grid(_HEAD, rows(figures), numbers=True),
        _NOTE,
        "## Learners whom both graded",
        _grid(_BOTH, sampled),
        "## The class",
        _grid(("notebook", "learners"), [(kind, str(count)) for kind, count in figures.kinds.items()]),
        "## The run",
        _grid(("", ""), [*figures.settings.items(), *figures.machine.items()]),
    ]
    return "\n\n".join(parts) + "\n"


def write(figures: Figures, folder: Path) -> None:
    """Writes ``bench.md``, ``bench.json`` and ``bench.svg``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.md").write_text(markdown(figures), encoding="utf-8")
    raw = json.dumps(figures.as_json(), ensure_ascii=False, indent=1)
    (folder / "bench.json").write_text(raw + "\n", encoding="utf-8")
    draw(figures, folder / "bench.svg")


def _grid(head: tuple[str, ...], lines: Iterable[tuple[str, ...]], *, numbers: bool = False) -> str:
    """``numbers`` stand on the right, but for the first column."""
    rule = tuple("---:" if numbers and column else "---" for column in range(len(head)))
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, rule, *lines))


def _total(marks: Marks) -> str:
    return f"{sum(mark or 0.0 for mark in marks.values()):g}"
