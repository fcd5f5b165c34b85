"""Runs a notebook in a kernel and takes evidence at each check cell.

Check cells are not run: the collector runs in their place, and what it takes is read when the kernel is gone. Whatever
a notebook does, the run ends within its limits and gives a bundle for each question asked.
"""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_output

from autograder.evidence import Bundle, Crash, Evidence, Missing, Request, wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbformat import NotebookNode

_PREPARE = """
import sys
sys.path[:] = [place for place in sys.path if place not in ("", {cwd!r})] + [""]
import autograder.evidence.collect
import autograder.evidence.watch
autograder.evidence.watch.WATCH.start(get_ipython())
"""
# Files beside a notebook can be imported, but do not shadow what is installed.
_COLLECT = '__import__("autograder.evidence.collect", fromlist=["answer"]).answer({request!r}, {answer!r}, globals())'
_TIMEOUT = {"ename": "CellTimeoutError", "evalue": "", "traceback": []}
_RESPONSE_SECONDS = 20
_OUTPUT_CHARACTERS = 20_000


@dataclass(frozen=True)
class Limits:
    """What a notebook may take.

    Attributes:
        cell_seconds: for one cell; then it is interrupted, and the next one runs.
        notebook_seconds: for all cells together; then the kernel is ended.
    """

    cell_seconds: int = 180
    notebook_seconds: int = 1_800


@dataclass
class Run:
    """What a run gave.

    Attributes:
        notebook: the notebook with the outputs of its cells.
        bundles: evidence for each question asked.
        stopped: why the run ended before its last cell; empty when it did not.
    """

    notebook: NotebookNode
    bundles: dict[str, Bundle] = field(default_factory=dict)
    stopped: str = ""


