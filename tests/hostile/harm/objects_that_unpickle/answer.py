# Puts objects into evidence and archives that run code when they are read back: the grader's process is the learner's.
# %% all: blank
# %% sgd_step
import io
import pickle
import zipfile

import autograder.evidence.collect as collect
from autograder.evidence import Bundle, Calls, Outcome, wire


class Touch:
    def __reduce__(self):
        return io.open, (CANARY["late"], "w")


pickled = pickle.dumps(Touch())
objects = np.array([Touch(), None], dtype=object)
lies = []


def archive(**members):
    buffer = io.BytesIO()
    np.savez(buffer, **members)
    return buffer.getvalue()


def raw(member):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("tree.npy", member)
    return buffer.getvalue()


def header(text):
    """An array whose description is code for ``eval``."""
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


code = f"__import__('os').mknod({CANARY['late']!r})".encode()
FORGERIES = [
    lambda: pickled,
    lambda: archive(tree=objects),
    lambda: raw(header(b"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}\n") + pickled),
    lambda: raw(header(code + b"\n")),
    lambda: raw(header(b"{'descr': '<f8', 'fortran_order': " + code + b", 'shape': (1,)}\n")),
    lambda: archive(tree=np.frombuffer(b'{"version": 1, "body": {"$record": "Touch", "fields": {}}}', np.uint8)),
]


def answer(request, place, namespace):
    lies.append(request)
    with open(place, "ab", closefd=False) as file:
        file.write(FORGERIES[len(lies) - 1]())


collect.answer = answer


class Lazy:
    __reduce__ = Touch.__reduce__

    def __array__(self, dtype=None, copy=None):
        return objects


sgd_step = Touch()
momentum_step = lambda *_, **__: (Lazy(), objects)
