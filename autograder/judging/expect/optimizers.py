"""Which update rule an optimizer follows, measured on known gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.judging.faults import Fault
from autograder.judging.rebuild import keras_optimizer
from autograder.judging.update_rules import impulse, same_rule, unnamed

if TYPE_CHECKING:
    from autograder.evidence import Optimizer

_CLOSE = 1e-3


def rule(optimizer: Optimizer, name: str) -> None:
    """The optimizer follows the rule that Keras calls ``name``, or one that moves weights just like it."""
    if optimizer.class_name != name and not same_rule(unnamed(name), optimizer):
        raise Fault("optimizer_rule", variable=optimizer.variable, expected=name, received=optimizer.class_name)


def learning_rate(optimizer: Optimizer, expected: float) -> None:
    """SGD's learning rate is ``expected``."""
    received = impulse(optimizer).learning_rate
    if not abs(received - expected) <= expected * _CLOSE:  # so that it may not be nan
        if "lr" in optimizer.ignored:
            raise Fault(
                "learning_rate_ignored", variable=optimizer.variable, expected=expected, received=_short(received)
            )
        _setting(optimizer, "learning_rate", expected, received)


def momentum(optimizer: Optimizer, expected: float) -> None:
    """SGD's momentum is ``expected``."""
    received = impulse(optimizer).momentum
    if not abs(received - expected) <= _CLOSE:
        _setting(optimizer, "momentum", expected, received)


def nesterov(optimizer: Optimizer, *, expected: bool) -> None:
    """SGD looks ahead as Nesterov's momentum does, or does not."""
    if impulse(optimizer).nesterov != expected:
        raise Fault("nesterov_missing" if expected else "nesterov_unasked", variable=optimizer.variable)


def default_settings(optimizer: Optimizer, name: str) -> None:
    """The optimizer moves weights as Keras's ``name`` does with its default settings."""
    default = unnamed(name)
    if same_rule(default, optimizer):
        return
    if optimizer.class_name != name:
        raise Fault("optimizer_rule", variable=optimizer.variable, expected=name, received=optimizer.class_name)
    config = keras_optimizer(default).get_config()
    for setting, value in optimizer.config.items():
        # Keras numbers the names of optimizers.
        expected = value if setting == "name" else config.get(setting)
        numbers = isinstance(value, (int, float)) and isinstance(expected, (int, float))
        if value != expected and not (numbers and abs(value - expected) <= abs(expected) * _CLOSE):
            _setting(optimizer, setting, expected, value)


def _setting(optimizer: Optimizer, setting: str, expected: Any, received: Any) -> None:
    facts = {"setting": setting, "expected": _short(expected), "received": _short(received)}
    raise Fault("optimizer_setting", variable=optimizer.variable, **facts)


def _short(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value
