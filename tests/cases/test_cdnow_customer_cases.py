"""CDNOW, from facts to classes: recency, frequency and money of 23,570 customers, quintiles, ABC and spend tiers.

Source: CDNOW master file (Fader and Hardie), 69,659 lines; the figures were computed independently by two programs.
Class sizes by both rules for ties are computed once more here, in the plainest way there is.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from cdnow import cdnow_ledger, cdnow_lines, needs_cdnow

from supplychain_rules import Decision, Policy, apply, evaluate, evaluate_all, fit_cuts, load_policy
from supplychain_rules.customers import (
    RFM_INPUTS,
    Profile,
    abc_rules,
    class_changes,
    frozen_abc,
    profiles,
    rfm_records,
    rfm_rules,
)
from supplychain_rules.engines.profile_frames import profile_frame
from supplychain_rules.rules.quantile import QuantileTies

pytestmark = needs_cdnow

#: The day from which the figures look back.
AS_OF = date(1998, 6, 30)

Records = dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def found() -> Mapping[str, Profile]:
    return profiles(cdnow_ledger(), as_of=AS_OF, currency="USD")


@pytest.fixture(scope="module")
def records(found: Mapping[str, Profile]) -> Records:
    return rfm_records(found)


@pytest.fixture(scope="module")
def quintiles() -> Policy:
    return load_policy(rfm_rules())


@pytest.fixture(scope="module")
def decided(quintiles: Policy, records: Records) -> dict[str, Decision]:
    return dict(zip(records, evaluate_all(quintiles, records.values()), strict=True))


def sizes(decisions: Mapping[str, Decision], output: str, classes: int = 5) -> list[int]:
    counted = Counter(one[output] for one in decisions.values())
    return [counted[class_] for class_ in range(1, classes + 1)]


def test_every_line_and_customer_of_the_file_is_in_the_profiles(found: Mapping[str, Profile]) -> None:
    assert (69_659, 23_570, 67_591, Decimal("2500315.63")) == (
        sum(one.purchases for one in found.values()),
        len(found),
        sum(one.purchase_days for one in found.values()),
        sum(one.monetary.amount for one in found.values()),
    )


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ("00001", (545, 1, Decimal("11.77"))),
        ("00003", (33, 6, Decimal("156.46"))),
        ("00004", (200, 4, Decimal("100.50"))),
        ("14048", (0, 171, Decimal("8976.33"))),
    ],
)
def test_recency_frequency_and_money_of_four_customers(
    records: Records, customer: str, expected: tuple[object, ...]
) -> None:
    assert expected == tuple(records[customer].values())


def test_quintiles_keep_equal_customers_together(decided: dict[str, Decision]) -> None:
    assert {
        "recency": [4735, 4712, 4702, 4720, 4701],
        "frequency": [12054, 0, 4040, 3641, 3835],
        "money": [4817, 4615, 4710, 4715, 4713],
    } == {name: sizes(decided, name) for name in ("recency", "frequency", "money")}


def test_customers_fall_into_71_of_125_codes(decided: dict[str, Decision]) -> None:
    codes = Counter(one["code"] for one in decided.values())

    assert (71, 2_340, 1_740) == (len(codes), codes[555], codes[111])


def plain_classes(values: Sequence[Any], classes: int, *, better: str, ties: str) -> list[int]:
    """Class every value by counting, value by different value; no more than the definition."""
    count_of, n = Counter(values), len(values)
    class_of: dict[Any, int] = {}
    worse = 0
    for value in sorted(count_of, reverse=better == "low"):
        if ties == "min":
            class_of[value] = 1 + classes * worse // n
        worse += count_of[value]
        if ties == "max":
            class_of[value] = -(-classes * worse // n)
    return [class_of[value] for value in values]


@pytest.mark.parametrize("classes", [4, 5])
@pytest.mark.parametrize("ties", ["min", "max"])
def test_class_sizes_by_both_rules_for_ties_are_those_of_plain_counting(
    records: Records, classes: int, ties: QuantileTies
) -> None:
    rows = list(records.values())
    found = evaluate_all(load_policy(rfm_rules(classes=classes, ties=ties)), rows)

    for output, of, better in (
        ("recency", "recency_days", "low"),
        ("frequency", "purchase_days", "high"),
        ("money", "monetary", "high"),
    ):
        expected = plain_classes([row[of] for row in rows], classes, better=better, ties=ties)
        assert expected == [int(one[output]) for one in found]


@pytest.mark.parametrize(
    ("classes", "ties", "expected"),
    [
        (4, "min", [[6077, 5875, 5742, 5876], [12054, 0, 6245, 5271], [5906, 5879, 5893, 5892]]),
        (4, "max", [[5875, 5899, 5899, 5897], [0, 0, 16094, 7476], [5888, 5897, 5892, 5893]]),
        (5, "max", [[4539, 4748, 4844, 4720, 4719], [0, 0, 12054, 6245, 5271], [4393, 5033, 4716, 4713, 4715]]),
    ],
)
def test_sizes_of_quartiles_and_of_quintiles_by_the_other_rule(
    records: Records, classes: int, ties: QuantileTies, expected: list[list[int]]
) -> None:
    rules = load_policy(rfm_rules(classes=classes, ties=ties))
    decisions = dict(zip(records, evaluate_all(rules, records.values()), strict=True))

    assert expected == [sizes(decisions, name, classes) for name in ("recency", "frequency", "money")]


def test_every_customer_has_a_segment_and_none_is_called_other(decided: dict[str, Decision]) -> None:
    counted = Counter(one["segment"] for one in decided.values())

    assert 23_570 == sum(counted.values())
    assert None not in counted


def test_renamed_ids_shuffled_rows_and_money_in_cents_change_no_code(
    records: Records, decided: dict[str, Decision]
) -> None:
    renamed = {f"{99_999 - int(customer)}": row for customer, row in records.items()}
    shuffled = sorted(renamed)  # the file is in the order of the old ids
    rows = [renamed[customer] | {"monetary": renamed[customer]["monetary"] * 100} for customer in shuffled]  # type: ignore[operator]  # wrong on purpose
    rules = load_policy(rfm_rules(money_decimals=0))

    again = dict(zip(shuffled, evaluate_all(rules, rows), strict=True))

    assert {c: (one["code"], one["segment"]) for c, one in decided.items()} == {
        f"{99_999 - int(customer):05}": (one["code"], one["segment"]) for customer, one in again.items()
    }


def test_frozen_cut_points_class_the_same_population_alike(
    quintiles: Policy, records: Records, decided: dict[str, Decision]
) -> None:
    frozen = load_policy(fit_cuts(quintiles, decided.values()))

    assert [one["code"] for one in decided.values()] == [one["code"] for one in evaluate_all(frozen, records.values())]


def test_a_customer_that_did_nothing_new_does_not_change_by_behaviour_only_because_others_did(
    quintiles: Policy,
) -> None:
    before, after = (
        rfm_records(profiles(cdnow_ledger(), as_of=day, currency="USD")) for day in (date(1997, 12, 31), AS_OF)
    )

    changes = class_changes(quintiles, before, after, outputs=["money"])

    silent = {customer for customer, row in before.items() if after[customer]["monetary"] == row["monetary"]}
    assert (23_570, (), ()) == (changes.compared, changes.joined, changes.left)
    assert not [one for one in changes.changes if one.is_behaviour and one.customer in silent]
    assert [one for one in changes.changes if one.is_drift and one.customer in silent]


def test_abc_classes_never_cut_between_equal_customers(records: Records) -> None:
    rules = load_policy(abc_rules())
    rows = [{"monetary": row["monetary"]} for row in records.values()]

    decisions = evaluate_all(rules, rows)

    assert {"A": 7_695, "B": 8_067, "C": 7_808} == Counter(one["abc_class"] for one in decisions)
    at_the_cut = {
        one["abc_class"] for one, row in zip(decisions, rows, strict=True) if row["monetary"] == Decimal("26.99")
    }
    assert 1 == len(at_the_cut)


def test_abc_by_fixed_amounts_decides_the_same_population_alike(records: Records) -> None:
    rows = [{"monetary": row["monetary"]} for row in records.values()]
    fixed = load_policy(frozen_abc(abc_rules(), rows, version="2"))

    counted = Counter(evaluate(fixed, row)["abc_class"] for row in rows)

    assert {"A": 7_695, "B": 8_067, "C": 7_808} == counted


def test_tiers_by_lifetime_spend(records: Records) -> None:
    rules = load_policy(
        {
            "schema": "supplychain-rules/1",
            "id": "spend-tiers",
            "version": "1",
            "inputs": {"monetary": {"type": "number", "decimals": 2, "min": 0, "max": 1_000_000}},
            "steps": [
                {
                    "kind": "ladder",
                    "id": "tier",
                    "of": "monetary",
                    "bands": [
                        {"name": "top", "from": "500"},
                        {"name": "high", "from": "200"},
                        {"name": "middle", "from": "50"},
                        {"name": "low"},
                    ],
                }
            ],
        }
    )

    counted = Counter(evaluate(rules, {"monetary": row["monetary"]})["tier"] for row in records.values())

    assert {"top": 734, "high": 2_271, "middle": 7_735, "low": 12_830} == counted


@pytest.mark.parametrize(
    "rules", [rfm_rules(), rfm_rules(classes=4, ties="max"), abc_rules()], ids=["5", "4max", "abc"]
)
def test_a_frame_of_polars_says_what_the_records_say(records: Records, rules: dict[str, Any]) -> None:
    policy = load_policy(rules)
    names = list(rules["inputs"])
    rows = [{name: row[name] for name in names} for row in records.values()]
    frame = pl.DataFrame(
        {name: [float(row[name]) if name == "monetary" else row[name] for row in rows] for name in names}  # type: ignore[arg-type]  # wrong on purpose
    )

    on_frame = apply(policy, frame)
    in_python = evaluate_all(policy, rows)

    for output in dict(in_python[0]):
        expected = [one[output] for one in in_python]
        shown = [float(value) if isinstance(value, Decimal) else value for value in expected]
        assert shown == on_frame[output].to_list()


def test_the_lines_are_read_as_they_are_written() -> None:
    assert ("00001", "19970101", "1", "11.77") == cdnow_lines()[0]


def _ntiles(values: Mapping[str, Any], ids: Sequence[str]) -> dict[str, int]:
    """Return the fifths that SQL's NTILE gives rows in the order of their values, and of their ids where these tie."""
    place = {customer: at for at, customer in enumerate(ids)}
    ordered = sorted(ids, key=lambda customer: (values[customer], place[customer]))
    whole, more = divmod(len(ordered), 5)
    ends = [whole * (tile + 1) + min(tile + 1, more) for tile in range(5)]
    return {customer: bisect_right(ends, at) + 1 for at, customer in enumerate(ordered)}


