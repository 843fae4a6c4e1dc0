"""Agreements as data: what is written is read again, every problem is named, and the rule that is meant is applied."""

import json
import pickle
import tomllib

import pytest

from supplychain_rules import Money, PolicyError
from supplychain_rules.partnership.sharing import (
    AgreedRatio,
    Blend,
    Buyback,
    ByClaims,
    ByFact,
    ByNucleolus,
    ByShapley,
    EqualShares,
    Market,
    QuantityFlexibility,
    RevenueSharing,
    SalesRebate,
    SplitAgreement,
    SplitFacts,
    SplitTerms,
    SupplyAgreement,
    SupplyContract,
    Wholesale,
    bankruptcy_game,
    dump_split_agreement,
    dump_supply_agreement,
    load_split_agreement,
    load_supply_agreement,
    split,
    split_rule,
)
from supplychain_rules.values.label import Label

CLAIMS = {"A": 10, "B": 20, "C": 30}
FACTS = SplitFacts(
    parties=tuple(CLAIMS),
    weights={"volume": {"A": 1, "B": 1, "C": 2}, "risk": {"A": 1, "B": 0, "C": 0}},
    claims=CLAIMS,
    game=bankruptcy_game(36, CLAIMS),
)

TERMS = [
    (AgreedRatio({"A": 1, "B": 2, "C": 3}), ("6", "12", "18")),
    (EqualShares(), ("12", "12", "12")),
    (ByFact("volume"), ("9", "9", "18")),
    (Blend({"volume": "2/3", "risk": "1/3"}), ("18", "6", "12")),
    (ByClaims("talmud"), ("5", "10.50", "20.50")),
    (ByShapley(), ("6", "11", "19")),
    (ByNucleolus(), ("5", "10.50", "20.50")),
]


@pytest.mark.parametrize(("terms", "expected"), TERMS, ids=lambda given: type(given).__name__)
def test_an_agreement_survives_json_and_means_its_rule(terms: SplitTerms, expected: tuple[str, ...]) -> None:
    agreement = SplitAgreement(id="36", version="2", label=Label("thirty-six", "三十六"), terms=terms)
    again = load_split_agreement(json.loads(json.dumps(dump_split_agreement(agreement))))
    rule = split_rule(again)
    found = split(Money(36, "EUR"), rule, FACTS)

    assert agreement == again
    assert ("36", "2", "三十六") == (rule.id, rule.version, rule.label.zh)
    assert {party: Money(share, "EUR") for party, share in zip("ABC", expected, strict=True)} == dict(
        found.allocation.shares
    )
    assert agreement == pickle.loads(pickle.dumps(agreement))  # noqa: S301  ours


def test_a_rule_without_a_label_keeps_that_of_its_kind() -> None:
    assert "夏普利值" == split_rule(SplitAgreement(id="x", terms=ByShapley())).label.zh


def test_an_agreement_is_written_by_people_in_toml() -> None:
    text = """
    schema = "supplychain-rules/split/1"
    id = "gain-share"
    label = { en = "Gain share", zh = "收益分成" }
    terms = { kind = "blend", parts = { volume = "0.6", investment = "0.4" } }
    """

    assert Blend({"volume": "3/5", "investment": "2/5"}) == load_split_agreement(tomllib.loads(text)).terms


@pytest.mark.parametrize(
    "contract",
    [
        Wholesale(price="7.5"),
        Buyback(price=6, paid_back="1/3"),
        RevenueSharing(price="12/5", kept="3/5"),
        QuantityFlexibility(price=5, protected="1/5"),
        SalesRebate(price=5, threshold=40, rebate=4),
    ],
    ids=lambda contract: type(contract).__name__,
)
def test_a_supply_agreement_survives_json(contract: SupplyContract) -> None:
    market = Market(price=10, supplier_cost=4, salvage=-1, supplier_goodwill="0.5")
    agreement = SupplyAgreement(id="season", market=market, contract=contract)

    assert agreement == load_supply_agreement(json.loads(json.dumps(dump_supply_agreement(agreement))))


def test_everything_that_is_wrong_with_a_split_is_named_at_once() -> None:
    with pytest.raises(PolicyError) as refused:
        load_split_agreement(
            {"schema": "supplychain-rules/split/2", "id": " ", "lable": "x", "terms": {"kind": "by_clams"}}
        )

    assert ["schema", "lable", "terms.kind", "id"] == [problem.path for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("terms", "path", "message"),
    [
        ({"kind": "agreed_ratio", "weights": {"A": -1}}, "terms.weights", "the weight of 'A' is negative"),
        ({"kind": "agreed_ratio", "weights": {"A": 0.5}}, "terms.weights", "the weight of 'A' is a float"),
        ({"kind": "agreed_ratio", "weights": {}}, "terms.weights", "nobody to share with"),
        ({"kind": "blend", "parts": {"volume": 0}}, "terms.parts", "all weights are zero"),
        ({"kind": "by_claims", "rule": "talmut"}, "terms.rule", "no option"),
        ({"kind": "by_fact"}, "terms.fact", "this key is needed"),
        ({"kind": "by_shapley", "players": 3}, "terms.players", "unknown key"),
    ],
)
def test_terms_that_are_none_are_refused(terms: object, path: str, message: str) -> None:
    with pytest.raises(PolicyError) as refused:
        load_split_agreement({"schema": "supplychain-rules/split/1", "id": "x", "terms": terms})

    assert [(path, message)] == [(problem.path, problem.message) for problem in refused.value.problems]


def test_everything_that_is_wrong_with_a_supply_agreement_is_named_at_once() -> None:
    with pytest.raises(PolicyError) as refused:
        load_supply_agreement(
            {
                "schema": "supplychain-rules/supply-contract/1",
                "id": "x",
                "market": {"price": "4", "supplier_cost": "4"},
                "contract": {"kind": "revenue_sharing", "price": 1.5, "kept": "0.5"},
            }
        )

    assert [
        ("market", "salvage < costs < price does not hold"),
        ("contract.price", "a number of a contract is a float"),
    ] == [(problem.path, problem.message) for problem in refused.value.problems]
