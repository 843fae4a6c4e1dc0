"""The cost of poor quality: each amount once, alone, against spend, or as a part of all costs of quality."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import exact_quantity
from supplychain_rules.facts.quality import QUALITY_COST_KINDS, Claim, QualityCost, QualityCostKind
from supplychain_rules.measures.claim_filter import AnyClaim, ClaimFilter, admission
from supplychain_rules.measures.costs import (
    all_costs,
    all_spend,
    claim_cost_rows,
    cost_part,
    currency_of,
    no_known_cost,
    spend_below,
)
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    Row,
    RowsOf,
    Table,
    left_out_note,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import (
    decay_field,
    id_field,
    is_boolean,
    label_field,
    minimum_evidence_field,
    one_of,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.measures.spend import SpendBasis
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money

__all__ = ["COST_OF_POOR_QUALITY", "CostBase", "CostOfPoorQuality", "expected_event_cost"]

#: What costs are divided by: spend on one of its bases, or all costs of quality of every kind.
CostBase = Literal[SpendBasis, "quality_costs"]

#: The kinds that poor quality costs; the others are the price of good quality.
_FAILURES: Final[frozenset[QualityCostKind]] = frozenset({"internal_failure", "external_failure"})


def _kinds(values: Iterable[QualityCostKind]) -> frozenset[QualityCostKind]:
    if isinstance(values, str):  # a text is a collection of letters, which nobody means
        raise InvalidValueError("CostOfPoorQuality.kinds must be a collection", values, hint=f"write ({values!r},)")
    kinds = frozenset(values)
    unknown = sorted(str(kind) for kind in kinds if kind not in QUALITY_COST_KINDS)
    if unknown or not kinds:
        hint = f"expected some of {', '.join(QUALITY_COST_KINDS)}"
        raise InvalidValueError("CostOfPoorQuality.kinds is unknown", unknown[0] if unknown else (), hint=hint)
    return kinds


@final
@attrs.frozen(kw_only=True)
class CostOfPoorQuality:
    """What quality of the chosen kinds cost in the period: quality costs and claims, each amount once.

    A quality cost that names a claim whose own cost counts here is part of that claim and does not count again; it
    counts where the claim's cost is not known or the claim does not count. Claims that were found unjustified do not
    count. The cost of a claim belongs to the day on which the claim was opened.

    - Alone (`relative_to=None`) it is an amount in its one currency; the evidence is the number of amounts, and without
      any there is no data.
    - Relative to spend it is cost / spend, or with `add_spend` (spend + cost) / spend, the supplier performance index
      or cost ratio: 1 is perfect, and a price can be multiplied by it. The evidence is that of the spend.
    - Relative to `quality_costs` it is the share of the chosen kinds in all costs of quality. The shares of prevention,
      appraisal and failure add up to 1: the prevention-appraisal-failure split.

    Raises:
        InvalidValueError: a choice that does not exist, no kind, or `add_spend` without spend; at measuring, amounts
            in more than one currency.

    Source: A. V. Feigenbaum, Total quality control, Harvard Business Review 34 (1956), for the kinds.

    >>> sorted(CostOfPoorQuality(id="copq").kinds)
    ['external_failure', 'internal_failure']
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: The kinds of cost that count, by default those of failure.
    kinds: frozenset[QualityCostKind] = attrs.field(default=_FAILURES, converter=_kinds)
    #: The kind that the cost of a claim on a supplier is; `None` leaves claims out. What a supplier's fault costs
    #: before the goods reach a customer is an internal failure.
    claims_as: QualityCostKind | None = attrs.field(
        default="internal_failure", validator=attrs.validators.optional(one_of(*QUALITY_COST_KINDS))
    )
    #: What the cost is divided by; `None` for an amount of money.
    relative_to: CostBase | None = attrs.field(
        default=None, validator=attrs.validators.optional(one_of(*get_args(SpendBasis), "quality_costs"))
    )
    #: Whether spend is added to the cost before it is divided by spend.
    add_spend: bool = attrs.field(default=False, validator=is_boolean)
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest amounts, or facts of spend, for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        if self.add_spend and self.relative_to in (None, "quality_costs"):
            hint = f"set relative_to to one of {', '.join(get_args(SpendBasis))}"
            raise InvalidValueError("CostOfPoorQuality.add_spend has no effect without spend", True, hint=hint)  # noqa: FBT003


