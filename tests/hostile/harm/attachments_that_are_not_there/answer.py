# Shows pictures as attachments that are not there, or are no pictures: feedback stops at them, also everybody's after it.
# Honest: 2 points
# %% all: blank
# %% sgd_step
def sgd_step(w, gradient, learning_rate=0.01):
    return w - learning_rate * gradient
