"""The command line: ``autograder --help``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.doors.commands.bench import bench
from autograder.doors.commands.grade import grade
from autograder.doors.commands.terminal import (
    FAILED,
    INTERRUPTED,
    UNUSABLE,
    Course,
    Language,
    Notebook,
    Unconfined,
    console,
    errors,
    for_learners,
    stop,
)
from autograder.doors.commands.warm import warm
from autograder.doors.commands.watch import watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.doors.nbgrader.rejudge import Change

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="An auto-graded lesson on hidden layers, ReLU and optimizers.\n\n"
    "Learners: `autograder check my.ipynb`, or `autograder watch my.ipynb` while you work. "
    "Teachers: `autograder data` once, then nbgrader's own commands, and "
    "`autograder grade` for a whole class. "
    "Authors: `autograder release` and `autograder doctor`.",
    pretty_exceptions_enable=False,
)
app.command()(grade)
app.command()(warm)
app.command()(watch)
app.command()(bench)


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
        stop(str(error), FAILED)
    console.print(f"Fashion-MNIST is in {folder}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def check(
    notebook: Notebook,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write reports for machines to standard output.")] = False,
    language: Language = "",
    unconfined: Unconfined = False,
) -> None:
    """Run a notebook once and show what is right and what to try next.

    Exits 0 when every check passes, 1 when some do not, 2 when the file cannot be used, 3 when the grader itself fails.
    """
    from autograder.exercises import texts
    from autograder.reporting import feedback, text
    from autograder.running.trial import Trial

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with for_learners(language):
        trial = Trial(notebook, confined=not unconfined)
        with Progress(*columns, console=errors, transient=True) as progress:
            bar = progress.add_task(notebook.name, total=len(trial.notebook.cells))
            reports = trial.reports(on_cell=lambda number, _count: progress.update(bar, completed=number))
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
    course: Course = Path(),
) -> None:
    """Generate `release/ko` and `release/en` from `source/`, through nbgrader itself."""
    from autograder.doors.nbgrader.releases import ReleaseError, generate

    try:
        for line in generate(course):
            errors.print(line, markup=False, highlight=False)
    except ReleaseError as error:
        stop(str(error), FAILED)


@app.command()
def doctor(
    course: Course = Path(),
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Run no notebook: texts, ids, points and releases only.")
    ] = False,
    confinement: Annotated[
        bool, typer.Option("--confinement", help="Only try what this machine offers to confine learners' code.")
    ] = False,
    unconfined: Unconfined = False,
) -> None:
    """Examine the course: what is missing, out of date or wrong.

    Texts complete in both languages, ids and points agreeing, releases up to date; every source earns full marks, every
    release nothing, and none is BROKEN. Exits 1 when something is not right.
    """
    if confinement:
        _confinement()
        return
    from autograder.doors.nbgrader.doctor import examine

    table = Table("", "examined", "finding", box=None)
    bad = 0
    with errors.status("examining …") as status:
        for finding in examine(
            course, quick=quick, on_step=lambda step: status.update(f"{step} …"), confined=not unconfined
        ):
            bad += not finding.fine
            table.add_row("✓" if finding.fine else "✗", finding.what, finding.says)
    console.print(table)
    if bad:
        stop(f"{bad} finding(s) to mend.", FAILED)


def _confinement() -> None:
    """Shows each part of the walls, tried from inside."""
    from autograder.running.confinement.offers import offers

    table = Table("", "part", "seen", box=None)
    found = list(offers())
    for offer in found:
        table.add_row("✓" if offer.holds else "✗", offer.part, offer.seen)
    console.print(table)
    if not all(offer.holds for offer in found):
        stop("This machine cannot confine learners' code: grading needs --unconfined here.", FAILED)


@app.command()
def rejudge(
    assignment: Annotated[str, typer.Argument(help="The assignment, such as hidden_layer.", show_default=False)],
    course: Course = Path(),
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Write the new marks without asking; else you are asked first.")
    ] = False,
) -> None:
    """Mark a class again from the evidence that was kept, without running a notebook.

    For when a check was corrected after the class was graded. Shows every mark that would change, and writes the
    changes into the gradebook and the graded notebooks when you say so; `nbgrader generate_feedback --force` then
    writes the new feedback. Exits 1 when somebody's evidence could not be judged.
    """
    from autograder.doors.nbgrader.rejudge import rejudge as judge
    from autograder.doors.nbgrader.rejudge import write as record
    from autograder.doors.nbgrader.releases import ReleaseError, course_api
    from autograder.exercises import NAMES, texts

    if assignment not in NAMES:
        stop(f"There is no assignment {assignment}: use one of {', '.join(NAMES)}.", UNUSABLE)
    try:
        with course_api(course, texts.LANGUAGES[0]) as api:
            with errors.status("judging …") as status:
                found = judge(
                    api,
                    course.resolve(),
                    assignment,
                    lambda learner, number, count: status.update(f"judging {learner} ({number} of {count}) …"),
                )
            if not found:
                stop(f"{course.resolve()} holds no evidence of {assignment}: nbgrader autograde keeps it.", UNUSABLE)
            changed = [item for item in found if item.changes]
            _show_changes([change for item in changed for change in item.changes])
            lost = [item for item in found if item.problem]
            for item in lost:
                errors.print(f"{item.learner} could not be judged: {item.problem}", markup=False, highlight=False)
            if changed and (write or typer.confirm("Write these marks?", default=False)):
                for item in changed:
                    record(api, assignment, item)
                console.print("Written. `nbgrader generate_feedback --force` writes the new feedback.", markup=False)
    except ReleaseError as error:
        stop(str(error), UNUSABLE)
    if lost:
        raise typer.Exit(FAILED)


def _show_changes(changes: Sequence[Change]) -> None:
    if not changes:
        console.print("No mark changes.")
        return
    table = Table("learner", "question", "now", "new", box=None)
    for change in changes:
        now = "–" if change.before is None else f"{change.before:g}"
        table.add_row(change.learner, change.question, now, f"{change.after:g}")
    console.print(table)


def main() -> None:
    """Runs the command line; Ctrl-C ends it in one line."""
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        errors.print("stopped; nothing half-written was left")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
