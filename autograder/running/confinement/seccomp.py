"""The filter on system calls: what no notebook needs and what has been a way out.

Namespaces already hide the rest of the machine; this closes what they leave open: new namespaces (in which a process
has privileges again), other processes' memory, kernel interfaces with a long history of flaws, memory that no limit
counts, and kinds of sockets that a network namespace does not separate.
"""

from __future__ import annotations

import errno
import platform
import struct

from autograder.running.confinement.syscalls import NEW_NAMESPACES

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_* of linux/audit.h

# Numbers on x86-64 and on arm64, from the tables of Linux; None where there is no such call.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),  # memory that belongs to no process's size
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setns": (308, 268),
    "shmget": (29, 194),  # likewise memory that belongs to no process's size
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "uselib": (134, None),
    "vhangup": (153, 58),
}
_CLONE, _CLONE3, _SOCKET = (56, 220), (435, 435), (41, 198)
# AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: those that a network namespace separates; libzmq lists interfaces by the last.
_SOCKETS_ALLOWED = (1, 2, 10, 16)

_X32 = 0x40000000  # marks calls of a second ABI of x86-64, whose numbers mean other calls

_LOAD, _EQUAL, _GREATER_OR_EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000


def program() -> bytes:
    """The filter for this machine's processor, as a BPF program.

    Raises:
        OSError: the processor is of another kind.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        message = f"processors of the kind {machine} are not supported"
        raise OSError(message)
    column = list(_ARCHITECTURES).index(machine)
    refused = sorted(number for numbers in _REFUSED.values() if (number := numbers[column]) is not None)
    code = [
        *_instruction(_LOAD, _ARCHITECTURE),
        *_unless(_EQUAL, _ARCHITECTURES[machine], _KILL),
        *_instruction(_LOAD, _NUMBER),
        *_when(_GREATER_OR_EQUAL, _X32, _ERROR | errno.ENOSYS),
        # glibc then uses the older call, whose flags can be looked at.
        *_when(_EQUAL, _CLONE3[column], _ERROR | errno.ENOSYS),
    ]
    for number in refused:
        code += _when(_EQUAL, number, _ERROR | errno.EPERM)
    code += _argument(_CLONE[column], _when(_ANY_BIT, sum(NEW_NAMESPACES.values()), _ERROR | errno.EPERM))
    families = [line for family in _SOCKETS_ALLOWED for line in _when(_EQUAL, family, _ALLOW)]
    code += _argument(_SOCKET[column], [*families, *_instruction(_RETURN, _ERROR | errno.EAFNOSUPPORT)])
    return b"".join([*code, *_instruction(_RETURN, _ALLOW)])


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> list[bytes]:
    return [struct.pack("HBBI", code, if_true, if_false, value)]


def _when(test: int, value: int, answer: int) -> list[bytes]:
    return _instruction(test, value, 0, 1) + _instruction(_RETURN, answer)


def _unless(test: int, value: int, answer: int) -> list[bytes]:
    return _instruction(test, value, 1, 0) + _instruction(_RETURN, answer)


def _argument(number: int, body: list[bytes]) -> list[bytes]:
    """Runs ``body`` on the first argument of the call of that number; else goes on."""
    inner = [*_instruction(_LOAD, _FIRST_ARGUMENT), *body, *_instruction(_LOAD, _NUMBER)]
    return _instruction(_EQUAL, number, 0, len(inner)) + inner
