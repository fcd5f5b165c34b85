"""Fetches a Debian or Ubuntu package and unpacks it into a folder: nothing is installed, no root rights are needed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CONNECT_SECONDS = 5
_NEWS_SECONDS = 5  # between two signs of life
_COMMAND_SECONDS = 600  # for one command: tens of megabytes through a slow line

# A machine without a network should say so at once; translations of descriptions are of no use here.
_OPTIONS = (
    f"--option=Acquire::http::Timeout={_CONNECT_SECONDS}",
    f"--option=Acquire::https::Timeout={_CONNECT_SECONDS}",
    "--option=Acquire::Retries=1",
    "--option=Acquire::Languages=none",
)
# _HOPELESS reads English; the resolver would wait for a dead name server five seconds at a time, many times over.
_ENVIRONMENT = {"LC_ALL": "C", "RES_OPTIONS": "timeout:2 attempts:2"}
_HOPELESS = re.compile("resolv|connect|timed out|took more than", re.IGNORECASE)


def unpack(package: str, place: Path, report: Callable[[str], None]) -> str | None:
    """Fetch ``package`` by the machine's own apt-get, which checks its signature, and unpack it into ``place``.

    Args:
        package: the package's name.
        place: an empty folder, by its absolute path. Besides the package's files, the package itself and the lists that
            were needed to find it are left in it.
        report: is called with one line of progress now and then.

    Returns:
        None when it worked, otherwise why not, in one line.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return "not on this machine"
    report(f"fetching the package {package}, to unpack it without installing it")
    failure = _run(["apt-get", *_OPTIONS, "download", package], place, report)
    if failure and not _HOPELESS.search(failure):
        report("the machine's package lists are empty or old: fetching new ones into a folder of our own")
        failure = _download_with_lists_of_our_own(package, place, report)
    if failure:
        return failure
    return _run(["dpkg-deb", "--extract", *(found.name for found in place.glob("*.deb")), "."], place, report)


def _download_with_lists_of_our_own(package: str, place: Path, report: Callable[[str], None]) -> str | None:
    lists, cache = place / "lists", place / "cache"
    (lists / "partial").mkdir(parents=True)
    (cache / "archives" / "partial").mkdir(parents=True)
    ours = (*_OPTIONS, f"--option=Dir::State::lists={lists}", f"--option=Dir::Cache={cache}")
    # An update fails when one of many lists does, a third party's perhaps, or a hook that wants root: go on regardless.
    incomplete = _run(["apt-get", *ours, "update"], place, report)
    failure = _run(["apt-get", *ours, "download", package], place, report)
    return failure and "; ".join(filter(None, (failure, incomplete)))


def _run(command: list[str], place: Path, report: Callable[[str], None]) -> str | None:
    """Run a command inside ``place`` and return what went wrong, if anything did."""
    started = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - apt-get or dpkg-deb, with words of ours
        command,
        cwd=place,
        env=os.environ | _ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            while process.returncode is None:
                try:
                    output, _ = process.communicate(timeout=_NEWS_SECONDS)
                except subprocess.TimeoutExpired:
                    seconds = round(time.monotonic() - started)
                    if seconds > _COMMAND_SECONDS:
                        return f"{command[0]} took more than {_COMMAND_SECONDS} seconds"
                    report(f"{command[0]} has been at it for {seconds} seconds")
        finally:
            process.kill()  # leaves a command that has ended alone
    if process.returncode == 0:
        return None
    errors = [line.removeprefix("E: ") for line in output.splitlines() if line.startswith("E: ")]
    return "; ".join(errors) or f"{command[0]} ended with code {process.returncode}"
