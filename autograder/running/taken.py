"""What a notebook handed over for each question, and what stopped its answers from outside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.evidence import Bundle, Crash, Evidence, Missing, Request, wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbformat import NotebookNode

    from autograder.running.confinement import Limits

_SAID = 300


class Taken:
    """Collects bytes while a notebook runs; reads them when it is gone."""

    def __init__(self, limits: Limits) -> None:
        """``limits``: what the notebook may use, to be named where it met one."""
        self._limits = limits
        self._data: dict[str, bytes] = {}
        self._crashes: dict[str, Crash] = {}

    def stopped(self, question: str, kind: str) -> None:
        """Notes what stopped an answer from outside; the first counts."""
        self._crashes.setdefault(question, self._crash(kind))

    def handed_over(self, question: str, data: bytes, outputs: Iterable[NotebookNode]) -> None:
        """Keeps what the collector wrote, and what stopped it: no thread to be had in a learner's process, say."""
        self._data[question] = data
        for output in outputs:
            if output.output_type == "error":
                crash = Crash(str(output.ename)[:_SAID], str(output.evalue)[:_SAID], "")
                self._crashes.setdefault(question, crash)

    def packed(self, request: Request, stopped: str) -> bytes:
        """What was taken for ``request``, as a packed bundle; one of nothing, with the reason, where that failed.

        Args:
            request: what was asked for.
            stopped: why the notebook ended before its last cell.
        """
        nothing: dict[str, Evidence] = {variable: Missing(variable) for variable in request.variables}
        crash = self._crashes.get(request.question)
        data = self._data.get(request.question)
        if data is None:
            return wire.pack(Bundle(request.question, nothing, crash or self._crash(stopped or "KernelDied")))
        try:
            bundle = wire.unpack_bundle(data, request)
        except wire.WireError as error:
            return wire.pack(Bundle(request.question, nothing, crash or Crash("WireError", str(error), "")))
        return wire.pack(replace(bundle, crash=crash)) if crash else data

    def _crash(self, kind: str) -> Crash:
        """The exception that stands for a limit, with its amount."""
        limits = self._limits
        said = {
            "CellTimeout": f"{limits.cell_seconds} s",
            "NotebookTimeout": f"{limits.notebook_seconds} s",
            "ProcessorLimit": f"{limits.processor_seconds} s",
            "MemoryLimit": f"{limits.memory_bytes >> 20} MiB",
            "OutputLimit": f"{limits.output_bytes >> 20} MiB",
        }
        return Crash(kind, said.get(kind, ""), "")
