"""Claims on suppliers and complaints of customers: how often, at what cost, and as a score of SAP's kind.

A claim belongs to the day on which it was opened, what it is measured against to the day of its order, receipt or
invoice: in a short period the two may be about different goods.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures.claim_filter import (
    AnyClaim,
    ClaimFilter,
    admission,
    claim_filter_field,
    claim_table,
)
from supplychain_rules.measures.costs import (
    all_costs,
    all_spend,
    claim_cost_rows,
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
    LeftOut,
    Row,
    RowsOf,
    left_out_note,
    ratio,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import (
    MAX_COUNT,
    decay_field,
    id_field,
    label_field,
    minimum_evidence_field,
    one_of,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.received import no_received_quantity, received_quantity
from supplychain_rules.measures.scope import Scope
from supplychain_rules.measures.spend import SpendBasis
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import exact_fraction

__all__ = ["CLAIM_COST", "CLAIM_RATE", "COMPLAINT_SCORE", "ClaimCost", "ClaimRate", "ClaimsPer", "ComplaintScore"]

#: What claims are counted against: order lines ordered, receipts, or the quantity received.
ClaimsPer = Literal["order_line", "receipt", "quantity"]


@final
@attrs.frozen(kw_only=True)
class ClaimRate:
    """Claims opened in the period / order lines ordered, or receipts received, in it.

    By `quantity` it is the quantity claimed / the quantity received; claims whose quantity is not known are left out
    and noted, and where none is known there is no data. Cancelled lines do not count; a receipt of the wrong item
    counts as a receipt, but not in the quantity.

    The value is no share of trials: one line may have several claims. The evidence is the number of lines or receipts:
    a supplier from whom much came and nothing was claimed has the value zero, one from whom nothing came has none.

    Raises:
        InvalidValueError: a choice that does not exist.

    >>> ClaimRate(id="claims", per="receipt", claims=ClaimFilter(kinds=["quality"], verdict="justified")).per
    'receipt'
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: Which claims, or complaints, count.
    claims: ClaimFilter = claim_filter_field()
    per: ClaimsPer = attrs.field(default="order_line", validator=one_of(*get_args(ClaimsPer)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest lines or receipts for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()


@final
@attrs.frozen(kw_only=True)
class ClaimCost:
    """What the claims that were opened in the period have cost so far, in their one currency, or as a share of spend.

    Claims whose cost is not known are left out and noted; where none is known there is no data. Alone, the evidence is
    the number of claims with a known cost, and without a claim there is no data: whether claims are recorded at all,
    an empty list does not say. Relative to spend, the evidence is that of the spend, and no claim is a cost of zero.

    Raises:
        InvalidValueError: a choice that does not exist; at measuring, amounts in more than one currency.

    >>> ClaimCost(id="claim_cost_share", relative_to_spend="received").claims.verdict
    'open_or_justified'
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: Which claims, or complaints, count.
    claims: ClaimFilter = claim_filter_field()
    #: Which spend the cost is divided by; `None` for an amount of money.
    relative_to_spend: SpendBasis | None = attrs.field(
        default=None, validator=attrs.validators.optional(one_of(*get_args(SpendBasis)))
    )
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest claims, or facts of spend, for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()


def _tolerated_share(value: object) -> Fraction:
    if isinstance(value, str) and "%" in value:
        hint = "10 % is '0.1', and 0.1 % is '0.001'"
        raise InvalidValueError("ComplaintScore.tolerated_share is a share, not a percentage", value, hint=hint)
    return exact_fraction(value)


def _is_tolerated(_score: object, _field: object, value: Fraction) -> None:
    if not 0 < value <= 1:
        place = "ComplaintScore.tolerated_share"
        raise InvalidValueError(f"{place} must be above 0 and at most 1", value, hint="10 % is '0.1'")


def _is_optional_price(_score: object, _field: "attrs.Attribute[Any]", value: object) -> None:
    if value is not None and not (isinstance(value, Money) and value.amount > 0):
        hint = "write Money('500', 'EUR'), or leave it out for the claims' own costs"
        raise InvalidValueError("ComplaintScore.cost_per_claim must be money above zero", value, hint=hint)


@final
@attrs.frozen(kw_only=True)
class ComplaintScore:
    """The score of a supplier's complaints as SAP's quality management computes it.

    score = lowest + (highest - lowest) x (1 - cost / (tolerated_share x spend)), and `lowest` where the cost of the
    claims exceeds the tolerated share of spend. The cost is the number of claims x `cost_per_claim`, or, without one,
    what the claims really cost (those of unknown cost are left out and noted).

    The tolerated share is an exact share, because SAP's help calls 0.1 "0.1 percent" where it counts as a tenth. The
    score scarcely moves for a large supplier and falls to `lowest` with the first claim on a small one. The evidence
    is that of the spend.

    Source: SAP customizing activity OLQL_LIBE, QSc = QScmin + (QScmax - QScmin) x (1 - N x K / (F x U)).

    Raises:
        InvalidValueError: a share outside 0..1, a percentage, a scale that does not rise, a cost that is not above
            zero; at measuring, amounts in more than one currency.

    >>> ComplaintScore(id="complaints", tolerated_share="0.1", cost_per_claim=Money("500", "USD")).highest
    Fraction(100, 1)
    >>> ComplaintScore(id="complaints", tolerated_share="10")
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: ...must be above 0 and at most 1: Fraction(10, 1); 10 % is '0.1'
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: Which claims, or complaints, count.
    claims: ClaimFilter = claim_filter_field()
    #: The share of spend that claims may cost, above 0 and at most 1; at it the score is `lowest`.
    tolerated_share: Fraction = attrs.field(converter=_tolerated_share, validator=_is_tolerated)
    #: What a claim is taken to cost; `None` for what each really cost.
    cost_per_claim: Money | None = attrs.field(default=None, validator=_is_optional_price)
    #: Which spend the cost is measured against.
    spend: SpendBasis = attrs.field(default="ordered", validator=one_of(*get_args(SpendBasis)))
    #: The score of costs at or beyond what is tolerated.
    lowest: Fraction = attrs.field(default=Fraction(1), converter=exact_fraction)
    #: The score without any cost.
    highest: Fraction = attrs.field(default=Fraction(100), converter=exact_fraction)
    scope: Scope = scope_field()
    #: Fewest facts of spend for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse a scale that does not rise."""
        if not 0 <= self.lowest < self.highest <= MAX_COUNT:
            place = "ComplaintScore.lowest and highest"
            raise InvalidValueError(f"{place} must rise within 0..{MAX_COUNT}", f"{self.lowest} to {self.highest}")


def _claim_rate_rows(measure: ClaimRate, index: FactIndex, _as_of: date) -> RowsOf:
    admits, by_quantity = admission(measure.claims), measure.per == "quantity"
    lines = index.table(OrderLine)
    unknown = _without_quantity(measure)

    def claimed(found: AnyClaim) -> Sequence[Row]:
        verdict = admits(found)
        if verdict is False:
            return ()
        if verdict is not True:
            return ((found, found.opened_on, verdict, 1, 0, 0),)
        if not by_quantity:
            return ((found, found.opened_on, "", 1, 0, 0),)
        if found.quantity is None:
            return ((found, found.opened_on, unknown, 1, 0, 0),)
        return ((found, found.opened_on, "", found.quantity, 0, 0),)

    def ordered(line: OrderLine) -> Sequence[Row]:
        return ((line, line.ordered_on, "", 0, 1, 1),) if line.quantity else ()

    def received(receipt: Receipt) -> Sequence[Row]:
        line = lines.get(receipt.order_line)
        return ((line, receipt.received_on, "", 0, 1, 1),) if line is not None and receipt.quantity else ()

    table = claim_table(measure.claims)
    match measure.per:
        case "order_line":
            return {table: claimed, OrderLine: ordered}
        case "receipt":
            return {table: claimed, Receipt: received}
        case "quantity":
            return {table: claimed, Receipt: received_quantity(index, evidence=1)}


def _without_quantity(measure: ClaimRate) -> LeftOut:
    return LeftOut(f"{measure.claims.source} without a quantity left out")


def _claim_rate_figure(measure: ClaimRate, _everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    unknown = _without_quantity(measure)

    def figure(_key: Key, cells: Cells) -> Figure:
        found = ratio(cells)
        if measure.per != "quantity":
            return found
        why_not = no_received_quantity(cells)
        if not why_not and unknown in cells and "" not in cells:
            why_not = f"none of the {measure.claims.source} says its quantity"
        return attrs.evolve(found, why_not=why_not)

    return figure


def _claim_cost_rows(measure: ClaimCost, index: FactIndex, _as_of: date) -> RowsOf:
    spend = spend_below(measure.relative_to_spend, index) if measure.relative_to_spend is not None else {}
    return {claim_table(measure.claims): claim_cost_rows(measure.claims), **spend}


def _claim_cost_figure(measure: ClaimCost, everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    currency = currency_of(measure.id, everything)
    relative = measure.relative_to_spend is not None

    def figure(_key: Key, cells: Cells) -> Figure:
        costs, spend = all_costs(cells), all_spend(cells)
        return Figure(
            numerator=fraction(costs.numerator),
            denominator=fraction(spend.denominator) if relative else Fraction(1),
            evidence=spend.evidence if relative else costs.evidence,
            unit="" if relative else currency,
            why_not=no_known_cost(measure.claims, cells),
            note=left_out_note(cells),
        )

    return figure


def _score_rows(measure: ComplaintScore, index: FactIndex, _as_of: date) -> RowsOf:
    claims = claim_cost_rows(measure.claims, measure.cost_per_claim)
    return {claim_table(measure.claims): claims, **spend_below(measure.spend, index)}


def _score_figure(measure: ComplaintScore, everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    currency_of(measure.id, everything)
    span = measure.highest - measure.lowest

    def figure(_key: Key, cells: Cells) -> Figure:
        spend = all_spend(cells)
        tolerated = measure.tolerated_share * fraction(spend.denominator)
        why_not = no_known_cost(measure.claims, cells)
        if not tolerated:
            return Figure(numerator=tolerated, denominator=tolerated, evidence=spend.evidence, why_not=why_not)
        kept = max(Fraction(0), 1 - fraction(all_costs(cells).numerator) / tolerated)
        return Figure(
            numerator=measure.lowest + span * kept,
            denominator=Fraction(1),
            evidence=spend.evidence,
            why_not=why_not,
            note=left_out_note(cells),
        )

    return figure


#: How claims are counted.
CLAIM_RATE: Final = Counting(
    rows=_claim_rate_rows, figure=_claim_rate_figure, nothing="nothing was ordered or received in the period"
)

#: How the cost of claims counts.
CLAIM_COST: Final = Counting(
    rows=_claim_cost_rows, figure=_claim_cost_figure, nothing="no claim with a known cost, or no spend, in the period"
)

#: How the score of complaints counts.
COMPLAINT_SCORE: Final = Counting(rows=_score_rows, figure=_score_figure, nothing="no spend in the period")
