"""The sample customers of `customer_tiers.py`: what a small coffee roaster sold on account, and what was paid.

Forty customers, 2024-07-01 to 2025-12-31: some buy every week and some once, some pay late and some not at all, a few
come back after a long time, and half of them may be written to. Written by `make_sample_data.py` beside its own world.
Only `Random.random()` is drawn, and all money is whole cents.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

import attrs

__all__ = ["CUSTOMER_COLUMNS", "customer_files"]

FIRST_DAY: Final = date(2024, 7, 1)
LAST_DAY: Final = date(2025, 12, 31)

#: How many days an invoice may wait.
TERMS: Final = 30

#: The columns of each file, its header.
CUSTOMER_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "customer_purchases.csv": (
        "line_id",
        "invoice",
        "customer_id",
        "quantity",
        "amount",
        "currency",
        "invoiced_on",
        "due_on",
    ),
    "customer_payments.csv": ("payment_id", "invoice", "amount", "currency", "paid_on"),
    "customer_consents.csv": ("consent_id", "customer_id", "channel", "purpose", "given_on", "withdrawn_on"),
}


@attrs.frozen(kw_only=True)
class _Habit:
    """How a kind of customer buys and pays."""

    #: Days between two purchases, give or take half of them.
    every: int
    #: Cents of a purchase, give or take half of them.
    cents: int
    #: Invoices in a hundred that are paid late, and that are not paid at all.
    late: int = 10
    unpaid: int = 2
    #: Days after the first and before the last one on which such a customer buys; None is to the end.
    until: int | None = None


_HABITS: Final = (
    _Habit(every=12, cents=2600, late=5),
    _Habit(every=24, cents=2900),
    _Habit(every=35, cents=3600, late=35, unpaid=8),
    _Habit(every=60, cents=4500),
    _Habit(every=75, cents=6200, late=50, unpaid=15),
    _Habit(every=28, cents=2700, until=300),
    _Habit(every=150, cents=1900),
    _Habit(every=900, cents=2400),
)

#: How many customers there are: five of each habit.
_CUSTOMERS: Final = 40


def customer_files(seed: int) -> dict[str, str]:
    """Return the text of every file by its name; another seed makes other customers."""
    random = Random(seed)  # noqa: S311  a sample needs a sequence that repeats, not one that surprises
    rows: dict[str, list[tuple[str, ...]]] = {name: [columns] for name, columns in CUSTOMER_COLUMNS.items()}
    for number in range(_CUSTOMERS):
        customer = f"{number + 1:04}"
        habit = _HABITS[number % len(_HABITS)]
        for day in _days(random, habit):
            _sell(random, rows, customer, habit, day)
        _ask(random, rows["customer_consents.csv"], customer)
    rows["customer_purchases.csv"].insert(70, ("L90001", "R90001", "0003", "2", "39,80", "EUR", "2025-02-10", ""))
    rows["customer_purchases.csv"].insert(150, ("L90002", "R90002", "0009", "1", "19.90", "EUR", "2025-02-30", ""))
    return {name: _text(lines) for name, lines in rows.items()}


def _days(random: Random, habit: _Habit) -> Iterator[date]:
    first = FIRST_DAY + timedelta(days=_between(random, 0, min(habit.every, 400)))
    last = LAST_DAY if habit.until is None else first + timedelta(days=habit.until)
    day = first
    while day <= last:
        yield day
        day += timedelta(days=_between(random, max(1, habit.every // 2), habit.every * 3 // 2))


def _sell(random: Random, rows: dict[str, list[tuple[str, ...]]], customer: str, habit: _Habit, day: date) -> None:
    """Write an invoice of one or two lines, and what was paid on it by the last day."""
    sold, paid = rows["customer_purchases.csv"], rows["customer_payments.csv"]
    invoice, due = f"R{10_000 + len(sold)}", day + timedelta(days=TERMS)
    whole = 0
    for _ in range(1 + (random.random() < 0.2)):
        cents = _between(random, habit.cents // 2, habit.cents * 3 // 2)
        line = (f"L{10_000 + len(sold)}", invoice, customer, str(1 + cents // 1200), _euros(cents), "EUR")
        sold.append((*line, str(day), str(due)))
        whole += cents
    if random.random() * 100 < habit.unpaid:
        return
    late = random.random() * 100 < habit.late
    paid_on = due + timedelta(days=_between(random, 5, 80) if late else -_between(random, 0, 20))
    if paid_on <= LAST_DAY:
        paid.append((f"Z{10_000 + len(paid)}", invoice, _euros(whole), "EUR", str(paid_on)))


def _ask(random: Random, consents: list[tuple[str, ...]], customer: str) -> None:
    """Ask a customer for consent; some withdraw it later."""
    for channel, purpose, chance in (("email", "service", 80), ("email", "marketing", 50), ("phone", "marketing", 30)):
        if random.random() * 100 < chance:
            given = FIRST_DAY + timedelta(days=_between(random, 0, 90))
            ends = str(given + timedelta(days=200)) if random.random() < 0.1 else ""
            identity = f"E{10_000 + len(consents)}"
            consents.append((identity, customer, channel, purpose, str(given), ends))


def _between(random: Random, low: int, high: int) -> int:
    return low + int(random.random() * (high - low + 1))


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _text(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
