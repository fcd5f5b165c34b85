"""``fit``, ``evaluate`` and ``predict`` in a graded kernel: looked up where they can be, else carried out.

Nothing here may reach learners' code: whatever fails before something was restored, the call is carried out as usual.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.util
import inspect
import sys
import threading
from typing import TYPE_CHECKING, Any

from autograder.running.fits import randomness, results
from autograder.running.fits.calls import Call, call
from autograder.running.fits.description import check, describe, prepare
from autograder.running.fits.request import pack
from autograder.running.fits.sealed import key, unseal
from autograder.running.fits.store import FitStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TRAINER = "keras.src.backend.tensorflow.trainer"
_REASON = 200
_inside = threading.local()


class Lookup:
    """Takes the place of Keras's ``fit``, ``evaluate`` and ``predict``.

    Attributes:
        hits: calls that were looked up.
        misses: calls that could have been.
        others: calls that could not.
        reason: why the last of these could not.
    """

    def __init__(
        self,
        store: str | Path | None,
        ask: Callable[[bytes], bool] | None,
        on_hit: Callable[[], None] = lambda: None,
    ) -> None:
        """See ``install``."""
        self._store = FitStore(store) if store else None
        self._ask, self._on_hit = ask, on_hit
        self.hits = self.misses = self.others = 0
        self.reason = ""

    def patch(self, trainer: Any) -> None:
        """Puts itself into Keras's class of models that can be trained."""
        trainer.fit = self._fit(trainer.fit)
        trainer.evaluate = self._drawing_nothing("evaluate", trainer.evaluate, results.restore_evaluate)
        trainer.predict = self._drawing_nothing("predict", trainer.predict, results.restore_predict)

    def _fit(self, original: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(original)

        @functools.wraps(original)
        def fit(model: Any, *args: Any, **kwargs: Any) -> Any:
            with _Once() as first, randomness.drawn() as number:
                if not first:
                    randomness.begin(number)
                    return original(model, *args, **kwargs)
                _forget(model)
                try:
                    if not getattr(model, "built", False):
                        randomness.begin(number)  # not otherwise: TensorFlow has to make its operations anew each time
                    found = self._find("fit", model, signature, (args, kwargs), number)
                    if found:
                        return results.restore_fit(*found)
                    randomness.begin(number)
                    return original(model, *args, **kwargs)
                finally:
                    _forget(model)

        return fit

    def _drawing_nothing(
        self, kind: str, original: Callable[..., Any], restore: Callable[..., Any]
    ) -> Callable[..., Any]:
        signature = inspect.signature(original)

        @functools.wraps(original)
        def method(model: Any, *args: Any, **kwargs: Any) -> Any:
            with _Once() as first:
                if not first:
                    return original(model, *args, **kwargs)
                _forget(model)
                try:
                    found = self._find(kind, model, signature, (args, kwargs), None)
                    return restore(*found) if found else original(model, *args, **kwargs)
                finally:
                    _forget(model)

        return method

    def _find(
        self, kind: str, model: Any, signature: inspect.Signature, given: tuple[Any, Any], number: int | None
    ) -> tuple[results.Result, Any, Call] | None:
        """The result of a call, with what it is restored from; None when the call has to be carried out."""
        if self._store is None:
            return None
        try:
            bound = signature.bind(model, *given[0], **given[1])
            bound.apply_defaults()
            asked = call(kind, _flat(bound.arguments))
            check(model)
            if kind == "fit":
                prepare(model, asked)
            description = describe(kind, model, asked, number)
            result = self._result(description, model)
        except Exception as error:  # noqa: BLE001 - not covered, or our own failure: nothing was changed
            self.others, self.reason = self.others + 1, f"{type(error).__name__}: {error}"[:_REASON]
            return None
        if result is None or not results.suits(result, kind, model, asked):
            self.misses += 1
            return None
        self.hits += 1
        self._on_hit()
        return result, model, asked

    def _result(self, description: dict[str, Any], model: Any) -> results.Result | None:
        found = key(description)
        data = self._store.read(found.name) if self._store else None
        if data is None and self._store and self._ask and self._ask(pack(description, model)):
            data = self._store.read(found.name)
        content = None if data is None else unseal(data, found.opener)
        return None if content is None else results.unpack(content)


def install(
    store: str | Path | None,
    ask: Callable[[bytes], bool] | None = None,
    on_hit: Callable[[], None] = lambda: None,
) -> Lookup:
    """Looks up ``fit``, ``evaluate`` and ``predict`` in this process from now on, Keras imported or not.

    Args:
        store: the folder of results. None: nothing is looked up; trainings draw the same random numbers all the same.
        ask: asks for a training, and says whether its result is in the store now.
        on_hit: called when a call was looked up.
    """
    lookup = Lookup(store, ask, on_hit)
    module = sys.modules.get(_TRAINER)
    if module is None:
        sys.meta_path.insert(0, _Finder(lookup))
    else:
        lookup.patch(module.TensorFlowTrainer)
    return lookup


class _Finder(importlib.abc.MetaPathFinder):
    """Patches the one module as soon as it has been imported, then steps aside."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:  # noqa: ARG002 - the overridden method's signature
        """Finds the module as usual, and adds the patch to what runs it."""
        if name != _TRAINER:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def run_and_patch(module: Any) -> None:
            run(module)
            self._lookup.patch(module.TensorFlowTrainer)

        spec.loader.exec_module = run_and_patch  # type: ignore[method-assign]
        return spec


class _Once:
    """Tells the outermost call in a thread, so that the validation of a ``fit`` is not looked up."""

    def __enter__(self) -> bool:
        depth: int = getattr(_inside, "depth", 0)
        _inside.depth = depth + 1
        return depth == 0

    def __exit__(self, *_: object) -> None:
        _inside.depth -= 1


def _forget(model: Any) -> None:
    """Forgets compiled steps, so that none is of another state of the model than the one it has now.

    Keras would go on with the steps of the first training when a layer was changed since.
    """
    for name in ("train_function", "test_function", "predict_function"):
        if vars(model).get(name) is not None:
            setattr(model, name, None)


def _flat(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments without the model, and those that stand for any others taken apart."""
    others = arguments.get("kwargs", {})
    return {name: value for name, value in arguments.items() if name not in {"self", "kwargs"}} | others
