"""What a fact can change: little, so that the thousandth fact about one line or item costs no more than the first."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from purchases import MARCH, YEAR, billed, bought, market

from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.prices import MarketPrice
from supplychain_rules.facts.quality import Claim, Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import InvoiceVariance, MeasureState, PriceIndex, QualityPassRate, state
from supplychain_rules.measures.index import FactIndex, Order, changes_of
from supplychain_rules.measures.touched import touched

JUNE = date(2026, 6, 1)
LINE = bought("L1", "V1", "bolt", 10, "1")


def received(identity: str) -> Receipt:
    return Receipt(id=identity, order_line="L1", received_on=MARCH, quantity=1)


def inspected(identity: str, rejected: int = 0) -> Inspection:
    return Inspection(
        id=identity, supplier="V1", item="bolt", order_line="L1", inspected=1, rejected=rejected, inspected_on=MARCH
    )


def claimed(identity: str) -> Claim:
    return Claim(id=identity, supplier="V1", kind="quality", order_line="L1", opened_on=MARCH)


KNOWN = (LINE, received("R1"), inspected("Q1"), claimed("C1"), billed("I1", "L1", 1, "1"))


@pytest.mark.parametrize(
    ("fact", "others"),
    [
        (received("R2"), {(InvoiceLine, "I1")}),
        (inspected("Q2"), set()),
        (claimed("C2"), set()),
    ],
    ids=["receipt", "inspection", "claim"],
)
def test_a_fact_about_an_order_line_changes_the_line_and_none_of_its_own_kind(fact: Fact, others: set[Any]) -> None:
    line = {(OrderLine, "L1"), (Order, ("V1", "L1"))}
    assert {(type(fact), fact.id)} | line | others == touched(fact, FactIndex(Ledger(KNOWN)))


def test_an_order_line_changes_all_that_names_it() -> None:
    named = {(type(fact), fact.id) for fact in KNOWN} | {(Order, ("V1", "L1"))}
    assert named == touched(LINE, FactIndex(Ledger(KNOWN)))


def count_questions(monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    asked: list[Fact] = []

    def counting(fact: Fact, index: FactIndex) -> set[Any]:
        asked.append(fact)
        return touched(fact, index)

    monkeypatch.setattr(state, "touched", counting)
    return asked


@pytest.mark.parametrize(
    "facts",
    [
        [market(f"M{day}", "1", on=date(2026, 1, day)) for day in range(1, 29)],
        [received(f"R{number}") for number in range(28)],
        [billed(f"I{number}", "L1", 1, "1", invoice="I") for number in range(28)],
    ],
    ids=["market prices of one item", "receipts of one line", "lines of one invoice"],
)
def test_of_many_facts_about_one_thing_the_first_disturbs_what_hangs_on_it_for_all(
    monkeypatch: pytest.MonkeyPatch, facts: Sequence[Fact]
) -> None:
    running = MeasureState([PriceIndex(id="price", against="market"), InvoiceVariance(id="variance")])
    running.add(LINE)
    asked = count_questions(monkeypatch)
    for fact in facts:
        running.add(fact)
    assert [facts[0]] == asked


def test_what_was_counted_since_is_disturbed_again() -> None:
    running = MeasureState([PriceIndex(id="price", against="market")])
    found = []
    for fact in (LINE, market("M1", "2", on=date(2026, 1, 1)), market("M2", "4", on=date(2026, 1, 2))):
        running.add(fact)
        found.append(running.measurements(period=YEAR, as_of=JUNE)[0].denominator)
    assert [0, 20, 40] == found


def test_a_group_of_an_index_tells_that_one_fact_has_taken_the_place_of_another() -> None:
    index = FactIndex(Ledger([market("M1", "1"), market("M2", "2"), market("M3", "3")]))
    group = index.by(MarketPrice, "item")["bolt"]
    index.take(MarketPrice, "M1")
    before = changes_of(index.by(MarketPrice, "item")["bolt"])
    index.put(market("M4", "4"))
    index.take(MarketPrice, "M2")
    thinned = index.by(MarketPrice, "item")["bolt"]
    assert (["M3", "M4"], len(thinned)) == (sorted(price.id for price in thinned), before[0])
    assert changes_of(thinned) != before
    assert len(group) == 3


def test_a_corrected_inspection_counts_in_its_last_version_among_many_of_its_line() -> None:
    running = MeasureState([QualityPassRate(id="pass")])
    running.add(LINE)
    for number in range(10):
        running.add(inspected(f"Q{number}"))
    assert running.measurements(period=YEAR, as_of=JUNE)[0].value == 1
    running.add(
        Inspection(
            id="Q3",
            supplier="V1",
            item="bolt",
            order_line="L1",
            inspected=10,
            rejected=1,
            inspected_on=MARCH,
            known_on=date(2026, 4, 1),
        )
    )
    found = running.measurements(period=YEAR, as_of=JUNE)[0]
    assert (18, 19) == (found.numerator, found.denominator)


def test_closing_a_large_order_looks_up_its_lines_once_for_the_order_and_not_once_for_each_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size = 40
    running = MeasureState([InvoiceVariance(id="variance")])
    for number in range(size):
        running.add(bought(f"L{number}", "V1", "bolt", 1, "1", order="PO"))
        running.add(billed(f"I{number}", f"L{number}", 1, "1", invoice="I"))
    running.measurements(period=YEAR, as_of=JUNE)
    looked_up = 0
    lines_by_order = FactIndex.lines_by_order

    def counting(index: FactIndex) -> Any:  # noqa: ANN401
        nonlocal looked_up
        looked_up += 1
        return lines_by_order(index)

    monkeypatch.setattr(FactIndex, "lines_by_order", counting)
    assert (2 * size, 1) == (running.close(before=date(2026, 5, 1), as_of=JUNE), looked_up)
