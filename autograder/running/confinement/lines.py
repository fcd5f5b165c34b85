"""Lines to processes that fork keepers: see ``starter``."""

from __future__ import annotations

import atexit
import json
import select
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from autograder.running.confinement.starter import DATA_VARIABLE, LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.running.confinement.policy import Policy

_STARTER = [sys.executable, "-I", "-m", "autograder.running.confinement.starter"]


class Line:
    """A line to a process that forks keepers."""

    def __init__(self, orders: socket.socket) -> None:
        """``orders``: this end."""
        self._orders = orders

    def connect(self, line: socket.socket, ahead: str = "") -> None:
        """Connects a line to it, or to a fork of it that does something more first, and then says so on the line."""
        with suppress(OSError):  # it has ended: so does the line
            socket.send_fds(self._orders, [LINE + ahead.encode()], [line.fileno()])

    def order(self, order: dict[str, Any], numbers: Sequence[int]) -> None:
        """Has a keeper started; when that fails, what the keeper would say is missing."""
        with suppress(BrokenPipeError):
            socket.send_fds(self._orders, [json.dumps(order).encode()], numbers)

    @property
    def alive(self) -> bool:
        """Whether there is somebody at the other end."""
        # Nothing more is ever said on it: what there is to read is its end.
        return not select.select([self._orders], [], [], 0)[0]

    def close(self) -> None:
        """Ends it."""
        self._orders.close()


class Ahead(Line):
    """A line to a fork of such a process that does something more first."""

    def __init__(self, other: Line, ahead: str) -> None:
        """``other``: to the process that is forked; ``ahead``: what the fork does, see ``starter.LINE``."""
        ours, theirs = pair()
        super().__init__(ours)
        with theirs:
            other.connect(theirs, ahead)
        self._waiting = threading.Lock()
        self._done = False

    @property
    def alive(self) -> bool:
        """Whether there is; waits until what is to be done first is done."""
        with self._waiting:
            if not self._done:
                self._orders.recv(1)
                self._done = True
        return super().alive


def pair() -> tuple[socket.socket, socket.socket]:
    """The two ends of a line."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


class Starter(Line):
    """Such a process of this one's. It ends with this one."""

    def __init__(self, policy: Policy, preload: tuple[str, ...]) -> None:
        """Starts it: its environment and data are the policy's, and it imports what is preloaded."""
        ours, theirs = pair()
        super().__init__(ours)
        self._folder = TemporaryDirectory(prefix="starter-", ignore_cleanup_errors=True)
        # Libraries write to such places when they are imported, which must not be those that have these names outside.
        own = dict.fromkeys(("HOME", "KERAS_HOME", "MPLCONFIGDIR", "TMPDIR"), self._folder.name)
        with theirs:
            self._process = subprocess.Popen(
                [*_STARTER, *preload],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # The confined processes are its forks: what is not in its environment is not in their memory.
                env={**policy.environment, **own, DATA_VARIABLE: policy.data or ""},
                cwd="/",
                start_new_session=True,  # Ctrl-C at the terminal is for whoever started this
            )
        atexit.register(self.close)

    def close(self) -> None:
        """Ends the process."""
        atexit.unregister(self.close)
        super().close()
        self._process.terminate()  # it may be importing still; nothing is lost with it
        self._process.wait()
        self._folder.cleanup()
