# Reads solutions, the secret of the probes, a neighbour's answer and the gradebook, and writes marks into it.
# %% all: blank
# %% sgd_step
import os
import sqlite3


def gradebook():
    database = sqlite3.connect(f"file:{CANARY['gradebook']}?mode=rw", uri=True)
    database.execute("update grade set auto_score = 2, manual_score = 2")
    database.commit()
    return database.execute("select last_name from student").fetchall()


attempt(
    course=lambda: os.listdir(CANARY["course"]),
    source=lambda: open(CANARY["source"]).read(),
    neighbour=lambda: open(CANARY["neighbour"]).read(),
    secret=lambda: open(CANARY["course"] + "/.autograder-secret").read(),
    gradebook=gradebook,
    mark=lambda: open(CANARY["gradebook"], "r+b").write(b""),
    evidence=lambda: os.listdir(CANARY["course"] + "/evidence"),
    above=lambda: "submitted" in str([os.listdir("../" * n) for n in range(6)]) or nothing(),
)
