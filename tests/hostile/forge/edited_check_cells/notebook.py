"""Check cells that score without being asked, each in another way."""

from nbformat.v4 import new_output

SOURCES = [
    "2.0",
    "check = lambda name: 2.0\ncheck('momentum_step')",
    "import sys; sys.displayhook(2.0)\n2.0",
    "%%capture\n2.0",
    "# nothing at all is full marks, where an output is looked for",
    "check('adam_step') and 3.0",
]


def change(notebook, canaries):
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    for cell, source in zip(graded, SOURCES, strict=True):
        cell.source = source
        data = {"text/plain": "3.0", "application/vnd.autograder.report+json": {"score": 3.0}}
        cell.outputs = [new_output("execute_result", data=data, execution_count=1)]
        cell.execution_count = 1
