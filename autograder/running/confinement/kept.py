"""A confined process as whoever ordered it sees it."""

from __future__ import annotations

import json
import os
import select
import threading
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from autograder.running.confinement.keeper import END, FIRST_KEPT, INTERRUPT
from autograder.running.confinement.lines import Ahead, Line, Starter, pair

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from autograder.running.confinement.policy import Policy

__all__ = ["FIRST_KEPT", "Kept"]


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


def begin(policy: Policy, preload: tuple[str, ...]) -> None:
    """Starts this process's starter: it imports while others do something else."""
    with _one_at_a_time:
        _starter(policy, preload)


def lend(policy: Policy, preload: tuple[str, ...], ahead: str = "") -> socket.socket:
    """A line to this process's starter: another process that ``borrow``s it need not import the same once more.

    Returns at once. What is ordered on the line waits until the starter is ready.
    """
    ours, theirs = pair()
    threading.Thread(target=_connect, args=(policy, preload, ahead, theirs), name="lend", daemon=True).start()
    return ours


def _connect(policy: Policy, preload: tuple[str, ...], ahead: str, line: socket.socket) -> None:
    with line:
        with _one_at_a_time:
            starter = _found(policy, preload, ahead)
        if not starter.alive:  # others can order meanwhile
            with _one_at_a_time:
                starter = _starter(policy, preload)
        starter.connect(line)


def borrow(policy: Policy, preload: tuple[str, ...], line: socket.socket, ahead: str = "") -> None:
    """Has this process use a line that was lent to it, as long as there is somebody at the other end."""
    _starters()[_kind(policy, preload, ahead)] = Line(line)


def end_starters() -> None:
    """Ends the processes that this one has for starting others; there are new ones when they are needed."""
    while _starters():
        _starters().popitem()[1].close()


_one_at_a_time = threading.Lock()


@cache
def _starters() -> dict[object, Line]:
    return {}


def _kind(policy: Policy, preload: tuple[str, ...], ahead: str) -> object:
    # This process: a fork must not share the socket of the process it was forked from.
    return tuple(sorted(policy.environment.items())), policy.data, preload, ahead, os.getpid()


def _starter(policy: Policy, preload: tuple[str, ...], ahead: str = "") -> Line:
    """The starter for this environment, these data and modules; one that has done no more where that has failed."""
    found = _found(policy, preload, ahead)
    return found if found.alive else _found(policy, preload)


def _found(policy: Policy, preload: tuple[str, ...], ahead: str = "") -> Line:
    """The same, perhaps not ready; a new one where the last has died."""
    kind = _kind(policy, preload, ahead)
    found = _starters().get(kind)
    if found is None and ahead:
        found = _starters()[kind] = Ahead(_found(policy, preload), ahead)
    elif found is None or (not ahead and not found.alive):
        found = _starters()[kind] = Starter(policy, preload)
    return found
