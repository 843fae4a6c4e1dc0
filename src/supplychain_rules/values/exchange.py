"""Exchange rates with their dates, and conversion that shows what it rounded away.

A rate says how much of the quote currency one unit of the base currency was worth on a day: `EUR/USD 1.0850` is 1.085
dollars for a euro. Rates come from the caller; nothing here fetches or guesses one. What is not given is found only
in the ways that the caller allows: an earlier day's rate up to a stated age, the inverse of a rate, a cross of two
rates over a named currency. A later day's rate is never taken.

A conversion has three lines that add up exactly: the exact value, what rounding changed, and the money that results.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.currencies import check_currency, decimals_of
from supplychain_rules.values.dates import check_day, date_repr
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, round_to_units
from supplychain_rules.values.scaled import exact_number, number_text

__all__ = ["Conversion", "ExchangeRate", "ExchangeRates", "RateUsed", "check_rates", "convert"]


def _exact_rate(value: Decimal | int | str) -> Decimal:
    if isinstance(value, float):
        raise InvalidValueError("a rate is never a float", value, hint="give text, int or Decimal")
    rate = exact_number(value)
    if rate <= 0:
        raise InvalidValueError(
            "a rate is above zero", value, hint="how much of the quote one unit of the base was worth"
        )
    return rate


def _published_on(day: date) -> date:
    return check_day("ExchangeRate.on", day)


@final
@attrs.frozen(kw_only=True)
class ExchangeRate:
    """What one unit of the base currency was worth in the quote currency on a day.

    Raises:
        InvalidValueError: a currency that never was, the same one twice, a rate that is a float, no exact number or not
            above zero, or a day that is not a `date`.

    >>> print(ExchangeRate(base="EUR", quote="USD", rate="1.0850", on=date(2026, 1, 2), source="bank"))
    EUR/USD 1.085 of 2026-01-02 (bank)
    """

    #: The currency of which one unit is priced.
    base: str = attrs.field(converter=check_currency)
    #: The currency in which it is priced.
    quote: str = attrs.field(converter=check_currency)
    #: How much of the quote currency one unit of the base currency is worth.
    rate: Decimal = attrs.field(converter=_exact_rate)
    #: The day for which the rate was published.
    on: date = attrs.field(converter=_published_on, repr=date_repr)
    #: Who published it, in the caller's words.
    source: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse a rate of a currency to itself."""
        if self.base == self.quote:
            raise InvalidValueError("a rate is between two currencies", self.base, hint="name another quote")

    def __str__(self) -> str:
        """Return the rate in the market's way of writing, with its day."""
        source = f" ({self.source})" if self.source else ""
        return f"{self.base}/{self.quote} {number_text(self.rate)} of {self.on}{source}"


