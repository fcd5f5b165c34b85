# %% relu_function
def relu(z):
    result = np.zeros(z.shape)
    result[z > 0] = z[z > 0]
    return result


# %% saturation
def sigmoid_slope(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def relu_slope(z):
    return np.sign(z)


# %% prepare_images
from sklearn.model_selection import train_test_split

(train_input, train_target), (test_input, test_target) = keras.datasets.fashion_mnist.load_data()
train_scaled, val_scaled, train_target, val_target = train_test_split(
    train_input, train_target, test_size=0.2, random_state=42
)
train_scaled = train_scaled / 255.0
# %% flatten_relu_model
model = keras.Sequential()
model.add(keras.Input(shape=(28, 28)))
model.add(keras.layers.Dense(100, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))

model.summary()
# %% depth
layers_in_summary = 4
layers_with_weights = 3
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
history = trained_model.fit(train_scaled, train_target, epochs=5, verbose=2)

val_loss = history.history["loss"][-1]
val_accuracy = history.history["accuracy"][-1]
# %% own_network
my_model = keras.Sequential(
    [
        keras.Input(shape=(28, 28), batch_size=32),
        keras.layers.Flatten(),
        keras.layers.Dense(300, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
my_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
my_model.fit(train_scaled, train_target, epochs=3, verbose=2)
