"""Programs of learners that train, and all that can be seen of what they leave behind. Importing this imports Keras."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

if TYPE_CHECKING:
    from collections.abc import Callable


class Data:
    """A small classification: 12 numbers, three classes."""

    def __init__(self) -> None:
        rng = np.random.default_rng(3)
        self.x = rng.random((100, 12))
        self.y = (self.x[:, :4].sum(axis=1) * 1.4).astype(np.uint8).clip(0, 2)
        self.val_x, self.val_y = rng.random((40, 12)), rng.integers(0, 3, 40).astype(np.uint8)
        self.single, self.pixels = self.x.astype(np.float32), (self.x * 255).astype(np.uint8)
        self.whole, self.labels = self.x[:96].copy(), self.y.astype(np.int64)
        self.squares, self.column = self.x.reshape(100, 3, 4).copy(), self.y.reshape(100, 1).astype(np.int64)
        self.labels_of_whole = self.y[:96].copy()
        self.one_hot = np.eye(3)[self.y]

    @staticmethod
    def dropout_model() -> Any:
        return chain(layers.Dense(8, activation="relu"), layers.Dropout(0.4))


def chain(*hidden: Any, declared: bool = True, shape: tuple[int, ...] = (12,), **settings: Any) -> keras.Model:
    first = [keras.Input(shape)] if declared else []
    model = keras.Sequential([*first, *hidden, layers.Dense(3, activation="softmax")])
    settings = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], **settings}
    model.compile(**settings)
    return model


def functional(**_: Any) -> keras.Model:
    inputs = keras.Input((12,))
    hidden = layers.Dense(6, activation="tanh")(inputs)
    model = keras.Model(inputs, layers.Dense(3, activation="softmax")(hidden))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def hidden(activation: Any = "sigmoid", **settings: Any) -> Any:
    return layers.Dense(8, activation=activation, **settings)


def simple(optimizer: Any = "rmsprop", **settings: Any) -> Callable[[Data], Any]:
    def program(data: Data) -> Any:
        model = chain(hidden("relu"), optimizer=optimizer() if callable(optimizer) else optimizer)
        return model, model.fit(data.x, data.y, **{"epochs": 2, "verbose": 0, **settings})

    return program


def on(x: str, y: str = "y", *first: Callable[[], Any], **settings: Any) -> Callable[[Data], Any]:
    def program(data: Data) -> Any:
        pictures = getattr(data, x)
        model = chain(*(item() for item in first), hidden(), shape=pictures.shape[1:], **settings)
        return model, model.fit(pictures, getattr(data, y), epochs=2, verbose=0)

    return program


def undeclared(data: Data) -> Any:
    model = chain(hidden("relu"), layers.BatchNormalization(), declared=False)
    return model, model.fit(data.x, data.y, epochs=2, validation_data=(data.val_x, data.val_y), verbose=2)


def undeclared_whole_batches(data: Data) -> Any:
    model = chain(layers.Flatten(), hidden("relu"), declared=False)
    return model, model.fit(data.whole, data.labels_of_whole, verbose=1)


def undeclared_pixels(data: Data) -> Any:
    model = chain(layers.Flatten(), hidden("relu"), declared=False)
    return model, model.fit(data.pixels, data.y, verbose=0)


def dropout(data: Data) -> Any:
    model = data.dropout_model()
    return model, model.fit(data.x, data.y, epochs=3, verbose=0)


def many_steps(data: Data) -> Any:
    model = chain(hidden("relu"), layers.BatchNormalization(), layers.Dropout(0.3), optimizer="adam")
    validation = (data.val_x, data.val_y)
    return model, model.fit(data.x, data.y, epochs=2, batch_size=1, validation_data=validation, verbose=0)


def going_on(data: Data) -> Any:
    model = chain(hidden(), layers.Dropout(0.3), optimizer="adam")
    first = model.fit(data.x, data.y, epochs=2, verbose=0)
    second = model.fit(data.x, data.y, epochs=4, initial_epoch=2, validation_split=0.2, batch_size=16, verbose=0)
    return model, first, second


def recompiling(data: Data) -> Any:
    model = chain(hidden())
    model.fit(data.x, data.y, epochs=2, verbose=0)
    before = model.optimizer
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["acc"])
    return model, before, model.fit(data.x, data.y, verbose=0)


def evaluating(data: Data) -> Any:
    model = chain(hidden())
    history = model.fit(data.x, data.y, verbose=0)
    results = model.evaluate(data.val_x, data.val_y, verbose=2)
    named = model.evaluate(data.x, data.y, batch_size=7, return_dict=True, verbose=0)
    return model, history, results, named


def predicting(data: Data) -> Any:
    model = chain(hidden(), layers.Dropout(0.3))
    history = model.fit(data.x, data.y, verbose=0)
    found = model.predict(data.val_x), model.predict(data.x, batch_size=7, verbose=2)
    model.layers[0].activation = keras.activations.relu
    model.set_weights([weight / 2 for weight in model.get_weights()])
    return model, history, *found, model.predict(data.val_x, verbose=0)


def predicting_by_a_function(data: Data) -> Any:
    model = functional()
    history = model.fit(data.x, data.y, verbose=0)
    return model, history, model.predict(x=data.single, verbose=0).argmax(axis=1)


def changing_a_layer(data: Data) -> Any:
    model = chain(hidden())
    model.fit(data.x, data.y, verbose=0)
    model.layers[0].activation = keras.activations.relu
    model.optimizer.learning_rate = 0.01
    return model, model.fit(data.x, data.y, verbose=0)


def objects(data: Data) -> Any:
    model = chain(
        layers.Dense(8),
        layers.ReLU(),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="hits"), "accuracy"],
        optimizer=keras.optimizers.Adam(),
    )
    return model, model.fit(data.x, data.y, shuffle=False, class_weight={0: 1.0, 1: 2.0, 2: 0.5}, verbose=0)


def functional_program(data: Data) -> Any:
    model = functional()
    validation = [data.val_x, data.val_y]
    return model, model.fit(data.x, data.y, epochs=2, validation_data=validation, validation_batch_size=9, verbose=0)


def short_name(data: Data) -> Any:
    model = chain(hidden(), metrics=["acc"])
    history = model.fit(data.x, data.y, epochs=2, validation_data=(data.val_x, data.val_y), verbose=2)
    return model, history, model.evaluate(data.x, data.y, return_dict=True, verbose=0)


def no_metrics(data: Data) -> Any:
    model = chain(hidden(), metrics=None)
    return model, model.fit(data.x, data.y, verbose=0), model.evaluate(data.val_x, data.val_y, verbose=0)


def _sgd(**settings: Any) -> Callable[[], Any]:
    return lambda: keras.optimizers.SGD(**settings)


# With the number of calls that are looked up.
PROGRAMS: dict[str, tuple[Callable[[Data], Any], int]] = {
    "sigmoid": (on("x"), 1),
    "one_epoch_of_whole_batches": (on("whole", "labels_of_whole"), 1),
    "flatten": (on("squares", "column", layers.Flatten), 1),
    "single": (on("single", "labels"), 1),
    "pixels": (on("pixels", "y", lambda: layers.Rescaling(1 / 255)), 1),
    "one_hot": (on("x", "one_hot", loss="categorical_crossentropy"), 1),
    "sgd": (simple("sgd"), 1),
    "momentum": (simple(_sgd(momentum=0.9)), 1),
    "nesterov": (simple(_sgd(momentum=0.9, nesterov=True), batch_size=8), 1),
    "adagrad": (simple("adagrad"), 1),
    "rmsprop_with_average": (simple(lambda: keras.optimizers.RMSprop(use_ema=True)), 1),
    "adam": (simple("adam", batch_size=1_000), 1),
    "undeclared": (undeclared, 1),
    "undeclared_whole_batches": (undeclared_whole_batches, 1),
    "undeclared_pixels": (undeclared_pixels, 1),
    "dropout": (dropout, 1),
    "many_steps": (many_steps, 1),
    "going_on": (going_on, 2),
    "recompiling": (recompiling, 2),
    "evaluating": (evaluating, 3),
    "predicting": (predicting, 4),
    "predicting_by_a_function": (predicting_by_a_function, 2),
    "changing_a_layer": (changing_a_layer, 2),
    "objects": (objects, 1),
    "functional": (functional_program, 1),
    "short_name": (short_name, 2),
    "no_metrics": (no_metrics, 2),
}


def relu(z: Any) -> Any:
    """A function of a learner's with the name of a built-in one."""
    return keras.ops.maximum(0.0, z) * 2


