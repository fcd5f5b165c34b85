# Makes namespaces and mounts of its own, in which it would have every privilege again, and goes back to the first one's.
# %% all: blank
# %% sgd_step

import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    """A system call by its number on this processor, as (x86-64, arm64)."""
    chosen = number[0 if platform.machine() == "x86_64" else 1]
    result = libc.syscall(ctypes.c_long(chosen), *(ctypes.c_long(item) if isinstance(item, int) else item for item in arguments))
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
    return result


USER, MOUNT, NETWORK, PID = 0x10000000, 0x20000, 0x40000000, 0x20000000


def enter(name):
    return call((308, 268), os.open(f"/proc/1/ns/{name}", os.O_RDONLY), 0)


attempt(
    user=lambda: call((272, 97), USER),
    mount=lambda: call((272, 97), MOUNT),
    clone=lambda: call((56, 220), USER | 17, 0, 0, 0, 0) or os._exit(0),
    clone3=lambda: call((435, 435), ctypes.c_char_p(bytes([0, 0, 0, 16] + [0] * 84)), 88) or os._exit(0),
    enter=lambda: enter("mnt"),
    net=lambda: enter("net"),
    bind=lambda: call((165, 40), b"/proc/1/root", b"/tmp", 0, 4096, 0),
    tmpfs=lambda: call((165, 40), b"x", b"/tmp", b"tmpfs", 0, 0),
    write=lambda: call((165, 40), 0, b"/usr", 0, 32 | 4096, 0),
    unmount=lambda: call((166, 39), b"/proc", 2),
    pivot=lambda: call((155, 41), b"/tmp", b"/tmp"),
    chroot=lambda: os.chroot("/tmp"),
    tree=lambda: call((428, 428), -100, b"/", 1),
)
