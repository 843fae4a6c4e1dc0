"""Exact numbers of a split: amounts, claims and worths as fractions, and fractions as whole smallest units.

Shares are exact fractions until the very end. Whole units are found by largest remainder: everybody gets the whole part
of the exact share, and the units left over go to the largest remainders. No share then departs by a whole unit from the
exact one, so that whatever whole bounds the exact shares keep, the shares in units keep as well.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.scaled import MAX_DIGITS, exact_fraction

__all__ = ["Exact", "exact_amount", "exact_amounts", "pickled", "read_only", "whole_units"]

#: An exact number, as people write it; text may be a fraction such as `"25/48"`.
Exact: TypeAlias = int | Decimal | Fraction | str

#: A whole number of more bits than this has more digits than any number of a rule set.
_MAX_BITS: Final = 4 * MAX_DIGITS

#: Said wherever something is no exact number.
_WAY_OUT: Final = "give int, Decimal, Fraction or text"


def exact_amount(what: str, value: object) -> Fraction:
    """Read an exact number: an int, a Decimal, a Fraction, or text such as `"25/48"`; never a float.

    Raises:
        InvalidValueError: a float, or no number; `what` names it.

    >>> exact_amount("the estate", "100/3")
    Fraction(100, 3)
    >>> exact_amount("the estate", 0.1)
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: the estate is a float: 0.1; give int, Decimal, Fraction or text
    """
    if isinstance(value, Fraction):
        return value
    if type(value) is int and value.bit_length() <= _MAX_BITS:
        return Fraction(value)
    if isinstance(value, float):
        raise InvalidValueError(f"{what} is a float", value, hint=_WAY_OUT)
    try:
        return exact_fraction(value)
    except InvalidValueError as error:
        hint = _WAY_OUT if "float" in error.hint else error.hint
        raise InvalidValueError(f"{what}: {error.what}", value, hint=hint) from None


def exact_amounts(what: str, values: object) -> dict[str, Fraction]:
    """Read numbers by party.

    Args:
        what: what each of them is, as in `"the claim"`.
        values: a mapping from party to number.

    Raises:
        InvalidValueError: not a mapping, no party, a party that is not text or blank, or a number that is not exact.

    >>> exact_amounts("the claim", {"A": "1/3", "B": 2})
    {'A': Fraction(1, 3), 'B': Fraction(2, 1)}
    """
    if not isinstance(values, Mapping):
        raise InvalidValueError("not a mapping from party to number", values, hint="write {'A': 100, 'B': 200}")
    if not values:
        raise InvalidValueError("nobody to share with", hint="name at least one party")
    for party in values:
        if not isinstance(party, str) or not party.strip():
            raise InvalidValueError("a party is named by text", party, hint="every name needs a visible character")
    return {party: exact_amount(f"{what} of {party!r}", value) for party, value in values.items()}


def whole_units(shares: Mapping[str, Fraction], tie: Callable[[str], Any]) -> dict[str, int]:
    """Turn exact shares that add up to a whole number into whole numbers that add up to it, by largest remainder.

    Args:
        shares: exact shares in smallest units.
        tie: among equal remainders the smaller key comes first, and then the name in the order of its characters.

    >>> whole_units({"a": Fraction(1, 2), "b": Fraction(5, 2)}, tie=lambda party: party)
    {'a': 1, 'b': 2}
    """
    units = {party: floor(share) for party, share in shares.items()}
    left = int(sum(shares.values())) - sum(units.values())
    if left:
        waiting = sorted(shares, key=lambda party: (units[party] - shares[party], tie(party), party))
        for party in waiting[:left]:
            units[party] += 1
    return units


def pickled(instance: Any) -> tuple[object, ...]:  # noqa: ANN401  any class of attrs
    """Return how a frozen class with read-only mappings is pickled: as its fields with plain dicts.

    A read-only view cannot be pickled; the class makes it again.
    """
    fields = {field.name: _plain(getattr(instance, field.name)) for field in attrs.fields(type(instance))}
    return _made_again, (type(instance), fields)


def read_only(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a read-only copy of a mapping; a mapping that is one already stays as it is."""
    return values if isinstance(values, MappingProxyType) else MappingProxyType(dict(values))


def _plain(value: object) -> object:
    return {key: _plain(inner) for key, inner in value.items()} if isinstance(value, MappingProxyType) else value


def _made_again(kind: Any, fields: dict[str, object]) -> object:  # noqa: ANN401  as above
    return kind(**fields)
