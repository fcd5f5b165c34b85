"""Kills ``autograder grade`` at random moments and starts it again, until the class is graded; by hand, not in CI.

    python tests/kill_class.py [KILLS] [SEED]

Compares everything nbgrader keeps with that of a class that was left in peace.
"""

from __future__ import annotations

import difflib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from answers import submission
from nbformat.v4 import new_code_cell
from small_class import ASSIGNMENT, MARKS, build, grade, gradebook, hand_in, start, written

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 8.0
MORE = 9


def course(place: Path) -> Path:
    """The small class without its broken file, and more of it: right answers that differ in a line."""
    # No loop that is cut off: what it displays until then depends on what else the machine does.
    build(place, [learner for learner in MARKS if learner != "kim"], "c.JudgedExecute.timeout = 180\n")
    for number in range(MORE):
        notebook = submission(ASSIGNMENT)
        notebook.cells.insert(1, new_code_cell(f"my_number = {number}", id=f"mine-{number}"))
        hand_in(place, f"more{number:02}", notebook)
    return place


def attempt(place: Path, seconds: float) -> bool:
    """Starts the command and kills it after a while; whether it had ended before."""
    process = start(place, "--workers", "2")
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        return False
    return True


def left_alive(place: Path) -> int:
    """Processes that have a file or an argument of this course."""
    count = 0
    for entry in Path("/proc").iterdir():
        try:
            count += entry.name.isdigit() and str(place) in (entry / "cmdline").read_text(encoding="utf-8")
        except OSError:
            continue
    return count


def _differences(wanted: tuple[dict[str, Any], ...], found: tuple[dict[str, Any], ...]) -> Iterator[str]:
    for ours, theirs in zip(wanted, found, strict=True):
        for name in sorted(ours.keys() | theirs.keys()):
            lines = [json.dumps(item.get(name), indent=1, ensure_ascii=False).splitlines() for item in (ours, theirs)]
            yield from (f"{name}: {line[:200]}" for line in list(difflib.unified_diff(*lines, lineterm="", n=0))[:20])


def main() -> int:
    """Kills, and prints what became of it as Markdown."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)  # noqa: S311 - moments, no secrets
    with TemporaryDirectory() as scratch:
        peace, war = course(Path(scratch, "peace")), course(Path(scratch, "war"))
        began = time.monotonic()
        grade(peace, "--workers", "2")
        whole = time.monotonic() - began
        wanted = gradebook(peace), written(peace)
        done = classes = runs = 0
        differing = []
        while done < kills:
            ended = False
            while done < kills and not ended:
                ended = attempt(war, chance.uniform(0.5, LONGEST))
                done += not ended
                runs += 1
            classes += 1
            finished = grade(war, "--workers", "2")
            differences = list(_differences(wanted, (gradebook(war), written(war))))
            sys.stderr.writelines(f"{difference}\n" for difference in differences)
            if finished.returncode or differences:
                sys.stderr.write(finished.stdout + finished.stderr)
                differing.append(classes)
            drafts = [path for path in war.rglob("*") if path.name.startswith(".incoming-")]
            assert not drafts, drafts
            for folder in ("evidence", "autograded", "feedback"):
                subprocess.run(["rm", "-rf", war / folder], check=True)
            (war / "gradebook.db").unlink()
            subprocess.run(
                ["nbgrader", "generate_assignment", ASSIGNMENT, "--force"], cwd=war, capture_output=True, check=True
            )
        sys.stdout.write(
            f"| kills | classes of {len(MARKS) - 1 + MORE} | seconds undisturbed | classes that differ | left alive |\n"
            f"|---|---|---|---|---|\n"
            f"| {done} | {classes} | {whole:.0f} | {len(differing)} | {left_alive(war)} |\n"
        )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
