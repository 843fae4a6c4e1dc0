"""Money: an exact amount in one currency, and its split into shares that add up to it.

Money is never a float, currencies never mix, and nothing is rounded except by `round`. A quotient of two
moneys is a `Fraction` (`ratio`); dividing money by a number is left out on purpose, because the parts would
not add up to the whole: `allocate` splits it to the smallest unit instead.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.allocation import AllocationMethod, apportion, integer_weights
from supplychain_rules.values.currencies import check_currency, decimals_of
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, divide
from supplychain_rules.values.scaled import MAX_DIGITS, exact_number, to_decimal

__all__ = ["Allocation", "Money", "allocate", "allocate_interim", "ratio", "total"]

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
    check_currency(value)


@final
@attrs.frozen(repr=False)
class Money:
    """An exact amount in one currency of ISO 4217, not necessarily rounded to its smallest unit.

    Equal values are equal: EUR 1.0 is EUR 1.00. Moneys of one currency are ordered by amount. The currency may be one
    that the standard has withdrawn, because old ledgers hold them.

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
        if units.bit_length() > 4 * MAX_DIGITS:  # cheap, and before any arithmetic is done on a giant
            raise InvalidValueError(f"more than {MAX_DIGITS} digits", units)
        return cls(to_decimal(units, _places(check_currency(currency))), currency)

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


def _read_only(shares: Mapping[str, Money]) -> Mapping[str, Money]:
    return MappingProxyType(dict(shares))


