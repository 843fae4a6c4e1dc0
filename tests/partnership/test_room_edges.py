"""What the partnership room refuses at the ends of the calendar, and where a mapping or a list is wanted."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from price_makers import JANUARY, LATEST, clause, eur, index

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.collaboration import CollaborationRecord, Recurring, collaboration_schedule
from supplychain_rules.partnership.prices import AppliedFactor, CurrentRule, EditionRule, Timing, adjust
from supplychain_rules.partnership.risks import LossDistribution, altman_z, supply_concentration
from supplychain_rules.partnership.sharing import analyse, outturns, settle

LATE = EditionRule(kind="known_on", days_after=30)


@pytest.mark.parametrize(
    ("rules", "on", "said"),
    [
        pytest.param({"current": CurrentRule(lag_days=40, edition=LATEST)}, date.min, "and -40 days", id="lag"),
        pytest.param({"current": CurrentRule(edition=LATE)}, date.max, "and 30 days", id="edition"),
        pytest.param({"timing": Timing(notice_days_up=9)}, date.max, "and 9 days", id="notice"),
    ],
)
def test_a_price_whose_days_leave_the_calendar_is_refused(rules: dict[str, Any], on: date, said: str) -> None:
    with pytest.raises(InvalidValueError, match=f"{on} {said} is outside the calendar"):
        adjust(
            clause(**rules),
            [index("S", 12, 600, year=9999)],
            eur(1),
            on=on,
            as_of=date.max,
            notified_on=date.max,
            last=AppliedFactor(factor=1, since=JANUARY),
        )


@pytest.mark.parametrize("shares", [[50, 50], None, "ab"])
def test_shares_of_suppliers_go_by_supplier(shares: Any) -> None:  # noqa: ANN401  no mapping
    with pytest.raises(InvalidValueError, match="shares go by supplier"):
        supply_concentration(shares)


def test_ratios_of_a_firm_go_by_name() -> None:
    with pytest.raises(InvalidValueError, match="ratios go by name"):
        altman_z(None, variant="1968_public")  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("outcomes", [None, 7, "ab"])
def test_losses_are_a_list_of_pairs(outcomes: Any) -> None:  # noqa: ANN401  no list
    with pytest.raises(InvalidValueError, match="several things are wanted"):
        LossDistribution(outcomes)


#: Something else than is asked for, on purpose.
NONE: Any = None


@pytest.mark.parametrize(
    "call", [lambda: settle(NONE, {}), lambda: analyse(NONE), lambda: outturns(NONE, "a", at_least=0)]
)
def test_what_is_no_settlement_policy_is_refused_with_the_way_out(call: Callable[[], object]) -> None:
    with pytest.raises(InvalidValueError, match=r"no settlement policy: .*load_settlement"):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: CollaborationRecord(signals=["late"]),
        lambda: Recurring(NONE),
        lambda: collaboration_schedule(NONE, CollaborationRecord(), as_of=date(2026, 1, 1), until=date(2026, 2, 1)),
    ],
)
def test_parts_of_a_collaboration_that_are_none_are_refused(call: Callable[[], object]) -> None:
    with pytest.raises(InvalidValueError, match=r"write \w+\(\.\.\.\)"):
        call()
