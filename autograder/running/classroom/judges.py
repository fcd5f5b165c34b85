"""The judges of a class: one warm process for a few workers, which runs no learner's code."""

from __future__ import annotations

import os
from queue import SimpleQueue
from typing import TYPE_CHECKING

from autograder.running.judge_process import JudgeProcess
from autograder.running.judged import judge_again

if TYPE_CHECKING:
    from autograder.judging.verdicts import Report
    from autograder.running.classroom.kept import KeptRun

_WORKERS_OF_ONE = 4
"""How many workers one judge keeps up with: a run takes at least twice as long as its judgement, mostly far longer."""


class Judges:
    """As many judges as a number of workers needs; started when first needed, warm from then on."""

    def __init__(self, workers: int) -> None:
        self._free: SimpleQueue[JudgeProcess | None] = SimpleQueue()
        self._started: list[JudgeProcess] = []
        # Workers may be on other machines; judges are on this one.
        for _ in range(min(-(-workers // _WORKERS_OF_ONE), os.cpu_count() or 1)):
            self._free.put(None)

    def judge(self, run: KeptRun) -> dict[str, Report]:
        """Judges a run; may be called from several threads at once.

        Raises:
            GraderBrokenError: our own failure.
            WireError: what was kept is damaged.
        """
        judge = self._free.get()
        try:
            if judge is None or not judge.alive:
                judge = JudgeProcess()
                self._started.append(judge)
            return judge_again(run.packed, run.seeds, confined=run.confined, judge=judge)
        finally:
            self._free.put(judge)

    def stop(self) -> None:
        """Ends all judges at once; whoever waits for a report gets ``GraderBrokenError``."""
        for judge in self._started:
            judge.end()
