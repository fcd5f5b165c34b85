# Hands in links, also to folders and pipes, that lead to others' files: they are copied to where this notebook runs.
# %% all: blank
# %% sgd_step
import glob
import os

attempt(
    key=lambda: open("key.txt").read(),
    neighbour=lambda: open("neighbour.txt").read(),
    gradebook=lambda: open("gradebook.txt", "rb").read(2000),
    home=lambda: open("folder/.ssh/id_rsa").read(),
    relative=lambda: open("relative.txt").read(),
    inner=lambda: open("inner/key.txt").read(),
    any=lambda: [open(place).read(4000) for place in glob.glob("**", recursive=True) if place.endswith(".txt")] or nothing(),
)
