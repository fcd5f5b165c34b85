"""Why an answer is not right yet, as a code and facts; the words for each code stand with the exercises."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

OF_THE_WHOLE_VARIABLE = frozenset(
    "activation_not_known input_not_declared layer_not_known model_too_large not_a_dict not_compiled not_rebuilt "
    "not_trained own_class".split()
)
"""Codes that several checks of one variable would raise alike: said once for each, then the other checks wait."""

_CHARACTERS, _ITEMS = 500, 50
"""What is shown of one fact."""


@dataclass(frozen=True)
class Word:
    """A noun that the texts know in every language, such as ``hidden_layer``."""

    key: str


class Fault(Exception):  # noqa: N818 - a fault of the answer, not an error of ours
    """What an expectation raises.

    Args:
        code: which text says it.
        facts: what the text's placeholders stand for: numbers, texts, shapes, ``Word``, or lists of such.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = {name: _plain(fact) for name, fact in facts.items()}


def _plain(fact: Any) -> Any:
    """The fact as JSON, cut: a word as ``{"word": key}``, a shape as ``{"shape": [...]}``."""
    if isinstance(fact, Word):
        return {"word": fact.key}
    if isinstance(fact, tuple):
        return {"shape": [_plain(item) for item in fact[:_ITEMS]]}
    if isinstance(fact, list):
        return [_plain(item) for item in fact[:_ITEMS]]
    if isinstance(fact, float) and not math.isfinite(fact):
        return str(fact)  # JSON knows no such numbers
    if fact is None or isinstance(fact, (bool, int, float)):
        return fact
    if isinstance(fact, str) and len(fact) > _CHARACTERS:
        fact = fact[: _CHARACTERS - 1] + "…"
    return fact if isinstance(fact, str) else _plain(fact.item() if hasattr(fact, "item") else str(fact))
