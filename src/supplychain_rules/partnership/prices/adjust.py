"""Adjust an amount by a clause: the exact factor, the adjusted money, and every line of how it came about.

The factor is exact until the money is rounded, once. An adjustment carries the index values, months and editions that
it read, so that whoever checks an invoice needs nothing else.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_day
from supplychain_rules.facts.prices import IndexValue
from supplychain_rules.partnership.prices.clause import AdjustmentClause, IndexTerm
from supplychain_rules.partnership.prices.factor import FactorLine, factor_lines, total_of
from supplychain_rules.partnership.prices.indices import (
    IndexBook,
    IndexReading,
    base_months,
    current_months,
    index_book,
    read_months,
    sought,
)
from supplychain_rules.values.dates import add_days, check_day
from supplychain_rules.values.exchange import ExchangeRates
from supplychain_rules.values.label import Label, Lang, composed
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import add_months
from supplychain_rules.values.proportions import check_money, exact_share, money_of, shown
from supplychain_rules.values.scaled import number_text

__all__ = ["Adjustment", "AppliedFactor", "IndexMove", "adjust", "index_ratios"]


@final
@attrs.frozen(kw_only=True)
class AppliedFactor:
    """The factor in force until now, and since when.

    Raises:
        InvalidValueError: a factor that is a float or not above 0.
    """

    factor: Fraction = attrs.field(converter=exact_share)
    since: date = attrs.field(validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a price of nothing."""
        if self.factor <= 0:
            raise InvalidValueError("a factor is above 0", str(self.factor))


@final
@attrs.frozen(kw_only=True)
class IndexMove:
    """How one index moved from the base to now: the values that were read, their means, and the exact ratio."""

    term: IndexTerm
    #: Empty where the contract names the base value.
    base_readings: tuple[IndexReading, ...]
    current_readings: tuple[IndexReading, ...]
    base: Fraction
    current: Fraction

    @property
    def ratio(self) -> Fraction:
        """Return current / base."""
        return self.current / self.base


@final
@attrs.frozen(kw_only=True)
class Adjustment:
    """An adjusted amount with its reasons; the lines add up to the factor.

    Raises:
        InvalidValueError: lines that do not.
    """

    clause: str
    version: str
    #: The day of delivery, or the last day of the period.
    on: date
    #: The amount at base prices.
    amount: Money
    #: The factor that applies on that day, exactly.
    factor: Fraction
    #: The factor that the indices give; not yet in force where notice or interval are waited for.
    due_factor: Fraction
    #: The first day on which `due_factor` applies.
    effective_on: date
    adjusted: Money
    #: What rounding added to the exact amount, or took away where negative.
    residual: Fraction
    moves: tuple[IndexMove, ...]
    lines: tuple[FactorLine, ...]

    def __attrs_post_init__(self) -> None:
        """Refuse lines that do not add up: whoever holds an adjustment need not check it again."""
        found = total_of(self.lines)
        if found != self.factor:
            raise InvalidValueError("the lines do not add up to the factor", str(found))
        if Fraction(self.amount.amount) * self.factor + self.residual != Fraction(self.adjusted.amount):
            raise InvalidValueError("amount, factor and residual do not give the adjusted amount", self.adjusted)

    @property
    def change(self) -> Money:
        """Return what is paid more than at base prices, or less where negative."""
        return self.adjusted - self.amount

    def explain(self, lang: Lang = "en") -> str:
        """Return the adjustment line by line, as text."""
        return "\n".join(label.text(lang) for label in _explained(self))

    def to_dict(self) -> dict[str, Any]:
        """Return the adjustment as plain data that JSON can keep; exact numbers are text."""
        return {
            "clause": self.clause,
            "version": self.version,
            "on": self.on.isoformat(),
            "amount": {"amount": number_text(self.amount.amount), "currency": self.amount.currency},
            "factor": number_text(self.factor),
            "due_factor": number_text(self.due_factor),
            "effective_on": self.effective_on.isoformat(),
            "adjusted": {"amount": number_text(self.adjusted.amount), "currency": self.adjusted.currency},
            "residual": number_text(self.residual),
            "moves": [_move_dict(move) for move in self.moves],
            "lines": [
                {
                    "kind": line.kind,
                    "term": line.term,
                    "value": number_text(line.value),
                    "label": {"en": line.label.en, "zh": line.label.zh},
                }
                for line in self.lines
            ],
        }


