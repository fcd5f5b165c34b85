"""Writes feedback through templates."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograder.reporting.feedback import Feedback

_CODE = re.compile(r"`([^`]+)`")


@cache
def _templates() -> Environment:
    loader = PackageLoader("autograder.reporting")
    environment = Environment(
        loader=loader,
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    return environment


def _code(text: str) -> Markup:
    """Turns `code` between backticks into HTML; all else is escaped."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just before


def text(feedback: Feedback, *, brief: bool = False) -> str:
    """For a terminal; ``brief`` leaves out what passed."""
    return _templates().get_template("feedback.txt.j2").render(feedback=feedback, brief=brief)


def markdown(feedback: Feedback) -> str:
    """For front ends that show Markdown only."""
    return _templates().get_template("feedback.md.j2").render(feedback=feedback)


def html(feedback: Feedback) -> str:
    """For notebooks and nbgrader's feedback: readable in light and dark themes and without colour."""
    return _templates().get_template("feedback.html.j2").render(feedback=feedback)


def progress_html(rows: Iterable[tuple[str, str, str]], total: str, labels: dict[str, str]) -> str:
    """A notebook's questions: rows of title, score and state."""
    return _templates().get_template("progress.html.j2").render(rows=list(rows), total=total, labels=labels)


def progress_text(rows: Iterable[tuple[str, str, str]], total: str, labels: dict[str, str]) -> str:
    """The same as plain text."""
    return _templates().get_template("progress.txt.j2").render(rows=list(rows), total=total, labels=labels)
