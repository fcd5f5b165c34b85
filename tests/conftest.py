import os
import sys
from pathlib import Path

import pytest

# Kernels and judges that the tests start say nothing of TensorFlow's devices.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# nbgrader starts the program `alembic`, which lies beside this interpreter.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

pytest_plugins = ["pytester"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps a file's tests on one worker, so that what they share is made once; golden cases go by assignment."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
