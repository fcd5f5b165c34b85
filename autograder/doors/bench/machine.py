"""What a program costs the machine, and which machine that is.

Processor time and memory are those *of the whole machine* while the program runs: kernels that a keeper forks are
reaped elsewhere, so that no sum over a tree of processes would have them all. Measure on an idle machine.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable

_EVERY_SECONDS = 0.2
_FAREWELL_SECONDS = 15
_VERSIONS = ("tensorflow", "keras", "numpy", "nbgrader")


class ProgramError(Exception):
    """A program that is measured failed; one sentence."""


@dataclass(frozen=True)
class Cost:
    """What something cost.

    Attributes:
        seconds: wall time.
        processor_seconds: processor time of the whole machine.
        memory_bytes: how far the whole machine's available memory fell.
    """

    seconds: float = 0.0
    processor_seconds: float = 0.0
    memory_bytes: int = 0

    def __add__(self, other: Cost) -> Cost:
        """One after the other."""
        return Cost(
            self.seconds + other.seconds,
            self.processor_seconds + other.processor_seconds,
            max(self.memory_bytes, other.memory_bytes),
        )


def measured(
    command: list[str],
    folder: Path,
    *,
    fine: tuple[int, ...] = (0,),
    on_tick: Callable[[], None] = lambda: None,
) -> tuple[Cost, str]:
    """Runs a Python module's command line to its end.

    Args:
        command: the module and its arguments.
        folder: the working directory.
        fine: exit codes that are no failure.
        on_tick: called again and again meanwhile.

    Returns:
        the cost, and what was written to standard output.

    Raises:
        ProgramError: it ended with another exit code.
    """
    # nbgrader calls the program `alembic`; in a venv that is not activated it is not on PATH.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    before, least, began = _busy(), psutil.virtual_memory().available, perf_counter()
    at_first = least
    process = subprocess.Popen(  # noqa: S603 - our own and nbgrader's
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that Ctrl-C reaches us alone, and we end it
    )
    try:
        while True:
            least = min(least, psutil.virtual_memory().available)
            on_tick()
            with suppress(subprocess.TimeoutExpired):
                said, complained = process.communicate(timeout=_EVERY_SECONDS)
                break
    except BaseException:
        _end(process)
        raise
    cost = Cost(perf_counter() - began, _busy() - before, at_first - least)
    if process.returncode not in fine:
        lines = (complained.strip() or said.strip() or "it did not say why").splitlines()
        message = f"`{' '.join(command[:3])}` failed: {lines[-1]}"
        raise ProgramError(message)
    return cost, said


def _end(process: subprocess.Popen[str]) -> None:
    """As Ctrl-C would, and then whatever is left of it."""
    process.send_signal(signal.SIGINT)
    try:
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_FAREWELL_SECONDS)
    finally:  # also after a second Ctrl-C
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _busy() -> float:
    """Seconds that the machine's processors have worked since it started."""
    times = psutil.cpu_times()
    # Linux counts a guest's time as a user's, too.
    return sum(times) - times.idle - getattr(times, "iowait", 0) - getattr(times, "guest", 0)


def described() -> dict[str, str]:
    """The machine, and what is installed on it."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "system": platform.platform(),
        "Python": platform.python_version(),
        **{name: version(name) for name in _VERSIONS},
        "date": dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "load average at the start": f"{os.getloadavg()[0]:.2f}",
    }


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
