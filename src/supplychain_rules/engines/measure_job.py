"""What measuring tables of facts comes to before anything runs: the tables, the tallies, the grouped queries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import final

import attrs

from supplychain_rules.engines.fact_rows import Facts
from supplychain_rules.engines.fact_tables import FactKind, FactTable, Sizes
from supplychain_rules.engines.measure_groups import Group, groups_of, mentions_of
from supplychain_rules.engines.measure_lowering import refusals, tallies_of
from supplychain_rules.engines.measure_values import Valued, no_quotient, values_of
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.counting import BUCKETS, By, Dimension
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.measuring import check_by, check_measures
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.period import Period, check_period

__all__ = ["Decimals", "MeasureJob", "detail_names", "measure_supports"]

#: Decimals of values, for all measures or by id.
Decimals = int | Mapping[str, int]

#: Most decimals of a value: nine, as of a number in the language of rules.
_MAX_DECIMALS = 9


def measure_supports(measure: Measure, *, values: bool = True) -> tuple[str, ...]:
    """Return why frames and SQL cannot compute a measure, choice by choice; empty where they can.

    Args:
        measure: the definition.
        values: whether the engine has to work out the values, as `measure_frame` and `measures_to_sql` do; else it
            only sums, as for `measurements_of`.

    >>> from supplychain_rules.measures import HalfLife, PriceIndex, Spend
    >>> measure_supports(Spend(id="spend", decay=HalfLife(90)))
    ('decay',)
    >>> measure_supports(PriceIndex(id="index")), measure_supports(PriceIndex(id="index"), values=False)
    (('reference_decimals=None',), ())
    """
    found = refusals(measure)
    more = no_quotient(measure) if values and not found else ""
    return (*found, more) if more else found


@final
@attrs.frozen(kw_only=True)
class MeasureJob:
    """Measures, and the grouped queries that they come to."""

    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...]
    period: Period
    groups: tuple[Group, ...]
    #: Whom the facts mention, by dimension, where the groups do not say it.
    mentions: Mapping[Dimension, tuple[Group, ...]]
    counts_bad: bool

    @staticmethod
    def of(  # noqa: PLR0913  what measuring is asked for
        measures: Iterable[Measure],
        tables: Mapping[FactKind, FactTable],
        *,
        by: By,
        period: Period,
        as_of: date,
        sizes: Sizes,
        counts_bad: bool,
        values: bool,
    ) -> "MeasureJob":
        """Work out the queries.

        Raises:
            InvalidValueError: an argument does not fit, or a measure that tables cannot compute.
        """
        definitions = check_measures(measures)
        check_period(period)
        dimensions = check_by(by)
        check_day("as_of", as_of)
        if not definitions:
            raise InvalidValueError("no measure", hint="give at least one definition")
        for definition in definitions:
            reasons = measure_supports(definition, values=values)
            if reasons:
                hint = "measurements_of can" if not measure_supports(definition, values=False) else "measure a ledger"
                raise InvalidValueError(
                    f"measure {definition.id!r} is more than a query can say", "; ".join(reasons), hint=hint
                )
        facts = Facts(tables, as_of, counts_bad=counts_bad)
        tallies = [tallies_of(definition, facts) for definition in definitions]
        groups = groups_of(tallies, dimensions, period, rows=sizes.rows, counts_bad=counts_bad)
        return MeasureJob(
            measures=definitions,
            by=dimensions,
            period=period,
            groups=groups,
            mentions=_mentions(definitions, facts, dimensions, groups, sizes.rows, counts_bad=counts_bad),
            counts_bad=counts_bad,
        )

    def valued(self, decimals: Decimals, *, detail: bool, problems: str) -> Valued:
        """Return the values of the measures by key.

        Raises:
            InvalidValueError: decimals that a value cannot have, or two columns of one name.
        """
        names = [name for name in self.by if name != "total"] + [problems]
        for measure in self.measures:
            names += [measure.id, *(detail_names(measure) if detail else ())]
        folded = [name.casefold() for name in names]
        for name in names:
            if folded.count(name.casefold()) > 1:
                raise InvalidValueError("two columns would have one name", name, hint="give the measure another id")
        places = [decimals.get(m.id, 6) if isinstance(decimals, Mapping) else decimals for m in self.measures]
        for place in places:
            if isinstance(place, bool) or not 0 <= place <= _MAX_DECIMALS:
                raise InvalidValueError(f"decimals must be a whole number from 0 to {_MAX_DECIMALS}", place)
        mentions = self.mentions.get(self.by[0], ()) if len(self.by) == 1 else ()
        return values_of(self.measures, self.groups, mentions, self.by, places)


def detail_names(measure: Measure) -> tuple[str, str, str]:
    """Return the columns of what a value is made of."""
    return f"{measure.id}_numerator", f"{measure.id}_denominator", f"{measure.id}_evidence"


def _mentions(  # noqa: PLR0913  each says who is mentioned where
    measures: Sequence[Measure],
    facts: Facts,
    by: Sequence[Dimension],
    groups: Sequence[Group],
    rows: int,
    *,
    counts_bad: bool,
) -> dict[Dimension, tuple[Group, ...]]:
    subjects = [name for name in by if name not in BUCKETS]
    parties: tuple[Dimension, ...] = ("supplier", "customer")
    wanted = [name for name in parties if subjects == [name]]
    if any(measure.scope.supplier_categories for measure in measures) and "supplier" not in by:
        wanted.append("supplier")
    said = {kind for group in groups if not group.parts for kind in group.kinds} if len(by) == 1 else set()
    return {
        name: tuple(
            group
            for group in mentions_of(facts, name, rows=rows, counts_bad=counts_bad)
            if [name] != list(by) or not said.issuperset(group.kinds)
        )
        for name in wanted
    }