def test_ntile_gives_14_465_customers_another_code_when_ids_are_reversed(records: Records) -> None:
    """The trap that classes by strictly worse records avoid."""
    recent = {customer: -int(str(row["recency_days"])) for customer, row in records.items()}
    others: list[Mapping[str, Any]] = [
        {customer: row[name] for customer, row in records.items()} for name in ("purchase_days", "monetary")
    ]
    codes = []
    for ids in (sorted(records), sorted(records, reverse=True)):
        tiles = [_ntiles(values, ids) for values in (recent, *others)]
        codes.append({customer: tuple(each[customer] for each in tiles) for customer in ids})
    assert 14_465 == sum(codes[0][customer] != codes[1][customer] for customer in records)


def test_profiles_of_a_frame_are_those_of_the_facts(records: Records) -> None:
    columns = ["customer", "invoiced_on", "cds", "amount"]
    written = pl.DataFrame(cdnow_lines(), schema=columns, orient="row")
    frame: Any = written.select(
        "customer", pl.col("invoiced_on").str.to_date("%Y%m%d"), pl.col("amount").cast(pl.Decimal(12, 2))
    )
    asked: dict[str, Any] = {"as_of": AS_OF, "currency": "USD", "figures": list(RFM_INPUTS)}
    found = profile_frame({"invoice_lines": frame}, **asked)
    assert (
        {customer: tuple(map(float, row.values())) for customer, row in records.items()}
        == {  # type: ignore[arg-type]  # wrong on purpose
            row[0]: tuple(map(float, row[1:])) for row in found.rows()
        }
    )
