"""The lines of a rebate that people read add up to what is paid."""

from fractions import Fraction

from price_makers import eur

from supplychain_rules.partnership.prices import RebateSchedule, RebateTier, rebate


def test_what_rounding_takes_from_a_rebate_is_a_line_of_its_own() -> None:
    schedule = RebateSchedule(
        id="R", currency="EUR", basis="spend", method="all_units", tiers=[RebateTier(at=100, rate="1/3")]
    )
    found = rebate(schedule, spend=eur(200))

    assert ["≈66.666667  200 × ≈0.333333 from 100", "≈0.003333  rounding", "rebate EUR 66.67"] == (
        found.explain("en").splitlines()
    )
    assert "≈0.003333  舍入" == found.explain("zh").splitlines()[1]
    assert Fraction(found.money.amount) == sum((line.value for line in found.lines), found.residual)
    assert 2 == len(rebate(schedule, spend=eur(300)).explain().splitlines())
