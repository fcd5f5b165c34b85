"""Fills the store before a class hands in: with what the course's own notebooks train."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.running.cells import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from nbformat import NotebookNode

    from autograder.running.fits.service import Fits


@dataclass(frozen=True)
class Warmed:
    """One notebook.

    Attributes:
        path: of the notebook.
        trained: trainings that were added to the store.
        errors: the exceptions of its cells, one line each; a source has none.
    """

    path: Path
    trained: int
    errors: tuple[str, ...]


def warm(sources: Iterable[Path], fits: Fits, run: Callable[[NotebookNode], object]) -> Iterator[Warmed]:
    """Runs notebooks with solutions, so that what they train is in the store.

    Args:
        sources: the instructor versions.
        fits: what the notebooks' kernels ask.
        run: runs a notebook in place, exactly as learners' notebooks are run, its kernel connected to ``fits``.

    Yields:
        What each notebook added.
    """
    for path in sources:
        notebook = read(path)
        before = fits.trainers.trained
        run(notebook)
        yield Warmed(path, fits.trainers.trained - before, tuple(_errors(notebook)))


def _errors(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                yield f"{output.ename}: {output.evalue}"
