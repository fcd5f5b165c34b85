# %% prepare_data
from sklearn.model_selection import train_test_split

(pictures, labels), _ = keras.datasets.fashion_mnist.load_data()
parts = train_test_split(pictures.astype("float32").reshape(60000, 784) / 255, labels, test_size=12000, random_state=42)
train_scaled, val_scaled, train_target, val_target = parts


# %% sigmoid_function
def sigmoid(z):
    z = np.asarray(z)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


# %% two_dense_layers
inputs = keras.Input(shape=(784,))
dense1 = keras.layers.Dense(100)
dense2 = keras.layers.Dense(10)
hidden = keras.layers.Activation("sigmoid")(dense1(inputs))
outputs = keras.layers.Softmax()(dense2(hidden))
model = keras.Model(inputs, outputs)
# %% parameter_counts
hidden_params = np.int64(784 * 100 + 100)
output_params = dense2.count_params()
total_params = float(model.count_params())
# %% batch_dimension
batch_axis = model.layers[-1].output.shape[0]
steps_per_epoch = len(train_scaled) / 32
predictions = model(val_scaled[:7])
# %% named_layers
named_model = keras.Sequential(name="패션 MNIST 모델")
named_model.add(keras.layers.Input(shape=(784,)))
named_model.add(keras.layers.Dense(units=100, activation=keras.activations.sigmoid, name="hidden"))
named_model.add(keras.layers.Dense(units=10, activation=keras.activations.softmax, name="output"))
# %% add_layers
added_model = keras.Sequential()
added_model.add(keras.layers.Dense(100, input_shape=(784,)))
added_model.add(keras.layers.Activation(lambda z: 1 / (1 + keras.ops.exp(-z))))
added_model.add(keras.layers.Dense(10))
added_model.add(keras.layers.Softmax())
# %% train_sigmoid
start = keras.Input((784,))
middle = keras.layers.Dense(100, activation="sigmoid", name="first")(start)
trained_model = keras.Model(start, keras.layers.Dense(10, activation="softmax")(middle))
trained_model.compile(
    optimizer=keras.optimizers.Adam(),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=[keras.metrics.SparseCategoricalAccuracy()],
)
history = trained_model.fit(train_scaled, train_target, epochs=5, validation_data=(val_scaled, val_target), verbose=0)
