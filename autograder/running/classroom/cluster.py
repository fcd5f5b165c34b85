"""Workers on several machines, through Dask. They share nothing: each needs this package and the data files."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import platform
import signal
import threading
import time
import warnings
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import dask
from distributed import Client, LocalCluster
from distributed.scheduler import KilledWorker

from autograder.judging import dataset
from autograder.running.broken import GraderBrokenError
from autograder.running.classroom.crew import TRIES, Activity, StoppedError, WorkerKilledError
from autograder.running.classroom.perform import perform
from autograder.running.classroom.submission import versions

if TYPE_CHECKING:
    from collections.abc import Callable

LOCAL = "local"
_CONNECT_SECONDS = 30
_WORKERS_SECONDS = 60
_CLOSE_SECONDS = 5


class ClusterError(Exception):
    """The cluster cannot be used; the message is one sentence."""


class DaskCrew:
    """The workers of a Dask cluster; one that dies costs a retry, and a submission that kills several is set aside.

    Attributes:
        workers: how many submissions run at a time.
        equipment: what a worker has to have as this machine has it.
    """

    def __init__(self, address: str, workers: int, task: Callable[[bytes], bytes] = perform) -> None:
        """Connects to a cluster.

        Args:
            address: its scheduler's, such as ``tcp://host:8786``; ``local`` starts a cluster on this machine.
            workers: how many a cluster on this machine has.
            task: what they do.

        Raises:
            ClusterError: nobody answers, or there are no workers.
        """
        self._cluster = _local(workers) if address == LOCAL else None
        try:
            self._client = Client(self._cluster or address, timeout=_CONNECT_SECONDS, set_as_default=False)
            self._client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            message = f"No cluster with workers answers at {address} ({' '.join(str(error).split())[:200]})."
            raise ClusterError(message) from error
        self.workers = sum(self._client.nthreads().values())
        self._task = task
        self.equipment = _equipment()
        self._numbers = itertools.count()
        self._stopped = False
        self._lock = threading.Lock()
        self._under_way: dict[int, tuple[str, float]] = {}
        # A submission is sent once, so there is nothing to gain from what Dask proposes instead.
        warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)

    def run(self, learner: str, submission: bytes) -> bytes:
        """See ``Crew.run``."""
        number = next(self._numbers)
        with self._lock:
            self._under_way[number] = learner, time.monotonic()
        try:
            # The word that a key begins with is a kind of task to Dask, which keeps each for ever: one for everybody.
            key = f"submission-{number}"
            future = self._client.submit(_perform, self._task, submission, self.equipment, key=key, pure=False)
            result: bytes = future.result()
        except KilledWorker as error:
            raise WorkerKilledError from error
        except GraderBrokenError:
            raise
        except Exception as error:
            if self._stopped or isinstance(error, CancelledError):
                raise StoppedError from error
            message = f"a worker of the cluster failed ({type(error).__name__}: {error})"
            raise GraderBrokenError(message) from error
        else:
            return result
        finally:
            with self._lock:
                del self._under_way[number]

    def activities(self) -> list[Activity]:
        """Those that were handed in first; the scheduler takes them in this order."""
        now = time.monotonic()
        with self._lock:
            first = list(self._under_way.values())[: self.workers]
        return [Activity(learner, now - since) for learner, since in first]

    def stop(self) -> None:
        """Ends a cluster of this machine at once. Workers elsewhere end what they run, and what waits is taken back."""
        self._stopped = True
        with suppress(TimeoutError):
            self._client.close(timeout=_CLOSE_SECONDS)
        if self._cluster:
            for process in multiprocessing.active_children():
                process.kill()  # Dask would first ask, for seconds, those who are busy
            with suppress(TimeoutError):
                self._cluster.close(timeout=_CLOSE_SECONDS)


def _local(workers: int) -> Any:
    # The kernel has its own limits of memory; Dask would count what the worker itself has.
    with dask.config.set({"distributed.scheduler.allowed-failures": TRIES - 1}):
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
            preload=[__name__],
        )


def dask_setup(_: object) -> None:
    """A local worker's first act: Ctrl-C at the terminal is for whoever started it."""
    signal.signal(signal.SIGINT, lambda *_: None)


def _equipment() -> dict[str, Any]:
    """What a run's result depends on that a worker has to bring along."""
    return {"versions": versions(), "data files": dataset.directory().is_dir()}


def _perform(task: Callable[[bytes], bytes], submission: bytes, wanted: dict[str, Any]) -> bytes:
    """Runs a submission on a worker that is equipped like the client, so that it does not matter which one runs it."""
    here = _equipment()
    for part, value in wanted.items():
        if here[part] != value:
            message = f"the worker on {platform.node()} has other {part} than this machine: {here[part]}, not {value}"
            raise GraderBrokenError(message)
    return task(submission)
