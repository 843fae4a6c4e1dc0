"""Interval arithmetic on units: for each operation, the least and the largest result on a box.

Every function here takes functions from a box to intervals and returns one. An interval of a sum, a product or a
rounding is exact as long as no value is read twice; where one is, it may be too wide, never too narrow.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from supplychain_rules.language.nodes import Comparison
from supplychain_rules.language.roots import rounded_geometric_mean
from supplychain_rules.language.segments import Segments
from supplychain_rules.values.rounding import RoundingMode, divide

__all__ = [
    "ABSENT",
    "FALSE",
    "NOTHING",
    "TRUE",
    "UNKNOWN",
    "Box",
    "Interval",
    "Numeric",
    "Set",
    "absolute",
    "added",
    "along",
    "compared",
    "constant",
    "divided",
    "extreme",
    "first_present",
    "geometric_mean",
    "hull",
    "multiplied",
    "negated",
    "rounded",
    "scaled",
]

#: Bits of a condition: it may be true, false, unknown.
TRUE: Final = 1
FALSE: Final = 2
UNKNOWN: Final = 4

#: The bit of a choice, a text or a counted number that may be missing.
ABSENT: Final = 1

#: Least and largest units of a number or day, and whether it may be missing; least above largest: surely missing.
Interval: TypeAlias = tuple[int, int, bool]

#: A set of values: an interval, or bits.
Set: TypeAlias = Interval | int

#: A set for every input, in the program's order.
Box: TypeAlias = tuple[Set, ...]

#: From the sets of inputs and bindings so far to the interval of a number.
Numeric: TypeAlias = Callable[[list[Set]], Interval]

#: A number that is surely missing.
NOTHING: Final[Interval] = (1, 0, True)


def constant(units: int) -> Numeric:
    """Return a number that is always the same."""
    value = (units, units, False)
    return lambda _: value


def hull(one: Interval, other: Interval) -> Interval:
    """Return the interval that holds both."""
    if one[0] > one[1]:
        return (other[0], other[1], True)
    if other[0] > other[1]:
        return (one[0], one[1], True)
    return (min(one[0], other[0]), max(one[1], other[1]), one[2] or other[2])


def negated(of: Numeric) -> Numeric:
    """Turn an interval round."""

    def negate(env: list[Set]) -> Interval:
        low, high, absent = of(env)
        return NOTHING if low > high else (-high, -low, absent)

    return negate


def scaled(of: Numeric, factor: int) -> Numeric:
    """Multiply by a whole number."""
    if factor == 1:
        return of

    def scale(env: list[Set]) -> Interval:
        low, high, absent = of(env)
        if low > high:
            return NOTHING
        return (low * factor, high * factor, absent) if factor > 0 else (high * factor, low * factor, absent)

    return scale


def added(parts: Sequence[Numeric]) -> Numeric:
    """Add intervals."""

    def add(env: list[Set]) -> Interval:
        total_low = total_high = 0
        any_absent = False
        for part in parts:
            low, high, absent = part(env)
            if low > high:
                return NOTHING
            total_low += low
            total_high += high
            any_absent |= absent
        return (total_low, total_high, any_absent)

    return add


def multiplied(parts: Sequence[Numeric]) -> Numeric:
    """Multiply intervals: the extremes are at corners."""

    def multiply(env: list[Set]) -> Interval:
        total_low, total_high, any_absent = parts[0](env)
        if total_low > total_high:
            return NOTHING
        for part in parts[1:]:
            low, high, absent = part(env)
            if low > high:
                return NOTHING
            corners = (total_low * low, total_low * high, total_high * low, total_high * high)
            total_low, total_high = min(corners), max(corners)
            any_absent |= absent
        return (total_low, total_high, any_absent)

    return multiply


def rounded(of: Numeric, power: int, mode: RoundingMode) -> Numeric:
    """Divide by a power of ten and round: rounding never turns an order round."""

    def round_(env: list[Set]) -> Interval:
        low, high, absent = of(env)
        if low > high:
            return NOTHING
        return (divide(low, power, mode), divide(high, power, mode), absent)

    return round_


def divided(over: Numeric, under: Numeric, mode: RoundingMode) -> Numeric:
    """Divide and round; a divisor that may be zero makes the quotient missing there."""

    def divide_(env: list[Set]) -> Interval:
        low, high, absent = over(env)
        least, largest, no_divisor = under(env)
        if low > high or least > largest:
            return NOTHING
        absent |= no_divisor or least <= 0 <= largest
        # The divisor's extremes on either side of zero; between them the quotient is monotone.
        edges = {edge for edge in (least, largest) if edge}
        edges |= {edge for edge in (-1, 1) if least <= edge <= largest}
        corners = [divide(end, edge, mode) for end in (low, high) for edge in edges]
        return (min(corners), max(corners), absent) if corners else NOTHING

    return divide_


def absolute(of: Numeric) -> Numeric:
    """Drop the sign."""

    def drop_sign(env: list[Set]) -> Interval:
        low, high, absent = of(env)
        if low > high:
            return NOTHING
        if low >= 0:
            return (low, high, absent)
        return (-high, -low, absent) if high <= 0 else (0, max(-low, high), absent)

    return drop_sign


def extreme(parts: Sequence[Numeric], *, largest: bool) -> Numeric:
    """Take the least or the largest of several numbers; missing where any is."""
    choose = max if largest else min

    def take(env: list[Set]) -> Interval:
        found = [part(env) for part in parts]
        if any(low > high for low, high, _ in found):
            return NOTHING
        return (
            choose(low for low, _, _ in found),
            choose(high for _, high, _ in found),
            any(absent for _, _, absent in found),
        )

    return take


def first_present(parts: Sequence[Numeric]) -> Numeric:
    """Take the first number that is present."""

    def take(env: list[Set]) -> Interval:
        taken = NOTHING
        for part in parts:
            low, high, absent = part(env)
            if low <= high:
                taken = (low, high, False) if taken[0] > taken[1] else (min(taken[0], low), max(taken[1], high), False)
            if not absent:
                return taken
        return (taken[0], taken[1], True)

    return take


def along(of: Numeric, line: Segments, factor: int) -> Numeric:
    """Follow a piecewise line: its extremes on an interval are at the ends or at points between them."""
    points = sorted({line.start, *(piece.until for piece in line.pieces)})

    def follow(env: list[Set]) -> Interval:
        low, high, absent = of(env)
        if low > high:
            return NOTHING
        low, high = low * factor, high * factor
        values = [line.value(low), line.value(high), *(line.value(point) for point in points if low < point < high)]
        return (min(values), max(values), absent)

    return follow


def geometric_mean(
    parts: Sequence[Numeric], powers: Sequence[int], weights: Sequence[int], scale: int, decimals: int
) -> Numeric:
    """Take the mean of what is present; it rises with every part, and lies among the parts."""

    def mean(env: list[Set]) -> Interval:
        found = [part(env) for part in parts]
        low_ends = [low * power if low <= high else None for (low, high, _), power in zip(found, powers, strict=True)]
        high_ends = [high * power if low <= high else None for (low, high, _), power in zip(found, powers, strict=True)]
        low = rounded_geometric_mean(low_ends, weights, scale, decimals)
        high = rounded_geometric_mean(high_ends, weights, scale, decimals)
        if low is None or high is None:
            return NOTHING
        if not any(absent and least <= largest for least, largest, absent in found):
            return (low, high, False)
        # Any of the optional parts may drop out: the mean then lies among the others, whichever they are.
        scaled_down = 10 ** max(0, scale - decimals)
        scaled_up = 10 ** max(0, decimals - scale)
        least = min(end for end in low_ends if end is not None) * scaled_up
        most = max(end for end in high_ends if end is not None) * scaled_up
        none_left = all(absent for _, _, absent in found)
        return (least // scaled_down, -(-most // scaled_down), none_left)

    return mean


def compared(operator: Comparison, left: Numeric, right: Numeric) -> Callable[[list[Set]], int]:
    """Compare two numbers: which of true, false and unknown can come out."""
    if operator in (">", ">="):
        left, right = right, left
    strict = operator in ("<", ">")
    true, false = (FALSE, TRUE) if operator == "!=" else (TRUE, FALSE)

    def order(env: list[Set]) -> int:
        low, high, absent = left(env)
        least, largest, no_right = right(env)
        if low > high or least > largest:
            return UNKNOWN
        bits = UNKNOWN if absent or no_right else 0
        if strict:
            return bits | (TRUE if low < largest else 0) | (FALSE if high >= least else 0)
        return bits | (TRUE if low <= largest else 0) | (FALSE if high > least else 0)

    def equal(env: list[Set]) -> int:
        low, high, absent = left(env)
        least, largest, no_right = right(env)
        if low > high or least > largest:
            return UNKNOWN
        bits = UNKNOWN if absent or no_right else 0
        if low <= largest and least <= high:
            bits |= true
        return bits if low == high == least == largest else bits | false

    return equal if operator in ("==", "!=") else order
