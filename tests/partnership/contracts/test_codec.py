"""Contracts as plain data: what is written is read again, and everything wrong is named at once by its path."""

import json
import tomllib
from datetime import date

import pytest
from contract_makers import BOTH, agreed, eur

from supplychain_rules.errors import PolicyError
from supplychain_rules.partnership.contracts import (
    AgreedPrice,
    Amendment,
    ClaimTerms,
    Contract,
    CreditTier,
    DeliveryTerms,
    DocumentTerms,
    EarlyPayment,
    LateInterest,
    LiquidatedDamages,
    PaymentTerms,
    PriceReduction,
    PriceTerms,
    QualityTerms,
    Release,
    Retention,
    ReworkCost,
    ServiceCredits,
    ServiceLevelTerms,
    TerminationTerms,
    VolumeTerms,
    dump_contract,
    load_contract,
)
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label

STEEL = """
schema = "supplychain-rules/contract/1"
id = "C7"
label = { en = "Steel 2026", zh = "2026 年钢材" }
currency = "EUR"
valid_from = 2026-01-01
valid_until = 2027-01-01
items = ["bolt"]
parties = [{ id = "V7", role = "supplier" }, { id = "us", role = "buyer" }]

[[clauses]]
kind = "delivery_terms"
id = "delivery"
late_days = 2
excused_faults = ["buyer", "force_majeure"]

[[clauses]]
kind = "liquidated_damages"
id = "ld"
breaches = ["late_delivery"]
rate = "0.002"
cap_share = "0.05"

[[amendments]]
id = "A1"
signed_on = 2026-03-01
effective_from = 2026-04-01
clauses = [{ kind = "delivery_terms", id = "delivery", late_days = 0 }]
"""


def test_a_contract_kept_as_toml_is_read_as_it_is_meant() -> None:
    amendment = Amendment(
        id="A1",
        signed_on=date(2026, 3, 1),
        effective_from=date(2026, 4, 1),
        clauses=[DeliveryTerms(id="delivery")],
    )
    expected = agreed(
        DeliveryTerms(id="delivery", late_days=2, excused_faults=["buyer", "force_majeure"]),
        LiquidatedDamages(id="ld", breaches=["late_delivery"], rate="0.002", cap_share="0.05"),
        label=Label("Steel 2026", "2026 年钢材"),
        items=["bolt"],
        amendments=[amendment],
    )

    assert expected == load_contract(tomllib.loads(STEEL))


EVERY_CLAUSE = agreed(
    PriceTerms(id="price", prices=[AgreedPrice(item="bolt", price=eur("1.5"), valid_until=date(2026, 7, 1))]),
    QualityTerms(id="quality", lots_must_pass=True, least_lots_accepted="0.9", faults=["supplier"]),
    DeliveryTerms(
        id="delivery", late_days=2, calendar=WorkCalendar(holidays=[date(2026, 5, 1)]), under_tolerance="1/3"
    ),
    ServiceLevelTerms(id="level", least="0.995", source="given", label=Label("Uptime", "可用性")),
    PaymentTerms(id="payment", net_days=30, discounts=[EarlyPayment(rate="0.02", days=10)]),
    VolumeTerms(id="volume", minimum=100, unit_price=eur(2)),
    DocumentTerms(id="papers", held=["ISO 9001", "ISO 14001"]),
    TerminationTerms(id="termination", count=3, within_days=90, breaches=["late_delivery"]),
    ClaimTerms(id="claims", within_days=90, years=3),
    LiquidatedDamages(id="ld", breaches=["late_delivery"], amount=eur(5), total_cap=eur(500)),
    ServiceCredits(id="credits", breaches=["service_level_missed"], tiers=[CreditTier(below="0.99", credit="0.1")]),
    PriceReduction(id="reduction", breaches=["price_above_terms"], by="difference"),
    ReworkCost(id="rework", breaches=["lot_below_standard"], unit_rate=eur("0.4")),
    LateInterest(id="interest", rate="0.08", day_count="30e/360", fixed=eur(40)),
    Retention(id="retention", share="0.05", releases=[Release(share="0.5"), Release(share="0.5", event="acceptance")]),
)


BARE = Contract(id="C", currency="CNY", parties=BOTH, valid_from=date(2026, 1, 1), clauses=[])


@pytest.mark.parametrize("contract", [EVERY_CLAUSE, agreed(valid_until=None), BARE])
def test_what_is_dumped_is_read_again_also_by_way_of_json(contract: Contract) -> None:
    plain = dump_contract(contract)

    assert contract == load_contract(plain)
    assert contract == load_contract(json.loads(json.dumps(plain, ensure_ascii=False)))


BAD = """
schema = "supplychain-rules/contract/1"
id = "C7"
currency = "EUR"
valid_from = 2026-01-01
partys = []
parties = [{ id = "V7", role = "seller" }]

[[clauses]]
kind = "delivery_term"
id = "delivery"

[[clauses]]
kind = "liquidated_damages"
id = "ld"
breaches = ["lateness"]
rate = 0.5
per = "month"

[[clauses]]
kind = "payment_terms"
id = "payment"
"""


def test_everything_wrong_with_a_contract_is_named_at_once_by_its_path() -> None:
    with pytest.raises(PolicyError) as caught:
        load_contract(tomllib.loads(BAD))

    assert [
        ("unknown_key", "partys"),
        ("bad_value", "parties[0].role"),
        ("unknown_kind", "clauses[0].kind"),
        ("bad_value", "clauses[1].breaches[0]"),
        ("bad_value", "clauses[1].per"),
        ("missing_key", "clauses[2].net_days"),
    ] == [(problem.code, problem.path) for problem in caught.value.problems]


def test_what_does_not_go_together_is_named_when_each_clause_is_right() -> None:
    data = tomllib.loads(STEEL.replace('breaches = ["late_delivery"]', 'breaches = ["late_payment"]'))

    with pytest.raises(PolicyError, match="ld answers a breach that no clause forbids"):
        load_contract(data)


@pytest.mark.parametrize("data", [None, [], {}, {"schema": "supplychain-rules/1"}])
def test_what_is_no_contract_is_refused(data: object) -> None:
    with pytest.raises(PolicyError):
        load_contract(data)  # type: ignore[arg-type]  # wrong on purpose
