"""A kernel in which a notebook runs cell by cell.

Check cells are not run: the collector runs in their place. Between two cells another notebook can be put in the first
one's place, if all that has run is the same in both: what follows is then what a run from the top would give.
"""

from __future__ import annotations

import os
import time
from base64 import b64encode
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_output

from autograder.evidence import wire
from autograder.running.broken import GraderBrokenError
from autograder.running.confinement.installation import policy
from autograder.running.confinement.policy import NOTEBOOK_FOLDER
from autograder.running.kernels.client import LearnersClient
from autograder.running.kernels.provisioner import KEPT
from autograder.running.kernels.shared import ahead_of
from autograder.running.taken import Taken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from nbformat import NotebookNode

    from autograder.evidence import Request
    from autograder.running.confinement import Limits
    from autograder.running.fits.service import Line
    from autograder.running.plan import Plan

_PREPARE = """
import sys
sys.path[:] = [place for place in sys.path if place not in ("", {folder!r})] + [""]
import autograder.evidence.collect
import autograder.evidence.watch
autograder.evidence.watch.WATCH.start(get_ipython())
"""
# Every question begins with the same random numbers, in every notebook: same answers then train the same.
_SEED = '\n__import__("autograder.running.fits.randomness", fromlist=["seed"]).seed({question!r})'
# Files beside a notebook can be imported, but do not shadow what is installed.
_COLLECT = '__import__("autograder.evidence.collect", fromlist=["answer"]).answer({request!r}, {place!r}, globals())'
_START_SECONDS = 120
_RESPONSE_SECONDS = 20
_A_YEAR = 365 * 24 * 3_600


