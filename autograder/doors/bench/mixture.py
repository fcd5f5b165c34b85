"""A class as it may be: the same learners for the same seed.

What a learner hands in comes from a checkout's collection (see ``answers``): ``<case>/answer.py`` is the answer,
``<case>/report.json`` says what it earns, and ``own_cells.py``, where there is one, holds cells that are no answer to
anything, in which learners train what they like: blocks ``all: …`` stand in everybody's notebook, the block ``new: …``
takes the last one's place where a learner tries what nobody else has.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from nbformat.v4 import new_code_cell

from autograder.doors.bench.answers import COLLECTION, answer_cells, blocks, submission
from autograder.exercises.texts import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode


class Kind(StrEnum):
    """What sort of notebook a learner hands in."""

    RIGHT = "right answers, several styles"
    MISTAKE = "typical mistakes, or left blank"
    NEW = "right answers, and a network nobody else has"
    CRASH = "an answer crashes"
    LOOP = "an answer never ends"
    EVERY_FIT_NEW = "every fit new"


SHARES = {Kind.MISTAKE: 0.14, Kind.NEW: 0.08, Kind.CRASH: 0.02, Kind.LOOP: 0.02}
"""How many of a class; the rest are right. In a class of ``_ALL_KINDS`` or more there is at least one of each."""

HONEST = (Kind.RIGHT, Kind.MISTAKE, Kind.NEW)
"""Kinds that stock nbgrader is tried with: of the others it loses the submission or measures its own time limit."""

_ALL_KINDS = 8
_CRASHES = ("import os\n\nos._exit(1)", 'raise RuntimeError("this answer gives up")')
_LOOP = "while True:\n    pass"
_UNITS = range(20, 400)
_ENDS = ("crash_kernel_died", "crash_time_limit", "crash_endless_loop")


class CollectionError(Exception):
    """A folder does not hold what a class is made of; one sentence."""


@dataclass(frozen=True)
class Learner:
    """One learner and what is handed in.

    Attributes:
        name: nbgrader's id.
        kind: what sort of notebook.
        case: the answer in the collection that it was made from.
        language: of the notebook.
        notebook: the notebook.
    """

    name: str
    kind: Kind
    case: str
    language: str
    notebook: NotebookNode


class Mixture:
    """Makes the learners of one assignment."""

    def __init__(self, course: Path, assignment: str, seed: int) -> None:
        """Raises ``CollectionError`` where ``course`` is no checkout with the assignment's answers."""
        self._course, self._assignment, self._seed = course, assignment, seed
        self._folder = course / COLLECTION / assignment
        needed = [self._folder, course / "source" / assignment]
        needed += [course / "release" / language / assignment for language in LANGUAGES]
        for folder in needed:
            if not folder.is_dir():
                message = f"{folder} is missing: name the folder of a checkout of this course, which holds its answers."
                raise CollectionError(message)
        own = self._folder / "own_cells.py"
        self._own = blocks(own) if own.is_file() else {}
        self._right, self._mistaken = [], []
        for report in sorted(self._folder.glob("*/report.json")):
            got = [item for item in json.loads(report.read_text(encoding="utf-8")).values() if isinstance(item, dict)]
            if not got:  # a question with full marks is its points alone
                self._right.append(report.parent.name)
            elif not any(item["crash"] and item["crash"][0] in _ENDS for item in got):
                self._mistaken.append(report.parent.name)

    def learners(self, count: int) -> list[Learner]:
        """A class of ``count``."""
        draw = random.Random(f"{self._seed} {self._assignment}")  # noqa: S311 - reproducible, not secret
        kinds = self._kinds(count)
        draw.shuffle(kinds)
        units = iter(draw.sample([number for number in _UNITS if number != 100], len(kinds)))  # noqa: PLR2004 - the chapter's
        return [
            self._learner(draw, f"learner{number:03}", kind, next(units) if kind is Kind.NEW else None)
            for number, kind in enumerate(kinds, 1)
        ]

    def every_fit_new(self) -> Learner | None:
        """Somebody whose trainings nobody has carried out; None where the assignment trains nothing."""
        draw = random.Random(f"{self._seed} {self._assignment} new")  # noqa: S311 - likewise
        notebook = self._filled("reference", LANGUAGES[0], None)
        trains = [cell for cell in notebook.cells if cell.cell_type == "code" and ".fit(" in cell.source]
        for cell in trains:
            cell.source = f"keras.utils.set_random_seed({draw.randrange(2**31)})\n{cell.source}"
        learner = Learner("newcomer", Kind.EVERY_FIT_NEW, "reference", LANGUAGES[0], notebook)
        return learner if trains else None

    def _kinds(self, count: int) -> list[Kind]:
        least = 1 if count >= _ALL_KINDS else 0
        shares = {kind: share for kind, share in SHARES.items() if kind is not Kind.NEW or self._new}
        kinds = [kind for kind, share in shares.items() for _ in range(max(least, round(share * count)))]
        return kinds + [Kind.RIGHT] * (count - len(kinds))

    @property
    def _new(self) -> list[str]:
        return [code for name, code in self._own.items() if name.startswith("new:")]

    def _learner(self, draw: random.Random, name: str, kind: Kind, units: int | None) -> Learner:
        case = draw.choice(self._mistaken if kind is Kind.MISTAKE else self._right)
        language = draw.choice(LANGUAGES)
        notebook = self._filled(case, language, units)
        cells = [cell for cell in answer_cells(notebook) if cell.cell_type == "code"]
        touched = draw.choice(cells)
        touched.source += f"\n\n# {name}, {draw.randrange(1, 100)}\nnotes_of_mine = {draw.randrange(10**6)}"
        spoilt = draw.choice(cells)
        if kind is Kind.CRASH:
            spoilt.source = draw.choice(_CRASHES)
        elif kind is Kind.LOOP:
            spoilt.source = _LOOP
        return Learner(name, kind, case, language, notebook)

    def _filled(self, case: str, language: str, units: int | None) -> NotebookNode:
        """A case's notebook, with the learner's own cells at its end."""
        notebook = submission(self._course, self._assignment, self._folder / case / "answer.py", language)
        own = [code for name, code in self._own.items() if name.startswith("all:")]
        if units is not None:
            own[-1:] = [code.replace("UNITS", str(units)) for code in self._new]
        # With ids of our own: nbformat would draw them, and the notebooks would not be the same again.
        notebook.cells += [new_code_cell(code, id=f"own-{number}") for number, code in enumerate(own)]
        return notebook
