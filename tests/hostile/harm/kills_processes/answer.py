# Sends signals that end and stop to everybody, to the first process, to parents and to others: a class that ends here.
# %% all: blank
# %% sgd_step
import os
import pathlib
import signal


def each(number):
    os.kill(CANARY["process"], number)


def group():
    os.killpg(0, 0)
    return os.getpgid(0)


attempt(
    canary=lambda: each(signal.SIGKILL),
    stopped=lambda: each(signal.SIGSTOP),
    grader=lambda: os.kill(CANARY["grader"], signal.SIGKILL),
    all=lambda: [os.kill(int(name), 0) for name in os.listdir("/proc") if name.isdigit() and int(name) > 2] or nothing(),
    priority=lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
    score=lambda: pathlib.Path("/proc/self/oom_score_adj").write_text("-1000"),
)
# %% momentum_step
for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
    for target in (1, os.getppid(), -1):
        try:
            os.kill(target, number)
        except OSError as error:
            print(target, number, error)
# %% nesterov_step
os.kill(os.getpid(), signal.SIGKILL)
