"""Golden answers of optimizers and optimizer_steps."""

from golden_claims import *

ASSIGNMENTS = ("optimizers", "optimizer_steps")
