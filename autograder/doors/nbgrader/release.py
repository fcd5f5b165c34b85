"""Makes a release in one language from a source in both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum

from autograder.exercises import texts
from autograder.running.cells import NotebookError, read
from autograder.running.kernels.opening import Opening

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

_LINE = re.compile(r"^(\s*# )(ko|en): ", re.MULTILINE)


class KeepLanguage(NbGraderPreprocessor):
    """Drops cells of other languages, and comment lines such as ``# en: …`` in code; notes the language kept."""

    language = Enum(texts.LANGUAGES, "ko", help="The language to keep.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Keeps one language."""
        nb.cells = [cell for cell in nb.cells if cell.metadata.pop("autograder", {}).get("language") in self._kept]
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.source = _one_language(cell.source, self.language)
        nb.metadata["autograder"] = {"language": self.language}
        return nb, resources

    @property
    def _kept(self) -> tuple[str | None, str]:
        return None, self.language


def openings(source: Path) -> list[Opening]:
    """What releases of a source begin with; nothing where it cannot be read."""
    found: list[Opening] = []
    for language in texts.LANGUAGES:
        try:
            notebook = read(source)
        except NotebookError:
            return []
        for cell in notebook.cells:
            cell.source = _one_language(cell.source, language)
        opening = Opening.of(notebook)
        found += [opening] if opening and opening not in found else []
    return found


def _one_language(source: str, language: str) -> str:
    lines = []
    for line in source.split("\n"):
        match = _LINE.match(line)
        if match is None:
            lines.append(line)
        elif match[2] == language:
            lines.append(match[1] + line[match.end() :])
    return "\n".join(lines)
