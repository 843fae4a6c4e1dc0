"""The business of a contract: which facts it is about, looked up once, and the spans and windows of its clauses."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TypeVar, final

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.partnership.contracts.breaches import Breach, NotJudged
from supplychain_rules.partnership.contracts.clauses import Clause
from supplychain_rules.partnership.contracts.contract import Contract, ends_on, versions
from supplychain_rules.partnership.contracts.terms import Windows
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period, add_months

__all__ = ["Job"]

_Duty = TypeVar("_Duty", bound=Clause)

#: Months of a window.
_MONTHS: Mapping[Windows, int] = {"month": 1, "quarter": 3, "year": 12, "contract_year": 12}


@final
class Job:
    """One check: the contract, the facts known on a day, and what was found so far."""

    def __init__(self, contract: Contract, ledger: Ledger, as_of: date) -> None:
        self.contract, self.ledger, self.as_of = contract, ledger, as_of
        self.supplier, self.payer = contract.supplier, contract.payer
        self.versions = versions(contract, as_of=as_of)
        self.start = contract.valid_from
        #: The first day after the contract.
        self.end = ends_on(contract, as_of=as_of) or date.max
        self.breaches: list[Breach] = []
        self._not_judged: dict[tuple[str, Label], list[str]] = defaultdict(list)

    @cached_property
    def lines(self) -> list[OrderLine]:
        """The order lines that the contract is about and that were not cancelled."""
        return [line for line in self._about if line.quantity]

    @cached_property
    def lines_by_id(self) -> dict[str, OrderLine]:
        """The order lines that the contract is about by id, those that were cancelled too: they may be billed."""
        return {line.id: line for line in self._about}

    @cached_property
    def _about(self) -> list[OrderLine]:
        supplier, customer, items = self.supplier, self.contract.customer, self.contract.items
        start, end = self.start, self.end
        found = [
            line
            for line in self.ledger.order_lines
            if line.supplier == supplier and line.customer == customer and start <= line.ordered_on < end
        ]
        return [line for line in found if line.item in items] if items else found

    @cached_property
    def known_lines(self) -> frozenset[str]:
        """The ids of all order lines, whatever contract they are of."""
        return frozenset(line.id for line in self.ledger.order_lines)

    @cached_property
    def receipts(self) -> dict[str, "Receipt | list[Receipt]"]:
        """The receipts of each order line: the one, or a list of several. Most lines come at once."""
        found: dict[str, Receipt | list[Receipt]] = {}
        for receipt in self.ledger.receipts:
            line = receipt.order_line
            before = found.get(line)
            if before is None:
                found[line] = receipt
            elif isinstance(before, list):
                before.append(receipt)
            else:
                found[line] = [before, receipt]
        return found

    @cached_property
    def delays(self) -> dict[str, list[Delay]]:
        """The delays of each order line."""
        found: dict[str, list[Delay]] = defaultdict(list)
        for delay in self.ledger.delays:
            found[delay.order_line].append(delay)
        return found

    def receipts_of(self, line: str) -> list[Receipt]:
        """Return the receipts of an order line, by their days."""
        found = self.receipts.get(line)
        if found is None:
            return []
        return sorted(found, key=lambda one: (one.received_on, one.id)) if isinstance(found, list) else [found]

    def spans(self, kind: type[_Duty]) -> Iterator[tuple[date, date, _Duty]]:
        """Yield the spans of days in which a clause of a kind holds unchanged, with it, by its id and in order."""
        ids = sorted({one.id for version in self.versions for one in version.clauses if isinstance(one, kind)})
        for name in ids:
            begun: tuple[date, date, _Duty] | None = None
            for version in self.versions:
                clause = next((one for one in version.clauses if isinstance(one, kind) and one.id == name), None)
                if begun is not None and clause == begun[2]:
                    begun = begun[0], version.valid_until, begun[2]
                    continue
                if begun is not None:
                    yield begun
                begun = None if clause is None else (version.valid_from, version.valid_until, clause)
            if begun is not None:
                yield begun

    def windows(self, per: Windows, start: date, end: date) -> Iterator[tuple[Period, Fraction]]:
        """Yield the windows that begin by the day of the report in a span of the contract, clipped to it.

        With each comes the share of its days that the clipping leaves.
        """
        last = min(end, self.as_of + timedelta(days=1) if self.as_of < date.max else date.max)
        if per == "term":
            whole = Period(self.start, self.end)
            if start < last:
                clipped = Period(start, end)
                yield clipped, Fraction(clipped.days, whole.days)
            return
        months = _MONTHS[per]
        begin = self.start
        if per != "contract_year":
            begin = date(start.year, (start.month - 1) // months * months + 1, 1)
        place = 0
        while True:
            first, after = _window(begin, months, place)
            if first >= last:
                return
            if after > start:
                clipped = Period(max(first, start), min(after, end))
                yield clipped, Fraction(clipped.days, (after - first).days)
            if after == date.max:
                return
            place += 1

    def is_over(self, window: Period) -> bool:
        """Return whether the last day of a window has passed."""
        return self.as_of >= window.end

    def add(self, breach: Breach) -> None:
        """Keep a breach."""
        self.breaches.append(breach)

    def leave(self, clause: str, reason: Label, subject: str) -> None:
        """Keep what was not judged."""
        self._not_judged[clause, reason].append(subject)

    def not_judged(self) -> tuple[NotJudged, ...]:
        """Return what was not judged, by clause and reason."""
        return tuple(
            NotJudged(clause=clause, reason=reason, subjects=tuple(sorted(set(subjects))))
            for (clause, reason), subjects in sorted(
                self._not_judged.items(), key=lambda entry: (entry[0][0], entry[0][1].en)
            )
        )

    def is_about(self, order_line: str | None, item: str | None, day: date) -> bool:
        """Return whether a fact of the supplier's is about the contract: by its order line, else by item and day."""
        if order_line is not None and order_line in self.known_lines:
            return order_line in self.lines_by_id
        items = self.contract.items
        return self.start <= day < self.end and (not items or item in items)

    def check_currency(self, money: Money, subject: str) -> None:
        """Refuse money in another currency than the contract's.

        Raises:
            InvalidValueError: it is.
        """
        if money.currency != self.contract.currency:
            hint = f"convert it to {self.contract.currency} with a dated rate first"
            what = f"{subject} is in another currency than the contract ({self.contract.currency})"
            raise InvalidValueError(what, money, hint=hint)


def _window(begin: date, months: int, place: int) -> tuple[date, date]:
    """Return first and following day of a window; the last one that the calendar holds ends with it."""
    first = add_months(begin, months * place)
    try:
        return first, add_months(begin, months * (place + 1))
    except InvalidValueError:
        return first, date.max
