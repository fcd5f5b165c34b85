"""``autograder bench``: how fast a class is graded."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.doors.commands.terminal import FAILED, INTERRUPTED, UNUSABLE, console, errors, stop

if TYPE_CHECKING:
    from rich.progress import TaskID


def bench(  # noqa: PLR0913 - each is one thing that a measurement depends on
    course: Annotated[
        Path, typer.Argument(help="A checkout of this course, which holds source/, release/ and tests/golden/.")
    ] = Path(),
    *,
    assignment: Annotated[str, typer.Option(help="The assignment.")] = "optimizers",
    learners: Annotated[int, typer.Option(min=1, help="How many hand in.")] = 50,
    sample: Annotated[
        int, typer.Option(min=1, help="How many of them stock nbgrader grades, too. Four or more say something.")
    ] = 4,
    workers: Annotated[
        int, typer.Option("--workers", "-n", min=1, help="As in `autograder grade`.", show_default="processors")
    ] = os.cpu_count() or 1,
    seed: Annotated[int, typer.Option(help="The same seed makes the same class and draws the same sample.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Write bench.md, bench.json and bench.svg there.", show_default=False)
    ] = None,
    check_cache: Annotated[
        bool, typer.Option(help="Also grade the sample with --no-cache, and compare. It trains for real.")
    ] = True,
) -> None:
    """Measure how fast a class is graded here, by `autograder grade` and by stock nbgrader, and compare the marks.

    Makes a class in a scratch folder: mostly right answers in several styles, typical mistakes, networks that nobody
    else has, crashes, endless loops. Grades all of it with `autograder grade`, feedback included, and a random sample
    of it with nbgrader as it is, without this package's configuration, one learner at a time, as nbgrader does. Crashes
    and endless loops are not drawn: nbgrader loses the first, and spends only its time limit on the second. Both give
    a cell 30 s, nbgrader's own default.

    Processor time and memory are those of the whole machine, so run this on an idle one. Stock nbgrader takes minutes
    for each submission of the sample. Exits 1 when a mark is not the same by both, or somebody could not be graded.
    """
    from autograder.doors.bench.machine import ProgramError
    from autograder.doors.bench.measure import Plan, measure
    from autograder.doors.bench.mixture import CollectionError
    from autograder.doors.bench.report import summary, table, write
    from autograder.exercises import NAMES

    if assignment not in NAMES:
        stop(f"There is no assignment {assignment}: use one of {', '.join(NAMES)}.", UNUSABLE)
    warnings.filterwarnings("ignore", module="nbgrader")  # SQLAlchemy's, about how nbgrader uses it
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    plan = Plan(course.resolve(), assignment, learners, sample, workers, seed, check_cache)
    try:
        # What a killed grader was about to write may come while the folder is removed.
        with (
            TemporaryDirectory(prefix="autograder-bench-", ignore_cleanup_errors=True) as scratch,
            _Display() as display,
        ):
            figures = measure(plan, Path(scratch), display.show)
    except (CollectionError, ProgramError) as error:
        stop(str(error), UNUSABLE)
    except KeyboardInterrupt:
        stop("Stopped; the scratch folder is removed.", INTERRUPTED)
    figures.settings.update(
        {
            "assignment": assignment,
            "seed": str(seed),
            "workers": str(workers),
            "command": shlex.join(["autograder", *sys.argv[1:]]),
        }
    )
    console.print(table(figures))
    for line in summary(figures):
        console.print(line, markup=False, highlight=False)
    if out:
        write(figures, out)
        console.print(f"Written: {out}/bench.md, bench.json, bench.svg", markup=False, highlight=False, soft_wrap=True)
    if figures.differences() or figures.lost:
        raise typer.Exit(FAILED)


class _Display(Progress):
    """A line for each thing that is done, with how many of how many."""

    def __init__(self) -> None:
        super().__init__(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=errors
        )
        self._lines: dict[str, TaskID] = {}

    def show(self, doing: str, done: int, count: int) -> None:
        if doing not in self._lines:
            self._lines[doing] = self.add_task(doing, total=count)
        self.update(self._lines[doing], completed=done)
