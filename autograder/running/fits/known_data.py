"""The data that a trusted process can make itself, by fingerprint: Fashion-MNIST as learners prepare it."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import xxhash

from autograder.judging import dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHAPES = ((784,), (28, 28), (28, 28, 1))
_LABEL_TYPES = ("uint8", "int64", "int32")
_RECENT = 4  # the training and validation pictures as float64 take 375 MB


def _tables() -> list[np.ndarray]:
    """What pixels become: each table holds one number for each value from 0 to 255."""
    pixels = np.arange(256)
    scaled = pixels / 255.0
    single = pixels.astype(np.float32) / np.float32(255)
    return [
        scaled,
        scaled.astype(np.float32),
        single,
        pixels.astype(np.uint8),
        pixels.astype(float),
        pixels.astype("f4"),
    ]


@cache
def _sets() -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Pictures and labels: the chapter's two parts, all of the training files, the test files."""
    import keras

    parts = dataset.load()  # checks the files' contents
    everything, test = keras.datasets.fashion_mnist.load_data()
    return ((parts.train_images, parts.train_labels), (parts.val_images, parts.val_labels), everything, test)


class KnownData:
    """Finds arrays by fingerprint; what was once searched in vain is not searched again."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, int]] = {}
        self._left = self._places()

    def array(self, fingerprint: Any) -> np.ndarray | None:
        """The array of that fingerprint; None when it is not known."""
        try:
            dtype, shape, content = fingerprint
            shape = tuple(map(int, shape))
        except (TypeError, ValueError):
            return None
        place = self._place(str(dtype), str(content))
        if place is None:
            return None
        array = _made(*place)
        shapes = [(len(array), *shape) for shape in _SHAPES] if array.ndim > 1 else [(len(array),), (len(array), 1)]
        return array.reshape(shape) if shape in shapes and math.prod(shape) == array.size else None

    def _place(self, dtype: str, content: str) -> tuple[int, int] | None:
        while (dtype, content) not in self._found:
            place = next(self._left, None)
            if place is None:
                return None
            array = _made(*place)
            self._found.setdefault((array.dtype.str, xxhash.xxh3_128_hexdigest(array.data)), place)
        return self._found[dtype, content]

    @staticmethod
    def _places() -> Iterator[tuple[int, int]]:
        """Which set and which kind of numbers, the usual ones first; labels are kinds below 0."""
        for kind in (-1, 0, 3, -2, -3, 1, 2, 4, 5):
            for number in range(len(_sets())):
                yield number, kind


@lru_cache(_RECENT)
def _made(number: int, kind: int) -> np.ndarray:
    pictures, labels = _sets()[number]
    made = labels.astype(_LABEL_TYPES[-1 - kind]) if kind < 0 else _tables()[kind][pictures]
    made.setflags(write=False)
    return made
