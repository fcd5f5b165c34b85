# %% all: blank
# %% sgd_two_ways
def build_model(units=100):
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


model_by_name = build_model()
model_by_name.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model_by_object = build_model()
model_by_object.compile(
    optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="sparse_categorical_crossentropy"
)
# %% learning_rate
sgd = keras.optimizers.SGD()
sgd.lr = 0.1
# %% momentum
momentum = 0.9
# %% nesterov
nesterov = keras.optimizers.SGD(nesterov=True)
# %% adagrad
adagrad = "adagrad"
# %% rmsprop
rmsprop = keras.optimizers.RMSprop
# %% adam
adam = keras.optimizers.Adam(learning_rate=0.01)
# %% train_momentum
model_momentum = build_model()
model_momentum.compile(
    optimizer=keras.optimizers.SGD(momentum=0.9, nesterov=True),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history_momentum = model_momentum.fit(train_scaled, train_target, epochs=5, verbose=0)
# %% train_nesterov
model_nesterov = model_momentum
model_nesterov.compile(
    optimizer=keras.optimizers.SGD(momentum=0.9, nesterov=True),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history_nesterov = model_nesterov.fit(train_scaled, train_target, epochs=5, verbose=0)
# %% train_adam
model_adam = build_model()
model_adam.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
# %% adaptive
adaptive_optimizers = {"adagrad", "rmsprop", "momentum"}
# %% compare
results = {
    "momentum": history_momentum.history["accuracy"][-1],
    "nesterov": history_nesterov.history["accuracy"][-1],
}
best = max(results.values())
plt.plot(history_momentum.history["accuracy"])
plt.plot(history_nesterov.history["accuracy"])
plt.show()
