"""Volume rebates and surcharges: tiers, cliffs, steps, and what is refused."""

from collections.abc import Callable
from fractions import Fraction

import attrs
import pytest
from price_makers import eur

from supplychain_rules import InvalidValueError, Money
from supplychain_rules.partnership.prices import (
    RebateSchedule,
    RebateTier,
    SurchargeScale,
    SurchargeStep,
    SurchargeTable,
    rebate,
    rebate_cliffs,
    rebate_function,
    surcharge,
)

RATES = (RebateTier(at=100_000, rate="0.02"), RebateTier(at=200_000, rate="0.05"))
UNITS = (RebateTier(at=1_000, per_unit="0.10"), RebateTier(at=5_000, per_unit="0.25"))


def schedule(method: str, basis: str = "spend", tiers: object = RATES, **settings: object) -> RebateSchedule:
    return RebateSchedule(id="R", currency="EUR", basis=basis, method=method, tiers=tiers, **settings)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("method", "spend", "expected"),
    [
        ("all_units", "99999.99", "0"),
        ("all_units", "100000", "2000"),
        ("all_units", "250000", "12500"),
        ("incremental", "100000", "0"),
        ("incremental", "250000", "4500"),
    ],
)
def test_a_rebate_on_spend(method: str, spend: str, expected: str) -> None:
    assert eur(expected) == rebate(schedule(method), spend=eur(spend)).money


@pytest.mark.parametrize(("method", "expected"), [("all_units", "1500"), ("incremental", "650")])
def test_a_rebate_of_an_amount_per_unit(method: str, expected: str) -> None:
    given = rebate(schedule(method, "quantity", UNITS), spend=eur(30_000), quantity=6_000)

    assert eur(expected) == given.money


def test_a_rate_reached_by_quantity_is_a_share_of_the_spend_of_those_units() -> None:
    tiers = (RebateTier(at=1_000, rate="0.10"),)
    given = rebate(schedule("incremental", "quantity", tiers), spend=eur(30_000), quantity=3_000)

    assert eur(2_000) == given.money


def test_a_rebate_is_capped_by_a_line_of_its_own() -> None:
    given = rebate(schedule("all_units", cap=eur(10_000)), spend=eur(250_000))

    assert (eur(10_000), Fraction(-2_500)) == (given.money, given.lines[-1].value)
    assert "-2500  封顶" == given.explain("zh").splitlines()[1]


def test_a_rebate_says_how_much_is_missing_to_the_next_tier() -> None:
    given = rebate(schedule("all_units"), spend=eur(150_000))

    assert (RATES[0], Fraction(50_000)) == (given.reached, given.to_next)
    assert ("100000", "50000") == (given.to_dict()["reached"], given.to_dict()["to_next"])


def test_the_cliffs_of_all_units_say_from_where_it_pays_to_buy_more() -> None:
    cliffs = rebate_cliffs(schedule("all_units"))

    assert [
        (Fraction(100_000), Fraction(2_000), Fraction(98_000)),
        (Fraction(200_000), Fraction(6_000), Fraction(190_000) / Fraction("0.98")),
    ] == [(cliff.at, cliff.jump, cliff.cheaper_to_reach_from) for cliff in cliffs]


def test_an_incremental_rebate_has_no_cliff() -> None:
    assert () == rebate_cliffs(schedule("incremental"))


def test_the_cliffs_of_a_quantity_need_a_price() -> None:
    units = schedule("all_units", "quantity", UNITS)

    assert [(Fraction(1_000), Fraction(100), Fraction(980))] == [
        (cliff.at, cliff.jump, cliff.cheaper_to_reach_from) for cliff in rebate_cliffs(units, unit_price=5)
    ][:1]
    with pytest.raises(InvalidValueError, match=r"give unit_price="):
        rebate_cliffs(units)


def test_a_rate_reached_by_quantity_jumps_with_the_price_of_a_unit() -> None:
    (cliff, _second) = rebate_cliffs(schedule("all_units", "quantity"), unit_price="2")

    assert (Fraction(100_000), Fraction(4_000), Fraction(98_000)) == (
        cliff.at,
        cliff.jump,
        cliff.cheaper_to_reach_from,
    )


def test_the_function_of_a_schedule_is_the_schedule() -> None:
    for method in ("all_units", "incremental"):
        given = schedule(method, cap=eur(8_000))
        function = rebate_function(given)
        spends = (0, 99_999, 100_000, 150_000, 200_000, 250_000, 900_000)
        assert [rebate(given, spend=eur(spend)).money for spend in spends] == [
            eur(str(function.at(spend))) for spend in spends
        ]


