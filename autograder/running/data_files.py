"""Puts the four files of Fashion-MNIST where ``keras.datasets`` looks, from the first source that has them.

A source is a function that fills a scratch folder; ``SOURCES`` lists them in the order in which they are tried. The
scratch folder lies inside the destination, so that a right file is moved into place in one step, and no half-written
file is ever there, whatever interrupts us.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from autograder.judging import dataset
from autograder.running import debian

Report = Callable[[str], None]
Source = Callable[[Collection[str], Path, Report], str | None]
"""Puts those of the named files that it has into a folder; returns, or raises as OSError, why it cannot."""

DEBIAN_PACKAGE = "dataset-fashion-mnist"
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
KERAS_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

_CONNECT_SECONDS = 5  # for one connection to be made
_ANSWER_SECONDS = 8  # for a server's first answer, looking up its name included
_SILENCE_SECONDS = 20  # without a byte in the middle of a download
_NEWS_SECONDS = 3  # between two lines of progress
_TRIES = 3


class DataNotFound(Exception):  # noqa: N818 - a state of the machine, read as a sentence
    """The files could not be had. The message is one sentence that says what to do.

    Attributes:
        reasons: one line for each file that was missing or damaged, and for what each source said.
    """

    def __init__(self, advice: str, reasons: Collection[str]) -> None:
        """Keep the sentence apart from the reasons, which are for those who want to know."""
        super().__init__(advice)
        self.reasons = tuple(reasons)


def make_available(report: Report) -> Path:
    """Make the four files available where ``keras.datasets`` looks; files that are there and right stay untouched.

    Args:
        report: is called with one line of progress now and then.

    Returns:
        The folder that holds the files.

    Raises:
        DataNotFound: no source has them, or the folder cannot be written to.
    """
    folder = dataset.directory()
    report(f"checking {folder}")
    found = {name: dataset.problem(folder / name) for name in dataset.FILES}
    reasons = [problem for problem in found.values() if problem]
    wrong = {name for name, problem in found.items() if problem}
    for title, source in SOURCES:
        if wrong:
            report(f"trying {title}")
            reasons += [f"{title}: {reason}" for reason in _take(source, wrong, folder, report)]
    if wrong:
        advice = (
            f"Fashion-MNIST is not in {folder}: connect to the internet, or on Debian and Ubuntu `sudo apt-get install "
            f"{DEBIAN_PACKAGE}`, and run `autograder data` again, or copy its four .gz files into that folder yourself."
        )
        raise DataNotFound(advice, reasons)
    home = folder.parent.parent
    if not os.access(home, os.W_OK):  # a rule of Keras's own, which says nothing and downloads
        report(f"note: {home} is read-only for you, so Keras looks elsewhere: set KERAS_HOME to a folder of your own")
    return folder


def _take(source: Source, wrong: set[str], folder: Path, report: Report) -> list[str]:
    """Move the right files that a source has into ``folder`` and off ``wrong``; return what did not work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # An interrupted apt-get may still be writing while we tidy up, which is no reason to fail.
        scratch = tempfile.TemporaryDirectory(prefix=".incoming-", dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        advice = (
            f"{folder} cannot be written to: set KERAS_HOME to a folder of your own and run `autograder data` again."
        )
        raise DataNotFound(advice, [str(error)]) from error
    with scratch:
        place = Path(scratch.name).resolve()
        try:
            if failure := source(frozenset(wrong), place, report):
                return [failure]
            problems = []
            for name in sorted(wrong):
                if problem := dataset.problem(place / name):
                    problems.append(problem)
                else:
                    (place / name).replace(folder / name)
                    wrong.remove(name)
        except OSError as error:
            return [str(error)]
    return problems


def _from_installed_package(names: Collection[str], place: Path, report: Report) -> str | None:
    if not DEBIAN_FOLDER.is_dir():
        return "not installed"
    report(f"copying from {DEBIAN_FOLDER}")
    _copy(names, DEBIAN_FOLDER, place)
    return None


def _from_fetched_package(names: Collection[str], place: Path, report: Report) -> str | None:
    failure = debian.unpack(DEBIAN_PACKAGE, place, report)
    if not failure:
        _copy(names, place / DEBIAN_FOLDER.relative_to("/"), place)
    return failure


def _copy(names: Collection[str], source: Path, place: Path) -> None:
    for name in names:
        with suppress(FileNotFoundError):  # the check of what came tells which one is missing
            shutil.copyfile(source / name, place / name)


def _from_keras(names: Collection[str], place: Path, report: Report) -> str | None:
    import pooch

    # As Keras asks, so that nothing on the way unpacks the .gz files.
    options = {"timeout": (_CONNECT_SECONDS, _SILENCE_SECONDS), "headers": {"Accept-Encoding": "identity"}}
    ask = pooch.HTTPDownloader(**options)
    if failure := _refusal(lambda: ask(KERAS_ADDRESS + min(names), None, None, check_only=True)):
        return failure
    for name in sorted(names):
        report(f"downloading {name}")
        download = pooch.HTTPDownloader(progressbar=_Progress(name, report), chunk_size=1 << 16, **options)
        for left in reversed(range(_TRIES)):
            try:
                download(KERAS_ADDRESS + name, str(place / name), None)
                break
            except OSError:  # the base of all that requests raises
                if not left:
                    raise
                report(f"the download of {name} broke off, trying again")
    return None


def _refusal(ask: Callable[[], bool]) -> str | None:
    """Return why a server does not say yes in time, None when it does.

    No time-out of a socket covers the look-up of a name, and one applies to each of a server's many addresses in turn:
    without a network that adds up to minutes. So the question is asked in a thread that can be left behind.
    """
    answers: list[str | None] = []

    def run() -> None:
        try:
            answers.append(None if ask() else "the server does not offer the files")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a no
            answers.append(f"no connection ({type(error).__name__})")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_ANSWER_SECONDS)
    return answers[0] if answers else f"no answer within {_ANSWER_SECONDS} seconds"


class _Progress:
    """What pooch takes for a progress bar; it says a line every few seconds."""

    def __init__(self, name: str, report: Report) -> None:
        self.total = 0
        self._name, self._report = name, report
        self._done, self._last = 0, time.monotonic()

    def update(self, count: int) -> None:
        self._done += count
        if time.monotonic() - self._last >= _NEWS_SECONDS:
            self._last = time.monotonic()
            self._report(f"{self._name}: {self._done / 1e6:.1f} of {self.total / 1e6:.1f} MB")

    def reset(self) -> None:  # pooch does this at the end, to fill the bar
        self._done = 0

    def close(self) -> None:
        """Nothing is open."""


SOURCES: tuple[tuple[str, Source], ...] = (
    (f"the installed package {DEBIAN_PACKAGE}", _from_installed_package),
    ("Keras's own download", _from_keras),
    ("apt-get", _from_fetched_package),
)
