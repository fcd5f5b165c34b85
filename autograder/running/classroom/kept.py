"""What is kept of a run, as bytes: the evidence it gave, and the notebook with what its cells displayed."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import nbformat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from autograder.running.notebook_run import Run

_FACTS, _NOTEBOOK = "run.json", "notebook.ipynb"


class DamagedError(Exception):
    """What was kept cannot be read; the message says why."""


@dataclass(frozen=True)
class KeptRun:
    """A run as it was kept.

    Attributes:
        notebook: with the outputs of its cells.
        packed: evidence by question, as bytes: it is read only where it is judged.
        seeds: of each question's probes.
        confined: whether there were walls around it.
        stopped: why it ended before its last cell; empty when it did not.
    """

    notebook: NotebookNode
    packed: dict[str, bytes]
    seeds: dict[str, int]
    confined: bool
    stopped: str


def pack(run: Run, seeds: Mapping[str, int]) -> bytes:
    """Writes a run as bytes."""
    facts = {
        "seeds": {name: str(seed) for name, seed in seeds.items()},
        "confined": run.confined,
        "stopped": run.stopped,
    }
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr(_FACTS, json.dumps(facts), ZIP_DEFLATED)
        archive.writestr(_NOTEBOOK, json.dumps(run.notebook), ZIP_DEFLATED)
        for name, bundle in run.packed.items():
            archive.writestr(f"{name}.npz", bundle, ZIP_STORED)  # weights do not compress
    return data.getvalue()


def unpack(data: bytes) -> KeptRun:
    """Reads back what ``pack`` gave.

    Raises:
        DamagedError: it did not.
    """
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            facts = json.loads(archive.read(_FACTS))
            notebook = nbformat.from_dict(json.loads(archive.read(_NOTEBOOK)))
            seeds = {name: int(seed) for name, seed in facts["seeds"].items()}
            packed = {name: archive.read(f"{name}.npz") for name in seeds}
        return KeptRun(notebook, packed, seeds, facts["confined"], facts["stopped"])
    except (BadZipFile, ValueError, KeyError) as error:
        message = f"what was kept of a run is damaged ({' '.join(str(error).split())})"
        raise DamagedError(message) from error
