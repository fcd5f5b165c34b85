# %% prepare_data
from sklearn.model_selection import train_test_split

(train_input, train_target), (test_input, test_target) = keras.datasets.fashion_mnist.load_data()
train_scaled = train_input.reshape(-1, 28 * 28) / 255.0
train_scaled, val_scaled, train_target, val_target = train_test_split(
    train_scaled, train_target, test_size=0.2, random_state=0
)


# %% sigmoid_function
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# %% two_dense_layers
dense1 = keras.layers.Dense(10, activation="softmax")
dense2 = keras.layers.Dense(100, activation="sigmoid")
model = keras.Sequential([keras.Input(shape=(784,), batch_size=32), dense1, dense2])
# %% parameter_counts
hidden_params = 784 * 100
output_params = 100 * 10
total_params = hidden_params + output_params
# %% batch_dimension
batch_axis = "None"
steps_per_epoch = 60000 / 32
predictions = val_scaled[:7]
# %% named_layers
named_model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        keras.layers.Dense(100, activation="sigmoid", name="Hidden"),
        keras.layers.Dense(10, activation="softmax", name="output"),
    ],
    name="fashion_mnist_model",
)
# %% add_layers
added_model = keras.Sequential()
added_model.add(keras.layers.Dense(100, input_shape=(784,)))
added_model.add(keras.layers.Dense(10, activation="softmax"))
# %% train_sigmoid
trained_model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        keras.layers.Dense(100, activation="sigmoid"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
trained_model.compile(loss="sparse_categorical_crossentropy")
trained_model.fit(val_scaled, val_target, epochs=5, verbose=0)
history = trained_model.fit(val_scaled, val_target, epochs=2, verbose=0)
