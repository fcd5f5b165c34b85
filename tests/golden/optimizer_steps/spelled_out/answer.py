# %% sgd_step
def sgd_step(w, gradient, learning_rate=0.01):
    new_w = np.empty_like(w)
    for place in np.ndindex(w.shape):
        new_w[place] = w[place] - learning_rate * gradient[place]
    return new_w
# %% momentum_step
def momentum_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    w = w.copy()
    velocity = velocity.copy()
    velocity *= momentum
    velocity -= learning_rate * gradient
    w += velocity
    return w, velocity
# %% nesterov_step
def nesterov_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    new_velocity = momentum * velocity - learning_rate * gradient
    step = momentum**2 * velocity - (1 + momentum) * learning_rate * gradient
    new_w = w + step
    return (new_w, new_velocity)
# %% adagrad_step
def adagrad_step(w, gradient, accumulator, learning_rate=0.001, epsilon=1e-7):
    new_accumulator = accumulator + gradient * gradient
    adapted_rate = learning_rate / np.power(new_accumulator + epsilon, 0.5)
    new_w = w + -adapted_rate * gradient
    return new_w, new_accumulator
# %% rmsprop_step
def rmsprop_step(w, gradient, velocity, learning_rate=0.001, rho=0.9, epsilon=1e-7):
    old_share = rho * velocity
    new_share = gradient * gradient - rho * gradient * gradient
    new_velocity = old_share + new_share
    root = np.sqrt(new_velocity + epsilon)
    new_w = w - learning_rate * (gradient / root)
    return new_w, new_velocity
# %% adam_step
def adam_step(w, gradient, m, v, t, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    new_m = m + (gradient - m) * (1 - beta_1)
    new_v = v + (np.square(gradient) - v) * (1 - beta_2)
    correction_1 = 1 - np.power(beta_1, t)
    correction_2 = 1 - np.power(beta_2, t)
    alpha = learning_rate * np.sqrt(correction_2) / correction_1
    step = alpha * new_m / (np.sqrt(new_v) + epsilon)
    result = [w - step, new_m, new_v]
    return tuple(result)
