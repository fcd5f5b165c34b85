"""Looked-up fits: what is restored is, bit for bit, what training leaves behind."""

from __future__ import annotations

import inspect
import random
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from fit_programs import NOT_COVERED, PROGRAMS, Data, chain, hidden, observed
from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

from autograder.running.fits import randomness, sealed
from autograder.running.fits.content import fingerprint
from autograder.running.fits.lookup import Lookup
from autograder.running.fits.request import unpack
from autograder.running.fits.store import FitStore
from autograder.running.fits.trainer import Training

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ORIGINALS = {name: getattr(TensorFlowTrainer, name) for name in ("fit", "evaluate", "predict")}
DATA = Data()


class Known:
    """The program's own data, in the place of Fashion-MNIST."""

    def __init__(self) -> None:
        self.arrays = {str(fingerprint(array)): array for array in vars(DATA).values()}

    def array(self, wanted: Any) -> np.ndarray | None:
        return self.arrays.get(str(wanted))


@pytest.fixture(autouse=True)
def _keras_as_it_was() -> Iterator[None]:
    yield
    put_back()


def put_back() -> None:
    for name, function in ORIGINALS.items():
        setattr(TensorFlowTrainer, name, function)


class Trainer:
    """Trains in this process what is asked for, with Keras as it was."""

    def __init__(self, folder: Path) -> None:
        self.store, self.known, self.asked = FitStore(folder).make(), Known(), list[bytes]()

    def __call__(self, request: bytes) -> bool:
        self.asked.append(request)
        patched = {name: getattr(TensorFlowTrainer, name) for name in ORIGINALS}
        put_back()
        try:
            training = Training(unpack(request), self.known)  # type: ignore[arg-type]
            for description, result in training.run():
                key = sealed.key(description)
                self.store.write(key.name, sealed.seal(result.pack(), key.opener))
        finally:
            for name, function in patched.items():
                setattr(TensorFlowTrainer, name, function)
        return True


def inspected(trainer: Any, original: Any) -> None:
    """Gives the stub the signature of what it stands for."""
    trainer.fit.__signature__ = inspect.signature(original)


def run(program: Callable[[Data], Any], store: Path | None = None, ask: Any = None) -> tuple[Any, Lookup]:
    keras.backend.clear_session(free_memory=False)
    put_back()
    lookup = Lookup(store, ask)
    lookup.patch(TensorFlowTrainer)
    randomness.seed("a question")
    return observed(program(DATA)), lookup


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_restored_is_what_training_leaves_behind(name: str, tmp_path: Path) -> None:
    program, calls = PROGRAMS[name]
    real, _ = run(program)
    trainer = Trainer(tmp_path)
    run(program, tmp_path, trainer)
    restored, lookup = run(program, tmp_path)
    assert (lookup.hits, lookup.misses, lookup.others, lookup.reason) == (calls, 0, 0, "")
    assert restored == real


@pytest.mark.parametrize("name", ["sigmoid", "undeclared", "dropout"])
def test_a_miss_trains_as_without_a_store(name: str, tmp_path: Path) -> None:
    program, calls = PROGRAMS[name]
    real, _ = run(program)
    missed, lookup = run(program, tmp_path, lambda _: False)
    assert (lookup.hits, lookup.misses) == (0, calls)
    assert missed == real


@pytest.mark.parametrize("name", NOT_COVERED)
def test_what_is_not_covered_is_carried_out(name: str, tmp_path: Path) -> None:
    called = []
    keras.backend.clear_session(free_memory=False)
    lookup = Lookup(tmp_path, Trainer(tmp_path))
    TensorFlowTrainer.fit = lambda _, *args, **kwargs: called.append((args, kwargs))
    inspected(TensorFlowTrainer, ORIGINALS["fit"])
    lookup.patch(TensorFlowTrainer)
    NOT_COVERED[name](DATA)
    assert len(called) == lookup.others == 1


