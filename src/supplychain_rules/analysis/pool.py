"""A pool of records to begin with: most of what rules can do, a few hundred records at their edges do already.

The records are the same at every call: each input takes its bounds, the values at which a rule about it changes and
those just before, and missing, mixed by a counter instead of chance.
"""

import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, final

from supplychain_rules.analysis.intervals import ABSENT, TRUE, UNKNOWN
from supplychain_rules.analysis.search import Space
from supplychain_rules.language.entry import UnitsFunction, units_function
from supplychain_rules.language.types import BooleanType, DateType, NumberType, Value

__all__ = ["Pool"]

#: Records of the pool beside those that vary one input: enough to meet most pairs of edges, made within milliseconds.
_MIXED: Final = 300

#: Of how many mixed values one is missing.
_SELDOM: Final = 8

#: The multiplier and the modulus of the counter that mixes values (Lehmer 1951, as in MINSTD).
_MULTIPLIER: Final = 48_271
_MODULUS: Final = 2**31 - 1


@final
class Pool:
    """Records of a space, and what every binding says of them."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._names = {binding.name: place for place, binding in enumerate(space.program.bindings)}
        self._names |= {field.name: ~place for place, field in enumerate(space.program.inputs)}

    @cached_property
    def _decide(self) -> UnitsFunction:
        return units_function(self.space.program)

    @cached_property
    def records(self) -> tuple[tuple[Value, ...], ...]:
        """Return the units of every record."""
        return tuple(dict.fromkeys(self._records()))

    @cached_property
    def values(self) -> tuple[tuple[Value, ...], ...]:
        """Return the units of every binding, of every record."""
        return tuple(self._decide(record) for record in self.records)

    def decide(self, record: tuple[Value, ...]) -> tuple[Value, ...]:
        """Return the units of every binding on one record."""
        return self._decide(record)

    def column(self, name: str) -> list[Value]:
        """Return what an input or binding is in every record."""
        place = self._names[name]
        if place < 0:
            return [record[~place] for record in self.records]
        return [values[place] for values in self.values]

    def value(self, name: str, record: tuple[Value, ...]) -> Value:
        """Return what an input or binding is in one record."""
        place = self._names[name]
        return record[~place] if place < 0 else self._decide(record)[place]

    @cached_property
    def typical(self) -> tuple[Value, ...]:
        """Return a record in the middle of everything."""
        return tuple(choices[len(choices) // 2] for choices in self._choices)

    @cached_property
    def _choices(self) -> list[Sequence[Value]]:
        """Return for every input the values worth trying; missing is not among them where anything else is."""
        return [self._worth_trying(place) or [None] for place in range(len(self.space.program.inputs))]

    def _worth_trying(self, place: int) -> Sequence[Value]:
        field = self.space.program.inputs[place]
        whole = self.space.whole[place]
        if isinstance(whole, int):
            bits = [1 << at for at in range(whole.bit_length()) if whole >> at & 1]
            if isinstance(field.type, BooleanType):
                return [bit == TRUE for bit in bits if bit != UNKNOWN]
            return [self.space.compiler.text_of(bit) for bit in bits if bit != ABSENT]
        if not isinstance(field.type, NumberType | DateType):
            return []
        low, high, _ = whole
        edges = {low, high, *(cut for cut in self.space.cuts(place) if low <= cut <= high)}
        edges |= {cut - 1 for cut in edges if cut > low}
        if low < 0 < high:
            edges |= {0, 1, -1}
        ordered = sorted(edges)
        between = {(one + other) // 2 for one, other in itertools.pairwise(ordered)}
        return sorted(edges | between)

    def _records(self) -> Iterator[tuple[Value, ...]]:
        choices = self._choices
        optional = [field.type.optional for field in self.space.program.inputs]
        yield self.typical
        for end in (0, -1):
            yield tuple(values[end] for values in choices)
        for place, values in enumerate(choices):
            for value in (*values, *([None] if optional[place] else [])):
                yield (*self.typical[:place], value, *self.typical[place + 1 :])
        state = 1
        for _ in range(_MIXED):
            record: list[Value] = []
            for values, may_be_missing in zip(choices, optional, strict=True):
                state = state * _MULTIPLIER % _MODULUS
                if may_be_missing and state % _SELDOM == 0:
                    record.append(None)
                else:
                    record.append(values[state // _SELDOM % len(values)])
            yield tuple(record)
