"""The policy for this installation: which parts of the machine a notebook needs to see."""

from __future__ import annotations

import site
import sys
import sysconfig
from pathlib import Path

from autograder.judging import dataset
from autograder.running.confinement.limits import Limits
from autograder.running.confinement.policy import HOME, Policy

# What programs and libraries of the system need. Nothing here holds anything of a user's.
_SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/sys/devices/system/cpu",
)
# The parts of a Python installation. Its root may be a course's folder, so the root itself is not shown.
_INSTALLATION = ("bin", "include", "lib", "lib64", "pyvenv.cfg", "share")


def policy(
    files: Path | None, limits: Limits, environment: dict[str, str] | None = None, fits: Path | None = None
) -> Policy:
    """The policy for this installation.

    Args:
        files: the files handed in beside the notebook.
        limits: what may be used.
        environment: variables to add.
        fits: the store of looked-up trainings.
    """
    folder = dataset.directory()
    return Policy(
        shown=_shown(),
        data=str(folder.resolve()) if folder.is_dir() else None,
        files=str(files.resolve()) if files else None,
        fits=str(fits) if fits else None,
        environment={**_environment(), **(environment or {})},
        limits=limits,
    )


def _environment() -> dict[str, str]:
    """Nothing is taken over from the environment of the grader, which holds tokens, names and paths."""
    return {
        "CUDA_VISIBLE_DEVICES": "-1",
        "HOME": HOME,
        "KERAS_HOME": f"{HOME}/.keras",
        "LANG": "C.UTF-8",
        "LOGNAME": "learner",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # a kernel sets it, too late for a warm one
        "PATH": f"{sysconfig.get_path('scripts')}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONUTF8": "1",
        "SHELL": "/bin/sh",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TMPDIR": "/tmp",  # noqa: S108 - inside, it belongs to this kernel alone
        "USER": "learner",
    }


def _shown() -> tuple[str, ...]:
    places = [Path(name) for name in _SYSTEM]
    for prefix in {sys.prefix, sys.base_prefix}:
        places += [Path(prefix, part) for part in _INSTALLATION]
    # A virtual environment's interpreter may be a link to a link; the last one is what runs.
    places.append(Path(sys.executable).resolve().parent)
    if site.ENABLE_USER_SITE:
        places.append(Path(site.getusersitepackages()))
    places.append(Path(__file__).resolve().parents[2])  # this package, which need not lie in site-packages
    shown: list[str] = []
    for place in sorted({path for path in places if path.exists() or path.is_symlink()}):
        if not any(place.is_relative_to(other) for other in shown if not Path(other).is_symlink()):
            shown.append(str(place))
    return tuple(shown)
