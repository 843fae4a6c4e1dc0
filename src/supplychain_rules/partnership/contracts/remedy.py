"""What a breach costs by its remedy: an exact amount, the formula in words and numbers, and the amount as it is owed.

Amounts stay exact until the rounding point of the remedy: the sum of each day, the breach, or the total of the remedy.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.arrivals import days_from
from supplychain_rules.measures.exact import Number, exactly, fraction
from supplychain_rules.partnership.contracts.breaches import Breach, BreachPart
from supplychain_rules.partnership.contracts.clauses import answers
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

__all__ = ["RemedyDue", "remedy", "rounded", "shown"]

_DAYS_OF_A_WEEK: Final = 7

#: Longest number that a formula shows digit by digit.
_MOST_SHOWN: Final = 40


@final
@attrs.frozen(kw_only=True)
class RemedyDue:
    """What one party owes another for one breach by one remedy, and how that comes about."""

    #: The id of the remedy's clause.
    remedy: str
    breach: Breach
    #: The amount before rounding to the smallest unit; days may be rounded within it.
    exact: Fraction
    #: The amount owed, a whole number of smallest units.
    amount: Money
    #: Whether a cap has lowered it.
    capped: bool
    formula: Label
    #: What people read for the remedy; `None` where its clause has no label.
    label: Label | None = None

    @property
    def id(self) -> str:
        """What identifies it, the same in every later report."""
        return f"{self.remedy}:{self.breach.id}"

    @property
    def debtor(self) -> str:
        """Who owes it: the party that broke its duty."""
        return self.breach.debtor

    @property
    def creditor(self) -> str:
        """Whom it is owed to."""
        return self.breach.creditor


#: An exact amount and how it comes about, in English and Chinese.
_Amount: TypeAlias = tuple[Fraction, Label]


def remedy(clause: Remedy, breach: Breach, *, currency: str) -> RemedyDue | None:
    """Return what a breach costs by a remedy; `None` where nobody knows what the breach is worth.

    Args:
        clause: the remedy.
        breach: a breach that it answers.
        currency: the currency of the contract.

    Raises:
        InvalidValueError: a breach that the remedy does not answer, an unknown currency, or one without smallest unit.

    >>> late = Breach(kind="late_delivery", clause="delivery", debtor="V7", creditor="us", on=date(2026, 1, 21),
    ...     governed_on=date(2026, 1, 5), subject="order_lines/PO1", facts=(), due_on=date(2026, 1, 20),
    ...     last_on=date(2026, 1, 20), until=date(2026, 3, 11))
    >>> damages = LiquidatedDamages(id="ld", breaches=["late_delivery"], amount=Money("5000", "EUR"),
    ...     cap=Money("200000", "EUR"))
    >>> due = remedy(damages, late, currency="EUR")
    >>> due.amount, due.formula.en
    (Money('200000.00', 'EUR'), '50 days x 5000 = 250000, capped at 200000')
    """
    if not answers(clause, breach.kind, breach.clause):
        raise InvalidValueError(f"{clause.id} is no remedy for this breach", breach.id, hint="see its breaches and of")
    with exactly():
        found = _amount(clause, breach, currency)
    if found is None:
        return None
    exact, formula = found
    ceiling = _cap(clause, breach)
    capped = ceiling is not None and exact > ceiling
    if ceiling is not None and capped:
        exact = ceiling
        most = shown(ceiling)
        formula = Label(f"{formula.en}, capped at {most}", f"{formula.zh}，封顶 {most}")
    amount = rounded(exact, currency, clause.rounding)
    if ceiling is not None:  # rounding must not lift an amount above its cap
        amount = min(amount, rounded(ceiling, currency, "floor"))
    return RemedyDue(
        remedy=clause.id,
        breach=breach,
        exact=exact,
        amount=amount,
        capped=capped,
        formula=formula,
        label=clause.label,
    )


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


def _amount(clause: Remedy, breach: Breach, currency: str) -> _Amount | None:
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


def _cap(clause: Remedy, breach: Breach) -> Fraction | None:
    """Return the most that a remedy comes to for one breach; `None` without cap."""
    caps = []
    cap, share = getattr(clause, "cap", None), getattr(clause, "cap_share", None)
    if cap is not None:
        caps.append(Fraction(cap.amount))
    if share is not None and breach.whole is not None:
        caps.append(fraction(breach.whole) * share)
    return min(caps, default=None)


def _damages(clause: LiquidatedDamages, breach: Breach, currency: str) -> _Amount | None:
    if clause.cap_share is not None and breach.whole is None:
        return None
    match clause.per:
        case "day" | "week_started":
            return _by_days(clause, breach, currency)
        case "unit":
            return _by_units(clause, breach)
        case "unit_day":
            return _by_unit_days(clause, breach, currency)
        case "breach":
            if clause.amount is not None:
                return _times(1, "breach", "次", Fraction(clause.amount.amount))
            worth = _worth(clause, breach)
            return None if worth is None else _of(clause.rate, worth)
        case _:
            assert_never(clause.per)


def _worth(clause: LiquidatedDamages, breach: Breach) -> Fraction | None:
    found = breach.value if clause.base == "delayed_part" else breach.whole
    return None if found is None else fraction(found)


def _by_days(clause: LiquidatedDamages, breach: Breach, currency: str) -> _Amount | None:
    """Return damages by time: a sum of money for the line's days, or a rate for each part's own."""
    weekly = clause.per == "week_started"
    unit, zh_unit = ("weeks", "周") if weekly else ("days", "天")
    if clause.amount is not None:
        if breach.until is None:
            return None
        count = _counted(clause, breach, breach.until)
        each = _of_a_day(clause, Fraction(clause.amount.amount), currency)
        return _times(count, unit, zh_unit, each)
    total, terms = Fraction(0), []
    for worth, until in _bases(clause, breach):
        if worth is None:
            return None
        each = _of_a_day(clause, worth * (clause.rate or 0), currency)
        count = _counted(clause, breach, until)
        total += count * each
        terms.append((count, worth, each))
    rate = shown(clause.rate or Fraction(0))
    if clause.rounding_point == "day":
        english = " + ".join(f"{count} {unit} x {shown(each)}" for count, _, each in terms)
        chinese = " + ".join(f"{count} {zh_unit} x {shown(each)}" for count, _, each in terms)
    else:
        english = " + ".join(f"{count} {unit} x {rate} x {shown(worth)}" for count, worth, _ in terms)
        chinese = " + ".join(f"{count} {zh_unit} x {rate} x {shown(worth)}" for count, worth, _ in terms)
    return total, _equals(english, chinese, total)


def _bases(clause: LiquidatedDamages, breach: Breach) -> Iterable[tuple[Fraction | None, date]]:
    """Yield what bears damages and until when: each late part, or the whole until the last one."""
    if breach.until is None:
        return
    if clause.base == "whole" or not breach.parts:
        whole = breach.whole if clause.base == "whole" else breach.value
        yield None if whole is None else fraction(whole), breach.until
        return
    price = _price_of(breach)
    for part in breach.parts:
        yield None if price is None else price * fraction(part.size), part.until


def _price_of(breach: Breach) -> Fraction | None:
    """Return what a unit of the parts is worth: of goods its price, of money itself."""
    if breach.quantity is None:
        return Fraction(1)
    return None if breach.value is None else fraction(breach.value) / fraction(breach.quantity)


def _by_units(clause: LiquidatedDamages, breach: Breach) -> _Amount | None:
    if breach.quantity is None:
        return None
    if clause.amount is not None:
        return _times(fraction(breach.quantity), "units", "件", Fraction(clause.amount.amount))
    worth = _worth(clause, breach)
    return None if worth is None else _of(clause.rate, worth)


def _by_unit_days(clause: LiquidatedDamages, breach: Breach, currency: str) -> _Amount | None:
    """Return damages for each unit and day: each part's units by its own days."""
    if breach.quantity is None or breach.until is None:
        return None
    price = _price_of(breach)
    if clause.amount is None and price is None:
        return None
    each = Fraction(clause.amount.amount) if clause.amount is not None else (clause.rate or 0) * (price or 0)
    parts = breach.parts or (BreachPart(size=breach.quantity, until=breach.until),)
    total, said = Fraction(0), []
    for part in parts:
        count, size = _counted(clause, breach, part.until), fraction(part.size)
        daily = _of_a_day(clause, size * each, currency)
        total += count * daily
        said.append((count, size, daily))
    rounds = clause.rounding_point == "day"
    english = " + ".join(
        f"{count} days x {shown(daily)}" if rounds else f"{count} days x {shown(size)} units x {shown(each)}"
        for count, size, daily in said
    )
    chinese = " + ".join(
        f"{count} 天 x {shown(daily)}" if rounds else f"{count} 天 x {shown(size)} 件 x {shown(each)}"
        for count, size, daily in said
    )
    return total, _equals(english, chinese, total)


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


