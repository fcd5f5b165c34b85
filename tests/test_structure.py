"""The house: which room may import which, and how heavy that is."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "autograder"
ROOMS = ("evidence", "judging", "exercises", "running", "reporting", "doors")
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def room(module: str) -> str:
    return module.split(".")[1] if module.startswith("autograder.") else ""


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_only_rooms_before_it(name: str) -> None:
    allowed = {*ROOMS[: ROOMS.index(name) + 1], ""}
    wrong = {f"{path.name}: {module}" for path in (PACKAGE / name).rglob("*.py") for module in imports(path)}
    assert not {line for line in wrong if room(line.split(": ")[1]) not in allowed}


def test_what_runs_beside_learners_code_imports_the_standard_library_and_numpy_only() -> None:
    foreign = set()
    for path in (PACKAGE / "evidence").rglob("*.py"):
        tops = {module.split(".")[0] for module in imports(path)}
        foreign |= tops - set(sys.stdlib_module_names) - {"numpy", "autograder"}
    assert not foreign


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_is_much_longer_than_250_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 260


LIGHT = [
    "autograder",
    "autograder.doors.pytest_plugin",
    "autograder.evidence.collect",
    "autograder.running.fits.lookup",
]


@pytest.mark.parametrize("module", LIGHT)
def test_importing_loads_neither_keras_nor_nbgrader_nor_pytest(module: str) -> None:
    heavy = "{'keras', 'tensorflow', 'nbgrader', 'sklearn', 'scipy'}" + ("" if "pytest" in module else " | {'pytest'}")
    code = f"import sys, {module}; print(sorted(({heavy}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_module_pickles() -> None:
    for path in MODULES:
        assert not imports(path) & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}, path
