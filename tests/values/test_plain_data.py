"""Classes as plain data: what is written is read again, and everything that is wrong is named at once."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import attrs
import pytest

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, bounded_repr
from supplychain_rules.facts.fields import exact_quantity, is_positive
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.plain_data import dump_plain, load_plain
from supplychain_rules.values.scaled import exact_fraction


def _shares(given: Mapping[str, object]) -> dict[str, Fraction]:
    return {party: exact_fraction(share) for party, share in given.items()}


@attrs.frozen
class FlatFee:
    amount: Money


@attrs.frozen(kw_only=True)
class ShareOfValue:
    rate: Fraction = attrs.field(converter=exact_fraction)
    most: Money | None = None


@attrs.frozen(kw_only=True)
class Charter:
    id: str
    fee: FlatFee | ShareOfValue
    others: tuple[FlatFee | ShareOfValue, ...] = ()
    level: Literal["low", "high"] = "low"
    months: int = 12
    binding: bool = True
    crates: Decimal = attrs.field(default=Decimal(1), converter=exact_quantity, validator=is_positive)
    signed_on: date | None = None
    valid: Period | None = None
    calendar: WorkCalendar = attrs.field(factory=WorkCalendar)
    shares: Mapping[str, Fraction] = attrs.field(factory=dict, converter=_shares)
    holidays: frozenset[date] = frozenset()
    label: Label | None = None

    def __attrs_post_init__(self) -> None:
        if self.months > 12 and not self.binding:
            raise InvalidValueError("a long charter is binding", self.months)


EVERYTHING = Charter(
    id="C1",
    fee=ShareOfValue(rate="1/3", most=Money("10.50", "EUR")),
    others=(FlatFee(Money("5", "EUR")), ShareOfValue(rate="0.25")),
    level="high",
    months=24,
    crates="2.5",
    signed_on=date(2026, 1, 31),
    valid=Period.year(2026),
    calendar=WorkCalendar(weekend={7}, holidays={date(2026, 5, 1)}),
    shares={"buyer": Fraction(2, 3), "供应商": Fraction(1, 3)},
    holidays=frozenset({date(2026, 5, 1), date(2026, 1, 1)}),
    label=Label("Charter", "租约"),
)

PLAIN: dict[str, Any] = {
    "schema": "charter/1",
    "id": "C1",
    "fee": {"kind": "share_of_value", "rate": "1/3", "most": {"amount": "10.5", "currency": "EUR"}},
    "others": [
        {"kind": "flat_fee", "amount": {"amount": "5", "currency": "EUR"}},
        {"kind": "share_of_value", "rate": "0.25"},
    ],
    "level": "high",
    "months": 24,
    "crates": "2.5",
    "signed_on": "2026-01-31",
    "valid": {"start": "2026-01-01", "end": "2027-01-01"},
    "calendar": {"weekend": [7], "holidays": ["2026-05-01"]},
    "shares": {"buyer": "2/3", "供应商": "1/3"},
    "holidays": ["2026-01-01", "2026-05-01"],
    "label": {"en": "Charter", "zh": "租约"},
}


def problems(**changes: Any) -> list[tuple[str, str]]:  # noqa: ANN401  anything at all
    with pytest.raises(PolicyError) as refused:
        load_plain(Charter, PLAIN | changes, schema="charter/1")
    return [(problem.code, problem.path) for problem in refused.value.problems]


def test_every_kind_of_field_is_written_as_json_can_hold_it() -> None:
    assert PLAIN == dump_plain(EVERYTHING, schema="charter/1")


def test_what_is_written_is_read_again() -> None:
    assert EVERYTHING == load_plain(Charter, json.loads(json.dumps(PLAIN)), schema="charter/1")


def test_what_is_as_by_default_is_left_out() -> None:
    plain = dump_plain(Charter(id="C1", fee=FlatFee(Money("1", "EUR"))), schema="charter/1")
    assert {"schema", "id", "fee"} == set(plain)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schema": "charter/2"}, [("bad_value", "schema")]),
        ({"fee": {"kind": "flat_fe"}}, [("unknown_kind", "fee.kind")]),
        ({"fee": {"rate": "0.1"}}, [("missing_key", "fee.kind")]),
        ({"fee": {"kind": "flat_fee"}}, [("missing_key", "fee.amount")]),
        ({"fee": {"kind": "flat_fee", "amount": "5 EUR"}}, [("wrong_type", "fee.amount")]),
        ({"fee": {"kind": "flat_fee", "amount": {"amount": 0.1, "currency": "EUR"}}}, [("bad_value", "fee.amount")]),
        ({"fee": {"kind": "flat_fee", "amount": {"amount": "1"}}}, [("wrong_type", "fee.amount")]),
        ({"others": [{"kind": "share_of_value", "rate": "x"}]}, [("bad_value", "others[0].rate")]),
        ({"others": {}}, [("wrong_type", "others")]),
        ({"level": "hihg"}, [("bad_value", "level")]),
        ({"months": True}, [("wrong_type", "months")]),
        ({"binding": 1}, [("wrong_type", "binding")]),
        ({"crates": "0"}, [("bad_value", "crates")]),
        ({"signed_on": "31.1.2026"}, [("bad_value", "signed_on")]),
        ({"valid": {"start": "2026-01-01", "end": "2025-01-01"}}, [("bad_value", "valid.end")]),
        ({"calendar": {"weekend": [9]}}, [("bad_value", "calendar.weekend")]),
        ({"holidays": "2026-01-01"}, [("wrong_type", "holidays")]),
        ({"shares": ["buyer"]}, [("wrong_type", "shares")]),
        ({"label": 7}, [("bad_value", "label")]),
        ({"binding": False}, [("bad_value", "")]),
        (
            {"id": None, "lable": "x", "crates": "-1"},
            [("unknown_key", "lable"), ("wrong_type", "id"), ("bad_value", "crates")],
        ),
    ],
)
def test_everything_that_is_wrong_is_named_by_its_path(
    changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert expected == problems(**changes)


def test_a_misspelt_option_kind_and_key_are_each_told_what_was_meant() -> None:
    with pytest.raises(PolicyError) as refused:
        load_plain(Charter, PLAIN | {"level": "hihg", "fee": {"kind": "flat_fe"}, "lable": ""}, schema="charter/1")
    hints = {problem.path: problem.hint for problem in refused.value.problems}
    assert {
        "lable": "did you mean 'label'?",
        "fee.kind": "did you mean 'flat_fee'?",
        "level": "did you mean 'high'?",
    } == hints


def test_what_is_no_mapping_is_refused() -> None:
    with pytest.raises(PolicyError) as refused:
        load_plain(Charter, ["C1"], schema="charter/1")
    expected = (Problem(code="wrong_type", path="", message="a mapping is needed here", value="['C1']"),)
    assert expected == refused.value.problems


@attrs.frozen
class Muddled:
    kind: str


@attrs.frozen
class HoldsMuddled:
    one: Muddled | FlatFee


def test_a_class_whose_own_field_would_hide_its_kind_is_no_member_of_a_union() -> None:
    with pytest.raises(TypeError, match="rename the field"):
        dump_plain(HoldsMuddled(Muddled("x")), schema="charter/1")


@pytest.mark.parametrize("text", ["V\n7", "V\ud8007", "V\u202e7", "V\x1b[2J", "x" * 501])
def test_a_text_that_would_forge_a_line_of_a_report_or_flood_it_is_refused(text: str) -> None:
    assert [("bad_value", "id")] == problems(id=text)
    assert [("bad_value", f"shares.{bounded_repr(text)}")] == problems(shares={text: 1})


@pytest.mark.parametrize("key", ["a\nb", "\ud800", "k" * 9_000, 7, None])
def test_a_key_that_cannot_stand_in_a_path_is_shown_short(key: object) -> None:
    with pytest.raises(PolicyError) as refused:
        load_plain(Charter, PLAIN | {key: 1}, schema="charter/1")  # type: ignore[dict-item]  # wrong on purpose

    assert [("unknown_key", bounded_repr(key))] == [(found.code, found.path) for found in refused.value.problems]


def test_more_keys_than_any_mapping_of_ours_has_are_refused_by_their_number() -> None:
    assert [("too_large", "")] == problems(**{f"k{number}": 1 for number in range(2_001)})


def test_what_cannot_be_one_of_a_set_is_refused_by_its_place() -> None:
    assert [("wrong_type", "holidays[1]")] == problems(holidays=["2026-05-01", []])
