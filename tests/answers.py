"""This checkout's answers: see ``autograder/doors/bench/answers.py``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from autograder.doors.bench import answers

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / answers.COLLECTION

blocks = answers.blocks
source = partial(answers.source, ROOT)
release = partial(answers.release, ROOT)
reference = partial(answers.reference, ROOT)
submission = partial(answers.submission, ROOT)
