"""Whether prices exceed the agreed ones: fixed, by a list with days, or adjusted and given from elsewhere.

An amount that was rounded to the smallest unit is no breach: it is held against the agreed amount, rounded likewise.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.trade import OrderLine, line_amount
from supplychain_rules.measures.exact import Number, fraction
from supplychain_rules.partnership.contracts.breaches import Breach
from supplychain_rules.partnership.contracts.job import Job
from supplychain_rules.partnership.contracts.money_terms import AgreedPrice, PriceTerms
from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import round_to_units

__all__ = ["NO_ORDER", "NO_PRICE", "AdjustedPrices", "check_adjusted", "check_price"]

#: Prices from elsewhere, as from a price adjustment: by item, each with the first day on which it holds. They go
#: before the prices of the contract.
AdjustedPrices: TypeAlias = Mapping[str, Mapping[date, Money]]

#: Why a price is held against nothing.
NO_PRICE: Final = Label("no price is agreed for item, unit and day", "未约定该物料、单位和日期的价格")
NO_ORDER: Final = Label("the order line that is billed is not known", "所开票的订单行未知")


def check_price(job: Job, adjusted: AdjustedPrices) -> None:
    """Add the breaches of the price terms."""
    lists = {item: sorted(prices.items()) for item, prices in adjusted.items()}
    for start, end, terms in job.spans(PriceTerms):
        agreed = _reader(terms, lists)
        priced = _ordered(job, terms) if terms.checked == "ordered" else _billed(job, terms)
        for one in priced:
            if start <= one.line.ordered_on < end:
                _check(job, terms, one, agreed(one.line.item, one.line.unit, one.priced_on))


def check_adjusted(adjusted: AdjustedPrices, currency: str) -> None:
    """Refuse prices from elsewhere that are no prices in the contract's currency.

    Raises:
        InvalidValueError: a key that is no day, a value that is no money, or another currency.

    >>> check_adjusted({"bolt": {date(2026, 4, 1): Money("2.10", "EUR")}}, "EUR")
    """
    for item, prices in adjusted.items():
        for day, price in prices.items():
            check_day(f"adjusted[{item!r}]", day)
            given: object = price
            if not isinstance(given, Money) or given.currency != currency or given.amount < 0:
                hint = f"in {currency}, and from its first day on"
                raise InvalidValueError(f"the adjusted price of {item} is no price", price, hint=hint)


#: From item, unit and day to the agreed price of a unit.
_Agreed: TypeAlias = Callable[[str, str, date], Decimal | None]


def _reader(terms: PriceTerms, lists: Mapping[str, list[tuple[date, Money]]]) -> _Agreed:
    fixed: dict[tuple[str, str], list[AgreedPrice]] = {}
    for price in sorted(terms.prices, key=lambda one: one.valid_from or date.min):
        fixed.setdefault((price.item, price.unit), []).append(price)

    def agreed(item: str, unit: str, day: date) -> Decimal | None:
        listed = lists.get(item, [])
        place = bisect_right(listed, day, key=lambda entry: entry[0])
        if place:
            return listed[place - 1][1].amount
        for one in fixed.get((item, unit), ()):
            if (one.valid_from or date.min) <= day < (one.valid_until or date.max):
                return one.price.amount
        return None

    return agreed


@final
@attrs.frozen(kw_only=True)
class _Priced:
    """A quantity with what was asked for it."""

    line: OrderLine
    subject: str
    facts: tuple[str, ...]
    on: date
    #: The day whose price counts.
    priced_on: date
    quantity: Decimal
    #: What was asked in all.
    amount: Decimal
    #: What was asked for a unit; `None` where only the sum is told, which is then rounded to the smallest unit.
    asked: Decimal | None


def _ordered(job: Job, terms: PriceTerms) -> Iterator[_Priced]:
    for line in job.lines:
        subject = f"order_lines/{line.id}"
        job.check_currency(line.unit_price, subject)
        yield _Priced(
            line=line,
            subject=subject,
            facts=(subject,),
            on=line.ordered_on,
            priced_on=line.promised_on if terms.priced_on == "promised" else line.ordered_on,
            quantity=line.quantity,
            amount=line_amount(line),
            asked=line.unit_price.amount,
        )


def _billed(job: Job, terms: PriceTerms) -> Iterator[_Priced]:
    """Yield the invoice lines of the contract whose order lines are known."""
    for billed in job.ledger.invoice_lines:
        if billed.supplier != job.supplier or billed.customer != job.contract.customer:
            continue
        subject = f"invoice_lines/{billed.id}"
        line = job.lines_by_id.get(billed.order_line) if billed.order_line is not None else None
        if line is None:
            if billed.order_line not in job.known_lines and job.is_about(None, billed.item, billed.invoiced_on):
                job.leave(terms.id, NO_ORDER, subject)
            continue
        job.check_currency(billed.amount, subject)
        days = {"ordered": line.ordered_on, "promised": line.promised_on, "invoiced": billed.invoiced_on}
        yield _Priced(
            line=line,
            subject=subject,
            facts=(subject, f"order_lines/{line.id}"),
            on=billed.invoiced_on,
            priced_on=days[terms.priced_on],
            quantity=billed.quantity,
            amount=billed.amount.amount,
            asked=None,
        )


def _check(job: Job, terms: PriceTerms, one: _Priced, price: Decimal | None) -> None:
    """Hold what was asked against the agreed price of a unit; what does not exceed it needs no second look."""
    if price is None:
        job.leave(terms.id, NO_PRICE, one.subject)
        return
    agreed = price * one.quantity
    if one.amount <= agreed if one.asked is None else one.asked <= price:
        return
    if one.asked is None:
        most = fraction(agreed) * (1 + terms.tolerance)
        decimals = decimals_of(job.contract.currency)
        if decimals is not None:
            most = max(most, Fraction(round_to_units(most, decimals), 10**decimals))
        if fraction(one.amount) <= most:
            return
    elif fraction(one.asked) <= fraction(price) * (1 + terms.tolerance):
        return
    asked: Number = fraction(one.amount) / fraction(one.quantity) if one.asked is None else one.asked
    job.add(
        Breach(
            kind="price_above_terms",
            clause=terms.id,
            debtor=job.supplier,
            creditor=job.payer,
            on=one.on,
            governed_on=one.line.ordered_on,
            subject=one.subject,
            facts=one.facts,
            item=one.line.item,
            quantity=one.quantity,
            value=one.amount - agreed,
            whole=one.amount,
            agreed=price,
            actual=asked,
        )
    )
