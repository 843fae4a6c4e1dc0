"""What the customer benchmark runs on: purchase lines from a seeded generator, the rule set, and the facts.

Customers differ: how often each buys and how much it spends follow gamma distributions; each comes on a day of its own
and stays for a time of its own, within two years.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final

import numpy as np
import polars as pl

import supplychain_rules as sr
from supplychain_rules import Ledger, Money
from supplychain_rules.customers import (
    TierCondition,
    TierLevel,
    TierMeasure,
    TierPolicy,
    TierValidity,
    TierWindow,
    rfm_rules,
    tier_rules,
)
from supplychain_rules.facts.billing import CreditNote, InvoiceLine

__all__ = ["AS_OF", "OUTPUTS", "TIERS", "customer_policy", "make_ledger", "make_lines"]

AS_OF: Final = date(2026, 1, 1)

#: How many days the lines reach back.
_DAYS: Final = 730

#: Lines of a customer, on average.
_LINES_EACH: Final = 10

_CENT: Final = Decimal("0.01")

#: Every so many lines one is credited, half of it.
_CREDITED: Final = 20

#: The tiers above `basic`, the best first, with the money from which each is earned.
TIERS: Final = {"platinum": 2_000, "gold": 800, "silver": 300}

#: What is decided for each customer.
OUTPUTS: Final = ("recency", "frequency", "money", "code", "segment", "earned")


def make_lines(count: int, *, seed: int = 20260101) -> pl.DataFrame:
    """Return purchase lines as a warehouse holds them, unsorted: customer, day, and money as a decimal."""
    rng = np.random.default_rng(seed)
    customers = max(1, count // _LINES_EACH)
    ends = np.cumsum(rng.gamma(0.8, size=customers))
    customer = np.minimum(np.searchsorted(ends, rng.random(count) * ends[-1], side="right"), customers - 1)
    came = rng.integers(0, _DAYS, size=customers)
    stayed = np.minimum(rng.exponential(300, size=customers), _DAYS - 1 - came)
    day = came[customer] + (rng.random(count) * (stayed[customer] + 1)).astype(np.int64)
    spends = rng.gamma(2, 2_000, size=customers)
    cents = 1 + (rng.gamma(2, size=count) * spends[customer]).astype(np.int64)
    begin = (AS_OF - timedelta(days=_DAYS) - date(1970, 1, 1)).days
    return pl.DataFrame(
        {
            "customer": customer.astype(np.int32),
            "invoiced_on": pl.Series(np.minimum(day, _DAYS - 1).astype(np.int32) + begin).cast(pl.Date),
            "amount": pl.Series(cents).cast(pl.Decimal(14, 0)),
        }
    ).with_columns((pl.col("amount") * pl.lit("0.01").cast(pl.Decimal(2, 2))).cast(pl.Decimal(12, 2)))


def customer_policy() -> sr.Policy:
    """Return RFM classes, code and segment, and the tier that the money earns, as one rule set.

    Both are made apart; the tiers' step reads an input that the other declares, so one pass decides both.
    """
    upper = [TierLevel(id=name, all_of=[TierCondition(measure="monetary", at_least=at)]) for name, at in TIERS.items()]
    tiers = TierPolicy(
        id="club",
        version="1",
        measures=[TierMeasure(id="monetary")],
        levels=[*upper, TierLevel(id="basic")],
        window=TierWindow(kind="lifetime"),
        validity=TierValidity(kind="lifetime"),
    )
    rules = rfm_rules()
    return sr.load_policy(rules | {"steps": [*rules["steps"], *tier_rules(tiers)["steps"]]})


def make_ledger(lines: pl.DataFrame) -> Ledger:
    """Return the lines as facts, with a credit note for one in twenty."""
    return Ledger(_facts(lines))


def _facts(lines: pl.DataFrame) -> Iterator[InvoiceLine | CreditNote]:
    for number, (customer, day, amount) in enumerate(lines.iter_rows()):
        yield InvoiceLine(
            id=f"I{number}/1",
            invoice=f"I{number}",
            supplier="us",
            customer=f"C{customer}",
            quantity=1,
            amount=Money(amount, "EUR"),
            invoiced_on=day,
        )
        half = (amount / 2).quantize(_CENT, ROUND_DOWN)
        if number % _CREDITED == 0 and half:
            yield CreditNote(
                id=f"N{number}",
                customer=f"C{customer}",
                invoice=f"I{number}",
                amount=Money(half, "EUR"),
                credited_on=day,
            )
