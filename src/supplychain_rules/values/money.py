"""Money: an exact amount in one currency.

Money is never a float, currencies never mix, and nothing is rounded except by `round`. A quotient of two
moneys is a `Fraction` (`ratio`); dividing money by a number is left out on purpose, because the parts would
not add up to the whole.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.currencies import MINOR_UNITS, is_currency, suggestion
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, divide
from supplychain_rules.values.scaled import MAX_DIGITS, exact_number, to_decimal

__all__ = ["Money", "ratio", "total"]

#: Our own context, every field of it given: the caller's precision, rounding and traps must not change a result.
#: An amount has at most 2 * MAX_DIGITS digits, so a product needs twice that; should it ever not fit, `Inexact`
#: raises instead of rounding in silence.
_EXACT: Final = Context(
    prec=4 * MAX_DIGITS + 2,
    rounding=ROUND_HALF_EVEN,
    Emin=-999_999,
    Emax=999_999,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[Inexact, InvalidOperation, DivisionByZero, Overflow],
)

#: Said wherever something that is not money meets money.
_ONLY_MONEY: Final = "money goes with money only"


def _amount(value: Decimal | int | str) -> Decimal:
    return _exact("money", value)


def _check_currency(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:  # noqa: ARG001  attrs gives three
    if not isinstance(value, str):
        raise InvalidValueError("a currency is text", value, hint="give a code of ISO 4217, as in 'EUR'")
    if not is_currency(value):
        meant = suggestion(value)
        hint = f"did you mean {meant!r}?" if meant else "give a current code of ISO 4217, as in 'EUR'"
        raise InvalidValueError("unknown currency", value, hint=hint)


@final
@attrs.frozen(repr=False)
class Money:
    """An exact amount in one currency of ISO 4217, not necessarily rounded to its smallest unit.

    Equal values are equal: EUR 1.0 is EUR 1.00. Moneys of one currency are ordered by amount.

    Raises:
        InvalidValueError: an amount that is a float, a boolean, not a number, not finite or has more than
            `MAX_DIGITS` digits on a side of the point; a currency that the standard does not list.

    >>> Money("19.99", "EUR") * 3
    Money('59.97', 'EUR')
    >>> Money(0.1, "EUR")
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: money is never a float: 0.1; give text, int or Decimal
    """

    #: The exact amount in units of the currency, without trailing zeros, so that equal amounts have one form.
    amount: Decimal = attrs.field(converter=_amount)
    #: The currency's code in ISO 4217, in capitals.
    currency: str = attrs.field(validator=_check_currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> "Money":
        """Return money from a count of the currency's smallest units.

        Raises:
            InvalidValueError: `units` is not an integer, or the currency is unknown or has no smallest unit.

        >>> Money.from_minor(1999, "EUR"), Money.from_minor(1999, "JPY")
        (Money('19.99', 'EUR'), Money('1999', 'JPY'))
        """
        if isinstance(units, bool) or not isinstance(units, int):
            raise InvalidValueError("a count of smallest units is an integer", units, hint="give an int")
        exact_number(units)  # refuses a giant integer before any arithmetic is done on it
        return cls(to_decimal(units, _places(cls(0, currency))), currency)

    @property
    def minor_units(self) -> int:
        """The amount as a count of the currency's smallest units.

        Raises:
            InvalidValueError: the amount is not a whole number of them, or the currency has none.

        >>> Money("19.99", "EUR").minor_units
        1999
        """
        scaled = Fraction(self.amount) * _units_per_whole(self)
        if scaled.denominator != 1:
            raise InvalidValueError("not a whole number of the currency's smallest units", self, hint="round it first")
        return scaled.numerator

    @property
    def is_zero(self) -> bool:
        """Whether the amount is exactly zero."""
        return not self.amount

    def round(self, mode: RoundingMode = "half_up") -> "Money":
        """Return the money rounded to the currency's smallest unit, a half away from zero by default.

        Raises:
            InvalidValueError: an unknown mode, or a currency without smallest unit.

        >>> Money("0.125", "EUR").round(), Money("0.125", "EUR").round("half_even"), Money("10.5", "JPY").round()
        (Money('0.13', 'EUR'), Money('0.12', 'EUR'), Money('11', 'JPY'))
        """
        if mode not in ROUNDING_MODES:
            raise InvalidValueError("unknown rounding mode", mode, hint=f"expected one of {', '.join(ROUNDING_MODES)}")
        scaled = Fraction(self.amount) * _units_per_whole(self)
        return Money.from_minor(divide(scaled.numerator, scaled.denominator, mode), self.currency)

    def __add__(self, other: "Money") -> "Money":
        """Add money of the same currency; `total` sums many, because `sum` starts from a bare 0."""
        return Money(_EXACT.add(self.amount, _same_currency(self, other)), self.currency)

    def __radd__(self, other: object) -> "Money":
        """Refuse `0 + money`, which `sum` would begin with: zero of which currency?"""
        raise InvalidValueError(_ONLY_MONEY, other, hint="sum many with total(moneys, currency)")

    def __sub__(self, other: "Money") -> "Money":
        """Subtract money of the same currency."""
        return Money(_EXACT.subtract(self.amount, _same_currency(self, other)), self.currency)

    def __rsub__(self, other: object) -> "Money":
        """Refuse `0 - money`."""
        raise InvalidValueError(_ONLY_MONEY, other, hint="write -money for the opposite amount")

    def __mul__(self, factor: int | Decimal) -> "Money":
        """Multiply by an exact number, without rounding."""
        return Money(_EXACT.multiply(self.amount, _factor(factor)), self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        """Return the opposite amount."""
        return Money(_EXACT.minus(self.amount), self.currency)

    def __pos__(self) -> "Money":
        """Return the money itself."""
        return self

    def __abs__(self) -> "Money":
        """Return the amount without its sign."""
        return -self if self.amount < 0 else self

    def __lt__(self, other: "Money") -> bool:
        """Return whether this is less money of the same currency."""
        return self.amount < _same_currency(self, other)

    def __le__(self, other: "Money") -> bool:
        """Return whether this is no more money of the same currency."""
        return self.amount <= _same_currency(self, other)

    def __gt__(self, other: "Money") -> bool:
        """Return whether this is more money of the same currency."""
        return self.amount > _same_currency(self, other)

    def __ge__(self, other: "Money") -> bool:
        """Return whether this is no less money of the same currency."""
        return self.amount >= _same_currency(self, other)

    def __str__(self) -> str:
        """Return currency and amount, with the currency's decimals at least: `EUR 10.00`."""
        return f"{self.currency} {_shown(self)}"

    def __repr__(self) -> str:
        """Return the expression that builds this money again."""
        return f"Money({_shown(self)!r}, {self.currency!r})"


