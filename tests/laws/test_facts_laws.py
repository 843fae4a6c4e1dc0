"""What must always hold of facts: nothing is lost as plain data or in rows, and no order of facts matters."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from supplychain_rules.facts.checks import contradictions
from supplychain_rules.facts.completeness import Requirement, completeness, freshness
from supplychain_rules.facts.duplicates import lookalikes, plain_name, same_content
from supplychain_rules.facts.ledger import KINDS, Fact, Ledger, happened_on
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.plain import from_plain, plain
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.shapes import refusals, shapes
from supplychain_rules.facts.structure import Structure, Structured, structure
from supplychain_rules.facts.trade import Receipt
from supplychain_rules.testing.strategies_facts import any_fact, facts_of, ledgers, worlds
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import number_text

kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)

#: Ways to write days that can be read back.
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d %B %Y", "%Y%m%d", "%Y-%m-%d 00:00:00")
#: Names of which some look alike.
NAMES = ("Acme", "ACME Ltd", "Acme (Formerly Apex)", "Apex GmbH", "Apex (Peru)", "上海钢铁有限公司", "Inc.", "")
#: Ways to write numbers: the point, and what groups three digits.
STYLES = ((".", ""), (",", ""), (".", ","), (",", "."), (",", "\u00a0"), (".", "'"))


@kinds
@given(data=st.data())
def test_a_fact_survives_the_way_through_json(kind: type[Fact], data: st.DataObject) -> None:
    fact = data.draw(facts_of(kind))

    assert fact == from_plain(json.loads(json.dumps(plain(fact))))


@given(any_fact())
def test_a_fact_that_stands_is_refused_for_nothing(fact: Fact) -> None:
    values: dict[str, Any] = {name: getattr(fact, name) for name in shapes(type(fact))}

    assert [] == refusals(type(fact), values)


#: The day that each kind of fact is about; a party's is the day it became known.
EVENTS = {
    "OrderLine": "ordered_on",
    "Receipt": "received_on",
    "Delay": "recorded_on",
    "Inspection": "inspected_on",
    "Claim": "opened_on",
    "QualityCost": "incurred_on",
    "InvoiceLine": "invoiced_on",
    "CreditNote": "credited_on",
    "Payment": "paid_on",
    "PriceObservation": "observed_on",
    "MarketPrice": "on",
    "IndexValue": "on",
    "ServiceEvent": "raised_on",
    "Complaint": "opened_on",
    "SurveyAnswer": "answered_on",
    "Interaction": "happened_on",
    "Consent": "given_on",
    "Preference": "stated_on",
    "Certificate": "valid_from",
}


@given(any_fact())
def test_a_fact_happened_on_the_day_it_is_about(fact: Fact) -> None:
    assert getattr(fact, EVENTS.get(type(fact).__name__, "known_on")) == happened_on(fact)


# Rows


def written(fact: Fact, form: str, point: str, thousands: str) -> dict[str, object]:
    """Write a fact as the row of a sheet; every cell is text, but for a list of categories."""
    row: dict[str, object] = {"currency of all": ""}
    for field in attrs.fields(type(fact)):
        match getattr(fact, field.name):
            case None:
                cell: object = ""
            case bool(answer):
                cell = "Y" if answer else "N"
            case int(days):
                cell = str(days)
            case Decimal() as quantity:
                cell = number(quantity, point, thousands)
            case date() as day:
                cell = day.strftime(form) if day > date.min else ""  # a party has always been known
            case Money(amount=amount, currency=currency):
                cell, row["currency of all"] = number(amount, point, thousands), currency
            case value:
                cell = value
        row[f"the {field.name}"] = cell
    return row


def number(value: Decimal, point: str, thousands: str) -> str:
    whole, _, decimals = number_text(value).partition(".")
    grouped = f"{int(whole):,}".replace(",", thousands) if thousands else whole
    return f"{grouped}{point}{decimals}" if decimals else grouped


def read(kind: type[Any], rows: list[dict[str, object]], **declared: Any) -> Structured[Any]:  # noqa: ANN401  of a structure
    known = shapes(kind)
    truths = [name for name, shape in known.items() if shape.content == "truth"]
    columns = {name: f"the {name}" for name, shape in known.items() if shape.content != "causes"}
    words: Mapping[str, Any] = {name: {"Y": True, "N": False} for name in truths}
    return structure(
        Structure(kind=kind, columns=columns, currency_column="currency of all", words=words, **declared), rows
    )


def is_plain_text(fact: Fact) -> bool:
    """Tell whether a sheet can hold a fact's texts: blanks around one are refused."""
    texts = [value for value in attrs.asdict(fact, recurse=False).values() if isinstance(value, str)]
    return all(text == text.strip() for text in texts)


