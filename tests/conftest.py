import atexit
import os
import signal
import sys
from collections.abc import Generator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

# Kernels and judges that the tests start say nothing of TensorFlow's devices.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# nbgrader starts the program `alembic`, which lies beside this interpreter.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

# What was run for another version of the code, or by whoever works here, has no part in the tests.
for _kind in ("CACHE", "STATE"):
    os.environ[f"XDG_{_kind}_HOME"] = _folder = mkdtemp(prefix="autograder-tests-")
    atexit.register(rmtree, _folder, ignore_errors=True)

# Programs that a shell starts in the background ignore it, and so would everything that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["pytester"]
pytest.register_assert_rewrite("golden_claims")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything has to be there, as in continuous integration, a test that is skipped fails."""
    report = yield
    if report.skipped and os.environ.get("TESTS_MAY_NOT_SKIP"):
        report.outcome = "failed"
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Golden claims hold for every case of the assignments that a file names."""
    if "assignment" not in metafunc.fixturenames or not hasattr(metafunc.module, "ASSIGNMENTS"):
        return
    from golden import cases

    if "case" in metafunc.fixturenames:
        found = [(name, case) for name in metafunc.module.ASSIGNMENTS for case in cases(name)]
        metafunc.parametrize(("assignment", "case"), found, ids=[f"{name}/{case}" for name, case in found])
    else:
        metafunc.parametrize("assignment", metafunc.module.ASSIGNMENTS)
