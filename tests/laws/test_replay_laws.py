"""Whatever the rules and the record: a stored decision replays as the same, and no changed value goes unnoticed."""

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from supplychain_rules import InputError, Policy, evaluate, replay
from supplychain_rules.rules.replay import Replay
from supplychain_rules.testing.strategies_policies import loaded_policies
from supplychain_rules.testing.strategies_records import records

#: What a hostile or broken store may hold where a value was.
RUBBISH: tuple[Any, ...] = (
    None,
    True,
    0,
    1.5,
    float("nan"),
    "",
    "x",
    "1e999999",
    [],
    {},
    [{}],
    {"id": "x"},
    {"": None},
)


def stored(data: st.DataObject, policy: Policy, *, reasons: bool = True) -> dict[str, Any]:
    """Store a decision as JSON and read it back."""
    try:
        decision = evaluate(policy, data.draw(records(policy)))
    except InputError:  # rows that conflict
        assume(False)  # noqa: FBT003  its signature
        raise
    kept: dict[str, Any] = json.loads(json.dumps(decision.to_dict(reasons=reasons), allow_nan=False))
    return kept


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value inside plain data."""
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [below for key, item in items for below in ((*path, key), *places(item, (*path, key)))]


def outcome(kept: object, policy: Policy) -> Replay | InputError:
    try:
        return replay(kept, [policy])
    except InputError as error:
        return error


@given(data=st.data(), policy=loaded_policies())
def test_a_stored_decision_replays_as_the_same(data: st.DataObject, policy: Policy) -> None:
    kept = stored(data, policy)
    found = replay(kept, [policy])

    assert ("same", ()) == (found.verdict, found.differences)
    assert found.decision is not None
    assert kept == found.decision.to_dict(reasons=True)


@given(data=st.data(), policy=loaded_policies())
def test_a_changed_output_is_found(data: st.DataObject, policy: Policy) -> None:
    kept = stored(data, policy, reasons=data.draw(st.booleans()))
    name = data.draw(st.sampled_from(sorted(kept["outputs"])))
    before = kept["outputs"][name]
    kept["outputs"][name] = data.draw(
        st.sampled_from([None, "", "1", "A", True, False]).filter(lambda x: x is not before)
    )
    assume(before != kept["outputs"][name])
    found = replay(kept, [policy])

    assert "different" == found.verdict
    assert [(f"outputs.{name}", kept["outputs"][name], before)] == [
        (difference.path, difference.stored, difference.now) for difference in found.differences
    ]


@given(data=st.data(), policy=loaded_policies())
def test_whatever_comes_back_from_a_store_is_replayed_or_refused(data: st.DataObject, policy: Policy) -> None:
    kept = stored(data, policy)
    place = data.draw(st.sampled_from(places(kept)))
    part: Any = kept
    for key in place[:-1]:
        part = part[key]
    before, after = part[place[-1]], data.draw(st.sampled_from(RUBBISH))
    assume(before != after or type(before) is not type(after))
    part[place[-1]] = after
    found = outcome(kept, policy)

    if isinstance(found, InputError):
        assert all(problem.path for problem in found.problems)
        return
    assert str(found)
    assert found.text("zh")
    if found.verdict == "same":  # only where a label stands for another, or a part of one
        assert any(str(key).endswith(("label", "reason")) for key in place)
