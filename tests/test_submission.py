"""A submission as a value, and what is kept of its run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from answers import submission
from nbformat.v4 import new_code_cell, new_notebook

from autograder.judging.verdicts import Outcome, Report, Verdict
from autograder.running import store as store_module
from autograder.running.classroom.graded import judged
from autograder.running.classroom.kept import DamagedError, KeptRun, pack, unpack
from autograder.running.classroom.perform import perform
from autograder.running.classroom.submission import Submission, files_beside
from autograder.running.confinement import Limits
from autograder.running.notebook_run import Run
from autograder.running.store import EvidenceStore

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = "sgd_step"


@pytest.fixture
def handed_in() -> Submission:
    notebook = submission("optimizer_steps")
    return Submission(notebook, {"data/words.txt": b"one"}, {QUESTION: 2**127}, Limits(), confined=True)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path, "optimizer_steps")


def test_a_submission_crosses_as_bytes_and_stays_the_same(handed_in: Submission) -> None:
    crossed = Submission.unpack(handed_in.pack())
    assert crossed == handed_in
    assert crossed.key == handed_in.key


def test_everything_that_a_run_depends_on_is_in_its_key(handed_in: Submission) -> None:
    other = submission("optimizer_steps")
    other.cells.append(new_code_cell("1 + 1"))
    changes = [
        replace(handed_in, notebook=other),
        replace(handed_in, files={"data/words.txt": b"two"}),
        replace(handed_in, files={"words.txt": b"one"}),
        replace(handed_in, seeds={QUESTION: 1}),
        replace(handed_in, limits=Limits(cell_seconds=1)),
        replace(handed_in, confined=False),
    ]
    assert len({handed_in.key, *(change.key for change in changes)}) == 7


def test_ids_of_cells_which_are_drawn_anew_by_each_repair_are_not(handed_in: Submission) -> None:
    again = submission("optimizer_steps")
    for number, cell in enumerate(again.cells):
        cell["id"] = f"id-{number}"
    assert replace(handed_in, notebook=again).key == handed_in.key


def test_files_beside_a_notebook_are_taken_as_far_as_they_fit(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "words.txt").write_bytes(b"one")
    (tmp_path / "big.bin").write_bytes(b"x" * 100)
    for name in ("optimizer_steps.ipynb", "timestamp.txt"):
        (tmp_path / name).touch()
    (tmp_path / "link").symlink_to("/etc/passwd")
    everything = {"big.bin": b"x" * 100, "data/words.txt": b"one"}
    assert files_beside(tmp_path, Limits()) == everything
    assert files_beside(tmp_path, Limits(scratch_bytes=204)) == {"big.bin": b"x" * 100}


def test_a_run_sees_the_files_and_gives_what_is_displayed() -> None:
    notebook = new_notebook(cells=[new_code_cell("print(open('data/words.txt').read())")])
    run = unpack(perform(Submission(notebook, {"data/words.txt": b"one"}, {}, Limits(), confined=True).pack()))
    assert run.notebook.cells[0].outputs[0].text == "one\n"
    assert run.confined
    assert not run.stopped


def test_what_is_kept_is_not_run_or_judged_again(store: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def run() -> bytes:
        done.append("run")
        return pack(Run(new_notebook()), {})

    def judge(_: KeptRun) -> dict[str, Report]:
        done.append("judged")
        return {QUESTION: Report(QUESTION, 2, (Verdict("claim", 1, Outcome.PASSED),))}

    first = judged(store, "key", run, judge)
    assert judged(store, "key", run, judge) == first
    assert done == ["run", "judged"]
    monkeypatch.setattr(store_module, "version_of_checks", lambda: "corrected")
    judged(store, "key", run, judge)
    assert done == ["run", "judged", "judged"]
    judged(store, "key", run, judge, anew=True)
    assert done[3:] == ["run", "judged"]


def test_a_damaged_run_counts_as_none_and_is_named_where_it_is_asked_for(store: EvidenceStore, tmp_path: Path) -> None:
    data = pack(Run(new_notebook()), {})
    store.keep_run("key", data)
    store.point("kim", "key", "ko")
    assert store.learners() == ["kim"]
    assert store.read("kim")[1] == "ko"
    path = tmp_path / "evidence" / "optimizer_steps" / "runs" / "key.zip"
    for damaged in (b"", data[:50], data.replace(b"run.json", b"nur.json")):
        path.write_bytes(damaged)
        assert store.run("key") is None
        with pytest.raises(DamagedError, match="damaged"):
            store.read("kim")
    with pytest.raises(DamagedError, match="nothing was kept of lee"):
        store.read("lee")


def test_the_run_of_an_earlier_submission_is_dropped_when_marks_come_from_another(store: EvidenceStore) -> None:
    for key in ("one", "two"):
        store.keep_run(key, pack(Run(new_notebook()), {}))
        store.point("kim", key, "ko")
    assert store.run("one") is None
    assert store.run("two")
