"""Golden answers: the right ones get full marks, the mistakes lose exactly what is meant, at every door.

The claims; `test_golden_*.py` hold them against their assignments, in files of their own so that workers share them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from answers import GOLDEN
from golden import Graded, alike, as_golden, cases, grade, stored, words

from autograder.exercises import assignments, texts
from autograder.judging.verdicts import Outcome
from autograder.running import trial
from autograder.running.judged import judge_again

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Graded]]]:
    class Lazily(dict[str, dict[str, Graded]]):
        def __missing__(self, assignment: str) -> dict[str, Graded]:
            self[assignment] = grade(assignment, cases(assignment), tmp_path_factory.mktemp(assignment))
            return self[assignment]

    before = os.getcwd()  # noqa: PTH109 - nbgrader changes it
    yield Lazily()
    os.chdir(before)


def test_an_answer_gets_its_golden_report(classroom: dict[str, dict[str, Graded]], assignment: str, case: str) -> None:
    assert alike(as_golden(classroom[assignment][case].reports), stored(assignment, case))


def test_the_notebook_and_nbgrader_give_the_same(
    classroom: dict[str, dict[str, Graded]], assignment: str, case: str
) -> None:
    graded = classroom[assignment][case]
    by_hand = {name for name, question in assignments()[assignment].questions.items() if question.by_hand}
    scores = {name: score for name, score in graded.gradebook.items() if name not in by_hand}
    assert scores == {name: report.score for name, report in graded.reports.items()}
    # A kernel that ended, or a cell that was cut off, shows nothing of its own.
    for name, report in graded.notebook_door.items():
        ours = graded.reports[name]
        assert [(v.check, v.outcome, v.code) for v in report.verdicts] == [
            (v.check, v.outcome, v.code) for v in ours.verdicts
        ]
    silent = set(graded.reports) - set(graded.notebook_door)
    assert not silent or "exits" in case


def test_pytest_gives_the_same(
    classroom: dict[str, dict[str, Graded]], assignment: str, case: str, pytester: pytest.Pytester
) -> None:
    graded = classroom[assignment][case]
    judged = graded.judged
    assert judged is not None
    # The notebook ran already, for nbgrader; the plugin has the evidence of that run judged again, and reports it.
    again = replace(judged, reports=judge_again(judged.run.packed, judged.run.seeds, confined=True))
    with patch.object(trial, "judged", lambda *_, **__: again):
        result = pytester.inline_run(str(graded.path), "-p", "no:cacheprovider", "-p", "no:xdist")
    passed, skipped, failed = result.listoutcomes()
    outcomes = {Outcome.PASSED: passed, Outcome.BLOCKED: skipped, Outcome.FAILED: failed}
    for outcome, items in outcomes.items():
        found = {"::".join(item.nodeid.split("::")[-2:]) for item in items}
        expected = {
            f"{name}::{verdict.check}"
            for name, report in graded.reports.items()
            for verdict in report.verdicts
            if verdict.outcome is outcome
        }
        assert found == expected


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_golden_report_reads_as_it_should(assignment: str, case: str, language: str) -> None:
    expected = (GOLDEN / assignment / case / f"{language}.txt").read_text(encoding="utf-8")
    assert words(stored(assignment, case), language) == expected


def test_three_styles_are_right_and_five_mistakes_are_known(assignment: str) -> None:
    """The collection itself: at least three answers with full marks, at least five distinct faults."""
    goldens = [stored(assignment, case) for case in cases(assignment)]
    full = [golden for golden in goldens if not any(isinstance(report, dict) for report in golden.values())]
    faults = {
        verdict["code"]
        for golden in goldens
        for report in golden.values()
        if isinstance(report, dict)
        for verdict in report["verdicts"]
        if verdict["outcome"] == Outcome.FAILED
    }
    assert len(full) >= 3
    assert len(faults - {"missing_variable", "function_blank"}) >= 5
