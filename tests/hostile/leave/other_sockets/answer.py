# Opens kinds of sockets that a network of one's own does not separate: to the host, to devices, into the kernel.
# %% all: blank
# %% sgd_step
import socket


def opened(family, kind=socket.SOCK_STREAM, protocol=0):
    return socket.socket(family, kind, protocol)


def host():
    with opened(socket.AF_VSOCK) as s:
        s.settimeout(1)
        s.connect((socket.VMADDR_CID_HOST, CANARY["port"]))


attempt(
    vsock=host,
    packet=lambda: opened(17, socket.SOCK_RAW),
    raw=lambda: opened(socket.AF_INET, socket.SOCK_RAW, 1),
    alg=lambda: opened(38, socket.SOCK_SEQPACKET),
    bluetooth=lambda: opened(31, socket.SOCK_RAW),
    can=lambda: opened(29, socket.SOCK_RAW),
    xdp=lambda: opened(44, socket.SOCK_RAW),
    tipc=lambda: opened(30, socket.SOCK_SEQPACKET),
    audit=lambda: opened(16, socket.SOCK_RAW, 9).bind((0, 1)),
    interface=lambda: opened(16, socket.SOCK_RAW, 0).bind((0, 1)) or socket.if_nameindex()[1],
)
