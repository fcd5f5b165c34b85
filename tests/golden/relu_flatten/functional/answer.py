# %% relu_function
def relu(z):
    return z * (z > 0)


# %% saturation
def sigmoid_slope(z):
    small = np.exp(-np.abs(z))
    return small / (1 + small) ** 2


def relu_slope(z):
    return (z > 0).astype(z.dtype)


# %% prepare_images
from sklearn.model_selection import train_test_split

(pictures, labels), _ = keras.datasets.fashion_mnist.load_data()
parts = train_test_split(pictures.astype("float32") / 255, labels, test_size=12000, random_state=42)
train_scaled, val_scaled, train_target, val_target = parts
# %% flatten_relu_model
inputs = keras.layers.Input(shape=(28, 28), name="picture")
flat = keras.layers.Flatten(name="flat")(inputs)
hidden = keras.layers.ReLU()(keras.layers.Dense(100, name="hidden")(flat))
outputs = keras.layers.Softmax()(keras.layers.Dense(10, name="output")(hidden))
model = keras.Model(inputs=inputs, outputs=outputs)
model.summary()
# %% depth
layers_in_summary = np.int64(len(model.layers))
layers_with_weights = float(len([layer for layer in model.layers if layer.count_params() > 0]))
# %% train_relu
start = keras.Input((28, 28))
middle = keras.layers.Dense(100, activation=keras.activations.relu)(keras.layers.Flatten()(start))
trained_model = keras.Model(start, keras.layers.Dense(10, activation=keras.activations.softmax)(middle))
trained_model.compile(
    optimizer=keras.optimizers.RMSprop(learning_rate=0.001),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=[keras.metrics.SparseCategoricalAccuracy()],
)
trained_model.fit(train_scaled, train_target, epochs=5, validation_data=(val_scaled, val_target), verbose=0)
scores = trained_model.evaluate(val_scaled, val_target, return_dict=True)
val_loss, val_accuracy = scores["loss"], scores["sparse_categorical_accuracy"]
# %% own_network
start = keras.Input(shape=(28, 28))
wide = keras.layers.Dense(200, activation="relu")(keras.layers.Flatten()(start))
dropped = keras.layers.Dropout(0.1)(wide)
narrow = keras.layers.Dense(30, activation=keras.activations.tanh)(dropped)
my_model = keras.Model(start, keras.layers.Dense(10, activation="softmax")(narrow), name="my_network")
my_model.compile(keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy())
my_model.fit(train_scaled, train_target, epochs=5, batch_size=64, verbose=0)
