"""Money held back of each invoice up to a limit, and given back by steps."""

from datetime import date
from typing import Any

import pytest
from contract_makers import agreed, eur, invoiced
from delivery_makers import line

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.partnership.contracts import Release, Retention, RetentionAccount, retention

FACTS = [
    line(),
    invoiced(1000, date(2026, 1, 10)),
    invoiced(2000, date(2026, 2, 10), number="I2"),
    invoiced(3000, date(2026, 3, 10), number="I3"),
]


def account(as_of: date, *, events: dict[str, date] | None = None, **choices: Any) -> RetentionAccount:  # noqa: ANN401  any choice
    given: dict[str, Any] = {"id": "retention", "share": "0.05", "releases": [Release(share=1, days=365)]}
    contract = agreed(Retention(**(given | choices)))
    return retention(contract, Ledger(FACTS), as_of=as_of, events=events)


def test_a_share_of_each_invoice_is_held_back() -> None:
    found = account(date(2026, 6, 1))

    assert [eur(50), eur(100), eur(150)] == [one.amount for one in found.lines]
    assert (eur(300), eur(0), eur(300)) == (found.held, found.released, found.balance)


def test_no_more_than_the_limit_is_held_back() -> None:
    assert [eur(50), eur(70), eur(0)] == [one.amount for one in account(date(2026, 6, 1), limit=eur(120)).lines]


def test_it_is_given_back_so_many_days_after_each_invoice() -> None:
    found = account(date(2026, 4, 11), releases=[Release(share=1, days=60)])

    assert (eur(300), eur(150), eur(150)) == (found.held, found.released, found.balance)
    assert ((date(2026, 3, 11), eur(50)),) == found.lines[0].released


def test_half_is_given_back_at_acceptance_and_the_rest_later() -> None:
    steps = [Release(share="0.5", event="acceptance"), Release(share="0.5", event="acceptance", days=90)]
    accepted = {"acceptance": date(2026, 4, 1)}

    assert eur(300) == account(date(2026, 6, 1), releases=steps).balance
    assert eur(150) == account(date(2026, 6, 1), releases=steps, events=accepted).balance
    assert eur(300) == account(date(2026, 3, 31), releases=steps, events=accepted).balance
    assert eur(0) == account(date(2026, 6, 30), releases=steps, events=accepted).balance


def test_what_is_billed_after_the_event_is_given_back_at_once() -> None:
    steps = [Release(share=1, event="acceptance")]
    found = account(date(2026, 6, 1), releases=steps, events={"acceptance": date(2026, 2, 1)})

    assert [date(2026, 2, 1), date(2026, 2, 10), date(2026, 3, 10)] == [one.released[0][0] for one in found.lines]


def test_an_odd_cent_is_not_lost_when_it_is_given_back_in_thirds() -> None:
    steps = [Release(share="1/3"), Release(share="1/3", days=1), Release(share="1/3", days=2)]
    found = account(date(2026, 6, 1), releases=steps)

    assert eur(0) == found.balance
    assert [eur("16.67"), eur("16.67"), eur("16.66")] == [money for _, money in found.lines[0].released]


def test_the_day_of_each_invoice_is_no_event_to_give() -> None:
    with pytest.raises(InvalidValueError, match="known already"):
        account(date(2026, 6, 1), events={"invoice": date(2026, 1, 1)})
