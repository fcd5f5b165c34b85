"""The few calls of the Linux kernel that Python does not offer."""

from __future__ import annotations

import ctypes
import os
import platform
from functools import cache

NEW_NAMESPACES = {"mount": 0x00020000, "cgroup": 0x02000000, "uts": 0x04000000, "ipc": 0x08000000}
NEW_NAMESPACES |= {"user": 0x10000000, "pid": 0x20000000, "network": 0x40000000}

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4

_NUMBERS = {  # arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux
    "x86_64": {"pivot_root": 155, "capset": 126, "mount_setattr": 442, "seccomp": 317},
    "aarch64": {"pivot_root": 41, "capset": 91, "mount_setattr": 442, "seccomp": 277},
}
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_CAPABILITY_VERSION_3 = 0x20080522


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns_fd")]


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> int:
    result: int = getattr(_libc(), name)(*arguments)
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def _system_call(name: str, *arguments: object) -> int:
    number = _NUMBERS.get(platform.machine(), {}).get(name)
    if number is None:
        message = f"processors of the kind {platform.machine()} are not supported"
        raise OSError(message)
    try:
        return _call("syscall", ctypes.c_long(number), *arguments)
    except OSError as error:
        raise OSError(error.errno, f"{name}: {os.strerror(error.errno or 0)}") from None


def unshare(*names: str) -> None:
    """Moves the calling process into new namespaces (``pid``: its children only)."""
    _call("unshare", sum(NEW_NAMESPACES[name] for name in names))


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, options: str | None = None) -> None:
    """Mounts a file system, as the system call of that name."""
    given = [text.encode() if text is not None else None for text in (source, target, kind)]
    _call("mount", *given, ctypes.c_ulong(flags), options.encode() if options else None)


def make_read_only(target: str, *, recursive: bool) -> None:
    """Makes a mount, or all from it on, read-only and free of set-user-id programs and devices (Linux 5.12)."""
    attributes = _MountAttributes(set=MS_RDONLY | MS_NOSUID | MS_NODEV)
    flags = _AT_RECURSIVE if recursive else 0
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    _system_call("mount_setattr", _AT_FDCWD, target.encode(), flags, ctypes.byref(attributes), size)


def pivot_root(new: str, old: str) -> None:
    """Makes ``new`` the root and puts the old one at ``old``."""
    _system_call("pivot_root", new.encode(), old.encode())


def detach(target: str) -> None:
    """Takes a mount, and all below it, out of sight."""
    _call("umount2", target.encode(), MNT_DETACH)


def prctl(option: int, *arguments: int) -> int:
    """Asks for one of the process's own settings, as the system call of that name."""
    return _call("prctl", option, *(ctypes.c_ulong(item) for item in (*arguments, 0, 0, 0, 0)[:4]))


def bar_capabilities() -> None:
    """No program that is started from now on can have a privilege."""
    last = int(_read("/proc/sys/kernel/cap_last_cap"))
    for capability in range(last + 1):
        prctl(PR_CAPBSET_DROP, capability)
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)


def drop_capabilities() -> None:
    """Gives up every privilege of this process."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _system_call("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))


def filter_calls(program: bytes) -> None:
    """Applies a seccomp filter, eight bytes an instruction, to every thread of the process."""

    class Program(ctypes.Structure):
        _fields_ = [("count", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]

    set_mode_filter, every_thread = 1, 1
    given = Program(len(program) // 8, program)
    _system_call("seccomp", set_mode_filter, every_thread, ctypes.byref(given))


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - nothing more than this is needed here
        return file.read()
