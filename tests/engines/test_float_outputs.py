"""A number of more units than a float holds comes out as the float nearest to it, on every kind of frame."""

import sqlite3
from fractions import Fraction

import pytest
from frame_kinds import FRAME_KINDS, FrameKind, rows_of
from makers import number, policy

from supplychain_rules import Policy, apply, evaluate, to_sql

LARGEST = 2**50 - 1

#: The first has units beyond 2**53 and whole numbers below it, the others have whole numbers beyond it too.
FORMULAS = ("quality + 0.5", "quality * 99.9", "quality * 10.25")

VALUES = [
    -LARGEST,
    LARGEST,
    *(sign * (LARGEST - 2**place) for place in range(3, 49, 9) for sign in (1, -1)),
    *(sign * (10**15 + place) for place in range(12) for sign in (1, -1)),
    0,
    -1,
]


def rules(formula: str) -> Policy:
    return policy({"quality": number(-LARGEST, LARGEST, 0)}, {"kind": "formula", "id": "shifted", "formula": formula})


def nearest(decided: Policy) -> list[float]:
    return [float(Fraction(str(evaluate(decided, {"quality": value})["shifted"]))) for value in VALUES]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("kind", FRAME_KINDS)
def test_a_frame_shows_the_nearest_float(kind: FrameKind, formula: str) -> None:
    decided = rules(formula)
    frame = FRAME_KINDS[kind]({"quality": (VALUES, "integer")})

    assert nearest(decided) == [row[1] for row in rows_of(apply(decided, frame))]


@pytest.mark.parametrize("formula", FORMULAS)
def test_sqlite_shows_the_nearest_float(formula: str) -> None:
    decided = rules(formula)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE kpis (quality)")
    connection.executemany("INSERT INTO kpis VALUES (?)", [(value,) for value in VALUES])
    statement = to_sql(decided, dialect="sqlite", table="kpis", table_columns=["quality"])

    assert nearest(decided) == [row[1] for row in connection.execute(statement)]
    connection.close()
