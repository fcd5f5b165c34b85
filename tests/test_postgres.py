"""PostgreSQL as gradebook, by nbgrader's own ``db_url``: a real server, started and stopped here."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import postgres
import pytest
from answers import submission
from small_class import ASSIGNMENT, FULL, MARKS, build, grade, hand_in, manners, start

from autograder.doors.nbgrader.releases import course_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    postgres.programs() is None, reason="there is no PostgreSQL server here: apt-get install postgresql"
)
SOME = ("ahn", "bae", "cho")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A course whose gradebook is a PostgreSQL database; nothing is graded."""
    with postgres.server() as url:
        place = tmp_path_factory.mktemp("class") / "course"
        # Without a name of the course, nbgrader refers to a course that is not there; SQLite does not look.
        yield build(place, SOME, f"c.CourseDirectory.db_url = {url!r}\nc.CourseDirectory.course_id = 'course'\n")


def marks(course: Path) -> dict[str, float]:
    with course_api(course, "ko") as api, api.gradebook as gradebook:
        assert gradebook.engine.dialect.name == "postgresql"
        return {item["student"]: item["score"] for item in gradebook.submission_dicts(ASSIGNMENT)}


def test_a_command_that_was_killed_goes_on_and_only_what_changed_is_graded_again(course: Path) -> None:
    killed = start(course, "--workers", "2")
    while not list((course / "evidence" / ASSIGNMENT / "learners").glob("*.json")):
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)  # in the middle of recording
    killed.communicate()
    done = grade(course, "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert marks(course) == {learner: MARKS[learner] for learner in SOME}
    assert not (course / "gradebook.db").exists()
    hand_in(course, "bae", submission(ASSIGNMENT))
    assert manners(grade(course)) == {"ahn": "unchanged", "bae": "run", "cho": "unchanged"}
    assert marks(course)["bae"] == FULL