@pytest.mark.parametrize(
    ("build", "what"),
    [
        pytest.param(lambda: schedule("all_units", tiers=RATES[::-1]), "the tiers of R do not rise", id="order"),
        pytest.param(lambda: schedule("all_units", tiers=()), "schedule R has no tier", id="no_tier"),
        pytest.param(lambda: schedule("all_units", tiers=UNITS), "pays per unit and counts spend", id="basis"),
        pytest.param(lambda: schedule("all_units", "quantity", (UNITS[0], RATES[1])), "mixes rates", id="mixed"),
        pytest.param(lambda: schedule("all_units", cap=Money(1, "USD")), "the cap of R must be in EUR", id="cap"),
        pytest.param(
            lambda: rebate(schedule("all_units"), spend=eur(1), quantity=-1),
            "a quantity is not negative",
            id="negative",
        ),
        pytest.param(
            lambda: rebate_cliffs(schedule("all_units", "quantity"), unit_price=0),
            "a unit price is above 0",
            id="price",
        ),
        pytest.param(
            lambda: attrs.evolve(rebate(schedule("all_units"), spend=eur(1)), money=eur(1)), "do not add up", id="lines"
        ),
        pytest.param(lambda: RebateTier(at=1), "a tier gives a rate or an amount per unit", id="nothing"),
        pytest.param(lambda: RebateTier(at=1, rate="2"), "a rebate rate is from 0 to 1", id="percent"),
        pytest.param(lambda: RebateTier(at=1, rate=0.02), "a share is never a float", id="float"),
        pytest.param(
            lambda: rebate(schedule("all_units"), spend=Money(1, "USD")),
            "the spend of schedule R must be in EUR",
            id="currency",
        ),
        pytest.param(
            lambda: rebate(schedule("all_units", "quantity", UNITS), spend=eur(1)),
            "schedule R counts quantity",
            id="units",
        ),
    ],
)
def test_a_rebate_that_cannot_be_meant_is_refused(build: Callable[[], object], what: str) -> None:
    with pytest.raises(InvalidValueError, match=what):
        build()


TABLE = SurchargeTable(id="energy", steps=(SurchargeStep(at=100, rate="0.02"), SurchargeStep(at=120, rate="0.05")))


@pytest.mark.parametrize(
    ("value", "expected"), [("99.99", "0"), ("100", "20"), ("119.99", "20"), ("120", "50"), ("500", "50")]
)
def test_a_step_begins_at_its_value_and_ends_before_the_next(value: str, expected: str) -> None:
    assert eur(expected) == surcharge(TABLE, value, eur(1_000)).money


@pytest.mark.parametrize(
    ("counted", "value", "expected"),
    [
        ("begun", "1.50", "0"),
        ("begun", "1.51", "8"),
        ("begun", "1.55", "8"),
        ("whole", "1.59", "8"),
        ("exact", "1.525", "4"),
        ("exact", "9", "80"),
    ],
)
def test_a_scale_counts_steps_above_its_trigger(counted: str, value: str, expected: str) -> None:
    scale = SurchargeScale(id="diesel", trigger="1.5", step="0.05", rate="0.01", steps_counted=counted, cap="0.1")  # type: ignore[arg-type]  # wrong on purpose

    assert eur(expected) == surcharge(scale, value, eur(800)).money


def test_a_surcharge_explains_itself_in_both_languages() -> None:
    given = surcharge(TABLE, 110, eur(1_000))

    assert ("110 is in the step from 100: EUR 1000.00 × 0.02 = EUR 20.00", "110 位于自 100 起的档位：") == (
        given.explain(),
        given.explain("zh")[:17],
    )
    assert "0.02" == given.to_dict()["rate"]


@pytest.mark.parametrize(
    ("build", "what"),
    [
        pytest.param(lambda: SurchargeTable(id="x", steps=TABLE.steps[::-1]), "the steps of x do not rise", id="order"),
        pytest.param(
            lambda: SurchargeScale(id="x", trigger=1, step=1, rate="-0.1", steps_counted="whole"),
            "is negative",
            id="rate",
        ),
        pytest.param(
            lambda: SurchargeScale(id="x", trigger=1, step=1, rate=0, steps_counted="whole", cap=-1),
            "the cap",
            id="cap",
        ),
        pytest.param(lambda: SurchargeTable(id="x", steps=()), "surcharge x has no step", id="no_step"),
        pytest.param(lambda: surcharge(TABLE, 1.5, eur(1)), "a quantity is never a float", id="float"),
        pytest.param(lambda: surcharge(TABLE, "-1", eur(1)), "an index value is not negative", id="negative"),
        pytest.param(lambda: surcharge(TABLE, 1, 100), "the amount of a surcharge must be money", id="number"),  # type: ignore[arg-type]  # wrong on purpose
    ],
)
def test_a_surcharge_that_cannot_be_meant_is_refused(build: Callable[[], object], what: str) -> None:
    with pytest.raises(InvalidValueError, match=what):
        build()
