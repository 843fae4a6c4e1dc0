"""Policies, registers and findings are safe to share: they survive pickle and may be keys."""

import pickle

import pytest
from price_makers import eur
from risk_makers import risk, risk_policy

from supplychain_rules.partnership.risks import (
    CreditRisk,
    ItemSupply,
    LossDistribution,
    RiskBearing,
    RiskRegister,
    SupplySource,
    altman_z,
    assess,
    expected_credit_loss,
    how_many_suppliers,
    supply_concentration,
    supply_exposure,
)

REGISTER = RiskRegister(id="2026", risks=[risk()])
FOUNDRY = SupplySource(supplier="V1", share=1, time_to_recover=80)


@pytest.mark.parametrize(
    "thing",
    [
        pytest.param(REGISTER, id="register"),
        pytest.param(assess(risk_policy(), REGISTER), id="assessments"),
        pytest.param(LossDistribution([(0, "0.5"), (1, "0.5")]), id="losses"),
        pytest.param(altman_z({"x1": 1, "x2": 1, "x3": 1, "x4": 1}, variant="1995_emerging"), id="altman"),
        pytest.param(supply_concentration({"a": 1, "b": 2}), id="hhi"),
        pytest.param(RiskBearing(risk="x", shares={"a": 1}), id="bearing"),
        pytest.param(
            supply_exposure(ItemSupply(item="x", revenue=eur(1), sources=[FOUNDRY], time_to_survive=1)), id="exposure"
        ),
        pytest.param(
            expected_credit_loss([CreditRisk(id="I", customer="C", exposure=eur(1), default=0)], currency="EUR"),
            id="credit",
        ),
        pytest.param(
            how_many_suppliers(super_event=0, unique_event=0, loss=eur(1), cost_per_supplier=eur(1), most=2), id="count"
        ),
    ],
)
def test_what_is_decided_survives_pickle_and_may_be_a_key(thing: object) -> None:
    again = pickle.loads(pickle.dumps(thing))  # noqa: S301  our own bytes

    assert {thing: 1} == {again: 1}
