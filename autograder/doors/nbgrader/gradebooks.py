"""nbgrader's way to the gradebook, for a process that records a whole class."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import nbgrader.api

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_engine() -> Iterator[None]:
    """Inside, all of nbgrader's gradebooks at one address share an engine.

    nbgrader opens the gradebook fifteen times for a submission. Each time, a new engine would compile every statement
    anew. A gradebook that is closed closes the engine's connections, as before.
    """
    create = nbgrader.api.create_engine
    nbgrader.api.create_engine = cache(create)
    try:
        yield
    finally:
        nbgrader.api.create_engine = create
