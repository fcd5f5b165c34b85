"""Which optimizers adapt the learning rate, and how the five trained networks compare."""

from __future__ import annotations

from typing import Any

from autograder.evidence import Drawing, Model, Value
from autograder.exercises.optimizers.base import assignment
from autograder.judging import expect
from autograder.judging.faults import Fault
from autograder.judging.network import network

ADAPTIVE = ("adagrad", "rmsprop", "adam")
TRAINED = ("momentum", "nesterov", *ADAPTIVE)
KNOWN = ("sgd", *TRAINED)

adaptive = assignment.question("adaptive", points=2)


@adaptive.check()
def only_adaptive_optimizers_are_named(adaptive_optimizers: Value) -> None:
    """At least one, and none with a fixed learning rate."""
    expect.names_among(adaptive_optimizers, ADAPTIVE, KNOWN)


@adaptive.check(after=(only_adaptive_optimizers_are_named,))
def all_adaptive_optimizers_are_named(adaptive_optimizers: Value) -> None:
    """All three; naming everything there is does not count."""
    expect.names(adaptive_optimizers, ADAPTIVE, KNOWN)


compare = assignment.question("compare", points=4)

_WITHIN = 0.001
_SAME = 1e-4
"""Two figures of one thing: fit's float32 sums and ours, or four decimals of them."""
_LOSS_WITHIN = 0.005
_AS_GOOD_AS_THE_BEST = 0.0005
_CURVE = 2
"""Points that make a curve."""


@compare.check()
def results_has_the_five_names(results: Value) -> None:
    """One entry for each optimizer, under its name."""
    entries = _entries(results)
    if set(entries) != set(TRAINED):
        facts = {"expected": list(TRAINED), "received": list(entries) or "–"}
        raise Fault("result_names", variable=results.variable, **facts)


@compare.check(weight=3)
def results_agree_with_the_models(  # noqa: PLR0913 - the five models and what is said of them
    results: Value,
    *,
    model_momentum: Model,
    model_nesterov: Model,
    model_adagrad: Model,
    model_rmsprop: Model,
    model_adam: Model,
) -> None:
    """Each is the validation accuracy that is measured again here; capitals of the names are another claim."""
    entries = {name.strip().lower(): value for name, value in _entries(results).items()}
    models = _by_name(model_momentum, model_nesterov, model_adagrad, model_rmsprop, model_adam)
    for name in TRAINED:
        if name not in entries:
            raise Fault("result_missing", variable=results.variable, name=name)
        _agrees(Value(f'{results.variable}["{name}"]', entries[name]), name, models)


@compare.check(weight=2)
def best_is_the_name_of_the_highest_accuracy(  # noqa: PLR0913 - the five models and what is said of them
    best: Value,
    *,
    model_momentum: Model,
    model_nesterov: Model,
    model_adagrad: Model,
    model_rmsprop: Model,
    model_adam: Model,
) -> None:
    """As measured again here; a name of nearly the same accuracy is right, too."""
    models = _by_name(model_momentum, model_nesterov, model_adagrad, model_rmsprop, model_adam)
    if isinstance(best.value, (int, float)):
        raise Fault("best_is_a_number", variable=best.variable, received=best.value)
    name = best.value.strip().lower() if isinstance(best.value, str) else ""
    if name not in models:
        raise Fault("best_is_no_name", variable=best.variable, expected=list(TRAINED), received=str(best.value))
    highest, received = max(network(model).accuracy() for model in models.values()), network(models[name]).accuracy()
    if received < highest - _AS_GOOD_AS_THE_BEST:
        facts = {"expected": round(highest, 4), "received": round(received, 4)}
        raise Fault("best_is_not_the_highest", variable=best.variable, name=name, **facts)


@compare.check(weight=2)
def a_curve_for_each_model_is_drawn(drawing: Drawing) -> None:
    """Five curves, in one figure or in several."""
    if not drawing.figures:
        raise Fault("no_figure")
    curves = sum(points >= _CURVE for figure in drawing.figures for points in figure)
    if curves < len(TRAINED):
        raise Fault("too_few_curves", expected=len(TRAINED), received=curves)


def _entries(results: Value) -> dict[str, Any]:
    if not isinstance(results.value, dict):
        raise Fault("not_a_dict", variable=results.variable, received=str(results.value))
    return results.value


def _by_name(*models: Model) -> dict[str, Model]:
    return dict(zip(TRAINED, models, strict=True))


def _agrees(value: Value, name: str, models: dict[str, Model]) -> None:
    """The entry is this model's accuracy; where it is not, why."""
    found = network(models[name])
    expected = found.accuracy()
    if _is_near(value, expected, _WITHIN):
        return
    facts = {"expected": round(expected, 4), "received": _short(value.value)}
    if _is_near(value, 100 * expected, 100 * _WITHIN):
        raise Fault("reported_in_percent", variable=value.variable, **facts)
    if any(_is_near(value, round(expected, digits), 1e-6) for digits in (0, 1, 2)):
        raise Fault("reported_too_roughly", variable=value.variable, **facts)
    for other, model in models.items():
        if _is_near(value, network(model).accuracy(), _SAME):
            raise Fault("accuracy_of_another_model", variable=value.variable, other=f"model_{other}", **facts)
    metrics = models[name].history.metrics if models[name].history else {}  # type: ignore[union-attr]
    epochs = {key: values for key, values in metrics.items() if not key.endswith("loss")}
    if any(_is_near(value, score, _SAME) for key in epochs if key.startswith("val_") for score in epochs[key]):
        raise Fault("accuracy_of_another_epoch", variable=value.variable, **facts)
    if _is_near(value, found.loss(), _LOSS_WITHIN):
        raise Fault("loss_reported", variable=value.variable, **facts)
    noted = [score for key in epochs if not key.startswith("val_") for score in epochs[key][-1:]]
    if any(_is_near(value, score, _SAME) for score in (*noted, found.training_scores[0])):
        raise Fault("training_score_reported", variable=value.variable, **facts)
    expect.close_number(value, expected, _WITHIN)


def _is_near(value: Value, number: float, within: float) -> bool:
    is_number = isinstance(value.value, (int, float)) and not isinstance(value.value, bool)
    return is_number and abs(value.value - number) <= within


def _short(received: Any) -> Any:
    return round(received, 4) if isinstance(received, float) else received
