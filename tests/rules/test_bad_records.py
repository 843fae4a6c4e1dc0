"""A record that does not fit is refused by the field's name, and never by any other exception."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supplychain_rules.errors import MAX_SHOWN_CHARACTERS, InputError, Problem
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.evaluate import evaluate, evaluate_all, evaluator
from supplychain_rules.rules.policy import Policy

RULES: dict[str, Any] = {
    "schema": "supplychain-rules/1",
    "id": "records",
    "version": "1",
    "inputs": {
        "rate": {"type": "number", "decimals": 2, "min": "-1", "max": "100", "optional": True},
        "late": {"type": "integer", "min": 0, "max": 30},
        "certified": {"type": "boolean", "optional": True},
        "category": {"type": "choice", "options": ["raw", "pack", "service"]},
        "city": {"type": "text", "optional": True},
        "due": {"type": "date", "min": "2020-01-01", "max": "2030-12-31", "optional": True},
    },
    "steps": [
        {"kind": "formula", "id": "score", "formula": "rate - late"},
        {"kind": "formula", "id": "sound", "formula": "certified and category != 'service' and city == 'Ulm'"},
        {"kind": "formula", "id": "paid", "formula": "add_days(due, late)"},
    ],
}
POLICY: Policy = load_policy(RULES)
CHECKED = evaluator(POLICY, trusted=False)
TRUSTED = evaluator(POLICY, trusted=True)
SOUND: dict[str, object] = {
    "rate": "91.25",
    "late": 3,
    "certified": True,
    "category": "raw",
    "city": "Ulm",
    "due": date(2026, 1, 31),
}


class Speechless:
    """An object whose own representation raises."""

    def __repr__(self) -> str:
        raise RuntimeError


class Incomparable:
    """An object that can neither be compared nor hashed."""

    __hash__ = None  # type: ignore[assignment]  unhashable on purpose

    def __eq__(self, other: object) -> bool:
        raise RuntimeError


class Broken(Mapping[str, object]):
    """A mapping whose every access raises."""

    def __getitem__(self, key: str) -> object:
        raise OSError

    def __iter__(self) -> Iterator[str]:
        raise OSError

    def __len__(self) -> int:
        raise OSError


def deep(depth: int) -> object:
    value: object = []
    for _ in range(depth):
        value = [value]
    return value


#: Each a field, a value that it cannot hold, and the code of the only problem.
BAD: dict[str, tuple[str, object, str]] = {
    "NaN": ("rate", float("nan"), "bad_value"),
    "infinity": ("rate", float("inf"), "bad_value"),
    "minus infinity": ("rate", float("-inf"), "bad_value"),
    "a decimal NaN": ("rate", Decimal("NaN"), "bad_value"),
    "a signalling NaN": ("rate", Decimal("sNaN"), "bad_value"),
    "a decimal infinity": ("rate", Decimal("Infinity"), "bad_value"),
    "1e999999": ("rate", Decimal("1e999999"), "bad_value"),
    "-1e999999": ("rate", Decimal("-1e999999"), "bad_value"),
    "1e999999 as text": ("rate", "1e999999", "bad_value"),
    "a giant integer": ("rate", 10**10_000, "bad_value"),
    "a giant fraction": ("rate", Fraction(10**5_000, 3), "bad_value"),
    "a giant float": ("rate", 1e308, "bad_value"),
    "a megabyte of digits": ("rate", "9" * 1_000_000, "bad_value"),
    "a word": ("rate", "fast", "bad_value"),
    "a letter for a digit": ("rate", "O.5", "bad_value"),
    "a decimal comma": ("rate", "91,25", "bad_value"),
    "a percentage": ("rate", "91%", "bad_value"),
    "an empty text": ("rate", "", "bad_value"),
    "grouped digits": ("rate", "1_0", "bad_value"),
    "full-width digits": ("rate", "\uff15", "bad_value"),
    "a boolean for a number": ("rate", True, "bad_value"),
    "a boolean for a count": ("late", False, "bad_value"),
    "a list for a number": ("rate", [1], "bad_value"),
    "a table for a number": ("rate", {"value": 1}, "bad_value"),
    "a complex number": ("rate", 1j, "bad_value"),
    "bytes for a number": ("rate", b"1", "bad_value"),
    "a date for a number": ("rate", date(2026, 1, 1), "bad_value"),
    "one unit too much": ("rate", "100.01", "bad_value"),
    "one unit too much as Decimal": ("rate", Decimal("100.01"), "bad_value"),
    "one unit too much as float": ("rate", 100.01, "bad_value"),
    "one unit too little": ("rate", "-1.01", "bad_value"),
    "less than a unit too much": ("rate", "100.000000001", "bad_value"),
    "one too many": ("late", 31, "bad_value"),
    "one too few": ("late", -1, "bad_value"),
    "a number for a boolean": ("certified", 1, "bad_value"),
    "zero for false": ("certified", 0, "bad_value"),
    "a word for a boolean": ("certified", "true", "bad_value"),
    "a list for a boolean": ("certified", [True], "bad_value"),
    "an undeclared option": ("category", "steel", "bad_value"),
    "an option in capitals": ("category", "Raw", "bad_value"),
    "an option with a blank": ("category", "raw ", "bad_value"),
    "a number for an option": ("category", 1, "bad_value"),
    "an empty option": ("category", "", "bad_value"),
    "a list of options": ("category", ["raw"], "bad_value"),
    "a set of options": ("category", {"raw"}, "bad_value"),
    "a number for a text": ("city", 89073, "bad_value"),
    "a text of 201 characters": ("city", "U" * 201, "bad_value"),
    "bytes for a text": ("city", b"Ulm", "bad_value"),
    "a moment for a date": ("due", datetime(2026, 1, 31, tzinfo=UTC), "bad_value"),
    "midnight for a date": ("due", datetime(2026, 1, 31), "bad_value"),  # noqa: DTZ001  a zone would make it no better
    "a time for a date": ("due", time(12), "bad_value"),
    "a number for a date": ("due", 20260131, "bad_value"),
    "a boolean for a date": ("due", True, "bad_value"),
    "a day that does not exist": ("due", "2026-02-30", "bad_value"),
    "a day in another order": ("due", "31.01.2026", "bad_value"),
    "a moment as text": ("due", "2026-01-31T00:00:00", "bad_value"),
    "a day too early": ("due", date(2019, 12, 31), "bad_value"),
    "a day too late": ("due", "2031-01-01", "bad_value"),
    "a required number left empty": ("late", None, "required"),
    "a required option left empty": ("category", None, "required"),
    "a value nested 10 000 deep": ("rate", deep(10_000), "bad_value"),
    "a value whose repr raises": ("rate", Speechless(), "bad_value"),
    "a value that cannot be compared": ("rate", Incomparable(), "bad_value"),
    "an incomparable boolean": ("certified", Incomparable(), "bad_value"),
    "an incomparable option": ("category", Incomparable(), "bad_value"),
    "an incomparable text": ("city", Incomparable(), "bad_value"),
    "an incomparable date": ("due", Incomparable(), "bad_value"),
}

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.fractions(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
    st.sampled_from(["raw", "true", "1", "2026-01-31", "91.25", Speechless(), Incomparable(), [], {}, object()]),
)


def problems_of(record: object) -> tuple[Problem, ...]:
    """Return the problems of a record: the same ones by whatever way it comes in."""
    found = []
    for decide in (lambda given: evaluate(POLICY, given), CHECKED):
        with pytest.raises(InputError) as refused:
            decide(record)
        found.append(refused.value.problems)
        str(refused.value).encode("utf-8", "backslashreplace")
    assert found[0] == found[1]
    assert all(len(problem.value) <= MAX_SHOWN_CHARACTERS for problem in found[0])
    return found[0]


def codes(record: object) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in problems_of(record)]


def test_the_record_that_the_tests_below_spoil_is_sound() -> None:
    assert Decimal("88.25") == evaluate(POLICY, SOUND)["score"] == CHECKED(SOUND)["score"] == TRUSTED(SOUND)["score"]


@pytest.mark.parametrize(("field", "value", "code"), BAD.values(), ids=BAD)
def test_a_value_that_does_not_fit_is_refused_by_the_name_of_its_field(field: str, value: object, code: str) -> None:
    assert [(code, field)] == codes({**SOUND, field: value})


@pytest.mark.parametrize(("field", "value", "code"), BAD.values(), ids=BAD)
def test_a_trusted_record_that_is_wrong_raises_nothing_but_an_input_error(field: str, value: object, code: str) -> None:
    try:
        TRUSTED({**SOUND, field: value})
    except InputError as refused:
        assert [field] == [problem.path for problem in refused.problems]  # noqa: PT017  it need not raise at all


@pytest.mark.parametrize(
    "record", [None, 5, "rate", [("rate", 1)], b"", deep(10_000), Speechless(), Incomparable()], ids=lambda _: ""
)
def test_a_record_is_a_mapping(record: object) -> None:
    assert [("wrong_type", "")] == codes(record)
    with pytest.raises(InputError):
        TRUSTED(record)  # type: ignore[arg-type]  no mapping on purpose


def test_an_empty_record_lacks_every_required_field() -> None:
    assert [("required", "late"), ("required", "category")] == codes({})


def test_a_misspelt_optional_field_must_not_count_as_missing() -> None:
    spoilt = {key: value for key, value in SOUND.items() if key != "rate"}
    (problem,) = problems_of({**spoilt, "rte": 5})
    assert ("unknown_field", "rte", "did you mean 'rate'?") == (problem.code, problem.path, problem.hint)


@pytest.mark.parametrize("key", [1, None, ("rate",), b"rate", 1.5, date(2026, 1, 1)], ids=repr)
def test_a_key_that_is_no_text_is_an_unknown_field(key: object) -> None:
    assert [("unknown_field", repr(key))] == codes({**SOUND, key: 1})


@pytest.mark.parametrize(
    "key", ["", "a\nb", "\ud800", "r\0", "k" * 1_000_000], ids=["empty", "lines", "lone", "nul", "mega"]
)
def test_an_unknown_key_is_named_in_one_short_printable_line(key: str) -> None:
    (problem,) = problems_of({**SOUND, key: 1})
    assert problem.path
    assert problem.path.isprintable()
    assert len(problem.path) <= MAX_SHOWN_CHARACTERS


def test_everything_that_is_wrong_is_named_at_once_in_the_order_of_the_inputs() -> None:
    record = {"extra": 1, "rate": "fast", "certified": "yes", "category": "steel", "due": "soon"}
    expected = [
        ("bad_value", "rate"),
        ("required", "late"),
        ("bad_value", "certified"),
        ("bad_value", "category"),
        ("bad_value", "due"),
        ("unknown_field", "extra"),
    ]
    assert expected == codes(record)


def test_a_problem_names_the_value_and_a_way_out() -> None:
    (problem,) = problems_of({**SOUND, "category": "servce"})
    assert ("'servce'", "did you mean 'service'?") == (problem.value, problem.hint)
    (problem,) = problems_of({**SOUND, "rate": 101})
    assert ("101", "declared from -1.00 to 100.00") == (problem.value, problem.hint)


def test_extra_keys_may_be_ignored_where_the_caller_says_so() -> None:
    record = {**SOUND, "extra": 1, None: 2}
    assert evaluate(POLICY, SOUND) == evaluate(POLICY, record, extra="ignore")  # type: ignore[dict-item]  on purpose
    assert TRUSTED(SOUND) == TRUSTED(record)  # type: ignore[arg-type]  on purpose


def test_any_mapping_is_a_record() -> None:
    assert evaluate(POLICY, SOUND) == evaluate(POLICY, MappingProxyType(SOUND))


def test_a_mapping_that_cannot_be_read_is_an_input_error() -> None:
    for decide in (CHECKED, TRUSTED, evaluator(POLICY, extra="ignore")):
        with pytest.raises(InputError):
            decide(Broken())


def test_a_batch_names_the_place_of_each_bad_record() -> None:
    records = [SOUND, {**SOUND, "late": 31}, 5, SOUND, {**SOUND, "x": 1}]
    with pytest.raises(InputError) as refused:
        evaluate_all(POLICY, records)  # type: ignore[arg-type]  no mapping on purpose
    assert ["[1].late", "[2]", "[4].x"] == [problem.path for problem in refused.value.problems]


@given(st.dictionaries(st.sampled_from([*RULES["inputs"], "extra"]), ANYTHING))
@example({"late": 0.5, "category": "raw"})
@example({"due": timedelta(days=1)})
def test_checked_and_compiled_agree_on_every_record(record: dict[str, object]) -> None:
    outcomes: list[object] = []
    for decide in (lambda given: evaluate(POLICY, given), CHECKED):
        try:
            outcomes.append(decide(record))
        except InputError as refused:
            outcomes.append(refused.problems)
    assert outcomes[0] == outcomes[1]
    try:
        trusted = TRUSTED(record)
    except InputError:
        return
    if not isinstance(outcomes[0], tuple):
        assert outcomes[0] == trusted
