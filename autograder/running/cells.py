"""Reads notebooks: which cell checks which question, and what a file holds that should be a notebook."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.exercises import assignments, questions
from autograder.exercises.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nbformat import NotebookNode

    from autograder.exercises.model import Assignment

_CELLS = 2_000
_EXPORT_CELL = re.compile(r"^# (?:In\[[ \d*]*\]:|%%.*)$", re.MULTILINE)


class NotebookError(Exception):
    """The file cannot be used; the message is one sentence that names it and the remedy."""


def read(path: Path) -> NotebookNode:
    """Reads an ``.ipynb``, or a ``.py`` that Jupyter exported from one, as a notebook of format 4.

    Raises:
        NotebookError: it is neither.
    """
    try:
        text = path.read_text(encoding="utf-8")
        notebook = _from_export(text) if path.suffix == ".py" else nbformat.reads(text, as_version=4)
        if len(notebook.cells) <= _CELLS:
            return notebook
        message = f"{path} has {len(notebook.cells):,} cells and more than {_CELLS:,} are not run: delete some"
    except FileNotFoundError:
        message = f"there is no file {path}: check the name"
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read ({error}): check that it is a notebook"
    except Exception as error:  # noqa: BLE001 - nbformat raises what its parsers raise
        reason = " ".join(str(error).split())[:120]
        message = f"{path} is not a valid notebook ({reason}): download or save it again"
    raise NotebookError(message)


def _from_export(text: str) -> NotebookNode:
    notebook = new_notebook()
    for body in _EXPORT_CELL.split(text):
        source = body.strip()
        if source:
            comment = all(line.startswith("#") or not line.strip() for line in source.splitlines())
            notebook.cells.append(new_markdown_cell(source) if comment else new_code_cell(source))
    return notebook


def question_of(cell: Mapping[str, object]) -> str | None:
    """The question that a cell checks: by nbgrader's metadata, or by a last line ``check("name")``."""
    if is_graded(cell):
        metadata: Any = cell["metadata"]
        name = metadata["nbgrader"].get("grade_id")
        if isinstance(name, str) and name in questions():
            return name
    if cell.get("cell_type") != "code" or "check(" not in str(cell.get("source", "")):
        return None
    return _checked(str(cell["source"]))


def _checked(source: str) -> str | None:
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, ValueError, IndexError, RecursionError, MemoryError):
        return None
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or len(call.args) != 1 or not isinstance(call.args[0], ast.Constant):
        return None
    function = call.func
    named = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    name = call.args[0].value
    return name if named == "check" and isinstance(name, str) and name in questions() else None


def check_cells(notebook: NotebookNode) -> dict[int, str]:
    """Index of each check cell to its question, in order; of several cells for one question the last.

    A cell that nbgrader grades goes before one that only asks in the same words, wherever it stands: those a learner
    may write as often as they like.
    """
    found: dict[str, int] = {}
    for graded in (False, True):
        found |= {
            name: index
            for index, cell in enumerate(notebook.cells)
            if (name := question_of(cell)) and is_graded(cell) is graded and not questions()[name].by_hand
        }
    return {index: name for name, index in sorted(found.items(), key=lambda item: item[1])}


def is_graded(cell: Mapping[str, object]) -> bool:
    """Whether nbgrader takes a mark from what the cell displays."""
    return bool(_nbgrader(cell).get("grade")) and not is_answer(cell)


def is_answer(cell: Mapping[str, object]) -> bool:
    """Whether it is a learner's to fill in."""
    return bool(_nbgrader(cell).get("solution"))


def _nbgrader(cell: Mapping[str, object]) -> Mapping[str, object]:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return nbgrader if isinstance(nbgrader, dict) else {}


def assignment_of(notebook: NotebookNode) -> Assignment | None:
    """The assignment most of the notebook's check cells belong to; None when it has none."""
    names = [questions()[name].assignment for name in check_cells(notebook).values()]
    return assignments()[max(set(names), key=names.count)] if names else None


def language_of(notebook: NotebookNode, default: str = "ko") -> str:
    """The language the notebook was released in; ``default`` where it does not say one that there is."""
    said = notebook.metadata.get("autograder") if isinstance(notebook.metadata, dict) else None
    found = said.get("language") if isinstance(said, dict) else None
    return str(found) if found in LANGUAGES else default
