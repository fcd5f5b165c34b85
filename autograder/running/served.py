"""A trusted process that serves requests: started when first needed, one for many notebooks, ended with its client."""

from __future__ import annotations

import atexit
import os
import select
import subprocess
import sys
import time
from tempfile import TemporaryFile

from autograder.running.confinement import Limits
from autograder.running.confinement.installation import policy
from autograder.running.confinement.kept import FIRST_KEPT, Kept
from autograder.running.confinement.limits import GIB, MIB
from autograder.running.confinement.offers import obstacle
from autograder.running.kernels.provisioner import WARM

_A_YEAR = 365 * 24 * 3_600
# It lives as long as its client, evaluates the largest network that evidence may hold, and writes nothing.
_LIMITS = Limits(
    notebook_seconds=_A_YEAR,
    processor_seconds=_A_YEAR,
    memory_bytes=6 * GIB,
    scratch_bytes=16 * MIB,
    file_bytes=16 * MIB,
    open_files=256,
)
_SAID = 600


class Served:
    """One such process; behind walls, where the machine has them, although it runs no learner's code."""

    def __init__(self, server: str, seconds: float) -> None:
        """Starts it.

        Args:
            server: the module; its ``main`` takes three file descriptors: to read requests from, to write answers to,
                and for whatever libraries print.
            seconds: how long an answer may take.
        """
        self._seconds, self._left = seconds, b""
        self._log = TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - lives as long as this
        asking, self._requests = os.pipe()
        self._answers, answering = os.pipe()
        numbers = (asking, answering, self._log.fileno())
        self._process: Kept | subprocess.Popen[bytes]
        if obstacle():
            code = f"import sys; from {server} import main; main(*map(int, sys.argv[1:]))"
            environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUTF8": "1"}
            command = [sys.executable, "-I", "-c", code, *map(str, numbers)]
            self._process = subprocess.Popen(command, pass_fds=numbers, env=environment)  # noqa: S603 - our own
        else:
            inside = {name: FIRST_KEPT + place for place, name in enumerate(("requests", "answers", "log"))}
            self._process = Kept(policy(None, _LIMITS), f"{server}:main", inside, numbers, preload=WARM, trusted=True)
        os.close(asking)
        os.close(answering)
        self.alive = True
        self.said = ""
        atexit.register(self.close)

    def send(self, data: bytes) -> None:
        """Sends a request, or a part of one; raises ``OSError`` where the process has ended."""
        while data:
            data = data[os.write(self._requests, data) :]

    def line(self) -> bytes:
        """The next line of the answer, without its end; raises ``OSError`` where none comes in time."""
        while b"\n" not in self._left:
            self._left += self._part()
        line, _, self._left = self._left.partition(b"\n")
        return line

    def exactly(self, size: int) -> bytes:
        """The next ``size`` bytes of the answer; raises ``OSError`` where they do not come in time."""
        parts, missing = [self._left], size - len(self._left)
        while missing > 0:
            parts.append(self._part())
            missing -= len(parts[-1])
        whole = b"".join(parts)
        self._left = whole[size:]
        return whole[:size]

    def _part(self) -> bytes:
        deadline = time.monotonic() + self._seconds
        ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
        part = os.read(self._answers, 1 << 20) if ready else b""
        if not part:
            message = "it stopped" if ready else f"no answer within {self._seconds:g} seconds"
            raise OSError(message)
        return part

    def end(self) -> None:
        """Ends the process at once, also while another thread waits for its answer."""
        if self.alive:
            self._process.end() if isinstance(self._process, Kept) else self._process.kill()

    def close(self) -> None:
        """Ends the process; ``said`` is what it printed last, with how it ended."""
        if not self.alive:
            return
        self.alive = False
        atexit.unregister(self.close)
        if isinstance(self._process, Kept):
            outcome = self._process.outcome()
        else:
            self._process.kill()
            outcome = {"status": self._process.wait()}
        self._log.seek(0)
        self.said = " ".join([*map(str, outcome.values()), *self._log.read()[-_SAID:].split()])
        self._log.close()
        os.close(self._requests)
        os.close(self._answers)
