"""The wire format: one npz archive that holds a JSON tree and the arrays it refers to. Never pickle.

In the tree, an array is ``{"$array": name}``, a tuple ``{"$tuple": [...]}``, a record of this room
``{"$record": class, "fields": {...}}``, a dict ``{"$dict": [[key, value], ...]}``; all else is plain JSON.
"""

from __future__ import annotations

import dataclasses
import io
import json
from typing import Any

import numpy as np

from autograder.evidence import kinds, request
from autograder.evidence.schema import fits

VERSION = 1
_RECORDS: dict[str, type] = {
    record.__name__: record
    for module in (kinds, request)
    for record in vars(module).values()
    if isinstance(record, type) and dataclasses.is_dataclass(record)
}


class WireError(Exception):
    """The bytes are not in this format."""


def pack(record: object) -> bytes:
    """Writes a record of this room as bytes."""
    arrays: dict[str, np.ndarray] = {}
    tree = json.dumps({"version": VERSION, "body": _encode(record, arrays)}, ensure_ascii=False, allow_nan=True)
    buffer = io.BytesIO()
    # Half a surrogate pair, which Python allows in a text and UTF-8 does not, becomes a question mark.
    written = np.frombuffer(tree.encode(errors="replace"), dtype=np.uint8)
    np.savez(buffer, tree=written, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def unpack(data: bytes) -> Any:
    """Reads back what ``pack`` wrote.

    Raises:
        WireError: the bytes are damaged, of another version, or hold what no record of this room holds.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        tree = json.loads(arrays.pop("tree").tobytes())
        json.dumps(tree, ensure_ascii=False).encode()  # no text that could not be written into feedback
        version = tree["version"]
        body = _decode(tree["body"], arrays) if version == VERSION else None
    except Exception as error:  # what zipfile, zlib, NumPy and json raise is not listed anywhere
        message = f"damaged evidence: {error}"
        raise WireError(message) from error
    if version != VERSION:
        message = f"evidence of version {version!r} instead of {VERSION}"
        raise WireError(message)
    return body


def unpack_bundle(data: bytes, asked: request.Request) -> kinds.Bundle:
    """Reads the bundle that answers ``asked``.

    Raises:
        WireError: the bytes are no bundle, or one with other evidence than was asked for.
    """
    bundle = unpack(data)
    if isinstance(bundle, kinds.Bundle) and bundle.question == asked.question:
        found = {name: (item.variable, type(item).__name__) for name, item in bundle.evidence.items()}
        if found.keys() == asked.variables.keys() and all(
            variable == name and kind in {"Missing", "Unfit", asked.variables[name]}
            for name, (variable, kind) in found.items()
        ):
            return bundle
    message = f"this is not the evidence asked for by {asked.question}"
    raise WireError(message)


def _encode(thing: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(thing, np.ndarray) and not thing.dtype.hasobject:  # NumPy pickles objects
        name = f"array{len(arrays)}"
        arrays[name] = thing
        return {"$array": name}
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        fields = {f.name: _encode(getattr(thing, f.name), arrays) for f in dataclasses.fields(thing)}
        return {"$record": type(thing).__name__, "fields": fields}
    if isinstance(thing, dict):
        return {"$dict": [[key, _encode(value, arrays)] for key, value in thing.items()]}
    if isinstance(thing, tuple):
        return {"$tuple": [_encode(item, arrays) for item in thing]}
    if isinstance(thing, list):
        return [_encode(item, arrays) for item in thing]
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing
    message = f"cannot send {type(thing).__name__}"
    raise TypeError(message)


def _decode(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, list):
        return [_decode(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if "$array" in tree:
        return arrays[tree["$array"]]
    if "$tuple" in tree:
        return tuple(_decode(item, arrays) for item in tree["$tuple"])
    if "$dict" in tree:
        return {key: _decode(value, arrays) for key, value in tree["$dict"]}
    fields = {name: _decode(value, arrays) for name, value in tree["fields"].items()}
    record = _RECORDS[tree["$record"]](**fields)
    if not fits(record):
        message = f"a {tree['$record']} whose fields hold something else"
        raise TypeError(message)
    return record
