"""Looked-up fits as a grader offers them to its kernels: a store, and trainers for what is not in it."""

from __future__ import annotations

import atexit
import socket
import threading
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Protocol

from autograder.running.fits.relay import Relay
from autograder.running.fits.store import FOLDER, FitStore
from autograder.running.fits.trainers import Trainers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path


class Line(Protocol):
    """What a kernel needs to look fits up.

    Attributes:
        folder: the store's folder; kernels see it, read-only, as ``policy.FITS_FOLDER``.
    """

    folder: Path

    def line(self) -> AbstractContextManager[int]:
        """A descriptor for one kernel to inherit, on which it asks for trainings: see ``asking.Asker``."""


class Fits:
    """One store and its trainers, for all notebooks of this process and of those that connect.

    Attributes:
        folder: the store's folder.
        trainers: who carries requests out; they start when they are needed.
        relay: who asks them.
    """

    def __init__(self, course: Path) -> None:
        """``course``: the course's folder, in which the store is kept."""
        self.folder = (course / FOLDER).resolve()
        self.trainers = Trainers(FitStore(self.folder).make())
        self.relay = Relay(self.trainers.serve)

    @property
    def found(self) -> int:
        """Trainings and evaluations that kernels have looked up here."""
        return self.relay.found

    def line(self) -> AbstractContextManager[int]:
        """See ``Line``."""
        return self.relay.line()

    @contextmanager
    def listening(self, place: Path) -> Iterator[None]:
        """Lets other processes of this machine connect, by a socket at ``place``: see ``Connected``."""
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(place))
            listener.listen()
            threading.Thread(target=self._accept, args=(listener,), name="fits", daemon=True).start()
            try:
                yield
            finally:
                with suppress(OSError):  # it may have no connections
                    listener.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # it has been closed
            while True:
                self.relay.answer(listener.accept()[0])

    def close(self) -> None:
        """Ends the trainers."""
        self.trainers.close()


class Connected:
    """The fits of another process of this machine."""

    def __init__(self, folder: Path, place: Path) -> None:
        """``folder``: of the store; ``place``: of the socket on which ``Fits`` listens."""
        self.folder, self._place = folder, place

    @contextmanager
    def line(self) -> Iterator[int]:
        """See ``Line``."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._place))
            yield connection.fileno()


@cache
def fits_of(course: Path) -> Fits:
    """This process's fits for a course's folder."""
    fits = Fits(course)
    atexit.register(fits.close)
    return fits
