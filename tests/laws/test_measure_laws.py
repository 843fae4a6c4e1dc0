"""What must always hold of measures, whatever the facts."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import (
    DeliveryPerformance,
    Measure,
    Measurement,
    PriceIndex,
    QualityPassRate,
    Spend,
    SpendShare,
    measure,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

START = date(2026, 1, 1)
PERIOD = Period(START, START + timedelta(days=60))
SUPPLIERS = ("V1", "V2", "V3")

days = st.integers(0, 80).map(lambda count: START + timedelta(days=count))
quantities = st.sampled_from(("0.5", "1", "3", "10"))
dates_known = st.integers(0, 20).map(lambda count: timedelta(days=count))

definitions = st.builds(
    DeliveryPerformance,
    id=st.just("delivery"),
    promise=st.sampled_from(("original", "latest", "requested")),
    early_days=st.none() | st.integers(0, 10),
    late_days=st.integers(0, 10),
    level=st.sampled_from(("line", "quantity", "value")),
    in_full=st.booleans(),
    under_tolerance=st.sampled_from(("0", "0.1", "1/3", "1")),
)

EVERY: tuple[Measure, ...] = (
    DeliveryPerformance(id="otif"),
    DeliveryPerformance(id="by_value", level="value", early_days=5, late_days=2),
    QualityPassRate(id="quality"),
    PriceIndex(id="price"),
    Spend(id="spend"),
    SpendShare(id="share"),
)


@st.composite
def worlds(draw: st.DrawFn) -> list[Fact]:
    """Draw order lines of three suppliers, receipts before and after their promises, and inspections."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 6))):
        ordered_on, name = draw(days), f"L{number}"
        facts.append(
            OrderLine(
                id=name,
                supplier=draw(st.sampled_from(SUPPLIERS)),
                item=draw(st.sampled_from(("bolt", "nut"))),
                quantity=draw(quantities),
                unit_price=Money(draw(st.sampled_from(("0", "1", "2.50"))), "EUR"),
                ordered_on=ordered_on,
                promised_on=draw(days),
                latest_promise_on=draw(st.none() | days),
                requested_on=draw(st.none() | days),
                known_on=ordered_on + draw(dates_known),
            )
        )
        for part in range(draw(st.integers(0, 3))):
            received_on = draw(days)
            facts.append(
                Receipt(
                    id=f"{name}/{part}",
                    order_line=name,
                    received_on=received_on,
                    quantity=draw(quantities),
                    known_on=received_on + draw(dates_known),
                )
            )
    facts.extend(
        Inspection(
            id=f"Q{number}",
            supplier=draw(st.sampled_from(SUPPLIERS)),
            item="bolt",
            inspected=10,
            rejected=draw(st.integers(0, 10)),
            inspected_on=draw(days),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    return facts


def run(facts: list[Fact], as_of: date, *measures: Measure) -> dict[tuple[str, str], Measurement]:
    found = measure(measures, Ledger(facts), period=PERIOD, as_of=as_of)
    return {(entry.measure, entry.key): entry for entry in found}


@given(facts=worlds(), as_of=days, definition=definitions)
def test_a_rate_lies_between_zero_and_one(facts: list[Fact], as_of: date, definition: DeliveryPerformance) -> None:
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


@given(facts=worlds(), as_of=days, definition=definitions, quantity=quantities, due=days)
def test_a_perfect_delivery_never_lowers_a_rate(
    facts: list[Fact], as_of: date, definition: DeliveryPerformance, quantity: str, due: date
) -> None:
    perfect: list[Fact] = [
        OrderLine(
            id="perfect",
            supplier="V1",
            item="bolt",
            quantity=quantity,
            unit_price=Money("1", "EUR"),
            ordered_on=START,
            promised_on=due,
            requested_on=due,
        ),
        Receipt(id="perfect", order_line="perfect", received_on=due, quantity=quantity),
    ]
    before = run(facts, as_of, definition).get(("delivery", "V1"))
    after = run(facts + perfect, as_of, definition)["delivery", "V1"]
    if before is not None and before.value is not None:
        assert after.value is not None
        assert before.value <= after.value


@given(facts=worlds(), as_of=days, definition=definitions)
def test_a_total_is_the_merged_sums_of_all_suppliers(
    facts: list[Fact], as_of: date, definition: DeliveryPerformance
) -> None:
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


@given(facts=worlds(), as_of=days, definition=definitions)
def test_a_supplier_is_measured_alike_alone_and_among_others(
    facts: list[Fact], as_of: date, definition: DeliveryPerformance
) -> None:
    ledger = Ledger(facts)
    for supplier in ledger.as_of(as_of).supplier_ids:
        alone = measure([definition], ledger.as_of(as_of).of(supplier), period=PERIOD, as_of=as_of)
        assert (run(facts, as_of, definition)["delivery", supplier],) == alone


@given(facts=worlds(), as_of=days)
def test_every_measurement_is_its_numerator_over_its_denominator(facts: list[Fact], as_of: date) -> None:
    for entry in run(facts, as_of, *EVERY).values():
        assert entry.value is None or entry.value == entry.numerator / entry.denominator
