"""Codes stand for what is only asked about; they never pass for a value, and a missing one never for a number."""

from typing import Any

import attrs
import pandas as pd
import polars as pl
import pyarrow as pa

from supplychain_rules import apply, evaluate_all, load_policy
from supplychain_rules.engines.codes import MISSING, Coding, code_columns
from supplychain_rules.engines.frame_expressions import Emission, Nulls
from supplychain_rules.engines.plan import (
    Column,
    Compare,
    Nothing,
    Pick,
    Plan,
    PlanColumn,
    PlanInput,
    Plus,
    Text,
    Whole,
)
from supplychain_rules.language.types import BooleanType, ChoiceType, TextType

POINTS = [
    {
        "kind": "table",
        "id": "points",
        "hit": "first",
        "when": ["x"],
        "outputs": {"n": {"type": "integer", "min": -1, "max": 100_000}},
        "rows": [
            {"id": "low", "when": {"x": "1"}, "then": {"n": 0}},
            {"id": "high", "when": {"x": "2"}, "then": {"n": 5}},
        ],
    },
    {"kind": "formula", "id": "above", "formula": "n > -2"},
    {"kind": "formula", "id": "below", "formula": "n < 50000"},
    {"kind": "formula", "id": "minus_one", "formula": "n == -1"},
    {"kind": "formula", "id": "other", "formula": "n != -1"},
    {"kind": "formula", "id": "among", "formula": "n in (-1, 5)"},
    {"kind": "formula", "id": "not_among", "formula": "n not in (-1, 5)"},
    {"kind": "formula", "id": "negative", "formula": "n in (-1, -2)"},
]


def plan(*cells: tuple[Any, bool]) -> Plan:
    """Return a plan of columns `c0`, `c1`, ..., each a cell and whether it is text."""
    columns = tuple(
        PlanColumn(name=f"c{at}", cell=cell, optional=True, is_text=is_text, level=1 + at)
        for at, (cell, is_text) in enumerate(cells)
    )
    inputs = (
        PlanInput(name="flag", input="flag", type=BooleanType()),
        PlanInput(name="kind", input="kind", type=ChoiceType(options=("raw", "pack"))),
        PlanInput(name="note", input="note", type=TextType()),
    )
    return Plan(inputs=inputs, columns=columns, outputs=(), guards=(), reach=100)


def when(condition: Any, then: Any, otherwise: Any) -> Pick:  # noqa: ANN401  parts of a plan
    return Pick(((condition, then),), otherwise)


ASKED = Compare("==", Column("flag"), Whole(1))


def test_a_missing_number_passes_for_no_negative_one() -> None:
    policy = load_policy(
        {
            "schema": "supplychain-rules/1",
            "id": "codes",
            "version": "1",
            "inputs": {"x": {"type": "integer", "min": 0, "max": 9}},
            "steps": POINTS,
        }
    )
    values = [1, 2, 3]
    expected = [dict(decision) for decision in evaluate_all(policy, [{"x": value} for value in values])]

    assert expected == apply(policy, pl.DataFrame({"x": values}), numbers="units").drop("x").to_dicts()
    assert expected == apply(policy, pa.table({"x": values}), numbers="units").drop_columns("x").to_pylist()
    plain = apply(policy, pd.DataFrame({"x": values}), numbers="units").drop(columns="x").astype(object)
    assert expected == plain.where(plain.notna(), None).to_dict("records")


def test_what_is_reckoned_with_is_no_code() -> None:
    coding = code_columns(
        plan((when(ASKED, Whole(1), Whole(2)), False), (Plus(Column("c0"), Whole(1)), False), (Column("c0"), False))
    )

    assert {"flag", "kind"} == coding.columns


def test_texts_that_were_not_declared_have_no_code() -> None:
    coding = code_columns(
        plan((when(ASKED, Column("note"), Text("none")), True), (when(ASKED, Column("kind"), Text("none")), True))
    )

    assert {"flag", "kind", "c1"} == coding.columns
    assert {"none": 0, "pack": 1, "raw": 2} == coding.texts


def test_a_number_that_is_negative_or_large_is_no_code() -> None:
    coding = code_columns(
        plan((when(ASKED, Whole(-1), Nothing()), False), (when(ASKED, Whole(2**15), Nothing()), False))
    )

    assert {"flag", "kind"} == coding.columns


def test_a_plan_of_more_texts_than_codes_keeps_them_as_texts() -> None:
    cells = [(when(ASKED, Text(f"t{at}"), Text(f"u{at}")), True) for at in range(2**14)]
    coding = code_columns(plan(*cells, (when(ASKED, Whole(7), Nothing()), False)))

    assert {"flag", f"c{2**14}"} == coding.columns
    assert {} == coding.texts


def test_a_text_that_is_always_missing_reads_as_missing() -> None:
    silent = plan((when(ASKED, Nothing(), Nothing()), True))
    bare = attrs.evolve(silent, inputs=silent.inputs[:1])
    emission = Emission(plan=bare, coding=code_columns(bare), nulls=Nulls.NULL, prefix="", floats=True, library=pl)
    frame = pl.DataFrame({"flag": [1, 0]}).with_columns(emission.column(bare.columns[0]))

    assert [None, None] == frame.with_columns(emission.decoded("c0").alias("text"))["text"].to_list()


def test_constants_have_the_code_of_their_value() -> None:
    coding = Coding(columns=frozenset(), texts={"A": 3}, largest=3)

    assert [3, 7, MISSING] == [coding.code(Text("A")), coding.code(Whole(7)), coding.code(Nothing())]
