"""The data that a trusted process can make itself, by fingerprint: Fashion-MNIST as learners prepare it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
import xxhash

from autograder.judging import dataset

_SHAPES = ((784,), (28, 28), (28, 28, 1))
_LABEL_TYPES = ("uint8", "int64", "int32")
_RECENT = 4  # the training and validation pictures as float64 take 375 MB
_CONTENTS = 1_000


@cache
def _sets() -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Pictures and labels: the chapter's two parts, all of the training files, the test files."""
    parts = dataset.load()
    everything, test = (dataset.read(dataset.directory(), part) for part in ("train", "t10k"))
    return ((parts.train_images, parts.train_labels), (parts.val_images, parts.val_labels), everything, test)


@cache
def _tables() -> list[np.ndarray]:
    """What pixels become: each table holds one number for each value from 0 to 255; the usual ones come first."""
    pixels = np.arange(256)
    scaled = pixels / 255.0
    single = pixels.astype(np.float32) / np.float32(255)
    return [
        scaled,
        scaled.astype(np.float32),
        single,
        pixels.astype(np.uint8),
        pixels.astype(float),
        pixels.astype(np.float32),
    ]


class KnownData:
    """Finds arrays by fingerprint: those of a whole set, or of its first rows, with which learners try things."""

    def chapters(self) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """Pictures, as the chapter scales them, and labels: to train on and to validate with; found at once later."""
        found = []
        for number in (0, 1):
            rows = len(_sets()[number][1])
            kinds: tuple[int | str, ...] = (0, _LABEL_TYPES[0])
            for kind in kinds:
                _content(number, kind, rows)
            pictures, labels = (_made(number, kind, rows) for kind in kinds)
            found.append((pictures, labels))
        return tuple(found)

    def array(self, fingerprint: Any) -> np.ndarray | None:
        """The array of that fingerprint; None when it is not known."""
        try:
            dtype, shape, content = fingerprint
            rows, *one = map(int, shape)
        except (TypeError, ValueError):
            return None
        for number in _sets_of(rows):
            for kind in _kinds(str(dtype), tuple(one)):
                if _content(number, kind, rows) == content:
                    return _made(number, kind, rows).reshape(rows, *one)
        return None


def _sets_of(rows: int) -> list[int]:
    """Sets that have as many rows, those with no more of them first."""
    lengths = {number: len(labels) for number, (_, labels) in enumerate(_sets())}
    return sorted((number for number in lengths if lengths[number] >= rows > 0), key=lambda number: lengths[number])


def _kinds(dtype: str, one: tuple[int, ...]) -> list[int | str]:
    """What an array of that type and of such rows may hold: pictures by a table's number, labels by their type."""
    if one in _SHAPES:
        return [number for number, table in enumerate(_tables()) if table.dtype.str == dtype]
    return [name for name in _LABEL_TYPES if one in ((), (1,)) and np.dtype(name).str == dtype]


@lru_cache(_CONTENTS)
def _content(number: int, kind: int | str, rows: int) -> str:
    return xxhash.xxh3_128_hexdigest(_made(number, kind, rows).data)


@lru_cache(_RECENT)
def _made(number: int, kind: int | str, rows: int) -> np.ndarray:
    pictures, labels = _sets()[number]
    made = labels[:rows].astype(kind) if isinstance(kind, str) else _tables()[kind][pictures[:rows]]
    made.setflags(write=False)
    return made
