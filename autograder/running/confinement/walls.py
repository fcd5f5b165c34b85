"""Confines the calling process: what ``Policy`` says becomes true, and cannot be undone.

The order matters: namespaces first, then a file system of one's own, then privileges away, then the filter on system
calls, which also forbids all of this from then on.
"""

from __future__ import annotations

import os
import resource
import shutil
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.running.confinement import seccomp, syscalls
from autograder.running.confinement.policy import DATA_FOLDERS, FITS_FOLDER, HOME, NOTEBOOK_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.running.confinement.limits import Limits
    from autograder.running.confinement.policy import Policy

LEARNER = 1_000
"""User and group inside."""

NOBODY = 65_534
"""User and group outside, where the grader runs as root."""

_DEVICES = ("null", "zero", "full", "random", "urandom")
_STAGE = "/tmp"  # noqa: S108 - any folder that every machine has; it is covered, not written to
_TEXTS = {
    "etc/passwd": f"learner:x:{LEARNER}:{LEARNER}::{HOME}:/bin/sh\n",
    "etc/group": f"learner:x:{LEARNER}:\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def raise_walls(policy: Policy, *, root: bool) -> None:
    """Confines this process and all it will start.

    It must be the first process of a new process namespace, and have the privileges of a user namespace of its own.

    Args:
        policy: what is seen and what may be used.
        root: whether the grader runs as root; then another user is become, too.

    Raises:
        OSError: the machine does not offer a part of it; the message names the part.
    """
    syscalls.unshare("mount", "network", "ipc", "uts", "cgroup")
    socket.sethostname("notebook")
    _build(policy)
    os.umask(0o022)
    syscalls.bar_capabilities()
    if root:
        os.setgroups([])
        os.setresgid(LEARNER, LEARNER, LEARNER)
        os.setresuid(LEARNER, LEARNER, LEARNER)
    os.environ.clear()
    os.environ.update(policy.environment)
    tempfile.tempdir = None  # it was found out outside
    os.chdir(NOTEBOOK_FOLDER)
    _limit(policy.limits)
    syscalls.drop_capabilities()
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    syscalls.filter_calls(seccomp.program())


def _build(policy: Policy) -> None:
    """Makes a root folder of what is shown, and makes it the root."""
    syscalls.mount("none", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
    syscalls.mount("stage", _STAGE, "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "mode=755")
    old, new = Path(_STAGE, "old"), Path(_STAGE, "new")
    old.mkdir()
    new.mkdir()
    syscalls.pivot_root(_STAGE, str(old))
    old, new = Path("/old"), Path("/new")
    syscalls.mount("root", str(new), "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "mode=755,size=1m")
    _scratch(new, policy)
    for place in policy.shown:
        _show(old, new, place)
    for place in DATA_FOLDERS if policy.data else ():
        _show(old, new, str(policy.data), place)
    if policy.fits:
        _show(old, new, policy.fits, FITS_FOLDER)
    for name, text in _TEXTS.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_text(text, encoding="utf-8")
    _devices(old, new)
    (new / "proc").mkdir()
    syscalls.mount("proc", str(new / "proc"), "proc", syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC)
    if policy.files:
        _copy(_below(old, policy.files), _below(new, NOTEBOOK_FOLDER), policy.limits)
    syscalls.make_read_only(str(new), recursive=False)
    os.chdir(new)
    syscalls.pivot_root(".", ".")
    syscalls.detach(".")
    os.chdir("/")


def _scratch(new: Path, policy: Policy) -> None:
    """Home, temporary files and shared memory: one file system in memory, of limited size, gone with the namespace."""
    home = _below(new, HOME)
    home.mkdir(parents=True)
    options = f"mode=700,size={policy.limits.scratch_bytes},nr_inodes=100000"
    syscalls.mount("scratch", str(home), "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, options)
    _own(home, home / ".tmp", home / ".shm", _below(new, NOTEBOOK_FOLDER))
    for inner, outer in ((home / ".tmp", new / "tmp"), (home / ".shm", new / "dev" / "shm")):
        outer.mkdir(parents=True)
        syscalls.mount(str(inner), str(outer), flags=syscalls.MS_BIND)
    for folder in map(Path, DATA_FOLDERS):
        _own(*(_below(new, str(place)) for place in (folder.parents[1], folder.parents[0])))


def _own(*places: Path) -> None:
    """Makes folders that belong to the learner."""
    for place in places:
        place.mkdir(exist_ok=True)
        os.chown(place, LEARNER, LEARNER)


def _show(old: Path, new: Path, place: str, inside: str | None = None) -> None:
    """Shows a file or folder of the machine, read-only; a symbolic link becomes the same link."""
    source, target = _below(old, place), _below(new, inside or place)
    try:
        kind = source.lstat().st_mode
    except OSError:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISLNK(kind):
        target.symlink_to(source.readlink())
        return
    target.mkdir(exist_ok=True) if stat.S_ISDIR(kind) else target.touch()
    syscalls.mount(str(source), str(target), flags=syscalls.MS_BIND | syscalls.MS_REC)
    syscalls.make_read_only(str(target), recursive=True)


def _devices(old: Path, new: Path) -> None:
    folder = new / "dev"
    for name in _DEVICES:
        (folder / name).touch()
        syscalls.mount(str(old / "dev" / name), str(folder / name), flags=syscalls.MS_BIND)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        (folder / name).symlink_to(f"/proc/self/fd{target}")


def _copy(source: Path, target: Path, limits: Limits) -> None:
    """Copies regular files as long as half of the scratch folder is free; links and other things are left out."""
    left = limits.scratch_bytes // 2
    for path in _regular_files(source):
        left -= path.lstat().st_size
        if left < 0:
            return
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place, follow_symlinks=False)
    for folder, names, files in os.walk(target):
        for name in (*names, *files):
            os.chown(Path(folder, name), LEARNER, LEARNER)


def _regular_files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(place, name)
            if stat.S_ISREG(path.lstat().st_mode):
                yield path


def _below(root: Path, place: str) -> Path:
    return root / place.removeprefix("/")


def _limit(limits: Limits) -> None:
    """What the kernel of the machine enforces by itself; the keeper watches the rest."""
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: limits.processor_seconds,
        resource.RLIMIT_DATA: limits.memory_bytes,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_NPROC: limits.processes,
    }
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (most, most))
    # Where memory runs short all the same, the machine ends this first.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="utf-8")
