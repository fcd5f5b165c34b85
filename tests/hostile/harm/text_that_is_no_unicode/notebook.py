"""The same in the file, as JSON can say it."""

from nbformat.v4 import new_code_cell, new_markdown_cell


def change(notebook, canaries):
    notebook.metadata["half"] = "\ud800"
    notebook.cells.append(new_markdown_cell("\ud800 \x00 \x1b[2J"))
    notebook.cells.append(new_code_cell("'\ud800'"))
