"""Settlement policies as plain data: read from TOML, written again, and refused with every problem by its path."""

import json
import tomllib

import pytest
from settlement_makers import eur, policy, rest_to

from supplychain_rules.errors import PolicyError
from supplychain_rules.partnership.sharing import (
    CLAUSE_LABELS,
    Band,
    Bands,
    Fee,
    OfBase,
    SettlementPolicy,
    dump_settlement,
    load_settlement,
    settle,
)

TEXT = """
schema = "supplychain-rules/settlement/1"
id = "waterfall"
version = "2026.1"
currency = "EUR"
outturn = "cost"
base = "1000000.00"
parties = ["supplier 1", "supplier 2", "supplier 3", "buyer"]
groups = ["suppliers"]
label = { en = "Gain share of line 4", zh = "四号线收益分享" }

[[clauses]]
kind = "bands"
id = "ranges"
over = "outturn"
bands = [
  { high = "80%", shares = { suppliers = "15%", buyer = "85%" } },
  { low = "80%", high = "90%", shares = { suppliers = "30%", buyer = "70%" } },
  { high = "1100000", shares = { suppliers = "1/2", buyer = "0.5" } },
  { shares = { suppliers = "20%", buyer = "80%" } },
]

[[clauses]]
kind = "cap"
id = "pool cap"
on = "suppliers"
at = "60000.00"
to = "buyer"

[[clauses]]
kind = "split"
id = "members"
of = "suppliers"
weights = { "supplier 1" = 3, "supplier 2" = 2, "supplier 3" = 2 }

[[clauses]]
kind = "charge"
id = "late delivery"
label = "Late delivery"
by = "supplier 2"
to = "buyer"
rate = "500.00"
actual = "days late"
cap = { amount = "4000.00", currency = "EUR" }
"""


def data() -> dict[str, object]:
    return tomllib.loads(TEXT)


def small(*clauses: dict[str, object], **changes: object) -> dict[str, object]:
    """Return a small policy as plain data."""
    fields: dict[str, object] = {
        "schema": "supplychain-rules/settlement/1",
        "id": "deal",
        "version": "1",
        "currency": "EUR",
        "outturn": "cost",
        "base": "1000",
        "parties": ["supplier", "buyer"],
        "clauses": [*clauses, {"kind": "split", "id": "rest", "weights": {"buyer": 1}}],
    }
    return {key: value for key, value in (fields | changes).items() if value is not ...}


def problems(given: object) -> list[tuple[str, str, str]]:
    """Return code, path and hint of everything that plain data are refused for."""
    with pytest.raises(PolicyError) as refused:
        load_settlement(given)  # type: ignore[arg-type]  # wrong on purpose
    return [(one.code, one.path, one.hint) for one in refused.value.problems]


def test_a_settlement_is_read_from_toml() -> None:
    loaded = load_settlement(data())
    found = settle(loaded, {"outturn": eur(850000), "days late": 10})

    assert [eur("25714.28"), eur("13142.86"), eur("17142.86"), eur(94000)] == list(found.shares.values())
    assert "四号线收益分享" == loaded.label.zh if loaded.label else False


def test_what_is_read_is_written_and_read_again() -> None:
    loaded = load_settlement(data())

    assert loaded == load_settlement(json.loads(json.dumps(dump_settlement(loaded))))
    assert {"kind": "charge", "id": "late delivery", "by": "supplier 2", "to": "buyer", "rate": "500"} == {
        key: value
        for key, value in dump_settlement(loaded)["clauses"][3].items()
        if key not in {"actual", "cap", "label"}
    }
    assert "80%" == dump_settlement(loaded)["clauses"][0]["bands"][0]["high"]


def test_a_policy_of_the_program_is_written_and_read_again() -> None:
    thirds = policy(
        Fee(id="fee", to="supplier", amount=OfBase("1/3"), as_available=True),
        Bands(id="x", over="rest", bands=[Band(shares={"supplier": "1/7", "buyer": "6/7"})]),
        per_unit=eur("0.005"),
    )

    assert thirds == load_settlement(dump_settlement(thirds))
    assert "100/3%" == dump_settlement(thirds)["clauses"][0]["amount"]


