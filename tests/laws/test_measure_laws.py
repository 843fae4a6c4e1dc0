"""What must always hold of measures, whatever the facts."""

from datetime import date
from fractions import Fraction

import attrs
from drawn_deliveries import (
    PERIOD,
    days,
    definitions,
    delivery_times,
    fill_rates,
    late_points,
    perfect,
    quantities,
    worlds,
)
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.measures import (
    DayBand,
    DeliveryPerformance,
    DeliveryTime,
    FillRate,
    LatePoints,
    Measure,
    Measurement,
    PriceIndex,
    QualityPassRate,
    Spend,
    SpendShare,
    measure,
)

#: A measure of the delivery family, over every choice.
deliveries = st.one_of(definitions(), delivery_times(), late_points(), fill_rates())

#: Means of days: the one statistic whose numerators and denominators add up.
mean_times = delivery_times().map(lambda drawn: attrs.evolve(drawn, statistic="mean", percentile=None))

EVERY: tuple[Measure, ...] = (
    DeliveryPerformance(id="otif"),
    DeliveryPerformance(id="by_value", level="value", early_days=5, late_days=2),
    DeliveryPerformance(id="by_order", level="order", excused_faults=["buyer"], excuse="leave_out"),
    DeliveryTime(id="delay", of="delay", open_overdue="so_far"),
    DeliveryTime(id="slow", of="lead_time", statistic="percentile", percentile="0.9"),
    LatePoints(id="points", bands=[DayBand(up_to=0, points=100), DayBand(up_to=9, points="33.3"), DayBand(points=0)]),
    FillRate(id="fill", basis="accepted", level="value"),
    QualityPassRate(id="quality"),
    PriceIndex(id="price"),
    Spend(id="spend"),
    SpendShare(id="share"),
)


def run(facts: list[Fact], as_of: date, *measures: Measure) -> dict[tuple[str, str], Measurement]:
    found = measure(measures, Ledger(facts), period=PERIOD, as_of=as_of)
    return {(entry.measure, entry.key): entry for entry in found}


@given(facts=worlds(), as_of=days, definition=st.one_of(definitions(), fill_rates()))
def test_a_rate_lies_between_zero_and_one(facts: list[Fact], as_of: date, definition: Measure) -> None:
    found = run(facts, as_of, definition, QualityPassRate(id="quality"), SpendShare(id="share"))
    assert all(entry.value is None or 0 <= entry.value <= 1 for entry in found.values())


@given(facts=worlds(), as_of=days)
def test_a_fact_known_later_changes_nothing(facts: list[Fact], as_of: date) -> None:
    known = [fact for fact in facts if fact.known_on <= as_of]
    assert run(known, as_of, *EVERY) == run(facts, as_of, *EVERY)


@given(facts=worlds(), as_of=days, shuffled=st.randoms(use_true_random=False))
def test_the_order_of_the_facts_changes_nothing(facts: list[Fact], as_of: date, shuffled: object) -> None:
    mixed = list(facts)
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]
    assert run(facts, as_of, *EVERY) == run(mixed + mixed, as_of, *EVERY)


@given(
    facts=worlds(),
    as_of=days,
    definition=st.one_of(definitions(), late_points(), fill_rates()),
    quantity=quantities,
    due=days,
)
def test_a_perfect_delivery_never_lowers_a_rate(
    facts: list[Fact], as_of: date, definition: Measure, quantity: str, due: date
) -> None:
    """It holds for every choice, where the delivery is an order of its own, in the unit and currency of the others.

    Joined to an order, a line can move the order to another period, or bring its verdict forward. Points keep the law
    where no day earns more than the promised one.
    """
    before = run(facts, as_of, definition).get((definition.id, "V1"))
    after = run(facts + perfect("V1", quantity, due), as_of, definition)[definition.id, "V1"]
    if before is not None and before.value is not None:
        assert after.value is not None
        assert before.value <= after.value


@given(facts=worlds(), as_of=days, definition=st.one_of(definitions(), late_points(), fill_rates(), mean_times))
def test_a_total_is_the_merged_sums_of_all_suppliers(facts: list[Fact], as_of: date, definition: Measure) -> None:
    parts = run(facts, as_of, definition).values()
    (whole,) = measure([definition], Ledger(facts), by="total", period=PERIOD, as_of=as_of)
    sums = (
        sum((part.numerator for part in parts), Fraction(0)),
        sum((part.denominator for part in parts), Fraction(0)),
    )
    assert (*sums, sum(part.evidence for part in parts)) == (whole.numerator, whole.denominator, whole.evidence)


@given(facts=worlds(), as_of=days)
def test_merged_ledgers_measure_like_one(facts: list[Fact], as_of: date) -> None:
    merged = Ledger(facts[::2]).merge(Ledger(facts[1::2]))
    assert measure(EVERY, Ledger(facts), period=PERIOD, as_of=as_of) == measure(
        EVERY, merged, period=PERIOD, as_of=as_of
    )


@given(facts=worlds(), as_of=days, definition=deliveries)
def test_a_supplier_is_measured_alike_alone_and_among_others(
    facts: list[Fact], as_of: date, definition: Measure
) -> None:
    ledger = Ledger(facts)
    for supplier in ledger.as_of(as_of).supplier_ids:
        alone = measure([definition], ledger.as_of(as_of).of(supplier), period=PERIOD, as_of=as_of)
        assert (run(facts, as_of, definition)[definition.id, supplier],) == alone


@given(facts=worlds(), as_of=days, definition=deliveries)
def test_every_measurement_is_its_numerator_over_its_denominator(
    facts: list[Fact], as_of: date, definition: Measure
) -> None:
    for entry in run(facts, as_of, *EVERY, definition).values():
        assert entry.value is None or entry.value == entry.numerator / entry.denominator
