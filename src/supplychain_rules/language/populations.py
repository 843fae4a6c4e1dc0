"""Populations at speed: one pass over a sorted column says to every record how it stands among the others.

The meaning is that of `interpret_populations`, which compares every record with every other one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, groupby
from typing import Final, assert_never, final

import attrs

from supplychain_rules.errors import InputError, Problem
from supplychain_rules.language.entry import UnitsFunction, units_function
from supplychain_rules.language.limits import INTEGER_LIMIT
from supplychain_rules.language.program import MAX_RECORDS, Population, PopulationKind, Program
from supplychain_rules.language.types import NumberType, Value
from supplychain_rules.values.scaled import to_decimal

__all__ = [
    "OF_GROUP",
    "SUMS",
    "PopulationFunction",
    "negative_problem",
    "population_function",
    "population_type",
    "standings",
    "total_limit",
    "total_problem",
]

#: From the units of the inputs of every record to the same followed by those of the populations.
PopulationFunction = Callable[[Sequence[tuple[Value, ...]]], list[tuple[Value, ...]]]

#: Kinds that add values up.
SUMS: Final[frozenset[PopulationKind]] = frozenset(("total", "total_larger"))

#: Kinds that say the same to every record of a group, whether it has a value or not.
OF_GROUP: Final[frozenset[PopulationKind]] = frozenset(("count", "total", "least", "largest"))

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
    461145544565510
    """
    unit: int = 10**decimals
    return INTEGER_LIMIT // (2 * unit + 1)  # a rounded division doubles its dividend and adds the divisor


def population_function(program: Program) -> PopulationFunction:
    """Return the function that gives every record the values of the program's populations.

    The function raises an `InputError` where values to be added up are negative or too large, with the records named
    by their positions.
    """
    stages: list[_Stage] = []
    known, types = program.inputs, program.row_wise.inputs
    for (_, of, within), group in groupby(program.populations, key=lambda one: (one.place, one.of, one.within)):
        populations = tuple(group)
        names = (of, *within)
        reads = units_function(attrs.evolve(program, inputs=known, populations=()), names)
        stages.append(_Stage(populations=populations, reads=reads))
        known = types[: len(known) + len(populations)]
    return _Populate(tuple(stages))


def standings(counts: Mapping[int, int], kinds: Sequence[PopulationKind]) -> dict[Value, tuple[int | None, ...]]:
    """Return what populations say to a record of each value, and (under None) to one without a value.

    Args:
        counts: how many records have each value, of those that are compared.
        kinds: what to say.

    >>> standings({3: 2, 8: 1}, ("count", "larger", "total_larger"))
    {None: (3, None, None), 3: (3, 1, 8), 8: (3, 0, 0)}
    """
    return _Standing.of(counts).table(kinds)


def negative_problem(where: str, of: str, path: str, value: str, rows: str = "") -> Problem:
    """Return the problem of a negative value, of `of`, that the step at `path` adds up."""
    message = f"no share can be taken of a negative value{rows}"
    hint = f"{path} adds these values up: leave the record out, or share max(0, {of})"
    return Problem(code="negative_value", path=where, message=message, value=value, hint=hint)


def total_problem(of: str, path: str, value: str = "") -> Problem:
    """Return the problem of a total that is too large for the step at `path` to take shares of it."""
    message = "these values add up to more than shares can be taken of exactly"
    hint = f"{path} shares them: take fewer decimals there, or of the values"
    return Problem(code="total_too_large", path=of, message=message, value=value, hint=hint)


@final
@attrs.frozen(kw_only=True)
class _Stage:
    """Populations that compare the same values of the same records, and the function that computes those."""

    populations: tuple[Population, ...]
    #: The value, and the group of records that it is compared within where there is one.
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
            columns: dict[tuple[Value, ...], list[Value]] = {}
            for value, *group in read:
                columns.setdefault(tuple(group), []).append(value)
            kinds = [population.kind for population in stage.populations]
            tables = {group: _Standing.of(_counts(column)).table(kinds) for group, column in columns.items()}
            # What belongs to no group is compared with nothing.
            alone = [group for group in columns if None in group]
            tables |= {group: dict.fromkeys(columns[group], (None,) * len(kinds)) for group in alone}
            sums = [population for population in stage.populations if population.kind in SUMS]
            for population in sums:
                together = [column for group, column in columns.items() if None not in group]
                _check_sums(population, [value for value, *_ in read], together)
            known = [row + tables[tuple(group)][value] for row, (value, *group) in zip(known, read, strict=True)]
        return known


@final
@attrs.frozen(kw_only=True)
class _Standing:
    """The present values of a group in rising order, each once, with how often it occurs."""

    order: Sequence[int]
    counts: Mapping[int, int]
    #: Of each value in order, how many are smaller, and what those add up to.
    smaller: Sequence[int]
    total_smaller: Sequence[int]
    count: int
    total: int

    @staticmethod
    def of(counts: Mapping[int, int]) -> "_Standing":
        order = sorted(counts)
        smaller = [0, *accumulate([counts[value] for value in order])]
        totals = [0, *accumulate([counts[value] * value for value in order])]
        return _Standing(
            order=order,
            counts=counts,
            smaller=smaller[:-1],
            total_smaller=totals[:-1],
            count=smaller[-1],
            total=totals[-1],
        )

    def table(self, kinds: Sequence[PopulationKind]) -> dict[Value, tuple[int | None, ...]]:
        """Return what the kinds say to a record of each value, and of none."""
        columns = [self._column(kind) for kind in kinds]
        missing = tuple(column[-1] for column in columns)
        return {None: missing, **dict(zip(self.order, zip(*columns, strict=True), strict=False))}

    def _column(self, kind: PopulationKind) -> list[int | None]:
        """Return what a kind says to each value in order, and last to a record without one."""
        size = len(self.order) + 1
        pairs = zip(self.order, self.smaller, self.total_smaller, strict=True)
        match kind:
            case "count":
                return [self.count] * size
            case "total":
                return [self.total] * size
            case "least":
                return [self.order[0] if self.order else None] * size
            case "largest":
                return [self.order[-1] if self.order else None] * size
            case "smaller":
                return [*self.smaller, None]
            case "distinct_smaller":
                return [*range(len(self.order)), None]
            case "larger":
                return [*(self.count - smaller - self.counts[value] for value, smaller, _ in pairs), None]
            case "distinct_larger":
                return [*reversed(range(len(self.order))), None]
            case "total_larger":
                return [*(self.total - total - self.counts[value] * value for value, _, total in pairs), None]
            case _:
                assert_never(kind)


def _counts(values: Sequence[Value]) -> Mapping[int, int]:
    return Counter([int(value) for value in values if value is not None])


def _check_sums(population: Population, values: Sequence[Value], groups: Iterable[Sequence[Value]]) -> None:
    of, path, decimals = population.of, population.path, population.type.decimals
    problems = [
        negative_problem(f"[{place}].{of}", of, path, str(to_decimal(int(value), decimals)))
        for place, value in enumerate(values)
        if value is not None and int(value) < 0
    ]
    total = max((sum(int(value) for value in group if value is not None) for group in groups), default=0)
    if not problems and total > population.type.high:
        problems = [total_problem(of, path, str(to_decimal(total, decimals)))]
    if problems:
        raise InputError(problems[:_MAX_PROBLEMS])
