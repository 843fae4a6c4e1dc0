"""Drawn records, rule sets, facts, money and periods: all are accepted, and boundaries do occur."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import number, policy, scorecard

from supplychain_rules import Ledger, Money, Period, evaluate, load_policy, load_policy_text
from supplychain_rules.testing import ledgers, moneys, periods, policies, records
from supplychain_rules.testing.boundaries import boundaries_of

POLICIES = sorted((Path(__file__).resolve().parents[2] / "examples" / "policies").glob("*.policy.toml"))

#: Deterministic, so that a test that looks for one record always finds it.
FIND = hypothesis.settings(derandomize=True, database=None, max_examples=2_000, deadline=None)


def found(inputs: dict[str, Any], formula: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    decided = policy(inputs, {"kind": "formula", "id": "out", "formula": formula})
    return hypothesis.find(records(decided), wanted, settings=FIND)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_every_drawn_record_of_the_examples_is_decided(path: Path) -> None:
    decided = load_policy_text(path.read_text("utf-8"))

    @hypothesis.settings(max_examples=30)
    @given(record=records(decided))
    def check(record: dict[str, object]) -> None:
        assert set(decided.outputs) == set(evaluate(decided, record))

    check()


@given(data=st.data(), rules=policies())
def test_every_drawn_rule_set_loads_and_its_records_are_read(data: st.DataObject, rules: dict[str, Any]) -> None:
    decided = load_policy(rules)
    record = data.draw(records(decided))

    assert record.keys() <= {declared.name for declared in decided.inputs}


@pytest.mark.parametrize("value", ["0.95", "0.94", "0.96", "0", "1", "0.01", "0.99"])
def test_thresholds_bounds_and_their_neighbours_occur(value: str) -> None:
    rate = {"rate": number(0, 1)}
    record = found(rate, "rate >= 0.95", lambda record: Fraction(str(record["rate"])) == Fraction(value))

    assert Fraction(value) == Fraction(str(record["rate"]))


def test_the_days_beside_another_date_occur() -> None:
    days = {name: {"type": "date", "min": "2000-01-01", "max": "2099-12-31"} for name in ("due", "came")}

    def days_late(record: dict[str, Any]) -> int:
        due, came = (date.fromisoformat(str(record[name])) for name in ("due", "came"))
        return (came - due).days

    for late in (0, 1, -1, 30, 31):
        record = found(days, "days_between(due, came) > 30", lambda record, late=late: days_late(record) == late)
        assert late == days_late(record)


def test_two_numbers_that_are_compared_meet() -> None:
    inputs = {"billed": number(0, 10**9), "agreed": number(0, 10**9)}
    record = found(
        inputs,
        "billed > agreed",
        lambda record: Fraction(str(record["billed"])) == Fraction(str(record["agreed"])) > 100,
    )

    assert Fraction(str(record["billed"])) == Fraction(str(record["agreed"]))


def test_a_text_that_the_rules_name_occurs() -> None:
    record = found({"city": {"type": "text"}}, 'city == "Suzhou"', lambda record: record["city"] == "Suzhou")

    assert "Suzhou" == record["city"]


def test_what_may_be_missing_is_missing_in_the_smallest_record() -> None:
    inputs = {"a": number(optional=True), "b": number(optional=True)}

    assert {} == found(inputs, "a + b", lambda _: True)


def test_the_corners_of_a_value_function_are_boundaries_of_what_it_scores() -> None:
    target = {"kind": "target", "target": "50", "low": "10", "high": "90", "tolerance_above": "5"}
    decided = policy({"rate": number()}, scorecard({"id": "a", "of": "rate", "value": target}))

    assert {1000, 5000, 5500, 9000} <= set(boundaries_of(decided).near["rate"])


def test_a_threshold_on_a_result_is_a_far_boundary_of_what_it_rests_on() -> None:
    twice = {"kind": "formula", "id": "twice", "formula": "rate * 2"}
    bands = [{"name": "A", "from": "75"}, {"name": "B"}]
    decided = policy({"rate": number()}, twice, {"kind": "ladder", "id": "grade", "of": "twice", "bands": bands})

    assert 7500 in boundaries_of(decided).far["rate"]


@given(money=moneys())
def test_drawn_money_is_whole_in_its_minor_unit(money: Money) -> None:
    assert money == Money(str(money.amount), money.currency)
    assert 0 == money.amount * 10 ** {"JPY": 0, "KWD": 3}.get(money.currency, 2) % 1


@given(period=periods(date(2026, 1, 1), date(2026, 12, 31), longest=10))
def test_drawn_periods_run_forwards_from_about_where_they_may_start(period: Period) -> None:
    assert period.days >= 1
    assert 2026 == period.start.year


@pytest.mark.parametrize("wanted", [Period.month(2026, 2), Period.quarter(2026, 3), Period.year(2026)])
def test_months_quarters_and_years_occur(wanted: Period) -> None:
    within = periods(date(2026, 1, 1), date(2026, 12, 31))

    assert wanted == hypothesis.find(within, lambda period: period == wanted, settings=FIND)


@given(ledger=ledgers())
def test_drawn_ledgers_hold_facts_that_belong_together(ledger: Ledger) -> None:
    assert ledger == Ledger(ledger.facts)
