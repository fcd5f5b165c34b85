"""Runs a whole notebook in a kernel and takes evidence at each check cell.

Whatever a notebook does, the run ends within its limits and gives a bundle for each question asked; they are read when
the kernel is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.running.displayed import tame
from autograder.running.notebook_kernel import NotebookKernel
from autograder.running.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbformat import NotebookNode

    from autograder.evidence import Request
    from autograder.running.confinement import Limits
    from autograder.running.fits.service import Line


@dataclass
class Run:
    """What a run gave.

    Attributes:
        notebook: the notebook with the outputs of its cells.
        packed: evidence for each question asked, as bytes: it is read only where it is judged.
        confined: whether there were walls around it.
        stopped: why the run ended before its last cell; empty when it did not.
    """

    notebook: NotebookNode
    packed: dict[str, bytes] = field(default_factory=dict)
    confined: bool = True
    stopped: str = ""


def run_notebook(  # noqa: PLR0913 - each is one thing a door decides
    notebook: NotebookNode,
    requests: Mapping[int, Request],
    *,
    files: Path | None,
    limits: Limits,
    confined: bool,
    late: tuple[Request, ...] = (),
    on_cell: Callable[[int, int], None] | None = None,
    fits: Line | None = None,
) -> Run:
    """Runs ``notebook`` in place.

    Args:
        notebook: its code cells get their outputs.
        requests: what to take at the cell of each index, instead of running it.
        files: the folder of the files handed in beside the notebook; without walls, the kernel's working folder.
        limits: what the notebook may use.
        confined: whether to raise walls.
        late: what to take after the last cell.
        on_cell: called with a cell's number and the number of cells before each runs.
        fits: where trainings are looked up; None: they are all carried out.

    Raises:
        GraderBrokenError: no kernel could be started.
    """
    plan = Plan(notebook, requests, late)
    kernel = NotebookKernel(plan, files=files, limits=limits, confined=confined, fits=fits)
    with kernel.opened():
        while not kernel.ended:
            if on_cell and kernel.place < len(notebook.cells):
                on_cell(kernel.place + 1, len(notebook.cells))
            kernel.step()
    tame(notebook)
    return Run(notebook, {name: kernel.packed(name) for name in plan.asked}, confined, kernel.stopped)
