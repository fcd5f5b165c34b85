"""Generates releases through nbgrader, one for each language."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from autograder.exercises import NAMES, texts

if TYPE_CHECKING:
    from collections.abc import Iterator


class ReleaseError(Exception):
    """A release could not be generated; one sentence."""


@contextmanager
def course_api(course: Path, language: str) -> Iterator[Any]:
    """Nbgrader's API for a course's folder, configured by its own ``nbgrader_config.py``.

    Raises:
        ReleaseError: there is no such file.
    """
    if not (course / "nbgrader_config.py").is_file():
        message = f"{course.resolve()} holds no nbgrader_config.py: run this in the course's folder, or name it."
        raise ReleaseError(message)
    kept = {name: os.environ.get(name) for name in ("AUTOGRADER_LANGUAGE", "PATH")}
    # nbgrader calls the program `alembic` to create a database; in a venv that is not activated it is not on PATH.
    tools = str(Path(sys.executable).parent)
    os.environ.update(AUTOGRADER_LANGUAGE=language, PATH=f"{tools}{os.pathsep}{kept['PATH'] or os.defpath}")
    try:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
        config.CourseDirectory.root = str(course.resolve())
        yield NbGraderAPI(config=config)
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def generate(course: Path, languages: tuple[str, ...] = texts.LANGUAGES) -> Iterator[str]:
    """Generates every assignment in every language; yields a line for each.

    Raises:
        ReleaseError: nbgrader refused; the message ends with what it said.
    """
    # The first language last: its texts are what the gradebook keeps.
    for language in reversed(languages):
        with course_api(course, language) as api:
            for name in NAMES:
                result = api.generate_assignment(name, force=True)
                if not result["success"]:
                    said = " ".join(str(result["error"] or result["log"]).split())[-400:]
                    message = f"nbgrader could not generate release/{language}/{name}: {said}"
                    raise ReleaseError(message)
                yield f"release/{language}/{name}"
