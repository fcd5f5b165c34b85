"""What a run of a notebook is: its cells, and where which evidence is taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from autograder.evidence import Request

_HEAVY = re.compile(r"\b(keras|tensorflow)\b")


@dataclass(frozen=True)
class Plan:
    """What is run, and what is taken.

    Attributes:
        notebook: its code cells get their outputs.
        requests: what to take at the cell of each index, instead of running it.
        late: what to take after the last cell.
    """

    notebook: NotebookNode
    requests: Mapping[int, Request]
    late: tuple[Request, ...] = ()

    @cached_property
    def asked(self) -> dict[str, Request]:
        """All requests by question, in order."""
        return {request.question: request for request in (*self.requests.values(), *self.late)}

    @cached_property
    def warm(self) -> bool:
        """Whether any code speaks of what takes seconds to import."""
        return any(_HEAVY.search(cell.source) for cell in self.notebook.cells if cell.cell_type == "code")

    @cached_property
    def steps(self) -> list[tuple[object, ...]]:
        """Of each cell, everything on which a run depends; empty for a text."""
        return [
            (cell.source, cell.metadata.get("tags"), index in self.requests and self.requests[index].question)
            if cell.cell_type == "code"
            else ()
            for index, cell in enumerate(self.notebook.cells)
        ]

    def question_from(self, place: int) -> str:
        """The first question that is checked at the cell of index ``place`` or later; empty when there is none."""
        first = min((index for index in self.requests if index >= place), default=None)
        return "" if first is None else self.requests[first].question

    def begins_like(self, other: Plan, place: int) -> bool:
        """Whether a kernel that has run the cells before ``place`` of one has run those of the other, too."""
        return (
            place <= min(len(self.notebook.cells), len(other.notebook.cells))
            and self.steps[:place] == other.steps[:place]
            # Its random numbers have begun, and what a kernel has imported is decided when it starts.
            and self.question_from(place) == other.question_from(place)
            and self.warm == other.warm
        )
