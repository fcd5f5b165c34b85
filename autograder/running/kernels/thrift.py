"""What TensorFlow does for a process that has a machine to itself, and costs a class: left out where nobody can tell.

Private parts of TensorFlow are changed, in a process in which it has not begun. Where a later version has none such,
importing this fails, and the tests say so.
"""

from __future__ import annotations

import functools
import random
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf.config_pb2 import ConfigProto
from tensorflow.python.eager import context
from tensorflow.python.framework import random_seed


def _use_one_thread() -> None:
    """A batch of the lesson is too small to be shared out: handing it over costs a third of a training, in time too."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _wait_for_work() -> None:
    """Idle threads wait instead of going round in circles for work: a quarter of a training's processor time."""
    settings = ConfigProto()
    settings.experimental.disable_thread_spinning = True
    context.context()._config = settings  # noqa: SLF001 - what is public reaches graphs and sessions only


def _keep_operations() -> None:
    """Seeding keeps what TensorFlow has made for operations, unless that holds the state of random numbers.

    It makes all of it anew otherwise, half a millisecond for each operation, and a notebook is seeded at each question.
    State is only in operations that ``random_seed.get_seed`` was asked for, which Keras uses for shuffling; its other
    random numbers have no such state. From the first time on, everything is as usual.
    """
    get_seed, set_seed = random_seed.get_seed, context.Context._set_global_seed  # noqa: SLF001 - there is no other seam
    asked = False

    @functools.wraps(get_seed)
    def noted(*arguments: Any) -> Any:
        nonlocal asked
        asked = True
        return get_seed(*arguments)

    def seeded(self: Any, seed: Any) -> None:
        if asked or type(seed) is not int:
            set_seed(self, seed)
        else:
            self._seed, self._rng = seed, random.Random(seed)  # noqa: S311 - as TensorFlow does

    random_seed.get_seed = noted
    context.Context._set_global_seed = seeded  # noqa: SLF001 - as above


_use_one_thread()
_wait_for_work()
_keep_operations()
