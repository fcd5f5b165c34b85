"""A path longer than the system lets anybody name, made step by step."""

import os


def beside(folder, canaries):
    for name in "abyz":
        (folder / name).mkdir()
        (folder / name / "key.txt").symlink_to(canaries["key"])
        (folder / name / "neighbour.txt").symlink_to(canaries["neighbour"])
        before = os.open(".", os.O_RDONLY)
        os.chdir(folder / name)
        try:
            for _ in range(25):
                os.mkdir("d" * 200)
                os.chdir("d" * 200)
        finally:
            os.fchdir(before)
            os.close(before)
