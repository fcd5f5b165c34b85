"""Names and sizes that a file system allows."""

import os


def beside(folder, canaries):
    for name in (b"\xff\xfe.py", b"a\nb.py", b"\x1b[2J\x1b]0;title\x07.py", b"-rf", b"$(touch late)", b"'; drop table grade; --"):
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(b"x")
    with open(folder / "holes.bin", "wb") as file:
        file.truncate(300_000_000)
    (folder / "a_folder.ipynb").mkdir()
    (folder / "other.ipynb").write_text("{}", encoding="ascii")
