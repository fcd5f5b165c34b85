"""Loops without end are recognised while they run, and no other loop is taken for one."""

from __future__ import annotations

import ctypes
import linecache
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from autograder.running.kernels.loops import endless

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

ENDLESS = {
    "while True:\n    pass": "while True:",
    "while 1: pass": "while 1: pass",
    "step = 0\nwhile step < 10:\n    loss = 0.5 * step": "while step < 10:",
    "step, total = 0, 0.0\nwhile step < 10 and not total:\n    loss = step * 2": "while step < 10 and not total:",
    "going = True\nwhile going:\n    for_ever = 1\n    if for_ever == 2:\n        continue": "while going:",
    "def wait():\n    left = 3\n    while left:\n        done = -left\nwait()": "while left:",
    "try:\n    while True:\n        x = 1\nexcept Exception:\n    pass": "while True:",
    "for i in range(3):\n    while i < 3:\n        pass": "while i < 3:",
    "import numpy as np\nstep, w = 0, np.ones(3)\nwhile step < 10:\n    w = w - 0.1 * w": "while step < 10:",
    "i = 0\nwhile i < 3:\n    i += 1\n    while True:\n        pass": "while True:",
}

MAY_END = {
    "the condition changes": "i = 0\nwhile i < 10**12:\n    i += 1",
    "it changes by another name": "i, n = 0, [0]\nwhile n[0] < 10**12:\n    n[0] += 1",
    "an array by another name": "import numpy as np\nw = v = np.array(1e12)\nwhile v:\n    w -= 1",
    "it asks somebody": "import time\nend = time.monotonic() + 100\nwhile time.monotonic() < end:\n    pass",
    "a break": "i = 0\nwhile True:\n    i += 1\n    if i == 10**12:\n        break",
    "a return": "def f():\n    i = 0\n    while 1:\n        i += 1\n        if i == 10**12:\n            return\nf()",
    "an error": "i = 10**12\nwhile True:\n    i -= 1\n    1 / i",
    "somebody else's error": "many = iter(range(10**12))\nwhile True:\n    next(many)",
    "somebody else's value": "from unittest.mock import MagicMock\nc = MagicMock()\nwhile c:\n    pass",
    "a loop beside it": "flag = True\ndef g():\n    while flag:\n        pass\nfor i in range(10**12):\n    pass",
    "a loop that is not entered": "flag, i = False, 0\nwhile i < 10**12:\n    i += 1\n    while flag:\n        pass",
}


@contextmanager
def running(source: str) -> Iterator[FrameType]:
    """The frame in which a cell runs, in a thread that ends with the block."""
    name = f"ipykernel_1/{abs(hash(source))}.py"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)

    def cell() -> None:
        with suppress(SystemExit):
            exec(compile(source, name, "exec"), {"__name__": "__main__"})  # noqa: S102 - what this file is about

    thread = threading.Thread(target=cell, daemon=True)
    thread.start()
    time.sleep(0.05)
    assert thread.ident is not None
    frame: FrameType | None = sys._current_frames()[thread.ident]  # noqa: SLF001 - the documented way to it
    while frame is not None and frame.f_code.co_filename != name:  # it may be at what it calls
        frame = frame.f_back
    assert frame is not None
    try:
        yield frame
    finally:
        while thread.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
            thread.join(0.1)
        del linecache.cache[name]


@pytest.mark.parametrize(("source", "head"), ENDLESS.items(), ids=ENDLESS)
def test_a_loop_that_cannot_end_is_named(source: str, head: str) -> None:
    with running(source) as frame:
        assert endless(frame) == head


@pytest.mark.parametrize("source", MAY_END.values(), ids=MAY_END)
def test_a_loop_that_may_end_is_left_alone(source: str) -> None:
    with running(source) as frame:
        for _ in range(20):
            assert endless(frame) == ""
            time.sleep(0.002)
