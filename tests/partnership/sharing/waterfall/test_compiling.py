"""Settlements as functions of the outturn: of money, of units, within bounds, and what is refused."""

import pickle
from fractions import Fraction

import pytest
from settlement_makers import eur, policy, rest_to

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing import (
    Band,
    Bands,
    Cap,
    Charge,
    DeadBand,
    Split,
    compile_policy,
    dead_band,
    settle,
    share_ranges,
)
from supplychain_rules.values.intervals import Interval

HALF = rest_to("supplier", "buyer")


def test_what_each_party_has_is_a_function_of_the_outturn() -> None:
    compiled = compile_policy(policy(HALF, Cap(id="cap", on="supplier", at=eur(100), to="buyer")))

    assert "[0..800): 100; >= 800: -0.5 x + 500" == str(compiled["supplier"])
    assert "[0..800): -x + 900; >= 800: -0.5 x + 500" == str(compiled["buyer"])
    assert ">= 0: -x + 1000" == str(compiled.pool)
    assert compiled.conserves()


def test_every_clause_has_functions_of_its_own() -> None:
    compiled = compile_policy(policy(HALF, Cap(id="cap", on="supplier", at=eur(100), to="buyer")))
    cap = compiled.clauses[1]

    assert ("cap", "cap") == (cap.clause, cap.kind)
    assert {"supplier": "[0..800): 0.5 x - 400; >= 800: 0", "buyer": "[0..800): -0.5 x + 400; >= 800: 0"} == {
        name: str(move) for name, move in cap.moves.items()
    }


def test_of_units_the_functions_are_functions_of_units() -> None:
    rebate = share_ranges("rebate", to="buyer", others="supplier", ranges=[(eur(1000), 0), (None, "10%")])
    by_volume = policy(rebate, outturn="proceeds", base=eur(0), per_unit=eur("2.50"))
    compiled = compile_policy(by_volume)

    assert "[0..400): 0; >= 400: 0.25 x - 100" == str(compiled["buyer"])
    assert Fraction(settle(by_volume, {"outturn": 1000})["buyer"].amount) == compiled["buyer"].at(1000)


def test_days_late_are_held_fixed() -> None:
    late = policy(HALF, Charge(id="late", by="supplier", to="buyer", rate=eur(5), actual="days", cap=eur(20)))

    assert ["-0.5 x + 490", "-0.5 x + 480"] == [
        str(compile_policy(late, {"days": days})["supplier"]).removeprefix(">= 0: ") for days in (2, 9)
    ]


def test_a_part_of_the_outturns_may_be_asked_for() -> None:
    within = Interval(500, 2000, low_closed=True, high_closed=True)

    assert "[500..2000]: -0.5 x + 500" == str(compile_policy(policy(HALF), within=within)["buyer"])


def test_a_function_that_jumps_knows_both_sides() -> None:
    cliff = compile_policy(policy(DeadBand(id="d", to="buyer", gain=eur(50), pain=eur(50), mode="in_full"), HALF))

    assert "[0..950): -0.5 x + 500; [950..1050]: 0; > 1050: -0.5 x + 500" == str(cliff["supplier"])


def test_a_dead_band_may_be_one_sided_or_empty() -> None:
    assert "< -5: x + 5; [-5..0): 0; >= 0: x" == str(dead_band(0, 5, "excess_only"))
    assert "anything: x" == str(dead_band(0, 0, "in_full")) == str(dead_band(0, 0, "excess_only"))


@pytest.mark.parametrize(
    ("build", "said"),
    [
        pytest.param(lambda: dead_band(-1, 5, "in_full"), "below zero", id="negative band"),
        pytest.param(lambda: dead_band(1, 5, "full"), "unknown mode", id="unknown mode"),
        pytest.param(lambda: dead_band(0.5, 5, "in_full"), "never a float", id="float"),
    ],
)
def test_a_dead_band_that_is_none_is_refused(build: object, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        build()


def test_a_contract_with_more_breaks_than_any_has_is_refused_and_not_computed_for_hours() -> None:
    ranges = [
        Bands(
            id=f"ranges {number}",
            bands=[
                Band(
                    high=eur(7 * step + number) if step < 180 else None,
                    shares={"supplier": step % 2, "buyer": 1 - step % 2},
                )
                for step in range(1, 181)
            ],
        )
        for number in range(6)
    ]
    with pytest.raises(InvalidValueError, match="more than 1000 pieces"):
        compile_policy(policy(*ranges, HALF))


def test_functions_are_pickled_with_their_policy() -> None:
    compiled = compile_policy(policy(Split(id="thirds", weights={"supplier": 1, "buyer": 2})))

    assert compiled == pickle.loads(pickle.dumps(compiled))  # noqa: S301  our own bytes
    assert compiled.clauses[0] == pickle.loads(pickle.dumps(compiled.clauses[0]))  # noqa: S301  likewise
