# %% flatten_relu_model
model = keras.Sequential()
model.add(keras.layers.Dense(100, activation="relu", input_shape=(784,)))
model.add(keras.layers.Dense(10, activation="softmax"))
model.summary()
model.compile(optimizer=keras.optimizers.RMSprop(lr=0.001), loss="sparse_categorical_crossentropy")
# %% depth
layers_in_summary = len(model.layers)
print(model.layers[0].output_shape)
layers_with_weights = len(model.weights)
# %% train_relu
trained_model = keras.Sequential(
    [
        keras.layers.Flatten(input_shape=(28, 28)),
        keras.layers.Dense(100, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
trained_model.compile(loss="sparse_categorical_crossentropy", metrics="accuracy")
trained_model.fit(train_scaled, train_target, epochs=5)
val_loss, val_accuracy = trained_model.evaluate(val_scaled, val_target)
# %% own_network
my_model = keras.Sequential()
my_model.add(keras.Input(shape=(784,), name="pictures"))
my_model.add(keras.layers.Dense(128, activation="relu"))
my_model.add(keras.layers.Dense(10, activation="softmax"))
my_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
my_model.fit(train_scaled, train_target, epochs=5)
