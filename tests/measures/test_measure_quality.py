"""Pass rates and rejects per million: lots, concessions, whose doing, and what rejects are measured against."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from quality_facts import MARCH, bought, came, cause, inspected, measured, one, total, value

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import HalfLife, QualityPassRate, RejectRate

UNITS = QualityPassRate(id="units")
LOTS = QualityPassRate(id="lots", level="lot")
MEAN = QualityPassRate(id="mean", level="mean_of_lots")
SUPPLIERS_FAULT = QualityPassRate(id="own", faults=["supplier"])
STATED_FAULT = QualityPassRate(id="stated", faults=["supplier"], unattributed="leave_out")
CONCEDED = QualityPassRate(id="conceded", concessions="pass")


def test_the_level_decides_whether_units_lots_or_the_lots_own_rates_count() -> None:
    facts = [inspected("Q1", 10, 5), inspected("Q2", 990)]
    assert [Fraction(995, 1000), Fraction(1, 2), Fraction(3, 4)] == [
        one(level, facts).value for level in (UNITS, LOTS, MEAN)
    ]


def test_units_and_lots_are_trials_and_a_mean_of_rates_is_not() -> None:
    facts = [inspected("Q1", 10, 5), inspected("Q2", 990)]
    assert [1000, 2, None] == [one(level, facts).trials for level in (UNITS, LOTS, MEAN)]
    assert one(QualityPassRate(id="fading", decay=HalfLife(90)), facts).trials is None


@pytest.mark.parametrize(
    ("verdict", "rejected", "expected"), [(None, 0, 1), (None, 1, 0), (True, 3, 1), (False, 0, 0), (False, 3, 0)]
)
def test_a_lot_is_accepted_by_its_verdict_and_else_where_nothing_was_rejected(
    verdict: bool | None,  # noqa: FBT001
    rejected: int,
    expected: int,
) -> None:
    assert expected == value(LOTS, inspected("Q1", 80, rejected, accepted=verdict))


def test_a_reject_of_somebody_elses_doing_is_not_held_against_the_supplier() -> None:
    assert Fraction(95, 100) == value(
        SUPPLIERS_FAULT, inspected("Q1", 100, 10, causes=[cause(5, "supplier"), cause(5, "carrier")])
    )


def test_rejects_without_a_stated_cause_count_or_leave_both_sides() -> None:
    facts = [inspected("Q1", 100, 10, causes=[cause(5, "supplier"), cause(3, "carrier")])]
    counts, left_out = one(SUPPLIERS_FAULT, facts), one(STATED_FAULT, facts)
    assert (Fraction(93, 100), "") == (counts.value, counts.note)
    assert (Fraction(93, 98), "rejected units without a stated cause left out: 2") == (left_out.value, left_out.note)


def test_several_faults_may_count_together() -> None:
    facts = [inspected("Q1", 100, 10, causes=[cause(5, "supplier"), cause(3, "carrier"), cause(2, "buyer")])]
    inbound = QualityPassRate(id="inbound", faults=["supplier", "carrier"])
    assert Fraction(92, 100) == one(inbound, facts).value


@pytest.mark.parametrize(
    ("causes", "accepted", "expected"),
    [
        ([cause(1, "carrier"), cause(2, "supplier")], None, (0, "")),
        ([cause(3, "carrier")], None, (1, "")),
        ([cause(3, "carrier")], False, (1, "")),
        ([cause(2, "carrier")], None, (None, "refused lots without a stated cause left out: 1")),
        ([], False, (None, "refused lots without a stated cause left out: 1")),
        ([], True, (1, "")),
    ],
)
def test_a_refused_lot_is_the_suppliers_where_one_of_its_rejects_is(
    causes: list[Any],
    accepted: bool | None,  # noqa: FBT001
    expected: tuple[int | None, str],
) -> None:
    lots = QualityPassRate(id="lots", level="lot", faults=["supplier"], unattributed="leave_out")
    found = one(lots, [inspected("Q1", 80, 3, causes=causes, accepted=accepted)])
    assert expected == (found.value, found.note.removeprefix("no inspection in the period; "))


def test_a_lot_refused_for_no_stated_reason_counts_unless_left_out() -> None:
    lots = QualityPassRate(id="lots", level="lot", faults=["supplier"])
    assert [0, 0] == [
        value(lots, inspected("Q1", 80, 0, accepted=False)),
        value(lots, inspected("Q1", 80, 3, causes=[cause(2, "carrier")])),
    ]


def test_units_used_under_a_concession_are_rejects_unless_said_otherwise() -> None:
    facts = [inspected("Q1", 100, 10, conceded=4)]
    assert [Fraction(90, 100), Fraction(94, 100)] == [one(UNITS, facts).value, one(CONCEDED, facts).value]


@pytest.mark.parametrize(("conceded", "expected"), [(9, 0), (10, 1)])
def test_a_lot_passes_by_concession_when_all_its_rejects_were_conceded(conceded: int, expected: int) -> None:
    lots = QualityPassRate(id="lots", level="lot", concessions="pass")
    assert expected == value(lots, inspected("Q1", 100, 10, conceded=conceded, accepted=False))


def test_a_lot_refused_without_a_reject_does_not_pass_by_a_concession_of_nothing() -> None:
    lots = QualityPassRate(id="lots", level="lot", concessions="pass")
    assert value(lots, inspected("Q1", 100, 0, accepted=False)) == 0


def test_the_causes_share_in_a_concession_by_their_quantity() -> None:
    facts = [inspected("Q1", 100, 10, conceded=4, causes=[cause(5, "supplier"), cause(3, "carrier")])]
    both = QualityPassRate(id="both", faults=["supplier"], concessions="pass", unattributed="leave_out")
    found = one(both, facts)
    unstated = 2 * Fraction(6, 10)
    assert (100 - unstated - 5 * Fraction(6, 10)) / (100 - unstated) == found.value
    assert found.note == "rejected units without a stated cause left out: 1.2"


@pytest.mark.parametrize("level", ["unit", "mean_of_lots"])
def test_a_lot_of_which_nothing_is_left_has_no_rate_and_is_no_evidence(level: Any) -> None:  # noqa: ANN401
    nothing_left = QualityPassRate(id="rate", level=level, faults=["supplier"], unattributed="leave_out")
    found = one(nothing_left, [inspected("Q1", 3, 3)])
    assert ("no_data", 0) == (found.state, found.evidence)


def test_parts_per_million_are_rejects_of_inspected_units() -> None:
    found = one(RejectRate(id="ppm"), [inspected("Q1", 4000, 3), inspected("Q2", 6000)])
    assert (300, "per 1000000", 2, None) == (found.value, found.unit, found.evidence, found.trials)


@pytest.mark.parametrize(("per", "unit"), [(1, ""), (100, "per 100"), (1_000_000_000, "per 1000000000")])
def test_rejects_may_be_counted_among_any_number(per: int, unit: str) -> None:
    found = one(RejectRate(id="rejects", per=per), [inspected("Q1", 80, 2)])
    assert (Fraction(2, 80) * per, unit) == (found.value, found.unit)


def test_a_reject_rate_of_one_has_an_interval_and_the_others_have_none() -> None:
    facts = [inspected("Q1", 80, 2)]
    assert (Decimal("0.0069"), Decimal("0.0866")) == one(RejectRate(id="share", per=1), facts).interval()
    assert one(RejectRate(id="ppm"), facts).interval() is None


def test_a_pass_rate_and_a_reject_rate_of_one_add_up_to_one() -> None:
    facts = [inspected("Q1", 80, 2, causes=[cause(1, "carrier")]), inspected("Q2", 10, 3, conceded=1)]
    choice: dict[str, Any] = {"faults": ["supplier"], "unattributed": "leave_out", "concessions": "pass"}
    rates = (
        one(QualityPassRate(id="good", **choice), facts).value,
        one(RejectRate(id="bad", per=1, **choice), facts).value,
    )
    assert sum(rate for rate in rates if rate is not None) == 1


def test_rejects_of_received_units_are_measured_against_the_receipts_of_the_period() -> None:
    facts = [
        *(bought("L1", 3000), came("R1", 2500, of="L1"), came("R2", 500, of="L1", on=date(2027, 1, 2))),
        inspected("Q1", 100, 2),
    ]
    found = one(RejectRate(id="rppm", of="received"), facts)
    assert (800, 2_000_000, 2500, 1) == (found.value, found.numerator, found.denominator, found.evidence)


def test_receipts_that_nobody_inspected_are_no_evidence_of_quality() -> None:
    found = one(RejectRate(id="rppm", of="received"), [bought("L1"), came("R1", of="L1")])
    assert ("no_data", "no inspection in the period") == (found.state, found.note)


def test_an_inspection_without_receipts_has_nothing_to_be_measured_against() -> None:
    found = one(RejectRate(id="rppm", of="received"), [inspected("Q1", 100, 2)])
    assert ("no_data", "nothing was received in the period") == (found.state, found.note)


def test_received_quantities_of_several_units_have_no_sum() -> None:
    facts = [
        *(bought("L1", unit="kg"), came("R1", of="L1"), bought("L2"), came("R2", of="L2")),
        inspected("Q1", 100, 2),
    ]
    found = one(RejectRate(id="rppm", of="received"), facts)
    assert ("no_data", "quantities in several units have no sum: (none), kg") == (found.state, found.note)


def test_receipts_of_the_wrong_item_or_of_an_unknown_line_are_not_measured_against() -> None:
    facts = [
        *(
            bought("L1"),
            came("R1", 10, of="L1"),
            came("R2", 10, of="L1", wrong_item=True),
            came("R3", 10, of="nowhere"),
        ),
        inspected("Q1", 10, 1),
    ]
    assert 10 == one(RejectRate(id="rppm", of="received"), facts).denominator


def test_what_was_received_is_measured_by_the_item_of_its_order_line() -> None:
    facts = [
        *(bought("L1"), came("R1", 100, of="L1"), bought("L2", item="nut"), came("R2", 50, of="L2")),
        *(inspected("Q1", 10, 1), inspected("Q2", 10, 1, item="nut")),
    ]
    found = measured(RejectRate(id="share", per=100, of="received"), facts, by="item")
    assert {"bolt": 1, "nut": 2} == {key: entry.value for key, entry in found.items()}


def test_the_total_of_rejects_received_divides_the_sums_once() -> None:
    facts = [
        *(bought("L1"), came("R1", 100, of="L1"), bought("L2", supplier="V8"), came("R2", 900, of="L2")),
        *(inspected("Q1", 10, 2), inspected("Q2", 10, 3, supplier="V8")),
    ]
    assert 5000 == total(RejectRate(id="rppm", of="received"), facts).value


@pytest.mark.parametrize("kind", [QualityPassRate, RejectRate])
@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"level": "pallet"}, "level is unknown: 'pallet'; expected one of unit, lot, mean_of_lots"),
        ({"concessions": "ignore"}, "concessions is unknown: 'ignore'; expected one of reject, pass"),
        ({"faults": ["driver"]}, "unknown fault: 'driver'"),
        ({"faults": "supplier"}, "faults must be a collection"),
        ({"faults": ["supplier"], "unattributed": "own"}, "unattributed is unknown: 'own'"),
        ({"unattributed": "leave_out"}, "unattributed has no effect without faults"),
    ],
)
def test_a_choice_of_quality_that_does_not_exist_is_refused(kind: Any, choice: dict[str, Any], message: str) -> None:  # noqa: ANN401
    with pytest.raises(InvalidValueError, match=message):
        kind(id="quality", **choice)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"per": 0}, "per must be a whole number from 1 to 1000000000"),
        ({"per": True}, "per must be a whole number"),
        ({"per": 10**10}, "per must be a whole number"),
        ({"per": "1000000"}, "per must be a whole number"),
        ({"of": "shipped"}, "of is unknown: 'shipped'"),
        ({"of": "received", "level": "lot"}, "level has no effect with of='received'"),
        ({"of": "received", "level": "mean_of_lots"}, "level has no effect with of='received'"),
    ],
)
def test_a_choice_of_a_reject_rate_that_does_not_exist_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        RejectRate(id="ppm", **choice)


def test_an_inspection_belongs_to_the_period_of_its_day() -> None:
    assert Fraction(1, 10) == value(
        RejectRate(id="share", per=1),
        inspected("Q1", 10, 1),
        inspected("Q2", 10, 9, inspected_on=MARCH.replace(year=2025)),
    )
