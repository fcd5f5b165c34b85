"""Every word a learner reads, by language: the exercises' TOML files, and how facts are put into them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from autograder.exercises import NAMES

LANGUAGES = ("ko", "en")
PARTS = ("what", "expected", "received", "next")
"""What each fault says: what is not right yet, what was expected, what was received, what to try next."""


@cache
def common(language: str) -> dict[str, Any]:
    """Texts shared by all assignments: ``faults``, ``words`` and ``labels``."""
    return _read("autograder.exercises", language)


@cache
def assignment(name: str, language: str) -> dict[str, Any]:
    """An assignment's own texts: a table for each question, and ``faults`` that all its questions share."""
    return _read(f"autograder.exercises.{name}", language)


def _read(package: str, language: str) -> dict[str, Any]:
    return tomllib.loads(files(package).joinpath(f"{language}.toml").read_text(encoding="utf-8"))


@cache
def _tables(language: str) -> dict[str, dict[str, Any]]:
    """Each question's texts; its own parts of a fault win over its assignment's."""
    found = {}
    for name in NAMES:
        tables = dict(assignment(name, language))
        shared = tables.pop("faults", {})
        for question, table in tables.items():
            own = table.get("faults", {})
            faults = {code: {**shared.get(code, {}), **own.get(code, {})} for code in {**shared, **own}}
            found[question] = {**table, "faults": faults}
    return found


def title(question: str, language: str) -> str:
    """A question's title."""
    return str(_tables(language)[question]["title"])


def hints(question: str, language: str) -> list[str]:
    """A question's hints, from general to specific."""
    return list(_tables(language)[question]["hints"])


def claim(question: str, check: str, language: str) -> str:
    """A check's claim as a sentence."""
    return str(_tables(language)[question]["checks"][check])


def fault(question: str, code: str, facts: dict[str, Any], language: str) -> dict[str, str]:
    """The four parts of what a fault says. A question's own parts win over the common ones."""
    own = _tables(language).get(question, {}).get("faults", {}).get(code, {})
    template = {**common(language)["faults"].get(code, {}), **own}
    shown = {name: show(fact, language) for name, fact in facts.items()}
    return {part: template[part].format(**shown) for part in PARTS}


def label(name: str, language: str) -> str:
    """A word of the feedback itself, such as "expected"."""
    return str(common(language)["labels"][name])


def show(fact: Any, language: str) -> str:
    """A fact as it stands in a sentence."""
    if isinstance(fact, dict) and "word" in fact:
        return str(common(language)["words"][fact["word"]])
    if isinstance(fact, dict):
        # Plain, as Python writes a shape: (48000, 784).
        items = [str(item) if isinstance(item, int) else show(item, language) for item in fact["shape"]]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    if isinstance(fact, list):
        return ", ".join(show(item, language) for item in fact)
    if isinstance(fact, float):
        return f"{int(fact):,}" if fact.is_integer() and abs(fact) >= 10 else f"{fact:g}"  # noqa: PLR2004 - 1.0 stays 1
    return f"{fact:,}" if isinstance(fact, int) and not isinstance(fact, bool) else str(fact)
