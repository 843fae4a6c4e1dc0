"""Populations on frames: whole columns compared, between the levels of a plan.

A frame of Polars stays one lazy query, of window expressions (`frame_windows`). A table of PyArrow and a frame of
pandas, which have no windows that agree, are grouped to their distinct values; the Python engine compares those, in
whole numbers of any size, and what it finds is joined to the rows again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import narwhals.stable.v2 as nw

from supplychain_rules.engines.frame_expressions import Emission
from supplychain_rules.engines.frame_windows import Windows, group_name, masked_values, value_name
from supplychain_rules.engines.plan import PlanPopulation
from supplychain_rules.errors import InputError
from supplychain_rules.language.populations import OF_GROUP, standings, total_problem
from supplychain_rules.language.types import Value

__all__ = ["too_large_of", "with_populations"]

#: The row's place, which joins of Arrow do not keep.
_PLACE: Final = "place"

#: How many rows have a value.
_COUNT: Final = "count"

#: What a comparison says to a row of each group and value; the value None stands for all rows of a group.
_Said = Mapping[tuple[Any, ...], Mapping[Value, Sequence[int | None]]]


def too_large_of(emission: Emission) -> dict[str, PlanPopulation]:
    """Return the names of the columns that say whether a total is too large, each with the first that may be so."""
    found: dict[str, PlanPopulation] = {}
    for one in emission.plan.populations:
        if one.limit is not None:
            found.setdefault(_too_large(emission, one.stage), one)
    return found


def with_populations(frame: Any, emission: Emission, at: int, bad: str | None) -> Any:  # noqa: ANN401
    """Add what the comparisons after a stage say, and whether a total is too large.

    Args:
        frame: a lazy frame of Polars, or an eager one of narwhals, with the columns of the stage.
        emission: how the plan is written.
        at: which stage.
        bad: the column that is 0 in a row that takes part; None where all do, and a total too large is an error.

    Raises:
        InputError: a total is too large, in an eager frame without `bad`.
    """
    populations = emission.plan.stages[at].populations
    if not populations:
        return frame
    if not isinstance(frame, nw.DataFrame):
        return Windows(emission=emission, bad=bad).added(frame, populations, _too_large(emission, at))
    rows = frame.with_columns(*masked_values(emission, populations, bad))
    added: list[nw.Series[Any]] = []
    are_too_large = False
    for group in dict.fromkeys((one.of, one.within) for one in populations):
        alike = [one for one in populations if (one.of, one.within) == group]
        comparison = _Comparison(rows, emission, alike, bad)
        over = comparison.too_large()
        if over is not None and bad is None:
            raise InputError([total_problem(over.source, over.path)])
        are_too_large = are_too_large or over is not None
        added += comparison.columns()
    frame = frame.with_columns(*added)
    if any(one.limit is not None for one in populations):
        frame = frame.with_columns(nw.lit(are_too_large).alias(_too_large(emission, at)))
    return frame


def _too_large(emission: Emission, at: int) -> str:
    return emission.name(f"too_large_{at}")


class _Comparison:
    """Populations over one column and one grouping, in an eager frame."""

    def __init__(
        self, rows: nw.DataFrame[Any], emission: Emission, populations: Sequence[PlanPopulation], bad: str | None
    ) -> None:
        self._emission = emission
        self._populations = populations
        self._groups = [group_name(emission, name) for name in populations[0].within]
        self._value = value_name(emission, populations[0].of)
        self._rows = rows.select(*self._groups, self._value, *([] if bad is None else [bad]))
        self._bad = bad
        self._totals: dict[tuple[Any, ...], int] = {}
        self._said = self._compare()

    def _compare(self) -> _Said:
        counts: dict[tuple[Any, ...], dict[int, int]] = {group: {} for group in self._present_groups()}
        keys = [*self._groups, self._value]
        distinct = self._rows.group_by(*keys, drop_null_keys=True).agg(nw.len().alias(_COUNT))
        for *group, value, count in zip(*(distinct[name].to_list() for name in (*keys, _COUNT)), strict=True):
            counts[tuple(group)][int(value)] = count
        kinds = [one.kind for one in self._populations]
        self._totals = {group: sum(value * count for value, count in own.items()) for group, own in counts.items()}
        return {group: standings(own, kinds) for group, own in counts.items()}

    def _present_groups(self) -> list[tuple[Any, ...]]:
        if not self._groups:
            return [()]
        present = self._rows.select(*self._groups).drop_nulls().unique()
        return list(zip(*(present[name].to_list() for name in self._groups), strict=True))

    def too_large(self) -> PlanPopulation | None:
        """Return the first population whose total is beyond its limit."""
        most = max(self._totals.values(), default=0)
        return next((one for one in self._populations if one.limit is not None and most > one.limit), None)

    def columns(self) -> list[nw.Series[Any]]:
        """Return what each population says, row by row."""
        found: list[nw.Series[Any]] = []
        rows = self._rows.with_row_index(_PLACE)
        for of_group in (True, False):
            asked = [at for at, one in enumerate(self._populations) if (one.kind in OF_GROUP) is of_group]
            if not asked:
                continue
            names = [self._emission.name(self._populations[at].name) for at in asked]
            keys = self._groups if of_group else [*self._groups, self._value]
            if keys:
                table = self._table(asked, keys, names, of_group=of_group)
                joined = rows.join(table, on=keys, how="left").sort(_PLACE)
            else:
                said = [None if self._is_over(self._populations[at], ()) else self._said[()][None][at] for at in asked]
                joined = rows.with_columns(
                    *(self._literal(units).alias(n) for n, units in zip(names, said, strict=True))
                )
            if of_group and self._bad is not None:
                fine = nw.col(self._bad) == 0
                joined = joined.with_columns(*(nw.when(fine).then(nw.col(name)).alias(name) for name in names))
            found += [joined[name] for name in names]
        return found

    def _table(self, asked: Sequence[int], keys: Sequence[str], names: Sequence[str], *, of_group: bool) -> Any:  # noqa: ANN401
        """Return a frame of each group (and value) with what the populations say to it."""
        data: dict[str, list[Any]] = {name: [] for name in (*keys, *names)}
        for group, said in self._said.items():
            rows = {None: said[None]} if of_group else {value: said[value] for value in said if value is not None}
            for name, part in zip(self._groups, group, strict=True):
                data[name] += [part] * len(rows)
            if not of_group:
                data[self._value] += rows
            columns = tuple(zip(*rows.values(), strict=True))
            for name, at in zip(names, asked, strict=True):
                if rows:
                    over = self._is_over(self._populations[at], group)
                    data[name] += [None] * len(rows) if over else columns[at]
        schema: dict[str, Any] = {name: self._rows.schema[name] for name in keys}
        schema |= dict.fromkeys(names, self._emission.number_type)
        return nw.from_dict(data, schema, backend=self._rows.implementation)

    def _literal(self, units: int | None) -> nw.Expr:
        if units is None:
            return nw.lit(None, dtype=self._emission.number_type)
        return self._emission.number(units)

    def _is_over(self, one: PlanPopulation, group: tuple[Any, ...]) -> bool:
        """Say whether the rules cannot reckon with the total of a group."""
        return one.limit is not None and self._totals[group] > one.limit
