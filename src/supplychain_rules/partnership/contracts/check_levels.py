"""Whether lots and windows reach the quality and the service levels agreed, by the measures of the same names."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, TypeVar

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt, line_amount
from supplychain_rules.measures.arrivals import promise_of
from supplychain_rules.measures.delivery import DeliveryPerformance
from supplychain_rules.measures.exact import Number, fraction
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.measuring import measure
from supplychain_rules.measures.quality import QualityPassRate, RejectRate, inspection_judge
from supplychain_rules.partnership.contracts.breaches import Breach
from supplychain_rules.partnership.contracts.check_delivery import last_day
from supplychain_rules.partnership.contracts.job import Job
from supplychain_rules.partnership.contracts.terms import DeliveryTerms, QualityTerms, ServiceLevelTerms
from supplychain_rules.values.dates import add_days
from supplychain_rules.values.label import Label
from supplychain_rules.values.period import Period

__all__ = ["NO_INSPECTION", "NO_LEVEL", "GivenLevels", "check_given", "check_quality", "check_service_levels"]

#: Levels from elsewhere, as an availability: by clause and by the first day of the window.
GivenLevels: TypeAlias = Mapping[str, Mapping[date, Fraction]]

_Dated = TypeVar("_Dated")

#: Why a window is held against nothing.
NO_INSPECTION: Final = Label("no inspection in the window", "该期间没有检验")
NO_LEVEL: Final = Label("no level of the window is known", "该期间没有服务水平数据")


def check_given(given: GivenLevels) -> None:
    """Refuse levels that are not exact numbers by day.

    Raises:
        InvalidValueError: a key that is no day, or a level that is no exact number from 0 to 1.

    >>> check_given({"uptime": {date(2026, 1, 1): Fraction(999, 1000)}})
    """
    for clause, levels in given.items():
        for day, level in levels.items():
            found: object = level
            if type(day) is not date or not isinstance(found, Fraction | Decimal | int) or not 0 <= found <= 1:
                hint = "give {date(2026, 1, 1): Fraction(999, 1000)}"
                raise InvalidValueError(f"the levels of {clause} are no levels by day", (day, level), hint=hint)


def check_quality(job: Job) -> None:
    """Add the breaches of the quality terms: by lot, and by window."""
    lots = [
        found
        for found in job.ledger.inspections
        if found.supplier == job.supplier and job.is_about(found.order_line, found.item, found.inspected_on)
    ]
    for start, end, terms in job.spans(QualityTerms):
        _check_lots(job, terms, [lot for lot in lots if start <= _governed_on(job, lot) < end])
        _check_windows(job, terms, lots, start, end)


def _governed_on(job: Job, lot: Inspection) -> date:
    """Return the day whose terms count: that of the order where it is known, else that of the inspection."""
    line = job.lines_by_id.get(lot.order_line) if lot.order_line is not None else None
    return lot.inspected_on if line is None else line.ordered_on


def _reader(
    terms: QualityTerms, level: Literal["lot", "quantity"]
) -> Callable[[Inspection], tuple[Number, Number, Number]]:
    """Return the function that says of a lot how much of it is bad, by the choices of the terms."""
    return inspection_judge(
        QualityPassRate(
            id="lots",
            level=level,
            faults=terms.faults,
            unattributed=terms.unattributed,
            concessions=terms.concessions,
        )
    )


def _definitions(terms: QualityTerms) -> dict[str, tuple[QualityPassRate | RejectRate, Fraction, bool]]:
    """Return the measures that a clause asks for: definition, bound, and whether less is worse."""
    words = {"faults": terms.faults, "unattributed": terms.unattributed, "concessions": terms.concessions}
    asked: dict[str, tuple[QualityPassRate | RejectRate, Fraction, bool]] = {}
    if terms.least_pass_rate is not None:
        asked["units"] = QualityPassRate(id="units", **words), terms.least_pass_rate, True  # type: ignore[arg-type]  # the words are fields of it
    if terms.least_lots_accepted is not None:
        rate = QualityPassRate(id="lots", level="lot", **words)  # type: ignore[arg-type]  # the words are fields of it
        asked["lots"] = rate, terms.least_lots_accepted, True
    if terms.most_ppm is not None:
        asked["ppm"] = RejectRate(id="ppm", **words), terms.most_ppm, False  # type: ignore[arg-type]  # the words are fields of it
    return asked


def _check_lots(job: Job, terms: QualityTerms, lots: Iterable[Inspection]) -> None:
    refused, rejected = _reader(terms, "lot"), _reader(terms, "quantity")
    least = terms.least_lot_pass_rate
    for lot in lots:
        bad, whole, _ = rejected(lot)
        rate = 1 - fraction(bad) / fraction(whole) if whole else Fraction(1)
        fails = bool(terms.lots_must_pass and refused(lot)[0])
        below = least is not None and rate < least
        if not fails and not below:
            continue
        line = job.lines_by_id.get(lot.order_line) if lot.order_line is not None else None
        subject = f"inspections/{lot.id}"
        if line is not None:
            job.check_currency(line.unit_price, f"order_lines/{line.id}")
        price = None if line is None else _unit_price(line)
        job.add(
            Breach(
                kind="lot_below_standard",
                clause=terms.id,
                debtor=job.supplier,
                creditor=job.payer,
                on=lot.inspected_on,
                governed_on=_governed_on(job, lot),
                subject=subject,
                facts=(subject,) if line is None else (subject, f"order_lines/{line.id}"),
                item=lot.item,
                quantity=bad,
                value=None if price is None else price * fraction(bad),
                whole=None if price is None else price * fraction(lot.inspected),
                agreed=least,
                actual=rate if least is not None else None,
            )
        )


def _unit_price(line: OrderLine) -> Fraction:
    """Return what a unit of a line is worth: its share of the line, or its price where the line was cancelled."""
    if not line.quantity:
        return fraction(line.unit_price.amount)
    return fraction(line_amount(line)) / fraction(line.quantity)


def _check_windows(job: Job, terms: QualityTerms, lots: Iterable[Inspection], start: date, end: date) -> None:
    asked = _definitions(terms)
    if not asked:
        return
    windows = [window for window, _ in job.windows(terms.per, start, end) if job.is_over(window)]
    grouped = _grouped(windows, ((found.inspected_on, found) for found in lots))
    worth = _grouped(windows, ((receipt.received_on, line) for receipt, line in _received(job))) if grouped else {}
    rejected = _reader(terms, "quantity")
    for window in windows:
        found = grouped.get(window, [])
        if not found:
            job.leave(terms.id, NO_INSPECTION, str(window))
        for name, (definition, bound, least) in asked.items():
            level = _level(definition, found, window, job.as_of)
            if level is None or (level >= bound if least else level <= bound):
                continue
            bad = sum((fraction(rejected(one)[0]) for one in found), Fraction(0))
            lines = {line.id: line for line in worth.get(window, [])}.values()
            value = sum((fraction(line_amount(line)) for line in lines), Fraction(0))
            facts = tuple(sorted(f"inspections/{one.id}" for one in found))
            breach = _below(job, terms, window, level, bound)
            job.add(
                attrs.evolve(breach, subject=f"{name}{window}", facts=facts, quantity=bad, value=value, whole=value)
            )


def _received(job: Job) -> Iterable[tuple[Receipt, OrderLine]]:
    for receipt in job.ledger.receipts:
        line = job.lines_by_id.get(receipt.order_line)
        if line is not None and not receipt.wrong_item:
            yield receipt, line


def check_service_levels(job: Job, given: GivenLevels) -> None:
    """Add the windows whose level is too low: of deliveries, or given from elsewhere."""
    for start, end, terms in job.spans(ServiceLevelTerms):
        windows = [window for window, _ in job.windows(terms.per, start, end) if job.is_over(window)]
        if terms.source == "given":
            _check_given(job, terms, windows, given.get(terms.id, {}))
        else:
            for first, after, delivery in job.spans(DeliveryTerms):
                inside = [one for one in windows if first <= one.start < after]
                _check_deliveries(job, terms, delivery, inside)


def _check_given(
    job: Job, terms: ServiceLevelTerms, windows: Iterable[Period], levels: Mapping[date, Fraction]
) -> None:
    windows = list(windows)
    lines = [
        line
        for line in job.ledger.invoice_lines
        if line.supplier == job.supplier
        and line.customer == job.contract.customer
        and job.is_about(line.order_line, line.item, line.invoiced_on)
    ]
    billed = _grouped(windows, ((line.invoiced_on, line) for line in lines))
    for window in windows:
        level = levels.get(window.start)
        if level is None:
            job.leave(terms.id, NO_LEVEL, str(window))
        elif level < terms.least:
            inside = billed.get(window, [])
            for line in inside:
                job.check_currency(line.amount, f"invoice_lines/{line.id}")
            names = [f"invoice_lines/{line.id}" for line in inside]
            value = sum((Fraction(line.amount.amount) for line in inside), Fraction(0))
            breach = _below(job, terms, window, fraction(level), terms.least)
            job.add(attrs.evolve(breach, facts=tuple(sorted(names)), value=value, whole=value))


def _check_deliveries(job: Job, terms: ServiceLevelTerms, delivery: DeliveryTerms, windows: Iterable[Period]) -> None:
    """Hold the lines that were promised in each window against the level, by the measure of delivery performance."""
    definition = DeliveryPerformance(
        id="otif",
        promise=delivery.promise,
        early_days=delivery.early_days,
        late_days=delivery.late_days,
        calendar=delivery.calendar,
        under_tolerance=delivery.under_tolerance,
        over_tolerance=delivery.over_tolerance,
        excused_faults=delivery.excused_faults,
    )
    windows = list(windows)
    promised = ((promise_of(line, delivery.promise), line) for line in job.lines)
    grouped = _grouped(windows, ((day, line) for day, line in promised if day is not None))
    for window in windows:
        lines = grouped.get(window, [])
        facts: list[Fact] = []
        for line in lines:
            facts += [line, *job.receipts_of(line.id), *job.delays.get(line.id, ())]
        if any(job.as_of <= last_day(job, delivery, line) for line in lines):
            continue  # a line that may still come in time may still lift the level
        level = _level(definition, facts, window, job.as_of)
        if level is None:
            job.leave(terms.id, NO_LEVEL, str(window))
        elif level < terms.least:
            for line in lines:
                job.check_currency(line.unit_price, f"order_lines/{line.id}")
            value = sum((fraction(line_amount(line)) for line in lines), Fraction(0))
            names = [f"order_lines/{line.id}" for line in lines]
            breach = _below(job, terms, window, level, terms.least)
            job.add(attrs.evolve(breach, facts=tuple(sorted(names)), value=value, whole=value))


def _level(definition: Measure, facts: Iterable[Fact], window: Period, as_of: date) -> Fraction | None:
    """Return what a measure says of a window; `None` where it has no data."""
    found = measure([definition], Ledger(facts), by="total", period=window, as_of=as_of)
    return found[0].value if found else None


def _grouped(windows: Iterable[Period], dated: Iterable[tuple[date, _Dated]]) -> dict[Period, list[_Dated]]:
    """Sort what has a day into windows, which follow each other."""
    ordered = sorted(windows, key=lambda window: window.start)
    starts = [window.start for window in ordered]
    grouped: dict[Period, list[_Dated]] = {}
    for day, one in dated:
        place = bisect_right(starts, day) - 1
        if place >= 0 and day < ordered[place].end:
            grouped.setdefault(ordered[place], []).append(one)
    return grouped


def _below(
    job: Job, clause: QualityTerms | ServiceLevelTerms, window: Period, level: Fraction, bound: Fraction
) -> Breach:
    """Return the breach of a window whose level is not reached; it stands on the last day of the window."""
    return Breach(
        kind="quality_below_standard" if isinstance(clause, QualityTerms) else "service_level_missed",
        clause=clause.id,
        debtor=job.supplier,
        creditor=job.payer,
        on=add_days(window.end, -1),
        governed_on=window.start,
        subject=str(window),
        facts=(),
        agreed=bound,
        actual=level,
    )
