"""From a notebook to its reports: the one way on which every door that gives marks goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autograder.exercises import questions
from autograder.running.cells import check_cells
from autograder.running.confinement.offers import require
from autograder.running.judge_process import shared_judge
from autograder.running.notebook_run import Run, run_notebook
from autograder.running.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from nbformat import NotebookNode

    from autograder.judging.verdicts import Report
    from autograder.running.confinement import Limits
    from autograder.running.fits.service import Line
    from autograder.running.judge_process import JudgeProcess


@dataclass(frozen=True)
class Judged:
    """A notebook that has run, with the seeds of its probes and its reports, each by question."""

    run: Run
    seeds: dict[str, int]
    reports: dict[str, Report]


def run_and_judge(  # noqa: PLR0913 - each is one thing a door decides
    notebook: NotebookNode,
    seed: Callable[[str], int],
    *,
    files: Path | None,
    limits: Limits,
    confined: bool = True,
    also: Iterable[str] = (),
    on_cell: Callable[[int, int], None] | None = None,
    fits: Line | None = None,
) -> Judged:
    """Runs a notebook, and when nothing of it is alive any more, judges every question it checks.

    Args:
        notebook: its code cells get their outputs.
        seed: gives each question's seed.
        files: the folder of the files handed in beside the notebook.
        limits: what the notebook may use.
        confined: whether to raise walls.
        also: questions to judge although no cell checks them, after the last cell.
        on_cell: called with a cell's number and the number of cells before each runs.
        fits: where trainings are looked up; None: they are all carried out.

    Raises:
        GraderBrokenError: our own failure; ``CannotConfineError`` where the machine has no walls.
    """
    cells = check_cells(notebook).values()
    seeds = {name: seed(name) for name in (*cells, *(name for name in also if name not in cells))}
    run = run_and_ask(notebook, seeds, files=files, limits=limits, confined=confined, on_cell=on_cell, fits=fits)
    return Judged(run, seeds, judge_again(run.packed, seeds, confined=confined))


def run_and_ask(  # noqa: PLR0913 - each is one thing a door decides
    notebook: NotebookNode,
    seeds: Mapping[str, int],
    *,
    files: Path | None,
    limits: Limits,
    confined: bool = True,
    on_cell: Callable[[int, int], None] | None = None,
    fits: Line | None = None,
) -> Run:
    """Runs a notebook and takes evidence for every question of ``seeds``, without judging it.

    Every question with a check cell is among them; one without is asked after the last cell. The other arguments are
    those of ``run_and_judge``.

    Raises:
        GraderBrokenError: our own failure; ``CannotConfineError`` where the machine has no walls.
    """
    if confined:
        require()
    plan = plan_of(notebook, seeds)
    return run_notebook(
        notebook,
        plan.requests,
        files=files,
        limits=limits,
        confined=confined,
        late=plan.late,
        on_cell=on_cell,
        fits=fits,
    )


def plan_of(notebook: NotebookNode, seeds: Mapping[str, int]) -> Plan:
    """What is asked where: every question of ``seeds`` at its check cell, or after the last cell."""
    cells = check_cells(notebook)
    requests = {name: questions()[name].request(seed) for name, seed in seeds.items()}
    late = tuple(request for name, request in requests.items() if name not in cells.values())
    return Plan(notebook, {index: requests[name] for index, name in cells.items()}, late)


def judge_again(
    packed: Mapping[str, bytes],
    seeds: Mapping[str, int],
    *,
    confined: bool,
    judge: JudgeProcess | None = None,
) -> dict[str, Report]:
    """Judges evidence that was taken earlier, by ``judge`` or else by this process's own.

    Args:
        packed: the evidence by question.
        seeds: of each question's probes.
        confined: whether there were walls around what gave it.
        judge: who judges.

    Raises:
        GraderBrokenError: our own failure.
        WireError: bytes are damaged.
    """
    judge = judge or shared_judge()
    return {
        name: replace(judge.judge(name, item, seeds[name]), unconfined=not confined) for name, item in packed.items()
    }
