"""Metadata of other types; what nobody looks at is free to be anything."""


def change(notebook, canaries):
    notebook.metadata["autograder"] = ["ko"]
    notebook.metadata["nbgrader"] = "x"
    for number, cell in enumerate(notebook.cells):
        cell.metadata["autograder"] = number
        cell.metadata["slideshow"] = "x"
        if not cell.metadata.get("nbgrader"):
            cell.metadata["nbgrader"] = [None, "x", 3, ["grade_id"], {"grade_id": ["x"]}, {"grade": True}][number % 6]
