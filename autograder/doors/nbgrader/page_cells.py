"""The cells of a page that nbconvert tidies: those it has tidied before are left out, and put back afterwards.

nbconvert reads every finished page with Beautiful Soup and writes it again, which takes as long as all that comes
before. Most cells stand in every page of a class. What becomes of a cell depends on nothing around it where it opens
and closes its own tags and no others; a page that holds any other cell is tidied whole.
"""

from __future__ import annotations

import re
import secrets
from html.parser import HTMLParser

_CELL = re.compile(r'(?=<div [^<>]*class="cell border-box-sizing )')
# How often a notebook ran before this cell: what differs in cells that are the same otherwise.
_COUNT = re.compile(r'(?<=put_prompt">)(\s*(?:In&nbsp;|Out)\[)(\d+)(?=\]:)')
# Nobody can write these into a cell.
_ANY_COUNT = f"0{secrets.token_hex(16)}"
_MARK = f"<!--{_ANY_COUNT}-->"
# Tags that may be open where cells stand: in these, nothing is read or written otherwise.
_AROUND = {"html", "body", "main", "div"}
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
_CHARACTERS = 1 << 24  # a class has a few hundred cells, and figures of up to 150,000 characters


class _Tags(HTMLParser):
    """Reads as Beautiful Soup does, and notes what one part of a page could do to another.

    Attributes:
        open: tags that were opened and not closed.
        alone: whether nothing else reaches beyond the part.
        counted: pictures without a description: nbconvert says how many of them a page has.
        empty: tags that have no end, with how they were written: some versions of Beautiful Soup take the end of
            ``<br/>`` for that of a ``<br>`` before.
    """

    def __init__(self, part: str) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.alone, self.counted = True, 0
        self.empty: set[tuple[str, bool]] = set()
        self.feed(part)
        self.alone &= not self.rawdata and self.cdata_elem is None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what is opened."""
        if tag in _EMPTY:
            self._is_empty(tag, attrs, closed=False)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what is opened and closed at once."""
        if tag in _EMPTY:
            self._is_empty(tag, attrs, closed=True)

    def _is_empty(self, tag: str, attrs: list[tuple[str, str | None]], *, closed: bool) -> None:
        self.empty.add((tag, closed))
        self.counted += tag == "img" and all(name != "alt" for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        """Notes what is closed."""
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.alone = False

    @property
    def stand_in(self) -> str:
        """What is counted as the whole part would be."""
        return ("<img>" if ("img", False) in self.empty else "<img/>") * self.counted

    def handle_pi(self, data: str) -> None:  # noqa: ARG002 - the overridden method's signature
        """Notes what no cell of ours holds."""
        self.alone = False

    def unknown_decl(self, data: str) -> None:  # noqa: ARG002
        """Likewise."""
        self.alone = False


class Known:
    """What became of cells; the latest of them."""

    def __init__(self) -> None:
        self._cells: dict[str, tuple[str, _Tags]] = {}
        self._characters = 0

    def get(self, cell: str) -> tuple[str, _Tags] | None:
        """A cell's tidy form, and its tags; None where it is not known."""
        found = self._cells.pop(cell, None)
        if found:
            self._cells[cell] = found  # to be forgotten last
        return found

    def keep(self, cell: str, tidy: str, tags: _Tags) -> None:
        """Keeps a cell, and forgets those that were not met for longest."""
        if cell not in self._cells:
            self._characters += len(cell)
        self._cells[cell] = tidy, tags
        while self._characters > _CHARACTERS:
            oldest = next(iter(self._cells))
            del self._cells[oldest]
            self._characters -= len(oldest)


class Page:
    """A page.

    Attributes:
        short: the page without the cells that are known, to be tidied.
    """

    def __init__(self, page: str, known: Known) -> None:
        self._known = known
        self._cells: list[tuple[str, str | None, _Tags]] = []
        self._counts: list[str] = []
        head, *cells = _CELL.split(page)
        end = cells.pop() if cells else ""  # and what follows it
        for numbered in cells:
            cell, count = _uncounted(numbered)
            tidy, tags = known.get(cell) or (None, _Tags(cell))
            self._cells.append((cell, tidy, tags))
            self._counts.append(count)
        if "jp-Notebook" in page or not self._apart(_Tags(head), _Tags(end)):
            self._cells = []
        if self._cells:
            # A mark before each cell and one after the last.
            parts = (cell if tidy is None else tags.stand_in for cell, tidy, tags in self._cells)
            page = _MARK.join([head, *parts, end])
        self.short = page

    def _apart(self, head: _Tags, end: _Tags) -> bool:
        """Whether no part of the page does anything to another."""
        parts = [tags for _, _, tags in self._cells]
        empty = set().union(head.empty, end.empty, *(tags.empty for tags in parts))
        return (
            head.alone
            and _AROUND.issuperset(head.open)
            and all(tags.alone and not tags.open for tags in parts)
            and len({tag for tag, _ in empty}) == len(empty)
        )

    def whole(self, short: str) -> str:
        """The whole page, of what the short one became.

        Raises:
            ValueError: comments were lost on the way, which nbconvert keeps.
        """
        if not self._cells:
            return short
        head, *parts = short.split(_MARK)
        *parts, end = parts
        found = [head]
        for (cell, tidy, tags), part, count in zip(self._cells, parts, self._counts, strict=True):
            if tidy is None:
                self._known.keep(cell, part, tags)
            found.append((part if tidy is None else tidy).replace(_ANY_COUNT, count))
        return "".join([*found, end])


def _uncounted(cell: str) -> tuple[str, str]:
    """A cell with something else in place of its number, and the number."""
    counts = {match[2] for match in _COUNT.finditer(cell)}
    if len(counts) != 1:
        return cell, _ANY_COUNT
    return _COUNT.sub(rf"\g<1>{_ANY_COUNT}", cell), counts.pop()
