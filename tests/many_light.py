"""Grades a thousand notebooks that train nothing: does it slow down, and do workers grow? By hand, not in CI.

    python tests/many_light.py [LEARNERS] [WORKERS]

Prints, as Markdown, a row for each tenth of the class: how long it took, and what each process has in memory then, with
what it shares with others. Exits 1 when a mark is missing or wrong.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from answers import GOLDEN, submission
from nbformat.v4 import new_code_cell
from rich.progress import Progress
from small_class import ASSIGNMENT, FULL, build, hand_in

ANSWERS = {"reference": FULL, "functional": FULL, "spelled_out": FULL, "typical_mistakes": 7.0}
ROWS = 10


def course(place: Path, learners: int) -> dict[str, float]:
    """Makes the class; everybody's mark as it has to be."""
    build(place, ())
    marks = {}
    for number in range(learners):
        answer = list(ANSWERS)[number % len(ANSWERS)]
        notebook = submission(ASSIGNMENT, GOLDEN / ASSIGNMENT / answer / "answer.py", ("ko", "en")[number % 2])
        notebook.cells.insert(1, new_code_cell(f"my_number = {number}", id=f"mine-{number}"))
        hand_in(place, f"learner{number:05}", notebook)
        marks[f"learner{number:05}"] = ANSWERS[answer]
    return marks


def memory(grading: psutil.Process) -> dict[str, list[int]]:
    """MiB of the grading process, of its workers, and of the process that kernels are forked from."""
    found: dict[str, list[int]] = {"main": [grading.memory_info().rss >> 20], "workers": [], "warm": []}
    for child in grading.children():
        try:
            words = " ".join(child.cmdline())
            kind = "workers" if "spawn_main" in words else "warm" if "tensorflow" in words else ""
            if kind:
                found[kind].append(child.memory_info().rss >> 20)
        except psutil.Error:
            continue
    return found


def main() -> int:
    """Grades, and prints what was seen."""
    learners, workers = (int(word) for word in [*sys.argv[1:], "1000", "2"][:2])
    with TemporaryDirectory() as scratch, Progress(transient=True) as progress:
        place = Path(scratch, "course")
        wanted = course(place, learners)
        bar = progress.add_task("grading", total=learners)
        command = ["autograder", "grade", ASSIGNMENT, place, "--json", "--workers", str(workers)]
        answer = Path(scratch, "answer.json")
        with answer.open("wb") as file:
            grading = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL)
        began = before = time.monotonic()
        rows: list[tuple[int, float, dict[str, list[int]]]] = []
        receipts = place / "evidence" / ASSIGNMENT / "graded"
        while grading.poll() is None:
            done = sum(1 for _ in receipts.glob("*.json"))
            progress.update(bar, completed=done)
            if done >= (len(rows) + 1) * learners // ROWS:
                now = time.monotonic()
                rows.append((done, now - before, memory(psutil.Process(grading.pid))))
                before = now
            time.sleep(0.2)
        said: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    took = time.monotonic() - began
    lines = ["| graded | seconds for these | main MiB | workers MiB | warm process MiB |", "|---|---|---|---|---|"]
    for done, seconds, used in rows:
        cells = (" ".join(map(str, used[kind])) for kind in ("main", "workers", "warm"))
        lines.append(f"| {done} | {seconds:.1f} | {' | '.join(cells)} |")
    found = {learner: item["mark"] for learner, item in said["learners"].items()}
    lines += ["", f"{learners} submissions in {took:.0f} s, {took / learners:.2f} s each; marks as they have to be: "]
    wrong = sorted(learner for learner in wanted if found.get(learner) != wanted[learner])
    lines[-1] += f"{learners - len(wrong)} of {learners}."
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
