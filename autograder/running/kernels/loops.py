"""Loops of a cell that do not end: at once where that can be seen from the loop, otherwise after a while."""

from __future__ import annotations

import ast
import ctypes
import linecache
import sys
import threading
import time
from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np
from zmq.utils.garbage import GarbageCollectorThread

from autograder.evidence.watch import of_a_cell

if TYPE_CHECKING:
    from types import FrameType

_HARMLESS = (
    *(ast.Pass, ast.Expr, ast.Assign, ast.AugAssign, ast.If, ast.While, ast.Continue),
    *(ast.Name, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Add, ast.Sub, ast.Mult),
    *(ast.expr_context, ast.boolop, ast.cmpop, ast.unaryop),
)
"""Code that runs nobody else's, and with numbers leaves a loop by no error that would not have come at once."""

_PLAIN = {bool, int, float, str, NoneType}


class CellTimeout(BaseException):
    """Code of a cell has run for too long. No ``Exception``: a loop that tries again and again would go on."""

    seconds = 0

    def __str__(self) -> str:
        """What is said of any cell that meets a limit of time."""
        return f"{self.seconds} s"


class EndlessLoop(BaseException):
    """A loop cannot end. No ``Exception`` either."""

    head = ""

    def __str__(self) -> str:
        """The line that begins the loop."""
        return self.head


def watch(shell: Any, seconds: int) -> None:
    """Stops code of a cell that is in a loop without end, or computes for too long.

    A thread looks once a second. A signal would interrupt waits of TensorFlow's, which ends the process then.

    Args:
        shell: runs cells, and has not yet run any.
        seconds: of processor time on end, while no library is at work.
    """

    def begin(_: Any) -> None:
        shell.events.unregister("pre_run_cell", begin)
        _Look(seconds).start()

    # Nearly all of the kernel's own threads run by then.
    shell.events.register("pre_run_cell", begin)


class _Look(threading.Thread):
    """Looks at what the main thread, which starts this one, does."""

    def __init__(self, seconds: int) -> None:
        super().__init__(name="loops", daemon=True)
        CellTimeout.seconds = self._seconds = seconds
        self._cells = threading.get_ident()
        self._ours = set(sys._current_frames())  # noqa: SLF001 - the documented way to them

    def run(self) -> None:
        self._ours.add(threading.get_ident())
        clock = time.pthread_getcpuclockid(self._cells)
        on_end, before = 0.0, time.clock_gettime(clock)
        while True:
            time.sleep(1)
            now, frames = time.clock_gettime(clock), sys._current_frames()  # noqa: SLF001 - as above
            frame = frames.get(self._cells)
            on_end = on_end + now - before if frame and of_a_cell(frame.f_code.co_filename) else 0.0
            before = now
            # A thread of the learner's may be what the loop is waiting for.
            alone = frames.keys() <= self._ours | _of_zmq()
            if frame and on_end >= 1 and alone and (head := endless(frame)):
                EndlessLoop.head = head
                self._stop_cell(EndlessLoop)
                on_end = 0.0
            elif on_end >= self._seconds:
                self._stop_cell(CellTimeout)
                on_end = 0.0

    def _stop_cell(self, why: type[BaseException]) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._cells), ctypes.py_object(why))


def _of_zmq() -> set[int]:
    """A kernel's only thread that starts later: when something large is displayed."""
    return {thread.ident or 0 for thread in threading.enumerate() if isinstance(thread, GarbageCollectorThread)}


def endless(frame: FrameType) -> str:
    """The line that begins a loop which ``frame``, of a cell and at work for a second, will never leave.

    Where that is not certain, empty. It is certain of a ``while`` whose condition holds, if there is no way out of its
    body, and if nothing that the condition reads is assigned there.
    """
    # Both at once, before the frame goes on.
    line, names = frame.f_lineno or 0, {**frame.f_globals, **frame.f_locals}
    lines = linecache.getlines(frame.f_code.co_filename)
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    loops = [part for part in ast.walk(tree) if isinstance(part, ast.While)]
    around = [loop for loop in loops if loop.lineno <= line <= (loop.body[-1].end_lineno or 0)]
    return next((lines[loop.lineno - 1].strip() for loop in around if _has_no_end(loop, names)), "")


def _has_no_end(loop: ast.While, names: dict[str, Any]) -> bool:
    parts = [part for branch in (loop.test, *loop.body) for part in ast.walk(branch)]
    if not all(isinstance(part, _HARMLESS) for part in parts):
        return False
    values = {part.id: names.get(part.id, ...) for part in parts if isinstance(part, ast.Name)}
    constants = [part.value for part in parts if isinstance(part, ast.Constant)]
    if not all(_is_plain(value) or _is_of_numbers(value) for value in (*values.values(), *constants)):
        return False
    assigned = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    read = {part.id for part in ast.walk(loop.test) if isinstance(part, ast.Name)}
    # An array can be changed by another name; a plain value cannot.
    return not assigned & read and all(_is_plain(values[name]) for name in read) and _holds(loop.test, values)


def _is_plain(value: Any) -> bool:
    return type(value) in _PLAIN


def _is_of_numbers(value: Any) -> bool:
    return (type(value) is np.ndarray or isinstance(value, np.generic)) and not value.dtype.hasobject


def _holds(condition: ast.expr, values: dict[str, Any]) -> bool:
    try:
        return bool(eval(compile(ast.Expression(condition), "<condition>", "eval"), {"__builtins__": {}}, values))  # noqa: S307 - plain values only
    except (ArithmeticError, TypeError, ValueError, RecursionError, MemoryError):
        return False
