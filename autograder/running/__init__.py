"""Where an answer runs and where it is judged: notebooks in kernels, verdicts in a process of their own."""
