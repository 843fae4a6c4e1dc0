"""Memo: what follows from an immutable thing alone is worked out once for it."""

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Final, Generic, TypeVar, TypeVarTuple, final

__all__ = ["remembered"]

#: Most answers that are kept of one function. Whoever runs rule sets on frames runs a few of them again and again; each
#: answer keeps its rule set in memory.
_MOST: Final = 64

Thing = TypeVar("Thing")
More = TypeVarTuple("More")
Result = TypeVar("Result")


def remembered(function: Callable[[Thing, *More], Result]) -> Callable[[Thing, *More], Result]:
    """Return a function that works out its answer once for the same immutable thing and equal further arguments.

    Whether it is the same is asked by identity: to compare two rule sets would take longer than it saves. An error is
    raised anew each time.

    >>> seen = []
    >>> longest = remembered(lambda words: seen.append(words) or max(words, key=len))
    >>> words = ("order", "invoice")
    >>> longest(words), longest(words), len(seen)
    ('invoice', 'invoice', 1)
    """

    @lru_cache(maxsize=_MOST)
    def answer(thing: _Same[Thing], more: tuple[*More]) -> Result:
        return function(thing.value, *more)

    def asked(thing: Thing, *more: *More) -> Result:
        return answer(_Same(thing), more)

    return update_wrapper(asked, function)


@final
class _Same(Generic[Thing]):
    """A thing as a key that only itself equals; it lives as long as the key does, so no other gets its identity."""

    __slots__ = ("value",)

    def __init__(self, value: Thing) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value
