# Hands in a notebook whose JSON is nested 100,000 levels deep, in metadata that nobody reads: its reader dies.
# %% all: blank