@final
@attrs.frozen(kw_only=True)
class RateUsed:
    """How one currency was turned into another: over which published rates, and by which factor.

    Raises:
        InvalidValueError: rates that do not lead from the base to the quote, or one of a later day.
    """

    #: The currency one comes from.
    base: str
    #: The currency one arrives at.
    quote: str
    #: The day that was asked for.
    on: date = attrs.field(repr=date_repr)
    #: The published rates in the order of their use: none for the same currency, two for a cross rate.
    legs: tuple[ExchangeRate, ...] = ()

    #: What an amount is multiplied by; a rate that is used against its direction divides.
    factor: Fraction = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Walk over the legs from the base to the quote, and multiply or divide by each."""
        currency, factor = self.base, Fraction(1)
        for leg in self.legs:
            if leg.on > self.on:
                raise InvalidValueError(f"a rate of a day after {self.on}", str(leg))
            if leg.base == currency:
                currency, factor = leg.quote, factor * Fraction(leg.rate)
            elif leg.quote == currency:
                currency, factor = leg.base, factor / Fraction(leg.rate)
            else:
                raise InvalidValueError(f"a rate that does not start from {currency}", str(leg))
        if currency != self.quote:
            raise InvalidValueError(f"the rates lead from {self.base} to {currency}", self.quote)
        object.__setattr__(self, "factor", factor)

    @property
    def age_days(self) -> int:
        """How many days before the day asked for the oldest rate was published."""
        return max(((self.on - leg.on).days for leg in self.legs), default=0)


def _rates(rates: Iterable[ExchangeRate]) -> tuple[ExchangeRate, ...]:
    """Return the rates in one order, so that equal collections are equal, and each once."""
    found = tuple(rates)
    for rate in found:
        if not isinstance(rate, ExchangeRate):
            raise InvalidValueError("not an exchange rate", rate, hint="write ExchangeRate(base=..., ...)")
    return tuple(sorted(set(found), key=lambda rate: (rate.base, rate.quote, rate.on, rate.source, rate.rate)))


@final
@attrs.frozen
class ExchangeRates:
    """Published rates, and which of them answers a question.

    A direct rate is preferred to an inverse one, and both to a cross rate, whatever their ages within the limit.
    EUR/USD and USD/EUR of one day need not be each other's inverse, because each is rounded where it is published.

    Raises:
        InvalidValueError: something that is no rate, or two rates of one pair and day that differ.

    >>> rates = ExchangeRates([
    ...     ExchangeRate(base="EUR", quote="USD", rate="1.0850", on=date(2026, 1, 2)),
    ...     ExchangeRate(base="EUR", quote="CNY", rate="7.8120", on=date(2026, 1, 2)),
    ... ])
    >>> rates.rate("EUR", "USD", date(2026, 1, 4), max_age_days=3).factor
    Fraction(217, 200)
    >>> rates.rate("USD", "CNY", date(2026, 1, 2), inverse=True, pivot="EUR").factor
    Fraction(36, 5)
    >>> rates.rate("EUR", "USD", date(2026, 1, 4))
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: no rate EUR/USD for 2026-01-04; nearest: ... (2 days earlier); ...
    """

    #: All rates, by pair and day.
    rates: tuple[ExchangeRate, ...] = attrs.field(converter=_rates, default=())
    #: The same by pair, each pair's in order of their days.
    _by_pair: dict[tuple[str, str], tuple[ExchangeRate, ...]] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse contradictions, and index the rates by pair."""
        by_pair: dict[tuple[str, str], list[ExchangeRate]] = {}
        for rate in self.rates:
            of_pair = by_pair.setdefault((rate.base, rate.quote), [])
            if of_pair and of_pair[-1].on == rate.on:
                if of_pair[-1].rate != rate.rate:
                    raise InvalidValueError(f"two rates for one day: {of_pair[-1]}", str(rate), hint="keep one of them")
                continue  # the same rate from another source says nothing new
            of_pair.append(rate)
        object.__setattr__(self, "_by_pair", {pair: tuple(found) for pair, found in by_pair.items()})

    def rate(  # noqa: PLR0913  each allowance is a word of its own
        self,
        base: str,
        quote: str,
        on: date,
        *,
        max_age_days: int = 0,
        inverse: bool = False,
        pivot: str | None = None,
    ) -> RateUsed:
        """Return what turns one currency into another on a day; of the same currency it is 1.

        Args:
            base: the currency to come from.
            quote: the currency to arrive at.
            on: the day; a rate of a later day is never used.
            max_age_days: how many days earlier a rate may be; 0 is the day itself only.
            inverse: whether a rate of quote to base may divide.
            pivot: the currency over which a cross rate may lead, where there is no rate between the two themselves.

        Raises:
            InvalidValueError: an unknown currency, not a day, a negative age, or no such rate; the message names the
                nearest ones and what would allow them.
        """
        check_currency(base)
        check_currency(quote)
        check_day("on", on)
        _check_age(max_age_days)
        if pivot is not None:
            check_currency(pivot)
        if base == quote:
            return RateUsed(base=base, quote=quote, on=on)
        legs = self._legs(base, quote, on, max_age_days, inverse=inverse)
        if legs is None and pivot is not None and pivot not in {base, quote}:
            first = self._legs(base, pivot, on, max_age_days, inverse=inverse)
            second = self._legs(pivot, quote, on, max_age_days, inverse=inverse)
            legs = first + second if first and second else None
        if legs is None:
            pairs = [(base, quote)] if pivot is None else [(base, quote), (base, pivot), (pivot, quote)]
            raise InvalidValueError(f"no rate {base}/{quote} for {on}", hint=self._nearest(pairs, on))
        return RateUsed(base=base, quote=quote, on=on, legs=legs)

    def _legs(
        self, base: str, quote: str, on: date, max_age_days: int, *, inverse: bool
    ) -> tuple[ExchangeRate, ...] | None:
        for pair in ((base, quote), (quote, base)) if inverse else ((base, quote),):
            of_pair = self._by_pair.get(pair, ())
            place = bisect_right(of_pair, on, key=_day_of)
            if place and (on - of_pair[place - 1].on).days <= max_age_days:
                return (of_pair[place - 1],)
        return None

    def _nearest(self, pairs: Iterable[tuple[str, str]], on: date) -> str:
        """Name the last rate before and the first one after the day, of each pair in both directions."""
        found = []
        for base, quote in pairs:
            for pair in ((base, quote), (quote, base)):
                of_pair = self._by_pair.get(pair, ())
                place = bisect_right(of_pair, on, key=_day_of)
                if place:
                    age = (on - of_pair[place - 1].on).days
                    found.append(f"{'/'.join(pair)} of {of_pair[place - 1].on} ({age} days earlier)")
                if place < len(of_pair):
                    found.append(f"{'/'.join(pair)} of {of_pair[place].on} (later, never used)")
        if not found:
            return "give one, or name a pivot to which both have one"
        return f"nearest: {', '.join(found)}; allow max_age_days or inverse=True, or give the rate"


def _check_age(days: object) -> None:
    if isinstance(days, bool) or not isinstance(days, int) or days < 0:
        raise InvalidValueError("max_age_days is an integer of 0 or more", days, hint="0 is the day itself only")


