"""The nucleolus: exact where others go wrong, proved step by step, and refused where there is none."""

import pickle
from fractions import Fraction
from importlib import import_module

import attrs
import pytest
from proved_nucleolus import flaws

from supplychain_rules import InvalidValueError
from supplychain_rules.partnership.sharing import (
    MAX_NUCLEOLUS_PLAYERS,
    Game,
    NucleolusLevel,
    airport_game,
    as_game,
    bankruptcy_game,
    core_is_empty,
    least_core,
    nucleolus,
    nucleolus_proof,
    savings_game,
)

#: Where fixing all coalitions that one solution happens to meet gives (50, 50, 100).
TALMUD_200 = bankruptcy_game(200, {"A": 100, "B": 200, "C": 300})

#: Where the same slip gives shares that are worse by the next excess.
LEXICOGRAPHIC = as_game(["A", "B", "C"], [0, 14, 1, 22, 31, 22, -8, 56])


def test_only_what_all_solutions_meet_is_held() -> None:
    assert {"A": 50, "B": 75, "C": 75} == nucleolus(TALMUD_200)


def test_the_levels_say_who_decided() -> None:
    assert (
        NucleolusLevel(excess=Fraction(-50), coalitions=(("A",), ("B", "C"))),
        NucleolusLevel(excess=Fraction(-75), coalitions=(("B",), ("C",))),
    ) == nucleolus_proof(TALMUD_200).levels


@pytest.mark.parametrize(
    "game",
    [
        TALMUD_200,
        LEXICOGRAPHIC,
        as_game(["A"], [0, 7]),
        as_game(["A", "B"], [0, 1, 2, 9]),
        savings_game(airport_game(dict(zip("ABCDEF", (8, 11, 13, 18, 18, 30), strict=True)))),
        as_game(list("ABCDEFG"), lambda coalition: int(len(coalition) >= 4)),
        as_game(list("ABCDE"), [0, *((7 * number * number) % 31 for number in range(1, 31)), 120]),
    ],
    ids=["talmud", "lexicographic", "one", "two", "airport", "majority", "five"],
)
def test_the_proof_of_a_nucleolus_holds(game: Game) -> None:
    assert [] == flaws(game, nucleolus_proof(game))


def test_a_proof_of_other_shares_is_seen_through() -> None:
    found = nucleolus_proof(TALMUD_200)
    slipped = attrs.evolve(found, shares={"A": Fraction(50), "B": Fraction(50), "C": Fraction(100)})

    assert [
        "step 1: a coalition is more dissatisfied",
        "step 1: a coalition that bears weight has another excess",
    ] == flaws(TALMUD_200, slipped)


def test_who_is_worth_more_alone_than_it_adds_gets_that_and_without_the_floor_less() -> None:
    game = as_game(["A", "B", "C"], [0, 6, 0, 2, 0, 2, 8, 9])

    assert {"A": 6, "B": Fraction(3, 2), "C": Fraction(3, 2)} == nucleolus(game)
    free = nucleolus_proof(game, individually_rational=False)
    assert free.shares["A"] < 6
    assert [] == flaws(game, nucleolus_proof(game))
    assert [] == flaws(game, free, individually_rational=False)


def test_no_split_gives_all_what_they_are_worth_alone() -> None:
    game = as_game(["A", "B"], [0, 5, 5, 8])

    with pytest.raises(InvalidValueError, match="worth more alone than all together"):
        nucleolus_proof(game)
    assert {"A": 4, "B": 4} == nucleolus(game, individually_rational=False)


def test_an_empty_core_is_proved_by_balanced_weights() -> None:
    majority = as_game(["A", "B", "C"], lambda coalition: int(len(coalition) >= 2))
    found = least_core(majority)
    counted = {player: sum(w for coalition, w in found.balance if player in coalition) for player in "ABC"}

    assert core_is_empty(majority)
    assert 1 == len(set(counted.values()))
    assert sum(w * majority.worth_of(coalition) for coalition, w in found.balance) > counted["A"] * majority.total


def test_a_game_of_one_has_a_core() -> None:
    assert not core_is_empty(["A"], [0, 7])
    assert {"A": 7} == least_core(["A"], [0, 7]).shares


def test_too_many_parties_are_refused() -> None:
    players = [f"{place}" for place in range(MAX_NUCLEOLUS_PLAYERS + 1)]

    with pytest.raises(InvalidValueError, match=f"at most {MAX_NUCLEOLUS_PLAYERS} parties"):
        nucleolus_proof(players, len)


@pytest.mark.parametrize(
    "game", [TALMUD_200, LEXICOGRAPHIC, as_game(list("ABCDEFG"), lambda some: int(len(some) >= 4))]
)
def test_the_first_broken_condition_leads_to_the_same_point_as_the_worst(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a program does not get ahead, it takes the first condition instead of the worst one, so that it ends."""
    expected = nucleolus_proof(game)
    module = import_module(
        "supplychain_rules.partnership.sharing.fairness.nucleolus"
    )  # the package has a function of that name
    monkeypatch.setattr(module, "_PATIENCE", -1)
    found = nucleolus_proof(game)

    assert expected.shares == found.shares
    assert expected.levels == found.levels


def test_an_answer_is_a_value_that_can_be_kept() -> None:
    for found in (nucleolus_proof(TALMUD_200), least_core(TALMUD_200)):
        assert found == pickle.loads(pickle.dumps(found))  # noqa: S301  ours
        assert "shares={'A': Fraction(" in repr(found)
