"""Relations: what their columns are called, how large their numbers can get, and how different values are counted."""

from typing import Final

import duckdb
import polars as pl
import pytest

from supplychain_rules.engines.dialects import dialect_named
from supplychain_rules.engines.plan import (
    Column,
    Compare,
    Minus,
    Nothing,
    Pick,
    PlanInput,
    Plus,
    Quotient,
    Times,
    Whole,
)
from supplychain_rules.engines.relations import (
    Field,
    Grouped,
    Joined,
    Made,
    Mapped,
    Source,
    Stacked,
    columns_of,
    size_of,
    sources_in,
)
from supplychain_rules.engines.relations_frames import FrameRun
from supplychain_rules.engines.relations_sql import Chain
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.types import NumberType, TextType

SIZES = {"price": 5_000, "quantity": 100, "received": 10_000}


def test_a_source_that_is_read_twice_is_found_once() -> None:
    source = Source(table="receipts", fields=())
    one = Mapped(source, (Made("line", Whole(1)), Made("quantity", Whole(2))))
    by_line = Grouped(of=one, keys=("line",), sums=("quantity",))
    joined = Joined(left=Mapped(source, (Made("id", Whole(1)),)), right=by_line, on=("id", "line"), take=("quantity",))
    assert ("id", "quantity") == columns_of(joined)
    assert [source] == list(sources_in(Stacked((joined, joined))))


@pytest.mark.parametrize(
    ("cell", "size"),
    [
        (Times(Column("price"), Column("quantity")), 500_000),
        (Plus(Column("price"), Whole(-7)), 5_007),
        (Minus(Column("price"), Column("quantity")), 5_100),
        (Quotient(Column("price"), Whole(10)), 5_000),
        (Nothing(), 0),
    ],
)
def test_the_size_of_a_number_follows_from_what_it_reads(cell: object, size: int) -> None:
    assert size == size_of(cell, SIZES)  # type: ignore[arg-type]  # a union of cells


def test_what_is_cut_off_at_a_bound_is_no_larger_than_the_bound() -> None:
    received, quantity = Column("received"), Column("quantity")
    capped = Pick(((Compare("<", received, quantity), received),), quantity)
    assert 100 == size_of(capped, SIZES)


def test_a_part_that_outgrows_sixty_four_bits_is_refused_even_where_the_whole_does_not() -> None:
    huge = Times(Whole(2**40), Whole(2**40))
    with pytest.raises(InvalidValueError, match="outgrow 64 bits"):
        size_of(Quotient(huge, Whole(2**60)), SIZES)


DAY: Final = Field(
    name="day",
    column="day",
    read=PlanInput(name="day", input="day", type=NumberType(decimals=0, low=0, high=99, optional=True)),
)
CUSTOMER: Final = Field(
    name="customer", column="customer", read=PlanInput(name="customer", input="customer", type=TextType()), is_id=True
)
VISITS: Final = pl.DataFrame({"customer": ["A", "A", "A", "B", "C", "C"], "day": [1, 1, 4, 0, 2, 3]})


@pytest.mark.parametrize("keys", [("customer",), ()])
def test_different_numbers_are_counted_alike_on_every_engine(keys: tuple[str, ...]) -> None:
    made = (Made("customer", Column("customer"), is_text=True), Made("day", Column("day")))
    grouped = Grouped(of=Mapped(Source(table="visits", fields=(CUSTOMER, DAY)), made), keys=keys, distinct=("day",))
    expected = [("A", 2), ("B", 1), ("C", 2)] if keys else [(5,)]
    lazy = FrameRun(frames={"visits": VISITS.lazy()}, refusing=False).run(grouped).collect()
    arrow = FrameRun(frames={"visits": VISITS.to_arrow()}, refusing=True).run(grouped)
    chain = Chain(dialect=dialect_named("duckdb"), tables={"visits": '"visits"'})
    statement = chain.statement(grouped, [chain.name(name) for name in columns_of(grouped)])
    with duckdb.connect() as connection:
        connection.register("visits", VISITS.to_arrow())
        in_sql = connection.execute(statement).fetchall()
    assert [expected] * 3 == [sorted(lazy.rows()), sorted(arrow.rows()), sorted(in_sql)]
