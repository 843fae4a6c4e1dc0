"""What a breach costs: damages by day, week, unit and part, caps and grace, rounding points, and the other remedies."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from contract_makers import agreed, breach, eur, inspected, invoiced, paid
from delivery_makers import due, got, line

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.contracts import (
    AgreedPrice,
    Breach,
    CreditTier,
    DeliveryTerms,
    LateInterest,
    LiquidatedDamages,
    PaymentTerms,
    PriceReduction,
    PriceTerms,
    QualityTerms,
    Remedy,
    ReworkCost,
    ServiceCredits,
    ServiceLevelTerms,
    VolumeTerms,
    remedy,
)
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.money import Money

JANUARY = date(2026, 1, 15)


def damages(**choices: Any) -> LiquidatedDamages:  # noqa: ANN401  any choice
    return LiquidatedDamages(**({"id": "ld", "breaches": ["late_delivery"]} | choices))


def late(*facts: Any, price: str = "100", **choices: Any) -> Breach:  # noqa: ANN401  facts and choices of any kind
    """Return the breach of a line of ten at a price."""
    return breach(agreed(DeliveryTerms(id="delivery", **choices)), [line(price=price), *facts], as_of=due(40))


def cost(clause: Remedy, found: Breach) -> Money:
    due_of = remedy(clause, found, currency="EUR")
    assert due_of is not None
    return due_of.amount


# Damages by time


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"amount": eur(50)}, 500),
        ({"rate": "0.005"}, 50),
        ({"rate": "0.005", "base": "whole"}, 50),
        ({"rate": "0.01", "per": "week_started"}, 20),
        ({"amount": eur(70), "per": "week_started"}, 140),
        ({"rate": "0.1", "per": "breach"}, 100),
        ({"amount": eur(99), "per": "breach"}, 99),
        ({"amount": eur(3), "per": "unit"}, 30),
        ({"rate": "0.02", "per": "unit"}, 20),
        ({"amount": eur("0.5"), "per": "unit_day"}, 50),
        ({"rate": "0.001", "per": "unit_day"}, 10),
    ],
)
def test_damages_for_a_line_of_1000_that_came_ten_days_late(choices: dict[str, Any], expected: int) -> None:
    assert eur(expected) == cost(damages(**choices), late(got(10)))


def test_each_late_part_bears_its_own_days_and_the_whole_bears_those_of_the_last() -> None:
    found = late(got(0, 4), got(5, 3), got(10, 3))

    assert eur(45) == cost(damages(rate="0.01"), found)
    assert eur(100) == cost(damages(rate="0.01", base="whole"), found)
    due_of = remedy(damages(rate="0.01"), found, currency="EUR")
    assert due_of is not None
    assert "5 days x 0.01 x 300 + 10 days x 0.01 x 300 = 45" == due_of.formula.en
    assert "5 天 x 0.01 x 300 + 10 天 x 0.01 x 300 = 45" == due_of.formula.zh


def test_units_and_days_of_each_part_are_multiplied() -> None:
    assert eur(45) == cost(damages(amount=eur(1), per="unit_day"), late(got(0, 4), got(5, 3), got(10, 3)))


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"grace_days": 3}, 70),
        ({"grace_days": 3, "grace": "waiting"}, 100),
        ({"grace_days": 10}, 0),
        ({"grace_days": 10, "grace": "waiting"}, 0),
        ({"counted_from": "promise"}, 120),
        ({"calendar": WorkCalendar()}, 60),
    ],
)
def test_grace_start_and_calendar_decide_how_many_days_count(choices: dict[str, Any], expected: int) -> None:
    # Two days are allowed, and it came twelve days after the promise, a Tuesday: from Thursday to Sunday week.
    assert eur(expected) == cost(damages(amount=eur(10), **choices), late(got(12), late_days=2))


# Caps


@pytest.mark.parametrize(
    ("choices", "expected", "capped"),
    [
        ({"cap": eur(400)}, 400, True),
        ({"cap": eur(500)}, 500, False),
        ({"cap_share": "0.05"}, 50, True),
        ({"cap": eur(40), "cap_share": "0.05"}, 40, True),
    ],
)
def test_a_cap_bounds_what_a_breach_costs(choices: dict[str, Any], expected: int, capped: bool) -> None:  # noqa: FBT001  a parameter
    due_of = remedy(damages(amount=eur(50), **choices), late(got(10)), currency="EUR")

    assert due_of is not None
    assert (eur(expected), capped) == (due_of.amount, due_of.capped)
    assert capped == ("capped at" in due_of.formula.en)


def test_rounding_never_lifts_an_amount_above_its_cap() -> None:
    capped = damages(rate="1", per="breach", cap_share="0.9999", rounding="ceil")

    assert eur("0.33") == cost(capped, late(got(10), price="0.0335"))


# Rounding


def test_each_day_may_be_rounded_before_it_is_multiplied() -> None:
    found = late(got(10), price="1.11")

    assert eur("0.33") == cost(damages(rate="0.003"), found)
    assert eur("0.30") == cost(damages(rate="0.003", rounding_point="day"), found)
    assert eur("0.40") == cost(damages(rate="0.003", rounding_point="day", rounding="ceil"), found)


def test_a_currency_without_small_units_is_rounded_to_whole_ones() -> None:
    yen = DeliveryTerms(id="delivery")
    found = breach(agreed(yen, currency="JPY"), [line(unit_price=Money(101, "JPY")), got(10)], as_of=due(40))
    due_of = remedy(damages(rate="0.0005"), found, currency="JPY")

    assert due_of is not None
    assert (Money(5, "JPY"), Fraction(101, 20)) == (due_of.amount, due_of.exact)


# Other remedies


def test_a_service_credit_is_that_of_the_lowest_tier_the_level_lies_below() -> None:
    tiers = [CreditTier(below="0.95", credit="0.05"), CreditTier(below="0.8", credit="0.10")]
    credit = ServiceCredits(id="credits", breaches=["service_level_missed"], tiers=tiers)
    contract = agreed(ServiceLevelTerms(id="level", least="0.95", source="given"))
    bill = invoiced(700, JANUARY, line=None)

    def at(level: str) -> Money:
        levels = {"level": {date(2026, 1, 1): Fraction(level), date(2026, 2, 1): Fraction(1)}}
        return cost(credit, breach(contract, [bill], levels=levels))

    assert [eur(35), eur(35), eur(70)] == [at("0.94"), at("0.8"), at("0.79")]


def test_a_price_reduction_is_a_share_of_what_the_rejects_are_worth() -> None:
    terms = QualityTerms(id="quality", lots_must_pass=True)
    facts = [line("L1", 100, price="3"), inspected(4, JANUARY, order_line="L1")]
    reduction = PriceReduction(id="reduction", breaches=["lot_below_standard"], rate="0.25")

    assert eur(3) == cost(reduction, breach(agreed(terms), facts))


def test_a_price_above_the_terms_is_reduced_by_the_difference() -> None:
    terms = PriceTerms(id="price", prices=[AgreedPrice(item="bolt", price=eur(2))])
    found = breach(agreed(terms), [line(), invoiced("23.50", JANUARY)])
    reduction = PriceReduction(id="reduction", breaches=["price_above_terms"], by="difference")
    due_of = remedy(reduction, found, currency="EUR")

    assert due_of is not None
    assert (eur("3.50"), "23.5 - 20 = 3.5") == (due_of.amount, due_of.formula.en)


def test_rework_costs_the_agreed_rate_for_each_reject_and_a_fixed_sum() -> None:
    found = breach(agreed(QualityTerms(id="quality", lots_must_pass=True)), [inspected(4, JANUARY)])
    rework = ReworkCost(id="rework", breaches=["lot_below_standard"], unit_rate=eur("1.25"), fixed=eur(30))

    assert eur(35) == cost(rework, found)


@pytest.mark.parametrize(
    ("day_count", "expected"),
    [("act/365", "0.99"), ("act/360", "1.00"), ("30/360", "1.00"), ("30e/360", "1.00")],
)
def test_late_interest_runs_from_the_due_day_on_each_payment(day_count: Any, expected: str) -> None:  # noqa: ANN401  a word
    contract = agreed(PaymentTerms(id="payment", net_days=30))
    facts = [line(), invoiced(300, date(2026, 1, 10)), paid(100, date(2026, 2, 19)), paid(200, date(2026, 3, 6))]
    found = breach(contract, facts, as_of=date(2026, 6, 1))

    # 100 for 10 days and 200 for 25 days are 6,000 euro days; by months of 30 days 100 x 10 + 200 x 27 = 6,400.
    clause = LateInterest(id="interest", rate="0.06", day_count=day_count)
    days = 6400 if day_count.startswith("30") else 6000
    exact = Fraction(6, 100) * Fraction(days, 365 if day_count == "act/365" else 360)
    due_of = remedy(clause, found, currency="EUR")
    assert due_of is not None
    assert exact == due_of.exact
    assert eur(expected if days == 6000 else "1.07") == due_of.amount


def test_a_fixed_sum_for_collecting_comes_on_top_of_the_interest() -> None:
    contract = agreed(PaymentTerms(id="payment", net_days=30))
    found = breach(contract, [line(), invoiced(365, date(2026, 1, 10)), paid(365, date(2026, 2, 19))])

    clause = LateInterest(id="interest", rate="0.10", day_count="act/365", fixed=eur(40))
    assert eur(41) == cost(clause, found)


def test_damages_for_a_missed_minimum_are_a_share_of_the_shortfall() -> None:
    contract = agreed(VolumeTerms(id="volume", per="quarter", minimum=50, unit_price=eur(3)))
    found = breach(contract, [line()], as_of=date(2026, 4, 1))

    assert eur(60) == cost(damages(breaches=["minimum_missed"], rate="0.5", per="unit"), found)
    assert eur(80) == cost(damages(breaches=["minimum_missed"], amount=eur(2), per="unit"), found)


# What cannot be said, and what is refused


@pytest.mark.parametrize(
    "clause",
    [
        PriceReduction(id="reduction", breaches=["lot_below_standard"], rate="0.25"),
        ReworkCost(id="rework", breaches=["lot_below_standard"], unit_rate=eur(1), cap_share="0.5"),
        LiquidatedDamages(id="ld", breaches=["lot_below_standard"], rate="0.1", per="breach"),
        LiquidatedDamages(id="ld", breaches=["lot_below_standard"], amount=eur(1), per="unit", cap_share="0.5"),
    ],
)
def test_what_nobody_knows_the_worth_of_costs_nobody_knows_how_much(clause: Remedy) -> None:
    found = breach(agreed(QualityTerms(id="quality", lots_must_pass=True)), [inspected(4, JANUARY)])

    assert remedy(clause, found, currency="EUR") is None


def test_a_remedy_for_another_breach_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="ld is no remedy for this breach"):
        remedy(damages(amount=eur(1), of=["other"]), late(got(10)), currency="EUR")


def test_a_currency_without_smallest_unit_cannot_be_rounded_to() -> None:
    with pytest.raises(InvalidValueError, match="no smallest unit"):
        remedy(damages(amount=eur(1)), late(got(10)), currency="XAU")


def test_a_formula_of_very_many_parts_says_how_many() -> None:
    parts = [got(day, "0.1") for day in range(1, 90)]
    contract = agreed(DeliveryTerms(id="delivery"))
    found = breach(contract, [line(price="100"), *parts], as_of=due(100))
    due_of = remedy(damages(rate="0.01"), found, currency="EUR")

    assert due_of is not None
    assert due_of.formula.en.startswith("90 parts = ")
