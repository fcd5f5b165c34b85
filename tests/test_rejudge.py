"""Marking a class again from the evidence that was kept, and the seeds that make it the same questions."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import nbformat
import pytest
from answers import ROOT, release, submission

from autograder.doors.nbgrader.releases import course_api
from autograder.running import seeds as seeds_module
from autograder.running.seeds import SECRET_FILE, SecretError, secret, seeds

if TYPE_CHECKING:
    from pathlib import Path

ASSIGNMENT = "optimizer_steps"
CLASS = {"blank": 0.0, "honest": 13.0}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose class of two was graded."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "source" / ASSIGNMENT, course / "source" / ASSIGNMENT)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    for learner, notebook in (("honest", submission(ASSIGNMENT)), ("blank", release(ASSIGNMENT))):
        folder = course / "submitted" / learner / ASSIGNMENT
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")
    for command in ("generate_assignment", "autograde"):
        subprocess.run(["nbgrader", command, ASSIGNMENT], cwd=course, capture_output=True, check=True)
    return course


def marks(course: Path) -> dict[str, float]:
    with course_api(course, "ko") as api, api.gradebook as gradebook:
        return {name: gradebook.find_submission(ASSIGNMENT, name).score for name in CLASS}


def spoil(course: Path, learner: str, question: str, mark: float) -> None:
    """Leaves the mark that a check with a mistake had given."""
    with course_api(course, "ko") as api, api.gradebook as gradebook:
        grades = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, learner).grades
        next(grade for grade in grades if grade.name == question).auto_score = mark
        gradebook.db.commit()


def rejudge(course: Path, *options: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    command = ["autograder", "rejudge", ASSIGNMENT, str(course), *options]
    return subprocess.run(command, input=answer, capture_output=True, text=True, check=False)


def test_when_nothing_changed_no_mark_changes(graded: Path) -> None:
    assert marks(graded) == CLASS
    done = rejudge(graded)
    assert done.returncode == 0, done.stderr
    assert "No mark changes." in done.stdout


def test_changes_are_shown_and_written_only_when_told_to(graded: Path) -> None:
    spoil(graded, "honest", "adam_step", 1.0)
    shown = rejudge(graded, answer="n\n")
    assert "adam_step" in shown.stdout
    assert marks(graded)["honest"] == 11.0
    written = rejudge(graded, "--write")
    assert written.returncode == 0, written.stderr
    assert marks(graded) == CLASS
    notebook = nbformat.read(graded / "autograded" / "honest" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "adam_step")
    assert cell.outputs[0].data["text/plain"] == "3.0"


def test_damaged_evidence_is_named_and_costs_nobody_a_point(graded: Path) -> None:
    kept = graded / "evidence" / ASSIGNMENT
    run = json.loads((kept / "learners" / "honest.json").read_text(encoding="utf-8"))["run"]
    damaged = kept / "runs" / f"{run}.zip"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:100])
    done = rejudge(graded, "--write")
    damaged.write_bytes(whole)
    assert done.returncode == 1
    assert "honest could not be judged" in done.stderr
    assert "Traceback" not in done.stderr
    assert marks(graded) == CLASS


def test_a_course_without_evidence_and_an_unknown_assignment_are_named(tmp_path: Path, graded: Path) -> None:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    assert "holds no evidence" in rejudge(tmp_path).stderr
    done = subprocess.run(
        ["autograder", "rejudge", "hiden_layer", str(graded)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "hidden_layer" in done.stderr


def test_the_courses_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = secret(tmp_path)
    assert secret(tmp_path) == first
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]
    assert secret(tmp_path / "other") != first


def test_of_two_processes_that_make_the_secret_the_first_wins(tmp_path: Path) -> None:
    first = secret(tmp_path)
    seeds_module._make(tmp_path / SECRET_FILE)
    assert secret(tmp_path) == first


@pytest.mark.parametrize("content", ["", "not hexadecimal", "00ff"])
def test_a_damaged_secret_is_named_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / SECRET_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(SecretError, match="delete it"):
        secret(tmp_path)


def test_a_seed_depends_on_secret_learner_assignment_question_and_answer_and_on_nothing_else() -> None:
    answer, other = submission(ASSIGNMENT), release(ASSIGNMENT)
    first = seeds(b"a", "kim", "one", answer)("question")
    assert seeds(b"a", "kim", "one", submission(ASSIGNMENT))("question") == first
    others = [
        seeds(b"b", "kim", "one", answer)("question"),
        seeds(b"a", "lee", "one", answer)("question"),
        seeds(b"a", "kim", "two", answer)("question"),
        seeds(b"a", "kim", "one", answer)("other"),
        seeds(b"a", "kim", "one", other)("question"),
    ]
    assert len({first, *others}) == 6
