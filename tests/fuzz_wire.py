"""Reads mutated evidence for as long as you like: ``nice python tests/fuzz_wire.py 600``.

Atheris mutates whole archives, their JSON trees and their arrays; trees and arrays are put into archives that are right
otherwise, values in trees are exchanged for others, and pieces of trees are repeated, so that mutations get past the
checksums, past the parser and up to the caps. A finding is any exception but ``WireError``, memory that runs out, and
evidence that was read and cannot be written again.
"""

from __future__ import annotations

import copy
import io
import json
import os
import platform
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    import atheris
except ImportError:
    sys.exit("This needs Atheris: pip install atheris")

# Atheris 3.0 never frees the arrays whose comparisons it watches: not those of ``caps``.
with atheris.instrument_imports(include=["autograder"], exclude=["autograder.evidence.caps"]):
    from autograder.evidence import archive, caps, wire
    from autograder.evidence.kinds import (
        Array,
        Bundle,
        Calls,
        Crash,
        History,
        Layer,
        Loss,
        Model,
        Optimizer,
        Outcome,
        Unfit,
        Value,
    )

MEMORY = 4 * caps.ARRAY_BYTES
"""What reading may take besides the input."""
ROWS = np.arange(6, dtype=np.float32).reshape(2, 3)
LAYER = Layer("x", "Dense", "hidden", 140_000_000_000_000, ROWS)
CONFIG = {"layers": [{"class_name": "Dense", "config": {"name": "hidden", "units": 3, "batch_shape": [None, 2]}}]}
OPTIMIZER = Optimizer("x", "SGD", {"learning_rate": 0.01, "nesterov": False}, 7_500, ("lr",))
HISTORY = History("x", {"loss": [0.5, float("nan")]}, 1_500)
SEEDS = (
    Bundle("q", {"x": Value("x", {"a": [1, 0.5, "나", None, True]})}, Crash("E", "m", "l"), {"keras": "3"}),
    Bundle("q", {"x": Array("x", (2, 3), "float32", 0.0, 5.0, ROWS, None, None, None)}),
    Bundle("q", {"x": Array("x", (4, 3), "float32", 0.0, 5.0, None, np.ones(4), np.array([0, 2]), ROWS)}),
    Bundle("q", {"x": Calls("x", (Outcome((ROWS,), None, ("w",)), Outcome(None, "E", ())))}),
    Bundle("q", {"x": Unfit("x", "Model", "int", "3")}),
    Bundle(
        "q",
        {
            "x": Model(
                "x",
                "Sequential",
                "m",
                CONFIG,
                (ROWS, ROWS[0]),
                (LAYER,),
                input_declared=True,
                built=True,
                optimizer=OPTIMIZER,
                loss=Loss("mse", 0.5),
                metrics=("accuracy",),
                history=HISTORY,
            )
        },
    ),
)


def whole(data: bytes) -> bytes:
    return data


def tree(data: bytes) -> bytes:
    return archive.write(data, [ROWS, ROWS[0], np.array([0, 2]), np.ones(4)])


def repeated(data: bytes) -> bytes:
    """The tree's middle, up to 100,000 times."""
    count, length, text = int.from_bytes(data[:2], "big") * 2, data[2:3], data[3:]
    start = len(text) // 2
    piece = text[start : start + (length[0] if length else 1) % 64 + 1]
    return tree(text[:start] + piece * min(count, (5 << 20) // max(len(piece), 1)) + text[start:])


def exchanged(data: bytes) -> bytes:
    """A seed's tree with some values exchanged for others, as drawn from ``data``."""
    draw = random.Random(data)  # noqa: S311
    text = json.loads(archive.read(draw.choice(PACKED))[0])
    for _ in range(draw.randint(1, 4)):
        places = list(places_in(text))
        if not places:
            break
        (inside, key), (other, place) = draw.choice(places), draw.choice(places)
        inside[key] = copy.deepcopy(draw.choice([other[place], *STRANGE]))
        if draw.random() < 0.2:
            del inside[key]
    return tree(json.dumps(text).encode())


def places_in(thing: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(thing) if isinstance(thing, dict) else range(len(thing)) if isinstance(thing, list) else ()
    for key in keys:
        yield thing, key
        yield from places_in(thing[key])


def array(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        text = b'{"version": 1, "body": {"$array": "array0000"}}'
        file.writestr("tree.npy", saved(np.frombuffer(text, np.uint8)))
        file.writestr("array0000.npy", data)
    return buffer.getvalue()


def saved(numbers: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, numbers)
    return buffer.getvalue()


WAYS = (whole, tree, exchanged, exchanged, array, exchanged, tree, repeated)
PACKED = [wire.pack(record) for record in SEEDS]
STRANGE = [
    None,
    True,
    -1,
    0,
    2**63,
    10**300,
    -0.0,
    1e308,
    float("nan"),
    "",
    "x",
    "\ud83d",
    [],
    {},
    [[]],
    {"$array": "array0003"},
]


def corpus(folder: Path) -> None:
    """One file for each seed and way: the way, then what it is given."""
    inputs = []
    for packed in PACKED:
        text, arrays = archive.read(packed)
        inputs += [(0, packed), (1, text), (2, text[-20:]), (7, b"\x01\x00\x08" + text)]
        inputs += [(4, saved(item)) for item in arrays.values()]
    for number, (way, data) in enumerate(inputs):
        (folder / str(number)).write_bytes(bytes([way]) + data)


class Run:
    """Counts what becomes of the cases, until the time is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.end = seconds, time.monotonic() + seconds
        self.before = memory()
        self.counts: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()

    def case(self, data: bytes) -> None:
        way = WAYS[data[0] % len(WAYS)] if data else whole
        self.counts["cases"] += 1
        try:
            given = way(data[1:])
            record = wire.unpack(given)
            self.counts["read"] += 1
            if not same_size(wire.unpack(wire.pack(record)), record):
                self.findings["not the same when it was written again"] += 1
        except wire.WireError as error:
            if isinstance(error.__cause__, MemoryError) or error.__context__ is not error.__cause__:
                self.findings[f"{type(error.__context__).__name__}: {error}"] += 1
        except TypeError as error:
            # What no one would send, such as a number alone, may be read, but is not written.
            self.findings[f"TypeError: {error}"] += 1
        except BaseException as error:  # noqa: BLE001 - that is what we are looking for
            self.findings[f"{type(error).__name__}: {error}"] += 1
        if time.monotonic() > self.end:
            self.report()

    def report(self) -> None:
        lines = [
            f"{self.counts['cases']:,} cases in {self.seconds:.0f} s, {self.counts['read']:,} of them read",
            f"Python {platform.python_version()}, NumPy {np.__version__}, Atheris",
            f"memory grew by at most {(memory() - self.before) >> 20} MiB (allowed: {MEMORY >> 20})",
            f"findings: {sum(self.findings.values())}",
            *(f"{count:8,} {finding[:300]}" for finding, count in self.findings.most_common(20)),
        ]
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
        sys.stdout.flush()
        os._exit(bool(self.findings))


def same_size(one: Any, other: Any) -> bool:
    """Whether two things are alike in what takes memory."""
    return type(one) is type(other) and len(wire.pack(one)) == len(wire.pack(other))


def memory() -> int:
    """The most memory this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    folder = Path(tempfile.mkdtemp(prefix="fuzz-wire-"))
    corpus(folder)
    run = Run(seconds)
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 2 * MEMORY, used + 2 * MEMORY))
    options = [sys.argv[0], "-max_len=70000", "-timeout=60", "-rss_limit_mb=0", str(folder)]
    atheris.Setup(options, run.case)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
