"""Golden answers of hidden_layer and relu_flatten."""

from golden_claims import *

ASSIGNMENTS = ("hidden_layer", "relu_flatten")
