"""A class that mixes attacks with honest learners is graded by nbgrader's own commands: nothing comes of the attacks.

They are in ``tests/hostile``, the class in ``tests/hostile_class.py``. They are harmless by construction: bounded in
number, time and size, aimed only at what the class has planted, and tried in an outer cage where the machine has one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from answers import ROOT
from hostile.attacks import FOLDER, GROUPS, Attack, attacks
from hostile.course import HONEST, NEIGHBOUR, NOTEBOOK_SECONDS

from autograder.running.confinement.offers import obstacle

pytestmark = pytest.mark.skipif(bool(obstacle()), reason=f"learners' code cannot be confined here: {obstacle()}")
ATTACKS = attacks()
# Beyond the notebook's limit: the answer to an interrupt is waited for, a kernel is started, evidence is judged.
_SECONDS_BESIDE = 60
_KINDS = {
    "forge": (
        "patched_builtins operators_that_always_agree hooked_display altered_kernel questions_of_its_own "
        "shadowed_modules fake_keras_objects edited_check_cells"
    ),
    "read": "notebook_is_the_source course_folder linked_files environment_and_files",
    "harm": (
        "kills_processes fork_bomb memory_at_once memory_in_files output_flood deep_recursion "
        "loop_that_swallows_interrupts detached_process objects_that_unpickle archive_bombs"
    ),
    "leave": "sockets other_sockets devices",
}
_REFUSED = re.compile(r"\w+(?:Error|Expired)(?: E[A-Z0-9]+)?")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of the class; it is graded once, in a process of its own."""
    place = tmp_path_factory.mktemp("hostile") / "result.json"
    command = [sys.executable, ROOT / "tests" / "hostile_class.py", "run", place]
    done = subprocess.run(command, check=False, capture_output=True, cwd=ROOT, text=True, errors="replace")
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    assert "hostile" in found, f"the class was not graded to its end, or not in time: {done.stderr[-2_000:]}"
    return found


def each(attack: Attack) -> str:
    return f"{attack.group}/{attack.name}"


def total(marks: dict[str, float | None]) -> float:
    return sum(mark or 0 for mark in marks.values())


def decided(report: Any) -> Any:
    """What a report decides, without numbers that are drawn and words of libraries and of this machine.

    What an attack says of its own attempts stays, as far as whether each was refused.
    """
    if not isinstance(report, dict):
        return report
    code, facts = report["crash"] or ("", {"error": ""})
    said = _REFUSED.sub("refused", facts["error"]) if facts["error"].startswith("RuntimeError: ") else ""
    verdicts = [(item["check"], item["outcome"], item["code"]) for item in report["verdicts"]]
    return report["question"], report["score"], code, said, verdicts


@pytest.mark.parametrize("attack", ATTACKS, ids=each)
def test_an_attack_gets_its_expected_report(result: dict[str, Any], attack: Attack) -> None:
    stored = json.loads((attack.folder / "report.json").read_text(encoding="utf-8"))
    received = result["hostile"]["reports"].get(attack.learner, {})
    assert received.keys() == stored.keys()
    for name, report in received.items():
        if name in attack.raced:
            assert report["score"] == stored[name]["score"] == 0, name
        else:
            assert decided(report) == decided(stored[name]), name


@pytest.mark.parametrize("attack", ATTACKS, ids=each)
def test_an_attack_gains_no_point(result: dict[str, Any], attack: Attack) -> None:
    marks = result["hostile"]["marks"].get(attack.learner, {})
    assert total(marks) <= attack.honest_points


@pytest.mark.parametrize("attack", ATTACKS, ids=each)
def test_marks_are_what_the_reports_say(result: dict[str, Any], attack: Attack) -> None:
    marks = result["hostile"]["marks"].get(attack.learner, {})
    reports = result["hostile"]["reports"].get(attack.learner, {})
    said = {name: report["score"] if isinstance(report, dict) else report for name, report in reports.items()}
    assert {name: mark for name, mark in marks.items() if name != "reflection"} == said


