"""Whether a record's fields hold what its annotations say: what crosses was written in a learner's process."""

from __future__ import annotations

import dataclasses
import types
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def fits(record: Any) -> bool:
    """Whether every field of a dataclass's instance holds what its annotation says."""
    hints = _hints(record.__class__)
    return all(_holds(getattr(record, field.name), hints[field.name]) for field in dataclasses.fields(record))


def _holds(value: Any, hint: Any) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return any(_holds(value, option) for option in arguments)
    if origin is tuple:
        inner = arguments[0] if arguments[1:] == (...,) else Any
        return isinstance(value, tuple) and all(_holds(item, inner) for item in value)
    if origin is list:
        return isinstance(value, list) and all(_holds(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(
            _holds(key, arguments[0]) and _holds(item, arguments[1]) for key, item in value.items()
        )
    if hint in {int, float} and isinstance(value, bool):
        return False
    return hint is Any or isinstance(value, (int, float) if hint is float else hint)
