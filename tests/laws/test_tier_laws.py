"""Laws of tiers: a replay may be taken in parts, more spend never hurts, nobody gets lost in a migration.

Grace is left out of the second law, and rightly: who had gold in January and silver in February has missed twice by
March and falls, while who had silver in February only has missed once. More spend earlier used up the grace.
"""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

import attrs
from example_counts import at_the_gate
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_runs import TABLE, run_duckdb, run_sqlite
from tier_makers import spend_levels, tier_policy

from supplychain_rules import to_sql
from supplychain_rules.customers import (
    TierCondition,
    TierDowngrade,
    TierEntry,
    TierHistory,
    TierLevel,
    TierMeasure,
    TierPolicy,
    TierValidity,
    TierWindow,
    compare_tiers,
    dump_tier_policy,
    load_tier_policy,
    replay_tiers,
    resume_tiers,
    tier_changes,
    tier_rules,
)
from supplychain_rules.customers.tier_needs import unmet
from supplychain_rules.errors import PolicyError
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.evaluate import evaluate

START: Final = date(2024, 1, 31)

DAYS: Final = st.integers(0, 800).map(lambda days: START + timedelta(days=days))

QUARTER: Final = TierWindow(kind="calendar", length=3)

WINDOWS: Final = (
    QUARTER,
    TierWindow(kind="calendar", length=12, first_month=4),
    TierWindow(kind="anniversary", length=1),
    TierWindow(kind="anniversary", length=12),
    TierWindow(kind="rolling_days", length=90),
    TierWindow(kind="rolling_months", length=6),
    TierWindow(kind="lifetime"),
)

#: Validities whose ends do not depend on the day on which a level began.
BY_PERIODS: Final = (
    TierValidity(kind="end_of_period"),
    TierValidity(kind="end_of_period", period=QUARTER),
    TierValidity(kind="end_of_period", month_end=True),
    TierValidity(kind="lifetime"),
)

VALIDITIES: Final = (
    *BY_PERIODS,
    TierValidity(kind="months", length=6, month_end=True),
    TierValidity(kind="days", length=45),
    TierValidity(kind="days", length=45, extends=True),
    TierValidity(kind="rest_and_next"),
    TierValidity(kind="rest_and_next", period=QUARTER, extends=True),
)

DOWNGRADES: Final = st.builds(
    TierDowngrade,
    to=st.sampled_from(["earned", "one_level", "soft_landing", "never"]),
    misses=st.integers(1, 3),
    keep_at=st.sampled_from(["1", "0.8", "1/3"]),
    together=st.integers(1, 2),
    hold_months=st.sampled_from([0, 4]),
)

#: Rules under which more never leads to less: no counting of misses, and no days from which something is counted.
STEADY: Final = st.builds(
    TierDowngrade,
    to=st.sampled_from(["earned", "one_level", "never"]),
    keep_at=st.sampled_from(["1", "0.8", "1/3"]),
    together=st.integers(1, 2),
)


def programme(**clocks: Any) -> TierPolicy | None:  # noqa: ANN401  any value
    """Return a policy, or None where its clocks do not go together."""
    try:
        return tier_policy(levels=spend_levels(top=200, gold=100, silver=50), **clocks)
    except PolicyError:
        return None


@st.composite
def policies(
    draw: st.DrawFn,
    downgrades: st.SearchStrategy[TierDowngrade] = DOWNGRADES,
    validities: tuple[TierValidity, ...] = VALIDITIES,
) -> TierPolicy:
    """Draw a policy whose clocks go together: the rules that were drawn, or without them, or at once."""
    rule = draw(downgrades)
    validity = draw(st.sampled_from(validities))
    found = [
        policy
        for window in WINDOWS
        for upgrade in ("at_once", "at_period_end")
        for downgrade in (rule, attrs.evolve(rule, together=1), TierDowngrade(), TierDowngrade(when="at_once"))
        if (policy := programme(window=window, validity=validity, upgrade=upgrade, downgrade=downgrade)) is not None
    ]
    return draw(st.sampled_from(found))


@st.composite
def entries(draw: st.DrawFn, least: int = -80) -> TierEntry:
    """Draw an entry, some of them known late."""
    on = draw(DAYS)
    late = draw(st.sampled_from([0, 0, 0, 40, 400]))
    return TierEntry(on=on, amount=draw(st.integers(least, 120)), known_on=on + timedelta(days=late))


HISTORIES: Final = st.builds(
    TierHistory, joined=st.sampled_from([None, START, date(2024, 2, 29)]), entries=st.lists(entries(), max_size=12)
)


