# Uses interfaces of the kernel with a history of flaws, by their numbers and by other numbers that mean the same.
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


import mmap
import struct

X32 = 0x40000000


def other_mode():
    """A call of 32-bit programs, whose numbers a filter for 64-bit ones would not know: here ``exit(42)``."""
    if platform.machine() != "x86_64":
        raise OSError(38, "no such mode")
    area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    area.write(b"\xb8\x01\x00\x00\x00\xbb\x2a\x00\x00\x00\xcd\x80\xc3")
    child = os.fork()
    if child == 0:
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))()
        os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code == 42 else nothing()


attempt(
    bpf=lambda: call((321, 280), 5, 0, 0),
    perf=lambda: call((298, 241), ctypes.create_string_buffer(128), 0, -1, -1, 0),
    ring=lambda: call((425, 425), 8, ctypes.create_string_buffer(128)),
    faults=lambda: call((323, 282), 1),
    key=lambda: call((248, 217), b"user", b"k", b"x", 1, -3),
    memfd=lambda: os.memfd_create("x"),
    handle=lambda: call((304, 265), -100, ctypes.create_string_buffer(32), 0),
    x32=lambda: call((272 | X32, 97), 0x10000000),
    mode=other_mode,
    module=lambda: call((313, 273), 0, b"", 0),
    halt=lambda: call((169, 142), 0, 0, 0),
    log=lambda: call((103, 116), 3, ctypes.create_string_buffer(64), 64),
)
