"""A confined process as whoever ordered it sees it."""

from __future__ import annotations

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from autograder.running.confinement.keeper import END, FIRST_KEPT, INTERRUPT
from autograder.running.confinement.starter import DATA_VARIABLE, LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.running.confinement.policy import Policy

__all__ = ["FIRST_KEPT", "Kept"]

_STARTER = [sys.executable, "-I", "-m", "autograder.running.confinement.starter"]


class Kept:
    """Has a program started behind walls, by a keeper, and hears from the keeper how it ended."""

    def __init__(  # noqa: PLR0913 - each is one thing of what is started
        self,
        policy: Policy,
        program: str,
        arguments: dict[str, Any],
        keep: Sequence[int],
        *,
        preload: tuple[str, ...] = (),
        ahead: str = "",
        trusted: bool = False,
    ) -> None:
        """Starts a program.

        Args:
            policy: the walls.
            program: ``module:function``.
            arguments: its arguments, as JSON.
            keep: file descriptors that stay open inside, as ``FIRST_KEPT``, ``FIRST_KEPT + 1`` and so on.
            preload: modules that it finds imported. The first process with the same modules takes as long as importing
                them; those after it are forked.
            ahead: what was done in the process it is forked from after that, once for all of them: see ``LINE``. They
                find it undone where that has failed.
            trusted: whether the program is ours: then it does not answer for how large this process grows.
        """
        self._reason = ""
        self._outcome: dict[str, Any] | None = None
        told, self._control = os.pipe()
        self._status, says = os.pipe()
        client = 0 if trusted else os.getpid()
        order = {"policy": policy.as_json(), "program": program, "arguments": arguments, "client": client}
        with _one_at_a_time:
            _starter(policy, preload, ahead).order(order, (told, says, *keep))
        os.close(told)
        os.close(says)

    def interrupt(self) -> None:
        """Sends the program what Ctrl-C sends."""
        self._tell(INTERRUPT)

    def end(self, reason: str = "") -> None:
        """Ends the program with all it started; ``reason`` is what the outcome will say."""
        self._reason = self._reason or reason
        self._tell(END)

    def _tell(self, word: bytes) -> None:
        if self._outcome is None:
            with suppress(BrokenPipeError):  # the keeper has ended
                os.write(self._control, word)

    @property
    def alive(self) -> bool:
        """Whether anything of the program is alive."""
        return self._outcome is None and not select.select([self._status], [], [], 0)[0]

    def outcome(self) -> dict[str, Any]:
        """Ends the program, waits until nothing of it is alive, and returns what the keeper says of it.

        Returns:
            ``reason``, which is the limit that was met, or empty when the program ended by itself, and its exit
            ``status``; or ``error``, when the walls could not be raised.
        """
        if self._outcome is None:
            self.end()
            said = b""
            while part := os.read(self._status, 4_096):
                said += part
            os.close(self._status)
            os.close(self._control)
            self._outcome = json.loads(said) if said else {"error": "the keeper was killed"}
            if self._reason:
                self._outcome["reason"] = self._reason
        return self._outcome

    def wait(self) -> dict[str, Any]:
        """Waits until the program has ended by itself; then as ``outcome``."""
        select.select([self._status], [], [])
        return self.outcome()


class _Line:
    """A line to a process that forks keepers."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders

    def another(self, ahead: str = "") -> socket.socket:
        """Another line to it, or to a fork of it that has done something more; there it is said when that is done."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(self._orders, [LINE + ahead.encode()], [theirs.fileno()])
        if ahead:
            ours.recv(1)
        return ours

    def order(self, order: dict[str, Any], numbers: Sequence[int]) -> None:
        """Has a keeper started; when that fails, what the keeper would say is missing."""
        with suppress(BrokenPipeError):
            socket.send_fds(self._orders, [json.dumps(order).encode()], numbers)

    @property
    def alive(self) -> bool:
        # Nothing more is ever said on it: what there is to read is its end.
        return not select.select([self._orders], [], [], 0)[0]

    def close(self) -> None:
        self._orders.close()


class _Starter(_Line):
    """Such a process of this one's. It ends with this one."""

    def __init__(self, policy: Policy, preload: tuple[str, ...]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
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
        atexit.unregister(self.close)
        super().close()
        self._process.terminate()  # it may be importing still; nothing is lost with it
        self._process.wait()
        self._folder.cleanup()


def begin(policy: Policy, preload: tuple[str, ...]) -> None:
    """Starts this process's starter: it imports while others do something else."""
    with _one_at_a_time:
        _starter(policy, preload)


def lend(policy: Policy, preload: tuple[str, ...], ahead: str = "") -> socket.socket:
    """A line to this process's starter: another process that ``borrow``s it need not import the same once more."""
    with _one_at_a_time:
        return _starter(policy, preload, ahead).another()


def borrow(policy: Policy, preload: tuple[str, ...], line: socket.socket, ahead: str = "") -> None:
    """Has this process use a line that was lent to it, as long as there is somebody at the other end."""
    _starters()[_kind(policy, preload, ahead)] = _Line(line)


def end_starters() -> None:
    """Ends the processes that this one has for starting others; there are new ones when they are needed."""
    while _starters():
        _starters().popitem()[1].close()


_one_at_a_time = threading.Lock()


@cache
def _starters() -> dict[object, _Line]:
    return {}


def _kind(policy: Policy, preload: tuple[str, ...], ahead: str) -> object:
    # This process: a fork must not share the socket of the process it was forked from.
    return tuple(sorted(policy.environment.items())), policy.data, preload, ahead, os.getpid()


def _starter(policy: Policy, preload: tuple[str, ...], ahead: str = "") -> _Line:
    """The starter for this environment, these data and modules; a new one where the last has died."""
    kind = _kind(policy, preload, ahead)
    found = _starters().get(kind)
    if ahead:
        found = found or _starters().setdefault(kind, _Line(_starter(policy, preload).another(ahead)))
        return found if found.alive else _starter(policy, preload)
    if found is None or not found.alive:
        found = _starters()[kind] = _Starter(policy, preload)
    return found
