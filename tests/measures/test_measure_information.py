"""Measures of information: completeness, freshness and contradictions beside the other figures of a party."""

import pickle
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from quality_facts import MARCH, YEAR_END, bought, came, inspected

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.checks import Checks
from supplychain_rules.facts.completeness import Requirement
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Contact, Customer, Supplier
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import (
    ContradictionRate,
    InformationCompleteness,
    InformationFreshness,
    Measurement,
    QualityPassRate,
    measure_information,
    records,
)
from supplychain_rules.measures.information import InformationMeasure

MASTER = Requirement(kind=Supplier, fields=("country", "tax_number"))
KNOWN = InformationCompleteness(id="known", requirements=[MASTER])
FRESH = InformationFreshness(id="fresh", max_age_days={Inspection: 30, Receipt: 30})
CONTRADICTING = ContradictionRate(id="contradicting")

WORLD: list[Fact] = [
    Supplier(id="V3", country="CN", tax_number="91310000"),
    Supplier(id="V7", country="CN"),
    *(bought("L1"), came("R1", of="L1", on=MARCH - timedelta(days=400), known_on=MARCH), inspected("Q1", 10)),
    bought("L2", supplier="V9"),
]


def found(definition: InformationMeasure, facts: list[Fact], **choice: Any) -> dict[str, Measurement]:  # noqa: ANN401
    day: date = choice.pop("as_of", YEAR_END)
    return {entry.key: entry for entry in measure_information([definition], Ledger(facts), as_of=day, **choice)}


def test_completeness_is_known_fields_over_required_ones_and_says_what_is_missing() -> None:
    complete = found(KNOWN, WORLD)
    assert {"V3": 1, "V7": Fraction(1, 2), "V9": 0} == {key: entry.value for key, entry in complete.items()}
    assert "missing: suppliers['V7'].tax_number" == complete["V7"].note
    assert "missing: suppliers['V9'].country, suppliers['V9'].tax_number" == complete["V9"].note
    assert (1, 2, 2) == (complete["V7"].numerator, complete["V7"].denominator, complete["V7"].evidence)


def test_several_requirements_add_up() -> None:
    contacts = Requirement(kind=Contact, fields=("email", "telephone", "role"))
    both = InformationCompleteness(id="known", requirements=[MASTER, contacts])
    facts = [*WORLD, Contact(id="K1", party="V7", email="li@example.com")]
    complete = found(both, facts)["V7"]
    assert (Fraction(2, 5), 5) == (complete.value, complete.evidence)


def test_a_long_list_of_gaps_is_cut_short() -> None:
    wanted = Requirement(kind=OrderLine, fields=("order", "category", "site", "status"))
    facts: list[Fact] = [bought("L1"), bought("L2")]
    note = found(InformationCompleteness(id="known", requirements=[wanted]), facts)["V7"].note
    assert note.endswith("order_lines['L2'].order and 3 more")


def test_nothing_required_of_a_partys_facts_is_no_data_and_not_complete() -> None:
    contacts = InformationCompleteness(id="known", requirements=[Requirement(kind=Contact, fields=("email",))])
    entry = found(contacts, WORLD)["V7"]
    assert ("no_data", None, "there is nothing to ask about") == (entry.state, entry.value, entry.note)


def test_the_total_counts_every_fact_once() -> None:
    whole = found(KNOWN, WORLD, by="total")
    assert {"total": Fraction(3, 6)} == {key: entry.value for key, entry in whole.items()}


def test_freshness_is_fresh_kinds_over_kinds_asked_for() -> None:
    fresh = found(FRESH, WORLD, as_of=MARCH + timedelta(days=30))
    assert {"V3": 0, "V7": Fraction(1, 2), "V9": 0} == {key: entry.value for key, entry in fresh.items()}
    assert ["stale: receipts", "never: inspections; never: receipts"] == [fresh["V7"].note, fresh["V9"].note]
    assert 0 == found(FRESH, WORLD, as_of=MARCH + timedelta(days=31))["V7"].value


def test_an_age_may_count_from_when_a_fact_became_known() -> None:
    since_known = InformationFreshness(id="fresh", max_age_days={Receipt: 30}, since="known")
    assert 1 == found(since_known, WORLD, as_of=MARCH)["V7"].value


def test_the_total_freshness_is_over_all_parties_and_kinds() -> None:
    whole = found(FRESH, WORLD, as_of=MARCH, by="total")["total"]
    assert (Fraction(1, 6), 6, "") == (whole.value, whole.evidence, whole.note)


def test_contradictions_are_facts_found_over_facts_in_force() -> None:
    entry = found(CONTRADICTING, WORLD)["V7"]
    assert (Fraction(1, 4), 4, "received_before_ordered: 1") == (entry.value, entry.evidence, entry.note)


def test_a_fact_that_contradicts_twice_counts_once() -> None:
    dearer = bought("L2", 10, 9, ordered_on=MARCH + timedelta(days=1))
    entry = found(CONTRADICTING, [bought("L1"), dearer, came("R1", 30, of="L2", on=MARCH + timedelta(days=2))])["V7"]
    expected = (Fraction(1, 3), "price_jump: 1, promised_before_ordered: 1, received_more_than_ordered: 1")
    assert expected == (entry.value, entry.note)


