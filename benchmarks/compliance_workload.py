"""What the check of a contract is timed on: order lines with receipts and delays, and the contract about them."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from supplychain_rules import Ledger, Money
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.partnership.contracts import Contract, ContractParty, DeliveryTerms, LiquidatedDamages

__all__ = ["AS_OF", "DAMAGES", "TERMS", "contract", "make_ledger"]

AS_OF = date(2026, 3, 1)

#: Every choice of delivery terms that a line can be judged by.
TERMS = DeliveryTerms(
    id="delivery", early_days=5, late_days=2, under_tolerance="0.02", over_tolerance="0.05", excused_faults=["buyer"]
)

#: What a late line costs: each part for its own days, at most a twentieth of the line.
DAMAGES = LiquidatedDamages(id="ld", breaches=["late_delivery"], rate="0.002", cap_share="0.05")

_PRICES = tuple(Money(price, "EUR") for price in ("0.35", "2.50", "19.99", "104"))

#: Of a hundred lines: those that come in two parts, that come late by some days, and that are held up by us.
_IN_PARTS, _LATE, _HELD_UP = 10, 12, 3


def contract() -> Contract:
    """Return the contract of the supplier V7."""
    return Contract(
        id="C7",
        currency="EUR",
        valid_from=date(2025, 1, 1),
        valid_until=date(2026, 1, 1),
        parties=[ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer")],
        clauses=[TERMS, DAMAGES],
    )


def make_ledger(receipts: int, *, seed: int = 1) -> Ledger:
    """Return a ledger with so many receipts, and the lines and delays that belong to them."""
    return Ledger(_facts(receipts, random.Random(seed)))  # noqa: S311  a workload, not a secret


def _facts(receipts: int, rng: random.Random) -> Iterator[OrderLine | Receipt | Delay]:
    begin, made, number = date(2025, 1, 1), 0, 0
    while made < receipts:
        ordered_on = begin + timedelta(days=rng.randrange(365))
        promised_on = ordered_on + timedelta(days=20)
        quantity = rng.randrange(2, 100)
        name = f"L{number:07}"
        yield OrderLine(
            id=name,
            supplier="V7" if rng.random() < 0.95 else "V8",
            item=f"I{rng.randrange(50)}",
            quantity=quantity,
            unit_price=rng.choice(_PRICES),
            ordered_on=ordered_on,
            promised_on=promised_on,
        )
        chance = rng.randrange(100)
        shift = rng.randrange(-4, 3)
        if chance < _LATE:
            shift = rng.randrange(3, 30)
        elif chance == _LATE:
            shift = -9
        parts = [quantity]
        if rng.randrange(100) < _IN_PARTS:
            first = rng.randrange(1, quantity)
            parts = [first, quantity - first]
        elif chance == _LATE + 1:
            parts = [quantity * 2]
        for place, part in enumerate(parts[: receipts - made]):
            yield Receipt(
                id=f"R{made:07}",
                order_line=name,
                received_on=promised_on + timedelta(days=shift + 3 * place),
                quantity=Decimal(part),
            )
            made += 1
        if rng.randrange(100) < _HELD_UP:
            fault = rng.choice(("buyer", "supplier"))
            yield Delay(id=f"D{number:07}", order_line=name, days=4, fault=fault, recorded_on=promised_on)
        number += 1
