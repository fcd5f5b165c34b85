"""One warm process for all workers of a machine: what it has imported, and has run ahead, is in memory once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.running.confinement import Limits, kept
from autograder.running.confinement.installation import policy
from autograder.running.kernels.opening import Opening
from autograder.running.kernels.provisioner import WARM

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

    from nbformat import NotebookNode

_known: set[Opening] = set()


@dataclass(frozen=True)
class Loan:
    """A line to the process from which this one's warm kernels are forked, for another process to ``borrow``.

    Attributes:
        line: the line.
        opening: what notebooks begin with whose kernels are forked from there; None for all others.
    """

    line: socket.socket
    opening: Opening | None = None


def begin() -> None:
    """Starts the warm process, which takes seconds, so that something else can be done meanwhile."""
    kept.begin(policy(None, Limits()), WARM)


def lend(openings: Iterable[Opening] = ()) -> list[Loan]:
    """Loans of this process's warm process, and of those that have run openings ahead."""
    walls = policy(None, Limits())
    loans = [Loan(kept.lend(walls, WARM))]
    return loans + [Loan(kept.lend(walls, WARM, opening.ahead), opening) for opening in openings]


def borrow(loans: Iterable[Loan]) -> None:
    """Has this process's warm kernels forked from the processes at the other ends."""
    for loan in loans:
        if loan.opening is None:
            kept.borrow(policy(None, Limits()), WARM, loan.line)
        else:
            kept.borrow(policy(None, Limits()), WARM, loan.line, loan.opening.ahead)
            know([loan.opening])


def know(openings: Iterable[Opening]) -> None:
    """Has openings run ahead once, when the first notebook comes that begins with them."""
    _known.update(openings)


def ahead_of(notebook: NotebookNode) -> str:
    """What has been run ahead for a notebook, as ``Kept`` takes it; empty for nothing."""
    return next((opening.ahead for opening in _known if opening.begins(notebook)), "")
