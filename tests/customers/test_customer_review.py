"""The periodic review: each consequence for the customer it is meant for, grave ones first, with reasons in words."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from supplychain_rules import InvalidValueError, Ledger, Money, apply, evaluate, evaluate_all, load_policy, verify
from supplychain_rules.customers import CONSEQUENCES, profiles, review_record, review_rules
from supplychain_rules.facts.billing import InvoiceLine

GOOD: dict[str, object] = {
    "tier": "gold",
    "margin_rate": "0.30",
    "paid_on_time_rate": "0.98",
    "satisfaction": 80,
    "open_complaints": 0,
}

#: What is changed of a good customer, and what follows.
CASES: list[tuple[dict[str, object], str, str]] = [
    ({}, "partner", "invest"),
    ({"tier": "silver"}, "partner", "invest"),
    ({"tier": "basic"}, "sound", "keep"),
    ({"margin_rate": "0.2499"}, "sound", "keep"),
    ({"margin_rate": "0.0999", "tier": "silver"}, "underpriced", "reprice"),
    ({"margin_rate": "0.0999"}, "sound", "keep"),
    ({"margin_rate": "-0.0001"}, "underpriced", "reprice"),
    ({"paid_on_time_rate": "0.7999"}, "slow_payer", "shorten_terms"),
    ({"margin_rate": "-0.1", "paid_on_time_rate": "0.5"}, "underpriced", "reprice"),
    ({"margin_rate": "-0.1", "paid_on_time_rate": "0.5", "tier": "basic"}, "burden", "leave"),
    ({"satisfaction": 49}, "endangered", "invest"),
    ({"open_complaints": 1}, "endangered", "invest"),
    ({"open_complaints": 1, "tier": "silver"}, "partner", "invest"),
    ({"satisfaction": 49, "tier": "silver"}, "sound", "keep"),
    ({"satisfaction": None}, "partner", "invest"),
    ({"margin_rate": None}, "sound", "keep"),
    ({"paid_on_time_rate": None}, "sound", "keep"),
]


@pytest.mark.parametrize(("changes", "class_", "consequence"), CASES)
def test_a_customer_has_the_class_and_consequence_meant_for_it(
    changes: dict[str, object], class_: str, consequence: str
) -> None:
    found = evaluate(load_policy(review_rules()), GOOD | changes)

    assert (class_, consequence) == (found["review_class"], found["consequence"])


def test_every_consequence_is_recommended_to_somebody() -> None:
    assert set(CONSEQUENCES) == {consequence for _, _, consequence in CASES}


@pytest.mark.parametrize("rules", [review_rules(), review_rules(tiers=["key", "other"])], ids=["three", "two"])
def test_verify_finds_no_error_and_no_warning(rules: dict[str, Any]) -> None:
    assert set() == {finding.severity for finding in verify(load_policy(rules))} - {"info"}


def test_a_frame_of_polars_says_what_the_records_say() -> None:
    policy = load_policy(review_rules())
    rows = [GOOD | changes for changes, _, _ in CASES]
    numbers = ("margin_rate", "paid_on_time_rate", "satisfaction")
    frame = pl.DataFrame(
        [
            {n: None if r[n] is None else float(r[n]) for n in numbers}
            | {"tier": r["tier"], "open_complaints": r["open_complaints"]}
            for r in rows
        ]  # type: ignore[arg-type]
    )

    found = apply(policy, frame)

    assert [(one["review_class"], one["consequence"]) for one in evaluate_all(policy, rows)] == list(
        zip(found["review_class"].to_list(), found["consequence"].to_list(), strict=True)
    )


def test_the_explanation_says_why_in_both_languages() -> None:
    explained = evaluate(load_policy(review_rules()), GOOD | {"paid_on_time_rate": "0.5"}).explain()

    assert "Pays late" in explained.text("en")
    assert "付款迟缓" in explained.text("zh")


def test_thresholds_are_the_callers() -> None:
    strict = load_policy(review_rules(margins=["0.50", "0.40", "0.35"]))

    assert "reprice" == evaluate(strict, GOOD)["consequence"]


def test_the_record_of_a_profile_is_what_the_review_reads() -> None:
    line = InvoiceLine(
        id="I1",
        invoice="I1",
        supplier="us",
        customer="C1",
        quantity=1,  # type: ignore[arg-type]
        amount=Money("100", "EUR"),
        cost=Money("66.6667", "EUR"),
        invoiced_on=date(2026, 3, 2),
    )
    profile = profiles(Ledger([line]), as_of=date(2026, 7, 1), currency="EUR")["C1"]

    found = evaluate(load_policy(review_rules()), review_record(profile, "gold"))

    assert ("high", "unknown", "sound") == (found["margin_band"], found["payment_band"], found["review_class"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tiers": ["gold"]}, "tiers are at least two different names"),
        ({"tiers": ["gold", "gold"]}, "tiers are at least two different names"),
        ({"tiers": "gold"}, "tiers are at least two different names"),
        ({"margins": ["0", "0.1", "0.25"]}, "margins are 3 thresholds that fall"),
        ({"on_time": ["0.95"]}, "on_time are 2 thresholds that fall"),
        ({"satisfaction": "75"}, "satisfaction are 2 thresholds that fall"),
    ],
)
def test_rules_without_sense_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        review_rules(**given)
