"""The kernel inside the walls: IPython's, on sockets that were opened outside.

The sockets' folder is not visible inside, so nothing a notebook does can put something else in their place.
"""

from __future__ import annotations

import sys
from typing import Any

import zmq
from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp

from autograder.running.confinement.policy import FITS_FOLDER
from autograder.running.fits.asking import Asker
from autograder.running.fits.lookup import install
from autograder.running.kernels import loops


class OutputLimit(Exception):  # noqa: N818 - learners read it, and what stops a notebook from outside has such names
    """More was printed than is allowed."""


class _CappedStream(OutStream):
    """Stops a cell that prints too much, so that the others can go on; the client would end the kernel, a bit later."""

    left = 0

    def write(self, string: str) -> int:
        _CappedStream.left -= len(string)
        if _CappedStream.left < 0:
            message = "this notebook has printed more than is allowed"
            raise OutputLimit(message)
        return super().write(string) or 0


class ConfinedKernelApp(IPKernelApp):
    """Takes over listening sockets instead of opening its own."""

    listeners: dict[int, int]  # port to file descriptor

    def _try_bind_socket(self, s: Any, port: int) -> int:
        s.setsockopt(zmq.USE_FD, self.listeners[port])
        s.bind(f"ipc://{self.ip}-{port}")
        return port

    def _apply_curve_client_options(self, socket: Any) -> None:
        # Called just before the debugger's socket connects to a path that does not exist in here: once is enough.
        socket.reconnect_ivl = -1
        super()._apply_curve_client_options(socket)

    def init_heartbeat(self) -> None:
        """There is none: the keeper knows whether the kernel lives."""
        self.heartbeat = None

    def init_connection_file(self) -> None:
        """There is none: what it would say has been set."""

    def write_connection_file(self, **_: Any) -> None:
        """Nobody in here connects to the kernel."""


def main(
    connection: dict[str, Any], listeners: dict[str, int], output_bytes: int, loop_seconds: int, fits: int | None
) -> None:
    """Runs a kernel until it is told to stop.

    Args:
        connection: what a connection file would say.
        listeners: file descriptors of listening sockets by channel.
        output_bytes: how much cells may print.
        loop_seconds: how long code of a cell may compute: see ``Limits``.
        fits: file descriptor on which to ask for trainings; None: they are carried out here.
    """
    _CappedStream.left = output_bytes
    app = ConfinedKernelApp.instance()
    app.listeners = {connection[f"{channel}_port"]: number for channel, number in listeners.items()}
    app.transport, app.ip = connection["transport"], connection["ip"]
    for channel in listeners:
        setattr(app, f"{channel}_port", connection[f"{channel}_port"])
    app.session.key = connection["key"].encode()
    app.outstream_class = f"{__name__}._CappedStream"
    app.initialize([])
    if pictures := sys.modules.get("autograder.running.kernels.pictures"):
        pictures.install()
    if ahead := sys.modules.get("autograder.running.kernels.ahead"):
        ahead.install(app.shell)
    loops.watch(app.shell, loop_seconds)
    if fits is None:
        install(None)
    else:
        asker = Asker(fits)
        install(FITS_FOLDER, asker, asker.found)
    app.start()
