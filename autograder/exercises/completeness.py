"""What the texts lack: the part that can be told from the texts and the questions alone.

That every fault which the source can raise has a text is a matter for ``tests/test_texts.py``, which reads the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.exercises import NAMES, assignments, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.exercises.model import Question

_FEWEST_HINTS = 2


def gaps() -> list[str]:
    """One line for each text that is missing, empty or for nothing."""
    found = list(_different("common", *(texts.common(language) for language in texts.LANGUAGES)))
    for name in NAMES:
        tables = [texts.assignment(name, language) for language in texts.LANGUAGES]
        found += _different(name, *tables)
        for language, table in zip(texts.LANGUAGES, tables, strict=True):
            for question in assignments()[name].questions.values():
                found += [f"{name}/{language}: {gap}" for gap in _of_question(question, table.get(question.name, {}))]
    return found


def _of_question(question: Question, table: dict[str, Any]) -> Iterator[str]:
    if not table.get("title"):
        yield f"{question.name} has no title"
    if not question.by_hand and len(table.get("hints", ())) < _FEWEST_HINTS:
        yield f"{question.name} has fewer than {_FEWEST_HINTS} hints"
    claims = table.get("checks", {})
    checks = {check.name for check in question.checks}
    yield from (f"{question.name}.{name} has no claim" for name in sorted(checks - set(claims)))
    yield from (f"{question.name}.{name} is a claim for no check" for name in sorted(set(claims) - checks))


def _different(name: str, *tables: dict[str, Any]) -> Iterator[str]:
    paths = [dict(_leaves(table)) for table in tables]
    for path in sorted(set().union(*paths)):
        if any(not found.get(path, "").strip() for found in paths):
            yield f"{name}: {path} is missing or empty in a language"


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(tree, list):
        # Languages may need a different number of hints.
        for item in tree:
            yield path, str(item)
    else:
        yield path, str(tree)
