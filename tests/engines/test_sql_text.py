"""Statements for dialects that no test runs: a parser of theirs reads them, and every one reads as it is kept."""

import pytest
import sqlglot
from makers import number, policy, scorecard
from small_reviews import small_review
from sqlglot import exp

from supplychain_rules import Policy, to_sql
from supplychain_rules.engines.dialects import DIALECTS

TEXT_TESTED = [name for name, dialect in DIALECTS.items() if not dialect.is_run_tested]

COLUMNS = ["supplier", "on_time", "change", "certified", "category", "signed", "注 释"]


def rated() -> Policy:
    return policy(
        {"x": number(-5, 10, 1, optional=True), "y": number(-5, 10, 3)},
        {"kind": "formula", "id": "quotient", "formula": "round(x / y, 2, 'half_even')"},
        scorecard(
            {"id": "speed", "of": "x", "weight": 2, "value": {"kind": "linear", "worst": 0, "best": 7}},
            {
                "id": "trust",
                "of": "y",
                "weight": 1,
                "value": {"kind": "piecewise", "points": [[0, 0], [3, 60], [9, 100]]},
            },
            missing="reweight",
        ),
    )


def compared() -> Policy:
    category = {"type": "choice", "options": ["raw", "pack"], "optional": True}
    return policy(
        {"x": number(-5, 1_000_000, 2, optional=True), "category": category},
        {"kind": "rank", "id": "place", "of": "x", "ties": "dense", "within": "category"},
        {"kind": "quantile", "id": "tier", "of": "x"},
        {"kind": "share", "id": "part", "of": "x"},
        {"kind": "formula", "id": "leads", "formula": "part_before < 0.8 and place == 1"},
    )


@pytest.mark.parametrize("dialect", [*DIALECTS])
def test_a_parser_of_the_dialect_reads_the_statement(dialect: str) -> None:
    for some, columns in ((small_review(), COLUMNS), (rated(), ["x", "y"]), (compared(), ["x", "category"])):
        statement = to_sql(some, dialect=dialect, table=("sales", "kpis"), table_columns=columns)

        parsed = sqlglot.parse_one(statement, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)

        assert [*columns, *some.outputs, "problems"] == [column.alias_or_name for column in parsed.selects]
        tables = [table for table in parsed.find_all(exp.Table) if not table.name.startswith("_sr_")]
        assert [("sales", "kpis")] == [(table.db, table.name) for table in tables]


@pytest.mark.parametrize("dialect", [*DIALECTS])
def test_no_dialect_needs_a_window_that_another_one_lacks(dialect: str) -> None:
    statement = to_sql(compared(), dialect=dialect, table="kpis", table_columns=["x", "category"])

    assert "OVER (PARTITION BY" in statement
    assert [] == [word for word in ("NULLS LAST", "EXCLUDE", "QUALIFY", "NTILE", "WINDOW ") if word in statement]


def test_snowflake_and_bigquery_are_the_text_tested_ones() -> None:
    assert ["snowflake", "bigquery"] == TEXT_TESTED


@pytest.mark.parametrize("text", ["it's", "back\\slash", "\\' OR 1 = 1 --", "`tick`", 'say "so"', "质量"])
@pytest.mark.parametrize("dialect", [*DIALECTS])
def test_a_parser_reads_an_option_back_letter_by_letter(dialect: str, text: str) -> None:
    chosen = policy({"x": {"type": "choice", "options": [text]}}, {"kind": "formula", "id": "y", "formula": "x"})
    statement = to_sql(chosen, dialect=dialect, table="t", table_columns=["x"])

    parsed = sqlglot.parse_one(statement, read=dialect)

    assert text in {literal.this for literal in parsed.find_all(exp.Literal) if literal.is_string} | byte_texts(parsed)


def byte_texts(parsed: exp.Expression) -> set[str]:
    """Return PostgreSQL's texts with escapes, which the parser keeps apart."""
    return {literal.this.replace("\\\\", "\\").replace("''", "'") for literal in parsed.find_all(exp.ByteString)}
