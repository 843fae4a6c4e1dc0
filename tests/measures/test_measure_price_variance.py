"""Purchase price variances, and which reference price is in force on a day."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from purchases import MARCH, bought, found_by, priced, total, values

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import PurchasePriceVariance, Scope
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

JANUARY, APRIL, MAY = date(2026, 1, 1), date(2026, 4, 1), date(2026, 5, 1)


def ppv(**choices: Any) -> PurchasePriceVariance:  # noqa: ANN401
    return PurchasePriceVariance(id="ppv", **choices)


#: At the standard of 2: 20 pieces at 3 cost 20 more, 5 pieces at 1 cost 5 less, 10 pieces at 2 are as planned.
STANDARD = (
    priced("S1", "V1", "2", kind="standard", on=JANUARY),
    bought("L1", "V1", "bolt", 20, "3"),
    bought("L2", "V1", "bolt", 5, "1"),
    bought("L3", "V1", "bolt", 10, "2"),
)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("amount", 15),
        ("rate", Fraction(15, 70)),
        ("line_mean", 0),
        ("median", 0),
        ("least", Fraction(-1, 2)),
        ("greatest", Fraction(1, 2)),
    ],
)
def test_each_figure_of_a_variance_is_its_own(figure: Any, expected: Fraction) -> None:  # noqa: ANN401
    found = total(ppv(figure=figure), STANDARD)
    assert (expected, 3, "EUR" if figure == "amount" else "") == (found.value, found.evidence, found.unit)


def test_lines_of_different_ratios_are_never_taken_for_one() -> None:
    # 6 pieces at 1 against 2, 2 pieces at 9 against 2: paid x reference is 72 for both, and paid x quantity 36.
    for against, reference in (
        ("standard", priced("S1", "V1", "2", kind="standard", on=JANUARY)),
        ("previous", bought("L0", "V1", "bolt", 1, "2", on=date(2025, 1, 1))),
    ):
        facts = [reference, bought("L1", "V1", "bolt", 6, "1"), bought("L2", "V1", "bolt", 2, "9")]
        found = [total(ppv(against=against, figure=figure), facts).value for figure in ("least", "greatest", "median")]
        assert [Fraction(-1, 2), Fraction(7, 2), Fraction(3, 2)] == found


def test_a_line_bought_below_the_standard_is_favourable_and_below_zero() -> None:
    facts = [priced("S1", "V1", "2", kind="standard", on=JANUARY), bought("L1", "V1", "bolt", 10, "1.50")]
    assert [-5, Fraction(-1, 4)] == [total(ppv(figure=figure), facts).value for figure in ("amount", "rate")]


def test_a_stated_line_value_is_what_was_paid() -> None:
    facts = [
        priced("S1", "V1", "2", kind="standard", on=JANUARY),
        bought("L1", "V1", "bolt", 10, "2", value=Money("19", "EUR")),
    ]
    assert -1 == total(ppv(figure="amount"), facts).value


@pytest.mark.parametrize("figure", ["amount", "rate", "line_mean", "median", "least", "greatest"])
def test_lines_without_a_standard_price_are_left_out_and_counted(figure: Any) -> None:  # noqa: ANN401
    facts = [
        *(*STANDARD, bought("L4", "V1", "nut", 1, "1"), bought("L5", "V1", "bolt", 1, "1", unit="box")),
        *(priced("S2", "V1", "0", kind="standard", item="nut", on=JANUARY), bought("L6", "V2", "bolt", 1, "1")),
    ]
    found = found_by(ppv(figure=figure), facts)
    assert "order lines without a standard price left out: 2" == found["V1"].note
    nothing = "no order line with a reference price in the period"
    assert ("no_data", f"{nothing}; order lines without a standard price left out: 1") == (
        found["V2"].state,
        found["V2"].note,
    )


def test_a_cancelled_line_is_no_variance() -> None:
    facts = [*STANDARD[:2], bought("L1", "V1", "bolt", 0, "3", known_on=APRIL)]
    assert "no_data" == total(ppv(), facts).state


def test_amounts_of_suppliers_add_up_to_the_total() -> None:
    facts = [*STANDARD, priced("S2", "V2", "1", kind="standard", on=JANUARY), bought("L9", "V2", "bolt", 10, "2")]
    found = values(ppv(figure="amount"), facts)
    assert ({"V1": 15, "V2": 10}, 25) == (found, total(ppv(figure="amount"), facts).value)


def in_force(*prices: Any, on: date) -> Fraction | None:  # noqa: ANN401
    """Return the contract price in force on a day: what a line of one piece for 1000 varies from."""
    amount = total(
        ppv(against="contract", figure="amount"), [*prices, bought("L", "V1", "bolt", 1, "1000", on=on)]
    ).value
    return None if amount is None else 1000 - amount


def agreed(name: str, price: str, on: date, until: date | None = None, **others: Any) -> Any:  # noqa: ANN401
    return priced(name, "V1", price, kind="contract", on=on, valid_until=until, **others)


def test_a_price_holds_from_its_first_day_until_the_next_one_begins() -> None:
    prices = (agreed("C1", "10", JANUARY), agreed("C2", "20", APRIL))
    days = (date(2026, 3, 31), APRIL, MAY)
    assert [10, 20, 20] == [in_force(*prices, on=day) for day in days]
    assert in_force(*prices[1:], on=MARCH) is None


def test_a_price_does_not_hold_on_the_day_of_its_end() -> None:
    assert [10, None] == [in_force(agreed("C1", "10", JANUARY, APRIL), on=day) for day in (date(2026, 3, 31), APRIL)]


def test_after_a_special_price_the_one_that_was_agreed_for_longer_holds_again() -> None:
    prices = (agreed("C1", "10", JANUARY, date(2027, 1, 1)), agreed("C2", "8", MARCH, APRIL))
    assert [10, 8, 10] == [in_force(*prices, on=day) for day in (JANUARY, MARCH, APRIL)]


def test_a_price_without_an_end_does_not_come_back_after_the_next_one() -> None:
    prices = (agreed("C1", "10", JANUARY), agreed("C2", "8", MARCH, APRIL))
    assert [10, 8, None] == [in_force(*prices, on=day) for day in (JANUARY, MARCH, APRIL)]


def test_of_two_prices_that_begin_on_one_day_the_one_known_last_counts() -> None:
    prices = (agreed("C2", "10", JANUARY), agreed("C1", "12", JANUARY, known_on=date(2026, 1, 15)))
    assert 12 == in_force(*prices, on=MARCH)


def test_a_contract_price_may_be_known_before_it_holds_but_not_used() -> None:
    assert in_force(agreed("C1", "10", APRIL, known_on=JANUARY), on=MARCH) is None


def test_the_previous_price_is_the_suppliers_last_one_for_the_item() -> None:
    facts = [
        *(bought("L1", "V1", "bolt", 1, "9", on=date(2025, 2, 1)), bought("L2", "V1", "bolt", 3, "10", on=JANUARY)),
        *(bought("L3", "V1", "bolt", 1, "14", on=JANUARY), bought("L4", "V2", "bolt", 1, "50", on=date(2026, 2, 1))),
        bought("L5", "V1", "bolt", 10, "12"),
    ]
    # L2 and L3 of one day, against 9 the year before; L5 at 12 against their mean, (30 + 14) / 4 = 11.
    found = found_by(ppv(against="previous", figure="amount"), facts)
    assert (3 + 5 + 10, 3) == (found["V1"].value, found["V1"].evidence)
    assert ("no_data", 0) == (found["V2"].state, found["V2"].evidence)


def test_a_cancelled_line_was_never_a_previous_price() -> None:
    facts = [
        *(bought("L1", "V1", "bolt", 1, "8", on=JANUARY), bought("L2", "V1", "bolt", 0, "99", on=date(2026, 2, 1))),
        bought("L3", "V1", "bolt", 1, "10"),
    ]
    assert 2 == total(ppv(against="previous", figure="amount"), facts).value


def test_the_previous_price_may_be_of_a_month_before_or_of_another_site() -> None:
    facts = [
        *(bought("L1", "V1", "bolt", 1, "8", on=JANUARY, site="P1"), bought("L2", "V1", "bolt", 1, "10", site="P2")),
        bought("L3", "V1", "bolt", 1, "9", on=APRIL, site="P1"),
    ]
    previous = ppv(against="previous", figure="amount")
    assert {"P1": -1, "P2": 2} == values(previous, facts, by="site")
    by_month = values(previous, facts, by="month")
    assert [None, 2, -1] == [by_month[month] for month in ("2026-01", "2026-03", "2026-04")]
    assert {"V1": 1} == values(ppv(against="previous", figure="amount", scope=Scope(sites=["P1"])), facts)


def test_from_the_first_day_of_the_calendar_nothing_lies_before() -> None:
    whole = Period(date.min, date(2027, 1, 1))
    facts = [bought("L1", "V1", "bolt", 1, "8", on=JANUARY), bought("L2", "V1", "bolt", 1, "10")]
    assert 2 == total(ppv(against="previous", figure="amount"), facts, period=whole).value


def test_a_variance_between_currencies_is_refused() -> None:
    facts = [priced("S1", "V1", "2", kind="standard", on=JANUARY, currency="USD"), bought("L1", "V1", "bolt", 1, "1")]
    later = [bought("L0", "V1", "bolt", 1, "1", currency="USD", on=JANUARY), bought("L1", "V1", "bolt", 1, "1")]
    for against, met in (("standard", facts), ("previous", later)):
        for figure in ("amount", "rate", "line_mean", "median"):
            with pytest.raises(InvalidValueError, match="measure 'ppv' meets more than one currency: 'EUR, USD'"):
                total(ppv(against=against, figure=figure), met)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"against": "quote"}, "against is unknown: 'quote'; expected one of standard, contract, list, previous"),
        ({"figure": "sum"}, "figure is unknown: 'sum'; expected one of amount, rate, line_mean"),
    ],
)
def test_a_choice_that_does_not_exist_is_refused(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        ppv(**choices)
