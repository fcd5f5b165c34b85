"""Every word a learner reads: complete in both languages, for every fault there can be, and for no other.

``fault_codes`` says which faults there can be.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest
from fault_codes import all_places, codes_of_judging, everything, places_of

from autograder.exercises import NAMES, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.exercises.model import Question

FILES = ("common", *NAMES)
SHARED = ("faults", "words", "labels")
"""Tables that are no question's."""
PARTICLE = re.compile(
    r"""\}[`"'”’]?(?:이|가|은|는|을|를|과|와|로|으로|이나|나|이며|며|이고|이라고|라고|이라는|라는)(?=[\s.,:;!?)]|$)"""
)


def questions(assignment: str) -> dict[str, Question]:
    # By itself, so that one assignment in the making does not stop the tests of the others.
    return dict(import_module(f"autograder.exercises.{assignment}").assignment.questions)


def read(file: str, language: str) -> dict[str, Any]:
    return texts.common(language) if file == "common" else texts.assignment(file, language)


def leaves(table: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in ``table`` and where it stands."""
    items = table.items() if isinstance(table, dict) else enumerate(table) if isinstance(table, list) else ()
    for key, value in items:
        yield from leaves(value, (*path, str(key)))
    if isinstance(table, str):
        yield path, table


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def faults(file: str, language: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Question (empty for texts that several share), code and parts."""
    for name, table in {"": read(file, language), **read(file, language)}.items():
        if name not in SHARED:
            yield from ((name, code, parts) for code, parts in table.get("faults", {}).items())


@cache
def facts_by_code(file: str, question: str) -> dict[str, set[str]]:
    """For each code that can come up there, the facts that are given at every place."""
    if file == "common":
        places = list(all_places())
    else:
        names = [question] if question else list(questions(file))
        places = [place for name in names for place in places_of(questions(file)[name])]
    found: dict[str, set[str]] = {}
    for place in places:
        found[place.code] = found.get(place.code, set(place.facts)) & place.facts
    return found


@pytest.mark.parametrize("file", FILES)
def test_both_languages_have_the_same_texts(file: str) -> None:
    korean, english = ([path for path, _ in leaves(read(file, language))] for language in texts.LANGUAGES)
    assert korean == english  # in the same order: they are read side by side


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_no_text_is_empty_and_code_marks_come_in_pairs(file: str, language: str) -> None:
    for path, text in leaves(read(file, language)):
        assert text == text.strip() != "", path
        assert text.count("`") % 2 == 0, path


@pytest.mark.parametrize("file", FILES)
def test_both_languages_say_the_same_facts(file: str) -> None:
    korean, english = (
        {
            (question, code, part): placeholders(text)
            for question, code, parts in faults(file, language)
            for part, text in parts.items()
        }
        for language in texts.LANGUAGES
    )
    assert korean == english


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_fault_of_the_judging_has_all_four_parts(language: str) -> None:
    found = texts.common(language)["faults"]
    assert codes_of_judging() - set(found) == set()
    assert {code: set(parts) for code, parts in found.items()} == {code: set(texts.PARTS) for code in found}


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("assignment", NAMES)
def test_every_fault_of_every_question_has_all_four_parts(assignment: str, language: str) -> None:
    tables = texts.assignment(assignment, language)
    incomplete = set()
    for name, question in questions(assignment).items():
        sources = [table.get("faults", {}) for table in (texts.common(language), tables, tables.get(name, {}))]
        for code in {place.code for place in places_of(question)}:
            if {part for source in sources for part in source.get(code, {})} != set(texts.PARTS):
                incomplete.add((name, code))
    assert incomplete == set()


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_no_text_is_for_a_fault_that_nothing_raises(file: str, language: str) -> None:
    needless = {(name, code) for name, code, _ in faults(file, language) if code not in facts_by_code(file, name)}
    assert needless == set()


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_every_placeholder_is_a_fact_wherever_the_fault_is_raised(file: str, language: str) -> None:
    unknown = set()
    for name, code, parts in faults(file, language):
        assert set(parts) <= set(texts.PARTS), (name, code)
        used = {placeholder for text in parts.values() for placeholder in placeholders(text)}
        unknown |= {(name, code, item) for item in used - facts_by_code(file, name).get(code, used)}
    assert unknown == set()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_word_that_is_a_fact_is_known(language: str) -> None:
    source = everything()
    calls = [call for call in source.calls if getattr(call.func, "id", "") == "Word"]
    words = {item.value for call in calls for item in source.strings(call.args[0])}
    assert words == set(texts.common(language)["words"])


@pytest.mark.parametrize("file", FILES)
def test_no_korean_particle_follows_a_placeholder(file: str) -> None:
    assert [text for _, text in leaves(read(file, "ko")) if PARTICLE.search(text)] == []


@pytest.mark.parametrize("end", ["이 없습니다", "`은", "`를 씁니다", '"과 같습니다', "으로.", "`라고 합니다"])
def test_the_search_for_particles_finds_them(end: str) -> None:
    assert PARTICLE.search(f"앞의 `{{name}}{end}")
    assert not PARTICLE.search(f"앞의 `{{name}}` 변수{end}")


@pytest.mark.parametrize("text", ["`{name}` 값이 {expected}입니다", "{count}개", "`{name}`: 이", "{shape} 이상"])
def test_the_search_for_particles_finds_nothing_else(text: str) -> None:
    assert not PARTICLE.search(text)


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("assignment", NAMES)
def test_every_question_has_a_title_hints_and_a_claim_for_each_check(assignment: str, language: str) -> None:
    tables = texts.assignment(assignment, language)
    assert [name for name in tables if name not in SHARED] == list(questions(assignment))
    for name, question in questions(assignment).items():
        table = tables[name]
        assert set(table) <= {"title", "hints", "checks", "faults"}
        assert table["title"]
        assert list(table.get("checks", {})) == [check.name for check in question.checks]
        assert question.by_hand or len(table["hints"]) >= 2, name
