# %% all: blank
