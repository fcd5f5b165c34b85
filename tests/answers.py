"""Answers for trying the course: an answer file replaces the reference's cells question by question.

An answer file holds one block for each question it answers differently from the source notebook::

    # %% two_dense_layers
    dense1 = ...

A block ``# %% all: blank`` at the top leaves every other question as it was released.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
_BLOCK = re.compile(r"^# %% (.+)$", re.MULTILINE)
_MARKER = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)


def blocks(path: Path) -> dict[str, str]:
    """Each question's code by name."""
    parts = _BLOCK.split(path.read_text(encoding="utf-8"))
    return {name.strip(): body.strip("\n") for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def source(assignment: str) -> NotebookNode:
    return nbformat.read(ROOT / "source" / assignment / f"{assignment}.ipynb", as_version=4)


def release(assignment: str, language: str = "ko") -> NotebookNode:
    return nbformat.read(ROOT / "release" / language / assignment / f"{assignment}.ipynb", as_version=4)


def reference(assignment: str) -> dict[str, str]:
    """The reference answer's code by question."""
    found = {}
    for cell in source(assignment).cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader.get("solution"):
            found[nbgrader["grade_id"].removesuffix("_answer")] = _MARKER.sub("", cell.source)
    return found


def submission(assignment: str, answer: Path | None = None, language: str = "ko") -> NotebookNode:
    """A release filled in: with the reference answer, changed as ``answer`` says."""
    notebook = release(assignment, language)
    given = blocks(answer) if answer else {}
    filled = {} if given.pop("all: blank", None) is not None else reference(assignment)
    filled |= given
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        name = str(nbgrader.get("grade_id", "")).removesuffix("_answer")
        if nbgrader.get("solution") and name in filled:
            cell.source = filled[name]
    return notebook
