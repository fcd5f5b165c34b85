# Starts programs that run with the privileges of their owner, and gives itself privileges: then no wall holds.
# %% all: blank
# %% sgd_step
import ctypes
import os
import pathlib
import subprocess


def run(*command):
    done = subprocess.run(command, capture_output=True, timeout=3, stdin=subprocess.DEVNULL)
    return done.stdout if done.returncode == 0 else nothing()


def program():
    """A copy of the shell that would run as its owner."""
    with open("/bin/sh", "rb") as shell, open("/tmp/shell", "wb") as copy:
        copy.write(shell.read())
    os.chmod("/tmp/shell", 0o6755)
    return run("/tmp/shell", "-p", "-c", "test $(id -u) = 0 -o $(id -g) = 0 && id")


def capabilities():
    return int(dict(line.split(":\t") for line in open("/proc/self/status") if ":\t" in line)["CapBnd"], 16) or nothing()


attempt(
    su=lambda: run("su", "-c", "id"),
    sudo=lambda: run("sudo", "-n", "id"),
    mount=lambda: run("mount", "-t", "tmpfs", "x", "/tmp"),
    unshare=lambda: run("unshare", "-Ur", "id"),
    map=lambda: pathlib.Path("/proc/self/uid_map").write_text("0 0 1"),
    own=program,
    become=lambda: os.setuid(0),
    group=lambda: os.setgroups([0]),
    bound=capabilities,
    shadow=lambda: open("/etc/shadow").read(),
    limits=lambda: __import__("resource").setrlimit(7, (1 << 20, 1 << 20)),
    host=lambda: __import__("socket").sethostname("x"),
)
