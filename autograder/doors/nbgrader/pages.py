"""What teachers and learners see of texts in nbgrader's pages: Markdown whose HTML is clean.

A link in Markdown becomes HTML only when a page is written, so that this is the place to look at it.
"""

from __future__ import annotations

import html
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache, pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML

from autograder.doors.nbgrader.page_cells import Known, Page
from autograder.running.displayed import clean

if TYPE_CHECKING:
    from nbformat import NotebookNode


@pass_context
def markdown(context: Any, source: str) -> str:
    """Markdown as HTML, without what a browser would run: ``HTMLExporter.filters`` of nbgrader's configuration."""
    attachments = context.get("cell", {}).get("attachments")
    return _html(source, attachments) if attachments else _kept(source)


def _html(source: str, attachments: Any) -> str:
    try:
        return clean(_exporter().markdown2html({"cell": {"attachments": attachments}}, source))
    except Exception:  # noqa: BLE001 - a picture that is not there, markup that its parser cannot take
        return f"<pre>{html.escape(source)}</pre>"


@lru_cache(maxsize=1_024)
def _kept(source: str) -> str:
    """The same for the texts that every notebook of a class holds."""
    return _html(source, {})


@cache
def _exporter() -> HTMLExporter:
    return HTMLExporter()


class _Shortened(TemplateExporter):
    """Stands between ``HTMLExporter``, which tidies pages, and what writes them."""

    _page: Page
    _known = Known()

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Writes a page, without the cells whose tidy form is known."""
        page, resources = super().from_notebook_node(nb, resources, **kw)
        self._page = Page(page, self._known)
        return self._page.short, resources


class FeedbackExporter(HTMLExporter, _Shortened):
    """Does what is the same for a class once: ``GenerateFeedback.exporter_class`` of nbgrader's configuration."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Writes a page."""
        short, found = super().from_notebook_node(nb, resources, **kw)
        return self._page.whole(short), found

    def register_filter(self, name: str, jinja_filter: Any) -> Any:
        """Registers a filter; code that was coloured before is looked up."""
        if isinstance(jinja_filter, Highlight2HTML):
            jinja_filter = _Coloured(jinja_filter)
        return super().register_filter(name, jinja_filter)

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        environment.bytecode_cache = _COMPILED
        return environment


class _Coloured:
    """Code in colours; the same code is coloured once."""

    def __init__(self, colour: Highlight2HTML) -> None:
        self._colour = colour

    def __call__(self, source: str, language: str | None = None, metadata: Any = None) -> str:
        """Code as HTML."""
        if self._colour.extra_formatter_options or "magics_language" in (metadata or {}):
            coloured: str = self._colour(source, language, metadata)
            return coloured
        return _coloured(source, language, self._colour.pygments_lexer)


@lru_cache(maxsize=1_024)
def _coloured(source: str, language: str | None, lexer: str) -> str:
    coloured: str = Highlight2HTML(pygments_lexer=lexer)(source, language)
    return coloured


class _InMemory(BytecodeCache):
    """What was compiled, by template; nbconvert has a new environment for each notebook."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Any) -> None:
        """Looks a template up."""
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Any) -> None:
        """Keeps a template."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _InMemory()
