"""The pytest door: ``pytest my.ipynb`` runs the notebook once and gives one item for each check.

Ids read ``my.ipynb::question::check``. A ``.py`` that Jupyter exported from a notebook works the same. Files beside the
notebook, ``conftest.py`` among them, have no say.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.judging.verdicts import Report, Verdict
    from autograder.running.trial import Trial

_SUFFIXES = (".ipynb", ".py")
_MARK = "check("


class CheckFailure(Exception):  # noqa: N818 - it is shown to learners, as feedback
    """A check that did not pass; the message is the feedback."""


def _is_answer(path: Path) -> bool:
    """Whether a file looks like a notebook of this course, or an export of one."""
    if path.suffix == ".ipynb":
        return True
    if path.suffix != ".py" or path.name.startswith(("test_", "conftest")) or not path.is_file():
        return False
    text = path.read_text(encoding="utf-8", errors="replace")
    return _MARK in text and "from autograder import" in text and ("# In[" in text or "# %%" in text)


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option: for machines without walls."""
    group = parser.getgroup("autograder", "notebooks of the hidden-layers course")
    words = "run notebooks without walls around their code: for your own notebook, on a machine that has none"
    group.addoption("--unconfined", action="store_true", help=words)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """A ``conftest.py`` that was handed in beside a notebook is not loaded, and no settings of pytest's either.

    Raises:
        UsageError: there are such settings: they can name programs that pytest itself would run.
    """
    places = [Path(str(argument).split("::")[0]) for argument in args if not str(argument).startswith("-")]
    answers = [place.resolve() for place in places if place.suffix in _SUFFIXES and _is_answer(place)]
    if not answers:
        return
    early_config.known_args_namespace.noconftest = True
    settings = early_config.inipath
    if settings and any(settings.resolve().parent == answer.parent for answer in answers) and early_config.inicfg:
        message = (
            f"{settings} lies beside the notebook and may name programs for pytest to run: "
            f"add the option -c {os.devnull} to leave it out"
        )
        raise pytest.UsageError(message)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Takes notebooks of this course that were named on the command line."""
    named = {Path(argument.split("::")[0]).resolve() for argument in parent.config.args}
    if file_path.resolve() in named and _is_answer(file_path):
        return NotebookFile.from_parent(parent, path=file_path)
    return None


class NotebookFile(pytest.File):
    """A learner's notebook."""

    trial: Trial

    def collect(self) -> Iterator[QuestionItems]:
        """One group for each question."""
        from autograder.running.cells import NotebookError
        from autograder.running.trial import Trial

        try:
            self.trial = Trial(self.path, confined=not self.config.getoption("unconfined"))
        except NotebookError as error:
            raise self.CollectError(str(error)) from error
        for question in self.trial.questions:
            yield QuestionItems.from_parent(self, name=question.name)

    def reports(self) -> dict[str, Report]:
        """Runs the notebook when the first report is wanted, and says so on a terminal."""
        capture = self.config.pluginmanager.getplugin("capturemanager")
        shown = sys.stderr.isatty() or self.config.option.verbose > 0

        def on_cell(number: int, count: int) -> None:
            if shown:
                with capture.global_and_fixture_disabled():
                    sys.stderr.write(f"\r{self.path.name}: {number}/{count} " + ("\n" if number == count else ""))
                    sys.stderr.flush()

        return self.trial.reports(on_cell=on_cell)


class QuestionItems(pytest.Collector):
    """A question of a notebook."""

    parent: NotebookFile

    def collect(self) -> Iterator[CheckItem]:
        """One item for each check."""
        for check in self.parent.trial.assignment.questions[self.name].checks:
            yield CheckItem.from_parent(self, name=check.name)


class CheckItem(pytest.Item):
    """A check of a question."""

    parent: QuestionItems

    @property
    def _file(self) -> NotebookFile:
        return self.parent.parent

    def runtest(self) -> None:
        """Passes, or fails with the feedback; a check that waits for another is skipped."""
        from autograder.judging.verdicts import Outcome

        report = self._file.reports()[self.parent.name]
        verdict = next(verdict for verdict in report.verdicts if verdict.check == self.name)
        self.user_properties += [("question", report.question), ("weight", verdict.weight)]
        if verdict.outcome is Outcome.BLOCKED:
            pytest.skip(self._words(report, verdict))
        if verdict.outcome is not Outcome.PASSED:
            raise CheckFailure(self._words(report, verdict))

    def _words(self, report: Report, verdict: Verdict) -> str:
        from autograder.reporting import feedback

        words = feedback(report, self._file.trial.language)
        line = next(line for line in words.lines if line.check == verdict.check)
        if line.fault is None:
            return f"{line.claim} – {line.note}"
        labels = words.labels
        said = [line.claim, "", line.fault["what"]]
        said += [f"{labels[part]}: {line.fault[part]}" for part in ("expected", "received", "next")]
        if words.crash:
            said += ["", f"{labels['crash']}: {words.crash['what']}", words.crash["received"], words.crash["next"]]
        if words.unconfined:
            said += ["", labels["unconfined"]]
        return "\n".join(said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The feedback, without a traceback of ours."""
        from autograder.running.broken import GraderBrokenError
        from autograder.running.confinement.offers import CannotConfineError

        if isinstance(excinfo.value, (CheckFailure, CannotConfineError)):
            return str(excinfo.value)
        if isinstance(excinfo.value, GraderBrokenError):
            return f"The grader itself failed; this says nothing about the answer: {excinfo.value}"
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """What pytest writes as the item's heading."""
        return self.path, None, f"{self.parent.name}::{self.name}"
