"""The command line: ``autograder --help``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="An auto-graded lesson on hidden layers, ReLU and optimizers.\n\n"
    "Learners: `autograder check my.ipynb`. Teachers: `autograder data` once, then nbgrader's own commands. "
    "Authors: `autograder release` and `autograder doctor`.",
    pretty_exceptions_enable=False,
)
console, errors = Console(), Console(stderr=True)

OK, FAILED, UNUSABLE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: all right; something is not right yet; the input cannot be used; our own failure; Ctrl-C."""


def _stop(message: str, code: int) -> NoReturn:
    errors.print(message, style="bold", markup=False, highlight=False)
    raise typer.Exit(code)


@app.command()
def data() -> None:
    """Make Fashion-MNIST available where Keras looks for it, and verify it.

    Takes what is there already, else what an installed `dataset-fashion-mnist` package of Debian or Ubuntu holds, else
    Keras's own download, else that package fetched and unpacked without root rights. Exits 1 when none of these works.
    """
    from autograder.running import data_files

    try:
        folder = data_files.make_available(lambda line: errors.print(line, markup=False, highlight=False))
    except data_files.DataNotFound as error:
        for reason in error.reasons:
            errors.print(f"  {reason}", style="dim", markup=False, highlight=False)
        _stop(str(error), FAILED)
    console.print(f"Fashion-MNIST is in {folder}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="A notebook of this course, or its .py export.", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write reports for machines to standard output.")] = False,
    language: Annotated[str, typer.Option(help="`ko` or `en`; by default the notebook's own.")] = "",
) -> None:
    """Run a notebook once and show what is right and what to try next.

    Exits 0 when every check passes, 1 when some do not, 2 when the file cannot be used, 3 when the grader itself fails.
    """
    from autograder.exercises import texts
    from autograder.reporting import feedback, text
    from autograder.running.cells import NotebookError
    from autograder.running.judge_process import GraderBrokenError
    from autograder.running.trial import Trial

    if language and language not in texts.LANGUAGES:
        _stop(f"--language {language} is not known: use {' or '.join(texts.LANGUAGES)}.", UNUSABLE)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    try:
        trial = Trial(notebook)
        with Progress(*columns, console=errors, transient=True) as progress:
            bar = progress.add_task(notebook.name, total=len(trial.notebook.cells))
            reports = trial.reports(on_cell=lambda number, _count: progress.update(bar, completed=number))
    except NotebookError as error:
        _stop(f"{error}.", UNUSABLE)
    except GraderBrokenError as error:
        _stop(f"The grader itself failed; this says nothing about the answer: {error}", BROKEN)
    if as_json:
        found = {name: report.as_json() for name, report in reports.items()}
        sys.stdout.write(json.dumps({"assignment": trial.assignment.name, "reports": found}, ensure_ascii=False) + "\n")
    else:
        for report in reports.values():
            words = text(feedback(report, language or trial.language), brief=True)
            console.print(words, markup=False, highlight=False, soft_wrap=True, end="")
        earned, points = sum(r.score for r in reports.values()), sum(r.points for r in reports.values())
        total = texts.label("total", language or trial.language)
        console.print(f"\n{total}: {earned:g} / {points:g}", style="bold", highlight=False)
    if any(report.score < report.points for report in reports.values()):
        raise typer.Exit(FAILED)


@app.command()
def release(
    course: Annotated[Path, typer.Argument(help="The course's folder, with nbgrader_config.py and source/.")] = Path(),
) -> None:
    """Generate `release/ko` and `release/en` from `source/`, through nbgrader itself."""
    from autograder.doors.nbgrader.releases import ReleaseError, generate

    try:
        for line in generate(course):
            errors.print(line, markup=False, highlight=False)
    except ReleaseError as error:
        _stop(str(error), FAILED)


@app.command()
def doctor(
    course: Annotated[Path, typer.Argument(help="The course's folder, with nbgrader_config.py and source/.")] = Path(),
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Run no notebook: texts, ids, points and releases only.")
    ] = False,
) -> None:
    """Examine the course: what is missing, out of date or wrong.

    Texts complete in both languages, ids and points agreeing, releases up to date; every source earns full marks, every
    release nothing, and none is BROKEN. Exits 1 when something is not right.
    """
    from autograder.doors.nbgrader.doctor import examine

    table = Table("", "examined", "finding", box=None)
    bad = 0
    with errors.status("examining …") as status:
        for finding in examine(course, quick=quick, on_step=lambda step: status.update(f"{step} …")):
            bad += not finding.fine
            table.add_row("✓" if finding.fine else "✗", finding.what, finding.says)
    console.print(table)
    if bad:
        _stop(f"{bad} finding(s) to mend.", FAILED)


def main() -> None:
    """Runs the command line; Ctrl-C ends it in one line."""
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        errors.print("stopped; nothing half-written was left")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
