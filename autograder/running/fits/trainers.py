"""The trainers as the grader sees them: started when first needed, for many notebooks, ended with them."""

from __future__ import annotations

import json
import os
import threading
from queue import LifoQueue
from typing import TYPE_CHECKING

from autograder.running.fits.trainer_server import LEAVE, REHEARSE, TRAIN
from autograder.running.served import Served

if TYPE_CHECKING:
    from autograder.running.fits.store import FitStore

_ANSWER_SECONDS = 300
_RESULT_BYTES = 64 << 20
_AT_ONCE = min(2, os.cpu_count() or 1)  # one needs up to 2 GB
_SERVER = "autograder.running.fits.trainer_server"


class Trainers:
    """Trainers in processes of their own; behind walls, where the machine has them. Each has one request at a time.

    Attributes:
        trained: results that were written.
        said: why the last request was refused, or what went wrong with it; else empty.
    """

    def __init__(self, store: FitStore) -> None:
        """``store``: where results are written, by this process."""
        self._store = store
        # The one that has worked last comes first: another one is started only while all others are at work.
        self._free: LifoQueue[Served | None] = LifoQueue()
        for _ in range(_AT_ONCE):
            self._free.put(None)
        self.trained, self._counting = 0, threading.Lock()
        self._begun = False
        self.said = ""

    def begin(self) -> None:
        """Has a trainer get ready before it is needed; returns at once. Where there is one, nothing happens."""
        with self._counting:
            begun, self._begun = self._begun, True
        if not begun:
            threading.Thread(target=self._begin, name="fits", daemon=True).start()

    def _begin(self) -> None:
        served = self._free.get()
        try:
            if served is None:
                served = Served(_SERVER, _ANSWER_SECONDS)
                served.send(REHEARSE)
        except OSError as error:
            self.said = f"{type(error).__name__}: {error}"  # who needs it tries again
        finally:
            self._free.put(served)

    def serve(self, request: bytes) -> bool:
        """Has a request carried out, unless it was before; whether its result is in the store now."""
        served = self._free.get()
        try:
            served = served or Served(_SERVER, _ANSWER_SECONDS)
            return self._serve(served, request)
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.said = f"{type(error).__name__}: {error}"
            if served:
                served.close()
                served = None  # the next request gets a new one
            return False
        finally:
            self._free.put(served)

    def close(self) -> None:
        """Ends the processes, each when it has finished what it is at."""
        for _ in range(_AT_ONCE):
            served = self._free.get()
            if served:
                served.close()
        for _ in range(_AT_ONCE):
            self._free.put(None)

    def _serve(self, served: Served, request: bytes) -> bool:
        served.send(json.dumps({"bytes": len(request)}).encode() + b"\n" + request)
        answer = json.loads(served.line())
        self.said = str(answer.get("refused", ""))
        if self.said:
            return False
        name = str(answer["name"])
        if name in self._store:
            served.send(LEAVE)
            return True
        served.send(TRAIN)
        for found, size in json.loads(served.line())["results"]:
            if type(size) is not int or not 0 <= size <= _RESULT_BYTES:
                raise ValueError(size)
            self._store.write(found, served.exactly(size))
            with self._counting:
                self.trained += 1
        return name in self._store
