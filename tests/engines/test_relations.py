"""Relations: what their columns are called, and how large their numbers can get."""

import pytest

from supplychain_rules.engines.plan import Column, Compare, Minus, Nothing, Pick, Plus, Quotient, Times, Whole
from supplychain_rules.engines.relations import (
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
from supplychain_rules.errors import InvalidValueError

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