def _credits(clause: ServiceCredits, breach: Breach) -> _Amount | None:
    if breach.actual is None or breach.value is None:
        return None
    level, worth = fraction(breach.actual), fraction(breach.value)
    reached = [tier for tier in clause.tiers if level < tier.below]
    credit = reached[-1].credit if reached else Fraction(0)
    total = credit * worth
    english = f"level {shown(level)}: {shown(credit)} x {shown(worth)}"
    return total, _equals(english, f"水平 {shown(level)}：{shown(credit)} x {shown(worth)}", total)


def _reduction(clause: PriceReduction, breach: Breach) -> _Amount | None:
    if breach.value is None:
        return None
    worth = fraction(breach.value)
    if clause.by == "rate":
        return _of(clause.rate, worth)
    whole, agreed = fraction(breach.whole or 0), fraction(breach.whole or 0) - worth
    return worth, _equals(f"{shown(whole)} - {shown(agreed)}", f"{shown(whole)} - {shown(agreed)}", worth)


def _rework(clause: ReworkCost, breach: Breach) -> _Amount | None:
    if breach.quantity is None or (clause.cap_share is not None and breach.whole is None):
        return None
    units, rate = fraction(breach.quantity), Fraction(clause.unit_rate.amount)
    fixed = Fraction(0) if clause.fixed is None else Fraction(clause.fixed.amount)
    total = units * rate + fixed
    more = f" + {shown(fixed)}" if fixed else ""
    english = f"{shown(units)} units x {shown(rate)}{more}"
    return total, _equals(english, f"{shown(units)} 件 x {shown(rate)}{more}", total)


