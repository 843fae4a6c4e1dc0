"""Drawn facts about customers, and their rows as tables: purchases, returns, contacts, complaints, and who is known."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from supplychain_rules.facts.billing import CreditNote, InvoiceLine
from supplychain_rules.facts.care import Complaint, Interaction
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Customer
from supplychain_rules.values.money import Money

__all__ = ["CUSTOMER_IDS", "customer_facts", "customer_frames", "moments"]

CUSTOMER_IDS = ("C1", "C2", "C3", "C4")
_START = date(2026, 1, 1)

#: Days of facts, few enough that several fall on one day.
moments = st.integers(0, 40).map(lambda count: _START + timedelta(days=count))
_lags = st.sampled_from((0, 0, 0, 1, 20)).map(lambda count: timedelta(days=count))
_who = st.sampled_from(CUSTOMER_IDS)
_money = st.sampled_from(("0", "0.01", "9.99", "120", "100000.5")).map(lambda amount: Money(amount, "EUR"))
_maybe_money = st.none() | _money


@st.composite
def customer_facts(draw: st.DrawFn) -> list[Fact]:
    """Draw facts of every kind that a profile on frames reads, some known later than they happened."""
    facts: list[Fact] = [Customer(id=name) for name in draw(st.sets(_who))]
    costed = draw(st.booleans())
    for number in range(draw(st.integers(0, 12))):
        day = draw(moments)
        line = InvoiceLine(
            id=f"I{number}",
            invoice=f"I{number}",
            supplier="us",
            customer=draw(st.none() | _who),
            quantity=1,  # type: ignore[arg-type]  # wrong on purpose
            amount=draw(_money),
            cost=draw(_money if costed else _maybe_money),
            invoiced_on=day,
            known_on=day + draw(_lags),
        )
        facts.append(line)
    for number in range(draw(st.integers(0, 4))):
        day = draw(moments)
        facts.append(
            CreditNote(
                id=f"N{number}", customer=draw(_who), amount=draw(_money), credited_on=day, known_on=day + draw(_lags)
            )
        )
    for number in range(draw(st.integers(0, 4))):
        day = draw(moments)
        facts.append(
            Interaction(
                id=f"X{number}",
                customer=draw(_who),
                channel="visit",
                kind="offer",
                direction="outbound",
                cost=draw(_maybe_money),
                happened_on=day,
                known_on=day + draw(_lags),
            )
        )
    for number in range(draw(st.integers(0, 4))):
        day = draw(moments)
        facts.append(
            Complaint(
                id=f"B{number}",
                customer=draw(_who),
                kind="late",
                cost=draw(_maybe_money),
                opened_on=day,
                closed_on=draw(st.none() | st.integers(0, 30).map(lambda count, day=day: day + timedelta(days=count))),
                known_on=day + draw(_lags),
            )
        )
    return facts


_MONEY = pl.Decimal(18, 4)
_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "invoice_lines": {
        "customer": pl.String,
        "amount": _MONEY,
        "cost": _MONEY,
        "invoiced_on": pl.Date,
        "known_on": pl.Date,
    },
    "credit_notes": {"customer": pl.String, "amount": _MONEY, "credited_on": pl.Date, "known_on": pl.Date},
    "interactions": {"customer": pl.String, "cost": _MONEY, "happened_on": pl.Date, "known_on": pl.Date},
    "complaints": {
        "customer": pl.String,
        "cost": _MONEY,
        "opened_on": pl.Date,
        "closed_on": pl.Date,
        "known_on": pl.Date,
    },
    "customers": {"id": pl.String},
}


def customer_frames(ledger: Ledger) -> dict[str, pl.DataFrame]:
    """Return the facts in force as a frame of Polars for each kind."""
    return {
        kind: pl.DataFrame([_row(fact, schema) for fact in getattr(ledger, kind)], schema=schema, orient="row")
        for kind, schema in _SCHEMAS.items()
    }


def _row(fact: Fact, schema: Mapping[str, Any]) -> dict[str, Any]:
    values = {column: getattr(fact, column) for column in schema}
    return {column: value.amount if isinstance(value, Money) else value for column, value in values.items()}
