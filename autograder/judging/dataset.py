"""Fashion-MNIST as the chapter splits it, read with NumPy alone from the folder where ``keras.datasets`` looks."""

from __future__ import annotations

import functools
import gzip
import hashlib
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The dataset is Zalando Research's (zalandoresearch/fashion-mnist, MIT licence). The sums are SHA-256 of the contents,
# decompressed: compressed by different hands, the same pictures make different .gz files.
FILES = {
    "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}

_Number = TypeVar("_Number", np.uint8, np.float32)

_NAMES = ("images-idx3", "labels-idx1")
# What stands before the data in a file of the IDX format: a magic number and one 32-bit length per dimension.
_IMAGES_HEADER = 16
_LABELS_HEADER = 8

_SIDE = 28
_VALIDATION_PICTURES = 12_000  # a fifth of the 60,000: test_size=0.2
_RANDOM_STATE = 42


class DatasetUnavailable(Exception):  # noqa: N818 - a state of the machine, read as a sentence
    """The training files are missing or damaged. The message is one sentence that ends with the remedy."""

    def __init__(self, folder: Path, problem: str) -> None:
        """Say which folder was read and what is wrong there."""
        super().__init__(f"Fashion-MNIST is not usable in {folder} ({problem}): run `autograder data` to put it there.")


class _FileProblem(Exception):  # noqa: N818 - private
    """What is wrong with one file, as half a sentence that begins with the file's name."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path.name} {what}")


@dataclass(frozen=True, eq=False)
class Dataset:
    """The chapter's split of the 60,000 training pictures; all arrays are read-only uint8.

    Attributes:
        train_images: (48000, 28, 28), values 0 to 255.
        train_labels: (48000,), values 0 to 9.
        val_images: (12000, 28, 28).
        val_labels: (12000,).
    """

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    val_images: NDArray[np.uint8]
    val_labels: NDArray[np.uint8]


def directory() -> Path:
    """Return the folder in which ``keras.datasets.fashion_mnist.load_data`` looks before it downloads."""
    return Path(os.environ.get("KERAS_HOME") or Path("~", ".keras")).expanduser() / "datasets" / "fashion-mnist"


def problem(path: Path) -> str | None:
    """Say what is wrong with one of ``FILES`` at ``path``; None when its contents are the right ones."""
    try:
        _content(path)
    except _FileProblem as found:
        return str(found)
    return None


def problems(folder: Path) -> list[str]:
    """Say of each missing or damaged file in ``folder`` what is wrong with it; empty when all four are right."""
    return [found for name in FILES if (found := problem(folder / name))]


def read(folder: Path, part: str, *, keep: bool = False) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read one part as ``keras.datasets.fashion_mnist.load_data`` does, and check its contents.

    Args:
        folder: where the files are.
        part: ``train`` or ``t10k``, as the files are called.
        keep: keep the contents: this process and its forks need not read the same files again, by whatever path.

    Returns:
        images (n, 28, 28) and labels (n,), read-only, as Keras gives them.

    Raises:
        DatasetUnavailable: a file is missing or damaged.
    """
    try:
        pictures, labels = (_content(folder / f"{part}-{name}-ubyte.gz", keep=keep) for name in _NAMES)
    except _FileProblem as found:
        raise DatasetUnavailable(folder, str(found)) from None
    images = np.frombuffer(pictures, np.uint8, offset=_IMAGES_HEADER).reshape(-1, _SIDE, _SIDE)
    return images, np.frombuffer(labels, np.uint8, offset=_LABELS_HEADER)


@functools.cache
def load() -> Dataset:
    """Read the two training files, check their contents and split them as the chapter does.

    The split is ``train_test_split(images, labels, test_size=0.2, random_state=42)``: scikit-learn's ``ShuffleSplit``
    (in ``sklearn/model_selection/_split.py``) takes ``RandomState(42).permutation(60000)``, of which the first 12,000
    indices are the test part and the others the training part. NumPy keeps the stream of ``RandomState`` for good.

    Raises:
        DatasetUnavailable: a file is missing or damaged.
    """
    images, labels = read(directory(), "train")
    order = np.random.RandomState(_RANDOM_STATE).permutation(len(images))
    train, val = order[_VALIDATION_PICTURES:], order[:_VALIDATION_PICTURES]
    return Dataset(*(_frozen(part) for part in (images[train], labels[train], images[val], labels[val])))


@functools.cache
def validation_inputs(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return the validation pictures as a network takes them.

    Args:
        shape: one picture's shape: (784,), (28, 28) or (28, 28, 1).

    Returns:
        (12000, *shape) float32 in [0, 1], read-only. All shapes share one memory.
    """
    return _scaled_validation_images().reshape(_VALIDATION_PICTURES, *shape)


def scaled(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return pictures of 0 to 255 as float32 in [0, 1], in the same shape.

    The 256 quotients are taken as the chapter takes them, in float64, and looked up.
    """
    return (np.arange(256) / 255.0).astype(np.float32)[images]


@functools.cache
def _scaled_validation_images() -> NDArray[np.float32]:
    return _frozen(scaled(load().val_images))


_kept: dict[tuple[str, int, int, int, int], bytes] = {}


def _content(path: Path, *, keep: bool = False) -> bytes:
    try:
        found = path.stat()
        file = (path.name, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        if file in _kept:
            return _kept[file]
        with gzip.open(path) as opened:
            content = opened.read()
    except (FileNotFoundError, NotADirectoryError):
        raise _FileProblem(path, "is missing") from None
    except PermissionError:
        raise _FileProblem(path, "may not be read by this account") from None
    except (OSError, EOFError, zlib.error):
        raise _FileProblem(path, "is damaged") from None
    if hashlib.sha256(content).hexdigest() != FILES[path.name]:
        raise _FileProblem(path, "is damaged")
    if keep:
        _kept[file] = content
    return content


def _frozen(array: NDArray[_Number]) -> NDArray[_Number]:
    array.setflags(write=False)
    return array
