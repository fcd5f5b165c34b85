# %% all: blank
# %% prepare_data
from sklearn.model_selection import train_test_split

(train_input, train_target), (test_input, test_target) = keras.datasets.fashion_mnist.load_data()
train_scaled = train_input.reshape(-1, 28 * 28) / 255.0
train_scaled, val_scaled, train_target, val_target = train_test_split(
    train_scaled, train_target, test_size=0.2, random_state=42
)
# %% sigmoid_function
while True:
    pass
# %% batch_dimension
batch_axis = None
steps_per_epoch = 1500
predictions = np.full((7, 10), 0.1)