@pytest.mark.parametrize("name", ["hangul_name", "callbacks", "own_activation"])
def test_what_is_not_covered_leaves_the_same_behind(name: str, tmp_path: Path) -> None:
    program = NOT_COVERED[name]
    real, _ = run(program)
    done, lookup = run(program, tmp_path, Trainer(tmp_path))
    assert lookup.others
    assert done == real


def test_predicting_with_what_was_not_trained_is_carried_out(tmp_path: Path) -> None:
    def program(data: Data) -> Any:
        model = chain(hidden())
        one_of_a_list = keras.Model(model.inputs, list(model.outputs))
        one_of_a_list.compile(loss=["sparse_categorical_crossentropy"])
        uncompiled = keras.Model(model.inputs, model.outputs[0])
        one, two = (item.predict(data.x, verbose=0) for item in (model, uncompiled))
        return one, two, *one_of_a_list.predict(data.x, verbose=0)

    real, _ = run(program)
    done, lookup = run(program, tmp_path, Trainer(tmp_path))
    assert (lookup.hits, lookup.others) == (0, 3)
    assert done == real


def test_names_do_not_matter_and_weights_do(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path)

    def program(name: str, units: int) -> Callable[[Data], Any]:
        def trained(data: Data) -> Any:
            hidden = keras.layers.Dense(units, activation="relu", name=name)
            model = keras.Sequential(
                [keras.Input((12,)), hidden, keras.layers.Dense(3, activation="softmax")], name=name
            )
            model.compile(loss="sparse_categorical_crossentropy")
            model.fit(data.x, data.y, verbose=0)
            return model

        return trained

    run(program("one", 4), tmp_path, trainer)
    assert run(program("two", 4), tmp_path)[1].hits == 1
    assert run(program("two", 5), tmp_path)[1].misses == 1


def sequential(**settings: Any) -> keras.Model:
    layers = [keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3, activation="softmax")]
    return keras.Sequential([keras.Input((12,)), *layers], **settings)


def in_one_line(**settings: Any) -> keras.Model:
    inputs = keras.Input((12,))
    hidden = keras.layers.Dense(8, activation="relu")(inputs)
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(hidden), **settings)


def words() -> dict[str, Any]:
    return {"loss": "sparse_categorical_crossentropy", "metrics": ["sparse_categorical_accuracy"]}


def as_objects() -> dict[str, Any]:
    metric = keras.metrics.SparseCategoricalAccuracy()
    return {"loss": keras.losses.SparseCategoricalCrossentropy(), "metrics": [metric]}


def test_two_ways_of_writing_are_one_training(tmp_path: Path) -> None:
    def program(build: Callable[..., keras.Model], how: Callable[[], dict[str, Any]]) -> Callable[[Data], Any]:
        def trained(data: Data) -> Any:
            model = build()
            model.compile(**how())
            history = model.fit(data.x, data.y, validation_data=(data.x, data.y), epochs=2, verbose=0)
            return history.history, [weight.tobytes() for weight in model.get_weights()]

        return trained

    run(program(sequential, words), tmp_path, Trainer(tmp_path))
    for build, how in ((in_one_line, words), (sequential, as_objects), (in_one_line, as_objects)):
        real, _ = run(program(build, how))
        found, lookup = run(program(build, how), tmp_path)
        assert (lookup.hits, lookup.misses, lookup.others) == (1, 0, 0)
        assert found == real


