"""Where modules are: asked for every traceback, and found out once for all kernels when everything is imported."""

from __future__ import annotations

import inspect
import sys

# For the first frame, ``inspect`` resolves the paths of some thousand modules.
inspect.getmodule(sys._getframe())  # noqa: SLF001 - the documented way to one
