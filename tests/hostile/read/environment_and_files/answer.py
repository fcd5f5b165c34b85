# Reads the grader's environment and home, by this process, its parents and links: the grader's tokens and keys.
# %% all: blank
# %% sgd_step
import glob
import os


def environments():
    seen = b"".join(open(place, "rb").read() for place in glob.glob("/proc/[0-9]*/environ") if os.access(place, os.R_OK))
    return seen if CANARY["variable"].encode() in seen else nothing()


attempt(
    variable=lambda: os.environ[CANARY["variable"]],
    parents=environments,
    file=lambda: open(CANARY["file"]).read(),
    key=lambda: open(CANARY["key"]).read(),
    link=lambda: (os.symlink(CANARY["key"], "/tmp/key"), open("/tmp/key").read()),
    home=lambda: os.listdir(CANARY["home"]),
    user=lambda: open(os.path.expanduser("~/.ssh/id_rsa")).read(),
    config=lambda: open(CANARY["access"]).read(),
)
