"""What a settlement refuses from outside, and how a dead band tells itself in both languages."""

import pytest
from settlement_makers import eur, policy, rest_to

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.partnership.sharing import DeadBand, settle, settle_interim

HALF = rest_to("supplier", "buyer")


@pytest.mark.parametrize("paid", [None, 5, [("supplier", eur(1))]])
def test_payments_before_an_interim_settlement_are_given_by_party(paid: object) -> None:
    with pytest.raises(InvalidValueError, match="what was paid before is no mapping"):
        settle_interim(policy(HALF), {"outturn": eur(800)}, paid)  # type: ignore[arg-type]  # wrong on purpose


def test_more_units_than_money_has_digits_for_are_refused_by_the_name_of_the_actual() -> None:
    with pytest.raises(InputError, match="outturn: a number of more than 30 digits"):
        settle(policy(HALF, per_unit=eur(2)), {"outturn": 10**30})


def test_a_dead_band_tells_in_signs_whether_the_rest_lies_within() -> None:
    contract = policy(DeadBand(id="small", to="buyer", gain=eur(50), pain=eur(0), mode="in_full"), HALF)

    assert ["50 ∈ [0..50]", "60 ∉ [0..50]"] == [
        settle(contract, {"outturn": eur(1000 - pool)}).trace[1].formula for pool in (50, 60)
    ]
