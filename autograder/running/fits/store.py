"""The folder of results: one file for each. Trusted processes write it, kernels read it."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from autograder.evidence.caps import MAX_BYTES

FOLDER = "fits"
"""The store's folder in a course's folder."""

"""Where a confined process sees it."""

_NAME = re.compile(r"[0-9a-f]{64}")


class FitStore:
    """Results by name. A second result of one name is the same result, so that writers need not wait for each other."""

    def __init__(self, folder: str | Path) -> None:
        """``folder``: where they lie."""
        self._folder = Path(folder)

    def make(self) -> FitStore:
        """Makes the folder, as kernels need it: they run as another user."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o755)
        return self

    def __contains__(self, name: str) -> bool:
        return self._place(name).is_file()

    def read(self, name: str) -> bytes | None:
        """The result of that name; None when there is none that can be read."""
        try:
            with self._place(name).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError:
            return None
        return data if len(data) <= MAX_BYTES else None

    def write(self, name: str, data: bytes) -> None:
        """Writes a result, in one step."""
        place = self._place(name)
        if not place.parent.is_dir():
            place.parent.mkdir(exist_ok=True)
            place.parent.chmod(0o755)
        with NamedTemporaryFile(dir=place.parent, prefix=".incoming-", delete=False) as draft:
            written = Path(draft.name)
            try:
                draft.write(data)
                draft.flush()
                written.chmod(0o644)
                written.replace(place)
            except BaseException:
                with suppress(OSError):
                    written.unlink()
                raise

    def _place(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            message = f"no name of a result: {name!r:.80}"
            raise ValueError(message)
        return self._folder / name[:2] / name
