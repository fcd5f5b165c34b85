"""The pictures that a course's own cells show, drawn once for a class.

The first half runs in a fork of the process that kernels are forked from, which ends when it has drawn. The second half
is a kernel's: there such a cell runs as usual, and only in the place of turning its figures into pictures, which is
most of its time, come the pictures that there are already.
"""

from __future__ import annotations

import functools
import json
import os
import select
import signal
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING, Any, TextIO

from autograder.running.confinement import syscalls
from autograder.running.fits import randomness
from autograder.running.kernels.reads import reads_only_libraries

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 120
_BACKENDS = {"backend", "backend_fallback", "interactive", "toolbar"}  # how figures get to a screen
_USUAL = {"base64": True, "bbox_inches": "tight"}
_pictures: dict[str, list[str]] = {}
_settings: dict[str, str] = {}


def draw(sources: list[str], variables: dict[str, Any]) -> Callable[[], None]:
    """Draws what these cells show, as far as that depends on nothing but libraries, beside this process.

    Kernels that are forked before it is done draw for themselves.

    Args:
        sources: of cells.
        variables: what they find.

    Returns:
        what looks whether it is done, and takes it over.
    """
    ours, theirs = os.pipe()
    if os.fork() == 0:
        try:
            syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)  # nobody is left to take it
            signal.alarm(_SECONDS)
            found = _drawn(sources, variables)
            signal.alarm(0)  # it may be long until somebody comes for them
            with os.fdopen(theirs, "w", encoding="ascii") as answer:
                json.dump(found, answer)
        finally:
            os._exit(0)
    os.close(theirs)
    return functools.partial(look, os.fdopen(ours, encoding="ascii"))


def look(answer: TextIO) -> None:
    """Takes what was drawn, once it is there."""
    if answer.closed or not select.select([answer], [], [], 0)[0]:
        return
    with answer:
        said = answer.read()
    with suppress(ValueError):  # it came to nothing, or was killed
        pictures, settings = json.loads(said)
        _pictures.update(pictures)
        _settings.update(settings)


def _drawn(sources: list[str], variables: dict[str, Any]) -> tuple[dict[str, list[str]], dict[str, str]]:
    import matplotlib as mpl

    mpl.use("agg")
    found = {}
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        settings = _settings_now()
        for source in sources:
            if reads_only_libraries(source, variables):
                # Twice, with other random numbers: what depends on them is everybody's own.
                first, second = (_shown(source, dict(variables), seed) for seed in ("first", "second"))
                if first and first == second and _settings_now() == settings:
                    found[source] = first
    return found, settings


def _shown(source: str, variables: dict[str, Any], seed: str) -> list[str]:
    """The pictures a cell shows, as the inline backend would show them; none when it fails."""
    import matplotlib.pyplot as plt
    from IPython.core.pylabtools import print_figure

    pictures: list[str] = []

    def show(*_: Any, **__: Any) -> None:
        pictures.extend(print_figure(plt.figure(number), **_USUAL) for number in plt.get_fignums())
        plt.close("all")

    randomness.seed(seed)
    plt.show = show
    try:
        exec(compile(source, "<figure>", "exec"), variables)  # noqa: S102 - the course's own code
    except Exception:  # noqa: BLE001 - then kernels will see it, too
        return []
    show()
    return pictures


def _settings_now() -> dict[str, str]:
    import matplotlib as mpl

    return {name: repr(value) for name, value in mpl.rcParams.items() if name not in _BACKENDS}


def install(shell: Any) -> None:
    """Has a kernel show what was drawn."""
    if not _pictures:
        return
    pylabtools: Any = import_module("IPython.core.pylabtools")
    print_figure = pylabtools.print_figure
    left: list[str] = []

    def begins(info: Any) -> None:
        pictures = _pictures.get(info.raw_cell)
        left[:] = pictures if pictures and reads_only_libraries(info.raw_cell, shell.user_ns) else []

    def ends(_: Any) -> None:
        left.clear()

    @functools.wraps(print_figure)
    def show(figure: Any, fmt: str = "png", *others: Any, **settings: Any) -> Any:
        usual = fmt == "png" and not others and _USUAL | settings == _USUAL
        if left and usual and settings.get("base64") and _settings_now() == _settings:
            return left.pop(0)
        return print_figure(figure, fmt, *others, **settings)

    pylabtools.print_figure = show
    shell.events.register("pre_run_cell", begins)
    shell.events.register("post_run_cell", ends)
