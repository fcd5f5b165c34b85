"""Grades a class as far as that needs no gradebook: each submission run, kept, judged; several at once."""

from __future__ import annotations

import signal
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.running.classroom.graded import judged
from autograder.running.classroom.judges import Judges

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.running.classroom.crew import Crew
    from autograder.running.classroom.submission import Submission
    from autograder.running.store import EvidenceStore, Judged

_AHEAD = 30
"""While the first kernels are on their way, the recording process has nothing else to do than to prepare."""


@dataclass(frozen=True)
class Done:
    """A submission's run and reports, as they are in the store; ``ran``: whether it had to be run for that."""

    found: Judged
    ran: bool


class Classroom:
    """Submissions go in, and each comes out with its run and reports in the store.

    Every finished run is in the store before anything else is done with it, so that a process that is killed loses
    what was under way and nothing more.

    Attributes:
        crew: who runs them.
        anew: whether submissions are run although their runs are kept.
        width: how many submissions to hand in at a time, so that no worker waits.
    """

    def __init__(
        self,
        store: EvidenceStore,
        crew: Crew,
        *,
        anew: bool = False,
        before_training: Callable[[], None] = lambda: None,
    ) -> None:
        """Runs nothing yet.

        Args:
            store: where runs and reports are kept.
            crew: who runs submissions.
            anew: whether to run submissions although their runs are kept.
            before_training: called before each that seems to train a network; returns at once.
        """
        self.crew = crew
        self.width = 2 * crew.workers + _AHEAD
        self.anew = anew
        self._store, self._before_training = store, before_training
        self._judges = Judges(crew.workers)
        # Each thread waits for a worker and then for a judge.
        self._threads = ThreadPoolExecutor(self.width, initializer=_leave_interrupts_to_the_main_thread)

    def hand_in(self, learner: str, submission: Submission) -> Future[Done]:
        """Sees to it that the store holds the submission's reports.

        Returns:
            what the store holds then. The future raises what ``Crew.run`` raises, ``GraderBrokenError`` for the
            judge's failures too.
        """
        return self._threads.submit(self._grade, learner, submission)

    def _grade(self, learner: str, submission: Submission) -> Done:
        ran = False

        def run() -> bytes:
            nonlocal ran
            ran = True
            if submission.trains:
                self._before_training()
            return self.crew.run(learner, submission.pack())

        found = judged(self._store, submission.key, run, self._judges.judge, anew=self.anew)
        return Done(found, ran)

    def stop(self) -> None:
        """Ends everything that is under way, at once."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.crew.stop()
        self._judges.stop()
        self._threads.shutdown()


def _leave_interrupts_to_the_main_thread() -> None:
    """Ctrl-C is the main thread's affair; processes started from here are not interrupted before they are ready."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