def adjust(  # noqa: PLR0913  what a clause reads, each by its name
    clause: AdjustmentClause,
    indices: Iterable[IndexValue] | IndexBook,
    amount: Money,
    *,
    on: date,
    as_of: date,
    rates: ExchangeRates | None = None,
    last: AppliedFactor | None = None,
    notified_on: date | None = None,
) -> Adjustment:
    """Adjust an amount at base prices to the prices of a day.

    Args:
        clause: the clause.
        indices: the index values with their editions, of all series that the clause names; an `IndexBook` of them
            where many prices are adjusted.
        amount: a unit price or an amount, at base prices.
        on: the day of delivery, or the last day of the period billed.
        as_of: the day on which the price is computed; editions that became known later do not exist.
        rates: the rates for indices that are converted.
        last: the factor in force until now; None where there was no adjustment yet, and the factor was 1.
        notified_on: the day on which the new price was notified, where the clause has a notice period.

    Raises:
        InvalidValueError: index values or rates that are missing, all of them by series and month; an amount in another
            currency than the clause's; a last factor of a later day; a notice that the clause needs and nobody gave.

    Source:
        FIDIC 1999, sub-clause 13.8: Pn = a + b × Ln/Lo + c × En/Eo + d × Mn/Mo.

    >>> from supplychain_rules.partnership.prices.clause import BaseRule, CurrentRule, DeadBand, EditionRule
    >>> latest = EditionRule(kind="latest")
    >>> clause = AdjustmentClause(id="steel", currency="EUR", fixed="0.6",
    ...     terms=[IndexTerm(id="steel", series="S", weight="0.4", base_value=500)],
    ...     base=BaseRule(month=date(2026, 1, 1), edition=latest), current=CurrentRule(edition=latest),
    ...     dead_band=DeadBand(up="0.05", down="0.05", mode="excess"))
    >>> now = [IndexValue(series="S", on=date(2026, 6, 1), value=560, known_on=date(2026, 7, 14))]
    >>> answer = adjust(clause, now, Money("100", "EUR"), on=date(2026, 6, 20), as_of=date(2026, 7, 20))
    >>> answer.factor, answer.adjusted
    (Fraction(257, 250), Money('102.80', 'EUR'))
    """
    check_day("on", on)
    check_day("as_of", as_of)
    check_money(f"the amount that clause {clause.id} adjusts", amount, currency=clause.currency)
    moves = _moves(clause, index_book(indices), on, as_of, ExchangeRates() if rates is None else rates)
    if last is not None and last.since > on:
        hint = "give the factor that was in force before the delivery"
        raise InvalidValueError(f"the last factor holds only since {last.since}", on, hint=hint)
    before = Fraction(1) if last is None else last.factor
    lines = factor_lines(clause, {move.term.id: move.ratio for move in moves}, last=before)
    due = total_of(lines)

    effective = _effective(clause, due, on, last, notified_on)
    factor = due
    if effective > on and due != before:
        waiting = composed(
            f"waits until {effective}; until then the last factor {shown(before)}",
            f"自 {effective} 起生效；此前沿用上次系数 {shown(before)}",
        )
        lines = (*lines, FactorLine(kind="waiting", value=before - due, label=waiting))
        factor = before
    exact = Fraction(amount.amount) * factor
    adjusted = money_of(exact, amount.currency, clause.rounding, decimals=clause.decimals)
    return Adjustment(
        clause=clause.id,
        version=clause.version,
        on=on,
        amount=amount,
        factor=factor,
        due_factor=due,
        effective_on=effective,
        adjusted=adjusted,
        residual=Fraction(adjusted.amount) - exact,
        moves=moves,
        lines=lines,
    )


def index_ratios(
    clause: AdjustmentClause,
    indices: Iterable[IndexValue] | IndexBook,
    *,
    on: date,
    as_of: date,
    rates: ExchangeRates | None = None,
) -> tuple[IndexMove, ...]:
    """Return how each index of a clause moved from the base to the current months, in the order of the terms.

    Raises:
        InvalidValueError: index values or rates that are missing, all of them by series and month.
    """
    return _moves(clause, index_book(indices), on, as_of, ExchangeRates() if rates is None else rates)


