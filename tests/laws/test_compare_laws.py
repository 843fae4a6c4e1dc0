"""Laws of comparing: nobody moves under the same rules, margins are distributions, frames count what records do."""

import copy
from collections import Counter
from typing import Any

import polars as pl
from drawn_weights import WeighedCard, weighed_cards, weighed_records
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain_rules import Policy, evaluate, load_policy
from supplychain_rules.analysis.compare import compare_records
from supplychain_rules.engines.comparing import compare


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Policy, Policy, list[dict[str, Any]]]:
    """Draw rules, the same with other weights and thresholds, and records."""
    card = draw(weighed_cards())
    data = copy.deepcopy(card.data)
    for criterion in data["steps"][0]["criteria"][1:]:
        criterion["weight"] = draw(st.sampled_from(("1", "5", "0")))
    data["steps"][1]["bands"][0]["from"] = draw(st.sampled_from(("40", "60", "77.3")))
    return card.policy, load_policy(data), draw(weighed_records(card, most=6))


@given(weighed_cards().flatmap(lambda card: st.tuples(st.just(card), weighed_records(card))))
@settings(max_examples=30, deadline=None)
def test_the_same_rules_move_nobody_and_cost_nothing(drawn: tuple[WeighedCard, list[dict[str, Any]]]) -> None:
    card, records = drawn
    found = compare_records(card.policy, card.policy, records)

    assert () == found.movers
    assert {0} == {matrix.moved for matrix in found.migrations}
    assert {0} == {total.difference for total in found.totals}


@given(pairs())
@settings(max_examples=30, deadline=None)
def test_the_margins_of_every_matrix_are_the_distributions_before_and_after(
    drawn: tuple[Policy, Policy, list[dict[str, Any]]],
) -> None:
    before, after, records = drawn
    found = compare_records(before, after, records)
    for matrix in found.migrations:
        firsts = Counter(evaluate(before, record)[matrix.output] for record in records)
        seconds = Counter(evaluate(after, record)[matrix.output] for record in records)
        columns = zip(*matrix.counts, strict=True)
        assert firsts == {value: sum(row) for value, row in zip(matrix.before, matrix.counts, strict=True)}
        assert seconds == {value: sum(column) for value, column in zip(matrix.after, columns, strict=True)}
        assert matrix.moved == len([mover for mover in found.movers if mover.output == matrix.output])
    assert all(mover.step is not None for mover in found.movers)


@given(pairs())
@settings(max_examples=30, deadline=None)
def test_a_frame_counts_and_adds_what_its_records_do(drawn: tuple[Policy, Policy, list[dict[str, Any]]]) -> None:
    before, after, records = drawn
    exact = {"fits": pl.Boolean}
    columns = {
        name: pl.Series([None if row[name] is None else float(row[name]) for row in records], dtype=pl.Float64)
        if name not in exact
        else pl.Series([row[name] for row in records], dtype=pl.Boolean)
        for name in records[0]
    }
    found, expected = compare(before, after, pl.DataFrame(columns)), compare(before, after, records)

    assert (expected.migrations, expected.totals, expected.records) == (found.migrations, found.totals, found.records)
