"""Each kind of text is cheap to write and dear to read."""

from nbformat.v4 import new_code_cell, new_markdown_cell

TEXTS = (
    "[" * 60_000,
    "<" * 200_000,
    "*a **a " * 20_000,
    "> " * 20_000 + "a",
    "`" * 60_000 + "a",
    "![" * 30_000 + "](" * 30_000,
    "<b>" * 20_000,
    "<a><b>" * 10_000,
    "<!--" * 40_000,
    "$" * 60_001,
    "- " * 5_000 + "a",
    "\n".join(" " * number + "- a" for number in range(1_500)),
    "|" * 40_000 + "\n" + "|-" * 40_000,
    "&" * 200_000,
)


def change(notebook, canaries):
    notebook.cells += [new_markdown_cell(text) for text in TEXTS]
    notebook.cells.append(new_code_cell("check(" + "(" * 100_000 + ".".join(["a"] * 100_000)))
    notebook.cells.append(new_code_cell("check('x')#" + "-" * 100_000 + "\n" + "not " * 50_000 + "check('sgd_step')"))