def _moves(
    clause: AdjustmentClause, book: IndexBook, on: date, as_of: date, rates: ExchangeRates
) -> tuple[IndexMove, ...]:
    found, missing = [], []
    for term in clause.terms:
        base: list[IndexReading] = []
        if term.base_value is None:
            base, lacking = read_months(
                term,
                base_months(clause.base),
                clause.base.edition,
                book,
                clause=clause,
                on=clause.base.month,
                as_of=as_of,
                rates=rates,
            )
            missing += lacking
        now, lacking = read_months(
            term,
            current_months(clause.current, on),
            clause.current.edition,
            book,
            clause=clause,
            on=on,
            as_of=as_of,
            rates=rates,
        )
        missing += lacking
        if missing:
            continue
        found.append(
            IndexMove(
                term=term,
                base_readings=tuple(base),
                current_readings=tuple(now),
                base=_mean(base) if term.base_value is None else Fraction(term.base_value),
                current=_mean(now),
            )
        )
    if missing:
        raise sought(missing)
    return tuple(found)


def _mean(readings: list[IndexReading]) -> Fraction:
    return sum((reading.counted for reading in readings), Fraction(0)) / len(readings)


def _effective(
    clause: AdjustmentClause, due: Fraction, on: date, last: AppliedFactor | None, notified_on: date | None
) -> date:
    """Return the first day from which on the new factor applies, `on` itself at the earliest."""
    timing, before = clause.timing, Fraction(1) if last is None else last.factor
    effective = on
    if due == before:
        return effective
    notice = timing.notice_days_up if due > before else timing.notice_days_down
    if notice:
        if notified_on is None:
            hint = "say when the new price was notified"
            raise InvalidValueError(f"clause {clause.id} needs {notice} days of notice", None, hint=hint)
        effective = max(effective, add_days(check_day("notified_on", notified_on), notice))
    if timing.min_interval_months and last is not None:
        effective = max(effective, add_months(last.since, timing.min_interval_months))
    return effective


def _explained(answer: Adjustment) -> list[Label]:
    found = []
    for move in answer.moves:
        series = move.term.series
        base, base_zh = _read(move.base, move.base_readings)
        now, now_zh = _read(move.current, move.current_readings)
        ratio = shown(move.ratio)
        found.append(
            composed(
                f"{series}: {now} / {base} = {ratio}",
                f"{series}：{now_zh} / {base_zh} = {ratio}",
            )
        )
    found += [
        composed(f"{shown(line.value)}  {line.label.text('en')}", f"{shown(line.value)}  {line.label.text('zh')}")
        for line in answer.lines
    ]
    result = f"{answer.amount} × {shown(answer.factor)} = {answer.adjusted}"
    found.append(composed(f"{shown(answer.factor)}  factor", f"{shown(answer.factor)}  系数"))
    found.append(Label(result, result))
    return found


def _read(value: Fraction, readings: tuple[IndexReading, ...]) -> tuple[str, str]:
    if not readings:
        return f"{shown(value)} (contract)", f"{shown(value)}（合同约定）"
    editions = sorted({reading.known_on for reading in readings})
    months = f"{readings[0].on:%Y-%m}" if len(readings) == 1 else f"{readings[0].on:%Y-%m}..{readings[-1].on:%Y-%m}"
    known = ", ".join(day.isoformat() for day in (editions if len(editions) <= 2 else (editions[0], editions[-1])))
    also, also_zh = _converted(readings)
    return f"{shown(value)} ({months}, edition {known}{also})", f"{shown(value)}（{months}，{known} 版{also_zh}）"


def _converted(readings: tuple[IndexReading, ...]) -> tuple[str, str]:
    """Return how an index was converted: the rate of one value, or that several were."""
    first = readings[0]
    if first.rate is None:
        return "", ""
    if len(readings) > 1:
        return ", each converted", "，逐月换算"
    rates = " and ".join(str(leg) for leg in first.rate.legs)
    return f", {number_text(first.value)} at {rates}", f"，{number_text(first.value)} 按 {rates} 换算"


def _move_dict(move: IndexMove) -> dict[str, Any]:
    return {
        "term": move.term.id,
        "series": move.term.series,
        "weight": number_text(move.term.weight),
        "base": number_text(move.base),
        "current": number_text(move.current),
        "ratio": number_text(move.ratio),
        "base_readings": [_reading_dict(reading) for reading in move.base_readings],
        "current_readings": [_reading_dict(reading) for reading in move.current_readings],
    }


def _reading_dict(reading: IndexReading) -> dict[str, Any]:
    return {
        "on": reading.on.isoformat(),
        "value": number_text(reading.value),
        "edition": reading.known_on.isoformat(),
        "rate": None if reading.rate is None else number_text(reading.rate.factor),
    }
