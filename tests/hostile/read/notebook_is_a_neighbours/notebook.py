"""The notebook itself is a link."""


def beside(folder, canaries):
    (folder / "optimizer_steps.ipynb").unlink()
    (folder / "optimizer_steps.ipynb").symlink_to(canaries["neighbour"])
