"""The trainer: it trains what it was asked for, for everyone once, and believes nothing."""

from __future__ import annotations

import copy
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from fit_programs import Data, chain, hidden
from hypothesis import given, settings
from hypothesis import strategies as some
from keras import layers

from autograder.evidence import archive
from autograder.evidence.caps import WireError
from autograder.judging import dataset
from autograder.running.fits import asking, description, relay, request, results, sealed
from autograder.running.fits import trainers as trainers_module
from autograder.running.fits.asked import Refused
from autograder.running.fits.calls import call
from autograder.running.fits.content import fingerprint
from autograder.running.fits.known_data import KnownData
from autograder.running.fits.service import Fits
from autograder.running.fits.store import FitStore
from autograder.running.fits.trainer import Training
from autograder.running.fits.trainers import Trainers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DATA = Data()
REST = {"verbose": 0, "epochs": 2, "validation_split": 0.0, "shuffle": True, "batch_size": None, "class_weight": None}
REST |= {"initial_epoch": 0, "validation_batch_size": None, "validation_data": None}


class Known:
    def array(self, wanted: Any) -> np.ndarray | None:
        return next((array for array in (DATA.x, DATA.y) if fingerprint(array) == wanted), None)


KNOWN: Any = Known()


def asked() -> tuple[dict[str, Any], keras.Model]:
    model = chain(hidden(), layers.Dropout(0.2))
    this = call("fit", {"x": DATA.x, "y": DATA.y, **REST})
    description.prepare(model, this)
    return description.describe("fit", model, this, 7), model


DESCRIPTION, MODEL = asked()
PACKED = request.pack(DESCRIPTION, MODEL)


def changed(change: Callable[[dict[str, Any]], Any]) -> request.Request:
    asked = request.unpack(PACKED)
    other = copy.deepcopy(asked.description)
    change(other)
    return request.Request(other, asked.weights, asked.state)


def layer(number: int, **settings: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda asked: asked["network"]["config"]["layers"][number]["config"].update(settings)


def test_the_description_is_taken_anew() -> None:
    training = Training(request.unpack(PACKED), KNOWN)
    assert training.description == DESCRIPTION
    assert training.description is not DESCRIPTION


LIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "other_weights": lambda asked: asked["weights"][0].__setitem__(2, "0" * 32),
    "other_state": lambda asked: asked["state"][2].__setitem__(2, "0" * 32),
    "other_versions": lambda asked: asked["circumstances"].update(versions=["3.0", "2.0", "1.0"]),
    "other_processor": lambda asked: asked["circumstances"].update(processor="0"),
    "something_more": lambda asked: asked.update(more=1),
    "a_setting_more": lambda asked: asked["settings"].update(steps_per_epoch=1),
    "unknown_data": lambda asked: asked["data"][0].__setitem__(2, "0" * 32),
    "no_data": lambda asked: asked.update(data=[]),
    "three_arrays": lambda asked: asked.update(validation=[asked["data"][0]]),
    "rows_that_differ": lambda asked: asked.update(data=[asked["data"][0], asked["data"][0]]),
    "another_kind": lambda asked: asked.update(kind="predict"),
    "number_of_text": lambda asked: asked.update(number="7"),
    "number_too_large": lambda asked: asked.update(number=1 << 31),
    "too_many_epochs": lambda asked: asked["settings"].update(epochs=1_000_000),
    "no_epochs": lambda asked: asked["settings"].update(epochs=0),
    "true_epochs": lambda asked: asked["settings"].update(epochs=True),
    "batches_of_minus_one": lambda asked: asked["settings"].update(batch_size=-1),
    "wide_layer": layer(1, units=1_000_000),
    "units_of_text": layer(1, units="8"),
    "initializer": layer(1, kernel_initializer={"class_name": "Own", "module": "os", "config": {}}),
    "activation_of_a_module": layer(1, activation="os.system"),
    "activation_as_object": layer(1, activation={"class_name": "function", "config": "relu"}),
    "regularizer": layer(1, kernel_regularizer="l2"),
    "lambda_layer": lambda asked: asked["network"]["config"]["layers"][1].update(class_name="Lambda"),
    "another_class": lambda asked: asked["network"].update(class_name="Model"),
    "no_layers": lambda asked: asked["network"]["config"].update(layers=[]),
    "no_network": lambda asked: asked.update(network=None),
    "own_optimizer": lambda asked: asked["optimizer"].update(class_name="LossScaleOptimizer"),
    "optimizer_setting": lambda asked: asked["optimizer"]["config"].update(learning_rate={"class_name": "Own"}),
    "own_loss": lambda asked: asked["compiled"].update(loss="os.system"),
    "loss_as_object": lambda asked: asked["compiled"].update(loss={"class_name": "Loss", "config": {}}),
    "own_metric": lambda asked: asked["compiled"].update(metrics=["os.system"]),
    "steps_at_once": lambda asked: asked["compiled"].update(steps_per_execution=4),
    "prediction_with_settings": lambda asked: asked.update(kind="predict", number=None, data=asked["data"][:1]),
    "evaluation_with_optimizer": lambda asked: asked.update(kind="evaluate", number=None),
}


