"""A language that nobody has written texts in."""


def change(notebook, canaries):
    notebook.metadata["autograder"] = {"language": "xx"}
    notebook.metadata["language_info"] = {"name": "x" * 1000}
