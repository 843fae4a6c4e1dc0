"""Proportions: shares, rates and factors as exact fractions, and what they make of money.

A share of a contract is never a float: 0.1 three times would not be 0.3, and parts would not add up to the whole.
"""

from fractions import Fraction
from typing import Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, check_decimals, round_to_units
from supplychain_rules.values.scaled import exact_fraction, number_text, to_decimal

__all__ = ["Rounding", "check_money", "exact_share", "money_of", "optional_share", "shown"]


@final
@attrs.frozen(kw_only=True)
class Rounding:
    """To how many decimals a number is rounded, and how.

    Raises:
        InvalidValueError: decimals that are no whole number from 0 to 30, or an unknown mode.

    >>> Rounding(decimals=4).of(Fraction(2, 3))
    Fraction(6667, 10000)
    """

    decimals: int
    mode: RoundingMode = "half_up"

    def __attrs_post_init__(self) -> None:
        """Refuse what no number could be rounded to."""
        check_decimals(self.decimals)
        if self.mode not in ROUNDING_MODES:
            hint = f"expected one of {', '.join(ROUNDING_MODES)}"
            raise InvalidValueError("unknown rounding mode", self.mode, hint=hint)

    def of(self, value: Fraction) -> Fraction:
        """Return a number rounded so."""
        return Fraction(round_to_units(value, self.decimals, self.mode), 10**self.decimals)


def exact_share(value: object) -> Fraction:
    """Read a share, rate or factor exactly: `Fraction`, `Decimal`, `int`, or text such as `"0.15"` and `"1/3"`.

    Raises:
        InvalidValueError: a float, or what is no number.

    >>> exact_share("1/3"), exact_share("0.15")
    (Fraction(1, 3), Fraction(3, 20))
    """
    if isinstance(value, float):
        raise InvalidValueError("a share is never a float", value, hint="give text, int, Decimal or Fraction")
    return exact_fraction(value)


def optional_share(value: object) -> Fraction | None:
    """Read a share like `exact_share`, or `None` where there is none.

    >>> optional_share(None) is None
    True
    """
    return None if value is None else exact_share(value)


def check_money(
    what: str, value: object, *, currency: str | None = None, least: Literal["any", "zero", "above_zero"] = "any"
) -> Money:
    """Return money and refuse anything else.

    Args:
        what: how the message names it.
        value: what is to be money.
        currency: the currency it must be in; None for any.
        least: whether it may be negative, zero, or must be above zero.

    Raises:
        InvalidValueError: no money, another currency, or too little of it.

    >>> check_money("a price", Money(10, "EUR"), currency="EUR", least="above_zero")
    Money('10.00', 'EUR')
    """
    if not isinstance(value, Money):
        raise InvalidValueError(f"{what} must be money", value, hint="write Money('10.00', 'EUR')")
    if currency is not None and value.currency != currency:
        hint = "convert it with a dated rate first"
        raise InvalidValueError(f"{what} must be in {currency}", value, hint=hint)
    if least == "zero" and value.amount < 0:
        raise InvalidValueError(f"{what} is negative", value)
    if least == "above_zero" and value.amount <= 0:
        raise InvalidValueError(f"{what} must be above zero", value)
    return value


def money_of(
    exact: Fraction, currency: str, rounding: RoundingMode = "half_up", *, decimals: int | None = None
) -> Money:
    """Return an exact amount as money, rounded once.

    Args:
        exact: the amount in units of the currency.
        currency: its currency.
        rounding: how a number between two neighbours goes to one of them.
        decimals: to how many decimals, as a unit price may have more of them; by default to the smallest unit.

    Raises:
        InvalidValueError: a currency without a smallest unit where `decimals` are not given, or an unknown mode.

    >>> money_of(Fraction(2, 3), "EUR"), money_of(Fraction(2, 3), "EUR", decimals=4)
    (Money('0.67', 'EUR'), Money('0.6667', 'EUR'))
    """
    places = decimals_of(currency) if decimals is None else decimals
    if places is None:
        hint = "say to how many decimals"
        raise InvalidValueError("this currency has no smallest unit to round to", currency, hint=hint)
    to = Rounding(decimals=places, mode=rounding)
    return Money(to_decimal(round_to_units(exact, to.decimals, to.mode), places), currency)


def shown(value: Fraction, decimals: int = 6) -> str:
    """Return a number for reading: exactly where it ends within so many decimals, else rounded, and said to be.

    >>> shown(Fraction(3, 20)), shown(Fraction(1, 3)), shown(Fraction(-2, 3), 2)
    ('0.15', '≈0.333333', '≈-0.67')
    """
    rounded = Rounding(decimals=decimals).of(value)
    return number_text(value) if rounded == value else f"≈{number_text(rounded)}"
