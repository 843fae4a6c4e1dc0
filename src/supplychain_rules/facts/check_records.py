"""The checks of prices, currencies and units from one order to the next, of days, of parties and of certificates."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import Final, TypeAlias

from supplychain_rules.errors import bounded_repr
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.findings import Books, Checks, InformationFinding, change_beyond, grouped, make_finding
from supplychain_rules.facts.ledger import KINDS, Fact, Ledger
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.shapes import shapes
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

__all__ = [
    "certificate_overlap",
    "currency_change",
    "implausible_day",
    "party_unknown",
    "price_jump",
    "unit_change",
]

#: A price of an order line or of a quote: the day, the fact, its field and its amount.
_Priced: TypeAlias = tuple[date, OrderLine | PriceObservation, str, Money]

_PARTIES_IN_CHINESE: Final = {"suppliers": "供应商", "customers": "客户"}


def price_jump(books: Books, checks: Checks) -> Iterator[InformationFinding]:
    """Find prices that differ from the previous one by more than the declared share of it.

    Compared are prices of one supplier, item, currency and unit, those paid by orders among themselves and each kind of
    quoted price among itself, in the order of their days. A share is of the earlier price; from zero every price jumps.
    """
    for prices in _series(books).values():
        for (before, earlier, _, old), (on, fact, field, new) in pairwise(prices):
            if change_beyond(old.amount, new.amount, checks.price_jump):
                yield make_finding(
                    "price_jump",
                    (fact, earlier),
                    field,
                    f"{new} on {on}, {old} on {before}",
                    f"{on} 为 {new}，{before} 为 {old}",
                )


def currency_change(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find order lines in another currency than the supplier's previous one of the item."""
    ordered = grouped(books.ordered, lambda line: (line.supplier, line.item))
    for lines in ordered.values():
        for earlier, line in pairwise(lines):
            old, new = earlier.unit_price.currency, line.unit_price.currency
            if old != new:
                yield make_finding(
                    "currency_change",
                    (line, earlier),
                    "unit_price",
                    f"{new} on {line.ordered_on}, {old} on {earlier.ordered_on}",
                    f"{line.ordered_on} 为 {new}，{earlier.ordered_on} 为 {old}",
                )


def unit_change(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find items that are ordered in several units, told at the first line with each further unit."""
    for lines in grouped(books.ordered, lambda line: line.item).values():
        first = lines[0]
        for unit, in_unit in grouped(lines, lambda line: line.unit).items():
            if unit != first.unit:
                new, old = bounded_repr(unit), bounded_repr(first.unit)
                yield make_finding(
                    "unit_change",
                    (in_unit[0], first),
                    "unit",
                    f"in {new}, the item was first ordered in {old}",
                    f"计量单位为 {new}，该物料最初为 {old}",
                )


def implausible_day(books: Books, checks: Checks) -> Iterator[InformationFinding]:
    """Find days outside the declared period; the day a fact became known is not looked at."""
    plausible = checks.plausible
    if plausible is None:
        return
    for kind in KINDS:
        days = [name for name, shape in shapes(kind).items() if shape.content == "day" and name != "known_on"]
        for fact in books.ledger.in_force(kind):
            yield from _outside(fact, days, plausible)


def party_unknown(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find suppliers and customers that are mentioned and have no fact of their own, where others of their kind do."""
    ledger = books.ledger
    for role, known, mentioned in (
        ("suppliers", {party.id for party in ledger.suppliers}, ledger.supplier_ids),
        ("customers", {party.id for party in ledger.customers}, ledger.customer_ids),
    ):
        unknown = [party for party in mentioned if party not in known] if known else []
        facts = grouped(_naming(ledger, role.removesuffix("s")), lambda entry: entry[0]) if unknown else {}
        for party in unknown:
            naming = tuple(fact for _, fact in facts[party])
            name = bounded_repr(party)
            yield make_finding(
                "party_unknown",
                naming,
                role.removesuffix("s"),
                f"{name} is not among the {len(known)} {role}",
                f"{name} 不在 {len(known)} 个{_PARTIES_IN_CHINESE[role]}之中",
            )


def certificate_overlap(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find certificates of one supplier, kind and order line that hold at one time: a renewal, or one entered twice."""
    held = [found for found in books.ledger.certificates if _end(found) > found.valid_from]
    by_start = sorted(held, key=attrgetter("valid_from", "id"))
    for certificates in grouped(by_start, lambda found: (found.supplier, found.kind, found.order_line)).values():
        last = certificates[0]
        for certificate in certificates[1:]:
            if certificate.valid_from < _end(last):
                until = last.valid_until or "∞"
                yield make_finding(
                    "certificate_overlap",
                    (certificate, last),
                    "valid_from",
                    f"valid from {certificate.valid_from}, {bounded_repr(last.id)} until {until}",
                    f"自 {certificate.valid_from} 起有效，{bounded_repr(last.id)} 有效至 {until}",
                )
            last = max(last, certificate, key=_end)


def _series(books: Books) -> dict[tuple[str, ...], list[_Priced]]:
    """Return the prices that may be compared, each series by day."""
    series: dict[tuple[str, ...], list[_Priced]] = {}
    for line in books.ordered:
        key = ("order", line.supplier, line.item, line.unit_price.currency, line.unit)
        series.setdefault(key, []).append((line.ordered_on, line, "unit_price", line.unit_price))
    for seen in sorted(books.ledger.prices, key=attrgetter("observed_on", "id")):
        key = (seen.kind, seen.supplier, seen.item, seen.price.currency, seen.unit)
        series.setdefault(key, []).append((seen.observed_on, seen, "price", seen.price))
    return series


def _outside(fact: Fact, fields: Iterable[str], plausible: Period) -> Iterator[InformationFinding]:
    for field in fields:
        day = getattr(fact, field)
        if day is not None and day not in plausible:
            yield make_finding(
                "implausible_day", (fact,), field, f"{day} is outside {plausible}", f"{day} 不在 {plausible} 之内"
            )


def _naming(ledger: Ledger, role: str) -> Iterator[tuple[str, Fact]]:
    """Yield every fact in force that names a supplier or customer, with its name."""
    for kind in KINDS:
        if role in shapes(kind):
            for fact in ledger.in_force(kind):
                party = getattr(fact, role)
                if party is not None:
                    yield party, fact


def _end(certificate: Certificate) -> date:
    return certificate.valid_until or date.max
