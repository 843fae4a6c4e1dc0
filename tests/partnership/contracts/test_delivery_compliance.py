"""Deliveries against their terms: late, early, short, beyond the order, wrong, excused; and the days of each part."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from contract_makers import agreed, breach, breaches, check, eur, kinds
from delivery_makers import due, got, held_up, line

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.partnership.contracts import (
    Amendment,
    BreachPart,
    ContractParty,
    DeliveryTerms,
    TerminationTerms,
    check_compliance,
)
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period


def terms(**choices: Any) -> Any:  # noqa: ANN401  any choice, also a wrong one
    return agreed(DeliveryTerms(id="delivery", **choices))


# Late


def test_a_line_that_came_in_full_and_in_time_is_no_breach() -> None:
    assert check(terms(), [line(), got(0)]).complies


def test_a_line_that_came_late_is_a_breach_from_the_day_after_the_last_one_allowed() -> None:
    found = breach(terms(late_days=2), [line(price="3"), got(5)])

    assert ("late_delivery", due(3), due(2), 3, False) == (
        found.kind,
        found.on,
        found.last_on,
        found.days,
        found.is_open,
    )
    assert ("V7", "us", 10, 30) == (found.debtor, found.creditor, found.quantity, found.value)
    assert ("order_lines/L1", "receipts/L1/5/10") == found.facts


def test_an_open_overdue_line_is_a_breach_as_of_the_day() -> None:
    contract, facts = terms(late_days=2), [line()]

    assert () == breaches(contract, facts, as_of=due(2))
    found = breach(contract, facts, as_of=due(3))
    assert (1, True, (BreachPart(size=10, until=due(3), is_open=True),)) == (found.days, found.is_open, found.parts)


def test_each_part_of_a_late_line_has_its_own_day() -> None:
    found = breach(terms(), [line(), got(-1, 3), got(4, 2), got(9, 4)], as_of=due(20))

    assert (
        BreachPart(size=2, until=due(4)),
        BreachPart(size=4, until=due(9)),
        BreachPart(size=1, until=due(20), is_open=True),
    ) == found.parts
    assert (7, 20) == (found.quantity, found.days)


def test_what_comes_beyond_the_order_is_not_late() -> None:
    found = breach(terms(), [line(), got(4, 50)])

    assert (BreachPart(size=10, until=due(4)),) == found.parts


def test_a_late_line_is_made_good_by_the_receipt_that_completes_it_within_the_tolerance() -> None:
    found = breach(terms(under_tolerance="0.1"), [line(), got(3, 9), got(8, 1)])

    assert (due(3), 9, False) == (found.until, found.quantity, found.is_open)


def test_a_line_that_lacks_no_more_than_the_tolerance_is_no_breach() -> None:
    assert [] == kinds(terms(under_tolerance="0.1"), [line(), got(0, 9)])
    assert ["late_delivery"] == kinds(terms(under_tolerance="0.1"), [line(), got(0, "8.99")])


def test_days_are_working_days_where_the_terms_have_a_calendar() -> None:
    # The promise is a Tuesday: three working days later is Friday, five calendar days later is Sunday.
    friday = terms(late_days=3, calendar=WorkCalendar())

    assert due(3) == breach(friday, [line(), got(6)]).last_on
    assert [] == kinds(friday, [line(), got(3)])


@pytest.mark.parametrize(("promise", "expected"), [("original", 10), ("latest", 4), ("requested", 7)])
def test_a_line_is_held_to_the_promise_that_the_terms_name(promise: Any, expected: int) -> None:  # noqa: ANN401  a word
    dated = line(latest_promise_on=due(6), requested_on=due(3))

    assert expected == breach(terms(promise=promise), [dated, got(10)]).days


def test_a_line_without_the_date_that_counts_is_told_and_not_judged() -> None:
    found = check(terms(promise="requested"), [line(), got(99)], as_of=date(2026, 12, 1))

    assert () == found.breaches
    assert [("delivery", "order lines without a requested date", ("order_lines/L1",))] == [
        (one.clause, one.reason.en, one.subjects) for one in found.not_judged
    ]


# Excused


def test_an_excused_delay_gives_the_line_so_many_days_more() -> None:
    contract = terms(excused_faults=["buyer"])

    assert [] == kinds(contract, [line(), got(3), held_up(3)])
    found = breach(contract, [line(), got(5), held_up(3)])
    assert (due(3), 2) == (found.due_on, found.days)
    assert "delays/L1/buyer" in found.facts


def test_the_suppliers_own_delay_excuses_nothing() -> None:
    assert 3 == breach(terms(excused_faults=["buyer"]), [line(), got(3), held_up(9, "supplier")]).days


# Early, short, beyond, wrong


def test_a_line_that_came_too_early_is_a_breach_where_the_terms_say_so() -> None:
    facts = [line(), got(-6, 4), got(-5, 6)]

    assert [] == kinds(terms(), facts)
    found = breach(terms(early_days=5), facts)
    assert ("early_delivery", due(-6), 4, None) == (found.kind, found.on, found.quantity, found.days)


def test_a_closed_line_that_lacks_something_is_short_and_no_longer_late() -> None:
    facts = [line(status="closed"), got(0, 6)]

    assert ["late_delivery"] == kinds(terms(), facts)
    found = breach(terms(closed_states=["closed"]), facts)
    assert ("short_delivery", 4, False) == (found.kind, found.quantity, found.is_open)


def test_a_closed_line_may_be_late_in_part_and_short_in_part() -> None:
    facts = [line(status="closed"), got(0, 3), got(2, 3)]
    found = breaches(terms(closed_states=["closed"]), facts)

    assert {("late_delivery", Decimal(3)), ("short_delivery", Decimal(4))} == {
        (one.kind, one.quantity) for one in found
    }


def test_more_than_the_tolerance_beyond_the_order_is_a_breach() -> None:
    facts = [line(), got(-1), got(0, 2)]

    assert [] == kinds(terms(), facts)
    assert [] == kinds(terms(over_tolerance="0.2"), facts)
    found = breach(terms(over_tolerance="0.1"), facts)
    assert ("over_delivery", due(0), 2) == (found.kind, found.on, found.quantity)


def test_a_wrong_item_is_a_breach_and_fills_no_order() -> None:
    facts = [line(), got(0, wrong_item=True)]

    assert ["wrong_item", "late_delivery"] == kinds(terms(), facts)


# Which lines


def test_other_suppliers_items_customers_and_days_are_no_business_of_the_contract() -> None:
    others = [
        line("A", supplier="V8"),
        line("B", item="nut"),
        line("C", customer="K1"),
        line("D", ordered_on=date(2025, 12, 31)),
        line("E", 0),
    ]

    assert () == breaches(agreed(DeliveryTerms(id="delivery"), items=["bolt"]), others)


def test_what_is_ordered_on_the_first_day_is_business_of_the_contract() -> None:
    assert ["late_delivery"] == kinds(terms(), [line(ordered_on=date(2026, 1, 1))])


def test_a_contract_of_a_customer_is_about_the_lines_of_that_customer() -> None:
    parties = [ContractParty(id="V7", role="supplier"), ContractParty(id="K1", role="customer")]
    contract = agreed(DeliveryTerms(id="delivery"), parties=parties)

    found = breach(contract, [line("A", customer="K1"), line("B", customer="K2"), line("C")])
    assert ("order_lines/A", "K1") == (found.subject, found.creditor)


def test_a_line_is_judged_by_the_terms_of_the_day_it_was_ordered() -> None:
    milder = Amendment(
        id="A1",
        signed_on=date(2026, 1, 2),
        effective_from=date(2026, 1, 10),
        clauses=[DeliveryTerms(id="delivery", late_days=9)],
    )
    contract = agreed(DeliveryTerms(id="delivery"), amendments=[milder])
    facts = [line("A"), line("B", ordered_on=date(2026, 1, 10)), got(5, of="A"), got(5, of="B")]

    assert ["order_lines/A"] == [one.subject for one in breaches(contract, facts)]


# As of a day, in a period


def test_what_became_known_later_does_not_exist() -> None:
    late = line("L1")
    facts = [late, got(5)]

    assert 4 == breach(terms(), facts, as_of=due(4)).days
    assert breach(terms(), facts, as_of=due(4)).is_open
    assert not breach(terms(), facts, as_of=due(5)).is_open


def test_a_breach_belongs_to_the_period_in_which_it_began() -> None:
    contract, facts = terms(), [line(promised_on=date(2026, 1, 31)), got(30)]

    assert [] == kinds(contract, facts, period=Period.month(2026, 1))
    assert ["late_delivery"] == kinds(contract, facts, period=Period.month(2026, 2))
    assert [] == kinds(contract, facts, period=Period.month(2026, 3))


def test_a_line_in_another_currency_than_the_contract_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="another currency than the contract"):
        breaches(terms(), [line(unit_price=Money(1, "USD"))])


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"contract": "C7"}, "contract must be a Contract"),
        ({"ledger": []}, "ledger must be a Ledger"),
        ({"period": "2026"}, "period must be a Period"),
        ({"as_of": "2026-03-01"}, "as_of must be a day"),
    ],
)
def test_what_is_no_contract_ledger_period_or_day_is_refused(change: dict[str, Any], what: str) -> None:
    given: dict[str, Any] = {
        "contract": terms(),
        "ledger": Ledger(),
        "period": Period.year(2026),
        "as_of": date(2026, 3, 1),
    }
    with pytest.raises(InvalidValueError, match=what):
        check_compliance(**(given | change))


# Termination


def test_so_many_breaches_within_so_many_days_give_the_right_to_terminate() -> None:
    contract = agreed(
        DeliveryTerms(id="delivery"),
        TerminationTerms(id="termination", breaches=["late_delivery"], count=2, within_days=30),
    )
    facts = [line(name, promised_on=due(days)) for name, days in (("A", 0), ("B", 29), ("C", 35), ("D", 70))]
    (right,) = check(contract, facts, as_of=date(2026, 6, 1)).terminations

    assert ("termination", "V7", "us", due(30)) == (right.clause, right.debtor, right.creditor, right.on)
    assert ("late_delivery:delivery:order_lines/A", "late_delivery:delivery:order_lines/B") == right.breaches


def test_breaches_that_lie_too_far_apart_give_no_right() -> None:
    contract = agreed(DeliveryTerms(id="delivery"), TerminationTerms(id="termination", count=2, within_days=29))
    facts = [line("A"), line("B", promised_on=due(29))]

    assert () == check(contract, facts, as_of=date(2026, 6, 1)).terminations


# In words


def test_a_check_reads_in_both_languages() -> None:
    contract = terms()

    assert "no breach" == str(check(contract, []))
    found = check(contract, [line(price="2"), got(5)])
    assert "V7: late delivery, order_lines/L1: 5 days beyond 2026-01-20, 10 units, worth 20" == str(found)
    assert "V7: 延迟交货（订单行 L1）：超过 2026-01-20 5 天，10 件，价值 20" == found.text("zh")
    assert found.breaches == found.of("V7")
    assert () == found.of("us")
    assert eur(20).amount == found.breaches[0].value
