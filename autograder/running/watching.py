"""Answers after every save of a notebook, from a kernel that has run what the save did not change.

When everything is answered, a fresh kernel runs the notebook from the top and stops before the cell that will probably
change next. There it waits. If a save changes nothing before that place, the run goes on with the new cells, and so is
a run from the top; else another kernel begins at the top. A save in the middle of a run is taken up in the same way.

Probes are drawn for the whole notebook. Questions that a kernel was asked before the save are asked again, with the
probes of the new content, by the kernel that gets ready next; until then the answer they had is shown.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from autograder.running.broken import GraderBrokenError
from autograder.running.cells import NotebookError
from autograder.running.judge_process import shared_judge
from autograder.running.notebook_kernel import NotebookKernel
from autograder.running.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from autograder.judging.verdicts import Report
    from autograder.running.plan import Plan
    from autograder.running.trial import Trial

_LOOK_SECONDS = 1.0  # on some systems Ctrl-C is noticed only between two looks


@dataclass(frozen=True)
class Began:
    """A save is being answered."""

    trial: Trial


@dataclass(frozen=True)
class Running:
    """A cell begins."""

    number: int
    count: int


@dataclass(frozen=True)
class Answered:
    """A question was judged; ``anew``: it had been before, and only other probes were drawn."""

    report: Report
    anew: bool


@dataclass(frozen=True)
class Ended:
    """All questions are answered."""

    reports: dict[str, Report]


@dataclass(frozen=True)
class Ready:
    """A kernel waits for the next save."""


@dataclass(frozen=True)
class Problem:
    """The file cannot be used, or the grader itself failed (``ours``); in one sentence."""

    message: str
    ours: bool


Event = Began | Running | Answered | Ended | Ready | Problem


class Watching:
    """Watches one notebook."""

    def __init__(self, path: Path, *, confined: bool = True) -> None:
        """Reads the notebook; raises as ``Watched``."""
        self._path, self._confined = path, confined
        self._saves: SimpleQueue[Watched | Exception | None] = SimpleQueue()
        self._newer: Watched | None = Watched(path, confined=confined)
        self._current = self._newer
        self._shown: dict[str, Report] = {}
        self._troubled = self._over = False
        self._kernel: NotebookKernel | None = None
        self._lives = ExitStack()
        self._lock = threading.Lock()

    def events(self, saves: Iterable[object]) -> Generator[Event, None, None]:
        """What happens, until there are no more saves.

        Args:
            saves: gives something whenever the file may have changed; it is asked by a thread of its own.
        """
        threading.Thread(target=self._receive, args=(saves,), name="saves", daemon=True).start()
        before = None
        try:
            while now := self._newer:
                self._newer, self._current = None, now
                try:
                    shared_judge()  # it gets ready while the first cells run
                    yield from self._answer(now)
                    yield from self._get_ready(now, now.first_change(before))
                except GraderBrokenError as error:
                    self._drop()
                    yield self._trouble(error)
                before = now
                yield from self._wait()
        finally:
            self._drop()

    def _answer(self, now: Watched) -> Iterator[Event]:
        yield Began(now.trial)
        if now.trial.ran:
            now.reports = now.trial.reports()
            self._shown = dict(now.reports)
        else:
            kernel = self._kernel
            if kernel and not kernel.ended and kernel.alive and now.plan.begins_like(kernel.plan, kernel.place):
                kernel.put_in(now.plan)
            else:
                kernel = self._start(now.plan)
            yield from self._run(now, kernel)
            if self._newer:
                return
            if kernel.stopped:
                self._drop()  # now it is known why it ended
                for question in now.plan.asked.keys() - kernel.asked:
                    yield from self._judge(now, kernel, question)
            self._stopped = kernel.stopped
        yield Ended({item.name: self._shown[item.name] for item in now.trial.questions})

    def _get_ready(self, now: Watched, changed: int) -> Iterator[Event]:
        """Has a kernel wait; on its way it is asked what is not known yet with the probes of this content."""
        if self._newer:
            return
        place = now.next_change(changed, self._shown)
        yield from self._run(now, self._start(now.new_plan()), place)
        if not self._newer:
            now.keep(self._stopped)
            yield Ready()

    def _run(self, now: Watched, kernel: NotebookKernel, until: int | None = None) -> Iterator[Event]:
        """Runs cells until there is a newer content, or up to a place, or all."""
        count = len(kernel.plan.notebook.cells)
        while True:
            over = kernel.ended or kernel.place == until  # looked at first: the save to be taken may have ended it
            while not self._saves.empty():
                yield from self._take(self._saves.get())
            if over or self._newer:
                return
            yield Running(min(kernel.place + 1, count), count)
            question = kernel.step()
            if question and question not in now.reports:
                yield from self._judge(now, kernel, question, anew=until is not None)

    def _judge(self, now: Watched, kernel: NotebookKernel, question: str, *, anew: bool = False) -> Iterator[Event]:
        report = now.judge(kernel, question)
        if not anew or report != self._shown.get(question):
            self._shown[question] = report
            yield Answered(report, anew)

    def _start(self, plan: Plan) -> NotebookKernel:
        self._drop()
        # As empty as the folder of a submission without other files.
        files = Path(self._lives.enter_context(TemporaryDirectory(prefix="watched-")))
        trial = self._current.trial
        limits = trial.submission.limits
        kernel = NotebookKernel(plan, files=files, limits=limits, confined=self._confined, fits=trial.fits, waits=True)
        self._lives.enter_context(kernel.opened())
        self._kernel = kernel
        return kernel

    def _drop(self) -> None:
        with self._lock:
            self._kernel = None
        self._lives.close()

    def _wait(self) -> Iterator[Event]:
        while not (self._newer or self._over):
            with suppress(Empty):
                yield from self._take(self._saves.get(timeout=_LOOK_SECONDS))

    def _take(self, save: Watched | Exception | None) -> Iterator[Event]:
        """Notes a save to be answered: where code has changed, or after trouble."""
        if save is None:
            self._over = True
        elif isinstance(save, Exception):
            yield self._trouble(save)
        elif self._troubled or self._newer or save.steps != self._current.steps:
            self._troubled, self._newer = False, save

    def _trouble(self, error: Exception) -> Problem:
        if not isinstance(error, NotebookError | GraderBrokenError):
            raise error
        self._troubled = True
        return Problem(str(error), ours=isinstance(error, GraderBrokenError))

    def _receive(self, saves: Iterable[object]) -> None:
        """Reads what is saved, in a thread; a cell that the save has changed is not waited for."""
        try:
            for _ in saves:
                try:
                    save = Watched(self._path, confined=self._confined)
                except (NotebookError, GraderBrokenError) as error:
                    self._saves.put(error)
                    continue
                self._saves.put(save)
                with self._lock:
                    if self._kernel and not save.plan.begins_like(self._kernel.plan, self._kernel.place):
                        self._kernel.end()
        except Exception as error:  # noqa: BLE001 - it is raised where events are read
            self._saves.put(error)
        self._saves.put(None)
