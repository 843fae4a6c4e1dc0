"""What `analyse` proves agrees with settling number by number; what is asked backwards agrees with asking forwards."""

import json
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from settlement_makers import eur, others_of, policies

from supplychain_rules.errors import PolicyError
from supplychain_rules.partnership.sharing import (
    SettlementPolicy,
    analyse,
    compile_policy,
    difference,
    dump_settlement,
    load_settlement,
    outturns,
)
from supplychain_rules.values.intervals import IntervalSet

#: Outturns around every base, and far beyond it.
GRID = [Fraction(7 * number, 2) for number in range(63)]


@given(policies())
def test_slopes_that_are_found_are_those_between_neighbouring_outturns(drawn: SettlementPolicy) -> None:
    analysis = analyse(drawn, others_of(drawn))
    kinds = {
        "perverse_incentive": lambda share: share < 0,
        "dead_zone": lambda share: share == 0,
        "total_assumption": lambda share: share == 1,
        "bears_more_than_all": lambda share: share > 1,
    }
    pool = analysis.compiled.pool
    for party, function in analysis.compiled.parties.items():
        found = {finding.kind: finding.where for finding in analysis.findings if finding.party == party}
        edges = set(function.breaks)
        for one, other in pairwise(GRID):
            if any(one <= edge <= other for edge in edges):
                continue
            share = (function.at(other) - function.at(one)) / (pool.at(other) - pool.at(one))
            between = (one + other) / 2
            for kind, holds in kinds.items():
                assert holds(share) == found.get(kind, IntervalSet.nothing()).contains(between)  # type: ignore[call-overload]  # wrong on purpose


@given(policies())
def test_no_outturn_is_worse_than_the_worst_or_better_than_the_best(drawn: SettlementPolicy) -> None:
    analysis = analyse(drawn, others_of(drawn))
    for party, function in analysis.compiled.parties.items():
        worst, best = analysis.worst[party].value, analysis.best[party].value
        values = [function.at(x) for x in GRID]
        assert worst is None or worst <= min(values)
        assert best is None or best >= max(values)
        unlimited = any(finding.party == party for finding in analysis.of("unlimited_loss"))
        assert unlimited == (worst is None)


@given(policies())
def test_every_witness_is_one_of_its_outturns(drawn: SettlementPolicy) -> None:
    analysis = analyse(drawn, others_of(drawn))

    assert analysis.conserves
    for finding in analysis.findings:
        assert finding.where.contains(finding.witness)
        assert analysis.compiled.domain.contains(finding.witness)
    assert json.loads(json.dumps(analysis.to_dict()))["conserves"]


@given(policies())
def test_beyond_the_point_of_total_assumption_a_party_bears_all(drawn: SettlementPolicy) -> None:
    analysis = analyse(drawn, others_of(drawn))
    sign = 1 if drawn.outturn == "cost" else -1
    for party, point in analysis.total_assumption.items():
        function = analysis.compiled[party]
        for near, far in ((1, 7), (10, 1000)):
            assert function.at(point + sign * far) - function.at(point + sign * near) == near - far


@given(policies(), st.integers(-100, 100))
def test_outturns_that_leave_enough_are_those_that_do(drawn: SettlementPolicy, amount: int) -> None:
    others = others_of(drawn)
    compiled = compile_policy(drawn, others)
    for party in drawn.parties:
        enough = outturns(drawn, party, at_least=eur(amount), actuals=others)
        for x in GRID:
            assert enough.contains(x) == (compiled[party].at(x) >= amount)


@given(policies(), policies())
def test_the_difference_of_two_contracts_is_that_of_their_shares(
    one: SettlementPolicy, other: SettlementPolicy
) -> None:
    if one.outturn != other.outturn:
        return
    before, after = compile_policy(one, others_of(one)), compile_policy(other, others_of(other))
    for party, changed in difference(before, after).items():
        for x in GRID[::8]:
            old = before[party].at(x) if party in one.parties else 0
            new = after[party].at(x) if party in other.parties else 0
            assert changed.at(x) == new - old


@given(policies())
def test_a_policy_that_is_written_is_read_again(drawn: SettlementPolicy) -> None:
    assert drawn == load_settlement(json.loads(json.dumps(dump_settlement(drawn))))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=True)
    | st.sampled_from(["", "5%", "a", "rest"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "kind", "to"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(policies(), st.data())
def test_a_spoilt_policy_is_read_or_refused_and_nothing_else(drawn: SettlementPolicy, data: st.DataObject) -> None:
    plain = dump_settlement(drawn)
    where: object = plain
    while isinstance(where, dict | list) and where:
        keys: list[object] = list(where) if isinstance(where, dict) else list(range(len(where)))
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.booleans()) or not isinstance(where[key], dict | list):  # type: ignore[index]  # wrong on purpose
            where[key] = data.draw(JSON)  # type: ignore[index]  # wrong on purpose
            break
        where = where[key]  # type: ignore[index]  # wrong on purpose
    try:
        loaded = load_settlement(plain)
    except PolicyError:
        return
    assert loaded == load_settlement(dump_settlement(loaded))
