"""Brings a submission back into the shape nbgrader expects, so that every learner gets a mark for what is there.

What notebooks come back as: cells duplicated, moved, deleted or turned to Markdown; points, ids and metadata edited;
all of nbgrader's metadata lost in an editor that does not know it; an older or newer notebook format; a file name with
"(1)" in it. The source notebook says what belongs where; nbgrader's own ``OverwriteCells`` then restores locked text.
"""

from __future__ import annotations

import os
import shutil
import stat
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

_NOTEBOOK_BYTES, _FILES_BYTES = 32 << 20, 100 << 20
_LOST_BY_HAND = (
    "이 셀의 표시가 제출된 노트북에 없었습니다. 답은 다른 셀에 있을 수 있습니다. / "
    "This cell had lost its marks in the submission; the answer may stand in another cell."
)


class Repair(NbGraderPreprocessor):
    """Gives cells their nbgrader metadata, type and place back; adds what was deleted; takes doubles apart."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Repairs one notebook."""
        nb = _unicode(nb)
        _plain(nb)
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


def _unicode(tree: Any) -> Any:
    """The notebook without halves of surrogate pairs, which no file can hold."""
    if isinstance(tree, dict):
        return nbformat.from_dict({_unicode(key): _unicode(value) for key, value in tree.items()})
    if isinstance(tree, list):
        return [_unicode(item) for item in tree]
    return tree.encode("utf-8", "replace").decode("utf-8") if isinstance(tree, str) else tree


def _plain(nb: NotebookNode) -> None:
    """Makes metadata dictionaries and sources texts, which everything after this takes for granted."""
    if not isinstance(nb.metadata, dict):
        nb["metadata"] = nbformat.from_dict({})
    for cell in nb.cells:
        if not isinstance(cell.get("metadata"), dict):
            cell["metadata"] = nbformat.from_dict({})
        if not isinstance(cell.metadata.get("nbgrader", {}), dict):
            del cell.metadata["nbgrader"]
        if not isinstance(cell.metadata.get("nbgrader", {}).get("grade_id", ""), str):
            del cell.metadata["nbgrader"]
        cell["source"] = str(cell.get("source", ""))


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

    A notebook that came as ``hidden_layer (1).ipynb`` is copied to the name nbgrader knows; what cannot be graded is
    named in one sentence and left out. nbgrader goes on whatever happens here, so nothing is left in when this fails.
    """
    log = get_logger()
    handed_in = list(notebooks)
    notebooks.clear()
    try:
        notebooks += _usable(handed_in, log)
    except (OSError, RecursionError) as error:
        log.error("%s cannot be looked through (%s) and is not graded", Path(handed_in[0]).parent, error)  # noqa: TRY400 - a sentence, no traceback


def _usable(notebooks: list[str], log: Any) -> list[str]:
    for place in {Path(name).parent for name in notebooks}:
        if _drop_what_is_no_file(place, log) > _FILES_BYTES:
            log.error("%s holds more than %d MiB and is not graded", place, _FILES_BYTES >> 20)
            return []
    usable = []
    for place in map(Path, notebooks):
        if not place.is_file():
            continue
        if place.stat().st_size > _NOTEBOOK_BYTES:
            log.error("%s is larger than %d MiB and is not graded", place, _NOTEBOOK_BYTES >> 20)
            continue
        try:
            read(place)
        except NotebookError as error:
            log.error("%s; the learner should hand it in again", error)  # noqa: TRY400 - a sentence, no traceback
            continue
        usable.append(str(place))
    folders = {Path(name).parent for name in usable}
    for folder in folders:
        wanted = next((name for name in NAMES if name == folder.name), None)
        there = sorted(folder.glob("*.ipynb"))
        renamed = [path for path in there if wanted and path.stem.startswith(wanted) and path.stem != wanted]
        if wanted and renamed and not (folder / f"{wanted}.ipynb").exists():
            target = folder / f"{wanted}.ipynb"
            shutil.copy(renamed[-1], target)
            usable.append(str(target))
            log.warning("%s is graded as %s", renamed[-1], target.name)
    return usable


def _drop_what_is_no_file(folder: Path, log: Any) -> int:
    """Removes links, pipes and the like: a copy of what they lead to would be somebody else's file, or never end.

    Returns:
        Bytes of the files.
    """
    size = 0
    for place, folders, names, number in os.fwalk(folder):  # by descriptors: a path may be longer than can be named
        for name in (*folders, *names):
            facts = os.stat(name, dir_fd=number, follow_symlinks=False)
            if stat.S_ISREG(facts.st_mode):
                size += facts.st_size
            elif not stat.S_ISDIR(facts.st_mode):
                log.warning("%s in %s is a link or no file at all; it is removed", name, place[-200:])
                os.unlink(name, dir_fd=number)
    return size
