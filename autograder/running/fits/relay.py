"""Stands between kernels and the trainer, in the grader's process: one training for each request, for all who wait.

It reads lengths and passes on bytes that it does not look into; what they say is the trainer's business, behind walls.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.running.fits.asking import LENGTH, NO, YES
from autograder.running.fits.request import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

REQUESTS, REFUSALS, SECONDS, FOUND = 60, 20, 240.0, 1_000
"""Of one notebook: requests, those for what is not trained, the trainer's time, and lookups; the lesson needs ten."""

BACKLOG = 3
"""Requests at once, of all notebooks. One more is refused: its kernel is sooner done by itself."""


class Relay:
    """Lines from kernels to trainers.

    Attributes:
        found: what kernels say they have looked up.
        waiting: entered while a kernel only waits for what is trained for another one.
    """

    def __init__(self, serve: Callable[[bytes], bool]) -> None:
        """``serve``: carries a request out, and says whether its result is in the store now."""
        self._serve = serve
        self._lock = threading.Lock()
        self._waiting: dict[bytes, Future[bool]] = {}
        self.found = 0
        self.waiting: Callable[[], AbstractContextManager[None]] = nullcontext

    @contextmanager
    def line(self) -> Iterator[int]:
        """A line for one kernel: the descriptor that it inherits. The line ends with the block."""
        ours, theirs = socket.socketpair()
        self.answer(ours)
        try:
            yield theirs.fileno()
        finally:
            theirs.close()
            with suppress(OSError):  # the other end has ended
                ours.shutdown(socket.SHUT_RDWR)

    def answer(self, line: socket.socket) -> None:
        """Answers what is asked on a line, until its other end is closed; returns at once."""
        threading.Thread(target=self._answer, args=(line,), name="fits", daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        spent = _Spent()
        with line, suppress(OSError):
            while not spent.too_much:
                request = _read(line)
                if request is None:
                    return
                if not request:
                    spent.found += 1
                    with self._lock:
                        self.found += 1
                    continue
                line.sendall(YES if self._shared(request, spent) else NO)

    def _shared(self, request: bytes, spent: _Spent) -> bool:
        """Carries a request out, or waits for whoever does already."""
        name = hashlib.sha256(request).digest()
        spent.requests += 1
        with self._lock:
            theirs = self._waiting.get(name)
            if theirs is None:
                if len(self._waiting) >= BACKLOG:
                    return False
                mine = self._waiting[name] = Future[bool]()
        if theirs is not None:
            with self.waiting():
                return theirs.result()
        started, done = time.monotonic(), False
        try:
            done = self._serve(request)
        finally:
            with self._lock:
                del self._waiting[name]
            mine.set_result(done)
            spent.seconds += time.monotonic() - started
            spent.refusals += not done
        return done


@dataclass
class _Spent:
    """What one notebook has asked for."""

    requests: int = 0
    refusals: int = 0
    found: int = 0
    seconds: float = 0.0

    @property
    def too_much(self) -> bool:
        """Whether it is not listened to any more."""
        asked = self.requests >= REQUESTS or self.refusals >= REFUSALS or self.seconds >= SECONDS
        return asked or self.found >= FOUND


def _read(line: socket.socket) -> bytes | None:
    """The next request, empty for a lookup; None at the end, and where somebody sends what is no request."""
    head = _exactly(line, LENGTH.size)
    size = LENGTH.unpack(head)[0] if head else 0
    return _exactly(line, size) if head and size <= MAX_BYTES else None


def _exactly(line: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = line.recv(min(size - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)
