"""Populations as SQL: window functions over whole numbers, in queries between those of single rows.

What is compared stands in a column of its own, null in a row that is left out; a missing value comes last by a sort key
of its own, because not every dialect has NULLS LAST. The sum of strictly larger values is the running sum up to the
last equal value less the sum of the equal ones, which every dialect has; EXCLUDE GROUP only some have.

A sum of whole numbers may outgrow 64 bits, where one engine widens, one raises and one wraps. So the values are summed
as floats first, which is off by less than 2**-20 of the total for `MAX_RECORDS` of them: where that sum is below
`SAFE_TOTAL`, the exact one is below 2**63, and where it is not, it is beyond every total that shares can be taken of.
"""

from collections.abc import Mapping, Sequence
from typing import Final, assert_never, final

import attrs

from supplychain_rules.engines.chain import Item
from supplychain_rules.engines.dialects import Dialect
from supplychain_rules.engines.plan import Plan, PlanPopulation
from supplychain_rules.language.populations import OF_GROUP

__all__ = ["SAFE_TOTAL", "Windows"]

#: Where values that are added up as floats stay below this, a sum of 64 bits holds them; no share needs as much.
SAFE_TOTAL: Final = 4 * 10**18


@final
@attrs.frozen(kw_only=True)
class Windows:
    """The queries of a plan that compare rows."""

    dialect: Dialect
    plan: Plan
    #: The quoted names of the plan's columns.
    names: Mapping[str, str]

    @property
    def left_out(self) -> str:
        """The quoted name of the column that is 0 in a row that takes part, else how many problems the row has."""
        return self._own("_left_out" if self.plan.negatives else "_bad")

    @property
    def too_large(self) -> tuple[str, ...]:
        """The quoted names of the columns that are 1 in every row where a total is too large, else 0."""
        stages = [place for place, stage in enumerate(self.plan.stages) if _checked(stage.populations)]
        return tuple(self._own(f"_too_large_{place}") for place in stages)

    def queries(self, place: int) -> list[list[Item]]:
        """Write the queries that come after the columns of a stage."""
        populations = self.plan.stages[place].populations
        found = [] if place or not self.plan.negatives else [[self._leave_out()]]
        if not populations:
            return found
        before = {one.of for stage in self.plan.stages[:place] for one in stage.populations}
        values = dict.fromkeys(one.of for one in populations if one.of not in before)
        found.append([self._value(name) for name in values])
        checked = _checked(populations)
        if not checked:
            return [*found, [self._plain(one) for one in populations]]
        plain = [self._plain(one) for one in populations if one.limit is None]
        found.append([self._as_float(one) for one in checked])
        larger = [self._raw_larger(one) for one in populations if _is_larger_sum(one)]
        found.append([*plain, *(self._raw_total(one) for one in checked), *larger])
        sums = [self._sum(one) for one in populations if one.limit is not None]
        return [*found, [*sums, self._too_large(place, checked)]]

    def _own(self, name: str) -> str:
        return self.dialect.identifier(name)

    def _leave_out(self) -> Item:
        bad = self._own("_bad")
        columns = [self.names[negative.column] for negative in self.plan.negatives]
        test = " OR ".join(f"{column} < 0" for column in columns)
        text = f"CASE WHEN {bad} = 0 AND ({test}) THEN 1 ELSE {bad} END"
        return Item(text, self.left_out, frozenset((bad, *columns)))

    def _value(self, name: str) -> Item:
        text = f"CASE WHEN {self.left_out} = 0 THEN {self.names[name]} END"
        return Item(text, self._compared(name), frozenset((self.left_out, self.names[name])))

    def _compared(self, name: str) -> str:
        return self._own(f"_x_{name}")

    def _plain(self, one: PlanPopulation) -> Item:
        return Item(self._here(one, self._window(one)), self.names[one.name], self._reads(one))

    def _window(self, one: PlanPopulation) -> str:
        """Write what a population says where it says anything."""
        x, group = self._compared(one.of), self._group(one)
        match one.kind:
            case "count":
                return f"COUNT({x}) OVER ({group})"
            case "total":
                return f"COALESCE(SUM({x}) OVER ({group}), 0)"
            case "least":
                return f"MIN({x}) OVER ({group})"
            case "largest":
                return f"MAX({x}) OVER ({group})"
            case "smaller":
                return f"RANK() OVER ({self._ordered(one, 'ASC')}) - 1"
            case "larger":
                return f"RANK() OVER ({self._ordered(one, 'DESC')}) - 1"
            case "distinct_smaller":
                return f"DENSE_RANK() OVER ({self._ordered(one, 'ASC')}) - 1"
            case "distinct_larger":
                return f"DENSE_RANK() OVER ({self._ordered(one, 'DESC')}) - 1"
            case "total_larger":
                return self._larger_sum(one, x)
            case _:
                assert_never(one.kind)

    def _here(self, one: PlanPopulation, text: str) -> str:
        """Write a value as 64 bits, null in a row that is left out or in no group, or that lacks what is compared."""
        own = f"{self.left_out} = 0" if one.kind in OF_GROUP else f"{self._compared(one.of)} IS NOT NULL"
        conditions = [own, *(f"{self.names[name]} IS NOT NULL" for name in one.within)]
        wide = f"CAST({text} AS {self.dialect.integer})" if self.dialect.integer else text
        return f"CASE WHEN {' AND '.join(conditions)} THEN {wide} END"

    def _reads(self, one: PlanPopulation, *more: str) -> frozenset[str]:
        groups = (self.names[name] for name in one.within)
        return frozenset((self.left_out, self._compared(one.of), *groups, *more))

    def _group(self, one: PlanPopulation, *more: str) -> str:
        keys = [*(self.names[name] for name in one.within), *more]
        return f"PARTITION BY {', '.join(keys)}" if keys else ""

    def _ordered(self, one: PlanPopulation, way: str) -> str:
        x = self._compared(one.of)
        order = f"ORDER BY CASE WHEN {x} IS NULL THEN 1 ELSE 0 END, {x} {way}"
        return " ".join(filter(None, (self._group(one), order)))

    def _larger_sum(self, one: PlanPopulation, summand: str) -> str:
        running = f"{self._ordered(one, 'DESC')} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        equal = self._group(one, self._compared(one.of))
        return f"SUM({summand}) OVER ({running}) - SUM({summand}) OVER ({equal})"

    # Sums that may be too large

    def _as_float(self, one: PlanPopulation) -> Item:
        text = f"COALESCE(SUM(CAST({self._compared(one.of)} AS {self.dialect.double})) OVER ({self._group(one)}), 0)"
        return Item(text, self._float(one), self._reads(one))

    def _float(self, one: PlanPopulation) -> str:
        return self._own("_".join(("", "float", one.of, *one.within)))

    def _total(self, one: PlanPopulation) -> str:
        return self._own("_".join(("", "total", one.of, *one.within)))

    def _is_safe(self, one: PlanPopulation) -> str:
        return f"{self._float(one)} < {SAFE_TOTAL}"

    def _summand(self, one: PlanPopulation) -> str:
        return f"CASE WHEN {self._is_safe(one)} THEN {self._compared(one.of)} END"

    def _raw_total(self, one: PlanPopulation) -> Item:
        total = f"COALESCE(SUM({self._summand(one)}) OVER ({self._group(one)}), 0)"
        wide = f"CAST({total} AS {self.dialect.integer})" if self.dialect.integer else total
        text = f"CASE WHEN {self._is_safe(one)} THEN {wide} END"
        return Item(text, self._total(one), self._reads(one, self._float(one)))

    def _raw_larger(self, one: PlanPopulation) -> Item:
        text = self._here(one, self._larger_sum(one, self._summand(one)))
        return Item(text, self._raw(one), self._reads(one, self._float(one)))

    def _raw(self, one: PlanPopulation) -> str:
        return self._own(f"_raw_{one.name}")

    def _sum(self, one: PlanPopulation) -> Item:
        total = self._total(one)
        value = self._raw(one) if _is_larger_sum(one) else self._here(one, total)
        text = f"CASE WHEN {total} <= {one.limit} THEN {value} END"
        return Item(text, self.names[one.name], self._reads(one, total, value))

    def _too_large(self, place: int, checked: Sequence[PlanPopulation]) -> Item:
        tests: list[str] = []
        for one in checked:
            inside = "".join(f" AND {self.names[name]} IS NOT NULL" for name in one.within)
            tests.append(f"WHEN ({self._total(one)} IS NULL OR {self._total(one)} > {one.limit}){inside} THEN 1")
        text = f"MAX(CASE {' '.join(tests)} ELSE 0 END) OVER ()"
        reads = frozenset[str]().union(*(self._reads(one, self._total(one)) for one in checked))
        return Item(text, self._own(f"_too_large_{place}"), reads)


def _is_larger_sum(one: PlanPopulation) -> bool:
    return one.limit is not None and one.kind == "total_larger"


def _checked(populations: Sequence[PlanPopulation]) -> list[PlanPopulation]:
    """Return one of the checked sums for each column and group, that of the lowest limit."""
    found: dict[tuple[str, ...], PlanPopulation] = {}
    for one in populations:
        if one.limit is not None:
            key = (one.of, *one.within)
            known = found.get(key)
            if known is None or known.limit is None or one.limit < known.limit:
                found[key] = one
    return list(found.values())
