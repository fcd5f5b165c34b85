"""Starts keepers by forking: ``python -I -m autograder.running.confinement.starter [MODULE ...]``.

The modules named are imported first, so that whatever is started has them. Nothing is done with them: a process that
has imported TensorFlow but run no operation can be forked, and trains in the child as in any other process.

Orders come on the socket that is standard input, and on those that come on it, one a message, with the descriptors that
they need.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from autograder.running.confinement.keeper import Order, keep

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE_BYTES = 1 << 17
MOST_DESCRIPTORS = 32
DATA_VARIABLE = "AUTOGRADER_DATA"
"""Environment variable of the starter: where modules that hold data for its forks find them."""
LINE = b"line"
"""Said with a socket on which further orders will come. What follows it, if anything, is what to do first, by a fork
that then says the same on that socket and serves it: ``["module:function", [argument, ...]]`` as JSON. The function
gives another one, which is called before each fork, for what has come of it since, and must not wait."""


def serve(first: socket.socket, before: Callable[[], None] = lambda: None) -> None:
    """Forks a keeper for each order, until ``first`` ends; others may be given lines of their own."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for keepers: they say how they ended
    lines = [first]
    while True:
        for line in select.select(lines, [], [])[0]:
            message, numbers, _, _ = socket.recv_fds(line, MESSAGE_BYTES, MOST_DESCRIPTORS)
            if message == LINE:
                lines.append(socket.socket(fileno=numbers[0]))
            elif message.startswith(LINE):
                _prepare(message.removeprefix(LINE), numbers[0], lines)
            elif message:
                before()
                _fork(message, numbers, lines)
            elif line is first:
                return
            else:
                lines.remove(line)
                line.close()


def _fork(message: bytes, numbers: list[int], lines: list[socket.socket]) -> None:
    if os.fork() == 0:
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for line in lines:
                line.close()
            control, status, *kept = numbers
            keep(Order.from_json({**json.loads(message), "keep": kept, "control": control, "status": status}))
        finally:
            os._exit(0)
    for number in numbers:
        os.close(number)


def _prepare(preparation: bytes, number: int, lines: list[socket.socket]) -> None:
    """Serves a line by a fork that has done something more than this process; it ends where that fails."""
    if os.fork() == 0:
        try:
            for line in lines:
                line.close()
            program, arguments = json.loads(preparation)
            module, _, function = program.partition(":")
            before = getattr(import_module(module), function)(*arguments)
            os.write(number, LINE)
            _serve_on(number, before)
        finally:
            os._exit(0)
    os.close(number)


def _serve_on(number: int, before: Callable[[], None] = lambda: None) -> None:
    gc.freeze()  # what was imported is no garbage: looking through it took each fork 0.2 s, and a copy of its memory
    gc.enable()
    with socket.socket(fileno=number) as orders:
        serve(orders, before)


def main() -> None:
    """Imports what is named and serves."""
    # A thread that leaves interrupts to others may have started this; kernels must not leave them to anybody.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    gc.disable()  # looking for garbage takes a third of the time, and there is none
    for name in sys.argv[1:]:
        import_module(name)
    _serve_on(os.dup(0))


if __name__ == "__main__":
    main()
