# Names a language that leads to a file handed in: the grader takes its texts for feedback and fills in what they ask for.
# %% all: blank
# %% sgd_step
def sgd_step(w, gradient, learning_rate=0.01):
    return w
