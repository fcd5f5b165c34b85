"""A PostgreSQL server for a test, on a socket in a folder of its own: no port, and nothing left when it ends."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_USER = "postgres"


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``; Debian keeps them off PATH. None where there is no server."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


@contextmanager
def server() -> Iterator[str]:
    """Starts a server with an empty database; the URL nbgrader takes as ``db_url``."""
    binaries = programs()
    assert binaries is not None
    folder = Path(mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 characters
    root = os.getuid() == 0
    if root:
        shutil.chown(folder, _USER, _USER)
    # The server refuses to run as root.
    as_user = ["runuser", "-u", _USER, "--"] if root else []

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(binaries / program), *arguments]
        # Not into a pipe: the server would keep it open.
        with (folder / "log").open("a", encoding="utf-8") as log:
            subprocess.run(command, cwd="/", check=True, stdout=log, stderr=log)

    data = str(folder / "data")
    try:
        run("initdb", "--pgdata", data, "--auth", "trust", "--username", "teacher", "--encoding", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "start", "--wait", "--pgdata", data, "--options", options)
        try:
            yield f"postgresql+psycopg2://teacher@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "--wait", "--mode", "immediate", "--pgdata", data)
    finally:
        shutil.rmtree(folder)
