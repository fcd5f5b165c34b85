"""What a question asks the collector to take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Previous:
    """Stands for part ``part`` of what the previous call returned, so that a state can be passed on."""

    part: int


@dataclass(frozen=True, eq=False)
class Call:
    """One call of the learner's function: arrays, numbers or ``Previous`` by position, and settings by name."""

    arguments: tuple[Any, ...]
    settings: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Request:
    """For one question: each variable's kind by name, and the calls to make of those taken as ``Calls``."""

    question: str
    variables: dict[str, str]
    calls: dict[str, tuple[Call, ...]]
