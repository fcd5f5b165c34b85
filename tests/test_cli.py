"""The command line, as people type it."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import nbformat
import pytest
from answers import ROOT, release, submission
from nbformat.v4 import new_code_cell, new_notebook

from autograder.doors.nbgrader.doctor import examine

if TYPE_CHECKING:
    from pathlib import Path

ASSIGNMENT = "optimizer_steps"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["autograder", *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["", "data", "check", "watch", "release", "doctor"])
def test_help_teaches(command: str) -> None:
    done = run(*command.split(), "--help")
    assert done.returncode == 0
    assert "Usage: autograder" in done.stdout


def test_a_right_notebook_checks_with_exit_code_0_and_json_for_machines(tmp_path: Path) -> None:
    path = tmp_path / "my.ipynb"
    nbformat.write(submission(ASSIGNMENT), path)
    done = run("check", path, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["assignment"] == ASSIGNMENT
    assert sum(report["score"] for report in found["reports"].values()) == 13


@pytest.mark.parametrize(("language", "word"), [("ko", "다음"), ("en", "Next")])
def test_a_blank_notebook_checks_with_exit_code_1_and_says_what_to_do(tmp_path: Path, language: str, word: str) -> None:
    path = tmp_path / "my.ipynb"
    nbformat.write(release(ASSIGNMENT), path)
    done = run("check", path, "--language", language)
    assert done.returncode == 1
    assert word.lower() in done.stdout.lower()
    assert "0 / 13" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["check", "watch"])
def test_files_that_cannot_be_used_are_named_in_one_sentence(tmp_path: Path, command: str) -> None:
    (tmp_path / "broken.ipynb").write_text("{", encoding="utf-8")
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), tmp_path / "other.ipynb")
    for name in ("absent.ipynb", "broken.ipynb", "other.ipynb"):
        done = run(command, tmp_path / name)
        assert done.returncode == 2
        assert name in done.stderr.replace("\n", "")
        assert "Traceback" not in done.stderr


def test_the_course_is_in_order() -> None:
    findings = list(examine(ROOT, quick=True, on_step=lambda _: None))
    assert not [f"{finding.what}: {finding.says}" for finding in findings if not finding.fine]


def test_the_doctor_notices_a_stale_release_and_points_that_disagree(tmp_path: Path) -> None:
    for name in ("source", "release", "nbgrader_config.py"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    path = tmp_path / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "sgd_step")
    cell.metadata.nbgrader["points"] = 5
    nbformat.write(notebook, path)
    said = " ".join(finding.says for finding in examine(tmp_path, quick=True, on_step=lambda _: None))
    assert "sgd_step has 5 points in the notebook and 2 in the module" in said
    assert f"release/ko/{ASSIGNMENT} is out of date" in said
