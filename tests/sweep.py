"""Makes ``autograder/judging/sweep.csv``: ``python tests/sweep.py [SEEDS]`` (32 by default; half an hour or so).

One row for each seed and configuration: five epochs of the chapter's network on the chapter's training part, measured
on its validation part. Interrupted, it goes on where it stopped.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from rich.progress import Progress

from autograder.judging import dataset
from autograder.judging.rebuild import keras_optimizer
from autograder.judging.thresholds import REFERENCES

TABLE = Path(__file__).resolve().parents[1] / "autograder" / "judging" / "sweep.csv"
HEAD = ("activation", "optimizer", "seed", "accuracy", "loss", "first_loss", "last_loss", "first_accuracy")
CONFIGURATIONS = [
    *(("sigmoid", name) for name in ("rmsprop", "adam", "sgd", "adagrad", "momentum")),
    *(("relu", name) for name in ("rmsprop", "adam", "sgd", "sgd_0.1", "adagrad", "momentum", "nesterov")),
]


def measure(activation: str, optimizer: str, seed: int) -> list[float]:
    """Validation accuracy and loss, training loss of the first and last epoch, training accuracy of the first."""
    data = dataset.load()
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    hidden, output = layers.Dense(100, activation=activation), layers.Dense(10, activation="softmax")
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), hidden, output])
    # Thirty-two steps in one call give bit-identical weights in half the time.
    settings = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], "steps_per_execution": 32}
    model.compile(optimizer=keras_optimizer(REFERENCES[optimizer]), **settings)
    pictures = data.train_images.astype(np.float32) / np.float32(255)
    history = model.fit(pictures, data.train_labels, epochs=5, verbose=0).history
    loss, accuracy = model.evaluate(dataset.validation_inputs((28, 28)), data.val_labels, batch_size=1_000, verbose=0)
    return [accuracy, loss, history["loss"][0], history["loss"][-1], history["accuracy"][0]]


def main() -> None:
    """Adds what is missing from the table."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    done = set()
    if TABLE.exists():
        with TABLE.open(encoding="utf-8") as file:
            done = {(row["activation"], row["optimizer"], int(row["seed"])) for row in csv.DictReader(file)}
    wanted = [(*configuration, seed) for seed in range(seeds) for configuration in CONFIGURATIONS]
    missing = [item for item in wanted if item not in done]
    with TABLE.open("a", encoding="utf-8", newline="") as file, Progress() as progress:
        writer = csv.writer(file)
        if not done:
            writer.writerow(HEAD)
        for item in progress.track(missing, description="sweep"):
            writer.writerow([*item, *(round(float(value), 6) for value in measure(*item))])
            file.flush()


if __name__ == "__main__":
    main()
