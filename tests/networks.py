"""The chapter's network, written in as many ways as learners write it. Importing this imports Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops

PIXELS = (784,)
PICTURES = np.random.default_rng(1).random((64, 784)).astype(np.float32)
LABELS = np.arange(64) % 10

Spelling = Callable[[str], keras.Model]


def softmax(z: Any) -> Any:
    powers = ops.exp(z - ops.max(z, axis=-1, keepdims=True))
    return powers / ops.sum(powers, axis=-1, keepdims=True)


# By hand, as in the chapter's formulas.
FORMULAS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda z: 1 / (1 + ops.exp(-z)),
    "relu": lambda z: ops.maximum(0.0, z),
    "softmax": softmax,
}


def listed(hidden: str = "sigmoid", **settings: Any) -> keras.Model:
    """The network as a list, with ``input_shape`` as in the chapter."""
    first = layers.Dense(100, activation=hidden, input_shape=PIXELS)
    return keras.Sequential([first, layers.Dense(10, activation="softmax")], **settings)


def chain(*items: Any, **settings: Any) -> keras.Model:
    """A Sequential model of these layers, with a declared input."""
    return keras.Sequential([keras.Input(PIXELS), *items], **settings)


def begun_with(first: Any, hidden: str) -> keras.Model:
    return keras.Sequential([first, layers.Dense(100, hidden), layers.Dense(10, "softmax")])


def undeclared(hidden: str = "sigmoid") -> keras.Model:
    """The network without an input; it has no shapes before it sees data."""
    return keras.Sequential([layers.Dense(100, activation=hidden), layers.Dense(10, activation="softmax")])


def fitted(model: keras.Model, epochs: int = 1, **settings: Any) -> keras.Model:
    """The model, trained a little on random pictures."""
    if not model.compiled:
        model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(PICTURES, LABELS, epochs=epochs, verbose=0, **settings)
    return model


def called(hidden: str) -> keras.Model:
    model = undeclared(hidden)
    model(PICTURES[:7])
    return model


def built(hidden: str) -> keras.Model:
    model = undeclared(hidden)
    model.build((None, 784))
    return model


def added(hidden: str) -> keras.Model:
    model = keras.Sequential()
    model.add(layers.Dense(100, activation=hidden, input_shape=PIXELS))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def added_with_activation_layers(hidden: str) -> keras.Model:
    model = keras.Sequential(name="m")
    model.add(keras.Input(PIXELS))
    model.add(layers.Dense(100))
    model.add(layers.Activation(hidden))
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    return model


def functional(hidden: str) -> keras.Model:
    inputs = keras.Input(PIXELS)
    outputs = layers.Dense(10, activation="softmax")(layers.Dense(100, activation=hidden)(inputs))
    return keras.Model(inputs, outputs)


def functional_with_functions(hidden: str) -> keras.Model:
    inputs = keras.Input(PIXELS)
    inner = layers.Activation(FORMULAS[hidden])(layers.Dense(100)(inputs))
    return keras.Model(inputs=inputs, outputs=layers.Activation(ops.softmax)(layers.Dense(10)(inner)))


def functional_with_operations(hidden: str) -> keras.Model:
    inputs = keras.Input(PIXELS)
    inner = getattr(keras.activations, hidden)(layers.Dense(100)(inputs))
    return keras.Model([inputs], {"classes": ops.softmax(layers.Dense(10)(inner))})


def functional_of_the_layers_of_another(hidden: str) -> keras.Model:
    other = named(hidden, "hidden", "output")
    inputs = keras.Input(PIXELS)
    return keras.Model(inputs, other.get_layer("output")(other.get_layer("hidden")(inputs)))


def the_layers_of_another(hidden: str) -> keras.Model:
    other = named(hidden, "hidden", "output")
    return keras.Sequential([keras.Input(PIXELS), other.get_layer("hidden"), other.get_layer("output")])


def a_cell_run_twice(hidden: str) -> keras.Model:
    first, second = layers.Dense(100, activation=hidden, input_shape=PIXELS), layers.Dense(10, activation="softmax")
    keras.Sequential([first, second])
    return keras.Sequential([first, second])


def named(hidden: str, first: str, second: str, **settings: Any) -> keras.Model:
    items = (layers.Dense(100, activation=hidden, name=first), layers.Dense(10, activation="softmax", name=second))
    return chain(*items, **settings)


def nested(hidden: str) -> keras.Model:
    inner = keras.Sequential([layers.Dense(100, activation=hidden)])
    return keras.Sequential([keras.Input(PIXELS), inner, layers.Dense(10, activation="softmax")])


def nested_with_one_name_twice(hidden: str) -> keras.Model:
    inner = chain(layers.Dense(100, activation=hidden, name="dense"))
    return keras.Sequential([inner, layers.Dense(10, activation="softmax", name="dense")])


def nested_functional(hidden: str) -> keras.Model:
    inputs = keras.Input(PIXELS)
    inner = keras.Model(inputs, layers.Dense(100, activation=hidden)(inputs))
    other = keras.Input(PIXELS)
    return keras.Model(other, layers.Dense(10, activation="softmax")(inner(other)))


def with_a_hangul_function(hidden: str) -> keras.Model:
    def 활성화(z: Any) -> Any:  # noqa: N802, PLC2401 - as learners write it
        return FORMULAS[hidden](z)

    return chain(layers.Dense(100, activation=활성화), layers.Dense(10, activation=softmax))


def with_layers_in_between(hidden: str) -> keras.Model:
    return chain(
        layers.Reshape((28, 28)),
        layers.Flatten(),
        layers.Dense(100, hidden),
        layers.Activation("linear"),
        layers.Dense(10, "softmax"),
    )


def with_relu_layer(hidden: str) -> keras.Model:
    activation = layers.ReLU() if hidden == "relu" else layers.Activation(keras.activations.sigmoid)
    return chain(layers.Dense(100), activation, layers.Dense(10), layers.Softmax())


def with_objects(hidden: str) -> keras.Model:
    function = getattr(keras.activations, hidden)
    return chain(layers.Dense(100, activation=function), layers.Dense(10, activation=keras.activations.softmax))


def with_ops(hidden: str) -> keras.Model:
    return chain(layers.Dense(100, activation=getattr(ops, hidden)), layers.Dense(10, activation=ops.softmax))


def with_tensorflow(hidden: str) -> keras.Model:
    import tensorflow as tf

    return chain(layers.Dense(100, activation=getattr(tf.nn, hidden)), layers.Dense(10, activation=tf.nn.softmax))


def with_lambdas(hidden: str) -> keras.Model:
    return chain(
        layers.Dense(100, activation=FORMULAS[hidden]),
        layers.Dense(10, activation=lambda z: keras.activations.softmax(z, axis=-1)),
    )


def with_other_beginnings(hidden: str) -> keras.Model:
    plain = {"kernel_initializer": "he_normal", "kernel_regularizer": keras.regularizers.L2(1e-4), "dtype": "float32"}
    return chain(layers.Dense(100, hidden, **plain), layers.Dense(10, "softmax", kernel_constraint="non_neg"))


SPELLINGS: dict[str, Spelling] = {
    "list_with_input_shape": listed,
    "list_with_input_dim": lambda hidden: chain(layers.Dense(100, hidden, input_dim=784), layers.Dense(10, "softmax")),
    "input": lambda hidden: begun_with(keras.Input(shape=PIXELS), hidden),
    "input_of_a_number": lambda hidden: begun_with(keras.Input((28 * 28,), name="pixels"), hidden),
    "input_with_free_batch": lambda hidden: begun_with(keras.Input(batch_shape=(None, 784)), hidden),
    "input_layer": lambda hidden: begun_with(layers.InputLayer(shape=PIXELS), hidden),
    "input_layer_with_input_shape": lambda hidden: begun_with(layers.InputLayer(input_shape=PIXELS), hidden),
    "input_layer_with_free_batch": lambda hidden: begun_with(layers.InputLayer(batch_shape=(None, 784)), hidden),
    "undeclared_fit": lambda hidden: fitted(undeclared(hidden)),
    "undeclared_call": called,
    "undeclared_build": built,
    "trained": lambda hidden: fitted(listed(hidden)),
    "add": added,
    "add_activation_layers": added_with_activation_layers,
    "functional": functional,
    "functional_functions": functional_with_functions,
    "functional_operations": functional_with_operations,
    "functional_reused_layers": functional_of_the_layers_of_another,
    "reused_layers": the_layers_of_another,
    "cell_run_twice": a_cell_run_twice,
    "nested": nested,
    "nested_one_name_twice": nested_with_one_name_twice,
    "nested_functional": nested_functional,
    "named_as_in_the_chapter": lambda hidden: named(hidden, "hidden", "output", name="패션 MNIST 모델"),
    "hangul_names": lambda hidden: named(hidden, "은닉층", "출력층", name="모델"),
    "names_with_blanks": lambda hidden: named(hidden, "hidden layer", "2 (output)", name="my model"),
    "relu_and_softmax_layers": with_relu_layer,
    "activation_objects": with_objects,
    "ops": with_ops,
    "lambdas": with_lambdas,
    "tensorflow_functions": with_tensorflow,
    "hangul_function": with_a_hangul_function,
    "rearranging_layers": with_layers_in_between,
    "initializers_and_regularizers": with_other_beginnings,
}