class NotebookKernel:
    """Runs a plan, step by step.

    Attributes:
        plan: what is run.
        place: how many cells have begun; those of ``late`` count after the notebook's.
        asked: the questions whose evidence was taken.
        stopped: why the run ended before its last cell; empty when it did not. Why a kernel died is known when it is
            gone.
    """

    def __init__(  # noqa: PLR0913 - each is one thing a door decides
        self,
        plan: Plan,
        *,
        files: Path | None,
        limits: Limits,
        confined: bool,
        fits: Line | None,
        waits: bool = False,
    ) -> None:
        """See ``run_notebook``; ``waits``: the time between steps does not count, however long it is."""
        self.plan, self.place, self.stopped = plan, 0, ""
        self.asked: set[str] = set()
        self._deadline = time.monotonic() + limits.notebook_seconds
        self._files, self._limits, self._confined, self._fits, self._waits = files, limits, confined, fits, waits
        self._taken = Taken(limits)
        self._timed_out = False
        self._client: LearnersClient
        self._answers: FileIO

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The kernel lives inside this context, and nothing of it after.

        Raises:
            GraderBrokenError: no kernel could be started.
        """
        with TemporaryDirectory(prefix="evidence-") as scratch:
            self._folder = NOTEBOOK_FOLDER if self._confined else str((self._files or Path(scratch)).resolve())
            folder = {} if self._confined else {"resources": {"metadata": {"path": str(self._files or scratch)}}}
            self._client = LearnersClient(
                self.plan.notebook, confined=self._confined, output_bytes=self._limits.output_bytes, **folder
            )
            with Path(scratch, "answers").open("w+b", buffering=0) as self._answers, self._started():
                yield
            outcome = self._client.provisioner.outcome()
        if self.stopped == "KernelDied":
            self.stopped = outcome.get("reason") or self.stopped

    @contextmanager
    def _started(self) -> Iterator[None]:
        ready = False
        try:
            with self._walls() as walls, self._client.setup_kernel(**walls):
                code = _PREPARE.format(folder=self._folder) + _SEED.format(question=self.plan.question_from(0))
                prepared = self._client.run_quietly(code, _START_SECONDS)
                ready = prepared is not None and not prepared.outputs
                if ready:
                    self._resting_since = time.monotonic()
                    yield
        except RuntimeError as error:
            if ready:
                raise
            said = self._client.provisioner.outcome().get("error") or str(error)
            message = f"no kernel could be started ({said})"
            raise GraderBrokenError(message) from error
        if not ready:
            message = "the kernel did not start"
            raise GraderBrokenError(message)

    @contextmanager
    def _walls(self) -> Iterator[dict[str, Any]]:
        """What the provisioner is told."""
        if not self._confined:
            yield {}
            return
        limits = replace(self._limits, notebook_seconds=_A_YEAR) if self._waits else self._limits
        with self._fits.line() if self._fits else nullcontext() as line:
            walls = policy(self._files, limits, fits=self._fits.folder if self._fits else None)
            yield {
                "policy": walls,
                "keep": [self._answers.fileno()],
                "fits": line,
                "warm": self.plan.warm,
                "ahead": ahead_of(self.plan.notebook),
            }

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to run."""
        return bool(self.stopped) or self.place >= len(self.plan.notebook.cells) + len(self.plan.late)

    @property
    def alive(self) -> bool:
        """Whether the kernel lives."""
        return self._client.alive

    def end(self) -> None:
        """Ends the kernel at once, also while another thread waits for a cell."""
        self.stopped = "KernelDied"
        self._client.provisioner.end()

    def put_in(self, plan: Plan) -> None:
        """Goes on with another plan, which must begin like this one up to here."""
        for old, new in zip(self.plan.notebook.cells[: self.place], plan.notebook.cells, strict=False):
            if new.cell_type == "code":
                new.outputs, new.execution_count = old.outputs, old.execution_count
        self.plan, self._client.nb = plan, plan.notebook

    def step(self) -> str:
        """Runs the next cell; gives the question whose evidence was taken, or nothing."""
        if self._waits:
            self._deadline += time.monotonic() - self._resting_since
        try:
            return self._step()
        finally:
            self._resting_since = time.monotonic()

    def _step(self) -> str:
        index, cells = self.place, self.plan.notebook.cells
        self.place += 1
        if index >= len(cells):
            return self._collect(self.plan.late[index - len(cells)])
        if index in self.plan.requests:
            cells[index].outputs = []
            return self._collect(self.plan.requests[index])
        if cells[index].cell_type == "code":
            self._execute(cells[index], index)
        return ""

    def packed(self, question: str) -> bytes:
        """What was taken for a question, as a packed bundle; once it was, or the kernel is gone."""
        return self._taken.packed(self.plan.asked[question], self.stopped)

    def _execute(self, cell: NotebookNode, index: int) -> None:
        said = self._client.run(cell, index, self._seconds_left)
        if not said:
            return
        if said == "CellTimeout":
            self._timed_out = True
            if time.monotonic() >= self._deadline:
                said = self.stopped = "NotebookTimeout"
            elif not self._client.run_quietly("pass", _RESPONSE_SECONDS):
                self.stopped = "KernelDied"
        else:
            self.stopped = said
        cell.outputs.append(new_output("error", ename=said, evalue="", traceback=[said]))

    def _seconds_left(self) -> float:
        return min(self._limits.cell_seconds, self._deadline - time.monotonic())

    def _collect(self, request: Request) -> str:
        """Takes evidence; the random numbers of the question that follows begin."""
        if self._timed_out:
            self._taken.stopped(request.question, "CellTimeout")
            self._timed_out = False
        number = self._answers.fileno()
        os.truncate(number, 0)
        place = KEPT if self._confined else str(self._answers.name)
        code = _COLLECT.format(request=b64encode(wire.pack(request)).decode(), place=place)
        code += _SEED.format(question=self.plan.question_from(self.place))
        cell = self._client.run_quietly(code, self._seconds_left())
        if cell is not None:
            # One byte more than allowed, so that the wire format says what is wrong with it.
            data = os.pread(number, wire.MAX_BYTES + 1, 0)
            self._taken.handed_over(request.question, data, cell.outputs)
        elif not self._client.run_quietly("pass", _RESPONSE_SECONDS):
            self.stopped = "KernelDied"
        else:
            self._taken.stopped(request.question, "CellTimeout")
        if self.stopped:
            return ""
        self.asked.add(request.question)
        return request.question