@given(policies(), st.dictionaries(st.sampled_from("ABC"), HISTORIES), DAYS, DAYS)
def test_a_replay_in_two_parts_is_the_replay_of_everything(
    policy: TierPolicy, histories: dict[str, TierHistory], one: date, other: date
) -> None:
    first, until = min(one, other), max(one, other)
    everything = replay_tiers(policy, histories, until=until)
    resumed = resume_tiers(replay_tiers(policy, histories, until=first), until=until)
    assert everything == resumed
    assert () == tier_changes(everything, resumed)


@given(policies())
def test_a_policy_that_is_written_and_read_again_is_the_same(policy: TierPolicy) -> None:
    assert policy == load_tier_policy(dump_tier_policy(policy))


JUNK: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["1e999999", "spend", "calendar", "lifetime", "at_once", "0.8", -1, 0, 12, 10**40]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["id", "kind", "measure", "length", "zap"]), st.integers(), max_size=2),
)


def spoilt(draw: st.DrawFn, node: Any) -> Any:  # noqa: ANN401  JSON
    """Return plain data with something in it replaced."""
    if not node or not isinstance(node, dict | list) or draw(st.integers(0, 4)) == 0:
        return draw(JUNK)
    key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
    copy = node.copy()
    copy[key] = spoilt(draw, node[key])
    return copy


@given(policies(), st.data())
def test_a_spoilt_policy_is_read_or_refused_and_never_crashes(policy: TierPolicy, data: st.DataObject) -> None:
    plain = dump_tier_policy(policy)
    for _ in range(data.draw(st.integers(1, 3))):
        if isinstance(plain, dict):
            plain = data.draw(st.composite(spoilt)(plain))
    try:
        read = load_tier_policy(plain)
        load_policy(tier_rules(read))
    except PolicyError as error:
        if not error.problems:
            raise


@given(policies(), st.lists(entries(), max_size=12), DAYS, DAYS)
def test_entries_that_come_in_later_give_what_they_would_have_given_at_once(
    policy: TierPolicy, found: list[TierEntry], one: date, other: date
) -> None:
    first, until = min(one, other), max(one, other)
    before = [entry for entry in found if entry.known_on <= first]
    rest = [entry for entry in found if entry.known_on > first]
    everything = replay_tiers(policy, {"A": TierHistory(joined=START, entries=(*before, *rest))}, until=until)
    started = replay_tiers(policy, {"A": TierHistory(joined=START, entries=before)}, until=first)
    assert everything == resume_tiers(started, {"A": TierHistory(entries=rest)}, until=until)


@given(policies(STEADY, BY_PERIODS), st.lists(entries(), min_size=1, max_size=12), st.data())
def test_a_higher_spend_never_gives_a_lower_tier(
    policy: TierPolicy, found: list[TierEntry], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(found) - 1))
    more = list(found)
    more[place] = attrs.evolve(more[place], amount=more[place].amount + data.draw(st.integers(0, 100)))
    until = START + timedelta(days=1300)
    less, greater = (
        replay_tiers(policy, {"A": TierHistory(joined=START, entries=one)}, until=until) for one in (found, more)
    )
    for day in data.draw(st.lists(DAYS, min_size=1, max_size=20)):
        assert policy.rank(less.tier("A", day) or "basic") <= policy.rank(greater.tier("A", day) or "basic")


@given(st.lists(st.decimals(-50, 400, places=2), min_size=2, max_size=8), DOWNGRADES)
def test_the_level_that_figures_earn_never_falls_when_they_rise(
    amounts: list[Decimal], downgrade: TierDowngrade
) -> None:
    policy = tier_policy(levels=spend_levels(top=200, gold=100, silver=50), downgrade=downgrade)
    rules = load_policy(tier_rules(policy))
    decisions = [evaluate(rules, {"spend": amount}) for amount in sorted(amounts)]
    for output in rules.outputs:
        ranks = [policy.rank(decision[output]) for decision in decisions]
        assert sorted(ranks) == ranks


@given(policies(), policies(), st.dictionaries(st.sampled_from("ABCDE"), HISTORIES), DAYS)
def test_the_margins_of_a_migration_are_the_two_distributions(
    before: TierPolicy, after: TierPolicy, histories: dict[str, TierHistory], day: date
) -> None:
    found = compare_tiers(before, after, histories, days=[day - timedelta(days=90), day])
    matrix = found.comparison.migration("tier")
    rows = dict(zip(matrix.before, map(sum, matrix.counts), strict=True))
    columns = dict(zip(matrix.after, map(sum, zip(*matrix.counts, strict=True)), strict=True))
    assert {tier: count for tier, count in found.before.counts[-1].items() if count} == rows
    assert {tier: count for tier, count in found.after.counts[-1].items() if count} == columns
    assert found.comparison.records == sum(rows.values())
    assert matrix.moved == len(found.comparison.movers)