@pytest.mark.parametrize("attack", ATTACKS, ids=each)
def test_an_attack_ends_within_its_limit(result: dict[str, Any], attack: Attack) -> None:
    for command, seconds in result["hostile"]["seconds"].items():
        assert seconds.get(attack.learner, 0) < NOTEBOOK_SECONDS + _SECONDS_BESIDE, command


@pytest.mark.parametrize("learner", [NEIGHBOUR, *HONEST])
def test_honest_marks_are_those_of_an_honest_class(result: dict[str, Any], learner: str) -> None:
    marks = result["hostile"]["marks"][learner]
    assert marks == result["honest"]["marks"][learner]
    assert all(mark is not None for name, mark in marks.items() if name != "reflection")


@pytest.mark.parametrize("kind", ["hostile", "honest"])
def test_whoever_is_graded_gets_feedback(result: dict[str, Any], kind: str) -> None:
    assert result[kind]["feedback"].keys() == result[kind]["marks"].keys()


@pytest.mark.parametrize("kind", ["hostile", "honest"])
def test_no_secret_turns_up_anywhere(result: dict[str, Any], kind: str) -> None:
    assert result[kind]["found"] == []


def test_nothing_that_was_planted_was_touched(result: dict[str, Any]) -> None:
    assert result["touched"] == {}


def test_nothing_is_left_running(result: dict[str, Any]) -> None:
    if result["no_cage"]:
        pytest.skip(f"outside of a cage, other processes run: {result['no_cage']}")
    assert result["left_over"] == []


def test_gradebook_and_source_are_whole(result: dict[str, Any]) -> None:
    assert result["hostile"]["gradebook"] == "ok"
    assert result["hostile"]["source_unchanged"]


def test_no_file_of_the_class_is_huge(result: dict[str, Any]) -> None:
    assert result["hostile"]["large"] == []


class _Active(HTMLParser):
    """Collects what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag if tag in {"script", "style"} else ""
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            runs = name.startswith("on") or address.startswith(("javascript:", "vbscript:", "data:text/html"))
            outside = name in {"src", "data", "srcdoc", "poster", "background"} and address.startswith(("file:", "/"))
            if runs or outside or tag in {"iframe", "object", "embed", "form", "base", "meta-refresh"}:
                self.found.append(f"<{tag} {name}={value}>")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        self._script = "" if tag == self._script else self._script

    def handle_data(self, data: str) -> None:
        if self._script and "ACTIVE-CONTENT" in data:
            self.found.append(f"<{self._script}>{data[:80]}")


def test_feedback_holds_nothing_that_runs(result: dict[str, Any]) -> None:
    assert "harm-active_feedback" in result["hostile"]["feedback"]
    for learner, page in result["hostile"]["feedback"].items():
        reader = _Active()
        reader.feed(page)
        assert reader.found == [], learner


def test_feedback_speaks_only_the_courses_words(result: dict[str, Any]) -> None:
    assert not [learner for learner, page in result["hostile"]["feedback"].items() if "OWN-WORDS" in page]


def test_there_are_at_least_forty_attacks() -> None:
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize("group", GROUPS)
def test_every_kind_of_attack_is_there(group: str) -> None:
    there = {attack.name for attack in ATTACKS if attack.group == group}
    assert set(_KINDS[group].split()) <= there


@pytest.mark.parametrize("attack", ATTACKS, ids=each)
def test_an_attack_says_what_it_tries_and_what_it_must_get(attack: Attack) -> None:
    assert attack.group in GROUPS
    assert len(attack.tries) > 30
    names = {path.name for path in attack.folder.iterdir() if path.name != "__pycache__"}
    assert {"answer.py", "report.json"} <= names <= {"answer.py", "report.json", "notebook.py"}


def test_every_folder_holds_an_attack() -> None:
    folders = {path.relative_to(FOLDER) for group in GROUPS for path in (FOLDER / group).iterdir() if path.is_dir()}
    assert folders == {Path(attack.group, attack.name) for attack in ATTACKS}
