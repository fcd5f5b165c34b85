# %% new: a network that nobody else has
own_model = keras.Sequential()
own_model.add(keras.layers.Dense(UNITS, activation="sigmoid", input_shape=(784,)))
own_model.add(keras.layers.Dense(10, activation="softmax"))
own_model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
own_model.fit(train_scaled, train_target, epochs=5, verbose=2)
