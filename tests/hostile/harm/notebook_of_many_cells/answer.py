# Hands in a notebook of 100,000 cells and 10 MB, small enough to be read: whoever looks at each is busy for hours.
# %% all: blank
