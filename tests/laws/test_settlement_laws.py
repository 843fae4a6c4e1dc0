"""What always holds of a settlement: money in is money out, order means nothing, and functions say what steps say."""

import json
import pickle
from fractions import Fraction

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st
from settlement_makers import others_of, policies, policy

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing import (
    Settlement,
    SettlementPolicy,
    Split,
    compile_policy,
    settle,
    settle_interim,
)
from supplychain_rules.partnership.sharing.waterfall.policy import members_of
from supplychain_rules.values.money import Money, allocate, total
from supplychain_rules.values.piecewise import total_of

CENTS = st.integers(0, 22_000)
WEIGHTS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([0, 1, 1, 2, 3, 7, 30, 999]), min_size=1).filter(
    lambda weights: any(weights.values())
)


def settled(drawn: SettlementPolicy, cents: int) -> Settlement:
    """Settle an outturn, unless floors and caps cannot be met."""
    try:
        return settle(drawn, {"outturn": Money.from_minor(cents, "EUR"), **others_of(drawn)})
    except InvalidValueError as error:
        assume("floors" not in str(error) and "caps" not in str(error))
        raise


@given(policies(), CENTS)
def test_money_in_is_money_out_for_gains_and_losses(drawn: SettlementPolicy, cents: int) -> None:
    found = settled(drawn, cents)
    base = Fraction(drawn.base.amount)
    pool = base - Fraction(cents, 100) if drawn.outturn == "cost" else Fraction(cents, 100) - base

    assert pool == Fraction(total(found.shares.values(), "EUR").amount)
    assert pool == sum(found.exact.values())
    for line in found.trace[:-1]:
        assert line.rest + sum(line.moves.values()) == (
            pool if line.kind == "pool" else found.trace[found.trace.index(line) - 1].rest
        )


@given(policies())
def test_functions_conserve_the_pool_in_every_region(drawn: SettlementPolicy) -> None:
    compiled = compile_policy(drawn, others_of(drawn))

    assert compiled.conserves()
    assert compiled.pool == total_of(compiled.parties.values(), compiled.domain)


@given(policies(), st.lists(CENTS, min_size=1, max_size=8))
def test_functions_say_exactly_what_the_steps_say(drawn: SettlementPolicy, outturns: list[int]) -> None:
    compiled = compile_policy(drawn, others_of(drawn))
    breaks = [edge * 100 for function in compiled.parties.values() for edge in function.breaks]
    at_breaks = [int(edge) for edge in breaks if edge.denominator == 1 and edge >= 0]
    for cents in [*outturns, *at_breaks]:
        found = settled(drawn, cents)
        for party, function in compiled.parties.items():
            assert function.at(Fraction(cents, 100)) == found.exact[party]
        for line, clause in zip(found.trace[1:-1], compiled.clauses, strict=True):
            assert line.moves == {name: move.at(Fraction(cents, 100)) for name, move in clause.moves.items()}


@given(policies(), CENTS)
def test_whole_shares_are_the_exact_ones_rounded_up_or_down(drawn: SettlementPolicy, cents: int) -> None:
    found = settled(drawn, cents)
    groups = members_of(drawn)
    for party, share in found.shares.items():
        assert abs(Fraction(share.amount) - found.exact[party]) < Fraction(1, 100)
    for members in groups.values():
        together = sum((found.exact[name] for name in members), start=Fraction(0))
        whole = sum((Fraction(found.shares[name].amount) for name in members), start=Fraction(0))
        assert abs(together - whole) < Fraction(1, 100)


@given(policies(), CENTS, st.randoms(use_true_random=False))
def test_the_order_of_parties_means_nothing(drawn: SettlementPolicy, cents: int, random: object) -> None:
    parties = list(drawn.parties)
    random.shuffle(parties)  # type: ignore[attr-defined]  # wrong on purpose
    shuffled = attrs.evolve(drawn, parties=parties)

    assert settled(drawn, cents).shares == settled(shuffled, cents).shares


@given(policies(), st.lists(CENTS, min_size=1, max_size=5))
def test_interim_settlements_add_up_to_the_final_one(drawn: SettlementPolicy, outturns: list[int]) -> None:
    paid: dict[str, Money] = {}
    for cents in outturns:
        settled(drawn, cents)
        actuals = {"outturn": Money.from_minor(cents, "EUR"), **others_of(drawn)}
        due = settle_interim(drawn, actuals, paid).due
        paid = {party: amount + paid.get(party, Money(0, "EUR")) for party, amount in due.items()}

    assert settled(drawn, outturns[-1]).shares == paid


@given(WEIGHTS, st.integers(-500, 500))
def test_a_plain_split_is_what_allocate_says(weights: dict[str, int], cents: int) -> None:
    plain = policy(
        Split(id="split", weights=weights), outturn="proceeds", base=Money(0, "EUR"), parties=sorted(weights)
    )

    assert allocate(Money.from_minor(cents, "EUR"), weights).shares == (
        settle(plain, {"outturn": Money.from_minor(cents, "EUR")}).shares
    )


@given(policies(), CENTS)
def test_a_settlement_is_plain_data_text_and_pickle(drawn: SettlementPolicy, cents: int) -> None:
    found = settled(drawn, cents)
    compiled = compile_policy(drawn, others_of(drawn))

    assert found == pickle.loads(pickle.dumps(found))  # noqa: S301  our own bytes
    assert compiled == pickle.loads(pickle.dumps(compiled))  # noqa: S301  our own bytes
    assert len(found.trace) == len(json.loads(json.dumps(found.to_dict()))["trace"])
    assert len(found.trace) + 1 == len(found.text("zh").splitlines()) == len(str(found).splitlines())


@given(policies())
def test_a_compiled_policy_says_nothing_about_impossible_outturns(drawn: SettlementPolicy) -> None:
    compiled = compile_policy(drawn, others_of(drawn))
    for function in compiled.parties.values():
        assert function.domain.contains(0)
        assert function.domain.contains(-1) == (drawn.outturn == "proceeds")
