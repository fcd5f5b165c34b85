"""Grading a class with several workers: what comes out is nbgrader's, and nothing is done twice."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from answers import submission
from small_class import (
    ASSIGNMENT,
    BROKEN_FILE,
    FULL,
    MARKS,
    build,
    grade,
    gradebook,
    hand_in,
    manners,
    start,
    written,
)

from autograder.doors.nbgrader.releases import course_api

if TYPE_CHECKING:
    from pathlib import Path

ALIKE = ("cho", "han", "jung", BROKEN_FILE)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A course whose class was graded, and what the command said."""
    course = build(tmp_path_factory.mktemp("class") / "course")
    return course, grade(course, "--workers", "2")


@pytest.fixture
def course(first: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Path:
    """A copy of that course."""
    copy = tmp_path / "course"
    shutil.copytree(first[0], copy)
    return copy


def marks(course: Path) -> dict[str, float]:
    with course_api(course, "ko") as api, api.gradebook as found:
        return {item["student"]: round(item["score"], 2) for item in found.submission_dicts(ASSIGNMENT)}


def test_everybody_gets_the_mark_of_what_they_handed_in(
    first: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    course, done = first
    found = marks(course)
    assert {learner: found[learner] for learner in MARKS} == MARKS, done.stderr
    assert manners(done) == dict.fromkeys(MARKS, "run") | {BROKEN_FILE: manners(done)[BROKEN_FILE]}


def test_a_submission_that_is_lost_is_named_with_the_reason(
    first: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    course, done = first
    assert done.returncode == 1
    assert f"{BROKEN_FILE} is not graded: " in done.stderr
    assert "is not a valid notebook" in manners(done)[BROKEN_FILE]
    assert "Traceback" not in done.stdout + done.stderr
    assert not (course / "autograded" / BROKEN_FILE).exists()


def test_gradebook_notebooks_and_feedback_are_those_of_nbgraders_own_commands(
    first: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    theirs = build(tmp_path / "course", ALIKE)
    for command in ("autograde", "generate_feedback"):
        subprocess.run(["nbgrader", command, ASSIGNMENT], cwd=theirs, capture_output=True, check=False)
    ours = {table: [row for row in rows if row[0] in ALIKE] for table, rows in gradebook(first[0]).items()}
    assert ours == gradebook(theirs)
    assert {name: text for name, text in written(first[0]).items() if name.split("/")[1] in ALIKE} == written(theirs)


def test_what_has_not_changed_is_left_alone_with_the_marks_given_by_hand(course: Path) -> None:
    with sqlite3.connect(course / "gradebook.db") as database:
        database.execute("update grade set manual_score = 1.5, needs_manual_grade = 0")
    files = {path: path.stat().st_mtime_ns for path in (course / "autograded").rglob("*.ipynb")}
    before = gradebook(course)
    done = grade(course)
    assert {manner for learner, manner in manners(done).items() if learner != BROKEN_FILE} == {"unchanged"}
    assert {path: path.stat().st_mtime_ns for path in (course / "autograded").rglob("*.ipynb")} == files
    assert gradebook(course) == before


def test_of_a_class_only_the_submission_that_changed_is_run(course: Path) -> None:
    hand_in(course, "bae", submission(ASSIGNMENT))
    done = grade(course)
    assert [learner for learner, manner in manners(done).items() if manner == "run"] == ["bae"]
    assert marks(course) == {**MARKS, BROKEN_FILE: 0.0, "bae": FULL}
    assert len(list((course / "evidence" / ASSIGNMENT / "runs").glob("*.zip"))) == len(MARKS)


def test_a_gradebook_that_was_lost_is_filled_again_without_a_run(course: Path) -> None:
    before = gradebook(course)
    (course / "gradebook.db").unlink()
    absent = grade(course)
    assert absent.returncode == 2
    assert f"nbgrader generate_assignment {ASSIGNMENT}" in absent.stderr
    command = ["nbgrader", "generate_assignment", ASSIGNMENT, "--force"]
    subprocess.run(command, cwd=course, capture_output=True, check=True)
    manner = manners(grade(course))
    assert {manner[learner] for learner in MARKS} == {"recorded from a run kept earlier"}
    assert gradebook(course) == before


def test_nbgraders_own_command_takes_what_was_run(course: Path) -> None:
    before = gradebook(course), written(course)
    command = ["nbgrader", "autograde", ASSIGNMENT, "--force", "--student", "ahn"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=True)
    assert "ahn: sgd_step" not in done.stderr  # what it says of each question while it runs
    assert (gradebook(course), written(course)) == before


def test_one_learner_can_be_graded_again(course: Path) -> None:
    assert manners(grade(course, "--only", "ahn", "--force", "--no-feedback")) == {"ahn": "run"}
    absent = grade(course, "--only", "nobody")
    assert absent.returncode == 2
    assert "no submission of nobody" in absent.stderr


def test_an_unknown_assignment_and_a_folder_that_is_no_course_are_named(tmp_path: Path) -> None:
    done = grade(tmp_path)
    assert done.returncode == 2
    assert "nbgrader_config.py" in done.stderr
    wrong = subprocess.run(["autograder", "grade", "hiden_layer"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "hidden_layer" in wrong.stderr


def test_ctrl_c_stops_at_once_and_the_same_command_goes_on(course: Path) -> None:
    before = gradebook(course)
    shutil.rmtree(course / "evidence")
    some = ["--only", "ahn", "--only", "bae", "--only", "cho", "--workers", "1"]
    one = start(course, *some)
    runs = course / "evidence" / ASSIGNMENT / "runs"
    while not list(runs.glob("*.zip")):
        time.sleep(0.05)
    os.kill(one.pid, signal.SIGSTOP)  # it would be done before the other has begun
    other = grade(course)
    assert other.returncode == 2
    assert "Another `autograder grade" in other.stderr
    os.killpg(one.pid, signal.SIGINT)  # a terminal tells everybody
    os.kill(one.pid, signal.SIGCONT)
    out, err = one.communicate()
    assert one.returncode == 130
    assert "goes on from here" in err
    assert "Traceback" not in out + err
    kept = len(list(runs.glob("*.zip")))
    done = grade(course, *some)
    assert list(manners(done).values()).count("run") == 3 - kept
    assert gradebook(course) == before
