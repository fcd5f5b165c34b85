# Puts halves of characters, which no file can hold, into answers, output, errors and metadata: the writer of files fails.
# Honest: 2 points
# %% all: blank
# %% sgd_step
half = chr(0xD800)


def sgd_step(w, gradient, learning_rate=0.01):
    return w - learning_rate * gradient
# %% momentum_step
def momentum_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    raise ValueError(half + chr(0) + chr(0x1B) + "[2J" + chr(0x202E))
# %% nesterov_step
from IPython.display import display

nesterov_step = type("C", (), {"__repr__": lambda self: half})()
try:
    display({"text/plain": half}, raw=True)
    print(half)
finally:
    raise ValueError(half)
