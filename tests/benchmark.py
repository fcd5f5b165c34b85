"""Measures what a learner waits for: ``python tests/benchmark.py``. Median of several runs, in milliseconds."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median
from time import perf_counter

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from rich.console import Console
from rich.table import Table

from autograder.evidence import wire
from autograder.evidence.collect import collect
from autograder.exercises import question


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


def main() -> None:
    """Prints the table."""
    table = Table("what", "median", "slowest", title="milliseconds, 20 runs after a first")
    for what, run in (("import autograder", imported), ("a structural check of one model", checked)):
        run()
        times = sorted(1_000 * run() for _ in range(20))
        table.add_row(what, f"{median(times):.0f}", f"{times[-1]:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
