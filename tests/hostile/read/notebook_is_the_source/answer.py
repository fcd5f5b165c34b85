# Hands in a link to the source with its solutions, once under the right name and once as downloaded twice: 13 points.
# %% all: blank
