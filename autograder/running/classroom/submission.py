"""A submission as a value: everything that a run of it depends on, so that equal submissions have equal runs."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import nbformat

from autograder import __version__
from autograder.evidence import wire
from autograder.exercises import questions
from autograder.running.confinement import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

_LIBRARIES = ("keras", "numpy", "tensorflow")
_FACTS, _NOTEBOOK = "submission.json", "notebook.ipynb"
# When it was handed in changes nothing about what was handed in.
_NOT_CONTENT = "timestamp.txt"


@dataclass(frozen=True)
class Submission:
    """What is run.

    Attributes:
        notebook: as nbgrader has sanitised it, without outputs.
        files: the content of the files handed in beside it, by path.
        seeds: of each question asked.
        limits: what it may use.
        confined: whether to raise walls.
    """

    notebook: NotebookNode
    files: Mapping[str, bytes]
    seeds: Mapping[str, int]
    limits: Limits
    confined: bool

    @cached_property
    def key(self) -> str:
        """The content as a hash: equal for submissions whose runs give the same.

        The ids of cells are left out: those of cells that were added or repaired are drawn anew each time.
        """
        content = {
            "notebook": _without_ids(self.notebook),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()},
            "seeds": self.seeds,
            "asked": {name: _digest_of_request(name, seed) for name, seed in self.seeds.items()},
            "limits": asdict(self.limits),
            "confined": self.confined,
            "versions": versions(),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def trains(self) -> bool:
        """Whether it seems to train a network."""
        return any(".fit(" in cell.source for cell in self.notebook.cells if cell.cell_type == "code")

    def pack(self) -> bytes:
        """The submission as bytes, for another process or machine."""
        facts = {
            "seeds": {name: str(seed) for name, seed in self.seeds.items()},
            "limits": asdict(self.limits),
            "confined": self.confined,
            "files": list(self.files),
        }
        data = io.BytesIO()
        with ZipFile(data, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_FACTS, json.dumps(facts))
            archive.writestr(_NOTEBOOK, json.dumps(self.notebook))
            for number, content in enumerate(self.files.values()):
                archive.writestr(str(number), content)
        return data.getvalue()

    @classmethod
    def unpack(cls, data: bytes) -> Submission:
        """Reads back what ``pack`` gave."""
        with ZipFile(io.BytesIO(data)) as archive:
            facts = json.loads(archive.read(_FACTS))
            notebook = nbformat.from_dict(json.loads(archive.read(_NOTEBOOK)))
            files = {name: archive.read(str(number)) for number, name in enumerate(facts["files"])}
        seeds = {name: int(seed) for name, seed in facts["seeds"].items()}
        return cls(notebook, files, seeds, Limits(**facts["limits"]), facts["confined"])


@cache
def versions() -> list[str]:
    """Of this package and its code that runs notebooks, and of the libraries that give other numbers in others."""
    code = hashlib.sha256()
    for room in ("evidence", "running"):
        folder = Path(__file__).resolve().parents[2] / room
        for path in sorted(folder.rglob("*.py")):
            code.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    ours = f"autograder {__version__} {code.hexdigest()[:16]}"
    return [ours, *(f"{library} {version(library)}" for library in _LIBRARIES)]


def _without_ids(notebook: NotebookNode) -> dict[str, Any]:
    cells = [{name: value for name, value in cell.items() if name != "id"} for cell in notebook.cells]
    return {"metadata": notebook.metadata, "cells": cells}


def _digest_of_request(question: str, seed: int) -> str:
    return hashlib.sha256(wire.pack(questions()[question].request(seed))).hexdigest()


def files_beside(folder: Path, limits: Limits) -> dict[str, bytes]:
    """The files beside a notebook, as many as fit in half of its scratch folder; links and the like are left out."""
    found: dict[str, bytes] = {}
    left = limits.scratch_bytes // 2
    for place, folders, names in os.walk(folder):
        folders.sort()
        for path in (Path(place, name) for name in sorted(names)):
            name = path.relative_to(folder).as_posix()
            facts = path.lstat()
            notebook = path.parent == folder and path.suffix == ".ipynb"
            if notebook or name == _NOT_CONTENT or not stat.S_ISREG(facts.st_mode):
                continue
            left -= facts.st_size
            if left < 0:
                return found
            found[name] = path.read_bytes()
    return found