def total(moneys: Iterable[Money], currency: str) -> Money:
    """Add up moneys of one currency exactly; none at all is zero of that currency.

    Raises:
        InvalidValueError: an unknown currency, or money of another one.

    >>> total([Money("0.1", "EUR"), Money("0.2", "EUR")], "EUR"), total([], "JPY")
    (Money('0.30', 'EUR'), Money('0', 'JPY'))
    """
    zero = Money(0, currency)
    amount = zero.amount
    for money in moneys:
        amount = _EXACT.add(amount, _same_currency(zero, money))
    return Money(amount, currency)


def ratio(part: Money, whole: Money) -> Fraction:
    """Return how many times one money goes into another, exactly.

    Raises:
        InvalidValueError: two currencies, or `whole` is zero.

    >>> ratio(Money("1", "EUR"), Money("3", "EUR"))
    Fraction(1, 3)
    """
    if not isinstance(part, Money):
        raise InvalidValueError(_ONLY_MONEY, part)
    divisor = _same_currency(part, whole)
    if not divisor:
        raise InvalidValueError("a ratio to zero money", part, hint="test whole.is_zero first")
    return Fraction(part.amount) / Fraction(divisor)


def _exact(what: str, value: object) -> Decimal:
    if not isinstance(value, (Decimal, int, str)):
        kind = "a float" if isinstance(value, float) else f"of type {type(value).__name__}"
        raise InvalidValueError(f"{what} is never {kind}", value, hint="give text, int or Decimal")
    return exact_number(value)


def _factor(value: object) -> Decimal:
    if isinstance(value, Money):
        raise InvalidValueError("money times money has no meaning", value, hint="multiply by an int or a Decimal")
    if isinstance(value, str):
        raise InvalidValueError("a factor of money is not text", value, hint="give int or Decimal")
    return _exact("a factor of money", value)


def _same_currency(money: Money, other: object) -> Decimal:
    """Return the other amount, after checking that both are money of one currency."""
    if not isinstance(other, Money):
        raise InvalidValueError(_ONLY_MONEY, other, hint=f"write Money(..., {money.currency!r})")
    if other.currency != money.currency:
        raise InvalidValueError(
            f"currencies do not mix: {money.currency} and {other.currency}",
            other,
            hint=f"convert to {money.currency} with a dated rate first",
        )
    return other.amount


def _units_per_whole(money: Money) -> int:
    return int(10 ** _places(money))


def _places(money: Money) -> int:
    places = MINOR_UNITS.get(money.currency)
    if places is None:
        raise InvalidValueError(
            f"ISO 4217 gives {money.currency} no smallest unit", money, hint="keep the exact amount"
        )
    return places


def _shown(money: Money) -> str:
    """Return the exact amount, padded with zeros to the currency's decimals."""
    text = format(money.amount, "f")
    whole, _, decimals = text.partition(".")
    decimals = decimals.ljust(MINOR_UNITS.get(money.currency, 0), "0")
    return f"{whole}.{decimals}" if decimals else whole
