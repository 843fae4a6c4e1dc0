"""Whether the papers are there: certificates without a gap, and those that come with each delivery in time."""

from collections import defaultdict
from datetime import date, timedelta
from typing import TypeAlias

from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures.arrivals import came, shifted
from supplychain_rules.partnership.contracts.breaches import Breach
from supplychain_rules.partnership.contracts.job import Job
from supplychain_rules.partnership.contracts.terms import DocumentTerms

__all__ = ["check_documents"]


#: The day whose clauses count, the first day without a paper, until when, and whether it still lacks.
_Days: TypeAlias = tuple[date, date, date, bool]


def check_documents(job: Job) -> None:
    """Add the days without a certificate that must be held, and the deliveries whose papers are late or missing."""
    held: dict[str, list[Certificate]] = defaultdict(list)
    of_line: dict[tuple[str, str], list[Certificate]] = defaultdict(list)
    for found in job.ledger.certificates:
        if found.supplier == job.supplier and found.order_line is not None:
            of_line[found.kind, found.order_line].append(found)
        elif found.supplier == job.supplier:
            held[found.kind].append(found)
    for start, end, terms in job.spans(DocumentTerms):
        for kind in sorted(terms.held):
            _check_held(job, terms, kind, held.get(kind, []), (start, end))
        for kind in sorted(terms.with_delivery):
            for line in job.lines:
                if start <= line.ordered_on < end:
                    _check_line(job, terms, kind, line, of_line.get((kind, line.id), []))


def _check_held(
    job: Job, terms: DocumentTerms, kind: str, certificates: list[Certificate], span: tuple[date, date]
) -> None:
    """Add each gap in the days from the start of a span to its end or the day of the report."""
    covered, end = span[0], min(span[1], _after(job.as_of))
    gaps: list[tuple[date, date]] = []
    for one in sorted(certificates, key=lambda found: (found.valid_from, found.id)):
        if one.valid_from > covered and covered < end:
            gaps.append((covered, min(one.valid_from, end)))
        covered = max(covered, one.valid_until or date.max)
    if covered < end:
        gaps.append((covered, end))
    for begun, until in gaps:
        facts = tuple(f"certificates/{one.id}" for one in certificates if (one.valid_until or date.max) <= begun)
        lacking = until - timedelta(days=1)  # the last day without, so that each day without counts once
        _add(job, terms, f"{kind} from {begun}", facts, (begun, begun, lacking, until > job.as_of))


def _check_line(job: Job, terms: DocumentTerms, kind: str, line: OrderLine, papers: list[Certificate]) -> None:
    """Add a delivery whose paper is not there by the last day allowed."""
    arrivals = [one for one in job.receipts_of(line.id) if came(one)]
    if not arrivals:
        return
    last = shifted(arrivals[0].received_on, terms.days, None)
    there = min((paper.known_on for paper in papers), default=None)
    until = job.as_of if there is None else there
    if until > last:
        facts = (f"order_lines/{line.id}", f"receipts/{arrivals[0].id}", *(f"certificates/{one.id}" for one in papers))
        _add(
            job, terms, f"{kind} of order_lines/{line.id}", facts, (line.ordered_on, _after(last), until, there is None)
        )


def _add(job: Job, terms: DocumentTerms, subject: str, facts: tuple[str, ...], days: _Days) -> None:
    governed, begun, until, is_open = days
    last = begun - timedelta(days=1) if begun > date.min else begun
    job.add(
        Breach(
            kind="missing_document",
            clause=terms.id,
            debtor=job.supplier,
            creditor=job.payer,
            on=begun,
            governed_on=governed,
            subject=subject,
            facts=facts,
            due_on=last,
            last_on=last,
            until=min(until, job.as_of),
            is_open=is_open,
        )
    )


def _after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day
