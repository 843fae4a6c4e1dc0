"""Price adjustment clauses as data: the formula, which edition of which index counts, and what holds a move back.

A clause is a formula price, P = P0 × (a + Σ wᵢ × Iᵢ / I0ᵢ) with a + Σ wᵢ = 1, and everything that contracts write
around it: dead band, sharing, caps and floors, ratchet, notice. Each is said or is not there; nothing is assumed.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    each_is_a,
    is_a,
    is_boolean,
    is_day,
    is_id,
    is_optional_a,
    is_optional_day,
    is_positive,
    is_whole,
    one_of,
    optional_quantity,
    several,
)
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.label import Label
from supplychain_rules.values.proportions import Rounding, exact_share, optional_share
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, check_decimals
from supplychain_rules.values.scaled import number_text

__all__ = [
    "AdjustmentClause",
    "BaseRule",
    "CurrentRule",
    "DeadBand",
    "EditionKind",
    "EditionRule",
    "FactorBounds",
    "IndexTerm",
    "MoveSharing",
    "Timing",
]

#: Which edition of an index value counts; indices are revised for months after they were first published.
EditionKind = Literal["first_published", "known_on", "latest"]

#: Most months of an average, of a lag and of a step: ten years.
_MOST_MONTHS: Final = 120

#: Most days of a lag or notice: three years.
_MOST_DAYS: Final = 1_096

#: Lengths of the blocks within which one price holds, in months; they divide a year.
_STEPS: Final = (1, 2, 3, 4, 6, 12)


@final
@attrs.frozen(kw_only=True)
class EditionRule:
    """Which edition of an index value counts.

    - `first_published`: the first one; later revisions never matter.
    - `known_on`: the last one known on a day: the fixed day `on`, or so many days after the day of delivery.
    - `latest`: the last one known when the price is computed; a revision then changes the price again.

    Raises:
        InvalidValueError: an unknown kind, or a day that the kind does not read.

    >>> EditionRule(kind="known_on", days_after=15).days_after
    15
    """

    kind: EditionKind = attrs.field(validator=one_of(*get_args(EditionKind)))
    on: date | None = attrs.field(default=None, validator=is_optional_day)
    days_after: int = attrs.field(default=0, validator=is_whole(0, _MOST_DAYS))

    def __attrs_post_init__(self) -> None:
        """Refuse a day that nothing would read."""
        if self.kind != "known_on" and (self.on is not None or self.days_after):
            hint = "leave the day out, or take kind='known_on'"
            raise InvalidValueError(f"an edition of kind {self.kind} has no day", self.on or self.days_after, hint=hint)
        if self.on is not None and self.days_after:
            raise InvalidValueError("an edition has a fixed day or days after the delivery", self.days_after)


@final
@attrs.frozen(kw_only=True)
class BaseRule:
    """From which months the base index is read: the mean of `average_months` that end with `month`."""

    #: The first day of the base month; an edition `days_after` counts from it.
    month: date = attrs.field(validator=is_day)
    average_months: int = attrs.field(default=1, validator=is_whole(1, _MOST_MONTHS))
    edition: EditionRule = attrs.field(validator=is_a(EditionRule))

    def __attrs_post_init__(self) -> None:
        """Refuse a day within a month, which could mean the month before."""
        if self.month.day != 1:
            raise InvalidValueError("a base month is named by its first day", self.month, hint="write day 1")


@final
@attrs.frozen(kw_only=True)
class CurrentRule:
    """From which months the current index is read, given the day of delivery.

    The day goes back to the first day of its block of `step_months` (a price fixed for a quarter has 3), then
    `lag_days`, then `lag_months`; the month that it lies in ends an average of `average_months`. FIDIC's 49 days before
    the last day of the period are `lag_days=49` with that day as the day of delivery.
    """

    lag_days: int = attrs.field(default=0, validator=is_whole(0, _MOST_DAYS))
    lag_months: int = attrs.field(default=0, validator=is_whole(0, _MOST_MONTHS))
    average_months: int = attrs.field(default=1, validator=is_whole(1, _MOST_MONTHS))
    step_months: int | None = None
    edition: EditionRule = attrs.field(validator=is_a(EditionRule))

    def __attrs_post_init__(self) -> None:
        """Refuse blocks that a year does not hold evenly."""
        if self.step_months is not None and (type(self.step_months) is not int or self.step_months not in _STEPS):
            hint = f"one of {', '.join(map(str, _STEPS))}; leave it out where every day counts"
            raise InvalidValueError("step_months divides a year", self.step_months, hint=hint)


@final
@attrs.frozen(kw_only=True)
class IndexTerm:
    """One index of the formula with its weight.

    Where the index is a price in another currency than the clause's, `conversion` says what happens to it:
    `unconverted` takes the ratio of the foreign prices, `dated_rate` converts each month's value first. Between the two
    lies the whole move of the exchange rate, so that nothing is assumed.

    Raises:
        InvalidValueError: a weight that is not above 0, a conversion without a currency, or a base value of an index
            that would have to be converted.
    """

    #: The name of the term, as `steel`.
    id: str = attrs.field(validator=is_id)
    #: The index series, as `facts.prices.IndexValue` names it.
    series: str = attrs.field(validator=is_id)
    weight: Fraction = attrs.field(converter=exact_share)
    #: The base value that the contract names; None reads it from the series by the clause's base rule.
    base_value: Decimal | None = attrs.field(default=None, converter=optional_quantity, validator=is_positive)
    #: Whether each value of the series is for a month or for a quarter, named by its first day.
    frequency: Literal["month", "quarter"] = attrs.field(default="month", validator=one_of("month", "quarter"))
    #: The currency of an index that is a price; None for a pure number such as 103.2.
    currency: str | None = None
    conversion: Literal["unconverted", "dated_rate"] | None = None
    #: The day of the index month, or quarter, whose rate converts it.
    rate_day: Literal["first", "last"] = attrs.field(default="last", validator=one_of("first", "last"))
    #: How many days earlier a rate may be.
    max_age_days: int = attrs.field(default=0, validator=is_whole(0, _MOST_DAYS))
    #: Whether a rate of the other direction may divide.
    inverse: bool = attrs.field(default=False, validator=is_boolean)
    label: Label | None = attrs.field(default=None, validator=is_optional_a(Label))

    def __attrs_post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if not self.weight > 0:
            hint = "leave an index without weight out"
            raise InvalidValueError(f"the weight of {self.id} is not above 0", str(self.weight), hint=hint)
        if self.currency is not None:
            check_currency(self.currency)
        if self.conversion not in (None, "unconverted", "dated_rate"):
            raise InvalidValueError("unknown conversion", self.conversion, hint="unconverted or dated_rate")
        if self.conversion is not None and self.currency is None:
            hint = "name the currency of the index"
            raise InvalidValueError(f"{self.id} has a conversion and no currency", self.conversion, hint=hint)
        if self.base_value is not None and self.conversion == "dated_rate":
            hint = "leave base_value out, so that the base is converted at its own month's rate"
            raise InvalidValueError(f"{self.id} has a base value that no rate converts", self.base_value, hint=hint)


@final
@attrs.frozen(kw_only=True)
class DeadBand:
    """Moves that change nothing: up to `up` of 1 upwards, up to `down` downwards; None is a side without a band.

    A move of exactly the threshold is still within the band. `excess` then passes on what lies beyond it; `full` passes
    on the whole move as soon as it is triggered, which is a cliff (see `adjustment_cliffs`).

    Raises:
        InvalidValueError: no threshold at all, or one that is not from 0 to 1.

    >>> DeadBand(up="0.05", down="0.05", mode="excess").of(Fraction("1.12"))
    Fraction(107, 100)
    """

    up: Fraction | None = attrs.field(default=None, converter=optional_share)
    down: Fraction | None = attrs.field(default=None, converter=optional_share)
    mode: Literal["excess", "full"] = attrs.field(validator=one_of("excess", "full"))
    #: What the thresholds are compared with: the ratio of each index, or the whole factor.
    on: Literal["ratio", "factor"] = attrs.field(default="ratio", validator=one_of("ratio", "factor"))

    def __attrs_post_init__(self) -> None:
        """Refuse a band of nothing."""
        if self.up is None and self.down is None:
            raise InvalidValueError("a dead band without a threshold", self.mode, hint="give up, down or both")
        for side in (self.up, self.down):
            if side is not None and not 0 <= side < 1:
                raise InvalidValueError("a threshold is from 0 to below 1", str(side), hint="5 % is '0.05'")

    def of(self, ratio: Fraction) -> Fraction:
        """Return what is left of a ratio, or factor, behind the band."""
        move = ratio - 1
        threshold = self.up if move > 0 else self.down
        if threshold is None:
            return ratio
        if abs(move) <= threshold:
            return Fraction(1)
        if self.mode == "full":
            return ratio
        return ratio - threshold if move > 0 else ratio + threshold


@final
@attrs.frozen(kw_only=True)
class MoveSharing:
    """How much of a move of the factor the buyer takes; the supplier keeps the rest.

    Raises:
        InvalidValueError: a share that is not from 0 to 1.
    """

    #: The buyer's share of a rise.
    up: Fraction = attrs.field(default=Fraction(1), converter=exact_share)
    #: The buyer's share of a fall.
    down: Fraction = attrs.field(default=Fraction(1), converter=exact_share)

    def __attrs_post_init__(self) -> None:
        """Refuse more than the whole."""
        for side in (self.up, self.down):
            if not 0 <= side <= 1:
                raise InvalidValueError("a party's share is from 0 to 1", str(side), hint="half of it is '0.5'")


@final
@attrs.frozen(kw_only=True)
class FactorBounds:
    """Floors and caps: of the factor itself, and of its step from the last one; the bound itself is allowed.

    Raises:
        InvalidValueError: a floor above 1, a cap below 1, or a negative step; the base price would be out of bounds.
    """

    #: The least factor, as `"0.90"`, and the greatest.
    floor: Fraction | None = attrs.field(default=None, converter=optional_share)
    cap: Fraction | None = attrs.field(default=None, converter=optional_share)
    #: The largest fall and rise from the last factor, as a share of it.
    step_down: Fraction | None = attrs.field(default=None, converter=optional_share)
    step_up: Fraction | None = attrs.field(default=None, converter=optional_share)

    def __attrs_post_init__(self) -> None:
        """Refuse bounds without the base price between them."""
        if self.floor is not None and not 0 <= self.floor <= 1:
            raise InvalidValueError(
                "a floor is a factor from 0 to 1", str(self.floor), hint="at most 10 % less is '0.9'"
            )
        if self.cap is not None and self.cap < 1:
            raise InvalidValueError("a cap is a factor of 1 or more", str(self.cap), hint="at most 10 % more is '1.1'")
        if self.step_down is not None and not 0 <= self.step_down <= 1:
            raise InvalidValueError("step_down is from 0 to 1", str(self.step_down), hint="5 % is '0.05'")
        if self.step_up is not None and self.step_up < 0:
            raise InvalidValueError("step_up is not negative", str(self.step_up), hint="5 % is '0.05'")


@final
@attrs.frozen(kw_only=True)
class Timing:
    """When a new factor may apply: so many days after notice, so many months after the last adjustment."""

    notice_days_up: int = attrs.field(default=0, validator=is_whole(0, _MOST_DAYS))
    notice_days_down: int = attrs.field(default=0, validator=is_whole(0, _MOST_DAYS))
    min_interval_months: int = attrs.field(default=0, validator=is_whole(0, _MOST_MONTHS))


def _is_currency(_clause: object, _field: "attrs.Attribute[Any]", value: object) -> None:
    check_currency(value)


@final
@attrs.frozen(kw_only=True)
class AdjustmentClause:
    """A price adjustment clause.

    What holds a move back applies in this order: ratio rounding, dead band on ratios, formula, dead band on the factor,
    sharing, factor rounding, step, ratchet, floor and cap, and at last the waiting times. Floor and cap of the factor
    therefore always hold.

    Raises:
        InvalidValueError: fixed part and weights that are not exactly 1, no index, two terms of one id, a fixed part
            below 0, a foreign index that nobody said is converted or not.

    >>> first = EditionRule(kind="first_published")
    >>> clause = AdjustmentClause(id="steel", currency="EUR", fixed="0.6",
    ...     terms=[IndexTerm(id="steel", series="S", weight="0.4", base_value=500)],
    ...     base=BaseRule(month=date(2026, 1, 1), edition=first), current=CurrentRule(edition=first))
    >>> clause.terms[0].weight
    Fraction(2, 5)
    """

    id: str = attrs.field(validator=is_id)
    version: str = attrs.field(default="1", validator=is_id)
    #: The currency of the amounts that are adjusted.
    currency: str = attrs.field(validator=_is_currency)
    #: The part of the price that no index moves.
    fixed: Fraction = attrs.field(converter=exact_share)
    terms: tuple[IndexTerm, ...] = attrs.field(converter=several, validator=each_is_a(IndexTerm))
    base: BaseRule = attrs.field(validator=is_a(BaseRule))
    current: CurrentRule = attrs.field(validator=is_a(CurrentRule))
    #: How the ratio of each index is rounded; None keeps it exact.
    ratio_rounding: Rounding | None = attrs.field(default=None, validator=is_optional_a(Rounding))
    #: How the factor is rounded, before steps, floors and caps, which therefore hold exactly.
    factor_rounding: Rounding | None = attrs.field(default=None, validator=is_optional_a(Rounding))
    dead_band: DeadBand | None = attrs.field(default=None, validator=is_optional_a(DeadBand))
    sharing: MoveSharing | None = attrs.field(default=None, validator=is_optional_a(MoveSharing))
    bounds: FactorBounds | None = attrs.field(default=None, validator=is_optional_a(FactorBounds))
    #: Whether the factor never falls below the last one.
    never_down: bool = attrs.field(default=False, validator=is_boolean)
    timing: Timing = attrs.field(default=Timing(), validator=is_a(Timing))
    #: How the adjusted amount is rounded, the one time that money is.
    rounding: RoundingMode = attrs.field(default="half_up", validator=one_of(*ROUNDING_MODES))
    #: To how many decimals; by default to the currency's smallest unit.
    decimals: int | None = None
    label: Label | None = attrs.field(default=None, validator=is_optional_a(Label))

    def __attrs_post_init__(self) -> None:
        """Refuse a formula that does not give the base price back at the base."""
        if not self.terms:
            raise InvalidValueError(f"clause {self.id} has no index", self.terms, hint="give at least one term")
        names = [term.id for term in self.terms]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidValueError(f"clause {self.id} names a term twice", twice[0], hint="add its weights up")
        if self.fixed < 0:
            raise InvalidValueError(f"the fixed part of clause {self.id} is negative", str(self.fixed))
        whole = self.fixed + sum((term.weight for term in self.terms), Fraction(0))
        if whole != 1:
            raise InvalidValueError(
                f"fixed part and weights of clause {self.id} are not exactly 1",
                number_text(whole),
                hint="write thirds as '1/3', and what is left over into the fixed part",
            )
        for term in self.terms:
            if term.currency not in (None, self.currency) and term.conversion is None:
                hint = "say conversion='unconverted' or 'dated_rate'; between them lies the whole exchange rate"
                raise InvalidValueError(
                    f"{term.id} is a price in {term.currency} and the clause is in {self.currency}",
                    term.series,
                    hint=hint,
                )
        if self.decimals is not None:
            check_decimals(self.decimals)
