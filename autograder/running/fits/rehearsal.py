"""What a first training waits two seconds for, done before there is one: data, and all that Keras begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.running.fits import epochs, randomness
from autograder.running.fits.calls import Call
from autograder.running.fits.description import describe, prepare, trace

if TYPE_CHECKING:
    from autograder.running.fits.known_data import KnownData

_ROWS = 64
_SETTINGS = {"batch_size": 32, "epochs": 1, "initial_epoch": 0, "validation_split": 0.0, "validation_batch_size": None}


def rehearse(data: KnownData) -> None:
    """Makes the chapter's data, and trains a network like the chapter's on a few of them."""
    import keras

    (pictures, labels), validation = data.chapters()
    for array in (pictures, labels, *validation):
        epochs.tensor(array)
    few = pictures[:_ROWS], labels[:_ROWS]
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input(pictures.shape[1:]), layers.Flatten(), layers.Dense(100, "relu"), layers.Dense(10, "softmax")]
    )
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    call = Call(*few, few, {**_SETTINGS, "shuffle": True, "class_weight": None}, verbose=0)
    trace(model, call)
    prepare(model, call)
    describe("fit", model, call, 0)
    randomness.begin(0)
    epochs.fit(model, call, None, [])
