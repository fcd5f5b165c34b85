"""Attachments, as an editor makes them of pictures that are dropped into a text, and others."""

from nbformat.v4 import new_markdown_cell

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def change(notebook, canaries):
    notebook.cells += [
        new_markdown_cell("![fine](attachment:a.png)", attachments={"a.png": {"image/png": PICTURE}}),
        new_markdown_cell("![none](attachment:b.png)"),
        new_markdown_cell("![empty](attachment:c.png)", attachments={"c.png": {}}),
        new_markdown_cell("![text](attachment:d.png)", attachments={"d.png": {"text/html": "<script>ACTIVE-CONTENT</script>"}}),
    ]
