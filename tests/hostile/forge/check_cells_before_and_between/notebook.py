"""Cells that look like check cells, and graded cells that do not."""

from nbformat.v4 import new_code_cell, new_output

from autograder.running.cells import check_cells

FORMS = ("check({!r})", "autograder.check({!r})", "x = 1\ncheck({!r})  # 2.0", "2.0\n\ncheck({!r})", "(check)({!r})")


def change(notebook, canaries):
    output = new_output("execute_result", data={"text/plain": "2.0"}, execution_count=1)
    for index, name in sorted(check_cells(notebook).items(), reverse=True):
        graded = notebook.cells[index]
        own = [new_code_cell(form.format(name), outputs=[output]) for form in FORMS]
        for number, cell in enumerate(own):
            cell.metadata["nbgrader"] = {"grade": True, "solution": False, "grade_id": f"{name}_{number}", "points": 2}
        notebook.cells[index : index + 1] = [*own[:2], graded, *own[2:]]
        own[3].metadata["nbgrader"] = {"grade": True, "solution": True, "grade_id": name, "points": 2}
        own[4].metadata["nbgrader"] = {"grade_id": name}
        own[4]["id"] = graded["id"]
        graded.source = "2.0"
