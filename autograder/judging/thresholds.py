"""Minimum accuracies, from a sweep over seeds.

``sweep.csv`` holds one row for each configuration and seed: five epochs on the chapter's training part, measured on its
validation part. The rule: a minimum is the mean over the seeds less ``t`` standard deviations times sqrt(1 + 1/n), t
being Student's quantile at one in a hundred thousand for n - 1 degrees of freedom (a prediction bound for one further
normally distributed run: G. J. Hahn, W. Q. Meeker, "Statistical Intervals", 1991, section 4.7), rounded down to three
decimals. So of 100,000 correct answers about one fails for its luck. First-epoch losses are bounded from below in the
same way, in logarithms.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from autograder.judging.update_rules import same_rule, unnamed

if TYPE_CHECKING:
    from autograder.evidence import Optimizer
    from autograder.judging.network import Network

FALSE_FAIL_RATE = 1e-5


REFERENCES: dict[str, Optimizer] = {
    "rmsprop": unnamed("RMSprop"),
    "adam": unnamed("Adam"),
    "adagrad": unnamed("Adagrad"),
    "sgd": unnamed("SGD"),
    "sgd_0.1": unnamed("SGD", learning_rate=0.1),
    "momentum": unnamed("SGD", momentum=0.9),
    "nesterov": unnamed("SGD", momentum=0.9, nesterov=True),
}
"""The optimizers of the sweep."""


@dataclass(frozen=True)
class Swept:
    """What the sweep says of one configuration.

    Attributes:
        activation: of the hidden layer.
        optimizer: name of the optimizer's configuration.
        accuracies: validation accuracy after five epochs, one for each seed.
        first_losses: training loss of the first epoch, likewise.
    """

    activation: str
    optimizer: str
    accuracies: tuple[float, ...]
    first_losses: tuple[float, ...]

    @property
    def minimum_accuracy(self) -> float:
        """The accuracy a correct answer reaches."""
        return math.floor(_lower_bound(self.accuracies) * 1_000) / 1_000

    @property
    def lowest_first_loss(self) -> float:
        """The first epoch's loss that no fresh network undercuts."""
        return math.exp(_lower_bound([math.log(loss) for loss in self.first_losses]))


def _lower_bound(values: list[float] | tuple[float, ...]) -> float:
    from scipy.stats import t

    n = len(values)
    return fmean(values) - float(t.ppf(1 - FALSE_FAIL_RATE, n - 1)) * stdev(values) * math.sqrt(1 + 1 / n)


@cache
def sweep() -> tuple[Swept, ...]:
    """All configurations of the sweep."""
    rows: dict[tuple[str, str], list[dict[str, str]]] = {}
    with files("autograder.judging").joinpath("sweep.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows.setdefault((row["activation"], row["optimizer"]), []).append(row)
    return tuple(
        Swept(*key, tuple(float(row["accuracy"]) for row in found), tuple(float(row["first_loss"]) for row in found))
        for key, found in rows.items()
    )


def _candidates(network: Network, optimizer: Optimizer | str) -> list[Swept]:
    """The one configuration that fits, or all of the same activation where the optimizer was not swept."""
    activation = network.dense[0].activation if network.dense else ""
    same = [swept for swept in sweep() if swept.activation == activation] or list(sweep())
    if isinstance(optimizer, str):
        return [swept for swept in same if swept.optimizer == optimizer]
    mine = [swept for swept in same if same_rule(REFERENCES[swept.optimizer], optimizer)]
    return mine or same


def minimum_accuracy(network: Network, optimizer: Optimizer | str) -> float:
    """The accuracy asked of a chapter's network trained with ``optimizer``; the lowest where it was not swept."""
    return min(swept.minimum_accuracy for swept in _candidates(network, optimizer))


def lowest_first_loss(network: Network, optimizer: Optimizer) -> float:
    """The first epoch's loss that no fresh network trained with ``optimizer`` undercuts."""
    return min(swept.lowest_first_loss for swept in _candidates(network, optimizer))
