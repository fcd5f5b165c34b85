"""What this machine offers for confinement, found out by trying it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from autograder.running.broken import GraderBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSIDE = "autograder.running.confinement.inspection:main"


class CannotConfineError(GraderBrokenError):
    """This machine cannot confine learners' code; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class Offer:
    """One part of the walls: what it is, whether it holds here, and what was seen."""

    part: str
    holds: bool
    seen: str


@cache
def obstacle() -> str:
    """Why this machine cannot confine learners' code; empty when it can."""
    if sys.platform != "linux":
        return f"{sys.platform} has no namespaces"
    outcome, _ = _inspect()
    return str(outcome.get("error") or "")


def require() -> None:
    """Does nothing where this machine can confine.

    Raises:
        CannotConfineError: it cannot.
    """
    if why := obstacle():
        message = (
            f"this machine cannot confine learners' code ({why}): grade on Linux 5.14 or newer that allows user "
            "namespaces, or give the option --unconfined (for nbgrader, c.JudgedExecute.unconfined = True) if you "
            "trust every notebook"
        )
        raise CannotConfineError(message)


def offers() -> Iterator[Offer]:
    """Tries each part of the walls from inside."""
    if sys.platform != "linux":
        yield Offer("Linux", holds=False, seen=sys.platform)
        return
    yield Offer("Linux", holds=True, seen=os.uname().release)
    outcome, seen = _inspect()
    if error := outcome.get("error"):
        yield Offer("walls can be raised", holds=False, seen=str(error))
        return
    for part, holds, what in seen:
        yield Offer(part, holds, what)
    yield Offer("everything ended with the notebook", not outcome.get("error"), "the keeper says so")


def _inspect() -> tuple[dict[str, Any], list[Any]]:
    """Looks around from inside; returns how that ended and what was seen."""
    from autograder.running.confinement.installation import policy
    from autograder.running.confinement.kept import FIRST_KEPT, Kept
    from autograder.running.confinement.limits import Limits

    with TemporaryFile() as answer:
        outside = {
            "user": os.geteuid(),
            "home": str(Path.home()),
            "folder": str(Path.cwd()),
            "process": os.getpid(),
            "answer": FIRST_KEPT,
        }
        kept = Kept(policy(None, Limits()), _INSIDE, outside, [answer.fileno()])
        outcome = kept.wait()
        answer.seek(0)
        said = answer.read()
    return outcome, json.loads(said) if said else []
