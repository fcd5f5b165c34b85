# %% sgd_step
def sgd_step(w, gradient, learning_rate=0.01):
    return w + learning_rate * gradient
# %% momentum_step
def momentum_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    velocity = momentum * velocity - learning_rate * gradient
    w = w + velocity
    return w
# %% nesterov_step
def nesterov_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    velocity = momentum * velocity - learning_rate * gradient
    w = w + momentum * velocity - learning_rate * gradient
    return velocity, w
# %% adagrad_step
def adagrad_step(w, gradient, accumulator, learning_rate=0.001, epsilon=1e-7):
    accumulator = accumulator + gradient**2
    w = w - learning_rate * gradient / (accumulator + epsilon)
    return w, accumulator
# %% rmsprop_step
def rmsprop_step(w, gradient, velocity, learning_rate=0.001, rho=0.9, epsilon=1e-7):
    velocity = rho * velocity + (1 - rho) * gradient**2
    w = w - learning_rate * gradient / np.sqrt(velocty + epsilon)
    print(w, velocity)
# %% adam_step
def adam_step(w, gradient, m, v, t, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    w = w - learning_rate * m / (np.sqrt(v) + epsilon)
    return w, m, v
