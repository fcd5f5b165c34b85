# Opens files, pipes and sockets until none can be opened: whoever takes evidence, and the machine, have none left.
# %% all: blank
# %% sgd_step
import os
import socket

held = []
try:
    while len(held) < 20_000:
        held += [os.open("/dev/null", os.O_RDONLY), *os.pipe(), socket.socket(socket.AF_UNIX)]
finally:
    print("opened", len(held))
