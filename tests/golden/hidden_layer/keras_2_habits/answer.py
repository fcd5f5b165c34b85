# %% sigmoid_function
def sigmoid(z):
    1 / (1 + np.exp(-z))


# %% two_dense_layers
dense1 = keras.layers.Dense(100, activation="sigmoid")
dense2 = keras.layers.Dense(10, activation="softmax")
model = keras.Sequential([dense1, dense2])
# %% batch_dimension
batch_axis = model.layers[0].input_shape
# %% named_layers
named_model = keras.Sequential(
    [
        keras.layers.Dense(100, activation="sigmoid", input_shape=(784,), name="hidden"),
        keras.layers.Dense(10, activation="softmax", name="output"),
    ],
    name="패션 MNIST 모델",
)
named_model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
named_model.fit(train_scaled, train_target, epochs=5)
# %% train_sigmoid
trained_model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        keras.layers.Dense(100, activation="sigmoid"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
trained_model.compile(loss="sparse_categorical_crossentropy", metrics="accuracy")
history = trained_model.fit(train_scaled, train_target, epochs=5)
