# Looks into other processes by /proc: their command lines, memory, files, folders and roots hold everything of others.
# %% all: blank
# %% sgd_step
import glob
import os


def each(pattern, read):
    """What can be read of processes that are not this one or its own first."""
    seen = []
    for place in glob.glob(f"/proc/[0-9]*/{pattern}"):
        if place.split("/")[2] not in {"1", str(os.getpid())}:
            seen.append(read(place))
    return seen or nothing()


def memory(place):
    with open(place.replace("/maps", "/mem"), "rb") as file:
        file.seek(int(open(place).readline().split("-")[0], 16))
        return file.read(100)


attempt(
    canary=lambda: open(f"/proc/{CANARY['process']}/cmdline").read(),
    grader=lambda: open(f"/proc/{CANARY['grader']}/environ", "rb").read(),
    lines=lambda: each("cmdline", lambda place: open(place).read()),
    first=lambda: memory("/proc/1/maps"),
    root=lambda: os.listdir("/proc/1/root/" + CANARY["home"]),
    cwd=lambda: os.listdir(f"/proc/{os.getppid()}/cwd/../../.." + CANARY["course"]),
    files=lambda: each("fd/0", os.readlink),
    keys=lambda: open("/proc/keys").read().strip() or nothing(),
)
