"""The kernel inside the walls: IPython's, on sockets that were opened outside.

The sockets' folder is not visible inside, so nothing a notebook does can put something else in their place.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from typing import Any

import zmq
from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp

from autograder.evidence.watch import of_a_cell
from autograder.running.confinement.policy import FITS_FOLDER
from autograder.running.fits.asking import Asker
from autograder.running.fits.lookup import install


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


class CellTimeout(BaseException):
    """Code of a cell has run for too long. No ``Exception``: a loop that tries again and again would go on."""

    seconds = 0

    def __str__(self) -> str:
        """What is said of any cell that meets a limit of time."""
        return f"{self.seconds} s"


def _end_loops(seconds: int) -> None:
    """Stops code of a cell that computes for so many seconds of processor time on end, while no library is at work.

    A thread looks once a second. A signal would interrupt waits of TensorFlow's, which ends the process then.
    """
    CellTimeout.seconds = seconds
    thread = threading.main_thread().ident or 0
    clock, raises = time.pthread_getcpuclockid(thread), ctypes.pythonapi.PyThreadState_SetAsyncExc

    def look() -> None:
        on_end, before = 0.0, time.clock_gettime(clock)
        while True:
            time.sleep(1)
            now = time.clock_gettime(clock)
            frame = sys._current_frames().get(thread)  # noqa: SLF001 - the documented way to it
            on_end = on_end + now - before if frame and of_a_cell(frame.f_code.co_filename) else 0.0
            before = now
            if on_end >= seconds:
                raises(ctypes.c_ulong(thread), ctypes.py_object(CellTimeout))
                on_end = 0.0

    threading.Thread(target=look, name="loops", daemon=True).start()


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
    _end_loops(loop_seconds)
    if fits is None:
        install(None)
    else:
        asker = Asker(fits)
        install(FITS_FOLDER, asker, asker.found)
    app.start()
