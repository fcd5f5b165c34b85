"""Measures what a learner waits for: ``python tests/benchmark.py``, in milliseconds, of several runs."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import nbformat
from answers import submission
from rich.console import Console
from rich.table import Table

from autograder.evidence import wire
from autograder.evidence.collect import collect
from autograder.exercises import question
from autograder.running.saves import saves_of
from autograder.running.watching import Answered, Ready, Watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RUNS = 20


def imported() -> float:
    """A new interpreter that imports ``autograder``, less one that imports nothing."""
    times = []
    for code in ("pass", "import autograder"):
        start = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(perf_counter() - start)
    return times[1] - times[0]


def checked() -> float:
    """``two_dense_layers``, from the learner's variables to the report, of a model never seen before."""
    dense1 = keras.layers.Dense(100, activation="sigmoid")
    dense2 = keras.layers.Dense(10, activation="softmax")
    namespace = {"dense1": dense1, "dense2": dense2, "model": keras.Sequential([keras.Input((784,)), dense1, dense2])}
    asked = question("two_dense_layers")
    start = perf_counter()
    report = asked.judge(wire.unpack(wire.pack(collect(asked.request(1), namespace))), 1)
    took = perf_counter() - start
    if report.score != report.points:
        sys.exit("the answer measured is not right")
    return took


def watched() -> Iterator[float]:
    """From the moment a notebook has been replaced until the question that it answers differently is judged.

    All else is right, trainings are looked up, and the kernel waits at the question: as when somebody works on it. What
    ``two_dense_layers`` asks for is there in one save, and not in the next.
    """
    notebook = submission("hidden_layer")
    answer = next(
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "two_dense_layers_answer"
    )
    right = answer.source
    with TemporaryDirectory() as folder:
        # What was run before has no part in what is measured.
        os.environ |= dict.fromkeys(("XDG_CACHE_HOME", "XDG_STATE_HOME"), f"{folder}/kept")
        path, draft = Path(folder, "hidden_layer.ipynb"), Path(folder, ".draft")

        def save(source: str) -> float:
            answer.source = source
            nbformat.write(notebook, draft)
            start = perf_counter()
            draft.replace(path)
            return start

        variants = [right.replace("100", "90"), right]
        save(variants[0])
        with saves_of(path) as saves, closing(Watching(path).events(saves)) as events:
            for number in range(1, _RUNS + 2):  # the first is answered from the top
                next(event for event in events if isinstance(event, Ready))
                start = save(variants[number % 2])
                report = next(event.report for event in events if isinstance(event, Answered))
                took = perf_counter() - start
                if report.question != "two_dense_layers" or (report.score == report.points) is not bool(number % 2):
                    sys.exit(f"the answer measured is not the one saved: {report}")
                yield took


def repeated(run: Callable[[], float]) -> Iterator[float]:
    """As often as it is asked for."""
    while True:
        yield run()


def main() -> None:
    """Prints the table."""
    table = Table("what", "fastest", "median", "slowest", title=f"milliseconds, {_RUNS} runs after a first")
    for what, runs in (
        ("import autograder", repeated(imported)),
        ("a structural check of one model", repeated(checked)),
        ("a structural question after `watch` sees a save", watched()),
    ):
        next(runs)
        times = sorted(1_000 * next(runs) for _ in range(_RUNS))
        table.add_row(what, *(f"{figure:.0f}" for figure in (times[0], median(times), times[-1])))
    Console().print(table)


if __name__ == "__main__":
    main()
