"""What all commands share: where they write, how they end, and options that several have."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterator

console, errors = Console(), Console(stderr=True)

OK, FAILED, UNUSABLE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: all right; something is not right yet; the input cannot be used; our own failure; Ctrl-C."""

Unconfined = Annotated[
    bool,
    typer.Option(
        "--unconfined",
        help="Run learners' code without walls around it, on a machine that has none: only if you trust the code.",
    ),
]
Language = Annotated[str, typer.Option(help="`ko` or `en`; by default the notebook's own.")]
Notebook = Annotated[Path, typer.Argument(help="A notebook of this course, or its .py export.", show_default=False)]
Course = Annotated[Path, typer.Argument(help="The course's folder, with nbgrader_config.py and source/.")]


def stop(message: str, code: int) -> NoReturn:
    """Ends a command with one sentence."""
    errors.print(message, style="bold", markup=False, highlight=False, soft_wrap=True)  # paths stay whole
    raise typer.Exit(code)


@contextmanager
def for_learners(language: str) -> Iterator[None]:
    """Ends a command that looks at a learner's notebook with one sentence, where that cannot be done."""
    from autograder.exercises import texts
    from autograder.running.cells import NotebookError

    if language and language not in texts.LANGUAGES:
        stop(f"--language {language} is not known: use {' or '.join(texts.LANGUAGES)}.", UNUSABLE)
    try:
        with not_graded("the answer"):
            yield
    except NotebookError as error:
        stop(f"{error}.", UNUSABLE)


@contextmanager
def not_graded(what: str) -> Iterator[None]:
    """Ends a command that could not grade with one sentence; of ``what`` our own failure says nothing."""
    from autograder.running.broken import GraderBrokenError
    from autograder.running.confinement.offers import CannotConfineError

    try:
        yield
    except CannotConfineError as error:
        stop(f"Not graded: {error}.", UNUSABLE)
    except GraderBrokenError as error:
        stop(f"The grader itself failed; this says nothing about {what}: {error}", BROKEN)
