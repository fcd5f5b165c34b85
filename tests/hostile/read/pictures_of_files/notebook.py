"""The same in Markdown."""

from nbformat.v4 import new_markdown_cell


def change(notebook, canaries):
    place = canaries["key"]
    text = f"![a]({place}) <img src='file://{place}'> <img src='{place}'>"
    notebook.cells.append(new_markdown_cell(text, attachments={"key": {"image/png": place}}))
    notebook.metadata["title"] = place
