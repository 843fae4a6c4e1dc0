"""Sets of values, as proofs and table cells need them: numbers as intervals, options as choices.

An `IntervalSet` is a set of numbers held as disjoint intervals in order, as few as possible. A `ChoiceSet` is a
set of options, listed or "all but" listed. Both are closed under union, intersection and complement, and both
have one form only: two sets with the same members are equal objects with equal hashes.

Numbers are dense: between 1 and 2 there are others, so `[1..2)` and `1` are different sets. A date takes part by
`date.toordinal()`; write its ranges half-open, as `Period` does. Missing is no member of any set here.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.scaled import exact_fraction, number_text

__all__ = ["ChoiceSet", "Interval", "IntervalSet"]

#: How a set without gaps, and one without members, is shown.
_ANYTHING: Final = "anything"
_NOTHING: Final = "nothing"

#: Characters that would make an option look like something else in a list of options.
_MISREAD: Final = frozenset(',()[]<>="')


def _exact(value: int | Fraction | Decimal) -> int | Fraction:
    """Return one form of an exact number; a whole one is an `int`, because ints compare twenty times faster."""
    if isinstance(value, bool) or not isinstance(value, (int, Fraction, Decimal)):
        raise InvalidValueError("not an exact number", value, hint="give int, Fraction or Decimal")
    if isinstance(value, int):
        return int(value)
    exact = value if isinstance(value, Fraction) else exact_fraction(value)
    return exact.numerator if exact.denominator == 1 else exact


def _bound(value: int | Fraction | Decimal | None) -> int | Fraction | None:
    return None if value is None else _exact(value)


def _check_members(instance: "Interval", field: "attrs.Attribute[Any]", value: object) -> None:  # noqa: ARG001  attrs gives three
    """Refuse an interval without members; runs on the last field, when all others are set."""
    low, high = instance.low, instance.high
    if (low is None and instance.low_closed) or (high is None and instance.high_closed):
        raise InvalidValueError("an unbounded end cannot be closed", instance, hint="leave it open")
    if low is None or high is None or low < high or (low == high and instance.low_closed and instance.high_closed):
        return
    raise InvalidValueError(
        "an interval without members",
        str(instance),
        hint="the low end comes first; a single value is closed on both sides",
    )


@final
@attrs.frozen
class Interval:
    """The numbers between two ends; an end of `None` is unbounded. There is always a member.

    Raises:
        InvalidValueError: an end that is not an exact number, an unbounded end that is closed, no member.

    >>> str(Interval(90, 95, low_closed=True, high_closed=False))
    '[90..95)'
    """

    #: The low end, `None` for minus infinity.
    low: int | Fraction | None = attrs.field(converter=_bound)
    #: The high end, `None` for plus infinity.
    high: int | Fraction | None = attrs.field(converter=_bound)
    #: Whether the low end itself belongs.
    low_closed: bool = attrs.field(kw_only=True, validator=attrs.validators.instance_of(bool))
    #: Whether the high end itself belongs.
    high_closed: bool = attrs.field(kw_only=True, validator=[attrs.validators.instance_of(bool), _check_members])

    def contains(self, value: int | Fraction | Decimal) -> bool:
        """Return whether a number lies in the interval.

        Raises:
            InvalidValueError: not an exact number.
        """
        number = _exact(value)
        if self.low is not None and (number < self.low or (number == self.low and not self.low_closed)):
            return False
        return self.high is None or number < self.high or (number == self.high and self.high_closed)

    def __str__(self) -> str:
        """Return the interval as a table cell writes it: `[90..95)`, `>= 5`, `2`."""
        low, high = _shown(self.low), _shown(self.high)
        if self.low is None and self.high is None:
            return _ANYTHING
        if self.low is None:
            return f"{'<=' if self.high_closed else '<'} {high}"
        if self.high is None:
            return f"{'>=' if self.low_closed else '>'} {low}"
        if self.low == self.high and self.low_closed and self.high_closed:
            return low
        return f"{'[' if self.low_closed else '('}{low}..{high}{']' if self.high_closed else ')'}"


def _normal(parts: Iterable[Interval]) -> tuple[Interval, ...]:
    """Sort intervals and join those that overlap or touch, so that equal sets have one form."""
    given = tuple(parts)
    for part in given:
        if not isinstance(part, Interval):
            raise InvalidValueError("not an interval", part, hint="write IntervalSet.point(value) for a single number")
    joined: list[Interval] = []
    for part in sorted(given, key=_low_key):
        if joined and _reaches(joined[-1], part):
            joined[-1] = _spanning(joined[-1], part)
        else:
            joined.append(part)
    return tuple(joined)


@final
@attrs.frozen
class IntervalSet:
    """A set of numbers: disjoint intervals in order, with a gap between any two.

    Raises:
        InvalidValueError: a bound that is not an exact number, or an interval without members.

    >>> grades = IntervalSet.between(90, 95, high_closed=False).union(IntervalSet.point(100))
    >>> str(grades), str(grades.complement())
    ('[90..95), 100', '< 90, [95..100), > 100')
    """

    #: The intervals; whatever is given is sorted and joined.
    parts: tuple[Interval, ...] = attrs.field(converter=_normal)

    @classmethod
    def nothing(cls) -> "IntervalSet":
        """Return the set without members."""
        return cls(())

    @classmethod
    def everything(cls) -> "IntervalSet":
        """Return the set of all numbers."""
        return cls((Interval(None, None, low_closed=False, high_closed=False),))

    @classmethod
    def point(cls, value: int | Fraction | Decimal) -> "IntervalSet":
        """Return the set of one number."""
        return cls((Interval(value, value, low_closed=True, high_closed=True),))

    @classmethod
    def at_least(cls, low: int | Fraction | Decimal) -> "IntervalSet":
        """Return the numbers from `low` on, itself included."""
        return cls((Interval(low, None, low_closed=True, high_closed=False),))

    @classmethod
    def greater_than(cls, low: int | Fraction | Decimal) -> "IntervalSet":
        """Return the numbers above `low`, itself excluded."""
        return cls((Interval(low, None, low_closed=False, high_closed=False),))

    @classmethod
    def at_most(cls, high: int | Fraction | Decimal) -> "IntervalSet":
        """Return the numbers up to `high`, itself included."""
        return cls((Interval(None, high, low_closed=False, high_closed=True),))

    @classmethod
    def less_than(cls, high: int | Fraction | Decimal) -> "IntervalSet":
        """Return the numbers below `high`, itself excluded."""
        return cls((Interval(None, high, low_closed=False, high_closed=False),))

    @classmethod
    def between(
        cls,
        low: int | Fraction | Decimal,
        high: int | Fraction | Decimal,
        *,
        low_closed: bool = True,
        high_closed: bool = True,
    ) -> "IntervalSet":
        """Return the numbers between two ends, both included unless said otherwise.

        Raises:
            InvalidValueError: no number lies between them; an empty set is written `nothing()`.
        """
        return cls((Interval(low, high, low_closed=low_closed, high_closed=high_closed),))

    @property
    def is_empty(self) -> bool:
        """Whether the set has no members."""
        return not self.parts

    def contains(self, value: int | Fraction | Decimal) -> bool:
        """Return whether a number belongs to the set.

        Raises:
            InvalidValueError: not an exact number.
        """
        number = _exact(value)
        return any(part.contains(number) for part in self.parts)

    def union(self, other: "IntervalSet") -> "IntervalSet":
        """Return the numbers of either set."""
        return IntervalSet((*self.parts, *other.parts))

    def intersection(self, other: "IntervalSet") -> "IntervalSet":
        """Return the numbers of both sets, in one walk along both."""
        shared: list[Interval] = []
        mine, theirs = iter(self.parts), iter(other.parts)
        left, right = next(mine, None), next(theirs, None)
        while left is not None and right is not None:
            common = _common(left, right)
            if common is not None:
                shared.append(common)
            if _high_key(left) <= _high_key(right):
                left = next(mine, None)
            else:
                right = next(theirs, None)
        return IntervalSet(shared)

    def complement(self) -> "IntervalSet":
        """Return the numbers that are not in the set."""
        gaps: list[Interval] = []
        low: int | Fraction | None = None
        low_closed = False
        for part in self.parts:
            if part.low is not None:
                gaps.append(Interval(low, part.low, low_closed=low_closed, high_closed=not part.low_closed))
            if part.high is None:
                return IntervalSet(gaps)
            low, low_closed = part.high, not part.high_closed
        return IntervalSet((*gaps, Interval(low, None, low_closed=low_closed, high_closed=False)))

    def difference(self, other: "IntervalSet") -> "IntervalSet":
        """Return the numbers of this set that are not in the other."""
        return self.intersection(other.complement())

    def is_subset(self, other: "IntervalSet") -> bool:
        """Return whether every number of this set is in the other."""
        return self.difference(other).is_empty

    def overlaps(self, other: "IntervalSet") -> bool:
        """Return whether the sets share a number."""
        return not self.intersection(other).is_empty

    def __str__(self) -> str:
        """Return the set as a table cell writes it: `[90..95), 100`."""
        return ", ".join(str(part) for part in self.parts) or _NOTHING


def _options(options: Iterable[str]) -> frozenset[str]:
    if isinstance(options, str):  # a text is an iterable of its letters, which nobody means
        raise InvalidValueError("options are a collection of texts", options, hint=f"write [{options!r}]")
    listed = frozenset(options)
    for option in listed:
        if not isinstance(option, str):
            raise InvalidValueError("an option is text", option, hint="options are declared as text")
    return listed


@final
@attrs.frozen
class ChoiceSet:
    """A set of options: those listed, or with `complemented` all texts but those listed.

    The universe is every text, not only what an input declares, so "all but" is never empty; to reason within an
    input, intersect with the set of its declared options.

    Raises:
        InvalidValueError: one bare text instead of a collection, or an option that is not text.

    >>> str(ChoiceSet(["B", "A"])), str(ChoiceSet(["A"]).complement())
    ('A, B', 'not(A)')
    """

    #: The options listed.
    options: frozenset[str] = attrs.field(converter=_options)
    #: Whether the set is all texts but `options`.
    complemented: bool = attrs.field(default=False, validator=attrs.validators.instance_of(bool))

    @classmethod
    def nothing(cls) -> "ChoiceSet":
        """Return the set without members."""
        return cls(())

    @classmethod
    def everything(cls) -> "ChoiceSet":
        """Return the set of all texts."""
        return cls((), complemented=True)

    @property
    def is_empty(self) -> bool:
        """Whether the set has no members."""
        return not self.options and not self.complemented

    def contains(self, option: str) -> bool:
        """Return whether an option belongs to the set."""
        return (option in self.options) != self.complemented

    def union(self, other: "ChoiceSet") -> "ChoiceSet":
        """Return the options of either set."""
        return self.complement().intersection(other.complement()).complement()

    def intersection(self, other: "ChoiceSet") -> "ChoiceSet":
        """Return the options of both sets."""
        if self.complemented and other.complemented:
            return ChoiceSet(self.options | other.options, complemented=True)
        if self.complemented:
            return ChoiceSet(other.options - self.options)
        if other.complemented:
            return ChoiceSet(self.options - other.options)
        return ChoiceSet(self.options & other.options)

    def complement(self) -> "ChoiceSet":
        """Return the options that are not in the set."""
        return ChoiceSet(self.options, complemented=not self.complemented)

    def difference(self, other: "ChoiceSet") -> "ChoiceSet":
        """Return the options of this set that are not in the other."""
        return self.intersection(other.complement())

    def is_subset(self, other: "ChoiceSet") -> bool:
        """Return whether every option of this set is in the other."""
        return self.difference(other).is_empty

    def overlaps(self, other: "ChoiceSet") -> bool:
        """Return whether the sets share an option."""
        return not self.intersection(other).is_empty

    def __str__(self) -> str:
        """Return the set as a table cell writes it: `A, B` or `not(A, B)`."""
        if not self.options:
            return _ANYTHING if self.complemented else _NOTHING
        listed = ", ".join(_quoted(option) for option in sorted(self.options))
        return f"not({listed})" if self.complemented else listed


def _shown(bound: int | Fraction | None) -> str:
    return "" if bound is None else number_text(Fraction(bound))


def _quoted(option: str) -> str:
    plain = option and option == option.strip() and option not in {"-", "missing", _ANYTHING, _NOTHING}
    if plain and _MISREAD.isdisjoint(option):
        return option
    escaped = option.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _low_key(part: Interval) -> tuple[bool, int | Fraction, bool]:
    """Order low ends: unbounded first, and of two equal ends the closed one, which begins earlier."""
    return (part.low is not None, part.low or 0, not part.low_closed)


def _high_key(part: Interval) -> tuple[bool, int | Fraction, bool]:
    """Order high ends: unbounded last, and of two equal ends the closed one, which ends later."""
    return (part.high is None, part.high or 0, part.high_closed)


def _reaches(left: Interval, right: Interval) -> bool:
    """Return whether no number lies between an interval and the next one by low end."""
    if left.high is None or right.low is None:
        return True
    return right.low < left.high or (right.low == left.high and (left.high_closed or right.low_closed))


def _spanning(left: Interval, right: Interval) -> Interval:
    """Return the interval from the low end of the left to the higher of both high ends."""
    last = max(left, right, key=_high_key)
    return Interval(left.low, last.high, low_closed=left.low_closed, high_closed=last.high_closed)


def _common(left: Interval, right: Interval) -> Interval | None:
    """Return the numbers of both intervals, `None` where there are none."""
    first, last = max(left, right, key=_low_key), min(left, right, key=_high_key)
    if first.low is not None and last.high is not None:
        touching = first.low == last.high and first.low_closed and last.high_closed
        if first.low >= last.high and not touching:
            return None
    return Interval(first.low, last.high, low_closed=first.low_closed, high_closed=last.high_closed)
