"""The benchmark: the class that it makes, what it compares, what it says. Nothing is trained here."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest
from answers import ROOT
from typer.testing import CliRunner

from autograder.doors.bench import measure as measure_module
from autograder.doors.bench.figures import AGAIN, CLASS, NEW, NEW_STOCK, STOCK, WARM, Figures, Phase, Sampled
from autograder.doors.bench.machine import Cost, ProgramError, measured
from autograder.doors.bench.measure import Plan
from autograder.doors.bench.mixture import HONEST, CollectionError, Kind, Learner, Mixture
from autograder.doors.bench.report import markdown, rows, write
from autograder.doors.cli import app
from autograder.exercises import NAMES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def fifty() -> list[Learner]:
    return Mixture(ROOT, "optimizers", 1).learners(50)


def sources(learner: Learner) -> list[str]:
    return [cell.source for cell in learner.notebook.cells]


def test_a_seed_makes_the_class(fifty: list[Learner]) -> None:
    assert Mixture(ROOT, "optimizers", 1).learners(50) == fifty
    assert Mixture(ROOT, "optimizers", 2).learners(50) != fifty


def test_a_class_has_the_shares_that_it_should(fifty: list[Learner]) -> None:
    assert Counter(learner.kind for learner in fifty) == {
        Kind.RIGHT: 37,
        Kind.MISTAKE: 7,
        Kind.NEW: 4,
        Kind.CRASH: 1,
        Kind.LOOP: 1,
    }
    right = [learner for learner in fifty if learner.kind is Kind.RIGHT]
    assert {learner.case for learner in right} == {"reference", "functional", "spelled_out"}
    assert {learner.language for learner in right} == {"ko", "en"}


@pytest.mark.parametrize("assignment", NAMES)
def test_a_class_of_eight_has_every_kind(assignment: str) -> None:
    kinds = {learner.kind for learner in Mixture(ROOT, assignment, 1).learners(8)}
    # Where nothing is trained there is no network that nobody else has.
    assert kinds == set(Kind) - {Kind.EVERY_FIT_NEW} - ({Kind.NEW} if assignment == "optimizer_steps" else set())


@pytest.mark.parametrize("assignment", NAMES)
def test_no_two_notebooks_are_the_same_and_none_holds_a_cell_twice(assignment: str) -> None:
    learners = Mixture(ROOT, assignment, 1).learners(20)
    assert len({"\n".join(sources(learner)) for learner in learners}) == 20
    for learner in learners:
        cells = learner.notebook.cells
        grade_ids = [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]
        assert len(set(grade_ids)) == len(grade_ids)
        assert len({cell.id for cell in cells}) == len(cells)


def test_a_right_notebook_of_the_optimizers_has_seven_trainings(fifty: list[Learner]) -> None:
    reference = next(learner for learner in fifty if learner.kind is Kind.RIGHT and learner.case == "reference")
    assert sum(source.count(".fit(") for source in sources(reference)) == 7
    assert any('optimizer="sgd"' in source for source in sources(reference)[-2:])


def test_networks_that_nobody_else_has_are_different_and_have_one_more_new_training(fifty: list[Learner]) -> None:
    last = [sources(learner)[-1] for learner in fifty if learner.kind is Kind.NEW]
    assert len(set(last)) == len(last)
    assert not any("Dense(100," in source or "UNITS" in source for source in last)
    others = {sources(learner)[-1] for learner in fifty if learner.kind is not Kind.NEW}
    assert len(others) == 1


def test_whoever_trains_everything_anew_says_so_before_each_training() -> None:
    learner = Mixture(ROOT, "optimizers", 1).every_fit_new()
    assert learner
    trains = [source for source in sources(learner) if ".fit(" in source]
    assert len({source.splitlines()[0] for source in trains if "set_random_seed" in source}) == len(trains) == 7
    assert Mixture(ROOT, "optimizer_steps", 1).every_fit_new() is None


def test_the_sample_is_drawn_by_the_seed_from_those_whom_nbgrader_can_grade() -> None:
    plan = Plan(ROOT, "optimizers", learners=12, sample=4, workers=1, seed=1)
    learners, drawn, _ = plan.make()
    assert len(drawn) == 4
    assert all(learner in learners and learner.kind in HONEST for learner in drawn)
    assert plan.make()[1] == drawn
    assert len({tuple(item.name for item in replace(plan, seed=seed).make()[1]) for seed in range(5)}) > 1
    with pytest.raises(CollectionError, match="--sample 11 is more than the 10 learners"):
        replace(plan, sample=11).make()


def recorded(theirs: float = 2.0, uncached: float = 2.0) -> Figures:
    """Figures as they may be."""
    return Figures(
        {"processor": "a processor", "cores": "2", "nbgrader": "0.9.6"},
        {"assignment": "optimizers", "seed": "1"},
        {Kind.RIGHT.value: 9, Kind.LOOP.value: 1},
        {
            WARM: Phase(0, Cost(30.0, 40.0, 2**30)),
            CLASS: Phase(10, Cost(50.0, 80.0, 2**31), looked_up=63, trained=2),
            AGAIN: Phase(10, Cost(5.0, 5.0, 2**28), looked_up=0, trained=0),
            NEW: Phase(1, Cost(40.0, 70.0, 2**30), looked_up=0, trained=7),
            STOCK: Phase(2, Cost(200.0, 320.0, 2**30)),
            NEW_STOCK: Phase(1, Cost(120.0, 140.0, 2**30)),
        },
        [
            Sampled(
                "learner001",
                Kind.RIGHT.value,
                "functional",
                "ko",
                Cost(100.0, 160.0, 2**30),
                {"momentum": 2.0, "reflection": None},
                {"momentum": theirs, "reflection": None},
                {"momentum": uncached, "reflection": None},
            )
        ],
    )


def test_ratios_are_of_what_one_submission_takes() -> None:
    assert recorded().ratios() == {"the class": (20.0, 20.0), "every fit new": (3.0, 2.0)}


def test_the_table_and_the_page_hold_the_figures() -> None:
    assert (CLASS, "10", "50.0", "5.00", "80.0", "8.00", "2.00", "63", "2") in rows(recorded())
    page = markdown(recorded())
    for said in (
        "20.0 times as long",
        "a processor",
        "0.9.6",
        "functional",
        "identical by stock nbgrader",
        "| seed | 1 |",
    ):
        assert said in page
    widths = [line.count("|") for line in page.split("\n\n")[2].splitlines()]
    assert len(set(widths)) == 1


def test_files_are_the_same_for_the_same_figures(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(recorded(), tmp_path / name)
    for name in ("bench.md", "bench.json", "bench.svg"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    raw = json.loads((tmp_path / "one" / "bench.json").read_text(encoding="utf-8"))
    assert raw["phases"][CLASS]["cost"]["seconds"] == 50.0
    assert "stock nbgrader" in (tmp_path / "one" / "bench.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (recorded(theirs=1.5), "momentum has 2 by autograder grade and 1.5 by stock nbgrader"),
        (recorded(uncached=0.0), "momentum has 2 by autograder grade and 0 with --no-cache"),
        (replace(recorded(), lost={"learner007": "its worker died"}), "learner007 is not graded: its worker died"),
    ],
    ids=["stock nbgrader", "without the cache", "lost"],
)
def test_a_mark_that_differs_is_named_and_exits_1(monkeypatch: pytest.MonkeyPatch, figures: Figures, said: str) -> None:
    monkeypatch.setattr(measure_module, "measure", lambda *_: figures)
    done = CliRunner().invoke(app, ["bench", str(ROOT)])
    assert done.exit_code == 1
    assert said in " ".join(done.stdout.split())


def test_a_learner_without_marks_is_named_once() -> None:
    sampled = recorded().sampled[0]
    for whose, changed in {
        "by autograder grade": replace(sampled, ours={}),
        "by stock nbgrader": replace(sampled, theirs={}),
        "with --no-cache": replace(sampled, uncached={}),
    }.items():
        assert changed.differences() == [f"learner001 (right answers, several styles, functional) has no marks {whose}"]


def test_identical_marks_exit_0(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(measure_module, "measure", lambda *_: recorded())
    done = CliRunner().invoke(app, ["bench", str(ROOT), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert (tmp_path / "out" / "bench.md").is_file()


def test_a_folder_without_the_collection_is_named_in_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(["autograder", "bench", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is missing: name the folder of a checkout" in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_a_program_that_fails_says_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match=r"failed: .*No module named no_such_module"):
        measured(["no_such_module"], tmp_path)


def test_ctrl_c_ends_what_is_measured(tmp_path: Path) -> None:
    def interrupt() -> None:
        if psutil.Process().children():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured(["timeit", "-n1", "-r1", "import time; time.sleep(600)"], tmp_path, on_tick=interrupt)
    assert not [child for child in psutil.Process().children() if "timeit" in child.cmdline()]


def test_a_class_is_measured_from_end_to_end(tmp_path: Path) -> None:
    command = ["autograder", "bench", ROOT, "--assignment=optimizer_steps", "--learners=4", "--sample=1"]
    done = subprocess.run([*command, "--out", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    raw = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert raw["differences"] == []
    assert len(raw["sampled"]) == 1
    assert all(phase["cost"]["seconds"] > 0 for phase in raw["phases"].values())
