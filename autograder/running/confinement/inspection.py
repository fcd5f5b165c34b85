"""What walls look like from inside: tries what they must not let through."""

from __future__ import annotations

import errno
import json
import os
import resource
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.running.confinement import syscalls

if TYPE_CHECKING:
    from collections.abc import Callable


def main(answer: int, **outside: object) -> None:
    """Writes one row for each part, ``[part, holds, seen]``, as JSON to the descriptor ``answer``.

    Args:
        answer: where to write.
        **outside: ``home``, ``folder`` and ``process`` of the grader.
    """
    tries: dict[str, Callable[[], str]] = {
        "no other process is visible": lambda: _no_process(int(str(outside["process"]))),
        "no network can be reached": _no_network,
        "the file system is read-only": _read_only,
        "the grader's folders cannot be read": lambda: _nothing_in(str(outside["home"]), str(outside["folder"])),
        "the environment is empty of the grader's": _environment,
        "no privilege is left": _no_privilege,
        "system calls are filtered": _filtered,
        "memory, processes and files are limited": _limited,
    }
    rows = []
    for part, attempt in tries.items():
        try:
            seen = attempt()
        except OSError as error:
            rows.append([part, True, f"refused: {error.strerror}"])
        else:
            rows.append([part, not seen.startswith("!"), seen.removeprefix("!")])
    os.write(answer, json.dumps(rows).encode())


def _no_process(outside: int) -> str:
    there = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - names are all that is wanted
    os.kill(outside, 0) if outside > len(there) else None
    return f"{'!' if len(there) > 2 else ''}{len(there)} processes"  # noqa: PLR2004 - the first and this one


def _no_network() -> str:
    interfaces = [name for _, name in socket.if_nameindex()]
    with socket.socket() as probe:
        probe.settimeout(1)
        code = probe.connect_ex(("127.0.0.1", 9))
    refused = code in {errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EPERM}
    return f"{'' if refused else '!'}{', '.join(interfaces)}: {os.strerror(code)}"


def _read_only() -> str:
    for place in ("/", "/usr", "/etc", str(Path(__file__).parent)):
        try:
            (Path(place) / ".autograder-probe").touch()
        except OSError as error:
            if error.errno not in {errno.EROFS, errno.EACCES}:
                raise
        else:
            return f"!{place} can be written to"
    (Path.home() / "probe").touch()
    return "but for a scratch folder"


def _nothing_in(*places: str) -> str:
    package = Path(__file__).resolve()
    for place in map(Path, places):
        names = sorted(item.name for item in place.iterdir()) if place.is_dir() else []
        # On the way to what is shown, folders exist that hold nothing else.
        strange = [name for name in names if (place / name).is_file() and not package.is_relative_to(place / name)]
        if strange:
            return f"!{place / strange[0]}"
    return "not there"


def _environment() -> str:
    return f"{len(os.environ)} variables of the policy"


def _no_privilege() -> str:
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    left = [name for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb", "CapInh") if int(status[name], 16)]
    fine = not left and status["NoNewPrivs"] == "1" and os.getuid() != 0
    return f"{'' if fine else '!'}user {os.getuid()}, capabilities: {', '.join(left) or 'none'}"


def _filtered() -> str:
    syscalls.unshare("user")
    return "!a new user namespace could be made"


def _limited() -> str:
    kinds = {"DATA": "memory", "NPROC": "processes", "NOFILE": "files", "FSIZE": "file size", "CPU": "processor"}
    values = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{kind}"))[1] for kind, name in kinds.items()}
    endless = [name for name, value in values.items() if value == resource.RLIM_INFINITY]
    return f"!no limit: {', '.join(endless)}" if endless else ", ".join(f"{n} {v:,}" for n, v in values.items())
