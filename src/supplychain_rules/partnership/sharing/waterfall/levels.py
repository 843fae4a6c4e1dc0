"""Levels and rates of a settlement: money or a part of the base, and parts written as `0.15`, `3/20` or `15%`."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.money import Money
from supplychain_rules.values.piecewise import rational
from supplychain_rules.values.scaled import number_text

__all__ = [
    "Level",
    "OfBase",
    "as_level",
    "as_optional_level",
    "as_optional_rate",
    "as_rate",
    "is_percentage",
    "percent_text",
]

_HUNDRED: Final = 100


def as_rate(value: object) -> Fraction:
    """Read a rate exactly: a number, a fraction text, or a percentage.

    Raises:
        InvalidValueError: a float or no number.

    >>> as_rate("15%"), as_rate("0.15"), as_rate("3/20")
    (Fraction(3, 20), Fraction(3, 20), Fraction(3, 20))
    """
    if isinstance(value, str) and is_percentage(value):
        return rational(value.rstrip()[:-1].rstrip()) / _HUNDRED
    return rational(value)


def is_percentage(value: object) -> bool:
    """Return whether something is text that ends with a percent sign.

    >>> is_percentage("15 %"), is_percentage("0.15")
    (True, False)
    """
    return isinstance(value, str) and value.rstrip().endswith("%")


def as_optional_rate(value: object) -> Fraction | None:
    """Read a rate like `as_rate`, or `None` where there is none."""
    return None if value is None else as_rate(value)


@final
@attrs.frozen(order=False)
class OfBase:
    """A part of the policy's base, such as 80 % of the Prices.

    Raises:
        InvalidValueError: a float or no number.

    >>> str(OfBase("80%"))
    '80% of the base'
    """

    share: Fraction = attrs.field(converter=as_rate)

    def __str__(self) -> str:
        """Return the part as text."""
        return f"{percent_text(self.share)} of the base"


#: An amount that a clause names: money, or a part of the base.
Level: TypeAlias = Money | OfBase


def as_level(value: object) -> Level:
    """Read a level: `Money`, `OfBase`, or a percentage of the base as text; money also as plain data hold it.

    Raises:
        InvalidValueError: anything else.

    >>> as_level("80%") == OfBase("0.8"), as_level(Money("5", "EUR"))
    (True, Money('5.00', 'EUR'))
    """
    if isinstance(value, Money | OfBase):
        return value
    if is_percentage(value):
        return OfBase(value)
    if isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
        return Money(value["amount"], value["currency"])
    hint = "give Money, or text such as '80%' for a part of the base"
    raise InvalidValueError("not a level", value, hint=hint)


def as_optional_level(value: object) -> Level | None:
    """Read a level like `as_level`, or `None` where there is none."""
    return None if value is None else as_level(value)


def percent_text(share: Fraction) -> str:
    """Return a part as a percentage where that is short, else as a fraction.

    >>> percent_text(Fraction(3, 20)), percent_text(Fraction(1, 3))
    ('15%', '1/3')
    """
    text = number_text(share * _HUNDRED)
    return number_text(share) if "/" in text else f"{text}%"
