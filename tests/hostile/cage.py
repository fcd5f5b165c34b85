"""The outer cage: attacks are tried inside it, in case the walls they attack are not there.

In it there is no network but a loopback of its own, no process of the machine's, and one folder that can be written to.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import struct
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from autograder.running.confinement import syscalls

if TYPE_CHECKING:
    from collections.abc import Callable

_PARTS = ("mount", "pid", "network", "ipc", "uts")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_SET_FLAGS, _UP = 0x8914, 0x1


def run(work: Callable[[], None], folder: Path, seconds: float) -> str:
    """Runs ``work`` in a cage, as a child of its first process; returns why there is none, empty where there is.

    Args:
        work: what to do; it is not done where there is no cage.
        folder: the one place that can be written to.
        seconds: after which everything in the cage is ended.
    """
    ours, theirs = os.pipe()
    outside = os.fork()
    if outside == 0:
        os.close(ours)
        _enter(work, folder, theirs, seconds)
    os.close(theirs)
    with os.fdopen(ours) as said:
        why = said.read()
    os.waitpid(outside, 0)
    return why


def _enter(work: Callable[[], None], folder: Path, report: int, seconds: float) -> NoReturn:
    """Makes the namespaces; the first process in them does the rest."""
    try:
        _unshare()
        first = os.fork()
        if first == 0:
            _live(work, folder, report)
        os.close(report)
        ended, _, _ = select.select([os.pidfd_open(first)], [], [], seconds)
        if not ended:
            os.kill(first, signal.SIGKILL)
    except OSError as error:
        os.write(report, str(error).encode())
    finally:
        os._exit(0)


def _live(work: Callable[[], None], folder: Path, report: int) -> NoReturn:
    try:
        _furnish(folder)
        worker = os.fork()
        os.close(report)
        if worker == 0:
            work()
        else:
            _bury(worker)
    except OSError as error:
        traceback.print_exc()
        os.write(report, str(error).encode())
    except Exception:  # noqa: BLE001 - there is no one above to say it
        traceback.print_exc()
    finally:
        os._exit(0)


def _unshare() -> None:
    user, group = os.geteuid(), os.getegid()
    syscalls.unshare(*_PARTS, *(["user"] if user else []))
    if user:
        # The same user inside: whoever is root in a cage is treated as root by what is tested in it.
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def _furnish(folder: Path) -> None:
    syscalls.mount("none", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
    syscalls.mount(str(folder), str(folder), flags=syscalls.MS_BIND)
    devices = [os.open(f"/dev/{name}", os.O_PATH) for name in _DEVICES]
    for place in _mounts():
        if not any(place == over or place.startswith(f"{over}/") for over in ("/dev", "/proc", str(folder))):
            syscalls.make_read_only(place, recursive=False)
    syscalls.mount("dev", "/dev", "tmpfs", syscalls.MS_NOSUID, "mode=755,size=64m")
    for name, device in zip(_DEVICES, devices, strict=True):
        Path("/dev", name).touch()
        syscalls.mount(f"/proc/self/fd/{device}", f"/dev/{name}", flags=syscalls.MS_BIND)
        os.close(device)
    Path("/dev/shm").mkdir(mode=0o1777)  # noqa: S108 - a folder of the cage's own
    Path("/dev/fd").symlink_to("/proc/self/fd")
    syscalls.mount("proc", "/proc", "proc", syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC)
    with suppress(OSError):
        # So that a process has another number in here than any has inside of a notebook's walls.
        Path("/proc/sys/kernel/ns_last_pid").write_text("20000", encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))
    os.chdir(folder)


def _mounts() -> list[str]:
    """Where something is mounted; each once."""
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(line.split()[4].encode().decode("unicode_escape") for line in lines))


def _bury(worker: int) -> None:
    """Waits for the worker; whatever has no parent any more becomes a child of this process."""
    while True:
        ended, _ = os.waitpid(-1, 0)
        if ended == worker:
            return
