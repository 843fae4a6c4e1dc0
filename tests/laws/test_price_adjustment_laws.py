"""What always holds of price clauses and rebates: lines add up, order is nothing, bounds hold, functions agree."""

from datetime import date
from fractions import Fraction

import attrs
from hypothesis import given
from hypothesis import strategies as st
from price_makers import clause, eur, index

from supplychain_rules.facts.prices import IndexValue
from supplychain_rules.partnership.prices import (
    AdjustmentClause,
    AppliedFactor,
    DeadBand,
    FactorBounds,
    IndexTerm,
    MoveSharing,
    RebateSchedule,
    RebateTier,
    Rounding,
    adjust,
    adjustment_function,
    dump_adjustment_clause,
    load_adjustment_clause,
    rebate,
)

JUNE = date(2026, 6, 20)
SHARES = st.integers(0, 100).map(lambda percent: Fraction(percent, 100))
VALUES = st.integers(1, 2_000)
LAST = st.integers(80, 120).map(lambda percent: Fraction(percent, 100))

BANDS = st.builds(
    DeadBand,
    up=st.none() | st.integers(0, 20).map(lambda percent: Fraction(percent, 100)),
    down=st.integers(0, 20).map(lambda percent: Fraction(percent, 100)),
    mode=st.sampled_from(["excess", "full"]),
    on=st.sampled_from(["ratio", "factor"]),
)
BOUNDS = st.builds(
    FactorBounds,
    floor=st.none() | st.just("0.9"),
    cap=st.none() | st.just("1.1"),
    step_down=st.none() | SHARES,
    step_up=st.none() | SHARES,
)


@st.composite
def clauses(draw: st.DrawFn, *, rounded: bool = True) -> AdjustmentClause:
    """Draw a clause of one to three indices with base 500."""
    parts = draw(st.lists(st.integers(1, 20), min_size=2, max_size=4))
    weights = [Fraction(part, sum(parts)) for part in parts]
    terms = [
        IndexTerm(id=f"t{place}", series=f"s{place}", weight=weight, base_value=500)
        for place, weight in enumerate(weights[1:])
    ]
    rounding = Rounding(decimals=draw(st.integers(2, 4))) if rounded and draw(st.booleans()) else None
    return clause(
        *terms,
        fixed=weights[0],
        ratio_rounding=rounding,
        dead_band=draw(st.none() | BANDS),
        sharing=draw(st.none() | st.builds(MoveSharing, up=SHARES, down=SHARES)),
        bounds=draw(st.none() | BOUNDS),
        never_down=draw(st.booleans()),
    )


def values_of(given_clause: AdjustmentClause, value: int) -> list[IndexValue]:
    """Return an index value for each term, each a little further."""
    return [index(term.series, 6, value + 7 * place) for place, term in enumerate(given_clause.terms)]


@given(clauses(), VALUES, LAST)
def test_lines_add_up_and_the_order_of_terms_is_nothing(drawn: AdjustmentClause, value: int, last: Fraction) -> None:
    before = AppliedFactor(factor=last, since=date(2026, 1, 1))
    values = values_of(drawn, value)
    answer = adjust(drawn, values, eur(1_000), on=JUNE, as_of=JUNE, last=before)
    turned = attrs.evolve(drawn, terms=drawn.terms[::-1])
    other = adjust(turned, values[::-1], eur(1_000), on=JUNE, as_of=JUNE, last=before)

    assert answer.factor == sum((line.value for line in answer.lines), Fraction(0))
    assert (answer.factor, answer.adjusted) == (other.factor, other.adjusted)


@given(clauses(), VALUES, st.integers(0, 500), LAST)
def test_a_higher_index_never_lowers_the_price(drawn: AdjustmentClause, value: int, more: int, last: Fraction) -> None:
    before = AppliedFactor(factor=last, since=date(2026, 1, 1))
    low, high = (
        adjust(drawn, values_of(drawn, each), eur(1_000), on=JUNE, as_of=JUNE, last=before).factor
        for each in (value, value + more)
    )

    assert low <= high


@given(clauses(), VALUES, LAST)
def test_bounds_and_ratchet_hold_exactly(drawn: AdjustmentClause, value: int, last: Fraction) -> None:
    before = AppliedFactor(factor=last, since=date(2026, 1, 1))
    factor = adjust(drawn, values_of(drawn, value), eur(1_000), on=JUNE, as_of=JUNE, last=before).factor
    bounds = drawn.bounds or FactorBounds()

    assert bounds.floor is None or factor >= bounds.floor
    assert bounds.cap is None or factor <= bounds.cap
    if Fraction("0.9") <= last <= Fraction("1.1"):  # else floor or cap come first
        assert bounds.step_up is None or factor <= last * (1 + bounds.step_up)
        assert bounds.step_down is None or factor >= last * (1 - bounds.step_down)
        assert not drawn.never_down or factor >= last


@given(clauses(rounded=False), VALUES, LAST)
def test_the_function_of_a_clause_is_the_clause(drawn: AdjustmentClause, value: int, last: Fraction) -> None:
    before = AppliedFactor(factor=last, since=date(2026, 1, 1))
    values = values_of(drawn, value)
    ratios = {term.id: Fraction(each.value) / 500 for term, each in zip(drawn.terms[1:], values[1:], strict=True)}
    function = adjustment_function(drawn, drawn.terms[0].id, ratios=ratios, last=last)

    assert adjust(drawn, values, eur(1), on=JUNE, as_of=JUNE, last=before).factor == function.at(value)


@given(clauses())
def test_a_clause_survives_plain_data(drawn: AdjustmentClause) -> None:
    assert drawn == load_adjustment_clause(dump_adjustment_clause(drawn))


@given(st.integers(0, 400_000), st.integers(0, 10_000), st.sampled_from(["all_units", "incremental"]))
def test_who_buys_more_never_gets_less_back(spend: int, more: int, method: str) -> None:
    schedule = RebateSchedule(
        id="R",
        currency="EUR",
        basis="spend",
        method=method,  # type: ignore[arg-type]  # drawn from the options
        tiers=[RebateTier(at=100_000, rate="0.02"), RebateTier(at=200_000, rate="0.05")],
    )

    assert rebate(schedule, spend=eur(spend)).money <= rebate(schedule, spend=eur(spend + more)).money
