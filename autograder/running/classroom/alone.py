"""One process at a time grades an assignment, and what a killed one left behind is cleared away."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK = ".grading"
_PREFIX = "autograder-"


class BusyError(Exception):
    """Somebody else is at it; the message is one sentence."""


@contextmanager
def alone(folder: Path) -> Iterator[Path]:
    """Keeps others out of ``folder``, however this process ends, and gives a folder for temporary files.

    Raises:
        BusyError: another process is at it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a+", encoding="utf-8") as lock:
        _lock(lock.fileno(), folder)
        lock.seek(0)
        _clear(lock.read().strip(), folder)
        # Short and outside the course: sockets are made in it, whose paths have a limited length.
        with TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as scratch:
            lock.truncate(0)
            lock.write(scratch)
            lock.flush()
            yield Path(scratch)


def _lock(number: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: nothing keeps two apart there
        return
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)  # given back when the process ends, however it ends
    except BlockingIOError:
        message = f"Another `autograder grade {folder.name}` is running in this course: wait for it, or stop it."
        raise BusyError(message) from None


def _clear(scratch: str, folder: Path) -> None:
    place = Path(scratch)
    if place.parent == Path(gettempdir()) and place.name.startswith(_PREFIX):
        shutil.rmtree(place, ignore_errors=True)
    for draft in folder.rglob(".incoming-*"):
        draft.unlink(missing_ok=True)
