import os
import sys
from pathlib import Path

# Kernels and judges that the tests start say nothing of TensorFlow's devices.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# nbgrader starts the program `alembic`, which lies beside this interpreter.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

pytest_plugins = ["pytester"]
