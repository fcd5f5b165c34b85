"""``autograder watch``: real kernels answer after each save."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import closing
from queue import SimpleQueue
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import nbformat
import psutil
import pytest
from answers import reference
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from platformdirs import user_cache_path

from autograder.exercises import texts
from autograder.reporting import feedback, text
from autograder.running import watched
from autograder.running.broken import GraderBrokenError
from autograder.running.saves import saves_of
from autograder.running.trial import Trial
from autograder.running.watching import Answered, Began, Ended, Problem, Ready, Running, Watching

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbformat import NotebookNode

    from autograder.judging.verdicts import Report
    from autograder.running.watching import Event

ANSWERS = reference("optimizer_steps")
QUESTIONS = ("sgd_step", "momentum_step", "nesterov_step")
WRONG = "def momentum_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):\n    return w, velocity"


def notebook(**answers: str) -> NotebookNode:
    """Three questions, which need NumPy alone; the others of the assignment have no cell."""
    cells = [new_code_cell("import numpy as np")]
    for name in QUESTIONS:
        cells += [new_code_cell(answers.get(name, ANSWERS[name])), new_code_cell(f'check("{name}")')]
    return new_notebook(cells=cells, metadata={"autograder": {"language": "en"}})


class Learner:
    """Saves, and reads what is answered."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "my.ipynb"
        self._saves: SimpleQueue[object] = SimpleQueue()
        self.shown: dict[str, Report] = {}
        self.watching: Watching
        self._events: Any = None

    def save(self, content: NotebookNode | str) -> None:
        self.path.write_text(content if isinstance(content, str) else nbformat.writes(content), encoding="utf-8")
        if self._events is None:
            self.watching = Watching(self.path)
            self._events = self.watching.events(iter(self._saves.get, None))
        else:
            self._saves.put("saved")

    def told(self) -> None:
        """Something changed that is not told by ``save``."""
        self._saves.put("changed")

    def until(self, kind: type[Event]) -> list[Event]:
        """The next events up to the first of a kind."""
        found: list[Event] = []
        for event in self._events:
            found.append(event)
            if isinstance(event, Answered):
                self.shown[event.report.question] = event.report
            if isinstance(event, Ended):
                self.shown = dict(event.reports)
            if isinstance(event, kind):
                return found
        return found

    def rest(self) -> list[Event]:
        """All events until the last save is answered."""
        self._saves.put(None)
        return list(self._events)

    def close(self) -> None:
        self._saves.put(None)
        self._events.close()


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    forget()
    with closing(Learner(tmp_path)) as found:
        yield found


def forget() -> None:
    rmtree(user_cache_path("autograder") / "evidence", ignore_errors=True)


def checked(path: Path) -> dict[str, Report]:
    """What a run from the top gives when nothing was kept."""
    forget()
    return Trial(path).reports()


def first_cell(events: list[Event]) -> int:
    return next(event.number for event in events if isinstance(event, Running))


def scores(learner: Learner) -> list[float]:
    return [learner.shown[name].score for name in QUESTIONS]


def test_after_every_kind_of_change_the_reports_are_those_of_check(learner: Learner) -> None:
    inserted = notebook()
    inserted.cells.insert(1, new_markdown_cell("a note"))
    contents = [
        notebook(momentum_step="raise NotImplementedError"),
        notebook(momentum_step=WRONG),
        notebook(),
        notebook(nesterov_step="nesterov_step = 3"),
        notebook(sgd_step="def sgd_step(w, gradient, learning_rate=0.01):\n    return w", nesterov_step="1 / 0"),
        inserted,
    ]
    for content in contents:
        learner.save(content)
        learner.until(Ready)
        shown = {name: report.as_json() for name, report in learner.shown.items()}
        assert shown == {name: report.as_json() for name, report in checked(learner.path).items()}


