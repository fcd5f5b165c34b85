"""The last few results of what is worked out, by all that they depend on: a class asks for the same ones many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Result = TypeVar("Result")


class Recent(Generic[Result]):
    """Keeps results; the oldest goes first."""

    def __init__(self, count: int) -> None:
        """``count``: how many are kept."""
        self._count = count
        self._found: dict[Hashable, Result] = {}

    def get(self, name: Hashable, make: Callable[[], Result]) -> Result:
        """The result of that name, made now unless it is there. What ``make`` raises is not kept."""
        if name not in self._found:
            made = make()
            while len(self._found) >= self._count:
                del self._found[next(iter(self._found))]
            self._found[name] = made
        return self._found[name]
