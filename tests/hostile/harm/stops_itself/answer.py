# Stops the kernel's process, which then takes no interrupt and ends by no message: a class that waits for ever.
# %% all: blank
# %% sgd_step
import os
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.kill(os.getpid(), signal.SIGSTOP)
