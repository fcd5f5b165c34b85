"""The trainers as the grader sees them: started when first needed, for many notebooks, ended with them."""

from __future__ import annotations

import json
import os
import threading
from contextlib import nullcontext, suppress
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING

from autograder.running.fits.trainer_server import LEAVE, REHEARSE, TRAIN
from autograder.running.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from autograder.running.fits.store import FitStore

_ANSWER_SECONDS = 300
_RESULT_BYTES = 64 << 20
_AT_ONCE = min(2, os.cpu_count() or 1)  # one needs up to 2 GB
_PATIENCE_SECONDS = 2.5  # a training of the lesson takes 1 to 3, and a new trainer 2 to get ready
_LOOK_SECONDS = 0.2
_SERVER = "autograder.running.fits.trainer_server"


class Trainers:
    """Trainers in processes of their own; behind walls, where the machine has them. Each has one request at a time.

    Attributes:
        trained: results that were written.
        said: why the last request was refused, or what went wrong with it; else empty.
        waiting: entered while a request waits for a trainer that is at work.
    """

    def __init__(self, store: FitStore) -> None:
        """``store``: where results are written, by this process."""
        self._store = store
        self._places = threading.Semaphore(_AT_ONCE)
        self._free: LifoQueue[Served] = LifoQueue()  # the one that has worked last is the warmest
        self._all: list[Served] = []
        self._changing = threading.Lock()
        self._begun = False
        self.trained = 0
        self.said = ""
        self.waiting: Callable[[], AbstractContextManager[None]] = nullcontext

    def begin(self) -> None:
        """Has a trainer get ready before it is needed, once; returns at once."""
        with self._changing:
            begun, self._begun = self._begun, True
        if not begun:
            threading.Thread(target=self._begin, name="fits", daemon=True).start()

    def _begin(self) -> None:
        try:
            if served := self._another():
                served.send(REHEARSE)
                self._free.put(served)
        except OSError as error:
            self.said = f"{type(error).__name__}: {error}"  # who needs one tries again

    def serve(self, request: bytes) -> bool:
        """Has a request carried out, unless it was before; whether its result is in the store now."""
        served = None
        try:
            served = self._take()
            done = self._serve(served, request)
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.said = f"{type(error).__name__}: {error}"
            if served:
                self._let_go(served)
            return False
        self._free.put(served)
        return done

    def _take(self) -> Served:
        """A trainer that is free; another one only for who has waited long for those there are."""
        with suppress(Empty):
            return self._free.get_nowait()
        if not (self._begun or self._all) and (served := self._another()):
            return served
        while True:
            with suppress(Empty), self.waiting():
                return self._free.get(timeout=_PATIENCE_SECONDS)
            if served := self._another():
                return served

    def _another(self) -> Served | None:
        if not self._places.acquire(blocking=False):
            return None
        try:
            served = Served(_SERVER, _ANSWER_SECONDS)
        except BaseException:
            self._places.release()
            raise
        with self._changing:
            self._all.append(served)
        return served

    def _let_go(self, served: Served) -> None:
        served.close()
        with self._changing:
            self._all.remove(served)
        self._places.release()

    def close(self) -> None:
        """Ends the processes, each when it has finished what it is at."""
        while self._all:
            with suppress(Empty):
                self._let_go(self._free.get(timeout=_LOOK_SECONDS))
        self._begun = False

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
            with self._changing:
                self.trained += 1
        return name in self._store
