# Connects to servers of the grader's machine by every kind of address: what is learnt leaves, and answers come in.
# %% all: blank
# %% sgd_step
import socket
import urllib.request


def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as s:
        s.settimeout(2)
        s.connect(address)
        s.send(b"out")
        return "connected"


port = CANARY["port"]
attempt(
    tcp=lambda: connect(socket.AF_INET, ("127.0.0.1", port)),
    any=lambda: connect(socket.AF_INET, ("0.0.0.0", port)),
    mapped=lambda: connect(socket.AF_INET6, ("::ffff:127.0.0.1", port)),
    udp=lambda: connect(socket.AF_INET, ("127.0.0.1", port), socket.SOCK_DGRAM),
    unix=lambda: connect(socket.AF_UNIX, CANARY["socket"]),
    abstract=lambda: connect(socket.AF_UNIX, chr(0) + CANARY["abstract"]),
    url=lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2),
    name=lambda: socket.create_connection(("localhost", port), timeout=2),
)
