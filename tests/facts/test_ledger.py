"""The ledger: order never matters, corrections replace, contradictions are refused, as_of goes back."""

import pickle
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


def order(
    name: str = "L1", *, supplier: str = "V7", quantity: int = 10, known: date | None = None, day: int = 5
) -> OrderLine:
    ordered_on = date(2026, 1, day)
    return OrderLine(
        id=name,
        supplier=supplier,
        item="bolt",
        quantity=quantity,
        unit_price=Money("2", "EUR"),
        ordered_on=ordered_on,
        promised_on=date(2026, 1, 20),
        known_on=known or ordered_on,
    )


def receipt(name: str = "R1", *, of: str = "L1", day: date = date(2026, 2, 1)) -> Receipt:
    return Receipt(id=name, order_line=of, received_on=day, quantity=10)


def world() -> list[Fact]:
    return [
        Supplier(id="V7", name="Nordic Steel"),
        order(),
        receipt(),
        Inspection(id="Q1", supplier="V8", item="nut", inspected=80, rejected=2, inspected_on=date(2026, 1, 21)),
        PriceObservation(id="P1", supplier="V9", item="nut", price=Money("1", "EUR"), observed_on=date(2026, 2, 10)),
        Certificate(id="C1", supplier="V7", kind="ISO", valid_from=date(2025, 1, 1), valid_until=date(2026, 2, 1)),
    ]


def test_the_order_of_the_facts_never_matters() -> None:
    expected = Ledger(world())
    assert all(expected == Ledger(facts) for facts in permutations(world()))


def test_every_kind_has_its_accessor() -> None:
    ledger = Ledger(world())
    found = (
        ledger.suppliers,
        ledger.order_lines,
        ledger.receipts,
        ledger.inspections,
        ledger.prices,
        ledger.certificates,
    )
    assert ("V7", "L1", "R1", "Q1", "P1", "C1") == tuple(kind[0].id for kind in found)


def test_every_supplier_that_a_fact_mentions_is_known() -> None:
    assert ("V7", "V8", "V9") == Ledger(world()).supplier_ids


def test_equal_facts_collapse_into_one() -> None:
    assert 1 == len(Ledger([order(), order()]))


def test_a_correction_replaces_the_earlier_fact() -> None:
    ledger = Ledger([order(quantity=12, known=date(2026, 1, 9)), order(quantity=10)])
    assert [Decimal(12)] == [line.quantity for line in ledger.order_lines]


def test_before_a_correction_was_known_the_earlier_fact_counts() -> None:
    ledger = Ledger([order(quantity=10), order(quantity=12, known=date(2026, 1, 9))])
    assert [Decimal(10)] == [line.quantity for line in ledger.as_of(date(2026, 1, 8)).order_lines]
    assert [Decimal(12)] == [line.quantity for line in ledger.as_of(date(2026, 1, 9)).order_lines]


def test_a_fact_known_later_does_not_exist_yet() -> None:
    assert () == Ledger([receipt()]).as_of(date(2026, 1, 31)).receipts


def test_as_of_needs_a_day() -> None:
    with pytest.raises(InvalidValueError, match="as_of must be a day"):
        Ledger([]).as_of("2026-01-31")  # type: ignore[arg-type]


def test_all_contradictions_are_reported_at_once() -> None:
    facts = [order("L1"), order("L1", quantity=11), order("L2"), order("L2", quantity=12), order("L3")]
    with pytest.raises(InputError) as caught:
        Ledger(facts)
    problems = [(problem.code, problem.path, problem.value) for problem in caught.value.problems]
    assert [
        ("contradiction", "order_lines['L1']", "Decimal('10') or Decimal('11')"),
        ("contradiction", "order_lines['L2']", "Decimal('10') or Decimal('12')"),
    ] == problems


def test_a_contradiction_reads_the_same_whichever_fact_comes_first() -> None:
    messages = set()
    for facts in permutations([order(), order(quantity=11), order(quantity=12)]):
        with pytest.raises(InputError) as caught:
            Ledger(facts)
        messages.add(str(caught.value))
    assert 1 == len(messages)


def test_a_contradiction_between_two_ledgers_is_refused() -> None:
    with pytest.raises(InputError):
        Ledger([order()]).merge(Ledger([order(quantity=11)]))


def test_two_kinds_may_share_an_id() -> None:
    assert 2 == len(Ledger([order("X1"), receipt("X1")]))


def test_what_is_not_a_fact_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="not a fact: 'L1'; give Supplier, Customer"):
        Ledger(["L1"])  # type: ignore[list-item]


def test_merging_parts_gives_the_whole() -> None:
    facts = world()
    assert Ledger(facts) == Ledger(facts[:3]).merge(Ledger(facts[2:]))


def test_a_ledger_survives_pickling() -> None:
    ledger = Ledger(world())
    copy = pickle.loads(pickle.dumps(ledger))  # noqa: S301  our own bytes
    assert (ledger, ledger.supplier_ids) == (copy, copy.supplier_ids)


def test_the_facts_of_a_supplier_include_the_receipts_of_its_lines() -> None:
    chosen = Ledger(world()).of("V7")
    assert ["V7", "L1", "R1", "C1"] == [fact.id for fact in chosen.facts]


def test_a_supplier_nobody_mentions_has_no_facts() -> None:
    assert () == Ledger(world()).of("V0").facts


def test_a_line_moved_to_another_supplier_takes_its_history_along() -> None:
    ledger = Ledger([order(supplier="V7"), order(supplier="V8", known=date(2026, 1, 9))])
    assert (0, 2) == (len(ledger.of("V7")), len(ledger.of("V8")))


def test_a_period_holds_the_facts_that_happened_in_it() -> None:
    assert ["V7", "L1", "Q1", "C1"] == [fact.id for fact in Ledger(world()).within(JANUARY).facts]


def test_a_certificate_that_ended_belongs_to_no_later_period() -> None:
    assert ["V7", "R1", "P1"] == [fact.id for fact in Ledger(world()).within(FEBRUARY).facts]


def test_a_receipt_whose_order_line_is_unknown_is_shown() -> None:
    assert ["R9"] == [found.id for found in Ledger([order(), receipt(), receipt("R9", of="L9")]).unmatched_receipts]


def test_a_ledger_shows_how_much_it_holds_and_not_what() -> None:
    expected = "Ledger(1 suppliers, 1 order_lines, 1 receipts, 1 inspections, 1 prices, 1 certificates)"
    assert expected == repr(Ledger(world()))