@final
@attrs.frozen(kw_only=True)
class Allocation:
    """An amount and the shares it was split into, which add up to it exactly.

    Raises:
        InvalidValueError: a share that is not money of the amount's currency, or shares that do not add up.

    >>> Allocation(amount=Money("1", "EUR"), shares={"a": Money("0.50", "EUR"), "b": Money("0.49", "EUR")})
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: shares of EUR 0.99 do not add up to the amount: Money('1.00', 'EUR')
    """

    #: What was split.
    amount: Money
    #: What each party gets, a whole number of smallest units. Equality does not depend on the order.
    shares: Mapping[str, Money] = attrs.field(
        converter=_read_only,
        eq=lambda shares: frozenset(shares.items()),
        repr=lambda shares: repr(dict(shares)),
    )

    def __attrs_post_init__(self) -> None:
        """Refuse shares that do not add up: whoever holds an allocation need not check it again."""
        found = total(self.shares.values(), self.amount.currency)
        if found != self.amount:
            raise InvalidValueError(f"shares of {found} do not add up to the amount", self.amount)

    def __getitem__(self, party: str) -> Money:
        """Return the share of a party."""
        return self.shares[party]

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as the amount and a plain dict of shares, because a read-only view cannot be pickled."""
        return _allocation, (self.amount, dict(self.shares))


def allocate(
    amount: Money,
    weights: Mapping[str, int | Decimal | Fraction | str],
    method: AllocationMethod = "largest_remainder",
    *,
    minimum: Mapping[str, Money] | None = None,
    maximum: Mapping[str, Money] | None = None,
) -> Allocation:
    """Split money by weights to the smallest unit, so that the shares add up to it exactly.

    The result depends on no order. A negative amount is split like its opposite, and every share negated. Bounds are
    met in exact numbers first: who would get too little is lifted to the minimum, who would get too much is held at the
    maximum, the others share the rest by weight, and only then are whole units found.

    Args:
        amount: a whole number of the currency's smallest units.
        weights: how much each party counts, at least 0; only their ratios matter. A weight of 0 gets its minimum.
        method: what is kept, and so what is lost. `largest_remainder` keeps every share within one smallest unit of the
            exact one; a larger amount may lower a share by one unit. `webster` never lowers a share when the amount
            grows; a share may, rarely, lie more than one unit from the exact one.
        minimum: the least share of a party; of a positive amount nobody gets less than 0.
        maximum: the greatest share of a party; of a negative amount nobody gets more than 0.

    Raises:
        InvalidValueError: an amount or a bound that is not a whole number of smallest units, or of a currency that has
            none; no party, a blank party, a weight that is negative, a float or no number; all weights 0 with an amount
            that is not; bounds that the amount cannot meet, or for a party without a weight; an unknown method.

    Source:
        Largest remainder (Hamilton) and Webster as in Balinski and Young, *Fair Representation* (1982). Ties go to the
        larger weight, then to the name that comes first in the order of its characters.

    >>> allocate(Money("100", "EUR"), {"north": 1, "south": 1, "west": 1}).shares["north"]
    Money('33.34', 'EUR')
    >>> dict(allocate(Money("0.05", "EUR"), {"north": "0.7", "south": "0.3"}).shares)
    {'north': Money('0.04', 'EUR'), 'south': Money('0.01', 'EUR')}
    """
    if not isinstance(amount, Money):
        raise InvalidValueError("only money is allocated", amount, hint="write Money(amount, currency)")
    units = apportion(
        amount.minor_units,
        integer_weights(weights),
        method,
        minimum=_units_of(amount, minimum),
        maximum=_units_of(amount, maximum),
    )
    return Allocation(
        amount=amount, shares={party: Money.from_minor(share, amount.currency) for party, share in units.items()}
    )


def allocate_interim(  # noqa: PLR0913  what allocate takes, and what was paid
    cumulative: Money,
    weights: Mapping[str, int | Decimal | Fraction | str],
    paid: Mapping[str, Money],
    method: AllocationMethod = "largest_remainder",
    *,
    minimum: Mapping[str, Money] | None = None,
    maximum: Mapping[str, Money] | None = None,
) -> Allocation:
    """Settle an instalment: allocate everything so far, and pay the difference to what was already paid.

    The sum of all instalments is then the allocation of the whole, however it was cut into periods. An instalment can
    be negative, a clawback. As long as the weights and bounds stay the same and the cumulative amount does not fall:

    - by largest remainder a clawback is never more than one smallest unit, and there is none for a party whose exact
      instalment is one smallest unit or more;
    - by Webster there is none.

    The first holds because a share is the exact share rounded down or up: from an exact share *e* to a larger one *f*
    the instalment is at least floor(f) - ceil(e), which is -1 or more, and 0 or more where f is at least e + 1.

    Args:
        cumulative: everything to be allocated from the first period to this one.
        weights: as for `allocate`, for everybody who was ever paid; a party that has left keeps a weight of 0.
        paid: what each party got in all earlier periods together; who is not named got nothing.
        method: as for `allocate`; the same in all periods.
        minimum: the least cumulative share of a party.
        maximum: the greatest cumulative share of a party.

    Returns:
        The instalment of every party; they add up to the cumulative amount minus everything paid.

    Raises:
        InvalidValueError: as `allocate`; something paid to a party without a weight, or in another currency.

    >>> weights = {"a": 1, "b": 3, "c": 3}
    >>> first = allocate(Money("0.03", "EUR"), weights)
    >>> dict(allocate_interim(Money("0.04", "EUR"), weights, first.shares).shares)
    {'a': Money('-0.01', 'EUR'), 'b': Money('0.01', 'EUR'), 'c': Money('0.01', 'EUR')}
    """
    due = allocate(cumulative, weights, method, minimum=minimum, maximum=maximum)
    for party in paid:
        if party not in due.shares:
            raise InvalidValueError("paid to a party without a weight", party, hint="give it a weight of 0")
    return Allocation(
        amount=cumulative - total(paid.values(), cumulative.currency),
        shares={party: share - paid[party] if party in paid else share for party, share in due.shares.items()},
    )


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


def _allocation(amount: Money, shares: dict[str, Money]) -> Allocation:
    return Allocation(amount=amount, shares=shares)


def _units_of(amount: Money, bounds: Mapping[str, Money] | None) -> dict[str, int]:
    """Return bounds as counts of smallest units, after checking that they are money of the amount's currency."""
    units = {}
    for party, bound in (bounds or {}).items():
        _same_currency(amount, bound)
        units[party] = bound.minor_units
    return units


def _units_per_whole(money: Money) -> int:
    return int(10 ** _places(money.currency))


def _places(currency: str) -> int:
    places = decimals_of(currency)
    if places is None:
        raise InvalidValueError(f"ISO 4217 gives {currency} no smallest unit", hint="keep the exact amount")
    return places


def _shown(money: Money) -> str:
    """Return the exact amount, padded with zeros to the currency's decimals."""
    text = format(money.amount, "f")
    whole, _, decimals = text.partition(".")
    decimals = decimals.ljust(decimals_of(money.currency) or 0, "0")
    return f"{whole}.{decimals}" if decimals else whole
