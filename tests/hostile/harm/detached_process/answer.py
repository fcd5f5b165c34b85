# Leaves a process behind, with no parent, session or terminal, that acts seconds later, when marks are being written.
# %% all: blank
# %% sgd_step
import os
import signal
import subprocess
import sys
import time


def later():
    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            continue
    os.closerange(0, 1024)
    for _ in range(16):
        time.sleep(0.5)
        for place in (CANARY["late"], CANARY["gradebook"], CANARY["file"]):
            try:
                with open(place, "w") as file:
                    file.write("later")
            except OSError:
                continue
    os._exit(0)


for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            later()
        os._exit(0)
code = f"import time; time.sleep(3); open({CANARY['late']!r}, 'w')"
subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
subprocess.Popen(f"(nohup sh -c 'sleep 3; touch {CANARY['late']}' &) ; crontab - ; at now", shell=True)
os.system("systemd-run --user true; nohup sleep 8 >/dev/null 2>&1 &")
