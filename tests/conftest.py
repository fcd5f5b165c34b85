import os
import sys
from pathlib import Path

import pytest

# Kernels and judges that the tests start say nothing of TensorFlow's devices.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# nbgrader starts the program `alembic`, which lies beside this interpreter.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

pytest_plugins = ["pytester"]
pytest.register_assert_rewrite("golden_claims")


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
