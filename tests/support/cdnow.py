"""CDNOW as facts: every line of the master file an invoice line of its customer."""

from functools import cache
from pathlib import Path
from typing import Final

import pytest

from supplychain_rules import Ledger, Money
from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.values.dates import parse_date

__all__ = ["cdnow_ledger", "cdnow_lines", "needs_cdnow"]

_FILE: Final = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "cdnow" / "CDNOW_master.txt"

needs_cdnow = pytest.mark.skipif(not _FILE.exists(), reason="the shared data folder is not beside the checkout")


@cache
def cdnow_lines() -> tuple[tuple[str, str, str, str], ...]:
    """Return customer, day, CDs and dollars of every line, as they are written."""
    lines = [line.split() for line in _FILE.read_text("ascii").splitlines()]
    return tuple((line[0], line[1], line[2], line[3]) for line in lines if line and line[0].isdigit())


@cache
def cdnow_ledger() -> Ledger:
    """Return the lines as facts."""
    return Ledger(
        InvoiceLine(
            id=f"{number:06}",
            invoice=f"{customer} {day}",
            supplier="CDNOW",
            customer=customer,
            quantity=quantity,
            amount=Money(dollars, "USD"),
            invoiced_on=parse_date(f"{day[:4]}-{day[4:6]}-{day[6:]}"),
        )
        for number, (customer, day, quantity, dollars) in enumerate(cdnow_lines())
    )
