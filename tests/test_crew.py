"""Worker processes: what one submission does to its worker is nobody else's affair."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from tasks import act

from autograder.running.broken import GraderBrokenError
from autograder.running.classroom.alone import BusyError, alone
from autograder.running.classroom.crew import LocalCrew, StoppedError, WorkerKilledError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[LocalCrew]:
    started = LocalCrew(2, str(tmp_path), act)
    yield started
    started.stop()


def waits(path: Path) -> int:
    """The process that waits at ``path``, as soon as one does."""
    while not (path.exists() and path.read_text(encoding="utf-8")):
        time.sleep(0.02)
    return int(path.read_text(encoding="utf-8"))


def test_a_submission_that_kills_its_workers_is_set_aside_and_the_others_go_on(crew: LocalCrew) -> None:
    with ThreadPoolExecutor(4) as threads:
        jobs = {name: threads.submit(crew.run, name, name.encode()) for name in ("deadly", "one", "two", "broken")}
    assert jobs["one"].result() == b"ONE"
    assert jobs["two"].result() == b"TWO"
    with pytest.raises(WorkerKilledError, match="set aside"):
        jobs["deadly"].result()
    with pytest.raises(GraderBrokenError, match="itself failed"):
        jobs["broken"].result()


def test_a_worker_that_dies_costs_a_retry(crew: LocalCrew, tmp_path: Path) -> None:
    order = f"wait {tmp_path / 'waits'}".encode()
    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(crew.run, "kim", order)
        process = waits(tmp_path / "waits")
        assert [(item.learner, item.cell, item.cells) for item in crew.activities()] == [("kim", 1, 2)]
        os.kill(process, signal.SIGKILL)
        assert job.result(30) == order.upper()
    assert crew.activities() == []


def test_a_worker_that_dies_while_it_waits_costs_nothing(tmp_path: Path) -> None:
    crew = LocalCrew(1, str(tmp_path), act)
    assert crew.run("kim", b"one") == b"ONE"
    for process in multiprocessing.active_children():
        process.kill()
        process.join()
    assert crew.run("lee", b"two") == b"TWO"
    crew.stop()


def test_while_one_only_waits_another_one_is_run_and_never_two(crew: LocalCrew, tmp_path: Path) -> None:
    places = [tmp_path / str(number) for number in range(5)]
    with ThreadPoolExecutor(5) as threads:
        jobs = [threads.submit(crew.run, place.name, f"wait {place}".encode()) for place in places[:2]]
        for place in places[:2]:
            waits(place)
        with crew.one_waits(), crew.one_waits():
            jobs += [threads.submit(crew.run, place.name, f"wait {place}".encode()) for place in places[2:]]
            while not any(place.exists() for place in places[2:]):
                time.sleep(0.02)
            assert len(crew.activities()) == 3
        # There is room for two again: the next comes when the second is done.
        begun = [place for place in places if place.exists()]
        for place in begun[:2]:
            os.kill(waits(place), signal.SIGKILL)
        while len([place for place in places if place.exists()]) < 4:
            time.sleep(0.02)
        assert len(crew.activities()) == 2
        crew.stop()
        for job in jobs:
            with suppress(StoppedError):
                job.result(30)


def test_a_crew_that_is_stopped_ends_at_once(crew: LocalCrew, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as threads:
        jobs = [threads.submit(crew.run, name, f"wait {tmp_path / name}".encode()) for name in ("one", "two", "three")]
        try:
            waits(tmp_path / "one")
        finally:
            crew.stop()
        for job in jobs:
            with pytest.raises(StoppedError):
                job.result(30)
    assert not [process for process in multiprocessing.active_children() if process.is_alive()]


def test_what_a_killed_process_left_behind_is_cleared_away_and_two_do_not_meet(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    with alone(folder) as scratch:
        (scratch / "left").touch()
        with pytest.raises(BusyError, match="Another"), alone(folder):
            pass
        (folder / "runs").mkdir()
        (folder / "runs" / ".incoming-1").touch()
        scratch.rename(kept := scratch.with_name(f"{scratch.name}-kept"))  # as if nobody had removed it
    kept.rename(scratch)
    with alone(folder) as another:
        assert not scratch.exists()
        assert not list(folder.rglob(".incoming-*"))
    assert not another.exists()
