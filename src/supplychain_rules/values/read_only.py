"""A mapping that nobody changes, and that can be pickled, which the standard library's read-only view cannot."""

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import TypeVar, final

__all__ = ["ReadOnlyMapping"]

Key = TypeVar("Key")
Value = TypeVar("Value")


@final
class ReadOnlyMapping(Mapping[Key, Value]):
    """A copy of a mapping, in its order; equal to any mapping of the same entries.

    >>> sizes = ReadOnlyMapping({"gold": 2, "basic": 5})
    >>> sizes["gold"], sizes == {"gold": 2, "basic": 5}
    (2, True)
    >>> sizes["gold"] = 3
    Traceback (most recent call last):
        ...
    TypeError: 'ReadOnlyMapping' object does not support item assignment
    """

    __slots__ = ("_held",)

    _held: Mapping[Key, Value]

    def __init__(self, given: Mapping[Key, Value]) -> None:
        """Copy a mapping."""
        self._held = dict(given)

    def __getitem__(self, key: Key) -> Value:
        """Return the value of a key."""
        return self._held[key]

    def __iter__(self) -> Iterator[Key]:
        """Return the keys in their order."""
        return iter(self._held)

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._held)

    def __contains__(self, key: object) -> bool:
        """Say whether there is such a key."""
        return key in self._held

    def keys(self) -> KeysView[Key]:
        """Return the keys, at the speed of a dict."""
        return self._held.keys()

    def values(self) -> ValuesView[Value]:
        """Return the values, at the speed of a dict."""
        return self._held.values()

    def items(self) -> ItemsView[Key, Value]:
        """Return the entries, at the speed of a dict."""
        return self._held.items()

    def __repr__(self) -> str:
        """Return the entries as a dict shows them."""
        return repr(self._held)

    def __reduce__(self) -> tuple[type["ReadOnlyMapping[Key, Value]"], tuple[dict[Key, Value]]]:
        """Pickle as a plain dict."""
        return ReadOnlyMapping, (dict(self._held),)
