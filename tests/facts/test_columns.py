"""A declaration that no row could satisfy is refused before there is a row, with the way out."""

import pickle
from typing import Any

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.care import Complaint
from supplychain_rules.facts.columns import Structure
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt

RECEIPT = {"id": "No", "order_line": "Line", "received_on": "Day", "quantity": "Qty"}

DELAY = {"id": "No", "order_line": "Line", "days": "Days", "fault": "Fault", "recorded_on": "Day"}


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        pytest.param({"columns": {**RECEIPT, "recieved_on": "Day"}}, "did you mean 'received_on'", id="misspelt field"),
        pytest.param({"constants": {"quantiy": 1}}, "constants: .* did you mean 'quantity'", id="misspelt constant"),
        pytest.param({"if_blank": {"wrong": True}}, "if_blank: Receipt has no field", id="unknown field if blank"),
        pytest.param({"words": {"wrong": {"Y": True}}}, "words: Receipt has no field", id="words of an unknown field"),
        pytest.param({"columns": {"id": "No"}}, "Receipt needs order_line; name its column", id="required field"),
        pytest.param({"columns": RECEIPT, "constants": {"quantity": 1}}, "both a column and a constant", id="twice"),
        pytest.param({"columns": {**RECEIPT, "id": 1}}, "column of id is not text", id="column without a name"),
        pytest.param({"columns": "No"}, "not a mapping", id="columns as text"),
        pytest.param({"constants": {"quantity": -1}}, r"constants\['quantity'\] is negative", id="bad constant"),
        pytest.param({"constants": {"quantity": 0.5}}, "never a float", id="constant as a float"),
        pytest.param({"if_blank": {"quantity": "none"}}, "not a number", id="blank stands for a bad value"),
        pytest.param({"words": {"wrong_item": {"Y": 1}}}, "must be true or false", id="word stands for a bad value"),
        pytest.param({"words": {"wrong_item": "Y"}}, "not a mapping", id="words as text"),
        pytest.param({"blanks": "N/A"}, "a text is no collection", id="blanks as text"),
        pytest.param({"required": {"wrong"}}, "required: Receipt has no field", id="unknown required field"),
        pytest.param(
            {"columns": RECEIPT, "required": {"wrong_item"}}, "Receipt needs wrong_item", id="required and not read"
        ),
        pytest.param(
            {"required": {"wrong_item"}, "if_blank": {"wrong_item": True}}, "may not be blank", id="required if blank"
        ),
        pytest.param({"dates": ("%d.%m.%y",)}, "two-digit years need a pivot", id="no pivot"),
        pytest.param({"ids": "number"}, "unknown ids: 'number'; expected one of 'text', 'any'", id="unknown word"),
        pytest.param({"floats": "round"}, "unknown floats", id="no rounding of floats"),
        pytest.param({"decimal_point": ";"}, "unknown decimal_point", id="unknown point"),
        pytest.param({"thousands": "_"}, "unknown thousands", id="unknown thousands"),
        pytest.param({"thousands": "."}, "are the same", id="thousands and decimals alike"),
        pytest.param({"separator": " "}, "separator is blank", id="blank separator"),
        pytest.param({"currency": "EURO"}, "unknown currency: 'EURO'; did you mean 'EUR'", id="unknown currency"),
        pytest.param({"currency": "EUR", "currency_column": "C"}, "exclude each other", id="two currencies"),
    ],
)
def test_a_declaration_that_no_row_could_satisfy_is_refused(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        Structure(kind=Receipt, **declared)


def test_what_is_no_kind_of_fact_is_refused_with_the_one_that_was_meant() -> None:
    class Reciept: ...

    with pytest.raises(InvalidValueError, match="not a kind of fact: 'Reciept'; did you mean 'Receipt'"):
        Structure(kind=Reciept)  # type: ignore[type-var]


def test_money_without_a_currency_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"OrderLine\.unit_price needs a currency"):
        Structure(kind=OrderLine)


def test_money_that_needs_not_be_there_needs_no_currency_until_it_is_declared() -> None:
    columns = {"id": "No", "customer": "C", "kind": "K", "opened_on": "Day"}

    Structure(kind=Complaint, columns=columns)
    with pytest.raises(InvalidValueError, match=r"Complaint\.cost needs a currency"):
        Structure(kind=Complaint, columns={**columns, "cost": "Cost"})


def test_causes_have_no_column() -> None:
    columns = {"id": "N", "supplier": "S", "item": "I", "inspected": "A", "rejected": "B", "inspected_on": "D"}

    with pytest.raises(InvalidValueError, match=r"Inspection\.causes cannot be read from one column"):
        Structure(kind=Inspection, columns={**columns, "causes": "Why"})


def test_a_constant_of_another_type_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"constants\['unit'\] has the wrong type: 3"):
        Structure(kind=OrderLine, currency="EUR", constants={"unit": 3})


def test_an_option_that_a_word_stands_for_must_exist() -> None:
    with pytest.raises(InvalidValueError, match=r"words\['fault'\] is unknown: 'seller'; expected one of supplier"):
        Structure(kind=Delay, columns=DELAY, words={"fault": {"Lieferant": "seller"}})


def test_a_declaration_does_not_change_with_the_mapping_that_it_was_made_from() -> None:
    columns = dict(RECEIPT)
    spec = Structure(kind=Receipt, columns=columns)

    columns["quantity"] = "Other"

    assert spec.columns == RECEIPT


def test_a_declaration_can_be_sent_to_a_worker() -> None:
    words = {"wrong_item": {"Y": True}}
    spec = Structure(kind=Receipt, columns={**RECEIPT, "wrong_item": "Wrong"}, words=words, blanks={"", "-"})

    again = pickle.loads(pickle.dumps(spec))  # noqa: S301  our own bytes

    assert (spec.columns, words, spec.blanks) == (again.columns, again.words, again.blanks)
