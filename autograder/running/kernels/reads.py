"""On what of earlier cells a cell depends."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# Of the others, some show what variables there are, and some reach beyond the notebook.
_BUILT_IN = frozenset(
    "Exception ValueError abs all any bool dict divmod enumerate filter float getattr int isinstance len list map max "
    "min pow print range reversed round set sorted str sum tuple zip".split()
)


class _Reader(ast.NodeVisitor):
    """Walks a cell in the order in which it runs."""

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.read: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)
        elif node.id not in self.bound:
            self.read.add(node.id)

    def visit_alias(self, node: ast.alias) -> None:
        self.bound.add((node.asname or node.name).partition(".")[0])

    def visit_Assign(self, node: ast.Assign) -> None:
        self._in_order(node.value, *node.targets)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id not in self.bound:
            self.read.add(node.target.id)
        self._in_order(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        self._in_order(node.iter, node.target, *node.body, *node.orelse)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._in_order(node.iter, node.target, *node.ifs)

    def _visit_comprehended(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._in_order(*node.generators, node.elt)

    visit_ListComp = visit_SetComp = visit_GeneratorExp = _visit_comprehended  # noqa: N815

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._in_order(*node.generators, node.key, node.value)

    def _in_order(self, *nodes: ast.AST) -> None:
        for node in nodes:
            self.visit(node)


def reads_only_libraries(source: str, variables: Mapping[str, object], besides: Collection[str] = ()) -> bool:
    """Whether a cell uses nothing but modules and harmless built-in functions before it binds it itself.

    Args:
        source: the cell.
        variables: what it would find.
        besides: names that it may use, too.
    """
    reader = _Reader()
    reader.visit(ast.parse(source))
    return all(
        inspect.ismodule(variables[name]) if name in variables else name in _BUILT_IN
        for name in reader.read - set(besides)
    )
