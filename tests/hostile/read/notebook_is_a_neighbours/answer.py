# Hands in a link to a neighbour's notebook in place of one's own: 13 points, and the answers in the feedback.
# %% all: blank