@pytest.mark.parametrize("name", LIES)
def test_a_request_that_is_not_what_it_says_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        Training(changed(LIES[name]), KNOWN)


def test_a_set_and_its_first_rows_are_known_as_learners_prepare_them() -> None:
    parts = dataset.load()
    scaled = parts.val_images / 255.0
    known = [scaled, scaled[:1_000].reshape(-1, 784), scaled[:1].astype("f4"), parts.val_labels[:7].astype(int)]
    known += [parts.train_labels[:1_000, None], np.expand_dims(parts.train_images[:32], -1)]
    for array in known:
        found = KnownData().array(fingerprint(array))
        assert found is not None
        assert (found.dtype, found.shape, found.tobytes()) == (array.dtype, array.shape, array.tobytes())
    for array in (scaled[1:9], scaled[:9] + 1, scaled[:, ::2], scaled[:0], np.array(1.0), scaled[:2].reshape(-1)):
        assert KnownData().array(fingerprint(array)) is None


def test_values_that_are_not_those_described_are_refused() -> None:
    asked = request.unpack(PACKED)
    asked.weights[0][0, 0] += 1
    with pytest.raises(Refused, match="weights"):
        Training(asked, KNOWN)


@pytest.mark.parametrize("data", [b"", b"PK", PACKED[:-1], PACKED + b"x", archive.write(b"[]", [])])
def test_bytes_that_are_no_request_are_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        request.unpack(data)


@settings(max_examples=60, deadline=None)
@given(some.integers(0, len(PACKED) - 1), some.binary(min_size=1, max_size=4))
def test_damaged_bytes_are_refused_or_the_same(place: int, put: bytes) -> None:
    data = PACKED[:place] + put + PACKED[place + len(put) :]
    try:
        asked = request.unpack(data)
    except WireError:
        return
    assert asked.description == DESCRIPTION


def test_a_result_opens_with_its_description_only() -> None:
    key, other = sealed.key(DESCRIPTION), sealed.key({**DESCRIPTION, "number": 8})
    data = sealed.seal(b"content", key.opener)
    assert key.name != other.name
    assert (sealed.unseal(data, key.opener), sealed.unseal(data, other.opener)) == (b"content", None)


def test_results_are_of_numbers_only() -> None:
    packed = results.Result([{"loss": float("nan"), "accuracy": 0.5}], [np.zeros((2, 0)), np.array(3)]).pack()
    read = results.unpack(packed)
    assert list(read.logs[0]) == ["loss", "accuracy"]
    assert [array.shape for array in read.arrays] == [(2, 0), ()]
    for tree in (b'{"logs": []}', b'{"logs": [[["loss", "0"]]]}', b"[]"):
        with pytest.raises(WireError):
            results.unpack(archive.write(tree, []))


