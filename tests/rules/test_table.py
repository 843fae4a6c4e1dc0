"""A decision table does what its hit policy says, and explains which row decided and why the others did not."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from makers import codes, decided, number, policy, refusals, rule_set

from supplychain_rules import Decision, InputError, dump_policy, evaluate, evaluator, load_policy

INPUTS = {
    "score": number(0, 100, optional=True),
    "grade": {"type": "choice", "options": ["C", "B", "A"], "ordered": True, "optional": True},
    "certified": {"type": "boolean", "optional": True},
    "country": {"type": "text", "optional": True},
    "since": {"type": "date", "optional": True},
}

ACTION = {"action": {"type": "choice", "options": ["grow", "keep", "improve", "replace"]}}


def table(*rows: tuple[dict[str, Any], Any], **settings: object) -> dict[str, Any]:
    """Write a table; each row is its cells and the action, or all its outputs."""
    written = [
        {"id": f"row {place}", "when": when, "then": then if isinstance(then, dict) else {"action": then}}
        for place, (when, then) in enumerate(rows, start=1)
    ]
    return {"kind": "table", "id": "rules", "when": list(INPUTS), "outputs": ACTION, **settings, "rows": written}


def numbers(aggregate: str, *rows: tuple[dict[str, Any], Any], **settings: object) -> dict[str, Any]:
    """Write a table that collects a number."""
    outputs = {"bonus": {"type": "number", "decimals": 2}}
    written = [(when, {"bonus": bonus}) for when, bonus in rows]
    return table(*written, outputs=outputs, hit="collect", aggregate=aggregate, **settings)


@pytest.mark.parametrize(
    ("cell", "taken", "left"),
    [
        (">= 95", 95, "94.99"),
        ("< 95", "94.99", 95),
        ("[90..95)", 90, 95),
        ("(90..95]", 95, 90),
        ("]90..95[", 91, 90),
        ("90", 90, "90.01"),
        (90, 90, "90.01"),
        ("90, 95", 95, 91),
        ("!= 90", 91, 90),
        ("not(90, 95)", 91, 95),
        ("missing", None, 0),
        ("missing, >= 90", None, 89),
        ("not(missing)", 0, None),
        ("-", None, "none"),
        ("not(90)", 91, None),
        ("!= 90", 91, None),
        ("<= 100", 100, None),
    ],
)
def test_a_cell_on_a_number_takes_what_it_says_and_nothing_unknown(cell: object, taken: object, left: object) -> None:
    step = table(({"score": cell}, "grow"))

    assert "grow" == decided(INPUTS, step, score=taken)["action"]
    if left != "none":
        assert decided(INPUTS, step, score=left)["action"] is None


@pytest.mark.parametrize(
    ("cells", "record"),
    [
        ({"certified": True}, {"certified": True}),
        ({"certified": "false"}, {"certified": False}),
        ({"certified": "not(true)"}, {"certified": False}),
        ({"certified": "!= true"}, {"certified": False}),
        ({"certified": "missing, true"}, {}),
        ({"grade": ">= B"}, {"grade": "A"}),
        ({"grade": "[C..B]"}, {"grade": "B"}),
        ({"grade": "not(A)"}, {"grade": "C"}),
        ({"country": "DE, AT"}, {"country": "AT"}),
        ({"country": '"a, b"'}, {"country": "a, b"}),
        ({"since": ">= 2026-01-01"}, {"since": "2026-01-01"}),
        ({"since": "[2026-01-01..2026-12-31]"}, {"since": date(2026, 12, 31)}),
        ({"since": date(2026, 1, 1)}, {"since": "2026-01-01"}),
    ],
)
def test_a_cell_on_another_type_takes_what_it_says(cells: dict[str, Any], record: dict[str, Any]) -> None:
    step = table((cells, "grow"), ({}, "keep"), hit="first")

    assert "grow" == decided(INPUTS, step, **record)["action"]


def test_the_first_row_that_hits_decides_and_otherwise_takes_the_rest() -> None:
    step = table(
        ({"score": ">= 90"}, "grow"), ({"score": ">= 60"}, "keep"), hit="first", otherwise={"action": "replace"}
    )

    assert ["grow", "keep", "replace", "replace"] == [
        decided(INPUTS, step, score=score)["action"] for score in (95, 60, 10, None)
    ]


def test_an_output_may_be_said_to_be_missing_where_no_option_has_that_name() -> None:
    outputs = {
        "days": {"type": "integer", "min": 0, "max": 9},
        "word": {"type": "choice", "options": ["missing", "some"]},
        "note": {"type": "text"},
    }
    row = {"id": "good", "when": {"x": ">= 5"}, "then": {"days": 5, "word": "some", "note": "known"}}
    step = {"kind": "table", "id": "t", "hit": "first", "when": ["x"], "outputs": outputs, "rows": [row]}
    rules = policy({"x": number(0, 9)}, step | {"otherwise": {"days": "missing", "word": "missing", "note": "missing"}})

    decision = evaluate(rules, {"x": 0})

    assert (decision["days"], decision["word"], decision["note"]) == (None, "missing", "missing")


def test_two_rows_of_a_unique_table_that_hit_are_refused_with_the_record() -> None:
    step = table(({"score": ">= 90"}, "grow"), ({"grade": "A"}, "grow"), hit="unique")

    assert "grow" == decided(INPUTS, step, score=95, grade="B")["action"]
    with pytest.raises(InputError, match="rows_conflict"):
        decided(INPUTS, step, score=95, grade="A")


def test_rows_of_an_any_table_may_agree_but_not_differ() -> None:
    step = table(({"score": ">= 90"}, "grow"), ({"grade": "A"}, "grow"), ({"certified": False}, "replace"), hit="any")

    assert "grow" == decided(INPUTS, step, score=95, grade="A", certified=True)["action"]
    with pytest.raises(InputError, match="rows_conflict"):
        decided(INPUTS, step, score=95, grade="A", certified=False)


def test_a_trusted_record_is_no_excuse_for_rows_that_conflict() -> None:
    step = table(({"score": ">= 90"}, "grow"), ({"grade": "A"}, "keep"))
    with pytest.raises(InputError, match="rows_conflict"):
        evaluator(policy(INPUTS, step), trusted=True)({"score": 95, "grade": "A"})


def test_the_best_option_decides_by_priority_and_missing_is_the_last() -> None:
    step = table(({}, "replace"), ({"score": ">= 60"}, "keep"), ({"grade": "A"}, "grow"), ({}, None), hit="priority")

    assert ["replace", "keep", "grow"] == [
        decided(INPUTS, step, **record)["action"] for record in ({}, {"score": 60}, {"score": 60, "grade": "A"})
    ]


def test_of_equal_priority_the_upper_row_decides() -> None:
    outputs = {**ACTION, "note": {"type": "text"}}
    rows = [({}, {"action": "keep", "note": "upper"}), ({}, {"action": "keep", "note": "lower"})]

    assert "upper" == decided(INPUTS, table(*rows, outputs=outputs, hit="priority"))["note"]


def test_the_first_choice_among_the_outputs_has_the_priority_and_its_place_is_part_of_the_rules() -> None:
    choice = {"type": "choice", "options": ["x", "y"]}
    rows = [({}, {"one": "x", "two": "y"}), ({}, {"one": "y", "two": "x"})]
    forward = policy(INPUTS, table(*rows, outputs={"one": choice, "two": choice}, hit="priority"))
    backward = policy(INPUTS, table(*rows, outputs={"two": choice, "one": choice}, hit="priority"))

    assert ("x", "y") == (evaluate(forward, {})["one"], evaluate(backward, {})["one"])
    assert forward.fingerprint != backward.fingerprint


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [("sum", ["3.50", "2.00", None]), ("min", ["1.50", "2.00", None]), ("max", ["2.00", "2.00", None])],
)
def test_what_all_rows_say_is_collected(aggregate: str, expected: list[str | None]) -> None:
    step = numbers(aggregate, ({"score": ">= 90"}, "1.5"), ({"grade": "A"}, "2"))
    records: list[dict[str, Any]] = [{"score": 95, "grade": "A"}, {"grade": "A"}, {}]
    found = [decided(INPUTS, step, **record)["bonus"] for record in records]

    assert [None if value is None else Decimal(value) for value in expected] == found


def test_hits_are_counted_and_none_is_zero_unless_otherwise_says_more() -> None:
    rows = [({"score": ">= 90"}, "1.5"), ({"grade": "A"}, None)]

    assert Decimal(2) == decided(INPUTS, numbers("count", *rows), score=95, grade="A")["bonus"]
    assert Decimal(0) == decided(INPUTS, numbers("count", *rows))["bonus"]
    assert Decimal(9) == decided(INPUTS, numbers("count", *rows, otherwise={"bonus": 9}))["bonus"]


def test_a_missing_number_among_those_collected_makes_the_whole_missing() -> None:
    step = numbers("sum", ({"score": ">= 90"}, "1.5"), ({"grade": "A"}, None))

    assert decided(INPUTS, step, score=95, grade="A")["bonus"] is None
    assert Decimal("1.5") == decided(INPUTS, step, score=95)["bonus"]


@pytest.mark.parametrize("aggregate", ["sum", "min", "max", "count"])
def test_a_table_that_collects_only_missing_numbers_is_answered_and_no_crash(aggregate: str) -> None:
    decision = decided(INPUTS, numbers(aggregate, ({"score": ">= 90"}, None)), score=95)

    assert (Decimal(1) if aggregate == "count" else None) == decision["bonus"]


def test_outputs_of_every_type_come_out_as_they_are_declared() -> None:
    outputs = {
        "share": {"type": "number", "decimals": 2, "min": "-1", "max": "1"},
        "visits": {"type": "integer"},
        "audit": {"type": "boolean"},
        "note": {"type": "text"},
        "until": {"type": "date"},
        **ACTION,
    }
    then = {"share": "0.1", "visits": 4, "audit": True, "note": 'say "hi"', "until": "2026-12-31", "action": "grow"}
    decision: Decision = decided(INPUTS, table(({}, then), outputs=outputs))
    expected = {**then, "share": Decimal("0.10"), "visits": Decimal(4), "until": date(2026, 12, 31)}

    assert expected == {name: decision[name] for name in outputs}
    assert "0.10" == str(decision["share"])


def test_the_explanation_names_the_row_and_the_first_cell_that_failed_above_it() -> None:
    step = table(
        ({"score": ">= 90", "grade": "A"}, "grow"),
        ({"certified": True}, "keep"),
        ({"score": ">= 60"}, "improve"),
        ({}, "replace"),
        hit="first",
    )
    (reason,) = decided(INPUTS, step, score=91, grade="B").explain().steps

    assert [
        ("row 1", False, "grade", "A", "B", False),
        ("row 2", False, "certified", "true", None, True),
        ("row 3", True, None, None, None, False),
    ] == [(row.id, row.hits, row.column, row.cell, row.seen, row.unknown) for row in reason.rows]
    assert not reason.otherwise


def test_the_order_of_columns_decides_which_cell_is_named_first() -> None:
    step = table(({"grade": "A", "score": ">= 90"}, "grow"))
    (reason,) = decided(INPUTS, step, score=10, grade="C").explain().steps

    assert "score" == reason.rows[0].column
    assert reason.otherwise


@pytest.mark.parametrize(
    "option",
    ["A.", "..", "a..b", "-", "not", "missing", "true", "a,b", "a (b)", 'say "hi"', "> 5", " x ", "质量", "=", "1"],
)
def test_an_option_that_could_be_misread_survives_writing_and_reading(option: str) -> None:
    inputs = {"grade": {"type": "choice", "options": ["zero", option, "top"], "ordered": True}}
    quoted = '"' + option.replace('"', '""') + '"'
    for cell in (quoted, f"not({quoted})", f"[{quoted}..top]", f"(zero..{quoted}]", f">= {quoted}", f"zero, {quoted}"):
        step = {
            "kind": "table",
            "id": "rules",
            "when": ["grade"],
            "outputs": {"hit": {"type": "boolean"}},
            "rows": [{"id": "row", "when": {"grade": cell}, "then": {"hit": True}}],
        }
        rules = policy(inputs, step)
        again = load_policy(json.loads(json.dumps(dump_policy(rules))))

        assert rules == again
        assert evaluate(rules, {"grade": option})["hit"] == evaluate(again, {"grade": option})["hit"]


def test_columns_and_outputs_may_be_called_what_labels_are_called() -> None:
    inputs = {"label": number(), "reason": number()}

    def rules(cell: str, value: str) -> dict[str, Any]:
        outputs = {"kind": {"type": "text"}, "method": {"type": "text"}}
        row = {"id": "row", "when": {"label": cell}, "then": {"kind": value, "method": "m"}}
        step = {"kind": "table", "id": "t", "when": ["label", "reason"], "outputs": outputs, "rows": [row]}
        return rule_set(inputs, step)

    prints = {load_policy(rules(*args)).fingerprint for args in (("> 1", "a"), ("> 2", "a"), ("> 1", "b"))}
    other = {**rules("> 1", "a"), "inputs": {**inputs, "reason": number(0, 50)}}
    assert 4 == len(prints | {load_policy(other).fingerprint})


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (table(), ("empty", "steps[0].rows")),
        (table(({}, "grow"), outputs={}), ("empty", "steps[0].outputs")),
        (table(({"scroe": "1"}, "grow")), ("unknown_column", "steps[0].rows[0].when.scroe")),
        (table(({}, {"actoin": "grow"})), ("unknown_key", "steps[0].rows[0].then.actoin")),
        (table(({}, {})), ("missing_key", "steps[0].rows[0].then.action")),
        (table(({}, "sleep")), ("bad_value", "steps[0].rows[0].then.action")),
        (table(({"grade": "Z"}, "grow")), ("unknown_option", "steps[0].rows[0].when.grade")),
        (table(({"country": "> DE"}, "grow")), ("type_mismatch", "steps[0].rows[0].when.country")),
        (table(({"score": "[95..90]"}, "grow")), ("empty_interval", "steps[0].rows[0].when.score")),
        (table(({"score": ""}, "grow")), ("empty_cell", "steps[0].rows[0].when.score")),
        (table(({}, "grow"), aggregate="sum"), ("bad_value", "steps[0].aggregate")),
        (table(({}, "grow"), hit="collect", aggregate="sum"), ("type_mismatch", "steps[0].outputs")),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(step: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in refusals(INPUTS, step)


def test_rows_have_names_of_their_own() -> None:
    step = table(({}, "grow"), ({}, "keep"), hit="first")
    step["rows"][1]["id"] = "row 1"

    assert {"duplicate_id"} == codes(INPUTS, step)
