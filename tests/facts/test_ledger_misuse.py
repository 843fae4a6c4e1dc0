"""A ledger asked for what it cannot give: it says so, and never answers with nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.facts.checks import contradictions
from supplychain_rules.facts.completeness import completeness, freshness
from supplychain_rules.facts.conversion import converted
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.measures import measure, measure_information
from supplychain_rules.values.exchange import ExchangeRates
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

DAY = date(2026, 1, 5)
LEDGER: Any = Ledger([Receipt(id="R1", order_line="L1", received_on=DAY, quantity=1)])


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: LEDGER.within((DAY, date(2026, 2, 1))), r"period must be a Period: .*; as in Period.month\(2026, 3\)"),
        (lambda: LEDGER.of(7), "a party is named by its id, a text: 7"),
        (lambda: LEDGER.of(Supplier(id="V7")), "a party is named by its id, a text: Supplier"),
        (lambda: LEDGER.in_force("receipts"), "not a kind of fact: 'receipts'; give a class, as Receipt"),
        (lambda: LEDGER.merge([]), r"ledger must be a Ledger: \[\]; write Ledger\(facts\)"),
        (lambda: Ledger(LEDGER), r"made of a collection of facts: Ledger\(1 receipts\); of a ledger give its .facts"),
        (lambda: Ledger(Supplier(id="V7")), "made of a collection of facts: Supplier"),  # type: ignore[arg-type]
    ],
)
def test_a_question_that_makes_no_sense_is_refused_and_not_answered_with_nothing(
    ask: Callable[[], object], message: str
) -> None:
    with pytest.raises(InvalidValueError, match=message):
        ask()


def test_a_cancellation_is_not_cancelled_but_its_fact_given_again() -> None:
    booked_twice = Cancellation(of="receipts", fact="R1", known_on=date(2026, 2, 1))
    never_mind = Cancellation(of="cancellations", fact=booked_twice.id, known_on=date(2026, 3, 1))
    with pytest.raises(InputError, match=r"can be cancelled \('cancellations'\); give what was cancelled again"):
        Ledger([*LEDGER.facts, booked_twice, never_mind])


def test_of_one_supplier_come_all_versions_and_cancellations_of_its_facts_and_no_others() -> None:
    lines = [
        OrderLine(
            id=f"L{number}",
            supplier=supplier,
            item="bolt",
            quantity=number,
            unit_price=Money("1", "EUR"),
            ordered_on=DAY,
            promised_on=DAY,
            known_on=date(2026, 1, 5 + number),
        )
        for number, supplier in enumerate(("V7", "V3", "V7"), start=1)
    ]
    corrected = Receipt(id="R1", order_line="L1", received_on=DAY, quantity=2, known_on=date(2026, 2, 1))
    twice = Cancellation(of="receipts", fact="R1", known_on=date(2026, 1, 20))
    ledger = Ledger([*lines, *LEDGER.facts, corrected, twice])
    assert Ledger([lines[0], lines[2], *LEDGER.facts, corrected, twice]) == ledger.of("V7")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Supplier(id="V7", name=5), "Supplier.name must be text: 5"),  # type: ignore[arg-type]
        (lambda: Supplier(id=None), "Supplier.id must be text$"),  # type: ignore[arg-type]
        (lambda: Supplier(id=7), "Supplier.id must be text: 7; write '7'"),  # type: ignore[arg-type]
        (
            lambda: Supplier(id="V7", categories=[7]),
            "each of categories is text with a visible character: 7; write '7'",
        ),
        (lambda: Supplier(id="V7", categories=[" "]), "each of categories is text with a visible character: ' '"),
        (lambda: Supplier(id="V7", categories=None), "categories must be a collection; give a tuple"),
        (
            lambda: Delay(id="D", order_line="L1", days=1, fault="buyer", reason=None, recorded_on=DAY),  # type: ignore[arg-type]
            "Delay.reason must be text",
        ),
        (
            lambda: Inspection(
                id="Q",
                supplier="V7",
                item="bolt",
                inspected=1,
                rejected=0,
                causes=None,  # type: ignore[arg-type]
                inspected_on=DAY,
            ),
            "Inspection.causes must be a collection",
        ),
    ],
)
def test_a_fact_refuses_what_it_cannot_hold_with_the_field_and_the_value(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(InvalidValueError, match=message):
        make()


@pytest.mark.parametrize(
    "ask",
    [
        contradictions,
        lambda facts: completeness(facts, []),
        lambda facts: freshness(facts, as_of=DAY, max_age_days={}),
        lambda facts: measure_information([], facts, as_of=DAY),
        lambda facts: converted(facts, to="EUR", rates=ExchangeRates([])),
        lambda facts: measure([], facts, period=Period.year(2026), as_of=DAY),
    ],
)
def test_whatever_looks_at_a_ledger_refuses_a_list_of_facts(ask: Callable[[Any], object]) -> None:
    with pytest.raises(InvalidValueError, match=r"ledger must be a Ledger: \[Receipt.*; write Ledger\(facts\)"):
        ask(list(LEDGER.facts))


def test_parties_are_a_collection_of_ids_and_not_the_letters_of_one() -> None:
    with pytest.raises(InvalidValueError, match=r"parties must be a collection: 'V7'; write \('V7',\)"):
        freshness(LEDGER, as_of=DAY, max_age_days={Receipt: 30}, parties="V7")
