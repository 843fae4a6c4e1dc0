"""Quality and service levels: by lot and by window, of our own facts and from elsewhere."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from contract_makers import agreed, breach, breaches, check, inspected, invoiced, kinds
from delivery_makers import due, got, held_up, line

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.quality import RejectCause
from supplychain_rules.partnership.contracts import (
    Amendment,
    DeliveryTerms,
    QualityTerms,
    ServiceLevelTerms,
    VolumeTerms,
    check_compliance,
)
from supplychain_rules.values.period import Period

JANUARY = date(2026, 1, 15)
NEXT_MONTH = date(2026, 2, 1)
MONTH_END = date(2026, 1, 31)


def quality(**choices: Any) -> Any:  # noqa: ANN401  any choice
    return agreed(QualityTerms(id="quality", **choices))


# Lots


def test_a_lot_that_was_refused_is_a_breach_worth_its_rejects() -> None:
    facts = [line("L1", 100, price="3"), inspected(4, JANUARY, order_line="L1", accepted=False)]
    found = breach(quality(lots_must_pass=True), facts)

    assert ("lot_below_standard", JANUARY, 4, 12, 300) == (
        found.kind,
        found.on,
        found.quantity,
        found.value,
        found.whole,
    )
    assert ("inspections/Q1", "order_lines/L1") == found.facts


def test_a_lot_that_an_acceptance_plan_accepted_is_no_breach_although_it_has_rejects() -> None:
    assert [] == kinds(quality(lots_must_pass=True), [inspected(1, JANUARY, accepted=True)])
    assert ["lot_below_standard"] == kinds(quality(lots_must_pass=True), [inspected(1, JANUARY)])


def test_a_lot_below_the_least_share_is_a_breach_and_at_it_is_none() -> None:
    contract = quality(least_lot_pass_rate=Fraction(97, 100))

    assert [] == kinds(contract, [inspected(3, JANUARY)])
    found = breach(contract, [inspected(4, JANUARY)])
    assert (Fraction(97, 100), Fraction(96, 100), None) == (found.agreed, found.actual, found.value)


def test_rejects_of_somebody_else_count_only_where_the_terms_do_not_name_whose() -> None:
    carriers = inspected(4, JANUARY, causes=[RejectCause(quantity=4, cause="dented", fault="carrier")])

    assert ["lot_below_standard"] == kinds(quality(lots_must_pass=True), [carriers])
    assert [] == kinds(quality(lots_must_pass=True, faults=["supplier"]), [carriers])


# Windows


def test_a_month_below_the_least_share_is_a_breach_once_it_has_ended() -> None:
    contract, facts = (
        quality(least_pass_rate=Fraction(99, 100)),
        [inspected(3, JANUARY), inspected(0, due(0), name="Q2")],
    )

    assert [] == kinds(contract, facts, as_of=date(2026, 1, 31))
    found = breach(contract, facts, as_of=NEXT_MONTH)
    assert ("quality_below_standard", MONTH_END, Fraction(197, 200)) == (found.kind, found.on, found.actual)
    assert "units[2026-01-01..2026-02-01)" == found.subject


def test_a_months_worth_is_that_of_the_order_lines_received_in_it() -> None:
    contract = quality(least_pass_rate=Fraction(99, 100))
    facts = [
        inspected(3, JANUARY),
        line("A", price="7"),
        got(-6, 4, of="A"),
        got(-2, 6, of="A"),
        line("B"),
        got(30, of="B"),
    ]

    assert 70 == breach(contract, facts).value


@pytest.mark.parametrize(
    ("choices", "name", "actual"),
    [
        ({"least_lots_accepted": Fraction(3, 4)}, "lots", Fraction(1, 2)),
        ({"most_ppm": 9_999}, "ppm", Fraction(10_000)),
    ],
)
def test_shares_of_lots_and_rejects_per_million_are_asked_of_a_window(
    choices: dict[str, Any], name: str, actual: Fraction
) -> None:
    found = breach(quality(**choices), [inspected(2, JANUARY), inspected(0, due(0), name="Q2")])

    assert (f"{name}[2026-01-01..2026-02-01)", actual) == (found.subject, found.actual)


def test_a_window_without_an_inspection_is_no_breach_and_told() -> None:
    found = check(quality(least_pass_rate=Fraction(1)), [], as_of=NEXT_MONTH)

    assert () == found.breaches
    assert [("no inspection in the window", ("[2026-01-01..2026-02-01)",))] == [
        (one.reason.en, one.subjects) for one in found.not_judged
    ]


def test_a_lot_is_judged_by_the_terms_of_its_order_and_else_by_those_of_its_day() -> None:
    milder = Amendment(
        id="A1",
        signed_on=date(2026, 1, 2),
        effective_from=date(2026, 1, 10),
        clauses=[QualityTerms(id="quality", least_lot_pass_rate=Fraction(1, 2))],
    )
    contract = agreed(QualityTerms(id="quality", lots_must_pass=True), amendments=[milder])
    lots = [inspected(4, JANUARY, order_line="L1"), inspected(4, JANUARY, name="Q2")]

    found = breach(contract, [line(), *lots])
    assert ("inspections/Q1", date(2026, 1, 5)) == (found.subject, found.governed_on)


def test_only_rejects_that_count_are_reworked_for_a_window() -> None:
    contract = quality(least_pass_rate=Fraction(99, 100), faults=["supplier"])
    both = inspected(
        9,
        JANUARY,
        causes=[
            RejectCause(quantity=5, cause="scratched", fault="supplier"),
            RejectCause(quantity=4, cause="dented", fault="carrier"),
        ],
    )

    assert 5 == breach(contract, [both]).quantity


@pytest.mark.parametrize(
    ("per", "windows"),
    [
        ("month", ["2026-03-15..2026-04-01", "2026-04-01..2026-05-01"]),
        ("quarter", ["2026-03-15..2026-04-01", "2026-04-01..2026-07-01"]),
        ("year", ["2026-03-15..2027-01-01"]),
        ("contract_year", ["2026-03-15..2027-03-15"]),
        ("term", ["2026-03-15..2027-09-15"]),
    ],
)
def test_windows_are_clipped_to_the_contract(per: Any, windows: list[str]) -> None:  # noqa: ANN401  a word
    contract = agreed(
        QualityTerms(id="quality", least_pass_rate=Fraction(1), per=per),
        valid_from=date(2026, 3, 15),
        valid_until=date(2027, 9, 15),
    )
    facts = [inspected(1, date(2026, 3, 20)), inspected(1, date(2026, 4, 20), name="Q2")]
    found = breaches(contract, facts, as_of=date(2028, 1, 1), period=Period(date(2026, 1, 1), date(2028, 1, 1)))

    assert [f"units[{window})" for window in windows] == [one.subject for one in found]


# Service levels


def level(**choices: Any) -> Any:  # noqa: ANN401  any choice
    return agreed(
        DeliveryTerms(id="delivery", excused_faults=["buyer"]), ServiceLevelTerms(id="level", least="0.6", **choices)
    )


def test_a_month_with_too_few_lines_on_time_in_full_is_a_breach() -> None:
    facts = [line("A", price="5"), got(0, of="A"), line("B"), got(3, of="B")]
    found = [one for one in breaches(level(), facts) if one.kind == "service_level_missed"]

    assert [(Fraction(1, 2), 60, MONTH_END)] == [(one.actual, one.value, one.on) for one in found]


def test_a_level_is_not_judged_while_a_line_may_still_come_in_time() -> None:
    facts = [line("A"), got(9, of="A"), line("B", promised_on=date(2026, 1, 31)), held_up(5, of="B")]

    assert "service_level_missed" not in kinds(level(), facts, as_of=date(2026, 2, 5))
    assert "service_level_missed" in kinds(level(), facts, as_of=date(2026, 2, 6))


def test_a_level_from_elsewhere_is_held_against_the_terms() -> None:
    contract = agreed(ServiceLevelTerms(id="uptime", least="0.995", source="given"))
    levels = {"uptime": {date(2026, 1, 1): Fraction(99, 100), NEXT_MONTH: Fraction(1)}}
    found = check(contract, [invoiced(700, JANUARY, line=None)], levels=levels)

    assert [("[2026-01-01..2026-02-01)", Fraction(99, 100), 700)] == [
        (one.subject, one.actual, one.value) for one in found.breaches
    ]


def test_a_window_whose_level_nobody_gave_is_told_and_not_judged() -> None:
    contract = agreed(ServiceLevelTerms(id="uptime", least="0.995", source="given"))
    (left,) = check(contract, [], as_of=NEXT_MONTH).not_judged

    assert ("no level of the window is known", ("[2026-01-01..2026-02-01)",)) == (left.reason.en, left.subjects)


@pytest.mark.parametrize(
    "given", [{"uptime": {"2026-01": Fraction(1)}}, {"uptime": {JANUARY: 0.99}}, {"uptime": {JANUARY: 2}}]
)
def test_levels_that_are_none_are_refused(given: Any) -> None:  # noqa: ANN401  anything
    with pytest.raises(InvalidValueError, match="no levels by day"):
        check(agreed(), [], levels=given)


def test_a_missed_minimum_of_a_year_is_found_by_the_check_of_that_year() -> None:
    contract, year = agreed(VolumeTerms(id="volume", basis="order_value", per="year", minimum=100)), Period.year(2026)
    found = check_compliance(contract, Ledger([]), year, as_of=date(2027, 1, 1)).breaches

    assert [("minimum_missed", date(2026, 12, 31))] == [(one.kind, one.on) for one in found]
    assert () == check_compliance(contract, Ledger([]), year, as_of=date(2026, 12, 31)).breaches
