"""When a file may have been saved."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from watchfiles import watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@contextmanager
def saves_of(path: Path) -> Iterator[Iterable[object]]:
    """Gives something for each change of the file, until the context is left.

    The folder is watched: Jupyter and most editors put a new file in the old one's place, which a watch of the file
    itself would not survive.
    """
    place, over = path.resolve(), threading.Event()
    try:
        yield watch(
            place.parent,
            watch_filter=lambda _, changed: changed == str(place),
            stop_event=over,
            recursive=False,
        )
    finally:
        over.set()
