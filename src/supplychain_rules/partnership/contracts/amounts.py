"""What a breach comes to by a remedy before caps and rounding: a formula whose terms are its value and its text alike.

A formula is a sum of products. The exact amount and the words are made of the same terms, so that the words always add
up; they are made only when somebody reads them.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.arrivals import days_from
from supplychain_rules.measures.exact import Number, fraction
from supplychain_rules.partnership.contracts.breaches import Breach, BreachPart
from supplychain_rules.partnership.contracts.remedies import (
    LateInterest,
    LiquidatedDamages,
    PriceReduction,
    Remedy,
    ReworkCost,
    ServiceCredits,
)
from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.day_count import year_share
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import RoundingMode, round_to_units
from supplychain_rules.values.scaled import number_text, to_decimal

__all__ = ["Factor", "Formula", "formula_of", "rounded", "shown"]

#: A number of a product, with its unit in English and Chinese; both are empty for a rate or a sum of money.
Factor: TypeAlias = tuple[Number, str, str]

_DAYS_OF_A_WEEK: Final = 7

#: Longest number that a formula shows digit by digit.
_MOST_SHOWN: Final = 40

#: Longest sum that a formula shows term by term: a label is one line.
_MOST_SUM: Final = 400

_NOTHING: Final = Label("")


@final
@attrs.frozen(kw_only=True)
class Formula:
    """A sum of products.

    >>> late = Formula(terms=(((5, "days", "天"), (Fraction(1, 100), "", ""), (300, "", "")),))
    >>> late.value, late.label.en, late.label.zh
    (Fraction(15, 1), '5 days x 0.01 x 300 = 15', '5 天 x 0.01 x 300 = 15')
    """

    terms: tuple[tuple[Factor, ...], ...]
    #: What stands before and after the sum.
    before: Label = _NOTHING
    after: Label = _NOTHING

    @property
    def value(self) -> Fraction:
        """The exact amount."""
        total = Fraction(0)
        for term in self.terms:
            product = Fraction(1)
            for number, _, _ in term:
                product *= fraction(number)
            total += product
        return total

    @property
    def label(self) -> Label:
        """The formula with its numbers and its value."""
        total = shown(self.value)
        return Label(
            f"{self.before.en}{self._sum('en', 'parts')}{self.after.en} = {total}",
            f"{self.before.zh}{self._sum('zh', '个部分')}{self.after.zh} = {total}",
        )

    def _sum(self, lang: str, parts: str) -> str:
        place = 1 if lang == "en" else 2
        text = " + ".join(
            " x ".join(f"{shown(factor[0])} {factor[place]}".rstrip() for factor in term) for term in self.terms
        )
        if len(text) > _MOST_SUM:
            return f"{len(self.terms)} {parts}"
        return text.replace(" + -", " - ")


def formula_of(clause: Remedy, breach: Breach, currency: str) -> Formula | None:
    """Return the formula of a breach by a remedy; `None` where nobody knows what the breach is worth."""
    match clause:
        case LiquidatedDamages():
            return _damages(clause, breach, currency)
        case ServiceCredits():
            return _credits(clause, breach)
        case PriceReduction():
            return _reduction(clause, breach)
        case ReworkCost():
            return _rework(clause, breach)
        case LateInterest():
            return _interest(clause, breach)
        case _:
            assert_never(clause)


def rounded(exact: Fraction, currency: str, mode: RoundingMode = "half_up") -> Money:
    """Return an exact amount rounded once to the currency's smallest unit.

    Raises:
        InvalidValueError: an unknown currency, or one without smallest unit.

    >>> rounded(Fraction(10, 3), "EUR")
    Money('3.33', 'EUR')
    """
    decimals = decimals_of(currency)
    if decimals is None:
        raise InvalidValueError("this currency has no smallest unit to round to", currency)
    return Money(to_decimal(round_to_units(exact, decimals, mode), decimals), currency)


def shown(value: Number) -> str:
    """Return a number as a formula shows it: exactly, or what takes too long to six decimals with a sign that says so.

    >>> shown(Fraction(1, 3)), shown(Fraction(1, 3**90))
    ('1/3', '≈0.000000')
    """
    text = number_text(fraction(value))
    if len(text) <= _MOST_SHOWN:
        return text
    return f"≈{to_decimal(round_to_units(fraction(value), 6), 6)}"


def _damages(clause: LiquidatedDamages, breach: Breach, currency: str) -> Formula | None:
    if clause.cap_share is not None and breach.whole is None:
        return None
    match clause.per:
        case "day" | "week_started":
            return _by_days(clause, breach, currency)
        case "unit_day":
            return _by_unit_days(clause, breach, currency)
        case "unit" if breach.quantity is None:
            return None
        case "unit" if clause.amount is not None:
            return Formula(terms=(((breach.quantity or 0, "units", "件"), _bare(clause.amount.amount)),))
        case "breach" if clause.amount is not None:
            return Formula(terms=(((1, "breach", "次"), _bare(clause.amount.amount)),))
        case "unit" | "breach":
            worth = breach.value if clause.base == "delayed_part" else breach.whole
            return None if worth is None else _share_of(clause.rate, worth)
        case _:
            assert_never(clause.per)


def _by_days(clause: LiquidatedDamages, breach: Breach, currency: str) -> Formula | None:
    """Return damages by time: a sum of money for the line's days, or a rate for each part's own."""
    words = ("weeks", "周") if clause.per == "week_started" else ("days", "天")
    if breach.until is None:
        return None
    if clause.amount is not None:
        each = _of_a_day(clause, Fraction(clause.amount.amount), currency)
        return Formula(terms=(((_counted(clause, breach, breach.until), *words), _bare(each)),))
    rate = clause.rate or Fraction(0)
    terms: list[tuple[Factor, ...]] = []
    for worth, until in _bases(clause, breach, breach.until):
        if worth is None:
            return None
        days: Factor = (_counted(clause, breach, until), *words)
        if clause.rounding_point == "day":
            terms.append((days, _bare(_of_a_day(clause, rate * fraction(worth), currency))))
        else:
            terms.append((days, _bare(rate), _bare(worth)))
    return Formula(terms=tuple(terms))


def _bases(clause: LiquidatedDamages, breach: Breach, until: date) -> Iterable[tuple[Number | None, date]]:
    """Yield what bears damages and until when: each late part, or the whole until the last one."""
    if clause.base == "whole" or not breach.parts:
        yield (breach.whole if clause.base == "whole" else breach.value), until
        return
    if len(breach.parts) == 1:  # the usual case: all that is late came at once
        yield breach.value, breach.parts[0].until
        return
    price = _price_of(breach)
    for part in breach.parts:
        yield None if price is None else price * fraction(part.size), part.until


def _price_of(breach: Breach) -> Fraction | None:
    """Return what a unit of the parts is worth: of goods its price, of money itself."""
    if breach.quantity is None:
        return Fraction(1)
    return None if breach.value is None else fraction(breach.value) / fraction(breach.quantity)


def _by_unit_days(clause: LiquidatedDamages, breach: Breach, currency: str) -> Formula | None:
    """Return damages for each unit and day: each part's units by its own days."""
    if breach.quantity is None or breach.until is None:
        return None
    price = _price_of(breach)
    if clause.amount is None and price is None:
        return None
    each = Fraction(clause.amount.amount) if clause.amount is not None else (clause.rate or 0) * (price or 0)
    terms: list[tuple[Factor, ...]] = []
    for part in breach.parts or (BreachPart(size=breach.quantity, until=breach.until),):
        days: Factor = (_counted(clause, breach, part.until), "days", "天")
        if clause.rounding_point == "day":
            terms.append((days, _bare(_of_a_day(clause, fraction(part.size) * each, currency))))
        else:
            terms.append((days, (part.size, "units", "件"), _bare(each)))
    return Formula(terms=tuple(terms))


