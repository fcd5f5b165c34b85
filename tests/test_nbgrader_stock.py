"""nbgrader's own commands on this course: with our configuration, and on a colleague's server without it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import nbformat
import pytest
from answers import ROOT, release, submission

from autograder.doors.nbgrader.releases import course_api

if TYPE_CHECKING:
    from pathlib import Path

ASSIGNMENT = "optimizer_steps"
FULL = 13.0


def course(place: Path, *, configured: bool) -> Path:
    shutil.copytree(ROOT / "source" / ASSIGNMENT, place / "source" / ASSIGNMENT)
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8") if configured else "c = get_config()\n"
    (place / "nbgrader_config.py").write_text(config + "\n", encoding="utf-8")
    for student, notebook in (("honest", submission(ASSIGNMENT)), ("blank", release(ASSIGNMENT))):
        folder = place / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")
    return place


def nbgrader(place: Path, *arguments: str) -> str:
    done = subprocess.run(["nbgrader", *arguments], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("configured", [True, False], ids=["our configuration", "stock nbgrader"])
def test_nbgraders_commands_grade_a_class(tmp_path: Path, *, configured: bool) -> None:
    place = course(tmp_path, configured=configured)
    for command in ("generate_assignment", "autograde", "generate_feedback"):
        nbgrader(place, command, ASSIGNMENT)
    nbgrader(place, "export")
    with course_api(place, "ko") as api, api.gradebook as gradebook:
        scores = {name: gradebook.find_submission(ASSIGNMENT, name).score for name in ("honest", "blank")}
    assert scores == {"honest": FULL, "blank": 0.0}
    feedback = (place / "feedback" / "honest" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")
    assert 'class="autograder"' in feedback
    assert f"{FULL}" in (place / "grades.csv").read_text(encoding="utf-8")


def test_the_validate_button_tells_an_honest_notebook_from_a_blank_one(tmp_path: Path) -> None:
    place = course(tmp_path, configured=True)
    nbgrader(place, "generate_assignment", ASSIGNMENT)
    paths = [place / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb" for student in ("honest", "blank")]
    said = [nbgrader(place, "validate", str(path)) for path in paths]
    assert "Success! Your notebook passes all the tests." in said[0]
    assert "VALIDATION FAILED ON 6 CELL(S)" in said[1]


def test_the_formgrader_shows_the_class(tmp_path: Path) -> None:
    place = course(tmp_path, configured=True)
    for command in ("generate_assignment", "autograde"):
        nbgrader(place, command, ASSIGNMENT)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = ["--no-browser", "--ServerApp.token=", "--ServerApp.ip=127.0.0.1", f"--port={port}", "--allow-root"]
    with (place / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(["jupyter", "lab", *settings], cwd=place, stdout=log, stderr=log)
    try:
        found = answer(f"http://127.0.0.1:{port}/formgrader/api/submissions/{ASSIGNMENT}")
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert {item["student"]: item["score"] for item in found} == {"honest": FULL, "blank": 0.0}


def answer(address: str) -> list[dict[str, object]]:
    """What the server says once it is up."""
    for _ in range(60):
        try:
            with urllib.request.urlopen(address, timeout=10) as reply:  # noqa: S310 - our own server, just started
                found: list[dict[str, object]] = json.load(reply)
                return found
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    pytest.fail("the formgrader did not answer in 30 seconds")
