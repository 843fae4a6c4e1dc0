"""Whether a window takes no less than the minimum and no more than the maximum agreed."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from supplychain_rules.facts.trade import line_amount
from supplychain_rules.measures.arrivals import came
from supplychain_rules.measures.exact import fraction
from supplychain_rules.partnership.contracts.breaches import Breach
from supplychain_rules.partnership.contracts.job import Job
from supplychain_rules.partnership.contracts.kinds import BreachKind
from supplychain_rules.partnership.contracts.terms import VolumeTerms
from supplychain_rules.values.dates import add_days
from supplychain_rules.values.period import Period

__all__ = ["check_volume"]


def check_volume(job: Job) -> None:
    """Add the windows below the minimum, once they have ended, and those above the maximum, once they are."""
    for start, end, terms in job.spans(VolumeTerms):
        taken = sorted(entry for entry in _taken(job, terms) if start <= entry[0] < end)
        place = 0
        for window, share in job.windows(terms.per, start, end):
            inside = []
            while place < len(taken) and taken[place][0] < window.end:
                inside.append(taken[place])
                place += 1
            _check_window(job, terms, window, share if terms.clipped == "pro_rata" else Fraction(1), inside)


def _taken(job: Job, terms: VolumeTerms) -> Iterator[tuple[date, str, Fraction]]:
    """Yield the day, the fact and how much of everything that counts."""
    match terms.basis:
        case "ordered" | "order_value":
            for line in job.lines:
                if _counts(terms, line.item, line.unit):
                    if terms.basis == "order_value":
                        job.check_currency(line.unit_price, f"order_lines/{line.id}")
                        yield line.ordered_on, f"order_lines/{line.id}", fraction(line_amount(line))
                    else:
                        yield line.ordered_on, f"order_lines/{line.id}", Fraction(line.quantity)
        case "received":
            for receipt in job.ledger.receipts:
                of = job.lines_by_id.get(receipt.order_line)
                if of is not None and came(receipt) and _counts(terms, of.item, of.unit):
                    yield receipt.received_on, f"receipts/{receipt.id}", Fraction(receipt.quantity)
        case "invoiced":
            for billed in job.ledger.invoice_lines:
                ours = billed.supplier == job.supplier and billed.customer == job.contract.customer
                ordered = job.lines_by_id.get(billed.order_line) if billed.order_line is not None else None
                item = billed.item if ordered is None else ordered.item
                chosen = not terms.items or item in terms.items
                if ours and chosen and job.is_about(billed.order_line, item, billed.invoiced_on):
                    job.check_currency(billed.amount, f"invoice_lines/{billed.id}")
                    yield billed.invoiced_on, f"invoice_lines/{billed.id}", Fraction(billed.amount.amount)


def _counts(terms: VolumeTerms, item: str, unit: str) -> bool:
    in_unit = terms.basis == "order_value" or unit == terms.unit
    return in_unit and (not terms.items or item in terms.items)


def _check_window(
    job: Job, terms: VolumeTerms, window: Period, share: Fraction, inside: list[tuple[date, str, Fraction]]
) -> None:
    volume = sum((size for _, _, size in inside), Fraction(0))
    facts = tuple(name for _, name, _ in inside)
    found: list[tuple[BreachKind, date, Fraction]] = []
    if terms.minimum is not None:
        least = Fraction(terms.minimum) * share
        if volume < least and job.is_over(window):
            found.append(("minimum_missed", add_days(window.end, -1), least))
    if terms.maximum is not None:
        most, reached = Fraction(terms.maximum) * share, Fraction(0)
        for day, _, size in inside:
            reached += size
            if reached > most:
                found.append(("maximum_exceeded", day, most))
                break
    of_money = terms.basis in ("order_value", "invoiced")
    price = Fraction(1) if of_money else None if terms.unit_price is None else Fraction(terms.unit_price.amount)
    supplier_owes = terms.debtor == "supplier"
    for kind, on, bound in found:
        gap = abs(volume - bound)
        job.add(
            Breach(
                kind=kind,
                clause=terms.id,
                debtor=job.supplier if supplier_owes else job.payer,
                creditor=job.payer if supplier_owes else job.supplier,
                on=on,
                governed_on=window.start,
                subject=str(window),
                facts=facts,
                quantity=None if of_money else gap,
                value=None if price is None else gap * price,
                whole=None if price is None else bound * price,
                agreed=bound,
                actual=volume,
            )
        )
