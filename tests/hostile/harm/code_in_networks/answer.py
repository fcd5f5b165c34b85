# Hands over descriptions of networks that name code to load, files to read and shapes to evaluate: the judge runs them.
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
system = {"class_name": "function", "config": "system", "module": "os", "registered_name": "system"}
code = {"class_name": "__lambda__", "config": {"code": "4wAAAAAAAAAA", "defaults": None, "closure": None}}
lambda_layer = {"class_name": "Lambda", "config": {"name": "l", "function": code, "arguments": {}}}
ours = {"class_name": "Touch", "module": "conftest", "registered_name": "Custom>Touch", "config": {"name": "t"}}
saved = {"class_name": "TFSMLayer", "config": {"name": "t", "filepath": CANARY["course"]}}
NETWORKS = [
    [start, dense(activation=system, kernel_initializer=system, bias_regularizer=system, kernel_constraint=code)],
    [start, lambda_layer, {**dense(), "module": "os", "registered_name": "os>system"}],
    [start, ours, saved],
    [start, dense(units=f"__import__('os').mknod({CANARY['late']!r})"), dense(units=[100] * 8)],
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
