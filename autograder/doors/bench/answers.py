"""Answers for trying a course: an answer file replaces the reference's cells question by question.

An answer file holds one block for each question it answers differently from the source notebook::

    # %% two_dense_layers
    dense1 = ...

A block ``# %% all: blank`` at the top leaves every other question as it was released. Answers lie in a checkout's
``tests/golden/<assignment>/<case>/answer.py``, never in this package, which learners install.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from nbformat import NotebookNode

COLLECTION = Path("tests", "golden")
"""Where a checkout keeps its answers."""

_BLOCK = re.compile(r"^# %% (.+)$", re.MULTILINE)
_MARKER = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)


def blocks(path: Path) -> dict[str, str]:
    """Each question's code by name."""
    parts = _BLOCK.split(path.read_text(encoding="utf-8"))
    return {name.strip(): body.strip("\n") for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def source(course: Path, assignment: str) -> NotebookNode:
    """The instructor's notebook."""
    return nbformat.read(course / "source" / assignment / f"{assignment}.ipynb", as_version=4)


def release(course: Path, assignment: str, language: str = "ko") -> NotebookNode:
    """The notebook that learners get."""
    return nbformat.read(course / "release" / language / assignment / f"{assignment}.ipynb", as_version=4)


def reference(course: Path, assignment: str) -> dict[str, str]:
    """The reference answer's code by question."""
    return {question_of(cell): _MARKER.sub("", cell.source) for cell in answer_cells(source(course, assignment))}


def submission(course: Path, assignment: str, answer: Path | None = None, language: str = "ko") -> NotebookNode:
    """A release filled in: with the reference answer, changed as ``answer`` says."""
    notebook = release(course, assignment, language)
    given = blocks(answer) if answer else {}
    filled = {} if given.pop("all: blank", None) is not None else reference(course, assignment)
    filled |= given
    for cell in answer_cells(notebook):
        cell.source = filled.get(question_of(cell), cell.source)
    return notebook


def answer_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells in which learners answer."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]


def question_of(cell: NotebookNode) -> str:
    """The question that an answer's cell belongs to."""
    return str(cell.metadata.nbgrader["grade_id"]).removesuffix("_answer")
