"""Makes every training a function of what it is given.

At each ``fit`` one number is drawn from Python's random numbers, which ``keras.utils.set_random_seed`` seeds; all
random numbers of the training follow from it. Whatever it drew, afterwards the next random numbers are the same.
"""

from __future__ import annotations

import hashlib
import random
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

_BITS = 31  # what every seed function takes


def seed(text: str) -> None:
    """Seeds all random numbers from a text, the same in every process."""
    _seed_everything(int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:4]) >> 1)


@contextmanager
def drawn() -> Iterator[int]:
    """Draws a training's number, from which it is to ``begin``; afterwards, draws go on as if nothing else had drawn.

    TensorFlow's random state cannot be put back. Its seed, and that of Keras's own generator, is the number afterwards.
    """
    number = random.getrandbits(_BITS)
    python, arrays = random.getstate(), np.random.get_state()  # noqa: NPY002 - the state that learners' code draws from
    try:
        yield number
    finally:
        begin(number)
        random.setstate(python)
        np.random.set_state(arrays)  # noqa: NPY002


def begin(number: int) -> None:
    """Seeds everything that a training draws from."""
    _seed_everything(number)


def _seed_everything(number: int) -> None:
    random.seed(number)
    np.random.seed(number)  # noqa: NPY002 - the state that learners' code draws from
    if keras := sys.modules.get("keras"):
        keras.utils.set_random_seed(number)
