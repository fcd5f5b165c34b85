"""Optimizers, told apart by what they do to weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from keras import optimizers
from taken import fault, take

from autograder.evidence import Optimizer
from autograder.judging import expect
from autograder.judging.faults import Fault
from autograder.judging.rebuild import OPTIMIZERS
from autograder.judging.update_rules import impulse, same_rule

if TYPE_CHECKING:
    from collections.abc import Callable

SGD, Adam = optimizers.SGD, optimizers.Adam


def taken(optimizer: Any) -> Optimizer:
    evidence = take("Optimizer", optimizer)
    assert isinstance(evidence, Optimizer)
    return evidence


# The values that Keras documents as defaults, written out.
EXPLICIT: dict[str, dict[str, Any]] = {
    "SGD": {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False, "weight_decay": None},
    "Adagrad": {"learning_rate": 0.001, "initial_accumulator_value": 0.1, "epsilon": 1e-7},
    "RMSprop": {"learning_rate": 0.001, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    "Adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False},
}


@pytest.mark.parametrize(("name", "settings"), EXPLICIT.items(), ids=EXPLICIT.keys())
def test_default_settings_may_be_written_out_or_left_out(name: str, settings: dict[str, Any]) -> None:
    for given in (settings, {}, {"name": "최적화"}, {"learning_rate": np.float64(settings["learning_rate"])}):
        evidence = taken(getattr(optimizers, name)(**given))
        assert fault(expect.rule, evidence, name) is None
        assert fault(expect.default_settings, evidence, name) is None


OTHER_SETTINGS = {
    "sgd_learning_rate": ("SGD", {"learning_rate": 0.1}),
    "sgd_momentum": ("SGD", {"momentum": 0.9}),
    "sgd_weight_decay": ("SGD", {"weight_decay": 0.01}),
    "sgd_clipping": ("SGD", {"clipvalue": 0.5}),
    "adagrad_learning_rate": ("Adagrad", {"learning_rate": 0.01}),
    "adagrad_accumulator": ("Adagrad", {"initial_accumulator_value": 0.2}),
    "rmsprop_rho": ("RMSprop", {"rho": 0.95}),
    "rmsprop_momentum": ("RMSprop", {"momentum": 0.9}),
    "rmsprop_centered": ("RMSprop", {"centered": True}),
    "adam_learning_rate": ("Adam", {"learning_rate": 0.01}),
    "adam_beta_1": ("Adam", {"beta_1": 0.85}),
    "adam_beta_2": ("Adam", {"beta_2": 0.99}),
    "adam_epsilon": ("Adam", {"epsilon": 1e-2}),
}


@pytest.mark.parametrize(("name", "settings"), OTHER_SETTINGS.values(), ids=OTHER_SETTINGS.keys())
def test_another_setting_is_named(name: str, settings: dict[str, Any]) -> None:
    evidence = taken(getattr(optimizers, name)(**settings))
    assert fault(expect.rule, evidence, name) is None
    with pytest.raises(Fault) as raised:
        expect.default_settings(evidence, name)
    assert raised.value.code == "optimizer_setting"
    assert raised.value.facts["setting"] in settings


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
@pytest.mark.parametrize("asked", ["SGD", "Adagrad", "RMSprop", "Adam"])
def test_no_optimizer_passes_for_another(asked: str, name: str) -> None:
    evidence = taken(getattr(optimizers, name)())
    assert fault(expect.rule, evidence, asked) == (None if name == asked else "optimizer_rule")


def test_an_optimizer_that_moves_weights_just_like_another_passes_for_it() -> None:
    assert fault(expect.rule, taken(optimizers.AdamW(weight_decay=0.0)), "Adam") is None


IMPULSES = [(0.1, 0.9, True), (0.01, 0.9, True), (0.01, 0.5, True), (0.001, 0.99, True), (0.1, 0.1, True)]
IMPULSES += [(rate, momentum, False) for rate, momentum, _ in IMPULSES]


@pytest.mark.parametrize(("rate", "momentum", "nesterov"), IMPULSES)
def test_an_impulse_gives_learning_rate_momentum_and_look_ahead(
    rate: float, momentum: float, *, nesterov: bool
) -> None:
    measured = impulse(taken(SGD(learning_rate=rate, momentum=momentum, nesterov=nesterov)))
    assert measured.learning_rate == pytest.approx(rate, rel=1e-3)
    assert measured.momentum == pytest.approx(momentum, rel=1e-3)
    assert measured.nesterov is nesterov


@pytest.mark.parametrize("rate", [1e-4, 0.01, 0.1, 1.0, 3.0])
def test_an_impulse_without_momentum_is_over_after_one_step(rate: float) -> None:
    for settings in ({}, {"nesterov": True}):
        measured = impulse(taken(SGD(rate, **settings)))
        assert measured.learning_rate == pytest.approx(rate, rel=1e-3)
        assert (measured.momentum, measured.nesterov) == (0.0, False)


def test_momentum_and_nesterov_are_two_rules() -> None:
    plain, nesterov = taken(SGD(momentum=0.9)), taken(SGD(momentum=0.9, nesterov=True))
    assert not same_rule(plain, nesterov)
    assert fault(expect.momentum, plain, 0.9) is None
    assert fault(expect.momentum, nesterov, 0.9) is None
    assert fault(expect.nesterov, nesterov, expected=True) is None
    assert fault(expect.nesterov, plain, expected=True) == "nesterov_missing"
    assert fault(expect.nesterov, nesterov, expected=False) == "nesterov_unasked"


def test_nesterov_without_momentum_does_not_look_ahead() -> None:
    evidence = taken(SGD(nesterov=True))
    assert fault(expect.nesterov, evidence, expected=True) == "nesterov_missing"
    assert fault(expect.momentum, evidence, 0.9) == "optimizer_setting"


def later(setting: str, value: Any) -> Optimizer:
    """Evidence of a default SGD whose attribute was set afterwards."""
    sgd = SGD()
    setattr(sgd, setting, value)
    return taken(sgd)


@pytest.mark.parametrize("rate", [0.1, np.float64(0.1), 1 / 10], ids=["plain", "numpy", "fraction"])
def test_the_learning_rate_counts_in_every_spelling(rate: float) -> None:
    for evidence in (
        SGD(rate),
        SGD(learning_rate=rate),
        optimizers.get({"class_name": "SGD", "config": {"learning_rate": rate}}),
    ):
        assert fault(expect.learning_rate, taken(evidence), 0.1) is None


def test_a_learning_rate_set_afterwards_counts() -> None:
    assert fault(expect.learning_rate, later("learning_rate", 0.1), 0.1) is None


def test_a_learning_rate_that_keras_ignores_is_explained() -> None:
    assert fault(expect.learning_rate, later("lr", 0.1), 0.1) == "learning_rate_ignored"
    assert fault(expect.learning_rate, taken(SGD()), 0.1) == "optimizer_setting"
    assert later("decay", 0.1).ignored == ("decay",)


def test_a_learning_rate_schedule_is_not_a_number() -> None:
    schedule = optimizers.schedules.ExponentialDecay(0.1, decay_steps=100, decay_rate=0.9)
    evidence = taken(SGD(schedule))
    assert fault(expect.learning_rate, evidence, 0.1) == "optimizer_not_known"
    assert fault(expect.default_settings, evidence, "SGD") == "optimizer_not_known"


class OwnSGD(optimizers.SGD):
    pass


class Momentum(optimizers.Optimizer):
    """An optimizer from scratch."""

    def __init__(self) -> None:
        super().__init__(learning_rate=0.01, name="momentum")


Imposter = type("SGD", (optimizers.Adam,), {})


@pytest.mark.parametrize("make", [OwnSGD, Momentum, Imposter])
def test_a_class_of_the_learners_own_is_not_rebuilt(make: Callable[[], Any]) -> None:
    evidence = taken(make())
    assert evidence.class_name == f"{make.__name__}(Optimizer)"
    for claim in (expect.rule, expect.default_settings):
        assert fault(claim, evidence, "SGD") == "optimizer_not_known"
    assert fault(expect.momentum, evidence, 0.9) == "optimizer_not_known"


@pytest.mark.parametrize(
    "thing", ["sgd", SGD, None, 0.1, optimizers.schedules.CosineDecay(0.1, 10)], ids=lambda thing: type(thing).__name__
)
def test_what_is_no_optimizer_object_is_unfit(thing: object) -> None:
    assert type(take("Optimizer", thing)).__name__ == "Unfit"


def test_measuring_leaves_the_learners_optimizer_alone() -> None:
    adam = Adam()
    weights = keras.Variable(np.ones(3), dtype="float32")
    adam.apply([keras.ops.ones(3)], [weights])
    before = [np.asarray(variable).copy() for variable in adam.variables]
    evidence = taken(adam)
    assert evidence.iterations == 1
    assert fault(expect.default_settings, evidence, "Adam") is None
    for variable, value in zip(adam.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)


def test_an_optimizer_that_has_made_steps_is_measured_from_its_beginning() -> None:
    used, weights = Adam(), keras.Variable(np.ones(3), dtype="float32")
    for _ in range(4):
        used.apply([keras.ops.ones(3)], [weights])
    assert fault(expect.default_settings, taken(used), "Adam") is None
