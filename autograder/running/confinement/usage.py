"""What the processes inside use together, as seen from outside in ``/proc``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
# Of /proc/<pid>/stat behind the name: own and buried children's time in user and kernel mode; pages in memory.
_TIMES, _RESIDENT = slice(11, 15), 21


class Usage:
    """Reads usage of ``first``, the first process of a process namespace, and of all it contains."""

    def __init__(self, first: int, client: int) -> None:
        """Notes how large the client is now."""
        self._first, self._client = first, client
        self._client_before = _resident(client)

    def memory_and_processor(self, enough: int) -> tuple[int, float]:
        """Bytes in memory and seconds of processor time of all processes together.

        Pages that several processes share are counted once for each, unless that gives more than ``enough``: then they
        are shared out, which takes longer to find out. Processes that have ended and were waited for count for time.
        """
        processes = list(self._processes())
        facts = [_read(process, "stat").rpartition(")")[2].split() for process in processes]
        ticks = sum(sum(map(int, stat[_TIMES])) for stat in facts)
        memory = sum(int(stat[_RESIDENT]) * _PAGE for stat in facts if stat)
        return memory if memory <= enough else sum(map(_proportional, processes)), ticks / _TICKS

    def client_growth(self) -> int:
        """Bytes by which the client has grown: what it had to take in."""
        return _resident(self._client) - self._client_before

    def _processes(self) -> Iterator[int]:
        """All processes inside: orphans become children of the first, so that every one descends from it."""
        waiting = [self._first]
        while waiting:
            process = waiting.pop()
            yield process
            for thread in _threads(process):
                waiting += map(int, _read(process, f"task/{thread}/children").split())


def _threads(process: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{process}/task")  # noqa: PTH208 - names are all that is wanted
    except OSError:
        return []


def _resident(process: int) -> int:
    """Bytes in memory; 0 for a process that is not there, such as number 0."""
    pages = _read(process, "statm").split()
    return int(pages[1]) * _PAGE if pages else 0


def _proportional(process: int) -> int:
    lines = _read(process, "smaps_rollup").splitlines()
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), _resident(process))


def _read(process: int, name: str) -> str:
    """A file of ``/proc``; empty when the process has ended."""
    try:
        return Path(f"/proc/{process}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
