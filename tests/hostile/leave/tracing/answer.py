# Traces other processes and reads and writes their memory, by calls made for debuggers: what they can do, it can.
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


import ctypes.util
import time

target = CANARY["process"]


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def vector():
    held = ctypes.create_string_buffer(64)
    return ctypes.byref(Vector(ctypes.cast(held, ctypes.c_void_p), 64))


attempt(
    attach=lambda: call((101, 117), 16, target, 0, 0),
    seize=lambda: call((101, 117), 0x4206, target, 0, 0),
    parent=lambda: call((101, 117), 16, 1, 0, 0),
    me=lambda: call((101, 117), 0, 0, 0, 0),
    read=lambda: call((310, 270), target, vector(), 1, vector(), 1, 0),
    write=lambda: call((311, 271), 1, vector(), 1, vector(), 1, 0),
    steal=lambda: call((438, 438), os.pidfd_open(1), 3, 0),
    memory=lambda: open("/proc/1/mem", "r+b"),
    compare=lambda: call((312, 272), 1, os.getpid(), 0, 3, 3),
    advise=lambda: call((440, 440), os.pidfd_open(os.getpid()), vector(), 1, 4, 0),
)
