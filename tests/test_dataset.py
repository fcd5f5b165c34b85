"""What the judge takes for the truth about the data: the chapter's split of the real Fashion-MNIST."""

from __future__ import annotations

import gzip
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from autograder.judging import dataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LABELS = "train-labels-idx1-ubyte.gz"


def test_the_split_is_the_one_scikit_learn_makes() -> None:
    folder = dataset.directory()
    images = np.frombuffer(gzip.decompress((folder / "train-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    labels = np.frombuffer(gzip.decompress((folder / LABELS).read_bytes()), np.uint8, offset=8)

    train_images, val_images, train_labels, val_labels = train_test_split(
        images.reshape(-1, 28, 28), labels, test_size=0.2, random_state=42
    )

    data = dataset.load()
    np.testing.assert_array_equal(data.train_images, train_images)
    np.testing.assert_array_equal(data.val_images, val_images)
    np.testing.assert_array_equal(data.train_labels, train_labels)
    np.testing.assert_array_equal(data.val_labels, val_labels)


def test_shapes_and_dtypes_are_as_promised() -> None:
    data = dataset.load()
    assert data.train_images.shape == (48_000, 28, 28)
    assert data.train_labels.shape == (48_000,)
    assert data.val_images.shape == (12_000, 28, 28)
    assert data.val_labels.shape == (12_000,)
    assert {part.dtype for part in vars(data).values()} == {np.dtype(np.uint8)}


def test_nobody_can_spoil_the_shared_arrays() -> None:
    assert not any(part.flags.writeable for part in vars(dataset.load()).values())
    with pytest.raises(ValueError, match="read-only"):
        dataset.validation_inputs((784,))[0, 0] = 1.0


@pytest.mark.parametrize("shape", [(784,), (28, 28), (28, 28, 1)])
def test_validation_inputs_are_the_pictures_a_learner_feeds(shape: tuple[int, ...]) -> None:
    inputs = dataset.validation_inputs(shape)
    assert inputs.dtype == np.float32
    assert inputs.shape == (12_000, *shape)
    learners = dataset.load().val_images[:500].reshape(-1, *shape) / 255.0
    np.testing.assert_array_equal(inputs[:500], learners.astype(np.float32))


def test_all_shapes_share_one_memory() -> None:
    assert np.shares_memory(dataset.validation_inputs((784,)), dataset.validation_inputs((28, 28)))


def test_the_folder_is_below_keras_home_or_else_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "here"))
    assert dataset.directory() == tmp_path / "here" / "datasets" / "fashion-mnist"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # Windows's word for it
    assert dataset.directory() == tmp_path / ".keras" / "datasets" / "fashion-mnist"


def test_without_files_the_error_is_one_sentence_with_the_folder_and_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(dataset.DatasetUnavailable) as caught:
        dataset.load.__wrapped__()
    assert str(caught.value) == (
        f"Fashion-MNIST is not usable in {dataset.directory()} (train-images-idx3-ubyte.gz is missing): "
        "run `autograder data` to put it there."
    )


def test_damaged_labels_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = dataset.directory()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    dataset.directory().mkdir(parents=True)
    for name in ("train-images-idx3-ubyte.gz", LABELS):
        (dataset.directory() / name).write_bytes((real / name).read_bytes())
    labels = bytearray(gzip.decompress((real / LABELS).read_bytes()))
    labels[8], labels[9] = labels[9], labels[8]  # two labels change places: the right size, and a valid file
    (dataset.directory() / LABELS).write_bytes(gzip.compress(labels))
    with pytest.raises(dataset.DatasetUnavailable, match=f"{LABELS} is damaged"):
        dataset.load.__wrapped__()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda real: real[:-1000], id="cut_short"),
        pytest.param(lambda real: real[:5000] + b"?" + real[5001:], id="one_byte_wrong"),
        pytest.param(lambda _: b"<html>Please log in to this network</html>", id="a_web_page"),
        pytest.param(gzip.decompress, id="not_compressed"),
    ],
)
def test_damage_is_noticed(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    real = (dataset.directory() / LABELS).read_bytes()
    (tmp_path / LABELS).write_bytes(damage(real))
    assert dataset.problem(tmp_path / LABELS) == f"{LABELS} is damaged"


def test_the_same_contents_compressed_otherwise_are_right(tmp_path: Path) -> None:
    content = gzip.decompress((dataset.directory() / LABELS).read_bytes())
    (tmp_path / LABELS).write_bytes(gzip.compress(content, compresslevel=1))
    assert dataset.problem(tmp_path / LABELS) is None


def test_problems_names_every_file_that_is_not_right(tmp_path: Path) -> None:
    assert dataset.problems(dataset.directory()) == []
    assert dataset.problems(tmp_path) == [f"{name} is missing" for name in dataset.FILES]


def test_reading_needs_neither_keras_nor_scikit_learn() -> None:
    program = (
        "import sys, autograder.judging.dataset as d; d.directory(); print({'keras', 'sklearn'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
