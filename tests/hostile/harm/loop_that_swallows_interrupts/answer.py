# Loops for ever and takes no interrupt, in the cell and by a signal's mask: a class that waits for ever.
# %% all: blank
# %% sgd_step
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
