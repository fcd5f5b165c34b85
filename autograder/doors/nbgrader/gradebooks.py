"""nbgrader's way to the gradebook, for a process that records a whole class."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nbgrader.api import Gradebook
from sqlalchemy.orm import scoped_session, sessionmaker

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_engine() -> Iterator[None]:
    """Inside, nbgrader's gradebooks of one course at one address share an engine.

    nbgrader opens the gradebook fifteen times for a submission. Each time it would look for every table and for the
    course, and a new engine would compile every statement anew. Each gradebook has a session of its own, as before.
    """
    engines: dict[tuple[str, str], Any] = {}
    first, close = Gradebook.__init__, Gradebook.close

    def begin(self: Any, db_url: str, course_id: str = "default_course", authenticator: Any = None) -> None:
        if (db_url, course_id) in engines:
            self.engine = engines[db_url, course_id]
            self.db = scoped_session(sessionmaker(autoflush=True, bind=self.engine, future=True))
            self.course_id, self.authenticator = course_id, authenticator
        else:
            first(self, db_url, course_id, authenticator)
            engines[db_url, course_id] = self.engine

    Gradebook.__init__, Gradebook.close = begin, lambda self: self.db.remove()
    try:
        yield
    finally:
        Gradebook.__init__, Gradebook.close = first, close
        for engine in engines.values():
            engine.dispose()
