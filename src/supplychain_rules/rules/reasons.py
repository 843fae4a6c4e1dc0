"""Reasons: what an explanation holds for each step, as data that adds up exactly.

A reason says what was read, what was decided and why, and what was missing. Numbers are exact
`Decimal`, a missing value is None; how it is said to people is for `explain_text` and `explain_html`.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, final

import attrs

from supplychain_rules.rules.gate import GateOutcome
from supplychain_rules.rules.quantile import Better, QuantileTies
from supplychain_rules.rules.rank import RankOrder, RankTies
from supplychain_rules.rules.scorecard import Tagged
from supplychain_rules.values.label import Label

__all__ = [
    "Cause",
    "CheckReason",
    "CriterionReason",
    "CriterionState",
    "FormulaReason",
    "GateReason",
    "LadderReason",
    "QuantileReason",
    "RankReason",
    "Reading",
    "RowReason",
    "ScorecardReason",
    "ShareReason",
    "Standing",
    "StepReason",
    "TableReason",
]

#: What happened to a criterion: its data counted, or why and how not.
CriterionState = Literal["present", "reweighted", "null", "worst", "neutral", "not_applicable"]


@final
@attrs.frozen(kw_only=True)
class Reading:
    """A value that a step read: its name and label, and the value (None is missing)."""

    name: str
    label: Label | None
    value: Any


@final
@attrs.frozen(kw_only=True)
class Cause:
    """Why something is missing or unknown: a value that it needs is missing, or a divisor is zero."""

    kind: Literal["missing", "zero_divisor"]
    #: The name of the value, or the divisor as a formula.
    of: str
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class FormulaReason:
    """A formula, what it read, and what came out."""

    id: str
    label: Label | None
    formula: str
    #: The result is rounded half up to this many places; None keeps those of the operands.
    decimals: int | None
    reads: tuple[Reading, ...]
    value: Any
    #: What made the value missing, where it is.
    causes: tuple[Cause, ...] = ()


@final
@attrs.frozen(kw_only=True)
class CheckReason:
    """A check: its condition, whether it holds (None: unknown), and what followed."""

    id: str
    reason: Label | None
    condition: str
    reads: tuple[Reading, ...]
    holds: bool | None
    effect: GateOutcome
    #: What made the condition unknown, where it is.
    causes: tuple[Cause, ...] = ()


@final
@attrs.frozen(kw_only=True)
class GateReason:
    """A gate's checks and outcome."""

    id: str
    label: Label | None
    checks: tuple[CheckReason, ...]
    outcome: str


@final
@attrs.frozen(kw_only=True)
class CriterionReason:
    """A criterion: raw value, score, share of the weight, contribution (None where it has none)."""

    id: str
    label: Label | None
    reading: Reading
    state: CriterionState
    #: The score that counted, a substitute included; None where none did.
    score: Decimal | None
    #: The weight as written, and its share of the weights that apply, to 4 decimals.
    weight: Fraction
    share: Decimal
    #: Its share of the weights that counted: what reweighting leaves. None where it did not count.
    counted_share: Decimal | None
    #: What it adds to the score; None where it did not count, and where there is no score.
    contribution: Decimal | None
    #: How the value becomes a score; None where it is one.
    value_function: Tagged | None
    #: The condition under which it applies, as a formula, and whether that holds (None: unknown, so it applies).
    applies_when: str | None = None
    applies: bool | None = True
    #: The least and the largest value of all records, where the scale is taken from them; both None where none has one.
    peers: tuple[Decimal | None, Decimal | None] | None = None


@final
@attrs.frozen(kw_only=True)
class ScorecardReason:
    """A scorecard: contributions plus `remainder` are the score, exactly."""

    id: str
    label: Label | None
    method: str
    criteria: tuple[CriterionReason, ...]
    remainder_label: Label
    #: None where there is no score, or the method does not say what each criterion adds.
    remainder: Decimal | None
    score: Decimal | None
    coverage: Decimal | None
    min_coverage: Decimal
    low: Decimal | None
    high: Decimal | None
    #: The criteria whose missing values made the score missing, because their rule is `null`.
    missing_because: tuple[str, ...]
    #: The score is missing because the coverage, compared exactly, is below `min_coverage`.
    coverage_too_low: bool


