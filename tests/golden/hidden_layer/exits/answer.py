# %% add_layers
import os

os._exit(1)