def test_a_cell_at_which_the_kernel_waits_is_answered_without_running_those_above(learner: Learner) -> None:
    learner.save(notebook(momentum_step=WRONG))
    learner.until(Ready)
    learner.save(notebook())
    events = learner.until(Ended)
    assert first_cell(events) == 4
    assert next(event.report.question for event in events if isinstance(event, Answered)) == "momentum_step"
    assert scores(learner) == [2, 2, 2]


def test_after_a_right_answer_the_kernel_waits_at_the_next_that_is_not(learner: Learner) -> None:
    learner.save(notebook(sgd_step="1 / 0", nesterov_step="1 / 0"))
    learner.until(Ready)
    learner.save(notebook(nesterov_step="1 / 0"))
    learner.until(Ready)
    learner.save(notebook())
    assert first_cell(learner.until(Ended)) == 6
    assert scores(learner) == [2, 2, 2]


def test_a_change_above_runs_everything_from_the_top(learner: Learner) -> None:
    learner.save(notebook(nesterov_step="1 / 0"))
    learner.until(Ready)
    content = notebook()
    content.cells[0].source = "import numpy as np\nnp.zeros = None"
    learner.save(content)
    assert first_cell(learner.until(Ended)) == 1


def test_what_a_run_left_behind_is_not_there_in_the_next(learner: Learner) -> None:
    learner.save(notebook(momentum_step=WRONG + "\nleft = 1"))
    learner.until(Ready)
    learner.save(notebook(momentum_step="left\n" + ANSWERS["momentum_step"]))
    learner.until(Ready)
    assert scores(learner) == [2, 0, 2]


def test_a_save_that_changes_outputs_and_texts_only_runs_nothing(learner: Learner) -> None:
    content = notebook()
    learner.save(content)
    learner.until(Ready)
    content.cells[1].outputs = [new_output("stream", name="stdout", text="done")]
    content.cells[1].execution_count = 3
    content.cells.append(new_markdown_cell("a note"))
    learner.save(content)
    assert learner.rest() == []


def test_check_answers_at_once_what_watch_has_run_and_the_other_way_round(learner: Learner) -> None:
    learner.save(notebook(momentum_step=WRONG))
    learner.until(Ready)
    learner.save(notebook())
    learner.until(Ready)
    kept = Trial(learner.path)
    assert kept.ran
    assert kept.reports() == learner.shown
    again = Learner(learner.path.parent)
    again.save(notebook())
    assert [type(event) for event in again.until(Ended)] == [Began, Ended]
    assert again.shown == learner.shown
    again.close()


def test_a_broken_file_and_one_that_is_gone_are_waited_for(learner: Learner) -> None:
    learner.save(notebook(momentum_step=WRONG))
    learner.until(Ready)
    learner.save("{")
    assert "is not a valid notebook" in learner.until(Problem)[-1].message
    learner.path.unlink()
    learner.told()
    assert "there is no file" in learner.until(Problem)[-1].message
    learner.save(new_notebook(cells=[new_code_cell("1 + 1")]))
    assert "holds no check cell" in learner.until(Problem)[-1].message
    learner.save(notebook())
    assert first_cell(learner.until(Ended)) == 4
    assert scores(learner) == [2, 2, 2]


def test_a_save_ends_the_cell_that_it_changes(learner: Learner) -> None:
    learner.save(notebook(momentum_step="import time\ntime.sleep(170)"))
    while first_cell(learner.until(Running)) != 4:
        pass
    began = time.monotonic()
    learner.save(notebook())
    learner.until(Ended)
    assert time.monotonic() - began < 100
    assert scores(learner) == [2, 2, 2]


def test_a_save_below_the_cell_that_runs_lets_it_run(learner: Learner) -> None:
    learner.save(notebook(nesterov_step="1 / 0"))
    while first_cell(learner.until(Running)) != 3:
        pass
    learner.save(notebook())
    events = learner.until(Ready)
    assert first_cell(events) > 3
    shown = {name: report.as_json() for name, report in learner.shown.items()}
    assert shown == {name: report.as_json() for name, report in checked(learner.path).items()}