MEASURES: Final = tuple(
    TierMeasure(id=name, of=name, decimals=0, min=-9, max=9) for name in ("spend", "margin", "visits")
)


@st.composite
def conditions(draw: st.DrawFn) -> TierCondition:
    """Draw a test of a measure by few numbers, so that tests meet and contradict each other."""
    low = draw(st.none() | st.integers(-3, 3))
    high = draw(st.integers(-2, 4)) if low is None else draw(st.none() | st.integers(low + 1, low + 3))
    measure = draw(st.sampled_from(MEASURES))
    return TierCondition(measure=measure.id, at_least=low, below=high, if_missing=draw(st.booleans()))


CONDITIONS: Final = st.lists(conditions(), max_size=2)


@st.composite
def ladders(draw: st.DrawFn) -> list[TierLevel]:
    """Draw levels with alternatives and vetoes."""
    upper = [
        TierLevel(
            id=f"level{place}",
            all_of=draw(st.lists(conditions(), min_size=1, max_size=2)),
            any_of=draw(CONDITIONS),
            unless=draw(CONDITIONS),
        )
        for place in range(draw(st.integers(1, 3)))
    ]
    return [*upper, TierLevel(id="basic")]


RECORDS: Final = st.fixed_dictionaries({one.id: st.none() | st.integers(-4, 5).map(Decimal) for one in MEASURES})


@given(ladders(), st.lists(RECORDS, min_size=1, max_size=10))
def test_a_level_is_earned_exactly_where_nothing_is_lacking_for_it(
    levels: list[TierLevel], records: list[dict[str, Decimal | None]]
) -> None:
    policy = tier_policy(measures=MEASURES, levels=levels)
    try:
        rules = load_policy(tier_rules(policy))
    except PolicyError as error:
        if any(problem.code != "empty" for problem in error.problems):
            raise
        return  # conditions that nothing meets leave no row at all
    for record in records:
        plain = next(level.id for level in levels if not unmet(policy, level, record))
        assert plain == evaluate(rules, record)["earned"]


@given(policies(), st.lists(HISTORIES, min_size=1, max_size=3), st.randoms(use_true_random=False), DAYS)
def test_names_order_of_entries_and_unit_of_money_change_no_tier(
    policy: TierPolicy, histories: list[TierHistory], random: Random, day: date
) -> None:
    levels = spend_levels(top=20_000, gold=10_000, silver=5_000)
    in_cents = attrs.evolve(policy, levels=levels)
    again = {}
    for place, one in enumerate(histories):
        entries = [attrs.evolve(entry, amount=entry.amount * 100) for entry in one.entries]
        random.shuffle(entries)
        again[f"new {9 - place}"] = attrs.evolve(one, entries=entries)
    before = replay_tiers(policy, {f"old {place}": one for place, one in enumerate(histories)}, until=day)
    after = replay_tiers(in_cents, again, until=day)
    for place in range(len(histories)):
        assert before.timelines[f"old {place}"].statuses == after.timelines[f"new {9 - place}"].statuses


#: Levels with alternatives and vetoes, or a ladder that is kept at a part of its thresholds.
RULES: Final = st.one_of(
    st.tuples(ladders(), st.just(TierDowngrade())),
    st.tuples(st.just(spend_levels(top=4, gold=2, silver=1)), DOWNGRADES),
)


@settings(max_examples=at_the_gate(40))
@given(RULES, st.lists(RECORDS, min_size=1, max_size=8))
def test_tiers_in_sql_are_those_of_the_rule_set(
    found: tuple[list[TierLevel], TierDowngrade], records: list[dict[str, Decimal | None]]
) -> None:
    levels, downgrade = found
    try:
        policy = tier_policy(measures=MEASURES, levels=levels, downgrade=downgrade)
    except PolicyError:  # it holds a level and has no month in which it is kept
        policy = tier_policy(measures=MEASURES, levels=levels, downgrade=attrs.evolve(downgrade, hold_months=0))
    try:
        rules = load_policy(tier_rules(policy))
    except PolicyError as error:
        if any(problem.code != "empty" for problem in error.problems):
            raise
        return  # conditions that nothing meets leave no row at all
    expected = [tuple(evaluate(rules, record)[name] for name in rules.outputs) for record in records]
    kinds = dict.fromkeys((one.id for one in MEASURES), "integer")
    rows: list[dict[str, object]] = [
        {name: None if (value := record[name]) is None else int(value) for name in kinds} for record in records
    ]
    for dialect, run in (("duckdb", run_duckdb), ("sqlite", run_sqlite)):
        statement = to_sql(rules, dialect=dialect, table=TABLE, table_columns=["place", *kinds], problems=None)
        said = [row[1 + len(kinds) :] for row in run(statement, kinds, rows)]
        assert (dialect, expected) == (dialect, said)
