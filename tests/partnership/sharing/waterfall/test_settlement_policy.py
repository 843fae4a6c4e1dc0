"""What a settlement policy is refused for, all at once, with the path and the way out."""

import attrs
import pytest
from settlement_makers import eur, policy, rest_to

from supplychain_rules.errors import InvalidValueError, PolicyError
from supplychain_rules.partnership.sharing import (
    Band,
    Bands,
    Cap,
    CatchUp,
    Charge,
    Clause,
    Clawback,
    Fee,
    Floor,
    IncentiveFee,
    Recoup,
    Split,
    adjust_base,
)
from supplychain_rules.values.money import Money

REST = rest_to("buyer")
HALF = {"supplier": "50%", "buyer": "50%"}


def problems(*clauses: Clause, **changes: object) -> list[tuple[str, str]]:
    """Return code and path of what a policy is refused for."""
    with pytest.raises(PolicyError) as refused:
        policy(*clauses, **changes)
    return [(one.code, one.path) for one in refused.value.problems]


def bands(*parts: Band) -> Bands:
    return Bands(id="ranges", bands=parts)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        pytest.param({"supplier": "40%", "buyer": "50%"}, "the shares cover 90%, not 100%", id="too little"),
        pytest.param({"supplier": "60%", "buyer": "50%"}, "the shares cover 110%, not 100%", id="too much"),
        pytest.param({"supplier": "1/3", "buyer": "1/3"}, "the shares cover 2/3, not 100%", id="thirds"),
    ],
)
def test_shares_that_do_not_cover_the_whole_are_refused(shares: dict[str, str], said: str) -> None:
    for clause, path in (
        (bands(Band(shares=shares)), "clauses[0].bands[0].shares"),
        (Split(id="split", shares=shares), "clauses[0].shares"),
    ):
        with pytest.raises(PolicyError, match=said) as refused:
            policy(clause)
        assert [("shares_incomplete", path)] == [(one.code, one.path) for one in refused.value.problems]
        assert refused.value.problems[0].hint


def test_ranges_with_a_gap_are_refused() -> None:
    assert [("band_gap", "clauses[0].bands[1].low")] == problems(
        bands(Band(high="80%", shares=HALF), Band(low="90%", shares=HALF))
    )


def test_ranges_that_overlap_are_refused() -> None:
    assert [("band_overlap", "clauses[0].bands[1].low")] == problems(
        bands(Band(high="80%", shares=HALF), Band(low="70%", shares=HALF))
    )


def test_ranges_in_money_and_percent_are_compared_as_amounts() -> None:
    assert policy(bands(Band(high="80%", shares=HALF), Band(low=eur(800), shares=HALF)))
    assert [("band_gap", "clauses[0].bands[1].low")] == problems(
        bands(Band(high="80%", shares=HALF), Band(low=eur(801), shares=HALF))
    )


def test_ranges_that_do_not_rise_are_refused() -> None:
    assert [("band_overlap", "clauses[0].bands[1].high")] == problems(
        bands(Band(high="80%", shares=HALF), Band(high="80%", shares=HALF), Band(shares=HALF))
    )


def test_ranges_that_leave_the_ends_open_are_refused() -> None:
    assert [("band_gap", "clauses[0].bands[0].low"), ("band_gap", "clauses[0].bands[1].high")] == problems(
        bands(Band(low="10%", high="80%", shares=HALF), Band(high="90%", shares=HALF))
    )
    assert [("missing_key", "clauses[0].bands[0].high")] == problems(bands(Band(shares=HALF), Band(shares=HALF)))


def test_mixed_currencies_are_refused_wherever_they_stand() -> None:
    dollars = Money(1, "USD")

    assert [
        ("mixed_currencies", "base"),
        ("mixed_currencies", "clauses[0].amount"),
        ("mixed_currencies", "clauses[1].bands[0].high"),
    ] == problems(
        Fee(id="fee", to="supplier", amount=dollars),
        bands(Band(high=dollars, shares=HALF), Band(shares=HALF)),
        REST,
        base=dollars,
    )