def test_a_metric_by_its_short_name_is_the_same_training(tmp_path: Path) -> None:
    def program(metric: str) -> Callable[[Data], Any]:
        def trained(data: Data) -> Any:
            model = chain(hidden(), metrics=[metric])
            history = model.fit(data.x, data.y, validation_data=(data.x, data.y), epochs=2, verbose=0)
            return model, history, model.evaluate(data.x, data.y, verbose=0, return_dict=True)

        return trained

    run(program("accuracy"), tmp_path, Trainer(tmp_path))
    real, _ = run(program("acc"))
    found, lookup = run(program("acc"), tmp_path)
    assert (lookup.hits, lookup.misses) == (2, 0)
    assert found == real


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "averaging"])
def test_a_training_with_validation_is_also_the_one_without(optimizer: str, tmp_path: Path) -> None:
    def program(**settings: Any) -> Callable[[Data], Any]:
        def trained(data: Data) -> Any:
            layers = [
                keras.layers.Dense(8, activation="relu"),
                keras.layers.Dropout(0.3),
                keras.layers.Dense(3, "softmax"),
            ]
            model = keras.Sequential([keras.Input((12,)), *layers])
            chosen = keras.optimizers.Adam(use_ema=True) if optimizer == "averaging" else optimizer
            model.compile(chosen, **words())
            model.fit(data.x, data.y, epochs=3, verbose=0, **settings)
            return model

        return trained

    run(program(validation_data=(DATA.x, DATA.y)), tmp_path, Trainer(tmp_path))
    real, _ = run(program())
    found, lookup = run(program(), tmp_path)
    assert lookup.hits == 1
    assert found == real


@pytest.mark.parametrize("optimizer", ["sgd", "averaging"])
def test_the_last_validation_is_an_evaluation(optimizer: str, tmp_path: Path) -> None:
    def program(data: Data) -> Any:
        chosen = keras.optimizers.Adam(use_ema=True) if optimizer == "averaging" else optimizer
        model = chain(hidden(), keras.layers.BatchNormalization(), optimizer=chosen)
        history = model.fit(data.x, data.y, validation_data=(data.val_x, data.val_y), verbose=0)
        return model, history, model.evaluate(data.val_x, data.val_y, verbose=0)

    real, _ = run(program)
    trainer = Trainer(tmp_path)
    run(program, tmp_path, trainer)
    restored, lookup = run(program, tmp_path)
    assert (lookup.hits, len(trainer.asked)) == (2, 2 if optimizer == "averaging" else 1)
    assert restored == real


def test_inputs_that_are_cut_to_whole_numbers_are_not_trained_for_others(tmp_path: Path) -> None:
    def program(data: Data) -> Any:
        inputs = keras.Input((12,), dtype="uint8")
        model = keras.Sequential([inputs, keras.layers.Dense(3, activation="softmax")])
        model.compile(loss="sparse_categorical_crossentropy")
        return model, model.fit(data.x * 3, data.y, verbose=0)

    real, _ = run(program)
    trainer = Trainer(tmp_path)
    trainer.known.arrays[str(fingerprint(DATA.x * 3))] = DATA.x * 3
    done, lookup = run(program, tmp_path, trainer)
    assert len(trainer.asked) == 1
    assert not lookup.hits
    assert done == real


def test_data_changed_in_place_are_other_data(tmp_path: Path) -> None:
    program, _ = PROGRAMS["sigmoid"]
    run(program, tmp_path, Trainer(tmp_path))
    DATA.x[7, 3] += 0.5
    try:
        _, lookup = run(program, tmp_path)
    finally:
        DATA.x[7, 3] -= 0.5
    assert (lookup.hits, lookup.misses) == (0, 1)


def test_learners_random_numbers_go_on_after_one_draw() -> None:
    Lookup(None, None).patch(TensorFlowTrainer)
    randomness.seed("a question")
    PROGRAMS["dropout"][0](DATA)
    after, arrays_after = random.random(), np.random.rand()  # noqa: NPY002, S311 - those that learners use
    randomness.seed("a question")
    DATA.dropout_model()
    random.getrandbits(31)
    assert (random.random(), np.random.rand()) == (after, arrays_after)  # noqa: NPY002, S311


def test_seed_set_by_the_learner_counts() -> None:
    def program(number: int) -> Any:
        def seeded(data: Data) -> Any:
            keras.utils.set_random_seed(number)
            return PROGRAMS["sigmoid"][0](data)

        return run(seeded)[0]

    assert program(1) == program(1) != program(2)


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"x" + data[1:], lambda _: b""])
def test_a_damaged_result_is_none(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    program, _ = PROGRAMS["sigmoid"]
    run(program, tmp_path, Trainer(tmp_path))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(damage(path.read_bytes()))
    real, _ = run(program)
    done, lookup = run(program, tmp_path)
    assert not lookup.hits
    assert done == real
