"""Populations at speed: one pass over a sorted column says to every record how it stands among the others.

The meaning is that of `interpret_populations`, which compares every record with every other one.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final, assert_never, final

import attrs

from supplychain_rules.errors import InputError, Problem
from supplychain_rules.language.entry import UnitsFunction, units_function
from supplychain_rules.language.limits import INTEGER_LIMIT
from supplychain_rules.language.program import MAX_RECORDS, Population, PopulationKind, Program
from supplychain_rules.language.types import NumberType, Value
from supplychain_rules.values.scaled import to_decimal

__all__ = ["PopulationFunction", "population_function", "population_type", "total_limit"]

#: From the units of the inputs of every record to the same followed by those of the populations.
PopulationFunction = Callable[[Sequence[tuple[Value, ...]]], list[tuple[Value, ...]]]

#: Kinds that add values up.
_SUMS: Final = ("total", "total_larger")

#: Most problems that are named: whoever has more has one systematic fault.
_MAX_PROBLEMS: Final = 1_000


def population_type(kind: PopulationKind, of: NumberType, decimals: int = 0) -> NumberType:
    """Return the type of a population over values of a type.

    Args:
        kind: what it says.
        of: the type of the values that are compared.
        decimals: the places of a share that is taken of a total; they bound the total.
    """
    match kind:
        case "count":
            return NumberType(decimals=0, low=0 if of.optional else 1, high=MAX_RECORDS)
        case "smaller" | "larger" | "distinct_smaller" | "distinct_larger":
            return NumberType(decimals=0, low=0, high=MAX_RECORDS - 1, optional=of.optional)
        case "least" | "largest":
            return of
        case "total":
            return NumberType(decimals=of.decimals, low=0, high=total_limit(decimals))
        case "total_larger":
            return NumberType(decimals=of.decimals, low=0, high=total_limit(decimals), optional=of.optional)
        case _:
            assert_never(kind)


def total_limit(decimals: int) -> int:
    """Return the largest total, in units, of which shares of so many decimals can be taken within 64 bits.

    >>> total_limit(4)
    461145584195672
    """
    unit: int = 10**decimals
    return INTEGER_LIMIT // (2 * unit + 1)  # a rounded division doubles its dividend and adds the divisor


def population_function(program: Program) -> PopulationFunction:
    """Return the function that gives every record the values of the program's populations.

    The function raises an `InputError` where values to be added up are negative or too large, with the records named
    by their positions.
    """
    stages: list[_Stage] = []
    known = attrs.evolve(program, populations=()).inputs
    for _, group in groupby(program.populations, key=lambda population: population.place):
        populations = tuple(group)
        names = tuple(dict.fromkeys(name for one in populations for name in (one.of, one.within) if name is not None))
        reads = units_function(attrs.evolve(program, inputs=known, populations=()), names)
        stages.append(_Stage(populations=populations, names=names, reads=reads))
        known += tuple(program.row_wise.inputs[len(known) : len(known) + len(populations)])
    return _Populate(tuple(stages))


@final
@attrs.frozen(kw_only=True)
class _Stage:
    """Populations of one place: what they read, and the function that computes it."""

    populations: tuple[Population, ...]
    names: tuple[str, ...]
    reads: UnitsFunction


@final
@attrs.frozen
class _Populate:
    """Run stage after stage; what one has found, the bindings of the next may read."""

    stages: tuple[_Stage, ...]

    def __call__(self, rows: Sequence[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
        known = list(rows)
        for stage in self.stages:
            read = [stage.reads(row) for row in known]
            columns = dict(zip(stage.names, zip(*read, strict=True), strict=True)) if read else {}
            standings: dict[tuple[str, str | None], list[_Standing | None]] = {}
            found: list[list[Value]] = []
            for population in stage.populations if read else ():
                key = (population.of, population.within)
                if key not in standings:
                    within = None if population.within is None else columns[population.within]
                    standings[key] = _standings(columns[population.of], within)
                values = columns[population.of]
                if population.kind in _SUMS:
                    _check_sums(population, values, standings[key])
                found.append(
                    [
                        None if standing is None else standing.says(population.kind, value)
                        for standing, value in zip(standings[key], values, strict=True)
                    ]
                )
            known = [row + more for row, more in zip(known, zip(*found, strict=True), strict=True)]
        return known


@final
@attrs.frozen(kw_only=True)
class _Standing:
    """A column in order: of each value, how many are smaller, how many different ones, and their sum."""

    #: How often each present value occurs.
    counts: Counter[int]
    count: int
    total: int
    least: int | None
    largest: int | None
    below: dict[int, tuple[int, int, int]]

    @staticmethod
    def of(values: Sequence[Value]) -> "_Standing":
        counts = Counter([int(value) for value in values if value is not None])
        order = sorted(counts)
        below: dict[int, tuple[int, int, int]] = {}
        count = total = 0
        for place, value in enumerate(order):
            below[value] = (count, place, total)
            count += counts[value]
            total += counts[value] * value
        least, largest = (order[0], order[-1]) if order else (None, None)
        return _Standing(counts=counts, count=count, total=total, least=least, largest=largest, below=below)

    def says(self, kind: PopulationKind, value: Value) -> Value:
        """Say how a record with a value stands."""
        match kind:
            case "count":
                return self.count
            case "total":
                return self.total
            case "least":
                return self.least
            case "largest":
                return self.largest
        if value is None:
            return None
        own = int(value)
        smaller, distinct, total = self.below[own]
        match kind:
            case "smaller":
                return smaller
            case "distinct_smaller":
                return distinct
            case "larger":
                return self.count - smaller - self.counts[own]
            case "distinct_larger":
                return len(self.below) - distinct - 1
            case "total_larger":
                return self.total - total - self.counts[own] * own
            case _:
                assert_never(kind)


def _standings(values: Sequence[Value], within: Sequence[Value] | None) -> list[_Standing | None]:
    """Return for each record the order of those that it is compared with; None where nothing says which they are."""
    if within is None:
        return [_Standing.of(values)] * len(values)
    groups: dict[Value, list[Value]] = {}
    for value, group in zip(values, within, strict=True):
        groups.setdefault(group, []).append(value)
    ordered = {group: _Standing.of(members) for group, members in groups.items() if group is not None}
    return [None if group is None else ordered[group] for group in within]


def _check_sums(population: Population, values: Sequence[Value], standings: Sequence[_Standing | None]) -> None:
    problems = [
        Problem(
            code="negative_value",
            path=f"[{place}].{population.of}",
            message="no share can be taken of a negative value",
            value=str(to_decimal(int(value), population.type.decimals)),
            hint=f"{population.path} adds these values up: leave the record out, or share max(0, {population.of})",
        )
        for place, value in enumerate(values)
        if value is not None and int(value) < 0
    ]
    totals = {standing.total for standing in standings if standing is not None}
    if not problems and max(totals, default=0) > population.type.high:
        message = "these values add up to more than shares can be taken of exactly"
        hint = f"fewer decimals in {population.path.removesuffix('.of')}, or in its values"
        total = str(to_decimal(max(totals), population.type.decimals))
        problems = [Problem(code="total_too_large", path=population.of, message=message, value=total, hint=hint)]
    if problems:
        raise InputError(problems[:_MAX_PROBLEMS])
