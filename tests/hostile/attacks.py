"""The collection: what each attack hands in, and how its cells find what there is to aim at.

An attack is a folder ``<group>/<name>/``:

* ``answer.py``: a first line that says what it tries and what would be gained, and blocks by question; ``first`` is a
  cell before all others;
* ``notebook.py``, where the file itself is the attack: ``change(notebook, canaries)``, or ``beside(folder, canaries)``
  for files handed in beside it;
* ``report.json``: what it must get; nothing where there is no notebook to grade.
"""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from answers import blocks, submission
from nbformat.v4 import new_code_cell

from autograder.exercises import questions

if TYPE_CHECKING:
    from types import ModuleType

FOLDER = Path(__file__).parent
GROUPS = ("forge", "read", "harm", "leave")
# Importing TensorFlow and drawing take seconds, and these questions are pure NumPy.
_WITHOUT_KERAS = """
import sys


class Nothing:
    __file__, __path__, __spec__ = "", [], None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __iter__(self):
        return iter(())


for name in ("tensorflow", "matplotlib", "matplotlib.pyplot"):
    sys.modules[name] = Nothing()
"""
_ATTEMPT = '''
def attempt(**tries):
    """Tries everything, and says what came of each in the message of an exception, which the report repeats."""
    import errno

    seen = []
    for name, action in tries.items():
        try:
            result = action()
        except BaseException as error:
            code = errno.errorcode.get(getattr(error, "errno", None), "")
            seen.append(f"{name}: {type(error).__name__} {code}".strip())
        else:
            print(name, repr(result)[:4000])
            seen.append(f"{name}: done")
    raise RuntimeError(", ".join(seen))


def nothing():
    raise LookupError
'''


@dataclass(frozen=True)
class Attack:
    """One attack; ``learner`` is who hands it in."""

    group: str
    name: str

    @property
    def folder(self) -> Path:
        return FOLDER / self.group / self.name

    @property
    def learner(self) -> str:
        return f"{self.group}-{self.name}"

    @property
    def tries(self) -> str:
        """What it tries, and what would be gained."""
        return self.answer.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")

    @property
    def honest_points(self) -> float:
        """What is answered honestly beside the attack: on its second line, as ``# Honest: 2.5 points``."""
        found = re.match(r"# Honest: ([\d.]+) points", self.answer.read_text(encoding="utf-8").split("\n")[1])
        return float(found[1]) if found else 0.0

    @property
    def raced(self) -> list[str]:
        """Questions at which it races with the grader, which decides how it fails: as ``# Races: adam_step``."""
        found = re.search(r"^# Races: (.+)$", self.answer.read_text(encoding="utf-8"), re.MULTILINE)
        return found[1].split() if found else []

    @property
    def answer(self) -> Path:
        return self.folder / "answer.py"

    @property
    def assignment(self) -> str:
        known = [questions()[name].assignment for name in blocks(self.answer) if name in questions()]
        return known[0] if known else "optimizer_steps"

    def hand_in(self, folder: Path, canaries: dict[str, Any]) -> None:
        """Writes all of it into a learner's folder."""
        folder.mkdir(parents=True)
        given = blocks(self.answer)
        notebook = submission(self.assignment, self.answer)
        first = given.get("first", "")
        if self.assignment == "optimizer_steps":
            first = f"{_WITHOUT_KERAS}{first}"
        notebook.cells.insert(0, new_code_cell(_aimed(first, canaries)))
        for cell in notebook.cells:
            name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
            if name.endswith("_answer") and name.removesuffix("_answer") in given:
                cell.source = _aimed(cell.source, canaries)
        path = folder / f"{self.assignment}.ipynb"
        own = self._own()
        if hasattr(own, "change"):
            own.change(notebook, canaries)
        # nbformat would set right what an attack has set wrong.
        path.write_text(json.dumps(notebook), encoding="ascii")
        if hasattr(own, "beside"):
            own.beside(folder, canaries)

    def _own(self) -> ModuleType | None:
        path = self.folder / "notebook.py"
        if not path.exists():
            return None
        described = importlib.util.spec_from_file_location(f"{self.group}_{self.name}", path)
        assert described is not None
        assert described.loader is not None
        module = importlib.util.module_from_spec(described)
        described.loader.exec_module(module)
        return module


def _aimed(source: str, canaries: dict[str, Any]) -> str:
    """The source, after what it needs to find its targets."""
    parts = [f"CANARY = {canaries!r}\n" if "CANARY" in source else "", _ATTEMPT if "attempt(" in source else "", source]
    return "".join(parts)


def attacks(chosen: list[str] | None = None) -> list[Attack]:
    """All of them, or those named ``group/name``."""
    found = sorted(path.parent for path in FOLDER.glob("*/*/answer.py"))
    every = [Attack(path.parent.name, path.name) for path in found]
    return [item for item in every if not chosen or f"{item.group}/{item.name}" in chosen]
