"""Ledgers in one currency: every amount at its own day, or all at one."""

from datetime import date
from typing import Any, get_type_hints

import attrs
import pytest
from purchases import MARCH, YEAR, YEAR_END, billed, bought, market, paid, priced

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.billing import CreditNote
from supplychain_rules.facts.care import Complaint, Interaction
from supplychain_rules.facts.conversion import MONEY_FIELDS, converted
from supplychain_rules.facts.ledger import KINDS, Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.quality import Claim, QualityCost
from supplychain_rules.measures import InvoiceVariance, Spend, measure
from supplychain_rules.values.exchange import ExchangeRate, ExchangeRates
from supplychain_rules.values.money import Money

APRIL = date(2026, 4, 1)

#: A dollar was 0.80 euros in March and 0.90 in April.
RATES = ExchangeRates(
    [
        ExchangeRate(base="USD", quote="EUR", rate="0.8", on=MARCH),
        ExchangeRate(base="USD", quote="EUR", rate="0.9", on=APRIL),
        ExchangeRate(base="EUR", quote="CNY", rate="7.5", on=MARCH),
    ]
)


def in_euros(*facts: Any, **allowed: Any) -> Ledger:  # noqa: ANN401
    return converted(Ledger(facts), to="EUR", rates=RATES, **allowed)


def euros(amount: str) -> Money:
    return Money(amount, "EUR")


def test_every_field_of_money_of_every_kind_of_fact_is_converted() -> None:
    expected = {}
    for kind in KINDS:
        hints = get_type_hints(kind)
        names = tuple(field.name for field in attrs.fields(kind) if hints[field.name] in (Money, Money | None))
        if names:
            expected[kind] = names
    assert expected == {kind: fields for kind, (_, fields) in MONEY_FIELDS.items()}
    assert all(hasattr(attrs.fields(kind), day) for kind, (day, _) in MONEY_FIELDS.items())


def test_each_fact_is_converted_at_the_rate_of_its_own_day() -> None:
    ledger = in_euros(
        bought("L1", "V1", "bolt", 10, "0.123", currency="USD", value=Money("1.23", "USD")),
        billed("I1", "L1", 10, "1.23", currency="USD", on=APRIL),
        paid("Z1", "I1", "1.23", APRIL, currency="USD"),
        priced("P1", "V1", "2", currency="USD"),
        market("M1", "2", currency="USD", on=APRIL),
        Claim(id="K1", supplier="V1", kind="quality", opened_on=MARCH, cost=Money(10, "USD")),
        QualityCost(id="Q1", supplier="V1", kind="appraisal", amount=Money(10, "USD"), incurred_on=APRIL),
        Complaint(id="B1", customer="C1", kind="damaged", opened_on=MARCH, cost=Money(10, "USD")),
        CreditNote(id="N1", customer="C1", amount=Money(10, "USD"), credited_on=APRIL),
        Interaction(
            id="X1",
            customer="C1",
            channel="visit",
            kind="offer",
            direction="outbound",
            cost=Money(10, "USD"),
            happened_on=MARCH,
        ),
    )
    line = ledger.order_lines[0]
    assert (euros("0.0984"), euros("0.984")) == (line.unit_price, line.value)
    assert [euros("1.107")] * 2 == [ledger.invoice_lines[0].amount, ledger.payments[0].amount]
    assert (euros("1.6"), euros("1.8")) == (ledger.prices[0].price, ledger.market_prices[0].price)
    costs = [ledger.claims[0].cost, ledger.quality_costs[0].amount, ledger.complaints[0].cost]
    assert [euros("8"), euros("9"), euros("8")] == costs
    assert (euros("9"), euros("8")) == (ledger.credit_notes[0].amount, ledger.interactions[0].cost)


def test_at_the_rate_of_one_day_what_matched_still_matches() -> None:
    facts = (
        bought("L1", "V1", "bolt", 10, "2", currency="USD"),
        billed("I1", "L1", 10, "20", currency="USD", on=APRIL),
    )
    variance = InvoiceVariance(id="variance")
    found = [
        measure([variance], in_euros(*facts, on=on), by="total", period=YEAR, as_of=YEAR_END)[0].value
        for on in (None, MARCH)
    ]
    assert [2, 0] == found


def test_what_is_in_the_currency_or_has_no_money_stays_as_it_is() -> None:
    facts = (bought("L1", "V1", "bolt", 1, "2", on=date(2020, 1, 1)), Supplier(id="V1"))
    assert Ledger(facts) == in_euros(*facts)


def test_every_version_is_converted_and_keeps_the_day_on_which_it_became_known() -> None:
    ledger = in_euros(
        bought("L1", "V1", "bolt", 1, "2", currency="USD"),
        bought("L1", "V1", "bolt", 1, "4", currency="USD", known_on=APRIL),
    )
    assert [euros("1.6"), euros("3.2")] == [ledger.as_of(day).order_lines[0].unit_price for day in (MARCH, APRIL)]


def test_spend_of_several_currencies_has_a_sum_once_it_is_converted() -> None:
    ledger = in_euros(bought("L1", "V1", "bolt", 1, "2", currency="USD"), bought("L2", "V1", "bolt", 1, "2"))
    (found,) = measure([Spend(id="spend")], ledger, by="total", period=YEAR, as_of=YEAR_END)
    assert (euros("3.6").amount, "EUR") == (found.value, found.unit)


def test_an_amount_that_does_not_end_is_refused_or_rounded_where_that_is_said() -> None:
    line = bought("L1", "V1", "bolt", 1, "1", currency="CNY")
    with pytest.raises(InvalidValueError, match="a converted amount does not end as a decimal: '2/15'; give decimals"):
        in_euros(line, inverse=True)
    assert euros("0.1333") == in_euros(line, inverse=True, decimals=4).order_lines[0].unit_price


def test_a_rate_may_be_older_or_cross_only_where_that_is_allowed() -> None:
    late = bought("L1", "V1", "bolt", 1, "1", currency="USD", on=date(2026, 3, 3))
    with pytest.raises(InvalidValueError, match="no rate USD/EUR for 2026-03-03"):
        in_euros(late)
    assert euros("0.8") == in_euros(late, max_age_days=2).order_lines[0].unit_price
    crossed = converted(
        Ledger([bought("L1", "V1", "bolt", 1, "1", currency="USD")]), to="CNY", rates=RATES, pivot="EUR"
    )
    assert Money(6, "CNY") == crossed.order_lines[0].unit_price


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"to": "EURO"}, "EURO"),
        ({"on": "2026-03-01"}, "on must be a day"),
        ({"decimals": 31}, "decimals must be a whole number from 0 to 30: 31"),
        ({"decimals": True}, "decimals must be a whole number from 0 to 30: True"),
    ],
)
def test_a_conversion_that_makes_no_sense_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        converted(Ledger(), **({"to": "EUR", "rates": RATES} | wrong))
