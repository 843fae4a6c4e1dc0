"""Whatever is compared, within a group or among all, is what comparing each with each gives."""

from typing import get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules import InputError
from supplychain_rules.language.limits import INTEGER_LIMIT
from supplychain_rules.language.populations import population_function, population_type, total_limit
from supplychain_rules.language.program import MAX_RECORDS, Population, PopulationKind, Program, ProgramInput
from supplychain_rules.language.reference import interpret_populations
from supplychain_rules.language.types import ChoiceType, NumberType, Value

VALUE = NumberType(decimals=2, low=0, high=10**6, optional=True)

GROUP = ChoiceType(options=("raw", "pack"), optional=True)

ROWS = st.lists(
    st.tuples(st.sampled_from((None, 0, 1, 1, 5, 700)), st.sampled_from((None, "raw", "pack"))), max_size=12
)


def population(kind: PopulationKind, within: str | None = None) -> Population:
    """Compare `x`, within the groups of a name or among all."""
    type_ = attrs.evolve(population_type(kind, VALUE), optional=True)
    name = f"x.{kind}" if within is None else f"x.{kind}_within"
    groups = () if within is None else (within,)
    return Population(name=name, kind=kind, of="x", within=groups, type=type_, place=0, path="steps[0].of")


def program(*populations: Population) -> Program:
    inputs = (ProgramInput("x", VALUE), ProgramInput("group", GROUP))
    return Program(inputs=inputs, bindings=(), populations=populations)


EVERY_KIND = program(
    *(population(kind) for kind in get_args(PopulationKind)),
    *(population(kind, "group") for kind in get_args(PopulationKind)),
)


@given(rows=ROWS)
def test_every_kind_says_what_comparing_each_with_each_says(rows: list[tuple[Value, ...]]) -> None:
    records = [dict(zip(("x", "group"), row, strict=True)) for row in rows]
    expected = [
        (*record.values(), *one.values())
        for record, one in zip(records, interpret_populations(EVERY_KIND, records), strict=True)
    ]

    assert expected == population_function(EVERY_KIND)(rows)


def test_groups_are_compared_apart_and_what_has_no_group_is_not_compared() -> None:
    larger = population_function(program(population("larger", "group"), population("count", "group")))

    assert [(1, "raw", 1, 2), (5, "raw", 0, 2), (9, "pack", 0, 1), (9, None, None, None)] == larger(
        [(1, "raw"), (5, "raw"), (9, "pack"), (9, None)]
    )


def test_a_total_is_refused_by_group_and_not_by_the_sum_of_the_groups() -> None:
    limit = total_limit(0)
    total = population_function(program(population("total", "group")))
    rows: list[tuple[Value, ...]] = [(limit, "raw"), (limit, "pack")]

    assert [limit, limit] == [row[-1] for row in total(rows)]
    with pytest.raises(InputError) as refused:
        total([*rows, (1, "pack")])

    assert ["total_too_large"] == [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize("decimals", range(10))
def test_the_largest_total_fits_a_rounded_division_and_no_larger_one_does(decimals: int) -> None:
    limit, unit = total_limit(decimals), 10**decimals

    assert 2 * limit * unit + limit <= INTEGER_LIMIT < 2 * (limit + 1) * unit + limit + 1


def test_every_class_of_every_population_can_be_counted_within_64_bits() -> None:
    assert 2 * 100 * MAX_RECORDS + MAX_RECORDS < INTEGER_LIMIT
