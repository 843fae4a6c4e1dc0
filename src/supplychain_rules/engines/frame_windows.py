"""Populations as window expressions of Polars, of a lazy frame that stays one.

A sum of 64 bits wraps there without a word. So values are added up as floats first, as `sql_populations` explains, and
where that sum is too large for 64 bits the exact one is never used.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any, assert_never, final

import attrs

from supplychain_rules.engines.codes import MISSING
from supplychain_rules.engines.frame_expressions import Emission
from supplychain_rules.engines.plan import Column, PlanPopulation
from supplychain_rules.engines.sql_populations import SAFE_TOTAL
from supplychain_rules.language.populations import OF_GROUP, SUMS

__all__ = ["Windows", "group_name", "masked_values", "value_name"]


def value_name(emission: Emission, of: str) -> str:
    """Return the name of the column of what is compared: null in a row that is left out."""
    return emission.name(f"{of}_compared")


def group_name(emission: Emission, within: str) -> str:
    """Return the name of the column of a group: null where it is missing."""
    return emission.name(f"{within}_group")


def masked_values(
    emission: Emission, populations: Iterable[PlanPopulation], bad: str | None, *, whole: bool = False
) -> list[Any]:
    """Return the columns of what is compared and of the groups, as expressions of the frame's library.

    Zero is added to a float because zero times a negative number is -0.0, which Arrow joins to no 0.0.

    Args:
        emission: how the plan is written.
        populations: those of a stage.
        bad: the column that is 0 in a row that takes part; None where all do.
        whole: whether numbers become whole numbers of 64 bits, which Polars sorts in two thirds of the time.
    """
    library = emission.library
    found: dict[str, Any] = {}
    for one in populations:
        value = _comparable(emission, emission.value(Column(one.of)), whole=whole)
        if bad is not None:
            value = library.when(library.col(bad) == 0).then(value)
        found[value_name(emission, one.of)] = value
        for name in one.within:
            held = emission.read(name)
            if name in emission.coding.columns:
                held = library.when(held != MISSING).then(held)
            elif not emission.is_text(name):
                held = _comparable(emission, held, whole=whole)
            found[group_name(emission, name)] = held
    return [value.alias(name) for name, value in found.items()]


def _comparable(emission: Emission, value: Any, *, whole: bool) -> Any:  # noqa: ANN401  an expression of the frame's library
    if not emission.floats:
        return value
    return value.cast(emission.library.Int64()) if whole else value + 0.0


@final
@attrs.frozen(kw_only=True)
class Windows:
    """The comparisons of a stage."""

    emission: Emission
    #: The column that is 0 in a row that takes part; None where all do.
    bad: str | None

    def added(self, frame: Any, populations: Sequence[PlanPopulation], too_large: str) -> Any:  # noqa: ANN401  a value of any library
        """Add the populations to a lazy frame of Polars, and whether a total is too large under that name."""
        sums = list({(one.of, one.within): one for one in populations if one.kind in SUMS}.values())
        largest = {(one.of, one.within): one for one in populations if one.kind == "total_larger"}
        frame = frame.with_columns(*masked_values(self.emission, populations, self.bad, whole=True))
        frame = frame.with_columns(*(self._float_total(one) for one in sums))
        frame = frame.with_columns(*(self._total(one) for one in sums), *(map(self._running, largest.values())))
        added = [self._here(one, self._said(one)).alias(self.emission.name(one.name)) for one in populations]
        checks = [self._is_too_large(one) for one in populations if one.limit is not None]
        if checks:
            added.append(reduce(or_, checks).any().alias(too_large))
        return frame.with_columns(*added)

    def _said(self, one: PlanPopulation) -> Any:  # noqa: ANN401  an expression of Polars
        """Return what a population says where it says anything."""
        x = self._value(one)
        match one.kind:
            case "count":
                return self._over(x.count(), one)
            case "least":
                return self._over(x.min(), one)
            case "largest":
                return self._over(x.max(), one)
            case "smaller" | "larger":
                return self._rank(x, "min", one)
            case "distinct_smaller" | "distinct_larger":
                return self._rank(x, "dense", one)
            case "total":
                return self._bounded(one, self._read("total", one))
            case "total_larger":
                # The running total rises with the values, so that the last of equal ones has the largest.
                reached = self._read("running", one).max().over(*self._groups(one), x)
                return self._bounded(one, self._read("total", one) - reached)
            case _:
                assert_never(one.kind)

    def _rank(self, x: Any, method: str, one: PlanPopulation) -> Any:  # noqa: ANN401  a value of any library
        rank = x.rank(method, descending=one.kind.endswith("larger"))
        return self._over(rank, one).cast(self.emission.library.Int64()) - 1

    def _here(self, one: PlanPopulation, said: Any) -> Any:  # noqa: ANN401  a value of any library
        """Return what is said as numbers are held, null in a row that is left out or in no group."""
        library = self.emission.library
        conditions = [~group.is_null() for group in self._groups(one)]
        if one.kind in OF_GROUP and self.bad is not None:
            conditions.append(library.col(self.bad) == 0)
        found = said.cast(self.emission.number_type)
        return library.when(reduce(and_, conditions)).then(found) if conditions else found

    def _over(self, said: Any, one: PlanPopulation) -> Any:  # noqa: ANN401  a value of any library
        groups = self._groups(one)
        return said.over(*groups) if groups else said

    def _groups(self, one: PlanPopulation) -> list[Any]:
        return [self.emission.library.col(group_name(self.emission, name)) for name in one.within]

    def _value(self, one: PlanPopulation) -> Any:  # noqa: ANN401  a value of any library
        return self.emission.library.col(value_name(self.emission, one.of))

    # Sums

    def _name(self, part: str, one: PlanPopulation) -> str:
        return self.emission.name("_".join((part, one.of, *one.within)))

    def _read(self, part: str, one: PlanPopulation) -> Any:  # noqa: ANN401  a value of any library
        return self.emission.library.col(self._name(part, one))

    def _float_total(self, one: PlanPopulation) -> Any:  # noqa: ANN401  a value of any library
        total = self._value(one).cast(self.emission.library.Float64()).sum()
        return self._over(total, one).alias(self._name("float", one))

    def _summand(self, one: PlanPopulation) -> Any:  # noqa: ANN401  a value of any library
        is_safe = self._read("float", one) < SAFE_TOTAL
        return self.emission.library.when(is_safe).then(self._value(one).cast(self.emission.library.Int64()))

    def _total(self, one: PlanPopulation) -> Any:  # noqa: ANN401  a value of any library
        return self._over(self._summand(one).sum(), one).alias(self._name("total", one))

    def _running(self, one: PlanPopulation) -> Any:  # noqa: ANN401  a value of any library
        running: Any = self._summand(one).cum_sum()
        return running.over(self._groups(one) or None, order_by=self._value(one)).alias(self._name("running", one))

    def _is_too_large(self, one: PlanPopulation) -> Any:  # noqa: ANN401  a value of any library
        over = (self._read("float", one) >= SAFE_TOTAL) | (self._read("total", one) > one.limit)
        return reduce(and_, [over, *(~group.is_null() for group in self._groups(one))])

    def _bounded(self, one: PlanPopulation, sum_: Any) -> Any:  # noqa: ANN401  a value of any library
        """Return a sum, and nothing where the rules cannot reckon with the total."""
        if one.limit is None:
            return sum_
        return self.emission.library.when(~self._is_too_large(one)).then(sum_)
