# Puts lists, texts and numbers where the file format has dictionaries, after an honest answer: the class stops at them.
# Honest: 2 points
# %% all: blank
# %% sgd_step
def sgd_step(w, gradient, learning_rate=0.01):
    return w - learning_rate * gradient
