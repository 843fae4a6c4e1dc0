"""A measure is a KPI as data: which facts it counts, and every choice its definition has to make.

Systems in use define on-time delivery by accident; here the definition is an object, so that its
variants run side by side on the same facts. What comes out is a `Measurement` in one of three
states: a value, no data (missing, never zero), or not applicable.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import MAX_DIGITS, exact_fraction

__all__ = [
    "DeliveryLevel",
    "DeliveryPerformance",
    "Measure",
    "Measurement",
    "MeasurementState",
    "PriceIndex",
    "PriceSource",
    "Promise",
    "QualityPassRate",
    "Spend",
    "SpendShare",
]

#: Which date an order line is held to: the original promise, the latest one, or the buyer's request.
Promise = Literal["original", "latest", "requested"]

#: What a delivery measure counts: lines, pieces, or money.
DeliveryLevel = Literal["line", "quantity", "value"]

#: Where a price index takes its prices from: what was ordered, or what was observed.
PriceSource = Literal["order_lines", "observations"]

#: A value; nothing (or too little) to measure; or a measure that does not concern the supplier.
MeasurementState = Literal["value", "no_data", "not_applicable"]

#: Longest window or minimum in days or facts; beyond ten thousand a number is a slip of the keyboard.
MAX_COUNT: Final = 10_000

#: Finest tolerance: as many digits as a quantity may have after the point.
MAX_TOLERANCE_DENOMINATOR: Final = 10**MAX_DIGITS


def _is_measure_id(_measure: object, _field: "attrs.Attribute[Any]", value: object) -> None:
    if not (isinstance(value, str) and value.isascii() and value.isidentifier()):
        raise InvalidValueError(
            "a measure's id must be a name", value, hint="use ASCII letters, digits and _, as a rule set's inputs do"
        )


def _is_count(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        place = f"{type(measure).__name__}.{field.name}"
        raise InvalidValueError(f"{place} must be a whole number from 0 to {MAX_COUNT}", value)


def _is_optional_count(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
    if value is not None:
        _is_count(measure, field, value)


def _is_boolean(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
    if not isinstance(value, bool):
        raise InvalidValueError(f"{type(measure).__name__}.{field.name} must be true or false", value)


def _one_of(*options: str) -> Callable[[Any, "attrs.Attribute[Any]", str], None]:
    def validate(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if value not in options:
            place = f"{type(measure).__name__}.{field.name}"
            raise InvalidValueError(f"{place} is unknown", value, hint=f"expected one of {', '.join(options)}")

    return validate


def _optional_fraction(value: object) -> Fraction | None:
    return None if value is None else exact_fraction(value)


def _check_tolerance(name: str, value: Fraction, most: int) -> None:
    place = f"DeliveryPerformance.{name}"
    if not 0 <= value <= most:
        raise InvalidValueError(f"{place} lies outside 0..{most}", value, hint="5 % is '0.05'")
    if value.denominator > MAX_TOLERANCE_DENOMINATOR:
        raise InvalidValueError(f"{place} is finer than any quantity", value, hint="give a short decimal or fraction")


def _category_set(values: Iterable[str]) -> frozenset[str]:
    if isinstance(values, str):  # a text is a collection of letters, which nobody means
        raise InvalidValueError("applies_to must be a collection", values, hint=f"write ({values!r},)")
    return frozenset(values)


def _is_optional_label(_measure: object, _field: "attrs.Attribute[Any]", value: object) -> None:
    if value is not None and not isinstance(value, Label):
        raise InvalidValueError("a measure's label must be a Label", value)


def _counts_lines(measure: "DeliveryPerformance") -> bool:
    return measure.level == "line"


@final
@attrs.frozen(kw_only=True)
class DeliveryPerformance:
    """The share of what fell due that arrived inside its window: on time (OTD) or on time in full (OTIF).

    A line belongs to the period that its promise lies in. It counts once its outcome is known: when
    it is complete, or when the last day of its window has passed. A line that is overdue and open
    therefore counts as late, and one that may still arrive in time is left out.

    The window runs from `early_days` before the promise to `late_days` after it, both included.
    What counts is a line, a piece, or a unit of money (`level`):

    - `line` and `in_full`: a line is good when the quantity received inside the window, over all
      its receipts, reaches ordered x (1 - `under_tolerance`), and the quantity received at any time
      does not exceed ordered x (1 + `over_tolerance`);
    - `line` without `in_full`: quantity does not matter; a line is good when something arrived and
      nothing arrived outside the window;
    - `quantity` or `value` without `in_full` (their default): each ordered piece is good when it
      arrived inside the window; what was received beyond the order is not credited;
    - `quantity` or `value` with `in_full`: the whole quantity or value of the lines that are good.

    The value is good / counted, from 0 to 1; the evidence is the number of lines counted. Cancelled
    lines (quantity zero) do not count.

    Raises:
        InvalidValueError: a choice that does not exist, a count out of range, a tolerance outside
            0..1 (`under_tolerance`) or 0..10,000 (`over_tolerance`), or `over_tolerance` without `in_full`.

    >>> DeliveryPerformance(id="otif", early_days=14, late_days=7).in_full
    True
    """

    id: str = attrs.field(validator=_is_measure_id)
    label: Label | None = attrs.field(default=None, validator=_is_optional_label)
    #: The date that a line is held to. A line without a requested date is left out of `requested`.
    promise: Promise = attrs.field(default="original", validator=_one_of(*get_args(Promise)))
    #: Most days before the promise; `None` where no delivery is too early.
    early_days: int | None = attrs.field(default=None, validator=_is_optional_count)
    #: Most days after the promise.
    late_days: int = attrs.field(default=0, validator=_is_count)
    level: DeliveryLevel = attrs.field(default="line", validator=_one_of(*get_args(DeliveryLevel)))
    #: Whether a line is good only as a whole; by default for lines, not for quantity and value.
    in_full: bool = attrs.field(default=attrs.Factory(_counts_lines, takes_self=True), validator=_is_boolean)
    #: The share of the ordered quantity that may be short of a complete line.
    under_tolerance: Fraction = attrs.field(default=Fraction(0), converter=exact_fraction)
    #: The share of the ordered quantity that may be delivered beyond it; `None` where any may.
    over_tolerance: Fraction | None = attrs.field(default=None, converter=_optional_fraction)
    #: Fewest counted lines for a value; below it there is no data.
    minimum_evidence: int = attrs.field(default=0, validator=_is_count)
    #: Supplier categories that the measure concerns; empty for every supplier.
    applies_to: frozenset[str] = attrs.field(default=frozenset(), converter=_category_set)

    def __attrs_post_init__(self) -> None:
        """Refuse tolerances that are out of range or that nothing would read."""
        _check_tolerance("under_tolerance", self.under_tolerance, 1)
        if self.over_tolerance is None:
            return
        _check_tolerance("over_tolerance", self.over_tolerance, MAX_COUNT)
        if not self.in_full:
            raise InvalidValueError(
                "DeliveryPerformance.over_tolerance has no effect without in_full",
                self.over_tolerance,
                hint="leave it out, or set in_full",
            )


@final
@attrs.frozen(kw_only=True)
class QualityPassRate:
    """Units accepted / units inspected, over the inspections of the period.

    The evidence is the number of inspections. Sums are divided once, so a lot of 10,000 weighs more
    than a lot of 10; a mean of the lots' rates would not.

    >>> QualityPassRate(id="quality_pass_rate", minimum_evidence=5).minimum_evidence
    5
    """

    id: str = attrs.field(validator=_is_measure_id)
    label: Label | None = attrs.field(default=None, validator=_is_optional_label)
    #: Fewest inspections for a value; below it there is no data.
    minimum_evidence: int = attrs.field(default=0, validator=_is_count)
    #: Supplier categories that the measure concerns; empty for every supplier.
    applies_to: frozenset[str] = attrs.field(default=frozenset(), converter=_category_set)


@final
@attrs.frozen(kw_only=True)
class PriceIndex:
    """What was paid / what the same quantities would have cost at each item's mean price; below 1 is cheap.

    An item's mean price is the quantity-weighted mean over all its suppliers in the period, the
    supplier itself included: sum of values / sum of quantities. So each item weighs by the quantity
    bought, valued at the mean price. An item with one supplier compares with nothing and is left
    out, and so is one whose mean price is zero; without a comparable item there is no data.

    The evidence is the number of order lines (ordered in the period) or observations on comparable
    items. Observations of different units are different items.

    Raises:
        InvalidValueError: at measuring, prices in more than one currency.

    >>> PriceIndex(id="price_index").source
    'order_lines'
    """

    id: str = attrs.field(validator=_is_measure_id)
    label: Label | None = attrs.field(default=None, validator=_is_optional_label)
    source: PriceSource = attrs.field(default="order_lines", validator=_one_of(*get_args(PriceSource)))
    #: Fewest lines or observations on comparable items for a value; below it there is no data.
    minimum_evidence: int = attrs.field(default=0, validator=_is_count)
    #: Supplier categories that the measure concerns, as subjects and as peers; empty for every supplier.
    applies_to: frozenset[str] = attrs.field(default=frozenset(), converter=_category_set)


@final
@attrs.frozen(kw_only=True)
class Spend:
    """The value of the order lines ordered in the period, received or not, in their one currency.

    A line's value is the stated one, else price x quantity, unrounded. The evidence is the number of
    lines; cancelled lines do not count. A supplier without an order has no data, not a spend of zero.

    Raises:
        InvalidValueError: at measuring, order lines in more than one currency.

    >>> Spend(id="spend").minimum_evidence
    0
    """

    id: str = attrs.field(validator=_is_measure_id)
    label: Label | None = attrs.field(default=None, validator=_is_optional_label)
    #: Fewest order lines for a value; below it there is no data.
    minimum_evidence: int = attrs.field(default=0, validator=_is_count)
    #: Supplier categories that the measure concerns; empty for every supplier.
    applies_to: frozenset[str] = attrs.field(default=frozenset(), converter=_category_set)


@final
@attrs.frozen(kw_only=True)
class SpendShare:
    """A supplier's spend / the spend with all suppliers that the measure applies to, from 0 to 1.

    Spend is that of `Spend`. To leave a warehouse or an own firm out of the whole, name the other
    suppliers' categories in `applies_to`.

    Raises:
        InvalidValueError: at measuring, order lines in more than one currency.

    >>> sorted(SpendShare(id="share", applies_to=["vendor"]).applies_to)
    ['vendor']
    """

    id: str = attrs.field(validator=_is_measure_id)
    label: Label | None = attrs.field(default=None, validator=_is_optional_label)
    #: Fewest order lines for a value; below it there is no data.
    minimum_evidence: int = attrs.field(default=0, validator=_is_count)
    #: Supplier categories that form the whole; empty for every supplier.
    applies_to: frozenset[str] = attrs.field(default=frozenset(), converter=_category_set)


#: Every kind of measure.
Measure: TypeAlias = DeliveryPerformance | QualityPassRate | PriceIndex | Spend | SpendShare


@final
@attrs.frozen(kw_only=True)
class Measurement:
    """What a measure found for one key.

    >>> Measurement(measure="otif", key="V7", state="no_data", note="no order line fell due").value is None
    True
    """

    #: The measure's id.
    measure: str
    #: The supplier's id, or `"total"`.
    key: str
    state: MeasurementState
    #: The exact value; only in the state `value`.
    value: Fraction | None = None
    #: How many facts the value rests on; kept in the state `no_data` where they are too few.
    evidence: int = 0
    #: What was good, paid or spent.
    numerator: Fraction = Fraction(0)
    #: What it is measured against; 1 for an amount.
    denominator: Fraction = Fraction(0)
    #: The currency of an amount of money; empty for a ratio.
    currency: str = ""
    #: Why there is no value, or what was left out.
    note: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse a value in a state without one, and the state `value` without a value."""
        if (self.state == "value") != (self.value is not None):
            raise InvalidValueError(
                f"a measurement in the state {self.state!r}", self.value, hint="a value needs 'value'"
            )