def test_a_kernel_that_died_while_it_waited_is_replaced(learner: Learner) -> None:
    killer = "import os, threading\nthreading.Timer(1.5, os._exit, [1]).start()\n"
    learner.save(notebook(momentum_step=killer + WRONG, nesterov_step="1 / 0"))
    learner.until(Ready)
    learner.save(notebook(momentum_step=killer + ANSWERS["momentum_step"], nesterov_step="1 / 0"))
    learner.until(Ready)  # it waits below the cell that kills it
    time.sleep(2)
    learner.save(notebook(momentum_step=killer + ANSWERS["momentum_step"]))
    assert first_cell(learner.until(Ended)) == 1
    assert scores(learner) == [2, 2, 2]


def test_a_notebook_may_be_left_alone_for_longer_than_it_may_run(learner: Learner) -> None:
    learner.save(notebook(momentum_step=WRONG))
    learner.until(Ready)
    kernel: Any = learner.watching._kernel  # noqa: SLF001 - a year has passed
    kernel._deadline -= 365 * 24 * 3_600  # noqa: SLF001
    kernel._resting_since -= 365 * 24 * 3_600  # noqa: SLF001
    learner.save(notebook())
    assert first_cell(learner.until(Ended)) == 4
    assert scores(learner) == [2, 2, 2]


def test_our_own_failure_is_said_and_the_next_save_is_answered(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        message = "the judge stopped"
        raise GraderBrokenError(message)

    with monkeypatch.context() as broken:
        broken.setattr(watched.Watched, "judge", fail)
        learner.save(notebook())
        problem = learner.until(Problem)[-1]
    assert problem == Problem("the judge stopped", ours=True)
    learner.save(notebook())
    learner.until(Ended)
    assert scores(learner) == [2, 2, 2]


def test_a_file_is_seen_to_be_replaced_as_jupyter_does(tmp_path: Path) -> None:
    path, draft = tmp_path / "my.ipynb", tmp_path / ".my.ipynb~"
    path.write_text("1", encoding="utf-8")
    with saves_of(path) as saves:
        seen = iter(saves)
        for number in range(2):
            draft.write_text(str(number), encoding="utf-8")
            subprocess.Popen(["sh", "-c", f"sleep 0.5; mv '{draft}' '{path}'"])
            assert next(seen)
            assert path.read_text(encoding="utf-8") == str(number)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    path = tmp_path / "my.ipynb"
    nbformat.write(notebook(momentum_step=WRONG), path)
    command = ["autograder", "watch", str(path), "--language", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        yield process
        process.kill()


def lines_until(process: subprocess.Popen[str], beginning: str) -> list[str]:
    found = []
    for line in process.stdout or ():
        found.append(line)
        if line.startswith(beginning):
            break
    return found


def test_ctrl_c_leaves_no_process_and_is_no_failure(watch: subprocess.Popen[str]) -> None:
    lines_until(watch, "✗")  # in the middle of a run
    started = psutil.Process(watch.pid).children(recursive=True)
    assert started
    os.kill(watch.pid, signal.SIGINT)
    _, said = watch.communicate(timeout=60)
    assert watch.returncode == 0
    assert said == ""
    assert not psutil.wait_procs(started, timeout=20)[1]


def test_in_a_pipe_each_answer_is_printed_in_the_words_of_check(watch: subprocess.Popen[str], tmp_path: Path) -> None:
    path = tmp_path / "my.ipynb"
    first = "".join(lines_until(watch, "Total"))
    nbformat.write(notebook(), path)
    second = "".join(lines_until(watch, "Total"))
    watch.kill()
    watch.wait()
    for content, mark, total, said in (
        (notebook(), "✓", "6", second),
        (notebook(momentum_step=WRONG), "✗", "4", first),
    ):
        nbformat.write(content, path)
        words = text(feedback(checked(path)["momentum_step"], "en"), brief=True)
        assert f"{mark} {words}" in said
        assert f"Total: {total} / 13\n" in said
    assert f"✓ {texts.title('sgd_step', 'en')}  2 / 2 points\n" in first
