"""What a learner's notebook shows, made safe to look at: nothing in it runs in the browser of whoever reads it.

It is capped, too, so that no page becomes too large to open and nothing here takes long.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

_TEXT = 20_000  # characters of one text
_MARKUP = 50_000  # characters of one piece of HTML or Markdown
_ALL_MARKUP = 500_000  # of a whole notebook
_IMAGE = 4 << 20  # characters of one image
_OUTPUTS = 200  # of a cell
_PLAIN_NAME = re.compile(r"[\w .()-]{1,200}")
_PICTURES = frozenset({"image/png", "image/jpeg"})
_MARKUP_KINDS = frozenset({"text/html", "text/markdown"})
_OWN = "application/vnd.autograder.report+json"
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
# What tables, coloured text and Markdown are made of.
_TAGS = frozenset(
    (
        "a abbr b blockquote br code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s small span strong sub "
        "sup table tbody td tfoot th thead tr u ul"
    ).split()
)
_ADDRESS = re.compile(r"https?:|mailto:|#", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]*")


def tame(notebook: NotebookNode) -> None:
    """Caps what is shown and takes out what a browser would run; works in place."""
    left = _ALL_MARKUP
    for cell in notebook.cells:
        pictures = _attachments(cell)
        cell.pop("attachments", None)
        if pictures and cell.cell_type == "markdown":
            cell["attachments"] = pictures
        if cell.cell_type == "code":
            cell.outputs = list(_outputs(cell.outputs))
            pieces = [
                (output.data, kind)
                for output in cell.outputs
                for kind in output.get("data", {})
                if kind in _MARKUP_KINDS
            ]
        else:
            pieces = [(cell, "source")]
        for holder, key in pieces:
            text = holder[key]
            left -= len(text)
            holder[key] = _unicode(_clean(text) if left >= 0 else html.escape(text[:_TEXT]))


def _unicode(text: str) -> str:
    """The text without halves of surrogate pairs, which cannot be written to a file."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _clean(text: str) -> str:
    if len(text) > _MARKUP:
        return html.escape(text[:_TEXT]) + " […]"
    try:
        return clean(text)
    except Exception:  # noqa: BLE001 - markup can be made that its parser cannot take
        return html.escape(text[:_TEXT])


def clean(markup: str) -> str:
    """HTML without what a browser would run or fetch by itself."""
    import bleach
    from bleach.css_sanitizer import CSSSanitizer

    cleaned: str = bleach.clean(
        markup,
        tags=_TAGS,
        attributes=_may_stay,
        protocols=["http", "https", "mailto", "data"],
        css_sanitizer=CSSSanitizer(),
    )
    return cleaned


def _may_stay(tag: str, name: str, value: str) -> bool:
    if name in {"class", "style", "title"}:
        return True
    if name in {"colspan", "rowspan"}:
        return tag in {"td", "th"}
    if name == "href":
        return tag == "a" and _ADDRESS.match(value) is not None
    return tag == "img" and (name == "alt" or (name == "src" and _PICTURE.fullmatch(value) is not None))


def _attachments(cell: NotebookNode) -> dict[str, dict[str, str]]:
    """The pictures pasted into a text."""
    given = cell.get("attachments")
    found: dict[str, dict[str, str]] = {}
    for name, kinds in given.items() if isinstance(given, dict) else ():
        pictures = dict(map(_capped, kinds.items())) if isinstance(kinds, dict) else {}
        pictures = {kind: data for kind, data in pictures.items() if kind in _PICTURES and data}
        if pictures and _PLAIN_NAME.fullmatch(str(name)):
            found[str(name)] = pictures
    return found


def _outputs(outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
    """The outputs worth keeping: well-formed ones, and all that was printed in one piece, as a terminal shows it."""
    printed: dict[str, list[str]] = {}
    kept = []
    for output in filter(_well_formed, outputs):
        if output.output_type != "stream":
            kept.append(output)
        elif output.name in printed:
            printed[output.name].append(output.text)
        else:
            printed[output.name] = [output.text]
            kept.append(output)
    for output in kept[-_OUTPUTS:]:
        if output.output_type == "stream":
            output.text = _as_in_a_terminal("".join(printed[output.name]))
        elif output.output_type == "error":
            output.ename, output.evalue = _unicode(output.ename[:_TEXT]), _unicode(output.evalue[:_TEXT])
            output.traceback = [_unicode(line[:_TEXT]) for line in output.traceback[-_OUTPUTS:]]
        else:
            output.metadata = {}
            output.data = {kind: value for kind, value in map(_capped, output.data.items()) if value}
        yield output


def _well_formed(output: NotebookNode) -> bool:
    """Whether an output holds what its kind holds; a kernel that was altered sends anything."""
    if output.output_type == "stream":
        return output.name in ("stdout", "stderr") and isinstance(output.text, str)
    if output.output_type == "error":
        texts = (output.ename, output.evalue, *output.traceback) if isinstance(output.traceback, list) else (None,)
        return all(isinstance(text, str) for text in texts)
    return isinstance(output.data, dict)


def _capped(item: tuple[str, Any]) -> tuple[str, Any]:
    """A kind of data and its value; an empty value for what is not kept."""
    kind, value = item
    if kind == _OWN:
        return kind, value
    if not isinstance(value, str):
        return kind, ""
    if kind in _PICTURES:
        return kind, value if len(value) <= _IMAGE and _BASE64.fullmatch(value) else ""
    if kind in {"text/plain", "text/latex"}:
        return kind, _unicode(value[:_TEXT])
    return kind, value if kind in _MARKUP_KINDS else ""


def _as_in_a_terminal(text: str) -> str:
    """The end of a text, which says most, without what carriage returns and backspaces overwrite."""
    cut = "[…]\n" if len(text) > _TEXT else ""
    lines = text[-_TEXT:].split("\n")
    kept: list[str] = []
    for character in "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines):
        if character != "\b":
            kept.append(character)
        elif kept and kept[-1] != "\n":
            kept.pop()
    return _unicode(cut + "".join(kept))
