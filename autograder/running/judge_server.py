"""The judge: ``python -I -m autograder.running.judge_server``.

Reads one JSON request a line, ``{"question": ..., "seed": ..., "bundle": path}``, and answers with one JSON report a
line. It runs no learner code, in a folder of its own, and imports no file of a learner's.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from autograder.evidence import wire
from autograder.exercises import question


def main() -> None:
    """Serves requests until standard input ends."""
    # Whatever libraries print goes to stderr; the answers keep the real stdout to themselves.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for line in sys.stdin:
            asked = json.loads(line)
            bundle = wire.unpack(Path(asked["bundle"]).read_bytes())
            report = question(asked["question"]).judge(bundle, asked["seed"])
            answers.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
