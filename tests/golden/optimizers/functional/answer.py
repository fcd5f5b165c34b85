# %% sgd_two_ways
def chapters_model(optimizer, metrics=("accuracy",)):
    pictures = keras.Input(shape=(28, 28))
    flat = keras.layers.Flatten()(pictures)
    hidden = keras.layers.Dense(units=100, activation=keras.activations.relu)(flat)
    outputs = keras.layers.Dense(units=10, activation=keras.activations.softmax)(hidden)
    model = keras.Model(inputs=pictures, outputs=outputs)
    model.compile(metrics=list(metrics), loss="sparse_categorical_crossentropy", optimizer=optimizer)
    return model


model_by_object, model_by_name = (chapters_model(optimizer) for optimizer in (keras.optimizers.SGD(), "sgd"))
# %% learning_rate
sgd = keras.optimizers.SGD(0.1)
# %% momentum
momentum = keras.optimizers.SGD(nesterov=False, momentum=0.9)
# %% nesterov
nesterov = keras.optimizers.SGD(nesterov=True, learning_rate=0.01, momentum=0.9)
# %% adagrad
adagrad = keras.optimizers.get("adagrad")
# %% rmsprop
rmsprop = keras.optimizers.RMSprop(rho=0.9, learning_rate=1e-3)
# %% adam
from keras.optimizers import Adam

adam = Adam(learning_rate=0.001)
# %% train_momentum
histories = {}


def train(name, optimizer):
    model = chapters_model(optimizer)
    histories[name] = model.fit(
        train_scaled, train_target, validation_data=(val_scaled, val_target), epochs=5, verbose=0
    )
    return model


model_momentum = train("momentum", momentum)
# %% train_nesterov
model_nesterov = train("nesterov", nesterov)
# %% train_adagrad
model_adagrad = train("adagrad", adagrad)
# %% train_rmsprop
model_rmsprop = train("rmsprop", rmsprop)
# %% train_adam
model_adam = train("adam", adam)
# %% adaptive
adaptive_optimizers = {name.lower() for name in ("Adagrad", "RMSprop", "Adam")}
# %% compare
results = {name: history.history["val_accuracy"][-1] for name, history in histories.items()}
best = sorted(results, key=lambda name: results[name])[-1]
figure, axes = plt.subplots()
for name in results:
    axes.plot(histories[name].epoch, histories[name].history["val_loss"], "--", label=name)
axes.legend()
