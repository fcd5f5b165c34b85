"""Results that can be opened by those only who know what they are the results of.

Every kernel sees the store. The name of a result and the key to it come from its description, initial weights included,
so that nobody finds the weights of a solution by looking through the files.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

_SUM_BYTES = 32


@dataclass(frozen=True)
class Key:
    """What a description gives: the name of its result in the store, and what opens it."""

    name: str
    opener: bytes


def key(description: dict[str, Any]) -> Key:
    """The key of a description."""
    text = json.dumps(description, sort_keys=True, separators=(",", ":")).encode()
    return Key(hashlib.sha256(b"name " + text).hexdigest(), hashlib.sha256(b"content " + text).digest())


def seal(content: bytes, opener: bytes) -> bytes:
    """The content as it is stored."""
    return _mixed(hashlib.sha256(content).digest() + content, opener)


def unseal(data: bytes, opener: bytes) -> bytes | None:
    """What ``seal`` was given; None where the data are damaged."""
    plain = _mixed(data, opener)
    content = plain[_SUM_BYTES:]
    return content if hashlib.sha256(content).digest() == plain[:_SUM_BYTES] else None


def _mixed(data: bytes, opener: bytes) -> bytes:
    stream = hashlib.shake_256(opener).digest(len(data))
    return (np.frombuffer(data, np.uint8) ^ np.frombuffer(stream, np.uint8)).tobytes()