class Own(keras.layers.Dense):
    """A layer of a learner's."""


class OwnModel(keras.Sequential):
    """A model of a learner's."""


def own_model(data: Data) -> Any:
    model = OwnModel([keras.Input((12,)), layers.Dense(3, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy")
    return model, model.fit(data.x, data.y, verbose=0)


def with_layers(*make: Callable[[], Any], **settings: Any) -> Callable[[Data], Any]:
    def program(data: Data) -> Any:
        model = chain(*(item() for item in make), **settings)
        return model, model.fit(data.x, data.y, verbose=0)

    return program


def hangul(data: Data) -> Any:
    model = keras.Sequential([keras.Input((12,)), layers.Dense(3, activation="softmax")], name="모델")
    model.compile(loss="sparse_categorical_crossentropy")
    said = ""
    try:
        model.fit(data.x, data.y, verbose=0)
    except ValueError as error:
        said = str(error)
    keras.src.backend.common.global_state.set_global_attribute("name_scope_stack", [])
    return model, said


def frozen(data: Data) -> Any:
    model = keras.Sequential([keras.Input((12,)), hidden(), layers.Dense(3, activation="softmax")])
    model.layers[0].trainable = False
    model.compile(loss="sparse_categorical_crossentropy")
    return model, model.fit(data.x, data.y, verbose=0)


def overridden(data: Data) -> Any:
    model = chain(hidden())
    model.layers[0].call = lambda inputs: inputs[:, :8]
    return model, model.fit(data.x, data.y, verbose=0)


def of_tf_data(data: Data) -> Any:
    model = chain(hidden())
    return model, model.fit(tf.data.Dataset.from_tensor_slices((data.x, data.y)).batch(10), verbose=0)


def schedule() -> Any:
    return keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9))


def own_loss(y: Any, z: Any) -> Any:
    return keras.losses.sparse_categorical_crossentropy(y, z) * 2


NOT_COVERED: dict[str, Callable[[Data], Any]] = {
    "callbacks": simple(callbacks=[keras.callbacks.LambdaCallback()]),
    "sample_weight": simple(sample_weight=np.linspace(0, 1, 100)),
    "steps_per_epoch": simple(steps_per_epoch=2, epochs=1),
    "schedule": simple(schedule),
    "own_activation": with_layers(lambda: hidden(relu)),
    "own_layer": with_layers(lambda: Own(4)),
    "own_loss": with_layers(hidden, loss=own_loss),
    "own_model": own_model,
    "regularizer": with_layers(lambda: hidden(kernel_regularizer="l2")),
    "eager": with_layers(hidden, run_eagerly=True),
    "noise": with_layers(lambda: layers.GaussianNoise(0.1)),
    "hangul_name": hangul,
    "frozen": frozen,
    "overridden": overridden,
    "tf_data": of_tf_data,
}


def observed(thing: Any) -> Any:
    """What can be seen of objects of Keras, and of the random numbers that come next."""
    after = [random.getstate()[1][:5], np.random.get_state()[1][:5].tolist()]  # type: ignore[index] # noqa: NPY002
    after += [tf.random.normal((2,)).numpy().tolist(), keras.random.normal((2,)).numpy().tolist()]
    seen = [_seen(item) for item in (thing if isinstance(thing, tuple) else (thing,))]
    return seen, after, keras.layers.Dense(1).name


def _seen(thing: Any) -> Any:
    if isinstance(thing, keras.Model):
        return _model(thing)
    if isinstance(thing, keras.optimizers.Optimizer):
        return _variables(thing.variables), thing.get_config(), _attributes(thing)
    if isinstance(thing, keras.callbacks.History):
        return list(thing.history.items()), thing.params, thing.epoch, _attributes(thing), thing.model.name
    if isinstance(thing, np.ndarray):
        return thing.dtype, thing.shape, thing.tobytes(), str(thing.flags)
    return thing


def _model(model: keras.Model) -> Any:
    history = getattr(model, "history", None)
    return {
        "variables": _variables([*model.variables, *model.metrics_variables]),
        "config": model.get_config(),
        "compiled": {key: str(value) for key, value in model.get_compile_config().items()},
        "shapes": [str(getattr(model, name, None)) for name in ("input_shape", "output_shape")],
        "attributes": [_attributes(item) for item in (model, *model.layers)],
        "metrics": [(item.name, _attributes(item)) for item in model.metrics],
        "results": {name: float(value) for name, value in model.get_metrics_result().items()},
        "optimizer": _seen(model.optimizer),
        "history": history and (_seen(history), history.model is model),
        "summary": _summary(model),
    }


def _summary(model: keras.Model) -> str:
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    return "\n".join(lines)


def _variables(variables: Any) -> list[Any]:
    return [(item.path, item.dtype, item.shape, item.numpy().tobytes()) for item in variables]


def _attributes(thing: Any) -> dict[str, Any]:
    """Names of all attributes, with those values that can be compared."""
    plain = (bool, int, float, str, type(None))
    return {name: value if isinstance(value, plain) else type(value).__name__ for name, value in vars(thing).items()}
