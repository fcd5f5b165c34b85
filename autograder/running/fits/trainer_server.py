"""The trainer: serves requests until there are no more. It runs no learner code, and writes no file.

A request is one line, ``{"bytes": n}``, and n bytes. The answer is one line, ``{"name": ...}`` or ``{"refused": ...}``.
To a name, ``train`` or ``leave`` comes back; after ``train``, the answer is ``{"results": [[name, n], ...]}`` and the
bytes of all, each a sealed result. There is none when the training failed. A request of no bytes has no answer: it asks
for what can be done before the first training.
"""

from __future__ import annotations

import json
import os
from typing import IO, Any

from autograder.evidence.caps import WireError
from autograder.running.fits.request import unpack
from autograder.running.fits.sealed import key, seal

TRAIN, LEAVE = b"train\n", b"leave\n"
"""What comes back to a name: whether its result is wanted."""

REHEARSE = b'{"bytes": 0}\n'
"""The request of no bytes."""


def main(requests: int, answers: int, log: int) -> None:
    """Serves requests.

    Args:
        requests: file descriptor to read from.
        answers: file descriptor to write to.
        log: file descriptor for whatever libraries print.
    """
    for standard in (1, 2):
        os.dup2(log, standard)
    import keras

    from autograder.running.fits.known_data import KnownData
    from autograder.running.fits.rehearsal import rehearse

    data = KnownData()
    with os.fdopen(requests, "rb") as asking, os.fdopen(answers, "wb") as answering:
        for line in asking:
            if line == REHEARSE:
                rehearse(data)
            else:
                _serve(asking.read(json.loads(line)["bytes"]), data, asking, answering)
            keras.backend.clear_session()


def _serve(request: bytes, data: Any, asking: IO[bytes], answering: IO[bytes]) -> None:
    from autograder.running.fits.asked import Refused
    from autograder.running.fits.trainer import Training

    try:
        training = Training(unpack(request), data)
    except (Refused, WireError) as why:
        _say(answering, refused=str(why))
        return
    _say(answering, name=key(training.description).name)
    if asking.readline() == TRAIN:
        try:
            found = [(key(description), result.pack()) for description, result in training.run()]
        except Exception:  # noqa: BLE001 - it fails in the kernel, too, and says so there
            found = []
        sealed = {name.name: seal(content, name.opener) for name, content in found}
        _say(answering, results=[[name, len(data)] for name, data in sealed.items()])
        answering.write(b"".join(sealed.values()))
        answering.flush()


def _say(answering: IO[bytes], **facts: object) -> None:
    answering.write(json.dumps(facts).encode() + b"\n")
    answering.flush()
