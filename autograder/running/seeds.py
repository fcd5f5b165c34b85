"""Seeds of the inputs that learners' functions are probed with.

Nobody knows them in advance, and a re-run of the same answer draws the same.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from autograder.running.broken import GraderBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbformat import NotebookNode

SECRET_FILE = ".autograder-secret"  # noqa: S105 - its name
_BYTES = 32


class SecretError(GraderBrokenError):
    """The course's secret cannot be used; the message is one sentence with the remedy."""


def secret(folder: Path) -> bytes:
    """The secret of a course, kept in its folder; a new one is made where there is none.

    Raises:
        SecretError: the file is damaged, or cannot be read or written.
    """
    path = folder / SECRET_FILE
    try:
        if not path.exists():
            _make(path)
        found = bytes.fromhex(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path} cannot be used ({error}): make it readable, or delete it, and a new one is made"
        raise SecretError(message) from error
    if len(found) != _BYTES:
        message = f"{path} is damaged: delete it, and a new one is made"
        raise SecretError(message)
    return found


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=SECRET_FILE, encoding="utf-8") as draft:  # mode 0600
        draft.write(secrets.token_hex(_BYTES))
        draft.flush()
        try:
            os.link(draft.name, path)  # in one step, and never over one that another process has just made
        except FileExistsError:
            return


def seeds(
    secret: bytes, learner: str, assignment: str, notebook: NotebookNode, files: Mapping[str, bytes] | None = None
) -> Callable[[str], int]:
    """A function that gives each question's seed.

    The answer itself is part of the message: who learns the inputs of one run, from a table printed there, and hands in
    another answer, is asked with other inputs. A re-run of the same answer draws the same.

    Args:
        secret: the course's.
        learner: who handed in.
        assignment: the assignment's name.
        notebook: what was handed in; the source of its code cells counts.
        files: what was handed in beside it, by name.
    """
    code = hashlib.sha256()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            code.update(hashlib.sha256(cell.source.encode(errors="replace")).digest())
    for name, content in sorted((files or {}).items()):
        code.update(hashlib.sha256(name.encode(errors="replace")).digest() + hashlib.sha256(content).digest())

    def seed(question: str) -> int:
        message = f"{learner}\0{assignment}\0{question}\0{code.hexdigest()}"
        return int.from_bytes(hmac.digest(secret, message.encode(errors="replace"), "sha256")[:16])

    return seed
