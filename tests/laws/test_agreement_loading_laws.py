"""Whatever an agreement as plain data holds, the answer is the agreement or a refusal that can be read."""

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_agreements import AGREEMENTS

from supplychain_rules.errors import PolicyError

#: Nothing that is said about a value may be as long as the value.
LONGEST_PROBLEM = 3_000

#: Every key and every text of the agreements, so that junk lands where something reads it.
WORDS = sorted({word for _, _, data in AGREEMENTS for word in json.dumps(data).split('"') if word.strip(" ,:[]{}")})

#: Texts that cannot be written to a file, forge a line of a report, turn the text after them, or flood a log.
HOSTILE = ["", " ", "\ud800", "a\nb", "a\x1b[2Jb", "\u202e", "\u2028", "x" * 9_000]
KEYS = st.sampled_from([*WORDS, *HOSTILE])

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 12),
    st.sampled_from([10**30, -(10**4_000), Decimal("1e999999"), Decimal("NaN"), Decimal("-Infinity")]),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(["1e999999", "NaN", "1/0", "0%", "1e30%", "-1", *HOSTILE]),
    st.sampled_from(WORDS),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=2),
    st.builds(object),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(KEYS | st.text(max_size=4) | st.integers(0, 3) | st.none(), inner, max_size=4),
    ),
    max_leaves=8,
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value below."""
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [found for key, inner in steps for found in places(inner, (*path, key))]


def around(data: Any, path: tuple[Any, ...]) -> list[Any]:  # noqa: ANN401  plain data
    """Return the containers that a place lies in, each also in a list of its own."""
    found = [data]
    for step in path[:-1]:
        found.append(found[-1][step])
    return [*found, *([one] for one in found)]


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[Callable[[Any], object], dict[str, Any]]:
    """Return a reader and a sound agreement with one to three places deleted, replaced, repeated or extended."""
    _, load, sound = draw(st.sampled_from(AGREEMENTS))
    data = copy.deepcopy(sound)
    for _ in range(draw(st.integers(1, 3))):
        known = places(data)
        path = draw(st.sampled_from(known))
        place: Any = data
        for step in path[:-1]:
            place = place[step]
        match draw(st.sampled_from(["delete", "replace", "repeat", "extend", "move", "cycle"])):
            case "delete" if len(known) > 1:
                del place[path[-1]]
            case "repeat" if isinstance(place, list):
                place.append(copy.deepcopy(place[path[-1]]))
            case "extend" if isinstance(place, dict):
                place[draw(KEYS)] = draw(JUNK)
            case "move":
                other: Any = data
                for step in draw(st.sampled_from(known)):
                    other = other[step]
                place[path[-1]] = copy.deepcopy(other)
            case "cycle":
                place[path[-1]] = draw(st.sampled_from(around(data, path)))
                return load, data  # of which nothing more can be walked through
            case _:
                place[path[-1]] = draw(JUNK)
    return load, data


def check_answer(load: Callable[[Any], object], data: object) -> None:
    """Make sure that what cannot be read is refused in words that a person can read and a log can hold."""
    try:
        load(data)
    except PolicyError as refused:
        check_report(refused)


def check_report(refused: PolicyError) -> None:
    assert refused.problems
    assert all(problem.code and len(str(problem)) < LONGEST_PROBLEM for problem in refused.problems)
    assert "\n" not in "".join(str(problem) for problem in refused.problems)
    str(refused).encode()


@given(spoilt())
def test_a_spoilt_agreement_is_read_or_refused_with_reasons(drawn: tuple[Callable[[Any], object], Any]) -> None:
    check_answer(*drawn)


@given(st.sampled_from(AGREEMENTS), JUNK)
def test_arbitrary_data_is_no_agreement_and_is_refused_with_reasons(agreement: Any, junk: object) -> None:  # noqa: ANN401  name, reader, data
    check_answer(agreement[1], junk)


@pytest.mark.parametrize(("name", "load", "data"), AGREEMENTS, ids=[name for name, _, _ in AGREEMENTS])
def test_the_agreements_that_are_spoilt_are_sound(name: str, load: Callable[[Any], object], data: Any) -> None:  # noqa: ANN401  plain
    assert load(data) == load(json.loads(json.dumps(data))), name
