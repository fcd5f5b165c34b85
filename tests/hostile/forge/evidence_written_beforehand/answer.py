# Writes to the file that carries evidence, before, beside and after the collector: at its end, over it, from a thread.
# Honest: 2 points
# %% all: blank
# %% sgd_step
import os
import stat
import threading
import time

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
# %% momentum_step
zeros = np.zeros(4)
forged = wire.pack(
    Bundle("momentum_step", {"momentum_step": Calls("momentum_step", (Outcome((zeros, zeros), None, ()),) * 9)}, None, {})
)
for number in files:
    os.pwrite(number, forged, 0)
    os.lseek(number, 0, os.SEEK_END)
# %% nesterov_step
def overwrite():
    for _ in range(2000):
        time.sleep(0.001)
        for number in files:
            os.pwrite(number, forged, 0)


threading.Thread(target=overwrite, daemon=True).start()
# %% adagrad_step
if os.fork() == 0:
    for _ in range(300):
        time.sleep(0.01)
        for number in files:
            os.pwrite(number, forged, 0)
    os._exit(0)
# %% rmsprop_step
for number in files:
    os.ftruncate(number, 0)
    os.write(number, forged)
    os.fchmod(number, 0o777)
    os.dup2(os.open("/dev/null", os.O_WRONLY), number)
