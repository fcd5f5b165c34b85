# Fills memory that belongs to no process: files in /tmp and /dev/shm, anonymous files, pipes and sockets; at most 2 GiB.
# %% all: blank
# %% sgd_step
import ctypes
import os
import socket
import time

written = 0


def fill(place, most=512 << 20):
    global written
    block = b"\1" * (1 << 20)
    with open(place, "wb", buffering=0) as file:
        for _ in range(most >> 20):
            written += file.write(block)


def anonymous():
    number = os.memfd_create("memory")
    for _ in range(512):
        os.write(number, b"\1" * (1 << 20))


def channels(most=200):
    held = []
    for _ in range(most):
        one, other = socket.socketpair()
        one.setblocking(False)
        try:
            while True:
                one.send(b"\1" * 65536)
        except BlockingIOError:
            held.append((one, other))
    return len(held)


attempt(
    tmp=lambda: [fill(f"/tmp/{number}", 60 << 20) for number in range(8)],
    shm=lambda: fill("/dev/shm/file"),
    home=lambda: fill(os.path.expanduser("~/file")),
    memfd=anonymous,
    shared=lambda: ctypes.CDLL(None).shmget(0, 512 << 20, 0o1666) >= 0 or nothing(),
    many=lambda: [open(f"/tmp/many{number}", "w").close() for number in range(120_000)],
    channels=lambda: (time.sleep(0.2), channels()) and nothing(),
)
