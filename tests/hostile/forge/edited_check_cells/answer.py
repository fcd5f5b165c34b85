# Rewrites the check cells and stores outputs in the file: a full score stands where the grader looks. 13 points.
# %% all: blank