def _interest(clause: LateInterest, breach: Breach) -> _Amount | None:
    """Return simple interest from the day after the due day to each payment, its day included."""
    if breach.due_on is None:
        return None
    fixed = Fraction(0) if clause.fixed is None else Fraction(clause.fixed.amount)
    total, said = fixed, []
    for part in breach.parts:
        share = year_share(breach.due_on, part.until, clause.day_count)
        total += fraction(part.size) * clause.rate * share
        said.append(f"{shown(fraction(part.size))} x {shown(clause.rate)} x {shown(share)}")
    if fixed:
        said.append(shown(fixed))
    text = " + ".join(said)
    return total, _equals(f"{text} ({clause.day_count})", f"{text}（{clause.day_count}）", total)


def _times(count: Fraction | int, unit: str, zh_unit: str, each: Fraction) -> _Amount:
    total = count * each
    many = shown(Fraction(count))
    return total, _equals(f"{many} {unit} x {shown(each)}", f"{many} {zh_unit} x {shown(each)}", total)


def _of(rate: Fraction | None, worth: Fraction) -> _Amount:
    share = rate or Fraction(0)
    text = f"{shown(share)} x {shown(worth)}"
    total = share * worth
    return total, _equals(text, text, total)


def _equals(english: str, chinese: str, total: Fraction) -> Label:
    """Return a formula with its result; of very many parts only how many there are, because a label is one line."""
    longest = 400
    if len(english) > longest or len(chinese) > longest:
        parts = english.count(" + ") + 1
        english, chinese = f"{parts} parts", f"{parts} 个部分"
    return Label(f"{english} = {shown(total)}", f"{chinese} = {shown(total)}")
