"""Worker processes of this machine. One that a submission kills costs that submission a retry, and nobody else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from autograder.running.classroom.perform import perform
from autograder.running.kernels.shared import borrow, lend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from autograder.running.kernels.opening import Opening
    from autograder.running.kernels.shared import Loan

TRIES = 3
"""How often a submission is tried whose worker dies."""
_END_SECONDS = 5
_spawn = multiprocessing.get_context("spawn")


class StoppedError(Exception):
    """The crew was told to stop."""


class WorkerKilledError(Exception):
    """A submission's workers died; the message is one sentence."""

    def __init__(self) -> None:
        super().__init__(f"{TRIES} workers died while they ran it: it is set aside")


@dataclass(frozen=True)
class Activity:
    """What one worker does now: whose submission, for how many seconds, at which cell of how many."""

    learner: str
    seconds: float
    cell: int = 0
    cells: int = 0


class Crew(Protocol):
    """Those who run submissions."""

    workers: int

    def run(self, learner: str, submission: bytes) -> bytes:
        """Runs a submission as ``perform`` does; called from several threads at once.

        Raises:
            GraderBrokenError: our own failure.
            WorkerKilledError: it kills those who run it.
            StoppedError: the crew was told to stop.
        """

    def activities(self) -> list[Activity]:
        """What is done now."""

    def stop(self) -> None:
        """Ends all workers at once, whatever they do."""


class LocalCrew:
    """Processes of this machine, each of which runs one submission at a time."""

    def __init__(
        self,
        workers: int,
        scratch: str,
        task: Callable[..., bytes] = perform,
        openings: Sequence[Opening] | None = None,
    ) -> None:
        """Has no workers yet: each starts when it is first needed.

        Args:
            workers: how many there are.
            scratch: a folder for what they leave behind when they are killed.
            task: what they do.
            openings: what many submissions begin with, to be run once. Their kernels are forked from processes of this
                one's then; None: each worker has its own for that.
        """
        self.workers = workers
        self._new_seat = lambda: _Seat(task, scratch, list if openings is None else partial(lend, openings))
        self._others = {process.pid for process in multiprocessing.active_children()}
        self._starting = threading.Lock()
        self._stopped = False
        self._seats = [self._new_seat() for _ in range(workers)]
        self._free: SimpleQueue[_Seat] = SimpleQueue()
        self._spare: SimpleQueue[_Seat | None] = SimpleQueue()
        self._spare.put(None)  # it starts when it is first needed
        self._too_many = False
        for seat in self._seats:
            self._free.put(seat)

    def run(self, learner: str, submission: bytes) -> bytes:
        """See ``Crew.run``."""
        seat = self._free.get()
        try:
            for _ in range(TRIES):
                with suppress(BrokenProcessPool):
                    with self._starting:
                        if self._stopped:
                            raise StoppedError
                        future = seat.start(learner, submission)
                    return future.result()
                seat.pool = None
            if self._stopped:
                raise StoppedError
            raise WorkerKilledError
        finally:
            seat.learner = ""
            with self._starting:
                too_many, self._too_many = self._too_many, False
            (self._spare if too_many else self._free).put(seat)

    @contextmanager
    def one_waits(self) -> Iterator[None]:
        """While the block runs, a submission under way only waits: one more may be run, but never two."""
        try:
            spare = self._spare.get_nowait()
        except Empty:
            yield
            return
        if spare is None:
            spare = self._new_seat()
            self._seats.append(spare)
        self._free.put(spare)
        try:
            yield
        finally:
            with self._starting:
                self._too_many = True  # whichever is free next is the spare one

    def activities(self) -> list[Activity]:
        """See ``Crew.activities``."""
        now = time.monotonic()
        return [Activity(seat.learner, now - seat.since, *seat.cells) for seat in self._seats if seat.learner]

    def stop(self) -> None:
        """See ``Crew.stop``."""
        with self._starting:
            self._stopped = True
        ours = [process for process in multiprocessing.active_children() if process.pid not in self._others]
        for process in ours:
            process.kill()
        for process in ours:
            process.join(_END_SECONDS)


class _Seat:
    """One worker process after another: a pool of one, so that it is known what a worker that died was doing."""

    def __init__(self, task: Callable[..., bytes], scratch: str, lend: Callable[[], list[Loan]]) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self.learner, self.since = "", 0.0
        self.cells = _spawn.Array("i", 2, lock=False)
        self._task, self._scratch, self._lend = task, scratch, lend

    def start(self, learner: str, submission: bytes) -> Future[bytes]:
        self.since, self.learner = time.monotonic(), learner
        self.cells[:] = [0, 0]
        if self.pool is None:
            self.pool = ProcessPoolExecutor(1, _spawn, _begin, (self.cells, self._scratch, self._lend()))
        return self.pool.submit(_perform, self._task, submission)


_cells: Any = [0, 0]


def _begin(cells: Any, scratch: str, loans: list[Loan]) -> None:
    """A worker's first act."""
    global _cells  # noqa: PLW0603 - a process pool has no other place for what its worker was given
    _cells = cells
    borrow(loans)
    tempfile.tempdir = scratch
    # Ctrl-C at the terminal is for whoever started this. It is not ignored: kernels would inherit that.
    signal.signal(signal.SIGINT, lambda *_: None)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_the_client, daemon=True).start()


def _end_with_the_client() -> None:
    """Ends this process, and with it the kernel it runs, when whoever started it was killed."""
    client = multiprocessing.parent_process()
    if client is not None:
        client.join()
        os._exit(1)


def _perform(task: Callable[..., bytes], submission: bytes) -> bytes:
    def on_cell(number: int, count: int) -> None:
        _cells[:] = [number, count]

    return task(submission, on_cell)
