"""The seam through which jupyter_client, and so nbclient, nbgrader and pytest, start the kernels of learners."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from autograder.running.confinement import Limits, Policy
from autograder.running.confinement.installation import policy as policy_here
from autograder.running.confinement.kept import FIRST_KEPT, Kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_client.connect import KernelConnectionInfo

CONFINED, UNCONFINED = "autograder-confined", "autograder-unconfined"
"""The provisioners' names, as kernel specifications and the package's entry points have them."""

_CHANNELS = ("shell", "iopub", "stdin", "control")
KEPT = FIRST_KEPT + len(_CHANNELS)
"""What the first of the caller's kept descriptors is called inside."""

WARM = (
    "numpy",
    "tensorflow",
    "keras",
    "sklearn.model_selection",
    "matplotlib.pyplot",
    "contourpy",
    "autograder.evidence.collect",
    "autograder.running.kernels.inside",
    "autograder.running.kernels.pictures",
    "autograder.running.kernels.thrift",
    "autograder.doors.notebook",
    "ipykernel.debugger",
    # What kernels import when they begin, display or report an exception.
    "stack_data",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.extensions.storemagic",
    "matplotlib.backends.backend_agg",
    "pygments.formatters.terminal256",
    "sqlite3",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
    "autograder.running.kernels.places",  # the last: it knows what is imported by then
)
"""What a warm kernel has imported."""

_KERNEL = "autograder.running.kernels.inside:main"


class LearnersProvisioner(LocalProvisioner):
    """A kernel on sockets in a folder of its own: no port that others could reach, and none to run out of."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._sockets = TemporaryDirectory(prefix="kernel-")

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Names the sockets."""
        if os.name == "posix":
            manager: Any = self.parent
            manager.transport, manager.ip = "ipc", str(Path(self._sockets.name) / "kernel")
            manager.transport_encryption = "disabled"
            for port, channel in enumerate(("hb", *_CHANNELS), 1):
                setattr(manager, f"{channel}_port", port)
        return await super().pre_launch(**kwargs)

    def end(self, reason: str = "") -> None:
        """Ends the kernel with all it started, as far as that can be done; ``reason`` is what its outcome will say."""
        raise NotImplementedError

    def outcome(self) -> dict[str, Any]:
        """How it ended, once all is over: see ``Kept.outcome``."""
        raise NotImplementedError

    async def kill(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - the overridden method's signature
        """Ends the kernel with all it started."""
        self.end()
        await self.wait()  # jupyter_client would look ten times a second

    async def terminate(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - likewise
        """Ends the kernel with all it started."""
        self.end()

    async def cleanup(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - likewise
        """Waits until everything has ended."""
        self.outcome()
        self._sockets.cleanup()


class ConfinedProvisioner(LearnersProvisioner):
    """Starts the kernel behind walls.

    ``start_kernel`` takes ``policy``; ``keep``, descriptors that are ``KEPT`` and so on inside; ``fits``, the
    descriptor on which trainings are asked for; ``warm``, whether the kernel is forked from a process that has imported
    what this lesson's notebooks import; and ``ahead``, what that process has done beyond, as ``Kept`` takes it.
    """

    _kept: Kept | None = None

    async def launch_kernel(  # noqa: PLR0913 - each is one thing of a kernel
        self,
        cmd: list[str],  # noqa: ARG002 - the command of an ordinary kernel
        *,
        policy: Policy | None = None,
        keep: Sequence[int] = (),
        fits: int | None = None,
        warm: bool = False,
        ahead: str = "",
        **_: Any,
    ) -> KernelConnectionInfo:
        """Opens the sockets and starts the kernel on them."""
        listeners = [self._listener(channel) for channel in _CHANNELS]
        numbers = {channel: FIRST_KEPT + place for place, channel in enumerate(_CHANNELS)}
        info = {**self.connection_info, "key": self.connection_info["key"].decode()}  # type: ignore[attr-defined]
        walls = policy or policy_here(None, Limits())
        kept = [*(listener.fileno() for listener in listeners), *keep, *([] if fits is None else [fits])]
        arguments = {
            "connection": info,
            "listeners": numbers,
            "output_bytes": walls.limits.output_bytes,
            "loop_seconds": walls.limits.loop_seconds,
            "fits": None if fits is None else FIRST_KEPT + len(kept) - 1,
        }
        self._kept = Kept(walls, _KERNEL, arguments, kept, preload=WARM if warm else (), ahead=ahead)
        for listener in listeners:
            listener.close()
        return self.connection_info

    @property
    def has_process(self) -> bool:
        """Whether anything was started."""
        return self._kept is not None

    async def poll(self) -> int | None:
        """None while the kernel lives."""
        return None if self._kept and self._kept.alive else 0

    async def wait(self) -> int | None:
        """Waits until the kernel has ended."""
        while await self.poll() is None:  # noqa: ASYNC110 - jupyter_client waits in this way, too
            await asyncio.sleep(0.02)
        return 0

    def _listener(self, channel: str) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX)
        port = self.connection_info[f"{channel}_port"]  # type: ignore[literal-required]
        listener.bind(f"{self.connection_info['ip']}-{port}")
        listener.listen()
        return listener

    async def send_signal(self, signum: int) -> None:
        """Interrupts the kernel, or ends it with all it started."""
        if signum == signal.SIGINT and self._kept:
            self._kept.interrupt()
        elif signum:
            self.end()

    def end(self, reason: str = "") -> None:
        """Ends the kernel with all it started."""
        if self._kept:
            self._kept.end(reason)

    def outcome(self) -> dict[str, Any]:
        """Waits until nothing of the kernel is alive."""
        return self._kept.outcome() if self._kept else {}


class UnconfinedProvisioner(LearnersProvisioner):
    """Starts an ordinary kernel, for machines that cannot confine and code that is trusted."""

    _reason = ""

    async def launch_kernel(  # noqa: PLR0913 - each is one thing of a kernel
        self,
        cmd: list[str],
        *,
        policy: Policy | None = None,  # noqa: ARG002 - there are no walls
        keep: Sequence[int] = (),  # noqa: ARG002 - likewise
        fits: int | None = None,  # noqa: ARG002 - likewise
        warm: bool = False,  # noqa: ARG002 - likewise
        ahead: str = "",  # noqa: ARG002 - likewise
        **kwargs: Any,
    ) -> KernelConnectionInfo:
        """Starts the kernel."""
        # What native code writes before the kernel listens is nobody's output.
        return await super().launch_kernel(cmd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kwargs)

    def end(self, reason: str = "") -> None:
        """Kills the kernel's process group."""
        self._reason = self._reason or reason
        if self.process is None:
            return
        if self.pgid and hasattr(os, "killpg"):
            os.killpg(self.pgid, signal.SIGKILL)
        else:
            self.process.kill()

    def outcome(self) -> dict[str, Any]:
        """Waits for the kernel alone: what it detached from itself may live on."""
        return {"reason": self._reason, "status": self.process.wait() if self.process else 0}
