"""Brings a submission back into the shape nbgrader expects, so that every learner gets a mark for what is there.

What notebooks come back as: cells duplicated, moved, deleted or turned to Markdown; points, ids and metadata edited;
all of nbgrader's metadata lost in an editor that does not know it; an older or newer notebook format; a file name with
"(1)" in it. The source notebook says what belongs where; nbgrader's own ``OverwriteCells`` then restores locked text.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, upgrade
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.log import get_logger

from autograder.exercises import NAMES
from autograder.running.cells import NotebookError, question_of, read

if TYPE_CHECKING:
    from nbformat import NotebookNode

_LOST_BY_HAND = (
    "이 셀의 표시가 제출된 노트북에 없었습니다. 답은 다른 셀에 있을 수 있습니다. / "
    "This cell had lost its marks in the submission; the answer may stand in another cell."
)


class Repair(NbGraderPreprocessor):
    """Gives cells their nbgrader metadata, type and place back; adds what was deleted; takes doubles apart."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Repairs one notebook."""
        nb = upgrade(nb, from_version=4, from_minor=nb.get("nbformat_minor", 5))
        facts = resources["nbgrader"]
        template = self._template(facts["assignment"], facts["notebook"])
        if not template:
            return nb, resources
        known = self._recognise(nb.cells, template)
        for index, cell in enumerate(nb.cells):
            name = known.get(index)
            if name is None:
                cell.metadata.pop("nbgrader", None)
            else:
                self._restore(cell, template[name])
        nb.cells = self._in_order(nb.cells, known, template, facts)
        _unique_ids(nb.cells)
        return nb, resources

    def _template(self, assignment: str, notebook: str) -> dict[str, NotebookNode]:
        """The source's nbgrader cells by grade id, in order."""
        course = self.parent.parent.coursedir
        path = Path(course.format_path(course.source_directory, ".", assignment)) / f"{notebook}.ipynb"
        if not path.exists():
            self.log.warning("Submissions are not repaired: there is no source notebook %s", path)
            return {}
        cells = nbformat.read(path, as_version=4).cells
        return {cell.metadata.nbgrader.grade_id: cell for cell in cells if "nbgrader" in cell.metadata}

    def _recognise(self, cells: list[NotebookNode], template: dict[str, NotebookNode]) -> dict[int, str]:
        """Index of each cell that belongs to the assignment, to its grade id; of doubles the last."""
        found: dict[str, tuple[int, int]] = {}
        for index, cell in enumerate(cells):
            for trust, name in enumerate(reversed(_names(cell, template))):
                if name in template and (name not in found or found[name][0] <= trust):
                    if name in found:
                        self.log.warning("Cell %s is there twice; the last one counts", name)
                    found[name] = trust, index
                    break
        return {index: name for name, (_, index) in found.items()}

    def _restore(self, cell: NotebookNode, model: NotebookNode) -> None:
        if cell.cell_type != model.cell_type:
            self.log.warning("Cell %s had become %s", model.metadata.nbgrader.grade_id, cell.cell_type)
            fresh = new_code_cell if model.cell_type == "code" else new_markdown_cell
            replacement = fresh(cell.source, id=cell.id)
            cell.clear()
            cell.update(replacement)
        cell.metadata["nbgrader"] = nbformat.from_dict(dict(model.metadata.nbgrader))

    def _in_order(
        self, cells: list[NotebookNode], known: dict[int, str], template: dict[str, NotebookNode], facts: dict[str, str]
    ) -> list[NotebookNode]:
        """The assignment's cells in its order, each followed by what the learner had put after it."""
        groups: dict[str, list[NotebookNode]] = {"": []}
        current = ""
        for index, cell in enumerate(cells):
            current = known.get(index, current)
            groups.setdefault(current, []).append(cell)
        if [name for name in groups if name] != [name for name in template if name in groups]:
            self.log.warning("Cells were moved; they are graded in the assignment's order")
        ordered = groups[""]
        for name, model in template.items():
            if name in groups:
                ordered = ordered + groups[name]
            elif model.metadata.nbgrader.get("grade") or model.metadata.nbgrader.get("locked"):
                self.log.warning("Cell %s was missing; it is back", name)
                ordered = [*ordered, self._added(name, model, facts)]
        return ordered

    def _added(self, name: str, model: NotebookNode, facts: dict[str, str]) -> NotebookNode:
        with Gradebook(facts["db_url"]) as gradebook:
            source = gradebook.find_source_cell(name, facts["notebook"], facts["assignment"]).source
        by_hand = model.metadata.nbgrader.get("solution")
        cell = (new_code_cell if model.cell_type == "code" else new_markdown_cell)(_LOST_BY_HAND if by_hand else source)
        cell.metadata["nbgrader"] = nbformat.from_dict(dict(model.metadata.nbgrader))
        return cell


def _names(cell: NotebookNode, template: dict[str, NotebookNode]) -> list[str | None]:
    """What a cell may be, from the best evidence to the weakest."""
    same_text = None
    if "nbgrader" not in cell.metadata:
        same_text = next(
            (
                name
                for name, model in template.items()
                if model.metadata.nbgrader.get("locked") and model.source == cell.source
            ),
            None,
        )
    return [cell.metadata.get("nbgrader", {}).get("grade_id"), cell.get("id"), question_of(cell), same_text]


def _unique_ids(cells: list[NotebookNode]) -> None:
    counted = Counter(cell.id for cell in cells)
    for cell in cells:
        if counted[cell.id] > 1:
            cell["id"] = new_markdown_cell().id


def check_files(*, assignment: str, student: str, notebooks: list[str]) -> None:  # noqa: ARG001 - nbgrader's interface
    """Looks at the files of a submission before nbgrader does: ``Autograde.pre_convert_hook``.

    A notebook that came as ``hidden_layer (1).ipynb`` is copied to the name nbgrader knows; a file that is none is
    named in one sentence.
    """
    log = get_logger()
    for place in [Path(name) for name in notebooks]:
        try:
            read(place)
        except NotebookError as error:
            log.error("%s; the learner should hand it in again", error)  # noqa: TRY400 - a sentence, no traceback
    folders = {Path(name).parent for name in notebooks}
    for folder in folders:
        wanted = next((name for name in NAMES if name == folder.name), None)
        there = sorted(folder.glob("*.ipynb"))
        renamed = [path for path in there if wanted and path.stem.startswith(wanted) and path.stem != wanted]
        if wanted and renamed and not (folder / f"{wanted}.ipynb").exists():
            target = folder / f"{wanted}.ipynb"
            shutil.copy(renamed[-1], target)
            notebooks.append(str(target))
            log.warning("%s is graded as %s", renamed[-1], target.name)