class _Client(NotebookClient):
    """Notices time-outs, which nbclient reports in a reply only."""

    timed_out = False

    async def on_cell_reply(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:  # noqa: ARG002
        content = execute_reply["content"]
        self.timed_out = content["status"] == "error" and content["ename"] == _TIMEOUT["ename"]


def run_notebook(  # noqa: PLR0913 - each is one thing a door decides
    notebook: NotebookNode,
    requests: Mapping[int, Request],
    *,
    folder: Path,
    limits: Limits,
    late: tuple[Request, ...] = (),
    on_cell: Callable[[int, int], None] | None = None,
) -> Run:
    """Runs ``notebook`` in place.

    Args:
        notebook: its code cells get their outputs.
        requests: what to take at the cell of each index, instead of running it.
        folder: the kernel's working folder.
        limits: time limits.
        late: what to take after the last cell.
        on_cell: called with a cell's number and the number of cells before each runs.
    """
    with TemporaryDirectory(prefix="evidence-") as scratch:
        runner = _Runner(notebook, Path(scratch), folder, limits)
        runner.run(requests, late, on_cell)
        everything = (*requests.values(), *late)
        return Run(notebook, {request.question: runner.bundle(request) for request in everything}, runner.stopped)


class _Runner:
    def __init__(self, notebook: NotebookNode, scratch: Path, folder: Path, limits: Limits) -> None:
        self.notebook, self.scratch, self.limits, self.folder = notebook, scratch, limits, folder
        self.stopped = ""
        self._timed_out: str | None = None
        self._timeouts: dict[str, Crash] = {}
        self._deadline = time.monotonic() + limits.notebook_seconds
        self._client = _Client(
            notebook,
            allow_errors=True,
            coalesce_streams=True,
            error_on_timeout=_TIMEOUT,
            interrupt_on_timeout=True,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
            timeout_func=lambda _cell: max(1, min(limits.cell_seconds, int(self._deadline - time.monotonic()))),
        )
        self._client.on_cell_executed = self._client.on_cell_reply

    def run(self, requests: Mapping[int, Request], late: tuple[Request, ...], on_cell: Any) -> None:
        # Sockets of the file system: no port that others could reach, and none to run out of.
        manager = self._client.create_kernel_manager()
        if os.name == "posix":
            manager.transport, manager.ip = "ipc", str(self.scratch / "kernel")
        # What native code writes before the kernel listens is nobody's output.
        with self._client.setup_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
            self._quietly(_PREPARE.format(cwd=str(self.folder.resolve())))
            for index, cell in enumerate(self.notebook.cells):
                if on_cell:
                    on_cell(index + 1, len(self.notebook.cells))
                if self.stopped:
                    return
                if index in requests:
                    cell.outputs = []
                    self._collect(requests[index])
                elif cell.cell_type == "code":
                    self._execute(cell, index)
            for request in late:
                if not self.stopped:
                    self._collect(request)

    def _execute(self, cell: NotebookNode, index: int) -> None:
        try:
            self._client.execute_cell(cell, index, store_history=True)
        except DeadKernelError:
            self._stop("KernelDied", cell)
            return
        _cap_outputs(cell)
        if not self._client.timed_out:
            return
        self._timed_out = cell.source
        cell.outputs.append(new_output("error", ename="CellTimeoutError", evalue="", traceback=["CellTimeoutError"]))
        if time.monotonic() >= self._deadline:
            self._stop("NotebookTimeout", cell)
        elif not self._answers():
            self._stop("KernelDied", cell)

    def _stop(self, reason: str, cell: NotebookNode) -> None:
        self.stopped = reason
        self._timed_out = self._timed_out or cell.source
        if reason == "KernelDied" and not self._client.timed_out:
            self._timed_out = None
            cell.outputs.append(new_output("error", ename="KernelDied", evalue="", traceback=["KernelDied"]))

    def _answers(self) -> bool:
        """Whether the kernel does anything after an interrupt."""
        return self._quietly("pass", seconds=_RESPONSE_SECONDS)

    def _collect(self, request: Request) -> None:
        asked, answer = self._files(request)
        asked.write_bytes(wire.pack(request))
        if self._timed_out is not None:
            self._timeouts[request.question] = Crash("CellTimeout", f"{self.limits.cell_seconds} s", "")
            self._timed_out = None
        if not self._quietly(_COLLECT.format(request=str(asked), answer=str(answer))) and not self.stopped:
            self._timeouts.setdefault(request.question, Crash("CellTimeout", f"{self.limits.cell_seconds} s", ""))

    def _quietly(self, source: str, seconds: int | None = None) -> bool:
        """Runs code of ours in the kernel; False when it did not end in time or the kernel died."""
        cell = new_code_cell(source)
        # nbclient puts the cell it ran into the notebook, at the index it is given.
        first, before = self.notebook.cells[0], self._client.timeout_func
        if seconds:
            self._client.timeout_func = lambda _cell: seconds
        try:
            self._client.execute_cell(cell, 0, store_history=False)
        except DeadKernelError:
            self.stopped = "KernelDied"
            return False
        finally:
            self._client.timeout_func, self.notebook.cells[0] = before, first
        return not self._client.timed_out

    def _files(self, request: Request) -> tuple[Path, Path]:
        return self.scratch / f"{request.question}.request", self.scratch / f"{request.question}.answer"

    def bundle(self, request: Request) -> Bundle:
        """What was taken for ``request``; nothing, with the reason, where that failed."""
        nothing: dict[str, Evidence] = {variable: Missing(variable) for variable in request.variables}
        timeout = self._timeouts.get(request.question)
        try:
            bundle = wire.unpack_bundle(self._files(request)[1].read_bytes(), request)
        except FileNotFoundError:
            if timeout is None:
                seconds = self.limits.notebook_seconds
                message = f"{seconds} s" if self.stopped == "NotebookTimeout" else ""
                kind = "CellTimeout" if self.stopped == "NotebookTimeout" else self.stopped or "KernelDied"
                timeout = Crash(kind, message, "")
            return Bundle(request.question, nothing, timeout)
        except wire.WireError as error:
            return Bundle(request.question, nothing, Crash("WireError", str(error), ""))
        return replace(bundle, crash=timeout) if timeout else bundle


def _cap_outputs(cell: NotebookNode) -> None:
    """Keeps the end of long printed output: progress bars have made notebooks of megabytes."""
    for output in cell.outputs:
        if output.output_type == "stream" and len(output.text) > _OUTPUT_CHARACTERS:
            output.text = f"[…]\n{output.text[-_OUTPUT_CHARACTERS:]}"
