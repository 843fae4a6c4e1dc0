"""Clauses, books and adjustments are safe to share: they survive pickle and may be keys."""

import pickle
from datetime import date

import pytest
from price_makers import clause, eur, index

from supplychain_rules.partnership.prices import (
    IndexBook,
    RebateSchedule,
    RebateTier,
    SurchargeStep,
    SurchargeTable,
    adjust,
    rebate,
    surcharge,
)

JUNE = date(2026, 6, 20)
BOOK = IndexBook([index("S", 6, 560)])
SCHEDULE = RebateSchedule(
    id="R", currency="EUR", basis="spend", method="all_units", tiers=[RebateTier(at=1, rate="0.1")]
)
TABLE = SurchargeTable(id="T", steps=[SurchargeStep(at=1, rate="0.1")])


@pytest.mark.parametrize(
    "thing",
    [
        pytest.param(clause(), id="clause"),
        pytest.param(BOOK, id="book"),
        pytest.param(adjust(clause(), BOOK, eur(100), on=JUNE, as_of=JUNE), id="adjustment"),
        pytest.param(rebate(SCHEDULE, spend=eur(100)), id="rebate"),
        pytest.param(surcharge(TABLE, 2, eur(100)), id="surcharge"),
    ],
)
def test_what_is_decided_survives_pickle_and_may_be_a_key(thing: object) -> None:
    again = pickle.loads(pickle.dumps(thing))  # noqa: S301  our own bytes

    assert {thing: 1} == {again: 1}
