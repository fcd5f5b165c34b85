"""Grades a class in which the attacks of ``tests/hostile`` sit among honest learners, and says what came of it.

``python tests/hostile_class.py run RESULT.json [GROUP/NAME …]`` grades by nbgrader's own commands, in an outer cage
where the machine allows one; ``write`` instead of ``run RESULT.json`` stores the reports. Read what was written before
you commit it: does it show that the attack failed, and for the right reason? The tests compare and never write.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from hostile import cage
from hostile.attacks import attacks
from hostile.canaries import VARIABLE, Canaries
from hostile.course import HONEST, Class

from autograder.judging import dataset
from autograder.running.confinement.kept import end_starters

_DEADLINE_SECONDS = 1_500


def grade(folder: Path, chosen: list[str], *, alone: bool) -> dict[str, Any]:
    """Grades the hostile class and an honest one in ``folder``; ``alone``: the attacks without honest learners."""
    home = folder / "home"
    canaries = Canaries(folder / "outside", home)
    os.environ.update({"HOME": str(home), "TMPDIR": str(folder / "tmp"), VARIABLE: canaries.tokens["variable"]})
    tempfile.tempdir = None  # it was found out before
    result: dict[str, Any] = {"tokens": canaries.tokens}
    for name, hostile in (("hostile", attacks(chosen)), *([] if alone else [("honest", [])])):
        made = Class(folder / name, canaries, hostile, {} if alone else HONEST)
        made.grade()
        result[name] = made.result()
    result["touched"] = canaries.look()
    canaries.end()
    end_starters()
    result["left_over"] = _others()
    return result


def _others() -> list[str]:
    """Processes beside the first one here and this one."""
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208 - names are all that is wanted
        if name.isdigit() and int(name) not in {1, os.getpid()}:
            try:
                found.append(Path(f"/proc/{name}/cmdline").read_text(encoding="utf-8").replace("\0", " ")[:200])
            except OSError:
                continue
    return found


def _work(folder: Path, chosen: list[str], *, alone: bool) -> None:
    os.setsid()
    result = grade(folder, chosen, alone=alone)
    (folder / "result.json").write_text(json.dumps(result, indent=1), encoding="ascii")


def run(chosen: list[str], *, alone: bool = False) -> dict[str, Any]:
    """Does it all in an outer cage, or without one where there is none; returns what came of it."""
    work = partial(_work, chosen=chosen, alone=alone)
    # nbgrader calls the program `alembic`, which lies beside this interpreter.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ["KERAS_HOME"] = str(dataset.directory().parents[1])
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hostile-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        for name in ("home", "tmp", "outside"):
            (folder / name).mkdir()
        why_not = cage.run(partial(work, folder), folder, _DEADLINE_SECONDS)
        if why_not:
            _uncaged(partial(work, folder))
        path = folder / "result.json"
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {**result, "no_cage": why_not, "seconds": time.monotonic() - began}


def _uncaged(work: partial[None]) -> None:
    worker = os.fork()
    if worker == 0:
        try:
            work()
        finally:
            os._exit(0)
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while os.waitpid(worker, os.WNOHANG) == (0, 0):
        time.sleep(0.2)
        if time.monotonic() > deadline:
            os.killpg(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
            return


def main(arguments: list[str]) -> None:
    """Does what the docstring above says."""
    match arguments:
        case ["run", place, *chosen]:
            Path(place).write_text(json.dumps(run(chosen), indent=1), encoding="ascii")
        case ["write", *chosen]:
            result = run(chosen, alone=True)
            for attack in attacks(chosen):
                report = json.dumps(result["hostile"]["reports"].get(attack.learner, {}), ensure_ascii=False, indent=1)
                (attack.folder / "report.json").write_text(report + "\n", encoding="utf-8")
            result["hostile"] |= {"reports": {}, "feedback": {}}
            sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
        case _:
            sys.exit("usage: hostile_class.py run RESULT.json [GROUP/NAME …] | write [GROUP/NAME …]")


if __name__ == "__main__":
    main(sys.argv[1:])