def _counted(clause: LiquidatedDamages, breach: Breach, until: date) -> int:
    """Return the days or weeks begun that bear damages."""
    start = breach.due_on if clause.counted_from == "promise" else breach.last_on
    if start is None:
        return 0
    days = max(days_from(start, until, clause.calendar), 0)
    if clause.grace == "deducted":
        days = max(days - clause.grace_days, 0)
    elif days <= clause.grace_days:
        days = 0
    return -(-days // _DAYS_OF_A_WEEK) if clause.per == "week_started" else days


def _of_a_day(clause: LiquidatedDamages, exact: Fraction, currency: str) -> Fraction:
    """Return the sum of a day, rounded where the clause rounds each day."""
    if clause.rounding_point != "day":
        return exact
    return Fraction(rounded(exact, currency, clause.rounding).amount)


def _credits(clause: ServiceCredits, breach: Breach) -> Formula | None:
    if breach.actual is None or breach.value is None:
        return None
    level = fraction(breach.actual)
    reached = [tier for tier in clause.tiers if level < tier.below]
    credit = reached[-1].credit if reached else Fraction(0)
    before = Label(f"level {shown(level)}: ", f"水平 {shown(level)}：")
    return Formula(terms=((_bare(credit), _bare(breach.value)),), before=before)


def _reduction(clause: PriceReduction, breach: Breach) -> Formula | None:
    if breach.value is None:
        return None
    if clause.by == "rate":
        return _share_of(clause.rate, breach.value)
    whole = fraction(breach.whole or 0)
    return Formula(terms=((_bare(whole),), (_bare(fraction(breach.value) - whole),)))


def _rework(clause: ReworkCost, breach: Breach) -> Formula | None:
    if breach.quantity is None or (clause.cap_share is not None and breach.whole is None):
        return None
    units: tuple[Factor, ...] = ((breach.quantity, "units", "件"), _bare(clause.unit_rate.amount))
    return Formula(terms=(units, *_fixed(clause.fixed)))


def _interest(clause: LateInterest, breach: Breach) -> Formula | None:
    """Return simple interest from the day after the due day to each payment, its day included."""
    if breach.due_on is None:
        return None
    parts = tuple(
        (_bare(part.size), _bare(clause.rate), _bare(year_share(breach.due_on, part.until, clause.day_count)))
        for part in breach.parts
    )
    after = Label(f" ({clause.day_count})", f"（{clause.day_count}）")
    return Formula(terms=(*parts, *_fixed(clause.fixed)), after=after)


def _fixed(sum_of_money: Money | None) -> tuple[tuple[Factor, ...], ...]:
    """Return the term of a fixed sum; none where there is none."""
    return () if sum_of_money is None else ((_bare(sum_of_money.amount),),)


def _share_of(rate: Fraction | None, worth: Number) -> Formula:
    return Formula(terms=((_bare(rate or Fraction(0)), _bare(worth)),))


def _bare(number: Number) -> Factor:
    return number, "", ""