@kinds
@given(data=st.data(), form=st.sampled_from(DATES), style=st.sampled_from(STYLES))
def test_a_fact_written_into_a_row_is_read_back(
    kind: type[Fact], data: st.DataObject, form: str, style: tuple[str, str]
) -> None:
    fact = data.draw(facts_of(kind))
    if isinstance(fact, Inspection):
        fact = attrs.evolve(fact, causes=())
    assume(is_plain_text(fact))

    found = read(kind, [written(fact, form, *style)], dates=(form,), decimal_point=style[0], thousands=style[1])

    assert ((fact,), ()) == (found.facts, found.problems)


@given(st.lists(facts_of(Receipt).filter(is_plain_text), max_size=6), st.sets(st.integers(0, 11)))
def test_every_row_is_a_fact_a_duplicate_or_refused(facts: list[Fact], broken: set[int]) -> None:
    rows = [written(fact, "%Y-%m-%d", ".", "") for fact in (*facts, *facts)]
    for place in broken.intersection(range(len(rows))):
        rows[place]["the quantity"] = "x"

    found = read(Receipt, rows)

    assert len(rows) == found.rows == len(found.facts) + len(found.duplicates) + found.refused
    assert {fact.id for fact in found.facts} <= {fact.id for fact in facts}
    Ledger(found.facts)  # whatever could be read never contradicts itself


@given(
    st.dictionaries(st.sampled_from(("id", "order_line", "received_on", "quantity")), st.from_type(object), max_size=4)
)
def test_no_cell_makes_structuring_crash(row: dict[str, Any]) -> None:
    found = structure(Structure(kind=Receipt, ids="any", floats="shortest", nan="blank", times="drop"), [row])

    assert 1 == len(found.facts) + found.refused


# Worlds


@given(worlds(), st.randoms(use_true_random=False))
def test_no_order_of_facts_changes_what_is_found(facts: list[Fact], chance: Any) -> None:  # noqa: ANN401  hypothesis' own
    shuffled = list(facts)
    chance.shuffle(shuffled)

    assert contradictions(Ledger(facts)) == contradictions(Ledger(shuffled))
    assert same_content(Ledger(facts)) == same_content(Ledger(shuffled))


@given(
    st.dictionaries(st.text(min_size=1, max_size=3).filter(str.strip), st.sampled_from(NAMES), max_size=6),
    st.randoms(use_true_random=False),
)
def test_no_order_of_parties_changes_which_look_alike(names: dict[str, str], chance: Any) -> None:  # noqa: ANN401  hypothesis' own
    firms = [Supplier(id=identity, name=name) for identity, name in names.items()]
    found = lookalikes(firms)
    chance.shuffle(firms)

    assert found == lookalikes(firms)
    assert all(len(group.ids) > 1 for group in found)


@given(ledgers(), st.integers(1, 60))
def test_a_small_decimal_context_changes_no_finding(ledger: Ledger, precision: int) -> None:
    expected = contradictions(ledger)

    with localcontext() as context:
        context.prec = precision
        assert expected == contradictions(ledger)


@given(ledgers())
def test_a_world_that_belongs_together_has_no_errors(ledger: Ledger) -> None:
    assert [] == [finding for finding in contradictions(ledger) if finding.severity == "error"]


@given(ledgers())
def test_what_is_filled_and_what_is_missing_make_up_what_is_required(ledger: Ledger) -> None:
    asked = [
        Requirement(kind=Inspection, fields=("item", "lot", "site")),
        Requirement(kind=Supplier, fields=("name",)),
    ]

    found = completeness(ledger, asked)

    assert all(one.filled + len(one.missing) == one.required for one in found)
    for requirement in asked:
        parts = [one for one in found if one.requirement == requirement and one.party is not None]
        (total,) = [one for one in found if one.requirement == requirement and one.party is None]
        assert (total.filled, total.required) == (sum(p.filled for p in parts), sum(p.required for p in parts))


@given(ledgers(), st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 60))
def test_a_fact_is_as_old_as_its_last_day(ledger: Ledger, as_of: date, most: int) -> None:
    for found in freshness(ledger, as_of=as_of, max_age_days={Inspection: most}):
        days = [
            happened_on(fact)
            for fact in ledger.as_of(as_of).inspections
            if fact.supplier == found.party and happened_on(fact) <= as_of
        ]
        assert (
            max(days, default=None),
            "never" if not days else "fresh" if (as_of - max(days)).days <= most else "stale",
        ) == (
            found.last_happened,
            found.state,
        )


@given(st.text(max_size=30))
def test_a_plain_name_is_its_own_plain_name(name: str) -> None:
    once = plain_name(name)

    assert once == plain_name(once)
