"""The wire format: one npz archive that holds a JSON tree and the arrays it refers to. Never pickle.

In the tree, an array is ``{"$array": name}``, a tuple ``{"$tuple": [...]}``, a record of this room
``{"$record": class, "fields": {...}}``, a dict ``{"$dict": [[key, value], ...]}``; all else is plain JSON.

Reading takes at most ``4 * caps.ARRAY_BYTES`` of memory beside the bytes themselves, whatever they are.
"""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress
from typing import Any

import numpy as np

from autograder.evidence import archive, kinds, request
from autograder.evidence.caps import MAX_BYTES, TOO_LARGE, WireError, check_plain, check_tree
from autograder.evidence.schema import fits

__all__ = ["MAX_BYTES", "VERSION", "WireError", "pack", "pack_bundle", "unpack", "unpack_bundle"]

VERSION = 1
_RECORDS: dict[str, type] = {
    record.__name__: record
    for module in (kinds, request)
    for record in vars(module).values()
    if isinstance(record, type) and dataclasses.is_dataclass(record)
}


def pack(record: object) -> bytes:
    """Writes a record of this room as bytes.

    Raises:
        WireError: it is more than evidence may be; the message says what is too much.
        TypeError: it holds what evidence cannot hold.
    """
    arrays: list[np.ndarray] = []
    try:
        body = _encode(record, arrays, {})
        tree = json.dumps({"version": VERSION, "body": body}, ensure_ascii=False, allow_nan=True)
    except RecursionError:
        message = "nested too deep"
        raise WireError(message) from None
    # Half a surrogate pair, which Python allows in a text and UTF-8 does not, becomes a question mark.
    written = tree.encode(errors="replace")
    check_tree(written)
    return archive.write(written, arrays)


def pack_bundle(bundle: kinds.Bundle, asked: request.Request) -> bytes:
    """Writes the bundle that answers ``asked``, whatever it holds.

    A variable that cannot cross is replaced by one that says why; where all together are too much, all of them are.
    """
    try:
        return pack(bundle)
    except (TypeError, WireError) as error:
        together = str(error)
    heavy = {name: why for name, item in bundle.evidence.items() if (why := _refusal(item))}
    everything = {name: heavy.get(name, together) for name in asked.variables}
    for reasons in (heavy, everything):
        with suppress(TypeError, WireError):
            return pack(dataclasses.replace(bundle, evidence={**bundle.evidence, **_too_large(reasons, asked)}))
    return pack(kinds.Bundle(asked.question, _too_large(everything, asked)))


def _refusal(evidence: kinds.Evidence) -> str:
    """Why a piece of evidence cannot cross, even by itself; empty where it can."""
    try:
        pack(evidence)
    except (TypeError, WireError) as error:
        return str(error)
    return ""


def _too_large(reasons: dict[str, str], asked: request.Request) -> dict[str, kinds.Evidence]:
    """What stands for variables that cannot cross."""
    # A drawing is no variable, and never of another kind.
    return {
        name: kinds.Drawing(name, ()) if kind == "Drawing" else kinds.Unfit(name, kind, kind, f"{TOO_LARGE}: {reason}")
        for name, reason in reasons.items()
        for kind in [asked.variables[name]]
    }


def unpack(data: bytes) -> Any:
    """Reads back what ``pack`` wrote.

    Raises:
        WireError: the bytes are damaged, of another version, too much, or hold what no record of this room holds.
    """
    try:
        text, arrays = archive.read(data)
        check_tree(text)
        tree = json.loads(text)
        # No text that could not be written into feedback, and no tree that is too long when it is written again.
        check_tree(json.dumps(tree, ensure_ascii=False).encode())
        version = tree["version"]
        body = _decode(tree["body"], arrays) if version == VERSION else None
    except WireError:
        raise
    except Exception as error:  # what zipfile, NumPy and json raise is not listed anywhere
        message = " ".join(f"damaged evidence: {error}".split())[:200]
        raise WireError(message) from error
    if version != VERSION:
        message = f"evidence of version {version!r:.40} instead of {VERSION}"
        raise WireError(message)
    return body


def unpack_bundle(data: bytes, asked: request.Request) -> kinds.Bundle:
    """Reads the bundle that answers ``asked``.

    Raises:
        WireError: the bytes are no bundle, or one with other evidence than was asked for.
    """
    bundle = unpack(data)
    if isinstance(bundle, kinds.Bundle) and bundle.question == asked.question:
        taken = bundle.evidence
        if taken.keys() == asked.variables.keys() and all(_answers(taken[name], name, asked) for name in taken):
            return bundle
    message = f"this is not the evidence asked for by {asked.question}"
    raise WireError(message)


def _answers(item: kinds.Evidence, name: str, asked: request.Request) -> bool:
    """Whether this is what can be taken of the variable ``name``."""
    kind = asked.variables[name]
    if item.variable != name or type(item).__name__ not in {"Missing", "Unfit", kind}:
        return False
    if isinstance(item, kinds.Unfit):
        return item.wanted == kind != "Drawing"
    if isinstance(item, kinds.Calls):
        return len(item.outcomes) == len(asked.calls.get(name, ())) and not item.requested
    return True


def _encode(thing: Any, arrays: list[np.ndarray], numbers: dict[int, int]) -> Any:
    """The tree of ``thing``; ``numbers`` of the ``arrays`` in it by identity, so that each crosses once."""
    if isinstance(thing, np.ndarray) and thing.dtype.kind in archive.NUMBERS:
        if id(thing) not in numbers:
            numbers[id(thing)] = len(arrays)
            arrays.append(thing)
        return {"$array": archive.array_name(numbers[id(thing)])}
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        fields = {f.name: _encode(getattr(thing, f.name), arrays, numbers) for f in dataclasses.fields(thing)}
        return {"$record": type(thing).__name__, "fields": fields}
    if isinstance(thing, dict) and all(isinstance(key, str) for key in thing):
        return {"$dict": [[_encode(key, arrays, numbers), _encode(thing[key], arrays, numbers)] for key in thing]}
    if isinstance(thing, tuple):
        return {"$tuple": [_encode(item, arrays, numbers) for item in thing]}
    if isinstance(thing, list):
        return [_encode(item, arrays, numbers) for item in thing]
    if thing is None or isinstance(thing, (bool, int, float, str)):
        check_plain(thing)
        return thing
    message = f"cannot send {type(thing).__name__}"
    raise TypeError(message)


def _decode(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, list):
        return [_decode(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        check_plain(tree)
        return tree
    match tree:
        case {"$array": str(name), **rest} if not rest:
            return arrays[name]
        case {"$tuple": list(items), **rest} if not rest:
            return tuple(_decode(item, arrays) for item in items)
        case {"$dict": list(pairs), **rest} if not rest:
            return {_key(key): _decode(value, arrays) for key, value in pairs}
        case {"$record": str(name), "fields": dict(given), **rest} if not rest:
            record = _RECORDS[name](**{_key(key): _decode(value, arrays) for key, value in given.items()})
            if fits(record):
                return record
            message = f"a {name} whose fields hold something else"
            raise TypeError(message)
    message = "an object that stands for nothing"
    raise TypeError(message)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        message = "a name that is no text"
        raise TypeError(message)
    check_plain(key)
    return key
