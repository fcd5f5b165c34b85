"""Names, ids and metadata of cells that belong to others."""

from copy import deepcopy


def change(notebook, canaries):
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    answered = graded[0]
    for cell in graded[1:]:
        cell.source = answered.source
    swapped = graded[1]
    swapped.metadata["nbgrader"], answered_too = deepcopy(answered.metadata["nbgrader"]), deepcopy(answered)
    answered_too.metadata["nbgrader"]["grade_id"] = "adam_step"
    answered_too["id"] = graded[2]["id"]
    notebook.cells.append(answered_too)
