"""Workers of a Dask cluster, on this machine: nothing is shared with them but bytes."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from distributed import LocalCluster
from small_class import ASSIGNMENT, MARKS, build, grade, manners
from tasks import act

from autograder.doors.nbgrader.releases import course_api
from autograder.running.broken import GraderBrokenError
from autograder.running.classroom import cluster
from autograder.running.classroom.cluster import ClusterError, DaskCrew
from autograder.running.classroom.crew import WorkerKilledError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOME = ("ahn", "cho")


@pytest.fixture(scope="module")
def crew() -> Iterator[DaskCrew]:
    with LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=None) as started:
        found = DaskCrew(started.scheduler_address, 1, act)
        yield found
        found.stop()


def test_a_class_is_graded_on_a_cluster_as_ever(tmp_path: Path) -> None:
    course = build(tmp_path / "course", SOME)
    done = grade(course, "--cluster", "local", "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert manners(done) == dict.fromkeys(SOME, "run")
    with course_api(course, "ko") as api, api.gradebook as gradebook:
        marks = {item["student"]: item["score"] for item in gradebook.submission_dicts(ASSIGNMENT)}
    assert marks == {learner: MARKS[learner] for learner in SOME}


def test_a_worker_that_dies_in_the_middle_costs_a_retry(crew: DaskCrew, tmp_path: Path) -> None:
    assert crew.workers == 2
    place = tmp_path / "waits"
    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(crew.run, "kim", f"wait {place}".encode())
        while not (place.exists() and place.read_text(encoding="utf-8")):
            time.sleep(0.05)
        assert [item.learner for item in crew.activities()] == ["kim"]
        os.kill(int(place.read_text(encoding="utf-8")), signal.SIGKILL)
        assert job.result(60) == f"wait {place}".upper().encode()
    assert crew.activities() == []


def test_a_submission_that_kills_workers_is_set_aside_and_the_others_go_on(crew: DaskCrew) -> None:
    with ThreadPoolExecutor(3) as threads:
        jobs = {name: threads.submit(crew.run, name, name.encode()) for name in ("deadly", "one", "broken")}
    assert jobs["one"].result() == b"ONE"
    with pytest.raises(WorkerKilledError, match="set aside"):
        jobs["deadly"].result()
    with pytest.raises(GraderBrokenError, match="itself failed"):
        jobs["broken"].result()


def test_a_worker_that_is_equipped_otherwise_runs_nothing(crew: DaskCrew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(crew.equipment, "versions", ["autograder 0.0.1"])
    with pytest.raises(GraderBrokenError, match="has other versions than this machine"):
        crew.run("kim", b"one")


def test_an_address_where_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match=r"No cluster .* tcp://127\.0\.0\.1:9 "):
        DaskCrew("tcp://127.0.0.1:9", 1)