def expected_event_cost(
    *, hours: Decimal | int | str, hourly_rate: Money, rate: Decimal | int | str, volume: Decimal | int | str
) -> Money:
    """Return what an event is expected to cost: hours per event x hourly rate x how often it happens x volume.

    Nothing is rounded. The result may become the `amount` of a `QualityCost`.

    Args:
        hours: working hours that one event takes.
        hourly_rate: what an hour costs.
        rate: the share of the volume that the event happens to, from 0 to 1; 1 % is "0.01".
        volume: how many orders, invoices or units there are.

    Raises:
        InvalidValueError: a negative number, a rate above 1, a float, or no money.

    >>> expected_event_cost(hours=3, hourly_rate=Money("30", "USD"), rate="0.01", volume=104)
    Money('93.60', 'USD')
    """
    if not isinstance(hourly_rate, Money):
        raise InvalidValueError("hourly_rate must be money", hourly_rate, hint="write Money('30', 'USD')")
    factors = {name: exact_quantity(value) for name, value in (("hours", hours), ("rate", rate), ("volume", volume))}
    for name, value in factors.items():
        if value < 0:
            raise InvalidValueError(f"{name} is negative", value)
    if factors["rate"] > 1:
        raise InvalidValueError("rate must be a share from 0 to 1", factors["rate"], hint="1 % is '0.01'")
    return hourly_rate * factors["hours"] * factors["rate"] * factors["volume"]


#: All claims but those found unjustified.
_CLAIMS: Final = ClaimFilter()


def _rows(measure: CostOfPoorQuality, index: FactIndex, _as_of: date) -> RowsOf:
    splits, claims_as = measure.relative_to == "quality_costs", measure.claims_as
    claims, costs_of = index.table(Claim), index.by(QualityCost, "claim")
    admits, claim_rows = admission(_CLAIMS), claim_cost_rows(_CLAIMS)
    claims_count = claims_as in measure.kinds

    def is_in_a_claim(cost: QualityCost) -> bool:
        claim = claims.get(cost.claim) if cost.claim is not None and claims_as is not None else None
        return claim is not None and claim.cost is not None and admits(claim) is True

    def incurred(cost: QualityCost) -> Sequence[Row]:
        counts = cost.kind in measure.kinds
        if not (counts or splits) or is_in_a_claim(cost):
            return ()
        amount = cost.amount.amount
        return (
            (
                cost,
                cost.incurred_on,
                cost_part(cost.amount.currency),
                amount if counts else 0,
                amount if splits else 0,
                1,
            ),
        )

    def claimed(found: AnyClaim) -> Sequence[Row]:
        if found.cost is None and found.id in costs_of:  # known by its parts
            return ()
        rows = claim_rows(found)
        if not splits or found.cost is None:
            return rows
        return [
            (owner, day, part, amount if claims_count else 0, amount, evidence)
            for owner, day, part, amount, _, evidence in rows
        ]

    tables: dict[Table, Callable[[Any], Sequence[Row]]] = {QualityCost: incurred}
    if claims_as is not None and (splits or claims_count):
        tables[Claim] = claimed
    if measure.relative_to is not None and measure.relative_to != "quality_costs":
        tables.update(spend_below(measure.relative_to, index))
    return tables


def _figure(measure: CostOfPoorQuality, everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    currency = currency_of(measure.id, everything)

    def figure(_key: Key, cells: Cells) -> Figure:
        costs, spend = all_costs(cells), all_spend(cells)
        numerator, denominator, evidence = fraction(costs.numerator), Fraction(1), costs.evidence
        if measure.relative_to == "quality_costs":
            denominator = fraction(costs.denominator)
        elif measure.relative_to is not None:
            denominator, evidence = fraction(spend.denominator), spend.evidence
            numerator += denominator if measure.add_spend else 0
        return Figure(
            numerator=numerator,
            denominator=denominator,
            evidence=evidence,
            unit=currency if measure.relative_to is None else "",
            why_not=no_known_cost(_CLAIMS, cells),
            note=left_out_note(cells),
        )

    return figure


#: How the cost of poor quality counts.
COST_OF_POOR_QUALITY: Final = Counting(
    rows=_rows, figure=_figure, nothing="no cost of quality, or no spend, in the period"
)
