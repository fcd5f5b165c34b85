"""How much evidence may be: a process that may be hostile writes it, and no evidence may exhaust the one that reads it.

What is read is checked before anything of its size is made. The caps hold for writing, too, so that whoever writes can
say what is too large, and so that everything that was read can be written again.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

MEMBERS = 2_000
"""Files in the archive: one for each array, and the tree. A deep network of this lesson has some dozens."""

ARRAY_BYTES = 64 << 20
"""All arrays together, as they lie in memory: weights of 16 million parameters, 80 times what a question allows."""

TREE_BYTES = 4 << 20
"""The JSON tree. A layer's configuration takes about 2 KB in it."""

MAX_BYTES = ARRAY_BYTES + TREE_BYTES + (MEMBERS << 10)
"""The whole archive. Nothing in it is compressed, so it can hold no more than its own size."""

DIMENSIONS = 8
"""Of one array; pictures in colour, in batches, have 4."""

NESTING = 64
"""Brackets within brackets of the tree. A model within a model within a model takes about 45."""

NODES = 200_000
"""Values in the tree. A layer's configuration has about 100."""

TEXT = 20_000
"""Characters of one text. What is shown of a learner's objects is cut to a few hundred."""

TOO_LARGE = "too large to hand over"
"""How what is shown of a variable begins when it exceeds a cap."""


class WireError(Exception):
    """The bytes are not in this format, or the evidence exceeds a cap."""


def check_archive(size: int) -> None:
    """Refuses an archive of more than ``MAX_BYTES``."""
    if size > MAX_BYTES:
        message = f"more than {ARRAY_BYTES >> 20} MiB of evidence"
        raise WireError(message)


def check_arrays(shapes: list[tuple[tuple[int, ...], int]]) -> None:
    """Refuses arrays, given as shape and bytes of an item, that are too many or too large.

    A length of 0 counts as 1, so that no empty array has a shape of absurd lengths.
    """
    if len(shapes) >= MEMBERS:
        message = f"{MEMBERS:,} arrays or more"
        raise WireError(message)
    if any(len(shape) > DIMENSIONS for shape, _ in shapes):
        message = f"an array of more than {DIMENSIONS} dimensions"
        raise WireError(message)
    if sum(math.prod(max(length, 1) for length in shape) * item for shape, item in shapes) > ARRAY_BYTES:
        message = f"more than {ARRAY_BYTES >> 20} MiB of evidence"
        raise WireError(message)


def check_tree(text: bytes) -> None:
    """Refuses JSON that is too long, too deep or of too many values, without parsing it.

    For malformed JSON the counts are right up to the place where a parser stops.
    """
    if len(text) > TREE_BYTES:
        message = f"more than {TREE_BYTES >> 20} MiB of descriptions"
        raise WireError(message)
    # Without escaped characters, every second quotation mark ends a text. What is inside of texts does not count.
    plain = np.frombuffer(text.replace(rb"\\", b"").replace(rb"\"", b""), dtype=np.uint8)
    plain = plain[np.cumsum(plain == ord('"'), dtype=np.uint8) & 1 == 0]
    opening, closing = (np.isin(plain, list(brackets)) for brackets in (b"[{", b"]}"))
    depth = np.cumsum(opening.astype(np.int8) - closing, dtype=np.int32)
    if depth.max(initial=0) > NESTING:
        message = f"nested more than {NESTING} levels deep"
        raise WireError(message)
    if int(opening.sum()) + int(np.isin(plain, list(b",:")).sum()) > NODES:
        message = f"more than {NODES:,} values"
        raise WireError(message)


def check_plain(thing: Any) -> None:
    """Refuses a text that is too long, and a whole number that no float comes near."""
    if isinstance(thing, str) and len(thing) > TEXT:
        message = f"a text of more than {TEXT:,} characters"
        raise WireError(message)
    if isinstance(thing, int) and abs(thing) > sys.float_info.max:
        message = "a whole number of more than 308 digits"
        raise WireError(message)
