"""Trains what a kernel asked for, in a trusted process. Nothing of a request is believed.

The model is built from lists of what is allowed, the data are made here, and the description under which the result
will be found is taken anew, from what was built. Where it is not the one that was asked for, nothing is trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.running.fits import epochs, randomness, results
from autograder.running.fits.asked import (
    Refused,
    call_of,
    check_cost,
    class_weights,
    compiled_of,
    model_of,
    optimizer_of,
)
from autograder.running.fits.calls import Call
from autograder.running.fits.description import describe, model_variables, prepare, trace, values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.running.fits.known_data import KnownData
    from autograder.running.fits.request import Request

_SAID = 200
_NUMBERS = 1 << 31


class Training:
    """A request that was checked, ready to be carried out."""

    def __init__(self, request: Request, data: KnownData) -> None:
        """Builds everything, and describes it.

        Raises:
            Refused: it is nothing that is trained here, or not what its description says.
        """
        try:
            self._build(request, data)
        except Refused:
            raise
        except Exception as error:  # a request may hold anything, and Keras may raise anything over it
            raise Refused(" ".join(f"{type(error).__name__}: {error}".split())[:_SAID]) from error

    def _build(self, request: Request, data: KnownData) -> None:
        asked = request.description
        self._kind: str = asked["kind"]
        self._number: int | None = asked["number"] if self._kind == "fit" else None
        if self._kind not in {"fit", "evaluate", "predict"} or not (self._kind != "fit" or _is_number(self._number)):
            raise Refused("another_kind_of_call")
        self._call = call_of(asked, data)
        self._model = model = model_of(asked["network"])
        check_cost(model, self._call)
        optimizer = asked.get("optimizer") or {"class_name": "SGD", "config": {}}
        model.compile(optimizer=optimizer_of(optimizer), **compiled_of(asked["compiled"]))
        trace(model, self._call)
        prepare(model, self._call)
        _assign(model_variables(model), request.weights)
        if self._kind == "fit":
            _assign(model.optimizer.variables, request.state)
        self.description = describe(self._kind, model, self._call, self._number)
        if self.description != asked:
            different = [part for part in self.description if self.description[part] != asked.get(part)]
            raise Refused("_".join(["described_otherwise", *different]))

    def run(self) -> list[tuple[dict[str, Any], results.Result]]:
        """Carries it out, once.

        Returns:
            The result with its description, and what else is known then with theirs.
        """
        found = {"fit": self._fit, "evaluate": self._evaluate, "predict": self._predict}[self._kind]()
        return [(self.description, found), *self._without_validation(found), *self._last_validation(found)]

    def _evaluate(self) -> results.Result:
        return results.take("evaluate", self._model, [epochs.evaluate(self._model, self._call)])

    def _predict(self) -> results.Result:
        size = self._call.settings["batch_size"]
        return results.Result([{}], [self._model.predict(self._call.x, batch_size=size, verbose=0)])

    def _fit(self) -> results.Result:
        weights = class_weights(self._call.settings["class_weight"])
        randomness.begin(int(self._number or 0))
        logs = epochs.fit(self._model, self._call, weights, [self._before_validation()])
        return results.take("fit", self._model, logs)

    def _before_validation(self) -> Any:
        """Notes what metrics hold when an epoch's training is over and its validation has not begun."""
        import keras

        def note(logs: Any = None) -> None:  # noqa: ARG001 - what callbacks are given
            self._metrics = values(self._model.metrics_variables)

        callback = keras.callbacks.Callback()
        callback.on_test_begin = note
        return callback

    def _without_validation(self, found: results.Result) -> Iterator[tuple[dict[str, Any], results.Result]]:
        """The same training without validation, which draws no random numbers and changes no weight."""
        if self._kind == "fit" and self._call.validation:
            logs = [{name: value for name, value in epoch.items() if name[:4] != "val_"} for epoch in found.logs]
            kept = len(found.arrays) - len(self._metrics)
            yield self.description | {"validation": []}, results.Result(logs, [*found.arrays[:kept], *self._metrics])

    def _last_validation(self, found: results.Result) -> Iterator[tuple[dict[str, Any], results.Result]]:
        """What ``evaluate`` would give now on the validation data: the last epoch has just done that."""
        # Where weights are averaged, other weights are put in place after the last validation.
        if self._kind == "fit" and self._call.validation and not self._model.optimizer.use_ema:
            settings = self._call.settings
            size = settings["validation_batch_size"] or settings["batch_size"]
            call = Call(*self._call.validation, None, {"batch_size": size}, 0)
            logs = {name.removeprefix("val_"): value for name, value in found.logs[-1].items() if name[:4] == "val_"}
            result = results.take("evaluate", self._model, [logs])
            yield describe("evaluate", self._model, call, None), result


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < _NUMBERS


def _assign(variables: list[Any], arrays: list[np.ndarray]) -> None:
    wanted = [(tuple(variable.shape), np.dtype(variable.dtype)) for variable in variables]
    if wanted != [(array.shape, array.dtype) for array in arrays]:
        raise Refused("variables_of_other_shapes")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
