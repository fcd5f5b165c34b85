"""Runs an opening in the process that kernels are forked from, and has each kernel take over what its cells left.

A kernel comes to every cell as usual: it is in its history, and what it prints is printed. Only in the place of the
code stand its results, so that they take neither time nor memory of their own.
"""

from __future__ import annotations

import ast
import builtins
import io
import os
import random
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.running.fits import content, randomness
from autograder.running.kernels import drawn, pictures
from autograder.running.kernels.opening import works_out
from autograder.running.kernels.reads import reads_only_libraries

if TYPE_CHECKING:
    from collections.abc import Callable

_TAKE = f"__import__({__name__!r}, fromlist=['take']).take(globals())"
HELD: list[_Cell] = []
"""What this process has run ahead, in order."""
_taking: list[_Cell] = []


@dataclass(frozen=True)
class _Cell:
    """A cell that was run ahead: what it bound and printed; ``bound`` is None where a kernel has to run it again."""

    source: str
    bound: dict[str, Any] | None
    said: str


def run(cells: list[str], figures: list[str]) -> Callable[[], None]:
    """Runs an opening in this process, which must stay one that can be forked.

    Args:
        cells: as ``Opening.cells``.
        figures: as ``Opening.figures``.

    Returns:
        what is to be called before each fork: see ``starter.LINE``.

    Raises:
        RuntimeError: it cannot be any more.
    """
    pictures.install()
    threads = _threads()
    variables: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
    taken: set[str] = set()
    for source in cells:
        cell = _run(source, variables, taken)
        taken |= set(cell.bound or ())
        HELD.append(cell)
    for cell in HELD:
        for value in (cell.bound or {}).values():
            if isinstance(value, np.ndarray):
                content.keep(value)
    if _threads() != threads:  # which TensorFlow starts with its first operation
        message = "this opening cannot be run ahead: something of it runs on"
        raise RuntimeError(message)
    return drawn.draw(figures, variables)


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names are all that is wanted


def _run(source: str, variables: dict[str, Any], taken: set[str]) -> _Cell:
    before, said, warned = dict(variables), io.StringIO(), io.StringIO()
    randomness.seed(source)
    random_state = _random_state()
    with redirect_stdout(said), redirect_stderr(warned):
        exec(compile(source, "<opening>", "exec"), variables)  # noqa: S102 - the course's own code
    bound = {name: value for name, value in variables.items() if name not in before or before[name] is not value}
    alone = (
        works_out(source)
        and reads_only_libraries(source, before, taken)
        and _random_state() == random_state
        and not warned.getvalue()
    )
    return _Cell(source, bound if alone else None, said.getvalue())


def _random_state() -> list[Any]:
    kind, numbers, *rest = np.random.get_state()  # noqa: NPY002 - the state that notebooks draw from
    return [random.getstate(), kind, np.asarray(numbers).tolist(), rest]


def install(shell: Any) -> None:
    """Has a kernel's shell take over what was run ahead, cell by cell."""
    _Taker(shell, list(HELD))
    drawn.install(shell)


class _Taker:
    """Puts a taken-over cell's variables in the place of its code; leaves the shell alone when all of them are."""

    def __init__(self, shell: Any, cells: list[_Cell]) -> None:
        self._shell, self._left = shell, cells
        shell.events.register("pre_run_cell", self._begins)
        shell.ast_transformers.append(self)

    def _begins(self, info: Any) -> None:
        _taking[:] = []
        if not self._left:
            self._shell.events.unregister("pre_run_cell", self._begins)
            self._shell.ast_transformers.remove(self)
        elif info.raw_cell == self._left[0].source:
            _taking[:] = [self._left.pop(0)]

    def visit(self, tree: ast.Module) -> ast.Module:
        """As IPython calls it: gives the code that is run for a cell."""
        return ast.parse(_TAKE) if _taking and _taking[0].bound is not None else tree


def take(variables: dict[str, Any]) -> None:
    """Stands for the code of the cell that has just begun."""
    (cell,) = _taking
    variables.update(cell.bound or {})
    sys.stdout.write(cell.said)
