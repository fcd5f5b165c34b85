"""Many cells, of every type."""

from nbformat import NotebookNode


def change(notebook, canaries):
    for number in range(100_000):
        common = {"id": f"c{number}", "metadata": {"tags": ["a", "b"]}, "source": "1"}
        if number % 2:
            notebook.cells.append(NotebookNode({**common, "cell_type": "markdown"}))
        else:
            notebook.cells.append(NotebookNode({**common, "cell_type": "raw"}))
