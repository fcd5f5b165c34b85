"""Links among the files handed in."""

import os


def beside(folder, canaries):
    (folder / "key.txt").symlink_to(canaries["key"])
    (folder / "neighbour.txt").symlink_to(canaries["neighbour"])
    (folder / "gradebook.txt").symlink_to(canaries["gradebook"])
    (folder / "folder").symlink_to(canaries["home"])
    (folder / "relative.txt").symlink_to(os.path.relpath(canaries["file"], folder))
    (folder / "chain.txt").symlink_to("key.txt")
    (folder / "loop").symlink_to(".")
    (folder / "inner").mkdir()
    (folder / "inner" / "key.txt").symlink_to(canaries["key"])
    os.mkfifo(folder / "pipe.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "optimizer_steps (1).ipynb").symlink_to(canaries["neighbour"])
