# %% relu_function
def relu(z):
    return max(0, z)


# %% saturation
def sigmoid_slope(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def relu_slope(z):
    return 1


# %% flatten_relu_model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(100, activation="sigmoid"),
        keras.layers.Dense(10),
    ]
)
# %% depth
layers_in_summary = 2
layers_with_weights = 4
# %% train_relu
trained_model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(100, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
trained_model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
trained_model.fit(train_scaled, train_target, epochs=1)
val_loss, val_accuracy = trained_model.evaluate(val_scaled, val_target)

trained_model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
trained_model.fit(train_scaled, train_target, epochs=5)
# %% own_network
my_model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
my_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
my_model.fit(val_scaled, val_target, epochs=10)
