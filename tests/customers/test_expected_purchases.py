"""BG/NBD: the numbers of the paper, the model computed another way, and what is said of those who bought once.

Source: Fader, Hardie and Lee (2005): CDNOW, r = 0.243, alpha = 4.414, a = 0.793, b = 2.426 in weeks; a customer with
x = 2, t_x = 30.43, T = 38.86 is expected to buy 1.226 times in the next 39 weeks.
"""

import math
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from supplychain_rules import InvalidValueError, Ledger, Money
from supplychain_rules.customers import BgNbd, History, expected_purchases, profiles, purchase_history
from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.parties import Customer

CDNOW = BgNbd(r="0.243", alpha="4.414", a="0.793", b="2.426")  # type: ignore[arg-type]
PAPER = History(repeats=2, last="30.43", observed="38.86")  # type: ignore[arg-type]


def history(repeats: int, last: str, observed: str) -> History:
    return History(repeats=repeats, last=last, observed=observed)  # type: ignore[arg-type]


def test_the_customer_of_the_paper_is_expected_to_buy_1_226_times() -> None:
    assert Decimal("1.226") == expected_purchases(CDNOW, PAPER, ahead=39, decimals=3).purchases


def by_integral(x: int, last: float, seen: float, ahead: float) -> tuple[float, float]:
    """Compute the same by Euler's integral and floats: P(alive), and the purchases expected."""
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    alive = 1.0 if x == 0 else 1 / (1 + a / (b + x - 1) * ((alpha + seen) / (alpha + last)) ** (r + x))
    first, second, third, z = r + x, b + x, a + b + x - 1, ahead / (alpha + seen + ahead)
    # 2F1(A, B; C; z) with A and B exchanged, so that C > B does not depend on a: the integral over s = u ** power
    # takes the singular end away.
    power, steps = 24, 40_000
    total = 0.0
    for step in range(steps):
        u = (step + 0.5) / steps
        s = u**power
        total += (
            power
            * u ** (power - 1)
            * s ** (first - 1)
            * (1 - s) ** (third - first - 1)
            * (1 - z * s) ** -second
            / steps
        )
    beta = math.gamma(first) * math.gamma(third - first) / math.gamma(third)
    series = total / beta
    kept = ((alpha + seen) / (alpha + seen + ahead)) ** first * series
    return alive, third / (a - 1) * (1 - kept) * alive


@pytest.mark.parametrize("case", [(2, 30.43, 38.86, 39), (26, 30.86, 31.0, 10), (1, 1.71, 38.86, 100), (0, 0, 20, 39)])
def test_the_series_agrees_with_the_integral(case: tuple[int, float, float, float]) -> None:
    x, last, seen, ahead = case
    alive, purchases = by_integral(x, last, seen, ahead)

    found = expected_purchases(CDNOW, history(x, str(last), str(seen)), ahead=str(ahead), one_time="assumed_alive")

    assert found.alive is not None
    assert (pytest.approx(alive, abs=1e-4), pytest.approx(purchases, rel=1e-3)) == (
        float(found.alive),
        float(found.purchases),
    )


def test_nothing_ahead_is_nearly_nothing_and_more_time_is_more_purchases() -> None:
    found = [expected_purchases(CDNOW, PAPER, ahead=ahead, decimals=9).purchases for ahead in ("0.001", 1, 39, 390)]

    assert found == sorted(found)
    assert Decimal(0) < found[0] < Decimal("0.0001")


def test_a_long_silence_makes_a_frequent_customer_less_likely_to_be_one() -> None:
    silent, recent = (expected_purchases(CDNOW, history(20, last, "38.86"), ahead=39).alive for last in ("10", "38"))

    assert silent is not None
    assert recent is not None
    assert silent < Decimal("0.01") < Decimal("0.9") < recent


def test_a_customer_with_one_purchase_is_not_called_alive_without_saying_so() -> None:
    once = history(0, "0", "38.86")
    unknown = expected_purchases(CDNOW, once, ahead=39)
    assumed = expected_purchases(CDNOW, once, ahead=39, one_time="assumed_alive")

    assert (None, Decimal(1)) == (unknown.alive, assumed.alive)
    assert unknown.note is not None
    assert unknown.note == assumed.note
    assert "仅购买一次" in unknown.note.zh
    assert None is expected_purchases(CDNOW, PAPER, ahead=39).note


def test_a_history_is_read_from_a_profile_in_units_of_the_model() -> None:
    days = (date(1997, 1, 1), date(1997, 1, 1), date(1997, 1, 15), date(1997, 2, 5))
    facts = [
        InvoiceLine(
            id=f"I{n}",
            invoice=f"I{n}",
            supplier="us",
            customer="C1",
            quantity=1,  # type: ignore[arg-type]
            amount=Money("1", "USD"),
            invoiced_on=day,
        )
        for n, day in enumerate(days)
    ]
    found = profiles(Ledger([*facts, Customer(id="C2")]), as_of=date(1997, 2, 12), currency="USD")

    assert history(2, "5", "6") == purchase_history(found["C1"], CDNOW)
    assert None is purchase_history(found["C2"], CDNOW)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"alpha": 0}, "BgNbd.alpha is above zero"),
        ({"a": 1}, "BgNbd.a is exactly 1"),
        ({"a": "0.4", "b": "0.6"}, "BgNbd.a \\+ b is exactly 1"),
        ({"unit_days": 0}, "BgNbd.unit_days must be a whole number"),
    ],
)
def test_parameters_without_a_model_are_refused(given: dict[str, Any], message: str) -> None:
    fields: dict[str, Any] = {"r": "0.243", "alpha": "4.414", "a": "0.793", "b": "2.426"}
    with pytest.raises(InvalidValueError, match=message):
        BgNbd(**(fields | given))


@pytest.mark.parametrize(("repeats", "last", "observed"), [(-1, "0", "1"), (1, "2", "1"), (1, "0", "1"), (0, "1", "2")])
def test_a_history_that_cannot_have_been_is_refused(repeats: int, last: str, observed: str) -> None:
    with pytest.raises(InvalidValueError, match="History"):
        history(repeats, last, observed)


def test_a_time_that_cannot_be_computed_is_refused_and_never_runs_on() -> None:
    with pytest.raises(InvalidValueError, match="too far ahead to be computed"):
        expected_purchases(CDNOW, history(2, "1", "2"), ahead=10**9)
    with pytest.raises(InvalidValueError, match="the time ahead is above zero"):
        expected_purchases(CDNOW, PAPER, ahead=0)
    with pytest.raises(InvalidValueError, match="unknown treatment of one-time buyers"):
        expected_purchases(CDNOW, PAPER, ahead=1, one_time="alive")  # type: ignore[arg-type]