def test_unknown_parties_are_refused_with_a_suggestion() -> None:
    with pytest.raises(PolicyError) as refused:
        policy(Fee(id="fee", to="suplier", amount=eur(1)), Split(id="rest", weights={"byer": 1}))

    assert [
        ("clauses[0].to", "did you mean 'supplier'?"),
        ("clauses[1].weights.byer", "did you mean 'buyer'?"),
    ] == [(one.path, one.hint) for one in refused.value.problems]


def test_nobody_pays_the_rest_a_fee() -> None:
    assert [("unknown_name", "clauses[0].to")] == problems(Fee(id="fee", to="rest", amount=eur(1)), REST)


def test_recoupments_in_a_circle_are_refused_with_the_circle() -> None:
    with pytest.raises(PolicyError) as refused:
        policy(
            Recoup(id="one", to="supplier", of=["two"]),
            Recoup(id="two", to="buyer", of=["three"]),
            Recoup(id="three", to="supplier", of=["one"]),
            REST,
        )

    (problem,) = refused.value.problems
    assert ("cycle", "clauses[0].of", "one -> two -> three -> one") == (problem.code, problem.path, problem.value)
    assert problem.hint


def test_a_clause_that_recoups_itself_is_a_circle() -> None:
    assert [("cycle", "clauses[0].of")] == problems(Recoup(id="one", to="supplier", of=["one"]), REST)


def test_a_clause_that_refers_to_a_later_or_unknown_one_is_refused() -> None:
    assert [("forward_reference", "clauses[0].of[0]"), ("unknown_name", "clauses[1].counting[0]")] == problems(
        Clawback(id="back", by="supplier", of=["fee"]),
        CatchUp(id="up", to="supplier", against="buyer", share="20%", counting=["fees"]),
        Fee(id="fee", to="supplier", amount=eur(1)),
        REST,
    )


def test_many_clauses_that_refer_to_all_before_them_are_checked_at_once() -> None:
    fees = [Fee(id="0", to="supplier", amount=eur(1))]
    for number in range(1, 150):
        earlier = [str(place) for place in range(number)]
        fees.append(Clawback(id=str(number), by="supplier", of=earlier))

    assert 151 == len(policy(*fees, REST).clauses)


def test_a_rest_that_nobody_is_given_is_refused() -> None:
    assert [("shares_incomplete", "clauses")] == problems(Fee(id="fee", to="supplier", amount=eur(1)))
    assert [("shares_incomplete", "clauses")] == problems(REST, Fee(id="fee", to="supplier", amount=eur(1)))
    assert [("shares_incomplete", "clauses")] == problems(
        Fee(id="fee", to="supplier", amount=eur(1)), bands(Band(shares=HALF))
    )
    assert [("shares_incomplete", "clauses")] == problems(REST, Cap(id="cap", on="buyer", at=eur(1), to="rest"))


def test_clauses_after_the_last_split_may_move_money_between_parties() -> None:
    assert policy(REST, Charge(id="late", by="supplier", to="buyer", rate=eur(1), actual="days"))


def test_a_group_is_split_once_among_parties_and_not_touched_afterwards() -> None:
    group = {"groups": ["team"]}
    into_team = Fee(id="fee", to="team", amount=eur(1))
    split = Split(id="members", of="team", weights={"supplier": 1})

    assert policy(into_team, split, REST, **group)
    assert [("contradiction", "groups[0]")] == problems(into_team, REST, **group)
    assert [("contradiction", "clauses[1].to")] == problems(split, into_team, REST, **group)
    assert [("contradiction", "clauses[2].of")] == problems(
        into_team, split, attrs.evolve(split, id="again", weights={"buyer": 1}), REST, **group
    )
    assert [("contradiction", "clauses[0].of")] == problems(Split(id="x", of="supplier", weights={"buyer": 1}), REST)


