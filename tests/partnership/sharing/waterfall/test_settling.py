"""Settling: actuals, rounding, groups, interim settlements, and what the result says of itself."""

import json
from fractions import Fraction

import attrs
import pytest
from settlement_makers import eur, policy, rest_to

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.partnership.sharing import (
    Bands,
    Cap,
    Charge,
    Fee,
    Floor,
    InterimSettlement,
    Recoup,
    SettlementPolicy,
    Split,
    settle,
    settle_interim,
    share_ranges,
)
from supplychain_rules.values.money import Money

HALF = rest_to("supplier", "buyer")


def team(*, cap: str) -> SettlementPolicy:
    """Return a pool that a team and a buyer share by half; the team's part is capped and split in three."""
    return policy(
        Split(id="half", weights={"team": 1, "buyer": 1}),
        Cap(id="cap", on="team", at=eur(cap), to="buyer"),
        Split(id="members", of="team", weights={"a": 1, "b": 1, "c": 1}),
        parties=["a", "b", "c", "buyer"],
        groups=["team"],
    )


def test_a_gain_a_loss_and_nothing_at_all_are_settled() -> None:
    for cost, share in ((900, 50), (1000, 0), (1100, -50)):
        assert eur(share) == settle(policy(HALF), {"outturn": eur(cost)})["supplier"]


def test_a_cap_in_whole_cents_is_not_broken_by_rounding() -> None:
    found = settle(team(cap="100.00"), {"outturn": eur(0)})

    assert [eur("33.34"), eur("33.33"), eur("33.33"), eur(900)] == [found[name] for name in ("a", "b", "c", "buyer")]


def test_what_a_group_has_is_rounded_before_what_its_members_have() -> None:
    found = settle(team(cap="1000"), {"outturn": eur("999.95")})

    # 2.5 cents each for team and buyer; the buyer's name does not win a cent over the group's
    assert eur("0.05") == found.pool
    assert [eur("0.01"), eur("0.01"), eur("0.01"), eur("0.02")] == [found[name] for name in ("a", "b", "c", "buyer")]


def test_an_outturn_in_units_is_worth_what_a_unit_is_worth() -> None:
    volume = policy(
        share_ranges("rebate", to="buyer", others="supplier", ranges=[(eur(1000), 0), (None, "10%")]),
        outturn="proceeds",
        base=eur(0),
        per_unit=eur("2.50"),
    )
    found = settle(volume, {"outturn": 1000})

    assert (eur(2500), eur(150)) == (found.pool, found["buyer"])
    assert eur(2500) == found.outturn


def test_a_pool_in_parts_of_a_cent_is_rounded_half_up_before_it_is_handed_out() -> None:
    by_weight = policy(HALF, outturn="proceeds", base=eur(0), per_unit=eur("0.01"))
    found = settle(by_weight, {"outturn": "2.5"})

    assert eur("0.03") == found.pool
    assert {"supplier": Fraction("0.0125"), "buyer": Fraction("0.0125")} == dict(found.exact)
    assert eur("0.03") == found["supplier"] + found["buyer"]


def test_interim_settlements_pay_the_difference_and_take_back_where_the_pool_shrinks() -> None:
    plain = policy(HALF)
    first = settle_interim(plain, {"outturn": eur(800)}, {})
    second = settle_interim(plain, {"outturn": eur(950)}, first.due)

    assert {"supplier": eur(100), "buyer": eur(100)} == dict(first.due)
    assert eur(-75) == second["supplier"]
    assert eur(25) == second.cumulative["supplier"]
    assert {"supplier": "-75", "buyer": "-75"} == json.loads(json.dumps(second.to_dict()))["due"]


def test_an_interim_settlement_tells_what_was_paid_and_what_is_due() -> None:
    found = settle_interim(policy(HALF), {"outturn": eur(950)}, {"supplier": eur(100)})

    assert ["supplier: had EUR 100.00, gets now EUR -75.00", "buyer: had EUR 0.00, gets now EUR 25.00"] == (
        str(found).splitlines()[-2:]
    )
    assert "supplier：已付 EUR 100.00，本次 EUR -75.00" == found.text("zh").splitlines()[-2]


