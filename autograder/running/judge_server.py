"""The judge: serves requests until there are no more.

A request is one line of JSON, ``{"question": ..., "seed": ..., "bytes": n}``, and n bytes of a packed bundle; the
answer is one line of JSON: a report, or ``{"damaged": why}`` where the bytes are no bundle. The judge runs no learner
code, in an empty folder, and can import no file of a learner's.
"""

from __future__ import annotations

import gc
import json
import os
from typing import TYPE_CHECKING, Any

from autograder.evidence import Bundle, wire
from autograder.exercises import question

if TYPE_CHECKING:
    from autograder.judging.verdicts import Report


def main(requests: int, answers: int, log: int) -> None:
    """Serves requests.

    Args:
        requests: file descriptor to read requests from.
        answers: file descriptor to write reports to.
        log: file descriptor for whatever libraries print.
    """
    for standard in (1, 2):
        os.dup2(log, standard)
    gc.freeze()  # what is loaded stays: there is nothing to be found in it, and looking takes a tenth of the time
    with os.fdopen(requests, "rb") as asking, os.fdopen(answers, "w", encoding="utf-8") as answering:
        for line in asking:
            asked = json.loads(line)
            try:
                answer = _report(asked, asking.read(asked["bytes"])).as_json()
            except wire.WireError as error:
                answer = {"damaged": str(error)}
            answering.write(json.dumps(answer, ensure_ascii=False) + "\n")
            answering.flush()


def _report(asked: dict[str, Any], data: bytes) -> Report:
    bundle = wire.unpack(data)
    if not isinstance(bundle, Bundle):
        message = "it is no bundle"
        raise wire.WireError(message)
    return question(asked["question"]).judge(bundle, asked["seed"])
