# %% relu_function
relu = lambda z: np.where(z < 0, 0, z)


# %% saturation
def sigmoid_slope(z):
    s = keras.ops.sigmoid(z)
    return s * (1 - s)


def relu_slope(z):
    return np.heaviside(z, 1)


# %% prepare_images
import sklearn.model_selection

data = keras.datasets.fashion_mnist.load_data()
images, targets = data[0]
train_rows, val_rows = sklearn.model_selection.train_test_split(range(60000), train_size=0.8, random_state=42)
train_scaled = np.array([images[row] / 255 for row in train_rows], dtype="float32")
val_scaled = np.array([images[row] / 255 for row in val_rows], dtype="float32")
train_target, val_target = targets[train_rows], targets[val_rows]
# %% flatten_relu_model
model = keras.models.Sequential(name="first")
model.add(keras.layers.Flatten(input_shape=(28, 28)))
model.add(keras.layers.Dense(100, activation=lambda z: keras.ops.maximum(z, 0)))
model.add(keras.layers.Dense(10))
model.add(keras.layers.Activation("softmax"))
model.summary()
# %% depth
layers_in_summary = keras.ops.convert_to_tensor(3)
layers_with_weights = np.array(2)
# %% train_relu
trained_model = keras.Sequential()
for layer in (keras.layers.Reshape((784,)), keras.layers.Dense(100, "relu"), keras.layers.Dense(10, "softmax")):
    trained_model.add(layer)
trained_model.compile("rmsprop", keras.losses.sparse_categorical_crossentropy, metrics=["acc"])
trained_model.fit(x=train_scaled, y=train_target, epochs=5, batch_size=32, shuffle=True, verbose=2)
score = trained_model.evaluate(val_scaled, val_target, batch_size=1000, verbose=0)
val_loss = keras.ops.convert_to_tensor(score[0])
val_accuracy = np.array(np.mean(trained_model.predict(val_scaled, verbose=0).argmax(axis=1) == val_target))
# %% own_network
my_model = keras.Sequential()
my_model.add(keras.Input(shape=(28, 28, 1)))
my_model.add(keras.layers.Conv2D(16, 3, strides=2, activation="relu"))
my_model.add(keras.layers.Flatten())
my_model.add(keras.layers.Dense(32, activation="relu"))
my_model.add(keras.layers.Dense(10))
my_model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
my_model.fit(train_scaled, train_target, epochs=4, batch_size=128, verbose=2)
