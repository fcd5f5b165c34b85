"""Grades a class of stubs on a real Dask cluster: what do scheduler and client bear? By hand, not in CI.

    python tests/simulate_cluster.py [--stubs 10000] [--machines 100] [--cores 8] [--seconds 2.1]
                                     [--argument 30000] [--result 100000] [--width W] [--limit S]

Real: the scheduler and its connections, a worker for each machine with a thread for each core, ``DaskCrew``, a thread
for each submission under way, and the loop of ``autograder grade``. Not real: submissions, which sleep (0.5 to 1.5
times ``--seconds``) and give random bytes; preparing, judging and recording, which are nothing; and the network,
because all workers are in one process of this machine.

Prints a row of a Markdown table, and to standard error, after each tenth, the scheduler's processor time and the memory
of scheduler, client and workers.

    --width W    submissions under way at a time; by default twice as many as cores and one, as ``Classroom`` has it
    --limit S    to stop after so many seconds, and count what is done by then

With ``DASK_DISTRIBUTED__CLIENT__DIRECT_TO_WORKERS=1`` results come from workers and not through the scheduler.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

import dask
import psutil
from distributed import Client, Worker
from tasks import pause

from autograder.doors.nbgrader.grade import State, grade
from autograder.running.classroom.cluster import DaskCrew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

HEAD = (
    "stubs",
    "cores",
    "seconds each",
    "KB in, out",
    "under way",
    "took s",
    "stubs/s",
    "cores busy",
    "scheduler ms/stub",
    "client ms/stub",
    "its main thread",
    "workers ms/stub",
    "scheduler MB before, after",
    "client MB before, after",
)


@dataclass
class Room:
    """``Classroom`` without a store and judges."""

    crew: DaskCrew
    width: int
    argument: bytes
    anew: bool = True

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(self.width)

    def hand_in(self, learner: str, _: Any) -> Future[bool]:
        return self._threads.submit(lambda: bool(self.crew.run(learner, self.argument)))


class Desk:
    """A desk at which nothing takes any time."""

    def prepare(self, learner: str) -> str:
        return learner

    def record(self, _: str) -> str:
        return ""


@dataclass
class Use:
    """What a process has used: processor seconds and bytes of memory now."""

    seconds: float
    memory: int

    @classmethod
    def of(cls, process: psutil.Process) -> Use:
        times = process.cpu_times()
        return cls(times.user + times.system, process.memory_info().rss)


@contextmanager
def scheduler() -> Iterator[tuple[psutil.Process, str]]:
    """Dask's own scheduler, as its own command starts it."""
    with TemporaryDirectory() as scratch:
        place = Path(scratch, "scheduler.json")
        command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
        process = subprocess.Popen(
            [*command, "--no-dashboard", "--scheduler-file", place],
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},  # it unpacks what is submitted
        )
        while not (place.exists() and place.read_text(encoding="utf-8").endswith("}")):
            time.sleep(0.1)
        try:
            yield psutil.Process(process.pid), json.loads(place.read_text(encoding="utf-8"))["address"]
        finally:
            process.kill()
            process.wait()


async def _machines(address: str, machines: int, cores: int) -> None:
    # A hundred machines look after themselves; a hundred workers of one process would be busy with that alone.
    logging.disable()
    dask.config.set({"distributed.worker.profile.enabled": False, "distributed.admin.system-monitor.interval": "60s"})
    async with AsyncExitStack() as stack:
        for _ in range(machines):
            await stack.enter_async_context(Worker(address, nthreads=cores, memory_limit=0, dashboard=False))
        await asyncio.Event().wait()


def _run_machines(*arguments: Any) -> None:
    asyncio.run(_machines(*arguments))


@contextmanager
def workers(address: str, machines: int, cores: int) -> Iterator[psutil.Process]:
    """As many workers as machines, in one process."""
    process = multiprocessing.get_context("spawn").Process(target=_run_machines, args=(address, machines, cores))
    process.start()
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(machines, timeout=300)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.join()


def _held(dask_scheduler: Any) -> str:
    kinds = ("tasks", "task_groups", "task_prefixes")
    return ", ".join(f"{len(getattr(dask_scheduler, kind))} {kind}" for kind in kinds)


def simulate(options: argparse.Namespace) -> list[str]:
    """The row."""
    cores = options.machines * options.cores
    width = options.width or 2 * cores + 1
    learners = [f"learner{number:06}" for number in range(options.stubs)]
    client = psutil.Process()
    with ExitStack() as stack:
        scheduling, address = stack.enter_context(scheduler())
        working = stack.enter_context(workers(address, options.machines, options.cores))
        crew = DaskCrew(address, 1, partial(pause, options.seconds, options.result))
        stack.callback(crew.stop)
        assert crew.workers == cores
        desk, room = cast("Any", Desk()), cast("Any", Room(crew, width, bytes(options.argument)))
        processes = (scheduling, client, working)
        time.sleep(2)
        before = [Use.of(process) for process in processes]
        began, main_began = time.monotonic(), time.thread_time()
        outcomes = grade(
            desk, room, learners, on_step=lambda _: None, stopping=lambda: time.monotonic() > began + options.limit
        )
        done = threads = 0
        for done, outcome in enumerate(outcomes, 1):
            assert outcome.state is State.RUN, outcome
            if done % max(1, options.stubs // 10) == 0:
                threads = max(threads, threading.active_count())
                memory = ", ".join(f"{process.memory_info().rss / 1e6:.0f}" for process in processes)
                spent = Use.of(scheduling).seconds - before[0].seconds
                sys.stderr.write(f"{done}: {time.monotonic() - began:.1f} s, scheduler {spent:.1f} s, MB {memory}\n")
        took, main = time.monotonic() - began, time.thread_time() - main_began
        after = [Use.of(process) for process in processes]
        time.sleep(2)
        with Client(address, set_as_default=False) as other:
            held = other.run_on_scheduler(_held)
        left = ", ".join(f"{process.memory_info().rss / 1e6:.0f}" for process in processes)
        sys.stderr.write(f"the scheduler holds {held}; MB {left}; the client had {threads} threads\n")
    each = [1e3 * (now.seconds - then.seconds) / done for now, then in zip(after, before, strict=True)]
    memories = [f"{then.memory / 1e6:.0f}, {now.memory / 1e6:.0f}" for now, then in zip(after, before, strict=True)]
    busy = done * options.seconds / took / cores
    return [
        f"{done:,}",
        f"{cores:,}",
        f"{options.seconds:g}",
        f"{options.argument / 1e3:g}, {options.result / 1e3:g}",
        f"{width:,}",
        f"{took:.1f}",
        f"{done / took:.0f}",
        f"{busy:.0%}",
        f"{each[0]:.2f}",
        f"{each[1]:.2f}",
        f"{1e3 * main / done:.2f}",
        f"{each[2]:.2f}",
        *memories[:2],
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"stubs": 10_000, "machines": 100, "cores": 8, "argument": 30_000, "result": 100_000}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seconds", type=float, default=2.1)
    parser.add_argument("--width", type=int, default=0)
    parser.add_argument("--limit", type=float, default=float("inf"))
    row = simulate(parser.parse_args())
    sys.stdout.writelines(f"| {' | '.join(line)} |\n" for line in (list(HEAD), ["---"] * len(HEAD), row))


if __name__ == "__main__":
    main()