def test_a_payment_to_a_stranger_or_in_another_currency_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="did you mean 'supplier'"):
        settle_interim(policy(HALF), {"outturn": eur(800)}, {"suplier": eur(1)})
    with pytest.raises(InvalidValueError, match="currencies do not mix"):
        settle_interim(policy(HALF), {"outturn": eur(800)}, {"supplier": Money(1, "USD")})


def test_actuals_that_are_missing_unknown_or_wrong_are_all_named() -> None:
    contract = policy(
        Recoup(id="tooling", to="supplier", actual="tooling cost"),
        HALF,
        Charge(id="late", by="supplier", to="buyer", rate=eur(5), actual="days late"),
    )
    with pytest.raises(InputError) as refused:
        settle(contract, {"outturn": Money(1, "USD"), "days_late": 3, "tooling cost": eur(-1)})

    assert [
        ("unknown_field", "days_late", "did you mean 'days late'?"),
        ("bad_value", "outturn", "convert it to EUR with a dated rate"),
        ("bad_value", "tooling cost", "0 or more"),
        ("required", "days late", ""),
    ] == [(one.code, one.path, one.hint) for one in refused.value.problems]


@pytest.mark.parametrize(
    ("changes", "outturn", "said"),
    [
        pytest.param({}, 900, "not money", id="bare number for money"),
        pytest.param({}, eur(-1), "below zero", id="cost below zero"),
        pytest.param({}, eur("900.001"), "smallest units", id="part of a cent"),
        pytest.param({"per_unit": eur(2)}, eur(900), "a number of units", id="money for units"),
        pytest.param({"per_unit": eur(2)}, 2.5, "never a float", id="float for units"),
        pytest.param({"per_unit": eur(2)}, -1, "below zero", id="units below zero"),
    ],
)
def test_an_outturn_that_cannot_be_is_refused(changes: dict[str, object], outturn: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        settle(policy(HALF, **changes), {"outturn": outturn})


def test_actuals_that_are_no_mapping_are_refused() -> None:
    with pytest.raises(InputError, match="not a mapping"):
        settle(policy(HALF), [("outturn", eur(1))])  # type: ignore[arg-type]  # wrong on purpose


def test_floors_of_all_parties_above_the_pool_are_refused() -> None:
    contract = policy(
        HALF,
        Floor(id="one", on="supplier", at=eur(60), by="buyer"),
        Floor(id="two", on="buyer", at=eur(60), by="supplier"),
    )

    assert eur(60) == settle(contract, {"outturn": eur(880)})["supplier"]
    with pytest.raises(InvalidValueError, match="the floors ask for 120 of a pool of less: '119'; lower a floor"):
        settle(contract, {"outturn": eur(881)})


def test_caps_of_all_parties_below_the_pool_are_refused() -> None:
    contract = policy(
        HALF,
        Cap(id="one", on="supplier", at=eur(60), to="buyer"),
        Cap(id="two", on="buyer", at=eur(60), to="supplier"),
    )

    assert eur(60) == settle(contract, {"outturn": eur(880)})["supplier"]
    with pytest.raises(InvalidValueError, match="the caps allow 120 of a pool of more: '121'; raise a cap"):
        settle(contract, {"outturn": eur(879)})


def test_of_two_floors_and_two_caps_of_a_party_the_tighter_one_counts() -> None:
    contract = policy(
        HALF,
        *(Floor(id=f"{party} {at}", on=party, at=eur(at), by="buyer" if party == "supplier" else "supplier")
          for party, at in (("supplier", 60), ("supplier", 20), ("buyer", 60))),
        *(Cap(id=f"most {at}", on="supplier", at=eur(at), to="buyer") for at in (70, 90)),
        Cap(id="most of the buyer", on="buyer", at=eur(70), to="supplier"),
    )  # fmt: skip

    with pytest.raises(InvalidValueError, match="the floors ask for 120"):
        settle(contract, {"outturn": eur(900)})
    with pytest.raises(InvalidValueError, match="the caps allow 140"):
        settle(contract, {"outturn": eur(850)})


def test_the_cap_of_a_group_stands_for_its_members() -> None:
    capped = attrs.evolve(
        team(cap="100"), clauses=(*team(cap="100").clauses, Cap(id="last", on="buyer", at=eur(50), to="a"))
    )

    with pytest.raises(InvalidValueError, match="the caps allow 150"):
        settle(capped, {"outturn": eur(800)})


def test_every_line_shows_its_numbers_in_english_and_chinese() -> None:
    contract = policy(
        share_ranges("54.1", to="supplier", others="buyer", ranges=[("80%", "15%"), ("90%", "30%"), (None, "50%")]),
        Cap(id="most", on="supplier", at=eur(60), to="buyer", label={"en": "Most", "zh": "最多"}),
        Charge(id="late", by="supplier", to="buyer", rate=eur("0.50"), actual="days late", cap=eur(4)),
    )
    found = settle(contract, {"outturn": eur(850), "days late": 10})

    assert [
        "pool (pool): 1000 - 850; rest 150",
        "share ranges (54.1): 50 x 70%, 30% + 100 x 50%, 50% -> buyer +85, supplier +65; rest 0",
        "Most (most): max(0, 65 - 60) -> supplier -5, buyer +5; rest 0",
        "charge (late): min(0.5 x 10, 4) -> supplier -4, buyer +4; rest 0",
        "rounding, largest remainder: -",
        "deal 1: pool EUR 150.00 = supplier EUR 56.00, buyer EUR 94.00",
    ] == str(found).splitlines()
    assert [
        "分配池（pool）：1000 - 850；余额 150",
        "分摊区间（54.1）：50 x 70%, 30% + 100 x 50%, 50% → buyer +85，supplier +65；余额 0",
        "最多（most）：max(0, 65 - 60) → supplier -5，buyer +5；余额 0",
        "扣款（late）：min(0.5 x 10, 4) → supplier -4，buyer +4；余额 0",
        "舍入（最大余数法）：-",
        "deal 1：分配池 EUR 150.00 = supplier EUR 56.00, buyer EUR 94.00",
    ] == found.text("zh").splitlines()


def test_a_settlement_is_plain_data() -> None:
    found = settle(policy(Split(id="thirds", weights={"supplier": 1, "buyer": 2})), {"outturn": eur(900)})

    assert {
        "policy": "deal 1",
        "currency": "EUR",
        "outturn": "900",
        "pool": "100",
        "shares": {"supplier": "33.33", "buyer": "66.67"},
        "exact": {"supplier": "100/3", "buyer": "200/3"},
    } == {key: value for key, value in found.to_dict().items() if key != "trace"}
    assert {
        "clause": "thirds",
        "kind": "split",
        "formula": "100 x 2/3, 1/3",
        "moves": {"buyer": "200/3", "supplier": "100/3"},
        "rest": "0",
    } == found.to_dict()["trace"][1]  # type: ignore[index]  # wrong on purpose


def test_a_settlement_that_does_not_add_up_cannot_be_built() -> None:
    found = settle(policy(HALF), {"outturn": eur(900)})

    with pytest.raises(InvalidValueError, match=r"shares of EUR 99.99 do not add up"):
        attrs.evolve(found, shares={"supplier": eur("49.99"), "buyer": eur(50)})
    with pytest.raises(InvalidValueError, match="other parties"):
        attrs.evolve(found, exact={"supplier": Fraction(100)})
    with pytest.raises(InvalidValueError, match="is not its share"):
        InterimSettlement(cumulative=found, paid={}, due={"supplier": eur(1), "buyer": eur(99)})


def test_the_price_is_the_outturn_and_the_share() -> None:
    assert eur(950) == settle(policy(HALF), {"outturn": eur(900)}).paid_to("supplier")


def test_a_fee_that_is_not_covered_is_borne_by_who_has_the_rest() -> None:
    found = settle(policy(Fee(id="fee", to="supplier", amount=eur(10)), HALF), {"outturn": eur(1000)})

    assert (eur(5), eur(-5)) == (found["supplier"], found["buyer"])


def test_money_without_cents_is_settled_in_whole_units() -> None:
    yen = SettlementPolicy(
        id="y",
        version="1",
        currency="JPY",
        outturn="proceeds",
        base=Money(0, "JPY"),
        parties=["a", "b"],
        clauses=[Bands(id="x", bands=share_ranges("x", to="a", others="b", ranges=[(None, "50%")]).bands)],
    )

    assert [Money(3, "JPY"), Money(2, "JPY")] == list(settle(yen, {"outturn": Money(5, "JPY")}).shares.values())
