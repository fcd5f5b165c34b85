"""The judge as its clients see it."""

from __future__ import annotations

import json
from functools import cache

from autograder.evidence import wire
from autograder.judging.verdicts import Report
from autograder.running.broken import GraderBrokenError
from autograder.running.served import Served

_SERVER = "autograder.running.judge_server"
_QUESTION_SECONDS = 300
QUESTIONS = 1_000
"""After so many questions another process goes on: Keras keeps some of every model, a third of a MiB a question."""


class JudgeProcess:
    """A judge in a process of its own."""

    def __init__(self) -> None:
        self._served, self._left = Served(_SERVER, _QUESTION_SECONDS), QUESTIONS

    def judge(self, question: str, bundle: bytes, seed: int) -> Report:
        """Judges one question by a packed bundle.

        Raises:
            GraderBrokenError: the judge died or took too long, or a check of ours failed.
            WireError: the bundle is damaged.
        """
        if not self._left:
            self._served.close()
            self._served, self._left = Served(_SERVER, _QUESTION_SECONDS), QUESTIONS
        self._left -= 1
        asked = {"question": question, "seed": seed, "bytes": len(bundle)}
        try:
            self._served.send(json.dumps(asked).encode() + b"\n" + bundle)
            answer = json.loads(self._served.line())
        except OSError as error:
            self.close()
            message = f"the judge stopped at {question}: {error} {self._served.said}"
            raise GraderBrokenError(message) from error
        if "damaged" in answer:
            raise wire.WireError(answer["damaged"])
        report = Report.from_json(answer)
        if report.broken:
            message = f"{question}: {'; '.join(report.broken)}"
            raise GraderBrokenError(message)
        return report

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._served.alive

    def end(self) -> None:
        """Ends the process at once, also while another thread waits for its report."""
        self._served.end()

    def close(self) -> None:
        """Ends the process."""
        self._served.close()


@cache
def _judges() -> list[JudgeProcess]:
    return []


def shared_judge() -> JudgeProcess:
    """This process's judge; a new one where the last has died."""
    judges = _judges()
    if not judges or not judges[-1].alive:
        judges.append(JudgeProcess())
    return judges[-1]
