# %% sgd_step
def sgd_step(w, gradient, learning_rate=0.01):
    return np.subtract(w, np.multiply(gradient, learning_rate))
# %% momentum_step
def momentum_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    return [w + (new := momentum * velocity - learning_rate * gradient), new]
# %% nesterov_step
def one_momentum(velocity, gradient, learning_rate, momentum):
    return momentum * velocity - learning_rate * gradient


def nesterov_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    first = one_momentum(velocity, gradient, learning_rate, momentum)
    second = one_momentum(first, gradient, learning_rate, momentum)
    return w + second, first
# %% adagrad_step
def adagrad_step(w, gradient, accumulator, learning_rate=0.001, epsilon=1e-7):
    total = np.add(accumulator, np.square(gradient))
    return w - gradient * (learning_rate / np.sqrt(total + epsilon)), total
# %% rmsprop_step
def rmsprop_step(w, gradient, velocity, learning_rate=0.001, rho=0.9, epsilon=1e-7):
    average = velocity + (1 - rho) * (np.square(gradient) - velocity)
    return w - learning_rate * gradient * (average + epsilon) ** -0.5, average
# %% adam_step
def adam_step(w, gradient, m, v, t, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m, v = beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2
    m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v
