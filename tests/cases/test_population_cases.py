"""Quantiles and ABC classes of published customers and suppliers, in the numbers of their truth files.

Sources: CDNOW (Fader and Hardie, 23,570 customers; figures computed independently by two programs), Northwind
(Microsoft sample database), wholesale customers (UCI); definitions stand in `truth.json` beside the data.
"""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from makers import number, policy

from supplychain_rules import Decision, Policy, evaluate, evaluate_all, fit_cuts, load_policy

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the shared data folder is not beside the checkout")

#: The day from which the truth of CDNOW looks back.
AS_OF = date(1998, 6, 30)

INPUTS: dict[str, Any] = {
    "days": {"type": "integer", "min": 0, "max": 2000},
    "purchases": {"type": "integer", "min": 0, "max": 10_000},
    "spend": number(0, 10_000_000),
}

PARETO: tuple[dict[str, Any], ...] = (
    {"kind": "share", "id": "share", "of": "spend"},
    {
        "kind": "formula",
        "id": "abc",
        "formula": "'A' if share_before < 0.8 else 'B' if share_before < 0.95 else 'C'",
    },
)

RFM: tuple[dict[str, Any], ...] = (
    {"kind": "quantile", "id": "recency", "of": "days", "better": "low"},
    {"kind": "quantile", "id": "frequency", "of": "purchases"},
    {"kind": "quantile", "id": "monetary", "of": "spend"},
)


def rows(folder: str, name: str) -> Iterator[dict[str, str]]:
    with (SHARED / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def truth(folder: str) -> dict[str, Any]:
    figures = json.loads((SHARED / folder / "truth.json").read_text("utf-8"))["figures"]
    return {name: figure["value"] for name, figure in figures.items()}


def sizes(decisions: tuple[Decision, ...], name: str) -> Counter[Any]:
    return Counter(decision[name] for decision in decisions)


def abc_sizes(decisions: tuple[Decision, ...]) -> tuple[int, int, int]:
    found = sizes(decisions, "abc")
    return found["A"], found["B"], found["C"]


@pytest.fixture(scope="module")
def customers() -> list[dict[str, object]]:
    """Return recency in days, purchase days and spend of every customer of CDNOW."""
    spend: dict[str, Decimal] = defaultdict(Decimal)
    days: dict[str, set[str]] = defaultdict(set)
    for line in (SHARED / "cdnow" / "CDNOW_master.txt").read_text("ascii").splitlines()[1:]:
        customer, day, _, dollars = line.split()
        spend[customer] += Decimal(dollars)
        days[customer].add(day)
    return [
        {
            "days": (AS_OF - date.fromisoformat(max(days[customer]))).days,
            "purchases": len(days[customer]),
            "spend": spend[customer],
        }
        for customer in spend
    ]


@pytest.fixture(scope="module")
def rules() -> Policy:
    return policy(INPUTS, *RFM, *PARETO)


@pytest.fixture(scope="module")
def decided(rules: Policy, customers: list[dict[str, object]]) -> tuple[Decision, ...]:
    return evaluate_all(rules, customers)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("recency", [4735, 4712, 4702, 4720, 4701]),
        ("frequency", [12054, 0, 4040, 3641, 3835]),
        ("monetary", [4817, 4615, 4710, 4715, 4713]),
    ],
)
def test_cdnow_quintiles_keep_equal_customers_together(
    decided: tuple[Decision, ...], name: str, expected: list[int]
) -> None:
    found = sizes(decided, name)

    assert expected == [found[class_] for class_ in range(1, 6)]


def test_cdnow_customers_fall_into_71_of_125_codes(decided: tuple[Decision, ...]) -> None:
    codes = Counter("".join(str(one[step["id"]]) for step in RFM) for one in decided)

    assert (71, 2_340, 1_740) == (len(codes), codes["555"], codes["111"])


def test_cdnow_abc_classes_never_cut_between_equal_customers(decided: tuple[Decision, ...]) -> None:
    assert (7_695, 8_067, 7_808) == abc_sizes(decided)


def test_cdnow_quintiles_of_a_customer_alone_by_cut_points(
    rules: Policy, customers: list[dict[str, object]], decided: tuple[Decision, ...]
) -> None:
    quintiles = [step for step in fit_cuts(rules, decided)["steps"] if step["kind"] == "quantile"]
    fitted = policy(INPUTS, *quintiles)

    for customer, before in zip(customers[:500], decided, strict=False):
        assert [before[step["id"]] for step in RFM] == list(dict(evaluate(fitted, customer)).values())


def spend_of(values: dict[str, Decimal]) -> list[dict[str, object]]:
    return [{"spend": value} for value in values.values()]


@pytest.mark.parametrize("whose", ["suppliers", "customers"])
def test_northwind_abc_classes_have_the_sizes_of_the_truth_file(whose: str) -> None:
    supplier_of = {row["ProductID"]: row["SupplierID"] for row in rows("northwind", "products")}
    customer_of = {row["OrderID"]: row["CustomerID"] for row in rows("northwind", "orders")}
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows("northwind", "order_details"):
        key = supplier_of[row["ProductID"]] if whose == "suppliers" else customer_of[row["OrderID"]]
        revenue[key] += Decimal(row["UnitPrice"]) * Decimal(row["Quantity"]) * (1 - Decimal(row["Discount"]))
    figures = truth("northwind")
    expected = tuple(figures[f"abc_{whose}_class_{class_}"] for class_ in "ABC")

    assert expected == abc_sizes(evaluate_all(policy({"spend": number(0, 10_000_000, 4)}, *PARETO), spend_of(revenue)))


def test_wholesale_abc_classes_have_the_sizes_of_the_truth_file() -> None:
    clients = [
        {"spend": sum(int(value) for key, value in row.items() if key not in ("Channel", "Region"))}
        for row in rows("wholesale_customers", "wholesale_customers")
    ]
    figures = truth("wholesale_customers")
    rules = policy({"spend": number(0, 1_000_000, 0)}, *PARETO)

    assert tuple(figures[f"abc_class_{class_}"] for class_ in "ABC") == abc_sizes(evaluate_all(rules, clients))


def test_wholesale_quintiles_are_equal_but_for_their_ties() -> None:
    clients = [
        {"spend": sum(int(value) for key, value in row.items() if key not in ("Channel", "Region"))}
        for row in rows("wholesale_customers", "wholesale_customers")
    ]
    rules = policy({"spend": number(0, 1_000_000, 0)}, {"kind": "quantile", "id": "size", "of": "spend"})
    fitted = fit_cuts(rules, clients)

    # The published cut points lie between two neighbours, by linear interpolation; these are the upper one of them.
    published = truth("wholesale_customers")["quintile_cutpoints"]
    spends = sorted(int(str(client["spend"])) for client in clients)
    assert [str(next(value for value in spends if value > cut)) for cut in published] == fitted["steps"][0]["cuts"]
    assert {Decimal(class_): 88 for class_ in range(1, 6)} == sizes(evaluate_all(load_policy(fitted), clients), "size")