@final
@attrs.frozen(kw_only=True)
class LadderReason:
    """A ladder: the number, its band and the band's edges; with hysteresis, also what that changed.

    `low` and `high` are the edges between which the number lies, by the thresholds as they stand. Without
    hysteresis they are those of `band`.
    """

    id: str
    label: Label | None
    reading: Reading
    band: str | None
    band_label: Label | None
    #: The band by the thresholds as they stand; None where the number is missing.
    by_thresholds: str | None
    low: Decimal | None
    high: Decimal | None
    #: The edge that belongs to the band is the lower one (`from`) or the upper one (`to`).
    closed: Literal["low", "high"]
    #: The ladder has a rule against flickering, and what follows says what it did.
    hysteresis: bool = False
    previous: str | None = None
    #: The band by the thresholds moved by `margin` against a change, and its edges then.
    indicated: str | None = None
    indicated_low: Decimal | None = None
    indicated_high: Decimal | None = None
    #: How far the thresholds were moved; 0 without a previous band in the order.
    margin: Decimal = Decimal(0)
    #: How many evaluations running have indicated a change that is held back: below zero to a worse band.
    held: int = 0
    #: How many are needed before it takes effect; None where nothing is held back.
    periods: int | None = None


@final
@attrs.frozen(kw_only=True)
class RowReason:
    """A row that was tried: whether it hit, and if not the first cell that failed and what it saw."""

    id: str
    label: Label | None
    hits: bool
    column: str | None = None
    column_label: Label | None = None
    cell: str | None = None
    seen: Any = None
    #: The cell was neither true nor false, because the value is missing.
    unknown: bool = False


@final
@attrs.frozen(kw_only=True)
class TableReason:
    """A table: the rows tried in order, those that hit, and the outputs."""

    id: str
    label: Label | None
    hit: str
    reads: tuple[Reading, ...]
    rows: tuple[RowReason, ...]
    #: The row whose outputs were taken; None where no row hit, or where all that hit are collected.
    decided_by: str | None
    #: No row hit, so `otherwise` (or missing) applies.
    otherwise: bool
    #: The rule set says what applies where no row hits.
    has_otherwise: bool
    outputs: tuple[Reading, ...]


@final
@attrs.frozen(kw_only=True)
class Standing:
    """How a value stands among those of all records: how many are present, and how its own compares with them."""

    #: Records that have a value; None where it is missing which ones to compare with.
    count: int | None
    #: Of them, those whose value is better, as good (its own among them) and worse; None where its own is missing.
    better: int | None
    equal: int | None
    worse: int | None


@final
@attrs.frozen(kw_only=True)
class RankReason:
    """A place among all records: missing where the value is."""

    id: str
    label: Label | None
    reading: Reading
    order: RankOrder
    ties: RankTies
    #: The value in which the records that are compared agree; None where all are.
    within: Reading | None
    standing: Standing
    place: Decimal | None


@final
@attrs.frozen(kw_only=True)
class QuantileReason:
    """A class among all records, or by the cut points of other ones."""

    id: str
    label: Label | None
    reading: Reading
    classes: int
    better: Better
    ties: QuantileTies
    #: The value in which the records that are compared agree; None where all are.
    within: Reading | None
    #: None where cut points decide.
    standing: Standing | None
    #: The class, 1 for the worst.
    value: Decimal | None
    #: The least and the largest value in the class, both in it; with cut points, those at its edges, of which the one
    #: on the worse side is in it. None where the class has no edge there, or the value is missing.
    low: Decimal | None
    high: Decimal | None


@final
@attrs.frozen(kw_only=True)
class ShareReason:
    """A share of the total of all records, and the share of those that have strictly more."""

    id: str
    label: Label | None
    reading: Reading
    #: The value in which the records agree whose total is shared; None where it is that of all.
    within: Reading | None
    #: Records that have a value (None where `within` is missing), and of them those with a larger one; None where its
    #: own is missing.
    count: int | None
    larger: int | None
    #: What all values add up to, and the larger ones.
    total: Decimal | None
    larger_total: Decimal | None
    share: Decimal | None
    before: Decimal | None


StepReason = (
    FormulaReason
    | GateReason
    | ScorecardReason
    | LadderReason
    | TableReason
    | RankReason
    | QuantileReason
    | ShareReason
)