def test_a_party_belongs_to_one_group_and_a_group_to_none() -> None:
    assert [("contradiction", "clauses[1].weights.supplier")] == problems(
        Split(id="one", of="team", weights={"supplier": 1}),
        Split(id="two", of="crew", weights={"supplier": 1}),
        REST,
        groups=["team", "crew"],
    )
    assert [("contradiction", "clauses[0].weights.crew")] == problems(
        Split(id="one", of="team", weights={"crew": 1}),
        Split(id="two", of="crew", weights={"supplier": 1}),
        REST,
        groups=["team", "crew"],
    )


def test_an_account_that_pays_itself_is_refused() -> None:
    assert [
        ("contradiction", "clauses[0].to"),
        ("contradiction", "clauses[1].by"),
        ("contradiction", "clauses[2].by"),
        ("contradiction", "clauses[3].against"),
    ] == problems(
        Cap(id="cap", on="buyer", at=eur(1), to="buyer"),
        Floor(id="floor", on="buyer", at=eur(1), by="buyer"),
        Charge(id="late", by="buyer", to="buyer", rate=eur(1), actual="days"),
        CatchUp(id="up", to="buyer", against="buyer", share="20%"),
        REST,
    )


def test_names_that_repeat_or_mean_something_else_are_refused() -> None:
    assert [
        ("duplicate_id", "groups[0]"),
        ("duplicate_id", "clauses[1].id"),
        ("bad_name", "parties[2]"),
    ] == problems(REST, REST, parties=["supplier", "buyer", "pool"], groups=["supplier"])


def test_an_actual_is_money_or_a_number_and_never_the_outturn() -> None:
    assert [("contradiction", "clauses[1].actual"), ("bad_name", "clauses[2].actual")] == problems(
        Charge(id="late", by="supplier", to="buyer", rate=eur(1), actual="days"),
        Recoup(id="spent", to="supplier", actual="days"),
        Recoup(id="cost", to="supplier", actual="outturn"),
        REST,
    )


def test_a_part_of_a_base_of_zero_is_refused() -> None:
    assert [("bad_value", "clauses[0].amount")] == problems(
        Fee(id="fee", to="supplier", amount="5%"), REST, outturn="proceeds", base=eur(0)
    )


def test_an_incentive_fee_needs_a_cost() -> None:
    assert [("contradiction", "clauses[0]")] == problems(
        IncentiveFee(id="fee", to="supplier", target_cost=eur(1), target_fee=eur(1), under="20%"),
        REST,
        outturn="proceeds",
    )


def test_a_base_in_parts_of_a_cent_and_a_currency_without_cents_are_refused() -> None:
    assert [("bad_value", "base")] == problems(REST, base=eur("0.001"))
    assert [("bad_value", "currency")] == problems(REST, base=Money(1, "XAU"), currency="XAU")
    assert [("bad_value", "per_unit")] == problems(REST, per_unit=eur(0))


def test_nobody_and_nothing_to_settle_are_refused() -> None:
    assert [("empty", "parties"), ("empty", "clauses")] == problems(parties=[])


def test_what_is_wrong_by_itself_is_refused_at_once() -> None:
    for changes, said in (
        ({"outturn": "costs"}, "outturn"),
        ({"currency": "EURO"}, "EURO"),
        ({"base": 1000}, "not money"),
        ({"parties": "supplier"}, "several things"),
        ({"id": 7}, "must be text"),
    ):
        with pytest.raises(InvalidValueError, match=said):
            policy(REST, **changes)
    with pytest.raises(InvalidValueError, match="not a clause"):
        policy("a split")  # type: ignore[arg-type]  # wrong on purpose


def test_events_move_the_base_and_what_is_a_part_of_it() -> None:
    moved = adjust_base(policy(REST), {"event 1": eur(80), "event 2": eur(-30)})

    assert eur(1050) == moved.base
    with pytest.raises(InvalidValueError, match="currencies do not mix"):
        adjust_base(policy(REST), {"event": Money(1, "USD")})
