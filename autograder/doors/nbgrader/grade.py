"""Grades a class: many run at a time, and nbgrader records one after the other."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from autograder.running.broken import GraderBrokenError
from autograder.running.classroom.crew import WorkerKilledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.doors.nbgrader.desk import Desk, Prepared
    from autograder.running.classroom.classroom import Classroom, Done

_LOOK_UP_SECONDS = 0.2


class State(StrEnum):
    """What became of a submission."""

    RUN = "run"
    KEPT = "kept"
    UNCHANGED = "unchanged"
    LOST = "lost"


@dataclass(frozen=True)
class Outcome:
    """What became of a learner's submission; ``reason`` says why it was lost."""

    learner: str
    state: State
    reason: str = ""


def grade(
    desk: Desk,
    classroom: Classroom,
    learners: Sequence[str],
    *,
    on_step: Callable[[str], None],
    stopping: Callable[[], bool],
) -> Iterator[Outcome]:
    """Grades the submissions of ``learners``; yields each when all of it is recorded.

    Args:
        desk: the assignment's.
        classroom: where submissions are run and judged.
        learners: whose submissions.
        on_step: told what the recording process does.
        stopping: whether to stop, after what nbgrader is at.
    """
    waiting = deque(learners)
    under_way: dict[Future[Done], tuple[str, Prepared]] = {}
    while (waiting or under_way) and not stopping():
        if waiting and len(under_way) < classroom.width:
            learner = waiting.popleft()
            on_step(f"preparing {learner}")
            if not classroom.anew and desk.unchanged(learner):
                yield Outcome(learner, State.UNCHANGED)
            elif prepared := desk.prepare(learner):
                under_way[classroom.hand_in(learner, prepared.submission)] = learner, prepared
            else:
                # Nothing that could be run. nbgrader fails at it, too: it says why, and takes away what it had.
                reason = desk.record(learner)
                yield _lost(learner, reason) if reason else Outcome(learner, State.RUN)
            continue
        done, _ = wait(under_way, _LOOK_UP_SECONDS, FIRST_COMPLETED)
        if done:
            future = done.pop()
            learner, prepared = under_way.pop(future)
            on_step(f"recording {learner}")
            yield _recorded(desk, learner, prepared, future)
        else:
            on_step("")


def _recorded(desk: Desk, learner: str, prepared: Prepared, future: Future[Done]) -> Outcome:
    try:
        done = future.result()
    except (GraderBrokenError, WorkerKilledError) as error:
        return _lost(learner, str(error))
    reason = desk.record(learner, prepared, done.found)
    return _lost(learner, reason) if reason else Outcome(learner, State.RUN if done.ran else State.KEPT)


def _lost(learner: str, reason: str) -> Outcome:
    return Outcome(learner, State.LOST, reason)
