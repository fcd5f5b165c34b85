"""A notebook's shell in this process: cells run as in a kernel, without one."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ipykernel.zmqshell import ZMQDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from jupyter_client.session import Session
from traitlets import Type
from traitlets.config import Config

from autograder.evidence.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.evidence import Crash


class _Shell(InteractiveShell):
    # The kernel's own, which tells hooks what is displayed.
    display_pub_class = Type(ZMQDisplayPublisher)

    def enable_gui(self, gui: str | None = None) -> None:
        pass


class Cells:
    """Runs cells under a ``Watch`` of their own. ``names`` is the notebook's namespace."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell, self._count = shell, 0
        self.names: dict[str, Any] = shell.user_ns
        self.watch = Watch()
        self.watch.start(shell)

    def run(self, source: str, cell: str | None = None) -> None:
        """Runs a cell; ``cell`` is the id of one that runs again."""
        self._count += 1
        self._shell.run_cell(source, store_history=True, cell_id=cell or f"cell {self._count}")

    def check(self) -> tuple[Crash | None, tuple[tuple[int, ...], ...]]:
        """Asks the watch in a cell, as a check does: the crash and the figures."""
        self.names["watch"] = self.watch
        self.run("asked = watch.crash_of_answer(), watch.figures_of_answer()")
        asked: tuple[Crash | None, tuple[tuple[int, ...], ...]] = self.names["asked"]
        return asked

    def crash(self) -> Crash | None:
        return self.check()[0]

    def figures(self) -> tuple[tuple[int, ...], ...]:
        return self.check()[1]


@contextmanager
def shell() -> Iterator[InteractiveShell]:
    """A fresh shell, of which nothing is left behind."""
    path, hook, main = list(sys.path), sys.excepthook, sys.modules["__main__"]
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    try:
        started = _Shell.instance(config=config, user_module=ModuleType("learner"))
        publisher: Any = started.display_pub
        publisher.session = Session(key=b"key")
        started.user_ns["display"] = display  # as every notebook has it
        yield started
    finally:
        _Shell.clear_instance()
        sys.path[:], sys.excepthook, sys.modules["__main__"] = path, hook, main
        sys.modules.pop("learner", None)


@contextmanager
def watched(shell: InteractiveShell) -> Iterator[Cells]:
    """Cells under a fresh watch; nothing that they display is sent to a front end."""
    listeners = shell.events.callbacks["post_run_cell"]
    before = list(listeners)
    cells = Cells(shell)
    publisher: Any = shell.display_pub
    publisher.register_hook(_swallow)
    try:
        yield cells
    finally:
        publisher.unregister_hook(_swallow)
        listeners[:] = before


def _swallow(_: dict[str, Any]) -> None:
    pass
