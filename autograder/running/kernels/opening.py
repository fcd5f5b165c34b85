"""What is the same in all notebooks of an assignment: the course's own cells.

Where one of the first of them does nothing but work out variables, such as all pictures as floating-point numbers, one
process does so for a class, and kernels that are forked from it take them over where they come to that cell: see
``ahead``. Figures that are drawn from nothing but libraries are drawn once, too: see ``drawn``.
"""

from __future__ import annotations

import ast
import itertools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.running.cells import is_answer, is_graded, question_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

_FIGURE = re.compile(r"\bplt\.")
_AHEAD = "autograder.running.kernels.ahead:run"


@dataclass(frozen=True)
class Opening:
    """The first cells of a release, up to its first answer, and the figures of all.

    Attributes:
        cells: the sources of the first cells.
        others: sources of cells that may stand among them in a release: what differs from language to language.
        figures: sources of the course's own cells anywhere that show figures.
    """

    cells: tuple[str, ...]
    others: frozenset[str]
    figures: tuple[str, ...]

    @classmethod
    def of(cls, release: NotebookNode) -> Opening | None:
        """The opening of a release; None where there is nothing to be done ahead."""
        cells, others = [], set()
        for cell in _leading(release):
            if cell.metadata.get("autograder", {}).get("language"):
                others.add(cell.source)
                continue
            if not _plain(cell.source) or _FIGURE.search(cell.source):
                break  # a figure belongs to the kernel that shows it
            cells.append(cell.source)
        own = [cell.source for cell in release.cells if _is_own(cell)]
        figures = tuple(source for source in own if _statements(source) and _FIGURE.search(source))
        found = cls(tuple(cells), frozenset(others), figures)
        return found if figures or any(map(works_out, cells)) else None

    @property
    def ahead(self) -> str:
        """How a process is told to run it: see ``starter.LINE``."""
        return json.dumps([_AHEAD, [self.cells, self.figures]])

    def begins(self, notebook: NotebookNode) -> bool:
        """Whether a notebook begins with it."""
        cells = (cell.source for cell in _leading(notebook) if cell.source not in self.others)
        return all(next(cells, None) == source for source in self.cells)


def _is_own(cell: NotebookNode) -> bool:
    """Whether a cell is code of the course's that checks nothing."""
    return cell.cell_type == "code" and not (is_answer(cell) or is_graded(cell) or question_of(cell))


def _leading(notebook: NotebookNode) -> Iterator[NotebookNode]:
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return itertools.takewhile(_is_own, code)


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):  # a magic command, say
        return []


def _plain(source: str) -> bool:
    """Whether a cell only imports, binds names and calls: nothing in it is defined that would keep its variables."""
    statements = _statements(source)
    usual = all(isinstance(item, (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)) for item in statements)
    return bool(statements) and usual and not any(isinstance(node, ast.Lambda) for node in ast.walk(ast.parse(source)))


def works_out(source: str) -> bool:
    """Whether a cell binds names, prints perhaps, and does nothing else."""
    statements = _statements(source)
    prints = all(_is_print(item.value) for item in statements if isinstance(item, ast.Expr))
    targets = [target for item in statements if isinstance(item, ast.Assign) for target in item.targets]
    return prints and bool(targets) and all(map(_is_name, targets))


def _is_print(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(map(_is_name, target.elts))
    return isinstance(target, ast.Name)
