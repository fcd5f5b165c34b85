# %% prepare_data
import sklearn.model_selection

data = keras.datasets.fashion_mnist.load_data()
train_input, train_target = data[0]
train_scaled = np.array([picture.flatten() for picture in train_input]) / 255.0
train_scaled, val_scaled, train_target, val_target = sklearn.model_selection.train_test_split(
    train_scaled, train_target, train_size=0.8, random_state=42
)


# %% sigmoid_function
def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


# %% two_dense_layers
dense1 = keras.layers.Dense(100, activation=keras.ops.sigmoid, input_shape=(784,))
dense2 = keras.layers.Dense(10, activation=keras.activations.softmax)
model = keras.Sequential([dense1, dense2], name="first")
# %% parameter_counts
hidden_params = dense1.kernel.shape[0] * dense1.kernel.shape[1] + dense1.bias.shape[0]
output_params = np.array(1010)
total_params = keras.ops.convert_to_tensor(hidden_params + 1010)
# %% batch_dimension
batch_axis, _ = model.output_shape
steps_per_epoch = keras.ops.convert_to_tensor(-(-48000 // 32))
predictions = model.predict(val_scaled[100:107], verbose=0)
# %% add_layers
added_model = keras.models.Sequential()
for layer in (keras.Input(shape=(784,)), keras.layers.Dense(100, "sigmoid"), keras.layers.Dense(10, "softmax")):
    added_model.add(layer)
# %% train_sigmoid
trained_model = keras.Sequential()
trained_model.add(keras.layers.Dense(100, activation="sigmoid"))
trained_model.add(keras.layers.Dense(10, activation="softmax"))
trained_model.compile(
    "rmsprop", keras.losses.sparse_categorical_crossentropy, metrics=[keras.metrics.sparse_categorical_accuracy]
)
history = trained_model.fit(x=train_scaled, y=train_target, epochs=5, batch_size=32, shuffle=True, verbose=2)
