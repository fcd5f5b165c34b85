# Hands in folders so deep that looking through them fails, and links that nobody then looks at, to others' files.
# %% all: blank
# %% sgd_step
import glob

attempt(
    key=lambda: open("a/key.txt").read(),
    neighbour=lambda: open("z/neighbour.txt").read(),
    any=lambda: [open(place).read(4000) for place in glob.glob("*/*.txt")] or nothing(),
)
