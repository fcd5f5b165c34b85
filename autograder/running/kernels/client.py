"""A notebook's client that expects nothing of the kernel at the other end: not that it lives, nor that it is honest."""

from __future__ import annotations

import math
import sys
import time
from contextlib import suppress
from queue import Empty
from typing import TYPE_CHECKING, Any, cast

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbclient.util import run_sync
from nbformat.v4 import new_code_cell

from autograder.running.kernels.provisioner import CONFINED, UNCONFINED

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

    from autograder.running.kernels.provisioner import LearnersProvisioner

_TIMEOUT = {"ename": "CellTimeoutError", "evalue": "", "traceback": []}
# Of one message and of the queue of messages, so that what waits here stays small.
_MESSAGE_BYTES = 8 << 20
_MESSAGES_WAITING = 64


class _Channels(AsyncKernelClient):
    """All but the heartbeat, whose end takes up to a second: the provisioner knows whether the kernel lives."""

    def start_channels(self, **channels: bool) -> None:  # type: ignore[override]  # by name only
        """Opens the others."""
        super().start_channels(**{**channels, "hb": False})

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the overridden method's signature
        """Waits until the kernel has answered, and what it displays arrives.

        Raises:
            RuntimeError: it died, or did not in time.
        """
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        while time.monotonic() < deadline:
            asked = self.kernel_info()
            with suppress(Empty):
                reply = await self.get_shell_msg(timeout=1)
                # Messages on iopub are lost until it is connected: this one comes last.
                while not _ends(await self.get_iopub_msg(timeout=1), asked):
                    continue
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                break
        message = "the kernel died before it answered, or did not answer in time"
        raise RuntimeError(message)


def _ends(message: dict[str, Any], asked: str) -> bool:
    """Whether the kernel has done what was asked."""
    content = message["content"]
    return content.get("execution_state") == "idle" and message["parent_header"].get("msg_id") == asked


class _Manager(AsyncKernelManager):
    """Starts kernels by one of this package's provisioners, whatever kernels are installed."""

    def __init__(self, *, provisioner: str, **settings: Any) -> None:
        super().__init__(client_factory=_Channels, **settings)
        # This interpreter, not whichever ``python`` a specification of the user's names.
        self._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": provisioner}},
        )
        self.context.setsockopt(zmq.MAXMSGSIZE, _MESSAGE_BYTES)
        self.context.setsockopt(zmq.RCVHWM, _MESSAGES_WAITING)


class LearnersClient(NotebookClient):
    """Runs cells one by one; whatever a cell does, ``run`` says how it ended."""

    def __init__(self, notebook: NotebookNode, *, confined: bool, output_bytes: int, **settings: Any) -> None:
        super().__init__(
            notebook,
            allow_errors=True,
            coalesce_streams=False,  # its search for overwritten text takes hours for a line of megabytes
            error_on_timeout=_TIMEOUT,
            interrupt_on_timeout=True,
            record_timing=False,
            shutdown_kernel="immediate",
            store_widget_state=False,
            **settings,
        )
        # The kernel stops a cell that prints too much by itself; one that does not is ended.
        self._left = 2 * output_bytes
        self._timed_out = False
        self._seconds: Callable[[], float] = lambda: 1.0
        self.timeout_func = lambda _cell: max(1, int(self._seconds()))
        self.on_cell_executed = self._on_reply
        self._manager = _Manager(provisioner=CONFINED if confined else UNCONFINED)

    def create_kernel_manager(self) -> AsyncKernelManager:
        """The manager that starts kernels of this package, whatever the notebook asks for."""
        self.km = self._manager
        return self._manager

    @property
    def provisioner(self) -> LearnersProvisioner:
        """What started the kernel; known once it was started, and after it has ended."""
        provisioner: Any = self._manager.provisioner
        return cast("LearnersProvisioner", provisioner)

    @property
    def alive(self) -> bool:
        """Whether the kernel lives."""
        return bool(run_sync(self._manager.is_alive)())

    def run(self, cell: NotebookNode, index: int, seconds: Callable[[], float]) -> str:
        """Runs a cell.

        Args:
            cell: it gets its outputs.
            index: its place in the notebook.
            seconds: says how long it may take.

        Returns:
            Empty when it ended, with or without an exception; ``CellTimeout``; or ``KernelDied``.
        """
        self._seconds, self._timed_out = seconds, False
        try:
            self.execute_cell(cell, index, store_history=True)
        except DeadKernelError:
            return "KernelDied"
        except Exception:  # noqa: BLE001 - messages that no kernel sends raise anything; such a kernel is not asked again
            self.provisioner.end()
            return "KernelDied"
        return "CellTimeout" if self._timed_out else ""

    def run_quietly(self, source: str, seconds: float) -> NotebookNode | None:
        """Runs code of ours that leaves no trace in the notebook; the cell, or None when it did not end in time."""
        first, cell = self.nb.cells[0], new_code_cell(source)
        try:
            return None if self.run(cell, 0, lambda: seconds) else cell
        finally:
            self.nb.cells[0] = first  # nbclient puts the cell it ran into the notebook

    async def _on_reply(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:  # noqa: ARG002
        content = execute_reply["content"]
        self._timed_out = content["status"] == "error" and content["ename"] == _TIMEOUT["ename"]

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Counts what is displayed, and ends a kernel that displays too much."""
        kind, content = msg["msg_type"], msg["content"]
        if kind.startswith("comm"):
            return None  # for widgets, which nobody sees here
        if kind != "status":
            self._left -= len(content["text"]) if kind == "stream" else len(str(content))
        if self._left < 0:
            self.provisioner.end("OutputLimit")
            return None
        return super().process_message(msg, cell, cell_index)
