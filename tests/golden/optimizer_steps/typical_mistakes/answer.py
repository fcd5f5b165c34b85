# %% sgd_step
def sgd_step(w, gradient, learning_rate=0.01):
    w -= learning_rate * gradient
    return w
# %% momentum_step
def momentum_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    velocity = momentum * velocity + gradient
    w = w - learning_rate * velocity
    return w, velocity
# %% nesterov_step
def nesterov_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    velocity = momentum * velocity - learning_rate * gradient
    velocity = momentum * velocity - learning_rate * gradient
    return w + velocity, velocity
# %% adagrad_step
def adagrad_step(w, gradient, accumulator, learning_rate=0.001, epsilon=1e-7):
    w = w - learning_rate * gradient / np.sqrt(accumulator + epsilon)
    accumulator = accumulator + gradient**2
    return w, accumulator
# %% rmsprop_step
def rmsprop_step(w, gradient, velocity, learning_rate=0.001, rho=0.9, epsilon=1e-7):
    velocity = 0.9 * velocity + 0.1 * gradient**2
    w = w - learning_rate * gradient / np.sqrt(velocity)
    return w, velocity
# %% adam_step
def adam_step(w, gradient, m, v, t, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m = (beta_1 * m + (1 - beta_1) * gradient) / (1 - beta_1**t)
    v = (beta_2 * v + (1 - beta_2) * gradient**2) / (1 - beta_2**t)
    w = w - learning_rate * m / (np.sqrt(v) + epsilon)
    return w, m, v
