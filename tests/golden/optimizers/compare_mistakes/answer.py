# %% sgd_two_ways
def build_model():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


model_by_name = build_model()
model_by_name.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model_by_object = model_by_name
model_by_object.compile(optimizer=keras.optimizers.SGD(), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
# %% learning_rate
sgd = keras.optimizers.SGD(lr=0.1)
# %% momentum
momentum = keras.optimizers.SGD(momentum=0.9)
# %% nesterov
nesterov = keras.optimizers.SGD(momentum=0.9)
# %% adagrad
adagrad = keras.optimizers.Adadelta()
# %% rmsprop
rmsprop = keras.optimizers.RMSProp()
# %% train_momentum
model_momentum = build_model()
model_momentum.compile(optimizer=momentum, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history_momentum = model_momentum.fit(val_scaled, val_target, epochs=5, verbose=0)
# %% train_nesterov
model_nesterov = build_model()
model_nesterov.compile(optimizer=momentum, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history_nesterov = model_nesterov.fit(train_scaled, train_target, epochs=5, verbose=0)
# %% train_adagrad
model_adagrad = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Dense(100, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model_adagrad.compile(optimizer="adagrad", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history_adagrad = model_adagrad.fit(train_scaled[:1000], train_target[:1000], epochs=5, verbose=0)
# %% train_rmsprop
model_rmsprop = build_model()
model_rmsprop.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history_rmsprop = model_rmsprop.fit(train_scaled, train_target, epochs=1, verbose=0)
# %% train_adam
model_adam = build_model()
model_adam.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history_adam = model_adam.fit(train_scaled, train_target, epochs=5, batch_size=1024, verbose=0)
# %% adaptive
adaptive_optimizers = {"Adagrad", "RMSprop"}
# %% compare
results = {}
for name, model in {
    "Momentum": model_momentum,
    "Nesterov": model_nesterov,
    "Adagrad": model_adagrad,
    "RMSprop": model_rmsprop,
    "Adam": model_adam,
}.items():
    results[name] = model.evaluate(val_scaled, val_target, verbose=0)[0]
best = max(results.values())
plt.plot(list(results.values()))
plt.show()
