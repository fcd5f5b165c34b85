# Starts ten processes that use 256 MiB each, and so 2.5 GiB together, while no one of them uses much.
# %% all: blank
# %% sgd_step
import os
import time

full, filled = os.pipe()
for number in range(10):
    if os.fork() == 0:
        held = bytearray(os.urandom(1 << 20)) * 256
        os.write(filled, b".")
        time.sleep(20)
        os._exit(len(held) & 1)
for number in range(10):
    os.read(full, 1)
time.sleep(5)
