"""nbgrader's check of its metadata, done once for what every notebook of a class holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import CheckCellMetadata

if TYPE_CHECKING:
    from nbformat import NotebookNode

_RIGHT: dict[str, None] = {}
_KEPT = 100


class CheckMetadata(CheckCellMetadata):
    """Checks as nbgrader does, which also checks its schema for each cell; what it found right is right again."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Checks one notebook."""
        marked = [cell for cell in nb.cells if "nbgrader" in cell.metadata]
        content = json.dumps([(cell.cell_type, cell.metadata.nbgrader) for cell in marked])
        if content not in _RIGHT:
            super().preprocess(nb, resources)
            # A cell of another type than it should have is right, too, but nbgrader says so every time.
            if all(cell.metadata.nbgrader.get("cell_type", cell.cell_type) == cell.cell_type for cell in marked):
                _RIGHT[content] = None
                if len(_RIGHT) > _KEPT:
                    del _RIGHT[next(iter(_RIGHT))]
        return nb, resources
