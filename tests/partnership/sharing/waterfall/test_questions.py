"""Questions about settlements: which outturns, what a new contract changes, what to expect."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from settlement_makers import eur, policy, rest_to

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.partnership.sharing import (
    Charge,
    Fee,
    Floor,
    Scenario,
    compile_policy,
    difference,
    expected,
    outturns,
)
from supplychain_rules.values.intervals import Interval
from supplychain_rules.values.money import Money

HALF = rest_to("supplier", "buyer")
SHARED = Path(__file__).resolve().parents[4] / ".." / "shared"


def test_which_outturns_leave_a_party_without_loss() -> None:
    with_fee = policy(Fee(id="fee", to="supplier", amount=eur(30)), HALF)

    assert "[0..1030]" == str(outturns(with_fee, "supplier", at_least=0))
    assert "[0..970]" == str(outturns(with_fee, "buyer", at_least=eur(0)))


def test_which_outturns_leave_a_party_with_an_amount_between_two() -> None:
    assert "[800..900]" == str(outturns(policy(HALF), "supplier", at_least=eur(50), at_most=eur(100)))
    assert outturns(policy(HALF), "supplier", at_least=eur(501)).is_empty


def test_which_outturns_when_days_late_are_known() -> None:
    late = policy(HALF, Charge(id="late", by="supplier", to="buyer", rate=eur(5), actual="days"))

    assert "[0..920]" == str(outturns(late, "supplier", at_least=0, actuals={"days": 8}))
    with pytest.raises(InputError, match="days: this actual is needed"):
        outturns(late, "supplier", at_least=0)


def test_a_question_that_asks_nothing_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="without a bound"):
        outturns(policy(HALF), "supplier")
    with pytest.raises(InvalidValueError, match="did you mean 'supplier'"):
        outturns(policy(HALF), "suplier", at_least=0)
    with pytest.raises(InvalidValueError, match="the policy is in EUR"):
        outturns(policy(HALF), "supplier", at_least=Money(1, "USD"))
    with pytest.raises(InvalidValueError, match="never a float"):
        outturns(policy(HALF), "supplier", at_least=0.5)  # type: ignore[arg-type]  # wrong on purpose


def test_what_a_new_contract_gives_each_party_more() -> None:
    before = compile_policy(policy(HALF))
    after = compile_policy(policy(HALF, Floor(id="floor", on="supplier", at=eur(-50), by="buyer")))
    changed = difference(before, after)

    assert "[0..1100): 0; >= 1100: 0.5 x - 550" == str(changed["supplier"])
    assert changed["buyer"] == -changed["supplier"]


def test_a_party_of_one_contract_only_has_nothing_under_the_other() -> None:
    before = compile_policy(policy(HALF))
    after = compile_policy(
        policy(rest_to("broker"), parties=["broker"]), within=Interval(500, 2000, low_closed=True, high_closed=True)
    )
    changed = difference(before, after)

    assert ["[500..2000]: 0.5 x - 500", "[500..2000]: 0.5 x - 500", "[500..2000]: -x + 1000"] == [
        str(changed[party]) for party in ("supplier", "buyer", "broker")
    ]


def test_contracts_that_are_not_alike_are_not_compared() -> None:
    one = compile_policy(policy(HALF))
    early = compile_policy(policy(HALF), within=Interval(0, 5, low_closed=True, high_closed=True))
    late = compile_policy(policy(HALF), within=Interval(6, 9, low_closed=True, high_closed=True))
    for other, said in (
        (compile_policy(policy(HALF, currency="USD", base=Money(1, "USD"))), "two currencies"),
        (compile_policy(policy(HALF, outturn="proceeds")), "kinds of outturn"),
        (compile_policy(policy(HALF, per_unit=eur(1))), "units of the outturn"),
    ):
        with pytest.raises(InvalidValueError, match=said):
            difference(one, other)
    with pytest.raises(InvalidValueError, match="without an outturn in common"):
        difference(early, late)


def test_expected_shares_over_scenarios_are_exact() -> None:
    scenarios = [
        Scenario(actuals={"outturn": eur(900)}, probability="2/3"),
        Scenario(actuals={"outturn": eur(1100)}, probability="1/3"),
    ]
    supplier = expected(policy(HALF), scenarios, confidence="80%")["supplier"]

    assert (Fraction(50, 3), -50, -50) == (supplier.mean, supplier.at_risk, supplier.worst)
    assert -50 == supplier.tail_mean
    assert "supplier: mean 16.6667…, at risk -50, mean of the tail -50, worst -50" == str(supplier)


def test_rockafellar_and_uryasev_2000_the_tail_of_discrete_losses() -> None:
    file = SHARED / "cases" / "sharing.json"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    cases = json.loads(file.read_text("utf-8"))["cases"]
    case = next(case for case in cases if case["id"] == "var-cvar")
    losses = policy(rest_to("supplier"), outturn="proceeds", base=eur(0))
    scenarios = [Scenario(actuals={"outturn": eur(-loss)}, probability=p) for loss, p in case["inputs"]["losses"]]

    for confidence, name in zip(case["inputs"]["alpha"], ("95", "90"), strict=True):
        found = expected(losses, scenarios, confidence=confidence)["supplier"]
        assert case["expected"]["expected"] == -found.mean
        assert case["expected"][f"var{name}"] == -found.at_risk
        assert case["expected"][f"cvar{name}"] == -found.tail_mean


def test_a_scenario_that_cannot_happen_does_not_count_as_the_worst() -> None:
    scenarios = [
        Scenario(actuals={"outturn": eur(900)}, probability=1),
        Scenario(actuals={"outturn": eur(9000)}, probability=0),
    ]

    assert 50 == expected(policy(HALF), scenarios)["supplier"].worst


@pytest.mark.parametrize(
    ("probabilities", "confidence", "said"),
    [
        pytest.param(["0.5", "0.4"], "95%", "do not add up to 1", id="too little"),
        pytest.param(["1.5", "-0.5"], "95%", "below 0", id="negative"),
        pytest.param(["0.5", "0.5"], "100%", "outside 0..1", id="no tail"),
        pytest.param([], "95%", "do not add up to 1", id="no scenario"),
    ],
)
def test_scenarios_without_a_distribution_are_refused(probabilities: list[str], confidence: str, said: str) -> None:
    scenarios = [Scenario(actuals={"outturn": eur(900)}, probability=probability) for probability in probabilities]
    with pytest.raises(InvalidValueError, match=said):
        expected(policy(HALF), scenarios, confidence=confidence)


def test_more_scenarios_than_are_settled_one_by_one_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supplychain_rules.partnership.sharing.waterfall.questions.MAX_SCENARIOS", 1)
    scenario = Scenario(actuals={"outturn": eur(900)}, probability="1/2")
    with pytest.raises(InvalidValueError, match="more than 1 scenarios"):
        expected(policy(HALF), [scenario, scenario])