def _day_of(rate: ExchangeRate) -> date:
    return rate.on


@final
@attrs.frozen(kw_only=True)
class Conversion:
    """Money in another currency: the exact value, what rounding changed, and the result, which add up exactly.

    Raises:
        InvalidValueError: parts that do not belong together or do not add up.
    """

    #: What was converted.
    source: Money
    #: The rates and the factor.
    rate: RateUsed
    #: The source's amount times the factor, in the quote currency; a quotient need not end as a decimal.
    exact: Fraction
    #: What rounding added, or took away where negative, in the quote currency.
    residual: Fraction
    #: The result: the exact value plus the residual.
    money: Money

    def __attrs_post_init__(self) -> None:
        """Refuse parts that do not add up: whoever holds a conversion need not check it again."""
        if (self.source.currency, self.money.currency) != (self.rate.base, self.rate.quote):
            raise InvalidValueError("a conversion between other currencies than the rate's", str(self.rate))
        if self.exact != Fraction(self.source.amount) * self.rate.factor:
            raise InvalidValueError("the exact value is not the amount times the factor", self.exact)
        if Fraction(self.money.amount) != self.exact + self.residual:
            raise InvalidValueError("exact value and residual do not add up to the money", self.money)

    def __str__(self) -> str:
        """Return the conversion as one line: both moneys, the rates, and the residual where there is one."""
        rates = " and ".join(str(leg) for leg in self.rate.legs)
        rounded = f", rounded by {number_text(self.residual)}" if self.residual else ""
        return f"{self.source} = {self.money}{f' at {rates}' if rates else ''}{rounded}"


def check_rates(rates: object) -> ExchangeRates:
    """Return published rates and refuse anything else, as a bare list of them.

    Raises:
        InvalidValueError: not `ExchangeRates`.

    >>> len(check_rates(ExchangeRates([])).rates)
    0
    """
    if not isinstance(rates, ExchangeRates):
        raise InvalidValueError("rates must be ExchangeRates", rates, hint="write ExchangeRates(rates)")
    return rates


def convert(  # noqa: PLR0913  each allowance is a word of its own
    money: Money,
    to: str,
    on: date,
    rates: ExchangeRates,
    *,
    rounding: RoundingMode | None,
    max_age_days: int = 0,
    inverse: bool = False,
    pivot: str | None = None,
) -> Conversion:
    """Convert money by a dated rate, rounded once at the end or not at all.

    Args:
        money: what to convert.
        to: the currency to arrive at.
        on: the day whose rate counts.
        rates: the published rates.
        rounding: how the result is rounded to the smallest unit; `None` keeps it exact.
        max_age_days: how many days earlier a rate may be; see `ExchangeRates.rate`.
        inverse: whether a rate in the other direction may divide.
        pivot: the currency over which a cross rate may lead. Nothing is rounded on the way over it.

    Raises:
        InvalidValueError: no rate that is allowed, an unknown mode, a result that must be rounded because it does not
            end as a decimal, or one that cannot be because its currency has no smallest unit.

    >>> rates = ExchangeRates([ExchangeRate(base="EUR", quote="USD", rate="1.0857", on=date(2026, 1, 2))])
    >>> print(convert(Money("19.99", "EUR"), "USD", date(2026, 1, 2), rates, rounding="half_up"))
    EUR 19.99 = USD 21.70 at EUR/USD 1.0857 of 2026-01-02, rounded by -0.003143
    >>> convert(Money("19.99", "EUR"), "USD", date(2026, 1, 2), rates, rounding=None).money
    Money('21.703143', 'USD')
    """
    if not isinstance(money, Money):
        raise InvalidValueError("only money is converted", money, hint="write Money(amount, currency)")
    rate = check_rates(rates).rate(money.currency, to, on, max_age_days=max_age_days, inverse=inverse, pivot=pivot)
    exact = Fraction(money.amount) * rate.factor
    result = _exact_money(exact, to) if rounding is None else _rounded_money(exact, to, rounding)
    return Conversion(source=money, rate=rate, exact=exact, residual=Fraction(result.amount) - exact, money=result)


def _exact_money(exact: Fraction, currency: str) -> Money:
    text = number_text(exact)
    if "/" in text:
        raise InvalidValueError("the exact value does not end as a decimal", text, hint="give a rounding mode")
    return Money(text, currency)


def _rounded_money(exact: Fraction, currency: str, mode: RoundingMode) -> Money:
    if mode not in ROUNDING_MODES:
        raise InvalidValueError("unknown rounding mode", mode, hint=f"expected one of {', '.join(ROUNDING_MODES)}")
    decimals = decimals_of(currency)
    if decimals is None:
        hint = "give rounding=None and keep the exact amount"
        raise InvalidValueError("a currency without a smallest unit to round to", currency, hint=hint)
    return Money.from_minor(round_to_units(exact, decimals, mode), currency)
