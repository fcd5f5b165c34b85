"""Asks for trainings, from inside a kernel, on a connected socket that was inherited.

On the line, a request is its length in four bytes and that many bytes; the answer is one byte. A length of zero says
that something was looked up, and has no answer.
"""

from __future__ import annotations

import socket
import struct
import threading

LENGTH = struct.Struct("!I")
YES, NO = b"y", b"n"
SECONDS = 60
"""How long a kernel waits before it trains by itself: a training takes some seconds, and two others may come first."""


class Asker:
    """The kernel's end of the line. After the first failure it does not ask any more."""

    def __init__(self, descriptor: int, seconds: float = SECONDS) -> None:
        """``descriptor``: of the socket."""
        self._descriptor, self._seconds = descriptor, seconds
        self._line: socket.socket | None = None
        self._lock, self._broken = threading.Lock(), False

    @property
    def gave_up(self) -> bool:
        """Whether it does not ask any more."""
        return self._broken

    def __call__(self, request: bytes) -> bool:
        """Whether the request's result is in the store now."""
        return self._say(request, 1) == YES

    def found(self) -> None:
        """Says that a result was found in the store: the grader counts."""
        self._say(b"", 0)

    def _say(self, request: bytes, answer_bytes: int) -> bytes:
        """The answer; empty where there is none."""
        with self._lock:
            if self._broken:
                return b""
            self._broken = True  # also where a learner's interrupt comes in between
            if self._line is None:
                self._line = socket.socket(fileno=self._descriptor)
            self._line.settimeout(self._seconds)
            try:
                self._line.sendall(LENGTH.pack(len(request)) + request)
                answer = self._line.recv(answer_bytes) if answer_bytes else b""
            except OSError:
                return b""
            self._broken = answer not in {YES, NO} and answer_bytes > 0
            return answer
