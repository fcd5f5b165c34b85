"""Looks into the wheel in ``dist/``: it installs alone, and holds no solution. ``make wheel`` first."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from answers import ROOT, reference

from autograder.exercises import NAMES


def main() -> None:
    """Exits with a sentence when something is wrong."""
    wheel = max((ROOT / "dist").glob("*.whl"), key=lambda path: path.stat().st_mtime)
    with zipfile.ZipFile(wheel) as archive:
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    if any(name.endswith(".ipynb") for name in texts):
        sys.exit("the wheel holds a notebook")
    for assignment in NAMES:
        for question, solution in reference(assignment).items():
            block = "\n".join(line.strip() for line in solution.strip().splitlines())
            holders = [name for name, text in texts.items() if block in "\n".join(map(str.strip, text.splitlines()))]
            if len(block) > 40 and holders:
                sys.exit(f"{holders[0]} holds the solution of {question}")
    needed = {"ko.toml", "en.toml", "sweep.csv", "feedback.html.j2"}
    missing = [name for name in needed if not any(path.endswith(name) for path in texts)]
    if missing:
        sys.exit(f"the wheel lacks {', '.join(missing)}")
    with TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        python = Path(place) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", wheel], check=True)
        subprocess.run([python, "-I", "-c", "import autograder"], check=True, cwd=place)
    sys.stdout.write(f"{wheel.name}: {len(texts)} files, no solution, installs alone\n")


if __name__ == "__main__":
    main()
