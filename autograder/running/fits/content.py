"""Arrays by content."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

_LARGE = 1 << 20
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
# Bits of /proc/self/pagemap (Linux, Documentation/admin-guide/mm/pagemap.rst): of all pages that this process shares
# with another one and has not written to since, the first is set and the second is not.
_PRESENT, _OWN = np.uint64(1 << 63), np.uint64(1 << 56)
_kept: dict[tuple[int, int], str] = {}


def fingerprint(array: np.ndarray) -> list[Any]:
    """What stands for an array in a description: type, shape, and a hash of its content in C order.

    It is taken anew each time (10 ms for the 300 MB of the training pictures), so that it cannot be out of date when an
    array was changed in place; only what was ``keep``t is looked up, as long as nobody has written to it. Who makes two
    arrays of one hash deceives nobody else: only data that a trusted process has made itself are trained on for others.
    """
    whole = np.ascontiguousarray(array)
    kept = _kept.get(_place(whole))
    content = kept if kept and _untouched(*_place(whole)) else xxhash.xxh3_128_hexdigest(whole.data)
    return [array.dtype.str, list(array.shape), content]


def keep(array: np.ndarray) -> None:
    """Keeps what a large array holds for processes that are forked from this one, which has to keep the array, too."""
    if array.nbytes >= _LARGE and array.flags.c_contiguous:
        _kept[_place(array)] = xxhash.xxh3_128_hexdigest(array.data)


def _place(array: np.ndarray) -> tuple[int, int]:
    return array.__array_interface__["data"][0], array.nbytes


def _untouched(address: int, size: int) -> bool:
    """Whether this process, a fork in a process namespace of its own, has not written to a piece of memory.

    To write to a page that is shared is to get another one, which is shared with nobody but forks of this process's
    own. There must be none: only the first process in here, from which this one was forked.
    """
    begin, end = address // _PAGE, -(-(address + size) // _PAGE)
    try:
        with Path("/proc/self/pagemap").open("rb", buffering=0) as pagemap:
            read = os.pread(pagemap.fileno(), 8 * (end - begin), 8 * begin)
        processes = {path.name for path in Path("/proc").iterdir() if path.name.isdigit()}
    except OSError:
        return False
    pages = np.frombuffer(read, np.uint64)
    shared = len(pages) == end - begin and bool(np.all(pages & (_PRESENT | _OWN) == _PRESENT))
    return shared and processes == {"1", str(os.getpid())}
