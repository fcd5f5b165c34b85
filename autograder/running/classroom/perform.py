"""Runs a submission, bytes to bytes: what a worker does, be it a process of this machine or of another."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from autograder.running.classroom.kept import pack
from autograder.running.classroom.submission import Submission
from autograder.running.fits.service import fits_of
from autograder.running.judged import run_and_ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.running.fits.service import Line


def perform(submission: bytes, on_cell: Callable[[int, int], None] | None = None, fits: Line | None = None) -> bytes:
    """Runs a packed submission and returns what is kept of the run: see ``kept.pack``.

    Args:
        submission: what ``Submission.pack`` gave.
        on_cell: called with a cell's number and the number of cells before each runs.
        fits: where trainings are looked up; None: they are all carried out.

    Raises:
        GraderBrokenError: our own failure.
    """
    return run(Submission.unpack(submission), on_cell, fits)


def perform_elsewhere(submission: bytes, on_cell: Callable[[int, int], None] | None = None) -> bytes:
    """The same on a machine that shares nothing: trainings are looked up in a store of its own."""
    return perform(submission, on_cell, fits_of(user_cache_path("autograder")))


def run(submission: Submission, on_cell: Callable[[int, int], None] | None = None, fits: Line | None = None) -> bytes:
    """Runs a submission; otherwise like ``perform``."""
    with TemporaryDirectory(prefix="submission-") as scratch:
        for name, content in submission.files.items():
            place = Path(scratch, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        done = run_and_ask(
            deepcopy(submission.notebook),
            submission.seeds,
            files=Path(scratch),
            limits=submission.limits,
            confined=submission.confined,
            on_cell=on_cell,
            fits=fits,
        )
    return pack(done, submission.seeds)
