# Hands in files with names that are no text, of lines and control characters, and one of 300 MB that is all holes.
# %% all: blank
# %% sgd_step
import os

print([(ascii(name), os.lstat(name).st_size) for name in os.listdir(".")])
