"""How people come in: notebook, pytest, nbgrader, command line."""