def test_only_findings_grave_enough_and_not_left_out_count() -> None:
    errors = ContradictionRate(id="contradicting", severities=["error"])
    lenient = ContradictionRate(id="contradicting", checks=Checks(left_out={"received_before_ordered"}))
    facts = [*WORLD, came("R2", 30, of="L1")]
    assert [1, 1, 2] == [found(definition, facts)["V7"].numerator for definition in (errors, lenient, CONTRADICTING)]


def test_a_party_of_consistent_facts_has_a_rate_of_zero() -> None:
    assert (0, "") == (found(CONTRADICTING, WORLD)["V3"].value, found(CONTRADICTING, WORLD)["V3"].note)


def test_a_fact_about_nobody_known_counts_in_the_total_only() -> None:
    facts = [*WORLD, came("R9", of="nowhere")]
    whole = found(CONTRADICTING, facts, by="total")["total"]
    assert (3, 7) == (whole.numerator, whole.denominator)  # V9 is no known supplier
    assert 1 == found(CONTRADICTING, facts)["V7"].numerator


def test_what_became_known_later_does_not_exist() -> None:
    assert {"V3": 1, "V7": Fraction(1, 2)} == {
        key: entry.value for key, entry in found(KNOWN, WORLD, as_of=MARCH - timedelta(days=1)).items()
    }


def test_customers_are_measured_alike() -> None:
    facts: list[Fact] = [Customer(id="C1", country="DE"), bought("S1", customer="C2")]
    known = InformationCompleteness(id="known", requirements=[Requirement(kind=Customer, fields=("country",))])
    assert {"C1": 1, "C2": 0} == {key: entry.value for key, entry in found(known, facts, by="customer").items()}
    fresh = InformationFreshness(id="fresh", max_age_days={OrderLine: 0})
    assert {"C1": 0, "C2": 1} == {
        key: entry.value for key, entry in found(fresh, facts, by="customer", as_of=MARCH).items()
    }


def test_measurements_of_information_go_into_the_same_records_as_all_others() -> None:
    ledger = Ledger(WORLD)
    every = measure_information([KNOWN, FRESH, CONTRADICTING], ledger, as_of=YEAR_END)
    record = records(every, decimals=2)["V7"]
    assert {"known": Fraction(1, 2), "fresh": 0, "contradicting": Fraction(1, 4)} == record
    assert ["known", "fresh", "contradicting"] * 3 == [entry.measure for entry in every]


def test_the_order_in_which_kinds_are_given_makes_no_other_definition() -> None:
    assert FRESH == InformationFreshness(id="fresh", max_age_days={Receipt: 30, Inspection: 30})


@pytest.mark.parametrize("definition", [KNOWN, FRESH, CONTRADICTING])
def test_a_measure_of_information_is_a_value(definition: Any) -> None:  # noqa: ANN401
    assert definition == pickle.loads(pickle.dumps(definition))  # noqa: S301  our own bytes
    assert hash(definition) == hash(pickle.loads(pickle.dumps(definition)))  # noqa: S301  as above


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: InformationCompleteness(id="known", requirements=[]), "requirements is empty"),
        (lambda: InformationCompleteness(id="known", requirements=["country"]), "holds no requirement: 'country'"),
        (lambda: InformationCompleteness(id="1st", requirements=[MASTER]), "id must be a name"),
        (lambda: InformationFreshness(id="fresh", max_age_days=[Receipt]), "max_age_days must be a mapping"),
        (lambda: InformationFreshness(id="fresh", max_age_days={"receipts": 3}), "not a kind of fact: 'receipts'"),
        (lambda: InformationFreshness(id="fresh", max_age_days={}), "max_age_days is empty"),
        (lambda: InformationFreshness(id="fresh", max_age_days={Receipt: -1}), "the age of Receipt must be a whole"),
        (lambda: InformationFreshness(id="fresh", max_age_days={str: 3}), "not a kind of fact"),
        (lambda: InformationFreshness(id="fresh", max_age_days={Receipt: 3}, since="ever"), "unknown start of an age"),
        (lambda: ContradictionRate(id="bad", severities=[]), "severities is unknown"),
        (lambda: ContradictionRate(id="bad", severities=["fatal"]), "severities is unknown: 'fatal'; expected some of"),
        (lambda: ContradictionRate(id="bad", severities="error"), "severities must be a collection"),
    ],
)
def test_a_measure_of_information_that_makes_no_sense_is_refused(make: Any, message: str) -> None:  # noqa: ANN401
    with pytest.raises(InvalidValueError, match=message):
        make()


def test_what_cannot_be_measured_of_information_is_refused() -> None:
    ledger = Ledger(WORLD)
    with pytest.raises(InvalidValueError, match="not a measure of information: QualityPassRate"):
        measure_information([QualityPassRate(id="quality")], ledger, as_of=YEAR_END)  # type: ignore[list-item]
    with pytest.raises(InvalidValueError, match="two measures with one id: 'known'"):
        measure_information([KNOWN, KNOWN], ledger, as_of=YEAR_END)
    with pytest.raises(InvalidValueError, match="information is not measured by this: 'month'"):
        measure_information([KNOWN], ledger, by="month", as_of=YEAR_END)  # type: ignore[arg-type]
