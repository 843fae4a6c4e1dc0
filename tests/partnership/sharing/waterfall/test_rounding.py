"""Exact shares in whole cents: up or down, adding up, groups first, ties by the larger share and then by name."""

from fractions import Fraction

from supplychain_rules.partnership.sharing.waterfall.rounding import round_shares


def halves(**shares: int) -> dict[str, Fraction]:
    return {name: Fraction(share, 2) for name, share in shares.items()}


def test_what_is_whole_stays() -> None:
    assert {"a": 3, "b": -3} == round_shares(halves(a=6, b=-6), 0, {})


def test_the_largest_remainder_gets_the_unit_left_over() -> None:
    assert {"a": 1, "b": 3} == round_shares({"a": Fraction(5, 4), "b": Fraction(11, 4)}, 4, {})


def test_a_tie_goes_to_the_larger_share_then_to_the_first_name() -> None:
    assert {"a": 1, "b": 4} == round_shares(halves(a=3, b=7), 5, {})
    assert {"b": 1, "a": 2} == round_shares(halves(b=3, a=3), 3, {})


def test_a_tie_of_losses_is_the_mirror_of_a_tie_of_gains() -> None:
    assert {"a": -1, "b": -4} == round_shares(halves(a=-3, b=-7), -5, {})
    assert {"a": -2, "b": -1} == round_shares(halves(a=-3, b=-3), -3, {})


def test_gains_and_losses_are_rounded_together() -> None:
    assert {"a": 4, "b": -2} == round_shares(halves(a=7, b=-3), 2, {})


def test_a_group_is_whole_before_its_members_are() -> None:
    thirds = {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3), "z": Fraction(1)}

    assert {"a": 1, "b": 0, "c": 0, "z": 1} == round_shares(thirds, 2, {"team": ("a", "b", "c")})


def test_members_share_a_unit_that_the_group_won() -> None:
    exact = {"a": Fraction(3, 10), "b": Fraction(3, 10), "c": Fraction(4, 10)}

    # the group has 0.6, which is nearer to 1 than the other's 0.4
    assert {"a": 1, "b": 0, "c": 0} == round_shares(exact, 1, {"team": ("a", "b")})


def test_a_total_that_was_rounded_itself_is_met() -> None:
    assert {"a": 2, "b": 1} == round_shares(halves(a=3, b=2), 3, {})
    assert {"a": 1, "b": 1} == round_shares(halves(a=3, b=2), 2, {})


def test_shares_with_long_fractions_are_rounded() -> None:
    tiny = Fraction(1, 10**60 + 7)

    assert {"a": 1, "b": 0} == round_shares({"a": Fraction(1, 2) + tiny, "b": Fraction(1, 2) - tiny}, 1, {})


def test_a_group_and_a_party_of_the_same_name_are_not_confused() -> None:
    assert {"a": 1, "team": 0} == round_shares({"a": Fraction(1, 2), "team": Fraction(1, 2)}, 1, {"team": ("a",)})
