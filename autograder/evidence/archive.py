"""The archive that holds evidence: exactly what ``numpy.savez`` writes, and nothing else anywhere.

Members are stored one after the other, not compressed, then comes the directory. So the parts are looked up in the
bytes that are there, and nothing is made on the word of a header.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401 - names in archives are read by it; a learner may leave no file to open for it
import io
import math
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib import format as npy

from autograder.evidence.caps import MEMBERS, WireError, check_archive, check_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBERS = "biuf"
"""Kinds of dtypes that cross: truth values, whole numbers, floats."""

# Numbers of one width, so that a tree that was read is no longer when it is written again.
_NAME = re.compile(r"(tree|array\d{4})\.npy")
_LOCAL, _END = struct.Struct("<4s22xHH"), struct.Struct("<4s4H2LH")
_LOCATOR_BYTES = 20  # of what leads to another, larger directory
_ENTRY_BYTES = 128  # of a member in the directory; NumPy uses about 60
_HEADER_CHARACTERS = 1_024  # of an array's description; NumPy uses about 120


def array_name(number: int) -> str:
    """What the tree and the archive call the array of this number."""
    return f"array{number:04d}"


def write(tree: bytes, arrays: Sequence[np.ndarray]) -> bytes:
    """The archive of a tree and arrays.

    Raises:
        WireError: the arrays are too many or too large.
    """
    check_arrays([(array.shape, array.itemsize) for array in arrays])
    members = {array_name(number): array for number, array in enumerate(arrays)}
    buffer = io.BytesIO()
    np.savez(buffer, tree=np.frombuffer(tree, dtype=np.uint8), **members)  # type: ignore[arg-type]
    return buffer.getvalue()


def read(data: bytes) -> tuple[bytes, dict[str, np.ndarray]]:
    """The tree and the arrays by name, the latter as copies.

    Raises:
        WireError: this is no such archive, or it exceeds a cap.
        Exception: whatever ``zipfile`` and NumPy raise for damaged bytes.
    """
    check_archive(len(data))
    members = {name: _parsed(content) for name, content in _members(data).items()}
    tree, _ = members.pop("tree")
    check_arrays([(array.shape, array.itemsize) for array, _ in members.values()])
    arrays = {name: array.copy(order="F" if by_columns else "C") for name, (array, by_columns) in members.items()}
    return tree.tobytes(), arrays


def _members(data: bytes) -> dict[str, memoryview]:
    """The members by name without ``.npy``, as they lie in ``data``."""
    end = len(data) - _END.size
    magic, *counts, size, start, comment = _END.unpack_from(data, max(end, 0))
    count = counts[-1]
    whole = magic == b"PK\5\6" and counts == [0, 0, count, count] and start + size == end and not comment
    another = data[max(end - _LOCATOR_BYTES, 0) :].startswith(b"PK\6\7")
    # Before the directory is read: in memory, its entries are larger.
    if not whole or another or count > MEMBERS or size > count * _ENTRY_BYTES:
        message = "damaged evidence: the archive is cut, or something was added to it"
        raise WireError(message)
    found: dict[str, memoryview] = {}
    place = 0
    for entry in zipfile.ZipFile(io.BytesIO(data)).infolist():
        name, content = _local(data, place)
        as_said = entry.filename == name and entry.header_offset == place and entry.compress_size == entry.file_size
        plain = entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits
        place = content + entry.file_size
        if not as_said or not plain or not _NAME.fullmatch(name) or name[:-4] in found or place > start:
            message = "damaged evidence: a member of the archive is not as NumPy stores it"
            raise WireError(message)
        found[name[:-4]] = memoryview(data)[content:place]
        if zlib.crc32(found[name[:-4]]) != entry.CRC:
            message = "damaged evidence: a checksum differs"
            raise WireError(message)
    if place != start or len(found) != count or "tree" not in found:
        message = "damaged evidence: the archive holds something else"
        raise WireError(message)
    return found


def _local(data: bytes, place: int) -> tuple[str, int]:
    """The name of the member whose header stands at ``place``, and where its content begins."""
    magic, name_size, extra_size = _LOCAL.unpack_from(data, place)
    name = place + _LOCAL.size
    return data[name : name + name_size].decode() if magic == b"PK\3\4" else "", name + name_size + extra_size


def _parsed(member: memoryview) -> tuple[np.ndarray, bool]:
    """The array in ``member``, which is not copied, and whether it is stored column by column."""
    head = io.BytesIO(member[: _HEADER_CHARACTERS + 10])
    if npy.read_magic(head) != (1, 0):
        message = "damaged evidence: an array of another format"
        raise WireError(message)
    shape, by_columns, dtype = npy.read_array_header_1_0(head, max_header_size=_HEADER_CHARACTERS)
    if dtype.kind not in NUMBERS or min(shape, default=0) < 0:
        message = "damaged evidence: an array that does not hold numbers"
        raise WireError(message)
    content = member[head.tell() :]
    if math.prod(shape) * dtype.itemsize != len(content):
        message = "damaged evidence: an array of another size than it says"
        raise WireError(message)
    flat = np.frombuffer(content, dtype) if len(content) else np.empty(0, dtype)
    if dtype.kind == "b" and flat.view(np.uint8).max(initial=0) > 1:
        message = "damaged evidence: a truth value that is neither"
        raise WireError(message)
    return flat.reshape(shape, order="F" if by_columns else "C"), by_columns
