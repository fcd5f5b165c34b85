# Prints at most 60 MiB by every way out, the system's own included: a notebook that nobody can open.
# %% all: blank
# %% sgd_step
import os
import sys

line = "x" * 1023 + "\n"
for number in range(15_000):
    print(line, end="")
    sys.stderr.write(line)
    os.write(1, line.encode())
    os.write(2, line.encode())
    if number % 500 == 0:
        sys.stdout.flush()
        sys.stderr.flush()
