# Raises the points of cells in the file, adds graded cells of its own and marks answers as graded by hand: any points.
# %% all: blank
