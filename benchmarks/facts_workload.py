"""The facts that the measures are timed on: order lines with receipts, and inspections, from a seeded generator."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from supplychain_rules import Money, Period
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import DeliveryPerformance, Measure, QualityPassRate, Spend

__all__ = ["AS_OF", "MEASURES", "PERIOD", "Fact", "make_facts", "make_rows"]

Fact = OrderLine | Receipt | Inspection

PERIOD = Period.year(2025)
AS_OF = date(2026, 6, 1)

#: On time in full within a window, pass rate, and spend: two of the three read every order line.
MEASURES: tuple[Measure, ...] = (
    DeliveryPerformance(id="otif", early_days=5, late_days=2),
    QualityPassRate(id="quality"),
    Spend(id="spend"),
)

_SUPPLIERS = 200
_ITEMS = 50
_PRICES = tuple(Money(price, "EUR") for price in ("0.35", "2.50", "19.99", "104"))


def make_facts(count: int, *, seed: int = 1) -> list[Fact]:
    """Return facts: of ten, four order lines, four receipts, two inspections."""
    return list(_facts(count, random.Random(seed)))  # noqa: S311  a workload, not a secret


def _facts(count: int, rng: random.Random) -> Iterator[Fact]:
    begin = date(2025, 1, 1)
    for number in range(count * 4 // 10):
        ordered_on = begin + timedelta(days=rng.randrange(300))
        promised_on = ordered_on + timedelta(days=20)
        quantity = rng.randrange(1, 100)
        yield OrderLine(
            id=f"L{number}",
            supplier=f"S{rng.randrange(_SUPPLIERS)}",
            item=f"I{rng.randrange(_ITEMS)}",
            quantity=quantity,
            unit_price=rng.choice(_PRICES),
            ordered_on=ordered_on,
            promised_on=promised_on,
        )
        received = quantity if rng.random() < 0.9 else rng.randrange(1, 100)
        yield Receipt(
            id=f"R{number}",
            order_line=f"L{number}",
            received_on=promised_on + timedelta(days=rng.randrange(-6, 5)),
            quantity=received,
        )
    for number in range(count * 2 // 10):
        yield Inspection(
            id=f"Q{number}",
            supplier=f"S{rng.randrange(_SUPPLIERS)}",
            item=f"I{rng.randrange(_ITEMS)}",
            inspected=100,
            rejected=rng.randrange(5),
            inspected_on=begin + timedelta(days=rng.randrange(340)),
        )


def make_rows(count: int, *, seed: int = 2) -> list[dict[str, str]]:
    """Return rows of order lines as a CSV reader gives them: everything is text."""
    rng = random.Random(seed)  # noqa: S311  as above
    begin = date(2025, 1, 1)
    rows = []
    for number in range(count):
        ordered_on = begin + timedelta(days=rng.randrange(300))
        rows.append(
            {
                "line": f"{number:07}",
                "vendor": f"S{rng.randrange(_SUPPLIERS)}",
                "material": f"I{rng.randrange(_ITEMS)}",
                "qty": str(rng.randrange(1, 100)),
                "price": rng.choice(("0.35", "2.50", "19.99", "104")),
                "ordered": ordered_on.isoformat(),
                "promised": (ordered_on + timedelta(days=20)).isoformat(),
                "plant": rng.choice(("", "P1", "P2")),
            }
        )
    return rows
