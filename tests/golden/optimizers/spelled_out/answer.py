# %% sgd_two_ways
model_by_name = keras.Sequential()
model_by_name.add(keras.layers.Flatten(input_shape=(28, 28)))
model_by_name.add(keras.layers.Dense(100, activation="relu"))
model_by_name.add(keras.layers.Dense(10, activation="softmax"))
model_by_name.compile("SGD", keras.losses.SparseCategoricalCrossentropy(), metrics=["sparse_categorical_accuracy"])

model_by_object = keras.Sequential()
model_by_object.add(keras.Input((28, 28)))
model_by_object.add(keras.layers.Reshape((784,)))
model_by_object.add(keras.layers.Dense(100))
model_by_object.add(keras.layers.ReLU())
model_by_object.add(keras.layers.Dense(10))
model_by_object.add(keras.layers.Softmax())
sgd = keras.optimizers.SGD(learning_rate=0.01, momentum=0.0, nesterov=False)
model_by_object.compile(
    sgd, loss=keras.losses.sparse_categorical_crossentropy, metrics=[keras.metrics.SparseCategoricalAccuracy()]
)
# %% learning_rate
sgd = keras.optimizers.SGD()
sgd.learning_rate = 0.1
# %% momentum
settings = {"learning_rate": 0.01, "momentum": 0.9}
momentum = keras.optimizers.SGD(**settings)
# %% nesterov
nesterov = keras.optimizers.SGD.from_config({**settings, "nesterov": True, "name": "nesterov"})
# %% adagrad
adagrad = keras.optimizers.Adagrad(learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-07)
# %% rmsprop
rmsprop = keras.optimizers.get("RMSprop")
# %% adam
adam = keras.optimizers.Adam(beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, name="my_adam")
# %% train_momentum
model_momentum = keras.Sequential()
model_momentum.add(keras.Input(shape=(28, 28)))
model_momentum.add(keras.layers.Flatten())
model_momentum.add(keras.layers.Dense(100, activation="relu", name="hidden"))
model_momentum.add(keras.layers.Dense(10, activation="softmax", name="output"))
model_momentum.compile(
    keras.optimizers.SGD(0.01, 0.9), "sparse_categorical_crossentropy", metrics=["accuracy"]
)
history_momentum = model_momentum.fit(train_scaled, train_target, epochs=5, verbose=0)
# %% train_nesterov
model_nesterov = keras.Sequential()
model_nesterov.add(keras.layers.Flatten())
model_nesterov.add(keras.layers.Dense(100, activation="relu"))
model_nesterov.add(keras.layers.Dense(10, activation="softmax"))
model_nesterov.compile(
    optimizer=keras.optimizers.SGD(0.01, 0.9, True),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)
history_nesterov = model_nesterov.fit(x=train_scaled, y=train_target, batch_size=32, epochs=5, verbose=0)
# %% train_adagrad
model_adagrad = keras.Sequential(
    [keras.layers.Flatten(), keras.layers.Dense(100, "relu"), keras.layers.Dense(10, "softmax")]
)
model_adagrad.compile(optimizer="adagrad", loss="sparse_categorical_crossentropy", metrics=["acc"])
history_adagrad = model_adagrad.fit(train_scaled, train_target, epochs=5, shuffle=True, verbose=0)
# %% train_rmsprop
model_rmsprop = keras.models.clone_model(model_adagrad)
model_rmsprop.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history_rmsprop = model_rmsprop.fit(train_scaled, train_target, epochs=5, verbose=0)
# %% train_adam
model_adam = keras.models.clone_model(model_by_object)
model_adam.compile(optimizer="Adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history_adam = model_adam.fit(train_scaled, train_target, validation_data=(val_scaled, val_target), epochs=5, verbose=0)
# %% adaptive
adaptive_optimizers = ["Adam", "RMSprop", "Adagrad"]
# %% compare
results = {}
results["adam"] = model_adam.evaluate(val_scaled, val_target, verbose=0)[1]
results["rmsprop"] = model_rmsprop.evaluate(val_scaled, val_target, verbose=0, return_dict=True)["accuracy"]
results["adagrad"] = round(model_adagrad.evaluate(val_scaled, val_target, verbose=0)[-1], 4)
results["nesterov"] = np.mean(model_nesterov.predict(val_scaled, verbose=0).argmax(axis=1) == val_target)
results["momentum"] = np.float32(model_momentum.evaluate(val_scaled, val_target, verbose=0)[1])

best = "momentum"
for name in results:
    if results[name] > results[best]:
        best = name

plt.plot(history_momentum.history["loss"])
plt.plot(history_nesterov.history["loss"])
plt.plot(history_adagrad.history["loss"])
plt.plot(history_rmsprop.history["loss"])
plt.plot(history_adam.history["loss"])
plt.legend(["momentum", "nesterov", "adagrad", "rmsprop", "adam"])
plt.savefig("curves.png")
plt.show()
