# Gives every graded cell the name of the one question that was answered, and every answer's cell that of the others.
# Honest: 2 points
# %% all: blank
# %% sgd_step
def sgd_step(w, gradient, learning_rate=0.01):
    return w - learning_rate * gradient
