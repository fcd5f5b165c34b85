"""Runs and reports kept with the course, by content: an unchanged submission is neither run nor judged again.

    evidence/<assignment>/runs/<key>.zip         a run: evidence, and what its cells displayed
    evidence/<assignment>/runs/<key>.json        the reports on it, with the version of the checks that gave them
    evidence/<assignment>/learners/<name>.json   the key of the run a learner's marks come from
    evidence/<assignment>/graded/<name>.json     what was there when a learner was graded completely

Every file is complete or absent, whenever a process is killed.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from autograder import exercises, judging
from autograder.judging.verdicts import Report
from autograder.running.classroom.kept import DamagedError, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograder.running.classroom.kept import KeptRun

FOLDER = "evidence"


@dataclass(frozen=True)
class Judged:
    """A run with its reports by question."""

    run: KeptRun
    reports: dict[str, Report]


class EvidenceStore:
    """What is kept of one assignment."""

    def __init__(self, course: Path, assignment: str) -> None:
        """``course``: the course's folder."""
        self._root = course.resolve() / FOLDER / assignment

    def learners(self) -> list[str]:
        """Whose marks come from a run that was kept."""
        return sorted(path.stem for path in self._root.glob("learners/*.json"))

    def run(self, key: str) -> KeptRun | None:
        """The run of a submission; None where there is none, or it is damaged."""
        with suppress(OSError, DamagedError):
            return self._read_run(key)
        return None

    def keep_run(self, key: str, data: bytes) -> None:
        """Keeps what ``kept.pack`` gave."""
        self._write(f"runs/{key}.zip", data)

    def reports(self, key: str) -> dict[str, Report] | None:
        """The reports on a run; None where there are none, or checks have changed since."""
        found = self._json(f"runs/{key}.json")
        if found is None or found.get("checks") != version_of_checks():
            return None
        return {name: Report.from_json(report) for name, report in found["reports"].items()}

    def keep_reports(self, key: str, reports: Mapping[str, Report]) -> None:
        """Keeps the reports on a run."""
        found = {name: report.as_json() for name, report in reports.items()}
        self._write_json(f"runs/{key}.json", {"checks": version_of_checks(), "reports": found})

    def point(self, learner: str, key: str, language: str) -> None:
        """Notes which run a learner's marks come from; the run they came from before is dropped."""
        before = self._json(f"learners/{learner}.json") or {}
        self._write_json(f"learners/{learner}.json", {"run": key, "language": language})
        if before.get("run") not in (None, key):
            # Seeds are part of the content, and every learner has others: nobody else's marks come from it.
            for suffix in ("zip", "json"):
                (self._root / f"runs/{before['run']}.{suffix}").unlink(missing_ok=True)

    def read(self, learner: str) -> tuple[KeptRun, str]:
        """The run a learner's marks come from, and the language of the feedback.

        Raises:
            OSError, DamagedError: there is none, or it is damaged.
        """
        found = self._json(f"learners/{learner}.json")
        if found is None:
            message = f"nothing was kept of {learner}"
            raise DamagedError(message)
        return self._read_run(found["run"]), found["language"]

    def receipt(self, learner: str) -> dict[str, Any] | None:
        """What ``keep_receipt`` kept."""
        return self._json(f"graded/{learner}.json")

    def keep_receipt(self, learner: str, receipt: dict[str, Any] | None) -> None:
        """Keeps what was there when a learner was graded completely; None: it no longer holds."""
        if receipt is None:
            (self._root / f"graded/{learner}.json").unlink(missing_ok=True)
        else:
            self._write_json(f"graded/{learner}.json", receipt)

    def _read_run(self, key: str) -> KeptRun:
        return unpack((self._root / f"runs/{key}.zip").read_bytes())

    def _json(self, name: str) -> dict[str, Any] | None:
        with suppress(OSError, ValueError):
            found = json.loads((self._root / name).read_text(encoding="utf-8"))
            return found if isinstance(found, dict) else None
        return None

    def _write_json(self, name: str, content: dict[str, Any]) -> None:
        self._write(name, json.dumps(content, ensure_ascii=False, indent=1).encode(errors="replace"))

    def _write(self, name: str, data: bytes) -> None:
        place = self._root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, prefix=".incoming-", delete=False) as draft:
            draft.write(data)
        Path(draft.name).replace(place)


@cache
def version_of_checks() -> str:
    """A hash of everything that turns evidence into reports: when a check is corrected, reports are made anew."""
    content = hashlib.sha256()
    for room in (judging, exercises):
        folder = Path(str(room.__file__)).parent
        for path in sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".toml", ".csv", ".json"}):
            content.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return content.hexdigest()
