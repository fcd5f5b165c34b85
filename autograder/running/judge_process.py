"""The judge as its clients see it: started when first needed, one for many notebooks, ended with them."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from autograder.evidence import wire
from autograder.judging.verdicts import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograder.evidence import Bundle


class GraderBrokenError(Exception):
    """Our own failure: no score may be recorded. The message says what failed."""


class JudgeProcess:
    """A judge in a process of its own."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="judge-")
        environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONUTF8": "1"}
        self._log = (Path(self._folder.name) / "log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "autograder.running.judge_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=self._folder.name,
            env=environment,
            encoding="utf-8",
        )

    def judge(self, bundle: Bundle, seed: int) -> Report:
        """Judges one question.

        Raises:
            GraderBrokenError: the judge died, or a check of ours failed.
        """
        place = Path(self._folder.name) / "bundle"
        place.write_bytes(wire.pack(bundle))
        asked = {"question": bundle.question, "seed": seed, "bundle": str(place)}
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]
            line = self._process.stdout.readline()  # type: ignore[union-attr]
        except OSError:
            line = ""
        if not line:
            self._log.seek(0)
            said = " ".join(self._log.read()[-600:].split())
            message = f"the judge stopped at {bundle.question}: {said}"
            raise GraderBrokenError(message)
        report = Report.from_json(json.loads(line))
        if report.broken:
            message = f"{bundle.question}: {'; '.join(report.broken)}"
            raise GraderBrokenError(message)
        return report

    def judge_all(self, bundles: Mapping[str, Bundle], seed: int) -> dict[str, Report]:
        """Judges several questions."""
        return {name: self.judge(bundle, seed) for name, bundle in bundles.items()}

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.communicate()
        self._log.close()
        self._folder.cleanup()


@cache
def _judges() -> list[JudgeProcess]:
    return []


def shared_judge() -> JudgeProcess:
    """This process's judge; a new one where the last has died."""
    judges = _judges()
    if not judges or not judges[-1].alive:
        judges.append(JudgeProcess())
        atexit.register(judges[-1].close)
    return judges[-1]
