"""Walls around a learner's notebook: what it sees, what it may use, and that nothing of it survives."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import nbformat
import pytest
from answers import ROOT, release
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from nbformat.v4 import new_code_cell, new_notebook

from autograder.evidence import Request, wire
from autograder.judging.crashes import explain
from autograder.running.confinement import Limits
from autograder.running.confinement.installation import policy
from autograder.running.kernels.provisioner import CONFINED
from autograder.running.notebook_run import Run, run_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="walls are made of Linux")

MIB = 1 << 20
SMALL = Limits(
    cell_seconds=20,
    notebook_seconds=60,
    processor_seconds=30,
    memory_bytes=1_024 * MIB,
    scratch_bytes=64 * MIB,
    file_bytes=32 * MIB,
    processes=64,
    open_files=128,
    output_bytes=2 * MIB,
)
ASKED = Request("question", {"x": "Value"}, {})


def run(*cells: str, files: Path | None = None, **limits: int) -> Run:
    """Runs cells and asks for ``x`` after the last one."""
    notebook = new_notebook(cells=[*map(new_code_cell, cells), new_code_cell("check('question')")])
    return run_notebook(notebook, {len(cells): ASKED}, files=files, limits=replace(SMALL, **limits), confined=True)


def value(run: Run) -> Any:
    """What the cells left in ``x``."""
    bundle = wire.unpack(run.packed["question"])
    assert bundle.crash is None, bundle.crash
    return bundle.evidence["x"].value


def code(run: Run) -> str:
    """What the learner is told of what stopped the notebook."""
    crash = wire.unpack(run.packed["question"]).crash
    assert crash is not None, run.notebook.cells
    return explain(crash)[0]


def alive(marker: str) -> list[int]:
    """Processes on this machine with ``marker`` in their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes()
        except OSError:
            continue
        if marker.encode() in words:
            found.append(int(place.parent.name))
    return found


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def soon(condition: Any, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(condition())


# --- what it sees


def test_jupyter_client_starts_confined_kernels_by_the_provisioners_name() -> None:
    manager = KernelManager()
    argv = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    metadata = {"kernel_provisioner": {"provisioner_name": CONFINED}}
    specification = KernelSpec(argv=argv, display_name="", language="python", metadata=metadata)
    manager._kernel_spec = specification  # noqa: SLF001 - what an installed one would set
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=30)
        said: list[str] = []
        client.execute_interactive(
            "import os; print(os.getuid(), os.uname().nodename)",
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
        assert "".join(said).split() == ["1000", "notebook"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_the_environment_is_the_policys_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_TOKEN", "secret-of-the-course")
    seen = value(
        run(
            "import os\nfrom pathlib import Path",
            "x = [sorted(os.environ), [Path(f'/proc/{p}/environ').read_bytes().decode() for p in (1, os.getpid())"
            " if os.access(f'/proc/{p}/environ', os.R_OK)]]",
        )
    )
    assert "COURSE_TOKEN" not in seen[0]
    assert "secret-of-the-course" not in str(seen)
    assert "HOME" in seen[0]


def test_only_the_interpreter_and_this_package_are_there_to_be_read(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_text("marks", encoding="utf-8")
    root = Path(__file__).resolve().parents[1]
    places = [str(tmp_path), str(root), str(Path.home()), "/etc/shadow", "/root/.ssh", "/var", "/run", "/mnt", "/opt"]
    looks = f"import os\nx = {{p: os.listdir(p) if os.path.isdir(p) else os.path.exists(p) for p in {places!r}}}"
    seen = value(run(looks))
    assert not {"source", "tests", "release", ".git"} & set(seen.pop(str(root)) or [])
    assert not [item for item in seen.pop(str(Path.home())) or [] if item in {".ssh", ".bashrc", ".keras", ".cache"}]
    # Wherever this checkout and its interpreter lie, the folders on the way to them are there, and hold nothing else.
    on_the_way = {str(folder) for shown in policy(None, SMALL).shown for folder in Path(shown).parents}
    assert not [place for place, there in seen.items() if there and place not in on_the_way]
    assert not seen[str(tmp_path)]


def test_files_handed_in_are_copied_and_links_are_not(tmp_path: Path) -> None:
    outside, files = tmp_path / "outside", tmp_path / "files"
    (files / "helpers").mkdir(parents=True)
    outside.write_text("somebody else's", encoding="utf-8")
    (files / "helpers" / "mine.py").write_text("answer = 42\n", encoding="utf-8")
    (files / "link").symlink_to(outside)
    seen = value(
        run(
            "import os\nimport helpers.mine\nopen('new.txt', 'w').write('x')",
            "x = [helpers.mine.answer, sorted(os.listdir('.'))]",
            files=files,
        )
    )
    assert seen[0] == 42
    assert set(seen[1]) >= {"helpers", "new.txt"}
    assert "link" not in seen[1]
    assert sorted(path.name for path in files.iterdir()) == ["helpers", "link"]


def test_the_pictures_are_where_keras_looks_and_cannot_be_changed() -> None:
    looks = (
        "import os\nfolder = os.path.join(os.environ['KERAS_HOME'], 'datasets', 'fashion-mnist')\n"
        "try:\n    open(os.path.join(folder, 'new'), 'w')\nexcept OSError as error:\n"
        "    x = [sorted(os.listdir(folder)), error.errno]"
    )
    names, error = value(run(looks))
    assert "train-images-idx3-ubyte.gz" in names
    assert error == 30  # read-only file system


# --- what it may use: the limit that was met is told

LIMITS = {
    "memory of one process": ("big = bytearray(3 << 30)", "crash_memory"),
    "memory of many": (
        "import os, time\nfor n in range(8):\n    if not os.fork(): big = b'x' * (300 << 20); break\ntime.sleep(60)",
        "crash_memory",
    ),
    "memory shared": (
        "import mmap\nbig = mmap.mmap(-1, 2 << 30)\nfor i in range(0, 2 << 30, 4096):\n    big[i] = 1",
        "crash_memory",
    ),
    "files in the scratch folder": (
        "for n in range(5):\n    open(f'big{n}', 'wb').write(bytes(20 << 20))",
        "crash_disk",
    ),
    "one file": ("open('big', 'wb').write(bytes(40 << 20))", "crash_disk"),
    "open files": ("held = [open('/dev/null') for _ in range(200)]", "crash_open_files"),
    "processes": (
        "import os, time\nfor _ in range(100):\n    if not os.fork():\n        time.sleep(30)\n        os._exit(0)",
        "crash_processes",
    ),
    "threads": (
        "import threading, time\nfor _ in range(100):\n    threading.Thread(target=time.sleep, args=(3,)).start()",
        "crash_processes",
    ),
    "output": ("while True:\n    print('x' * 10_000)", "crash_output"),
    "displays": ("from IPython.display import display\nwhile True:\n    display('x' * 10_000)", "crash_output"),
    "one output": ("print('x' * (4 << 20))", "crash_output"),
    "time of a cell": ("import time\ntime.sleep(60)", "crash_time_limit"),
}


@pytest.mark.parametrize(("source", "told"), LIMITS.values(), ids=LIMITS.keys())
def test_a_notebook_that_meets_a_limit_is_told_which(source: str, told: str) -> None:
    started = time.monotonic()
    assert code(run(source, cell_seconds=8)) == told
    assert time.monotonic() - started < SMALL.notebook_seconds


def test_processor_time_of_threads_and_processes_is_added_up() -> None:
    burn = "import os, time\nfor _ in range(3):\n    if not os.fork():\n        while True: pass\ntime.sleep(60)"
    assert code(run(burn, processor_seconds=6)) == "crash_processor_time"


def test_all_cells_together_have_a_limit_of_their_own() -> None:
    sleep = "import time\ntime.sleep(4)"
    assert code(run(sleep, sleep, sleep, notebook_seconds=6)) == "crash_notebook_time"


def test_a_loop_that_swallows_interrupts_is_ended() -> None:
    loop = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    assert code(run(loop, cell_seconds=2)) in {"crash_kernel_died", "crash_time_limit", "crash_endless_loop"}


def test_a_loop_that_cannot_end_is_not_waited_for() -> None:
    large = "from IPython.display import display\ndisplay('x' * 200_000)"  # for which the kernel starts a thread
    loop = "step = 0\nwhile step < 10:\n    loss = 0.5 * step"
    stopped = run(large, loop, "print('goes on')", cell_seconds=20, loop_seconds=60)
    crash = wire.unpack(stopped.packed["question"]).crash
    assert crash is not None
    assert explain(crash)[0] == "crash_endless_loop"
    assert explain(crash)[1]["error"] == "EndlessLoop: while step < 10:"
    assert stopped.notebook.cells[2].outputs[0].text == "goes on\n"


def test_a_loop_that_waits_for_a_thread_is_left_alone() -> None:
    waits = "import threading\n\n\ndef end():\n    global done\n    done = True\n\n\ndone = False\n"
    waits += "threading.Timer(4, end).start()\nwhile not done:\n    pass\nx = 42"
    assert value(run(waits)) == 42


def test_an_endless_loop_stops_alone_also_one_that_tries_again_and_again() -> None:
    loop = "while True:\n    try:\n        x = 1\n    except Exception:\n        pass"
    stopped = run(loop, "print('goes on')", loop_seconds=1)
    assert code(stopped) == "crash_time_limit"
    assert stopped.notebook.cells[1].outputs[0].text == "goes on\n"


def test_the_time_in_which_a_library_is_at_work_is_no_loop() -> None:
    assert (
        value(run("import copy\nx = len(copy.deepcopy([[i] for i in range(1_500_000)]))", loop_seconds=2)) == 1_500_000
    )


def test_a_cell_that_prints_too_much_stops_alone() -> None:
    notebook = run("while True:\n    print('hello')", "x = 42")
    assert code(notebook) == "crash_output"
    assert wire.unpack(notebook.packed["question"]).evidence["x"].value == 42


def test_what_is_within_the_limits_is_not_disturbed() -> None:
    fine = (
        "import subprocess, threading, tempfile, multiprocessing.shared_memory as shared\n"
        "open('model.bin', 'wb').write(bytes(10 << 20))\n"
        "tempfile.TemporaryFile().write(b'x')\nblock = shared.SharedMemory(create=True, size=1000)\n"
        "t = threading.Thread(target=print); t.start(); t.join()\n"
        "x = subprocess.run(['echo', 'hello'], capture_output=True, text=True).stdout"
    )
    assert value(run(fine)) == "hello\n"


# --- how it ends


def test_whatever_a_notebook_detached_is_dead_when_its_run_is_over() -> None:
    marker = f"detached-{uuid4()}"
    start = (
        "import subprocess, sys\n"
        "code = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)'\n"
        f"p = subprocess.Popen([sys.executable, '-c', code, {marker!r}], start_new_session=True)\nx = p.poll()"
    )
    assert value(run(start, "import time; time.sleep(1); x = p.poll()")) is None
    assert not alive(marker)


GRADER = """
import sys
from nbformat.v4 import new_code_cell, new_notebook
from autograder.running.confinement import Limits
from autograder.running.confinement.installation import policy
from autograder.running.notebook_run import run_notebook
code = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300); {0}'])"
code += "; time.sleep(300)"
run_notebook(new_notebook(cells=[new_code_cell(code)]), {{}}, files=None, limits=Limits(), confined=True)
"""


@contextmanager
def grader_at_work(marker: str) -> Iterator[subprocess.Popen[bytes]]:
    grader = subprocess.Popen([sys.executable, "-c", GRADER.format(f'\\"{marker}\\"')], stderr=subprocess.DEVNULL)
    try:
        assert soon(lambda: len(alive(marker)) > 1, 40)
        yield grader
    finally:
        grader.kill()
        grader.wait()


def test_a_grader_that_is_killed_leaves_nothing_behind() -> None:
    marker = f"orphan-{uuid4()}"
    with grader_at_work(marker) as grader:
        grader.kill()
        grader.wait()
        assert soon(lambda: not alive(marker))


def test_without_its_keeper_nothing_goes_on() -> None:
    marker = f"unkept-{uuid4()}"
    with grader_at_work(marker) as grader:
        for keeper in [keeper for starter in children(grader.pid) for keeper in children(starter)]:
            os.kill(keeper, signal.SIGKILL)
        # The grader itself carries the marker in its command line.
        assert soon(lambda: alive(marker) in ([grader.pid], []))


# --- machines


def inspected(*prefix: str) -> list[list[str]]:
    """What ``doctor --confinement`` says, started by another program."""
    command = [*prefix, "autograder", "doctor", "--confinement"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"})
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.split() for line in done.stdout.splitlines() if line.strip()]


@pytest.mark.parametrize("user", ["this one", "an ordinary one", "the only one of a container"])
def test_every_part_of_the_walls_holds_for(user: str) -> None:
    prefix = {
        "this one": [],
        "an ordinary one": ["unshare", "--user", "--map-user=1234", "--map-group=1234"],
        "the only one of a container": ["unshare", "--user", "--map-root-user"],
    }[user]
    rows = inspected(*prefix)[1:]
    assert len(rows) >= 9
    assert {row[0] for row in rows} == {"✓"}


# A machine that allows no user namespaces; the first process in one of its own can still say so for what it starts.
OLD_MACHINE = ["unshare", "--user", "--map-root-user", "sh", "-c"]
NO_NAMESPACES = "echo 0 > /proc/sys/user/max_user_namespaces && exec "


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one submission, which is a notebook as it was released."""
    shutil.copytree(ROOT / "source" / "optimizer_steps", tmp_path / "source" / "optimizer_steps")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    folder = tmp_path / "submitted" / "kim" / "optimizer_steps"
    folder.mkdir(parents=True)
    nbformat.write(release("optimizer_steps", "en"), folder / "optimizer_steps.ipynb")
    subprocess.run(
        ["nbgrader", "generate_assignment", "optimizer_steps"], cwd=tmp_path, check=True, capture_output=True
    )
    return tmp_path


NOTEBOOK = "submitted/kim/optimizer_steps/optimizer_steps.ipynb"


@pytest.mark.parametrize(
    "command", [f"autograder check {NOTEBOOK}", f"pytest -p no:xdist {NOTEBOOK}", "nbgrader autograde optimizer_steps"]
)
def test_where_walls_cannot_be_raised_grading_refuses_in_one_sentence(course: Path, command: str) -> None:
    done = subprocess.run(
        [*OLD_MACHINE, NO_NAMESPACES + command], cwd=course, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode
    assert "cannot confine learners' code" in " ".join(said.split())
    assert "--unconfined" in said
    assert "Traceback" not in said
    assert not list((course / "autograded").glob("kim/*"))


def test_nbgrader_grades_without_walls_when_told_to_and_the_feedback_says_so(course: Path) -> None:
    command = "nbgrader autograde optimizer_steps --JudgedExecute.unconfined=True"
    subprocess.run([*OLD_MACHINE, NO_NAMESPACES + command], cwd=course, capture_output=True, check=True)
    path = course / "autograded" / "kim" / "optimizer_steps" / "optimizer_steps.ipynb"
    assert "Run without walls" in path.read_text(encoding="utf-8")


def test_unconfined_reports_say_so(tmp_path: Path) -> None:
    path = tmp_path / "my.ipynb"
    nbformat.write(release("optimizer_steps", "en"), path)
    command = ["autograder", "check", str(path), "--unconfined"]
    plain = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Run without walls" in plain.stdout
    machine = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    reports = json.loads(machine.stdout)["reports"].values()
    assert all(report["unconfined"] for report in reports)


def test_a_warm_kernel_finds_the_pictures_and_leaves_nothing_on_the_machine() -> None:
    loads = (
        "from tensorflow import keras\nimport os, tempfile\n"
        "(pictures, _), _ = keras.datasets.fashion_mnist.load_data()\ntempfile.TemporaryFile().write(b'x')\n"
        "x = [list(pictures.shape), os.environ['HOME']]"
    )
    shape, home = value(run(loads, cell_seconds=60, memory_bytes=4 << 30))
    assert shape == [60_000, 28, 28]
    assert not Path(home).exists()