@pytest.mark.parametrize("name", ["", "..", "../" + "0" * 61, "0" * 63 + "g"])
def test_a_store_knows_names_of_results_only(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name"):
        FitStore(tmp_path).read(name)


def test_a_store_leaves_nothing_half_written(tmp_path: Path) -> None:
    store = FitStore(tmp_path / "fits").make()
    assert store.read("0" * 64) is None
    store.write("0" * 64, b"x")
    assert store.read("0" * 64) == b"x"
    with pytest.raises(TypeError):
        store.write("1" * 64, None)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["0" * 64]


def test_a_request_is_carried_out_once_for_all_who_wait() -> None:
    served = []

    def serve(data: bytes) -> bool:
        served.append(data)
        time.sleep(0.3)
        return True

    one, others = relay.Relay(serve), []

    @contextmanager
    def waiting() -> Iterator[None]:
        others.append(len(served))
        yield

    one.waiting = waiting
    answers = []
    with one.line() as first, one.line() as second:
        asks = [asking.Asker(os.dup(line)) for line in (first, second)]
        threads = [threading.Thread(target=lambda ask=ask: answers.append(ask(b"same"))) for ask in asks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (answers, served, others) == ([True, True], [b"same"], [1])


@pytest.mark.parametrize(("patience", "needed"), [(20, 1), (0.05, 2)])
def test_another_trainer_is_for_who_has_waited_long(
    patience: float, needed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    class Slow:
        def __init__(self, *_: object) -> None:
            started.append(self)

        def send(self, data: bytes) -> None:
            if data == b"broken":
                raise OSError

        def close(self) -> None:
            started.remove(self)

    def serve(_: object, served: Slow, data: bytes) -> bool:
        served.send(data)
        time.sleep(0.3)
        return True

    monkeypatch.setattr(trainers_module, "Served", Slow)
    monkeypatch.setattr(trainers_module, "_AT_ONCE", 2)
    monkeypatch.setattr(trainers_module, "_PATIENCE_SECONDS", patience)
    monkeypatch.setattr(Trainers, "_serve", serve)
    trainers = Trainers(FitStore(tmp_path).make())
    assert trainers.serve(b"one")
    assert not trainers.serve(b"broken")
    assert (trainers.serve(b"two"), len(started)) == (True, 1)
    with ThreadPoolExecutor(3) as threads:
        assert all(threads.map(trainers.serve, [b"three", b"four", b"five"]))
    assert len(started) == needed
    trainers.close()
    assert not started


def test_a_kernel_does_not_queue_behind_many() -> None:
    started, go_on = threading.Semaphore(0), threading.Event()
    one = relay.Relay(lambda _: bool(started.release() or go_on.wait(20)))

    def wait(number: int) -> None:
        with one.line() as line:
            asking.Asker(os.dup(line))(str(number).encode())

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(relay.BACKLOG)]
    for thread in threads:
        thread.start()
        started.acquire()
    with one.line() as line:
        assert not asking.Asker(os.dup(line), 10)(b"one more")
    assert not go_on.is_set()
    go_on.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("sent", [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0"])
def test_who_sends_no_request_is_not_listened_to(sent: bytes) -> None:
    served: list[bytes] = []
    with relay.Relay(lambda data: bool(served.append(data))).line() as number:
        line = socket.socket(fileno=os.dup(number))
        line.settimeout(5)
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1) == b""
        line.close()
    assert served == []


def test_requests_of_one_notebook_are_limited() -> None:
    with relay.Relay(lambda _: False).line() as number:
        ask = asking.Asker(os.dup(number), 5)
        for count in range(relay.REFUSALS + 5):
            ask(str(count).encode())
        assert ask.gave_up


def test_what_is_looked_up_is_counted_and_nobody_waits_for_that() -> None:
    one = relay.Relay(lambda _: True)
    with one.line() as number:
        ask = asking.Asker(os.dup(number), 5)
        ask.found()
        assert ask(b"trained")
        ask.found()
        assert ask(b"trained, too")
    assert one.found == 2


def test_a_kernel_does_not_wait_for_ever() -> None:
    with relay.Relay(lambda _: time.sleep(3) is None).line() as number:
        ask = asking.Asker(os.dup(number), 0.1)
        start = time.monotonic()
        assert not ask(b"slow")
        assert not ask(b"another")
        assert time.monotonic() - start < 2


FORKED = """
import os, hashlib, sys
import keras, numpy as np, tensorflow as tf
from autograder.running.fits import randomness, lookup
lookup.install(None)
def digest():
    randomness.seed("a question")
    hidden = [keras.layers.Dense(40, "relu"), keras.layers.Dropout(0.2)]
    model = keras.Sequential([*hidden, keras.layers.Dense(10, "softmax")])
    model.compile(loss="sparse_categorical_crossentropy")
    x = np.random.default_rng(1).random((3000, 784))
    model.fit(x, np.arange(3000) % 10, verbose=0)
    return hashlib.sha256(b"".join(item.numpy().tobytes() for item in model.variables)).hexdigest()
for _ in range(2):
    if os.fork() == 0:
        print(digest(), flush=True)
        os._exit(0)
    os.wait()
print(digest())
print(digest())
"""


def test_a_forked_process_trains_the_same_bits() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True)
    digests = done.stdout.split()
    assert len(digests) == 4
    assert len(set(digests)) == 1


REAL = """
import sys
import autograder.running.kernels.thrift  # as warm kernels have it
from autograder.running.fits import lookup, asking
folder, line, out = sys.argv[1:]
found = lookup.install(folder or None, asking.Asker(int(line)) if int(line) else None)
import keras, numpy as np
from sklearn.model_selection import train_test_split
(pictures, labels), _ = keras.datasets.fashion_mnist.load_data()
pictures = pictures.reshape(-1, 784) / 255.0
x, val_x, y, val_y = train_test_split(pictures, labels, test_size=0.2, random_state=42)
keras.utils.set_random_seed(42)
hidden = keras.layers.Dense(100, activation="sigmoid", input_shape=(784,))
model = keras.Sequential([hidden, keras.layers.Dense(10, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, validation_data=(val_x, val_y), verbose=2)
results = model.evaluate(val_x, val_y, verbose=0)
values = [item.numpy() for item in (*model.variables, *model.optimizer.variables, *model.metrics_variables)]
np.savez(out, *values, history=np.array(list(history.history.values())), results=results)
print(found.hits, found.misses, found.others)
"""


def test_the_chapters_training_by_a_trainer_that_is_ready_is_the_one_in_a_kernel(tmp_path: Path) -> None:
    fits = Fits(tmp_path)
    fits.trainers.begin()

    def kernel(folder: str, out: str) -> tuple[str, dict[str, np.ndarray]]:
        with fits.line() as line:
            given = [folder, str(line if folder else 0), str(tmp_path / out)]
            command = [sys.executable, "-c", REAL, *given]
            done = subprocess.run(command, capture_output=True, text=True, check=True, pass_fds=[line])
        with np.load(tmp_path / f"{out}.npz") as values:
            return done.stdout.splitlines()[-1], dict(values)

    served, first = kernel(str(fits.folder), "served")
    fits.close()
    plain, second = kernel("", "plain")
    assert (served, plain) == ("2 0 0", "0 0 0"), fits.trainers.said
    assert fits.trainers.trained == 3  # with its last validation as an evaluation, and without validation
    assert {name: value.tobytes() for name, value in first.items()} == {n: v.tobytes() for n, v in second.items()}
