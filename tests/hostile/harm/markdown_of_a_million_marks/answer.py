# Hands in texts and code on which parsers take time that grows with the square of their length: hours for one page.
# %% all: blank
# %% sgd_step
from IPython.display import HTML, display

display({"text/html": "<b>" * 40_000 + "<a><i>" * 20_000, "text/plain": ""}, raw=True)