def test_every_problem_is_named_at_once_by_its_path() -> None:
    found = problems(
        small(
            {"kind": "fee", "id": "fee", "to": "supplier", "rate": 0.1, "amout": "1"},
            {"kind": "kap", "id": "cap"},
            {"id": "nothing"},
            {"kind": "dead_band", "id": "d", "to": "buyer", "gain": "-5%", "pain": "5%", "mode": "full"},
            "a fee",
            schema="supplychain-rules/1",
            parties=...,
            prties=["supplier"],
        )
    )

    assert [
        ("bad_value", "schema", "write schema = 'supplychain-rules/settlement/1'"),
        ("unknown_key", "prties", "did you mean 'parties'?"),
        ("missing_key", "parties", ""),
        ("unknown_key", "clauses[0].amout", "did you mean 'amount'?"),
        ("bad_value", "clauses[0].rate", "give text, int, Decimal or Fraction"),
        ("unknown_kind", "clauses[1].kind", "did you mean 'cap'?"),
        ("missing_key", "clauses[2].kind", f"expected one of {', '.join(sorted(CLAUSE_LABELS))}"),
        ("bad_value", "clauses[3].mode", "did you mean 'in_full'?"),
        ("bad_value", "clauses[3].gain", "0 or more"),
        ("wrong_type", "clauses[4]", ""),
    ] == found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(small(base=1000.0), ("bad_value", "base"), id="float for money"),
        pytest.param(small(base={"amount": 0.5}), ("bad_value", "base"), id="float in money"),
        pytest.param(small(base={"amont": "5"}), ("wrong_type", "base"), id="key of money misspelt"),
        pytest.param(small(base="a lot"), ("bad_value", "base"), id="word for money"),
        pytest.param(small(base="5%"), ("wrong_type", "base"), id="part of itself"),
        pytest.param(small(base={"amount": "1000", "currency": "USD"}), ("mixed_currencies", "base"), id="currency"),
        pytest.param(small(currency="EURO"), ("bad_value", "currency"), id="no currency"),
        pytest.param(small(currency=7), ("wrong_type", "currency"), id="number for a currency"),
        pytest.param(small(parties="supplier"), ("wrong_type", "parties"), id="text for parties"),
        pytest.param(small(parties=["supplier", 7]), ("wrong_type", "parties[1]"), id="number for a party"),
        pytest.param(small(clauses={"kind": "split"}), ("wrong_type", "clauses"), id="clauses as a table"),
        pytest.param(small(outturn=["cost"]), ("bad_value", "outturn"), id="list for a word"),
        pytest.param(small(label={"de": "x"}), ("bad_value", "label"), id="unknown language"),
        pytest.param(small(label=7), ("bad_value", "label"), id="number for a label"),
        pytest.param(
            small({"kind": "recoup", "id": "r", "to": "supplier", "amount": "1", "of": ["x"]}),
            ("bad_value", "clauses[0]"),
            id="clause says two things",
        ),
        pytest.param(
            small({"kind": "split", "id": "s", "shares": {"buyer": 0.5}}),
            ("bad_value", "clauses[0].shares"),
            id="float for a share",
        ),
        pytest.param(
            small({"kind": "split", "id": "s", "shares": ["buyer"]}),
            ("wrong_type", "clauses[0].shares"),
            id="list for shares",
        ),
        pytest.param(
            small({"kind": "split", "id": "s", "weights": {"buyer": "a lot"}}),
            ("bad_value", "clauses[0].weights"),
            id="word for a weight",
        ),
        pytest.param(
            small({"kind": "bands", "id": "b", "bands": [{"shares": {"buyer": 1}, "hihg": "5%"}]}),
            ("unknown_key", "clauses[0].bands[0].hihg"),
            id="key of a band misspelt",
        ),
        pytest.param(
            small({"kind": "recoup", "id": "r", "to": "supplier", "of": "fee"}),
            ("wrong_type", "clauses[0].of"),
            id="text for clauses",
        ),
        pytest.param(
            small({"kind": "charge", "id": "c", "by": "supplier", "to": "buyer", "rate": "1", "actual": ["d"]}),
            ("wrong_type", "clauses[0].actual"),
            id="list for a name",
        ),
        pytest.param(
            small({"kind": "fee", "id": "f", "to": "suplier", "rate": "1%"}),
            ("unknown_name", "clauses[0].to"),
            id="unknown party",
        ),
        pytest.param(
            small({"kind": "fee", "id": "f", "to": "supplier", "rate": "1%", "as_available": "yes"}),
            ("wrong_type", "clauses[0].as_available"),
            id="word for true",
        ),
        pytest.param(["not", "a", "mapping"], ("wrong_type", ""), id="list for a policy"),
    ],
)
def test_plain_data_that_is_no_settlement_is_refused(given: object, expected: tuple[str, str]) -> None:
    assert [expected] == [(code, path) for code, path, _ in problems(given)]


def test_more_clauses_than_any_contract_has_are_refused() -> None:
    split = {"kind": "split", "id": "rest", "weights": {"buyer": 1}}

    assert [("too_large", "clauses")] == [(code, path) for code, path, _ in problems(small(clauses=[split] * 201))]


def test_a_rest_that_nobody_has_is_refused_on_loading_too() -> None:
    assert [("shares_incomplete", "clauses")] == [
        (code, path)
        for code, path, _ in problems(small(clauses=[{"kind": "fee", "id": "f", "to": "buyer", "rate": 1}]))
    ]


def test_a_policy_is_written_without_what_is_as_by_default() -> None:
    plain: SettlementPolicy = policy(rest_to("buyer"))

    assert {
        "schema": "supplychain-rules/settlement/1",
        "id": "deal",
        "version": "1",
        "currency": "EUR",
        "outturn": "cost",
        "base": "1000",
        "parties": ["supplier", "buyer"],
        "clauses": [{"kind": "split", "id": "the rest", "weights": {"buyer": "1"}}],
    } == dump_settlement(plain)
