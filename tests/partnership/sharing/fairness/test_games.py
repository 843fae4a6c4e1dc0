"""Cooperative games and the Shapley value: exact, every coalition named, nobody's worth forgotten."""

from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from supplychain_rules import InvalidValueError
from supplychain_rules.partnership.sharing import (
    MAX_PLAYERS,
    Game,
    airport_game,
    as_game,
    bankruptcy_game,
    glove_game,
    savings_game,
    shapley,
)


def by_orders(game: Game) -> dict[str, Fraction]:
    """Return what each party adds, by going through all orders one by one."""
    added = dict.fromkeys(game.players, Fraction(0))
    orders = list(permutations(game.players))
    for order in orders:
        for place, player in enumerate(order):
            added[player] += game.worth_of(order[: place + 1]) - game.worth_of(order[:place])
    return {player: total / len(orders) for player, total in added.items()}


@pytest.mark.parametrize(
    "game",
    [
        as_game(["A"], [0, 7]),
        as_game(["A", "B"], [0, 1, "5/2", -3]),
        as_game(["A", "B", "C"], [0, 14, 1, 22, 31, 22, -8, 56]),
        as_game(list("ABCDE"), [0, *((7 * number * number) % 31 - 9 for number in range(1, 32))]),
    ],
    ids=["one", "two", "three", "five"],
)
def test_the_shapley_value_is_the_mean_over_all_orders(game: Game) -> None:
    assert by_orders(game) == shapley(game)


def test_fractions_of_worth_stay_exact() -> None:
    worth = {("A",): "1/3", ("B",): "1/7", ("A", "B"): 1}

    assert {"A": Fraction(25, 42), "B": Fraction(17, 42)} == shapley(["A", "B"], worth)


def test_shared_delivery_rounds_save_money_and_the_saving_is_split() -> None:
    cost = {
        ("north",): 60, ("south",): 80, ("west",): 50,
        ("north", "south"): 110, ("north", "west"): 95, ("south", "west"): 115,
        ("north", "south", "west"): 140,
    }  # fmt: skip
    saved = savings_game(["north", "south", "west"], cost)

    assert 50 == saved.total
    assert Fraction(30) == saved.worth_of(("north", "south"))
    assert {"north": Fraction(115, 6), "south": Fraction(115, 6), "west": Fraction(35, 3)} == shapley(saved)


def test_an_airport_charges_for_its_largest_user() -> None:
    game = airport_game({"small": 8, "large": "18.5"})

    assert Fraction(37, 2) == game.worth_of(("small", "large"))
    assert {"small": 4, "large": Fraction(29, 2)} == shapley(game)


def test_what_the_others_leave_of_an_estate_is_what_a_coalition_is_worth() -> None:
    game = bankruptcy_game("200", {"A": 100, "B": 200, "C": 300})

    assert [0, 0, 0, 0, 0, 0, 100, 200] == [
        int(game.worth_of(coalition))
        for coalition in ((), ("A",), ("B",), ("C",), ("A", "B"), ("A", "C"), ("B", "C"), ("A", "B", "C"))
    ]


def test_twenty_parties_are_shared_with_exactly() -> None:
    players = [f"supplier {place}" for place in range(MAX_PLAYERS)]
    costs = {player: 1 + place for place, player in enumerate(players)}
    shares = shapley(airport_game(costs))
    borne = Fraction(0)
    for place, player in enumerate(players):  # Littlechild and Owen: each step is shared by those who need it
        borne += Fraction(1, MAX_PLAYERS - place)
        assert borne == shares[player]


@pytest.mark.parametrize(
    ("players", "worth", "message"),
    [
        ([], {}, "a game needs a party"),
        (["A", "A"], {("A",): 1}, "a party is named twice"),
        (["A", ""], {("A",): 1}, "a party is named by text"),
        (["A"], None, "a game needs parties and their worths"),
        ("A", {("A",): 1}, "a game needs parties and their worths"),
        ([f"{place}" for place in range(21)], {}, "a game has at most 20 parties"),
        (["A", "B"], {("A",): 1, ("B",): 1}, r"1 coalition has no worth: \[\('A', 'B'\)\]"),
        (["A", "B"], {}, r"3 coalitions have no worth: \[\('A',\), \('B',\), \('A', 'B'\)\]"),
        (["A"], {(): 1, ("A",): 1}, "the empty coalition must be worth 0"),
        (["A"], {"A": 1}, "not a coalition"),
        (["A"], {7: 1}, "not a coalition"),
        (["A"], {("A", "A"): 1}, "a coalition names a party twice"),
        (["Alpha"], {("Alpa",): 1}, "did you mean 'Alpha'"),
        (["A"], {("A",): 1, frozenset("A"): 1}, "a coalition has two worths"),
        (["A"], {("A",): 0.5}, r"the worth of \('A',\) is a float: 0.5"),
        (["A"], lambda coalition: 0.5 if coalition else 0, r"the worth of \('A',\) is a float"),
        (["A"], [0, 0.5], "a worth is a float"),
        (["A"], [0, True], "a boolean is not a number"),
        (["A"], [0], "as many worths as coalitions are needed: 1; 1 parties have 2 coalitions"),
        (["A"], [1, 1], "the empty coalition must be worth 0"),
    ],
)
def test_what_is_no_game_is_refused(players: Any, worth: Any, message: str) -> None:  # noqa: ANN401  anything
    with pytest.raises(InvalidValueError, match=message):
        shapley(players, worth)


def test_games_that_cannot_be_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="whole numbers"):
        Game(players=("A",), units=(0, Fraction(1, 2)))  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(InvalidValueError, match="a denominator is 1 or more"):
        Game(players=("A",), units=(0, 1), denominator=0)
    with pytest.raises(InvalidValueError, match="the cost of 'A' is negative"):
        airport_game({"A": -1})
    with pytest.raises(InvalidValueError, match="an estate lies between 0 and all claims"):
        bankruptcy_game(7, {"A": 5})
    with pytest.raises(InvalidValueError, match="a party is named twice"):
        glove_game(["A"], ["A"])
    with pytest.raises(InvalidValueError, match="no party"):
        as_game(["A"], [0, 1]).worth_of(("B",))
