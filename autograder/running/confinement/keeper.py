"""The keeper: starts a confined process, watches its limits, and ends it with everything it started.

The keeper itself stays outside the walls, where the confined processes cannot see it. It ends when they have, or ends
them: when a limit is met, when it is told to, or when whoever ordered them is gone.
"""

from __future__ import annotations

import json
import os
import select
import signal
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.running.confinement import syscalls, walls
from autograder.running.confinement.policy import Policy
from autograder.running.confinement.usage import Usage

if TYPE_CHECKING:
    from autograder.running.confinement.limits import Limits

INTERRUPT, END = b"i", b"e"
"""What the keeper is told: interrupt the confined process; end it."""

FIRST_KEPT = 100
"""What the first of the kept descriptors is called inside: the same number however it came there."""

_SECONDS_BETWEEN_LOOKS = 0.1
_CLIENT_BYTES = 512 << 20  # beyond this a client holds more than any output limit lets through
_GRACE_SECONDS = 10  # the client ends a notebook in time by itself, and says at which cell


@dataclass
class Order:
    """What to start.

    Attributes:
        policy: the walls.
        program: module and function, ``module:function``, that runs inside with ``arguments``.
        arguments: its arguments, as JSON.
        keep: file descriptors that stay open inside, there as ``FIRST_KEPT`` and so on.
        control: the descriptor on which the keeper is told what to do; at its end the keeper ends everything.
        status: the descriptor for the one JSON object that says how it ended.
        client: the process that reads what the confined one sends; 0 for one that need not be watched.
    """

    policy: Policy
    program: str
    arguments: dict[str, Any]
    keep: list[int]
    control: int
    status: int
    client: int

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Order:
        """Reads what the provisioner wrote."""
        return cls(**{**data, "policy": Policy.from_json(data["policy"])})


def keep(order: Order) -> None:
    """Does it all: returns when nothing of what was started is alive."""
    root = os.geteuid() == 0 and _has_user(walls.NOBODY)
    error, inside_error = os.pipe()
    try:
        _new_namespaces(root=root)
        first = os.fork()
    except OSError as problem:
        _say(order, error=str(problem))
        return
    if first == 0:
        os.close(error)
        _inside(order, inside_error, root=root)
    os.close(inside_error)
    if said := os.read(error, 4_096):
        os.waitpid(first, 0)
        _say(order, error=said.decode(errors="replace"))
        return
    reason = _watch(first, order)
    _, status = os.waitpid(first, 0)
    _say(order, reason=reason, status=os.waitstatus_to_exitcode(status))


def _say(order: Order, **facts: object) -> None:
    os.write(order.status, json.dumps(facts).encode())


def _has_user(user: int) -> bool:
    """Whether there is such a user here: the root of a small container may be the only one."""
    lines = [map(int, line.split()) for line in Path("/proc/self/uid_map").read_text(encoding="utf-8").splitlines()]
    return any(first <= user < first + count for first, _, count in lines)


def _new_namespaces(*, root: bool) -> None:
    """A user namespace in which this process has every privilege, and a process namespace for its children."""
    user, group = os.geteuid(), os.getegid()
    if not root:
        syscalls.unshare("user", "pid")
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{walls.LEARNER} {user} 1")
        _write("/proc/self/gid_map", f"{walls.LEARNER} {group} 1")
        return
    # Two lines of a map can only be written from outside: root, who sets up, and nobody, who is become.
    ours, theirs = os.pipe()
    parent = os.getpid()
    helper = os.fork()
    if helper == 0:
        code = 1
        try:
            os.close(theirs)
            os.read(ours, 1)
            for kind in ("uid", "gid"):
                _write(f"/proc/{parent}/{kind}_map", f"0 0 1\n{walls.LEARNER} {walls.NOBODY} 1")
            code = 0
        finally:
            os._exit(code)
    os.close(ours)
    try:
        syscalls.unshare("user", "pid")
    finally:
        os.close(theirs)
        _, status = os.waitpid(helper, 0)
    if status:
        message = "uid_map cannot be written"
        raise OSError(message)


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8")


def _inside(order: Order, error: int, *, root: bool) -> NoReturn:
    """The first process inside: raises the walls, starts the program, and buries what is left behind."""
    code = 1
    try:
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        _close_all_but(order.keep, error)
        walls.raise_walls(order.policy, root=root)
        # Changing users has cleared it.
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        code = _bury(_start(order, error), error)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, the keeper must hear of it
        os.write(error, f"{type(problem).__name__}: {problem}".encode()[:4_096])
    finally:
        os._exit(code)


def _start(order: Order, error: int) -> int:
    program = os.fork()
    if program:
        return program
    try:
        os.close(error)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # A change of users makes a process's own entries in /proc somebody else's.
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
        module, _, function = order.program.partition(":")
        getattr(import_module(module), function)(**order.arguments)
    finally:
        os._exit(0)


def _bury(program: int, error: int) -> int:
    """Waits until the program has ended; passes interrupts on to it. With this process, all others here end."""
    signal.signal(signal.SIGINT, lambda *_: os.kill(program, signal.SIGINT))
    os.close(error)  # all is well
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == program:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _close_all_but(kept: list[int], error: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    numbers = range(FIRST_KEPT, FIRST_KEPT + len(kept))
    for number, ours in zip(numbers, kept, strict=True):
        os.dup2(ours, number)
    for number in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 - names are all that is wanted
        if number > 2 and number not in {*numbers, error}:  # noqa: PLR2004 - standard input, output and error
            try:
                os.close(number)
            except OSError:  # the listing's own
                continue


def _watch(first: int, order: Order) -> str:
    """Returns when the first process has ended, or was ended; then says which limit it met, if any."""
    limits, usage = order.policy.limits, Usage(first, order.client)
    deadline = time.monotonic() + limits.notebook_seconds + _GRACE_SECONDS
    ended = os.pidfd_open(first)
    while not (reason := _limit_met(usage, limits, deadline)):
        ready, _, _ = select.select([ended, order.control], [], [], _SECONDS_BETWEEN_LOOKS)
        if ended in ready:
            return ""
        if order.control in ready:
            if os.read(order.control, 1) != INTERRUPT:
                break
            os.kill(first, signal.SIGINT)
    os.kill(first, signal.SIGKILL)
    return reason


def _limit_met(usage: Usage, limits: Limits, deadline: float) -> str:
    if time.monotonic() > deadline:
        return "NotebookTimeout"
    memory, seconds = usage.memory_and_processor(limits.memory_bytes)
    if memory > limits.memory_bytes:
        return "MemoryLimit"
    if seconds > limits.processor_seconds:
        return "ProcessorLimit"
    return "OutputLimit" if usage.client_growth() > _CLIENT_BYTES else ""
