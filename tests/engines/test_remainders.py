"""What a division leaves is written once, so that no optimiser that pastes columns into each other doubles it."""

import pytest

from supplychain_rules.engines.dialects import DIALECTS
from supplychain_rules.engines.expressions import Writer
from supplychain_rules.engines.plan import Column, Minus, PlanColumn, Quotient, Times, Whole


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_rest_names_what_is_divided_and_what_divides_once(dialect: str) -> None:
    over, under = Times(Column("rest"), Whole(10)), Column("under")
    rest = Minus(over, Times(Quotient(over, under), under))
    column = PlanColumn(name="next", cell=rest, optional=True, is_text=False, level=1)

    text = Writer(DIALECTS[dialect], {"rest": "rest", "under": "under"}).inline(column)

    assert (1, 1) == (text.count("rest"), text.count("under"))


def test_the_rest_of_another_division_is_a_difference() -> None:
    over, under = Column("rest"), Column("under")
    other = Minus(over, Times(Quotient(over, Whole(7)), under))
    column = PlanColumn(name="next", cell=other, optional=True, is_text=False, level=1)

    assert "(rest - (rest // 7) * under)" == Writer(DIALECTS["duckdb"], {"rest": "rest", "under": "under"}).inline(
        column
    )
