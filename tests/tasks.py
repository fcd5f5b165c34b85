"""What workers do in tests of those who run submissions: a submission's bytes say what happens."""

from __future__ import annotations

import os
import random
import time
from functools import cache
from pathlib import Path
from typing import Any

from autograder.running.broken import GraderBrokenError


def act(submission: bytes, on_cell: Any = None) -> bytes:
    """``deadly``; ``deadly once PATH``; ``broken``; ``wait PATH``, which says who waits there; all else comes back."""
    word, _, rest = submission.decode().partition(" ")
    if on_cell:
        on_cell(1, 2)
    if word == "deadly" and not rest:
        os._exit(9)
    if word == "broken":
        message = "the grader itself failed"
        raise GraderBrokenError(message)
    place = Path(rest.removeprefix("once ")) if rest else None
    if word == "deadly" and place and not place.exists():
        place.touch()
        os._exit(9)
    if word == "wait" and place and not place.exists():
        place.write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(60)
    return submission.upper()


def pause(seconds: float, size: int, _: bytes) -> bytes:
    """Takes about as long as a run, without a processor, and gives as much as is kept of one."""
    time.sleep(seconds * random.uniform(0.5, 1.5))  # noqa: S311 - a length, no secret
    return _something(size)


@cache
def _something(size: int) -> bytes:
    return os.urandom(size)
