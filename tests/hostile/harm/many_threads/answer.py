# Starts threads, at most 600, each of which would start another: a grader that cannot start one of its own.
# %% all: blank
# %% sgd_step
import threading
import time

threading.stack_size(64 << 10)
started = 0
try:
    while started < 600:
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
        started += 1
finally:
    print("started", started)
