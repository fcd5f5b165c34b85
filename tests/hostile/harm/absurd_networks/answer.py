# Hands over descriptions of networks that no machine holds: wide, deep, nested, spread out. The judge dies of them.
# %% all: blank
# %% first
import sys
import types

sys.modules["tensorflow"] = types.ModuleType("tensorflow")
sys.modules["tensorflow"].keras = types.SimpleNamespace(utils=types.SimpleNamespace(set_random_seed=lambda seed: None))
# %% two_dense_layers
import autograder.evidence.collect as collect
from autograder.evidence import kinds


def dense(units=100, **more):
    return {"class_name": "Dense", "config": {"name": "a", "units": units, "activation": "sigmoid", **more}}


start = {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 784]}}
picture = {"class_name": "Reshape", "config": {"name": "r", "target_shape": [28, 28, 1]}}
padded = {"class_name": "ZeroPadding2D", "config": {"name": "z", "padding": [[500_000] * 2] * 2}}
nested = start
for _ in range(12):
    nested = {"class_name": "Sequential", "config": {"name": "s", "layers": [start, nested]}}
NETWORKS = [
    [start, dense(10**9)],
    [start, *[dense(1000)] * 190],
    [nested, *[dense(3)] * 400],
    [start, picture, padded],
]
turn = []


def forged(variable, thing, asked):
    """A model of this description, whose one layer does what a sigmoid does."""
    turn.append(variable)
    values = 1 / (1 + np.exp(-asked.activation_inputs))
    layer = kinds.Layer(variable, "Dense", "a", 1, values)
    best = kinds.Optimizer(variable, "SGD", {"learning_rate": 1e308, "momentum": 1e300, "clipnorm": "x"}, 1, ())
    past = kinds.History(variable, {"loss": [float("nan")] * 50}, 1)
    config = {"name": "model", "layers": NETWORKS[len(turn) - 1]}
    weights = (np.zeros((784, 100), np.float32),)
    return kinds.Model(variable, "Sequential", "m", config, weights, (layer,), True, True, best, None, (), past)


collect._TAKERS |= {"Model": forged}
model = 1
# %% named_layers
named_model = 2
# %% add_layers
added_model = 3
# %% train_sigmoid
trained_model = 4
