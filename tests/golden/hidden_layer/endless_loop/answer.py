# %% sigmoid_function
while True:
    pass
