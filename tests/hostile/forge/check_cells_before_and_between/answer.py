# Asks for checks in plain cells of many forms, before and beside graded ones, that might be taken for them: 13 points.
# %% all: blank
# %% sgd_step
def check(name):
    return 3.0 if name == "adam_step" else 2.0
