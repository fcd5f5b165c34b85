"""Notes what happens between two checks in a notebook: the exception that stopped a cell, and the figures shown."""

from __future__ import annotations

import linecache
import re
import sys
import weakref
from typing import Any

from autograder.evidence.kinds import Crash

_MESSAGE = 300
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BAD_SCOPE_NAME = re.compile(r"is not a valid (root )?scope name")


class Watch:
    """One per process. Does nothing until ``start`` is given a shell."""

    def __init__(self) -> None:
        self._shell: Any = None
        self._crash: Crash | None = None
        self._crashed_cell: str | None = None
        self._figures: list[tuple[weakref.ref[Any], tuple[int, ...]]] = []
        self._answered = False
        self._collecting = False

    def start(self, shell: Any) -> None:
        """Listens to ``shell``; a second call does nothing."""
        if self._shell is not None or shell is None:
            return
        self._shell = shell
        shell.events.register("post_run_cell", self._after_cell)
        register = getattr(getattr(shell, "display_pub", None), "register_hook", None)
        if register is not None:
            register(self._on_display)

    def crash_of_answer(self) -> Crash | None:
        """The last exception among the cells run since an earlier check, unless its cell was run again without one."""
        self._answered = self._collecting = True
        return self._crash

    def figures_of_answer(self) -> tuple[tuple[int, ...], ...]:
        """For each figure shown since an earlier check or still open, the number of points of each of its lines."""
        return tuple(lines for _, lines in self._figures_so_far())

    def _after_cell(self, result: Any) -> None:
        if self._collecting:
            self._collecting = False
            return
        self._begin_answer()
        cell = getattr(result.info, "cell_id", None)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            self._crash, self._crashed_cell = _crash(error), cell
            if _BAD_SCOPE_NAME.search(str(error)):
                _close_name_scopes()
        elif cell is not None and cell == self._crashed_cell:
            self._crash = self._crashed_cell = None

    def _on_display(self, message: dict[str, Any]) -> dict[str, Any]:
        # The inline backend closes figures once they are shown, so this is the moment to look at them.
        data = message.get("content", {}).get("data", {})
        if any(str(kind).startswith("image/") for kind in data):
            self._begin_answer()
            self._figures = self._figures_so_far()
        return message

    def _figures_so_far(self) -> list[tuple[weakref.ref[Any], tuple[int, ...]]]:
        """Figures noted before and open ones, each once: all open ones are there whenever one of them is shown."""
        figures = _open_figures()
        closed = [(seen, lines) for seen, lines in self._figures if all(seen() is not figure for figure in figures)]
        return closed + [(weakref.ref(figure), _lines(figure)) for figure in figures]

    def _begin_answer(self) -> None:
        """Forgets the answer before, once something of the next one is seen."""
        if self._answered:
            self._answered = False
            self._crash = self._crashed_cell = None
            self._figures = []


def _open_figures() -> list[Any]:
    # Asking pyplot for a figure would make it the current one, on which the learner's code draws next.
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return [manager.canvas.figure for manager in helpers.Gcf.get_all_fig_managers()] if helpers else []


def _lines(figure: Any) -> tuple[int, ...]:
    """The number of points of each line in the figure."""
    return tuple(len(line.get_xdata()) for axes in figure.axes for line in axes.get_lines())


def _crash(error: BaseException) -> Crash:
    line = (error.text or "") if isinstance(error, SyntaxError) else _line(error)
    message = " ".join(_COLOUR.sub("", str(error)).split())
    return Crash(type(error).__name__, message[:_MESSAGE], line.strip()[:_MESSAGE])


def _line(error: BaseException) -> str:
    """The line of the learner's own cell in which ``error`` came up."""
    found = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if of_a_cell(name):
            found = linecache.getline(name, trace.tb_lineno) or found
        trace = trace.tb_next
    return found


def of_a_cell(file: str) -> bool:
    """Whether this is what IPython calls the source of a cell."""
    return "ipykernel_" in file or file.startswith("<ipython-input")


def _close_name_scopes() -> None:
    """Closes the name scope that Keras leaves open when TensorFlow refuses a name.

    Without this, every later model in the process fails to train too (seen with Keras 3.15).
    """
    state = sys.modules.get("keras.src.backend.common.global_state")
    stack = state.get_global_attribute("name_scope_stack") if state is not None else None
    if stack:
        stack.clear()


WATCH = Watch()
