"""What was found wrong: inspections with the causes of their rejects, claims, and what poor quality cost."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    FAULTS,
    Fault,
    exact_quantity,
    is_day,
    is_id,
    is_money_owed,
    is_not_negative,
    is_optional_boolean,
    is_optional_day,
    is_optional_fault,
    is_optional_id,
    is_optional_money_owed,
    is_positive,
    known_since,
    one_of,
    optional_quantity,
)
from supplychain_rules.values.money import Money

__all__ = ["QUALITY_COST_KINDS", "Claim", "Inspection", "QualityCost", "QualityCostKind", "RejectCause"]

#: The four kinds of cost of quality: what avoids faults, what looks for them, and what they cost inside and outside.
QualityCostKind = Literal["prevention", "appraisal", "internal_failure", "external_failure"]

#: The kinds in the order of the prevention-appraisal-failure model (Feigenbaum 1956).
QUALITY_COST_KINDS: Final[tuple[QualityCostKind, ...]] = get_args(QualityCostKind)


@final
@attrs.frozen(kw_only=True)
class RejectCause:
    """How many of an inspection's rejects had one cause, and whose doing that was.

    >>> RejectCause(quantity=3, cause="scratched", fault="carrier").quantity
    Decimal('3')
    """

    quantity: Decimal = attrs.field(converter=exact_quantity, validator=is_positive)
    cause: str = attrs.field(validator=is_id)
    fault: Fault = attrs.field(validator=one_of(*FAULTS))


def _causes(values: Iterable[RejectCause]) -> tuple[RejectCause, ...]:
    if not isinstance(values, Iterable):
        raise InvalidValueError("Inspection.causes must be a collection", values, hint="write (RejectCause(...),)")
    causes = tuple(values)
    for cause in causes:
        if not isinstance(cause, RejectCause):
            raise InvalidValueError("Inspection.causes holds something else than causes", cause)
    return causes


@final
@attrs.frozen(kw_only=True)
class Inspection:
    """The result of inspecting one lot: `rejected` of `inspected` units were refused.

    Rejects of several causes are several `causes`; what they leave is not attributed to anyone. A
    concession takes rejected units after all: they were found wrong and are used as they are.

    >>> Inspection(id="Q1", supplier="V7", item="bolt", inspected=80, rejected=2,
    ...            inspected_on=date(2026, 1, 21)).rejected
    Decimal('2')
    """

    id: str = attrs.field(validator=is_id)
    #: The supplier's id.
    supplier: str = attrs.field(validator=is_id)
    item: str = attrs.field(validator=is_id)
    #: The order line that the lot came on, where it is known; category and site are then those of the line.
    order_line: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The lot's number, where lots have one.
    lot: str | None = attrs.field(default=None, validator=is_optional_id)
    #: Units inspected, above zero: an inspection of nothing is no evidence.
    inspected: Decimal = attrs.field(converter=exact_quantity, validator=is_positive)
    #: Units rejected, from zero to `inspected`.
    rejected: Decimal = attrs.field(converter=exact_quantity, validator=is_not_negative)
    #: Rejected units that were used under a concession, from zero to `rejected`.
    conceded: Decimal = attrs.field(default=Decimal(0), converter=exact_quantity, validator=is_not_negative)
    #: Why units were rejected and whose doing it was; together no more than `rejected`.
    causes: tuple[RejectCause, ...] = attrs.field(default=(), converter=_causes)
    #: The verdict on the lot, as by an acceptance plan; `None` where a lot passes without a reject.
    accepted: bool | None = attrs.field(default=None, validator=is_optional_boolean)
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    inspected_on: date = attrs.field(validator=is_day)
    #: The day the fact became known; by default the day of the inspection, and never before it.
    known_on: date = known_since("inspected_on")

    def __attrs_post_init__(self) -> None:
        """Refuse parts that are larger than their whole."""
        whole = (
            ("rejected", self.rejected, self.inspected, "inspected"),
            ("conceded", self.conceded, self.rejected, "rejected"),
        )
        for name, part, most, of in whole:
            if part > most:
                raise InvalidValueError(
                    f"Inspection.{name} exceeds the {most} {of}", part, hint="count both in the same unit"
                )
        if self.causes and sum(Fraction(cause.quantity) for cause in self.causes) > self.rejected:
            raise InvalidValueError(
                f"Inspection.causes exceed the {self.rejected} rejected",
                [f"{cause.quantity} {cause.cause}" for cause in self.causes],
                hint="a unit with two causes counts under the one that came first",
            )


@final
@attrs.frozen(kw_only=True)
class Claim:
    """What we claim from a supplier because goods or a service were not as agreed.

    >>> Claim(id="CL1", supplier="V7", kind="quality", opened_on=date(2026, 2, 1)).justified is None
    True
    """

    id: str = attrs.field(validator=is_id)
    #: The supplier's id.
    supplier: str = attrs.field(validator=is_id)
    #: What it is about, as `quality`, `delivery` or `papers`.
    kind: str = attrs.field(validator=is_id)
    item: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The order line that it is about, where it is known.
    order_line: str | None = attrs.field(default=None, validator=is_optional_id)
    #: How many units it is about, where that is known.
    quantity: Decimal | None = attrs.field(default=None, converter=optional_quantity, validator=is_positive)
    #: What it has cost us so far, where that is known.
    cost: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    fault: Fault | None = attrs.field(default=None, validator=is_optional_fault)
    #: Whether it was found to be justified; `None` while that is open.
    justified: bool | None = attrs.field(default=None, validator=is_optional_boolean)
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    opened_on: date = attrs.field(validator=is_day)
    #: The day it was settled; `None` while it is open.
    closed_on: date | None = attrs.field(default=None, validator=is_optional_day)
    known_on: date = known_since("opened_on")

    def __attrs_post_init__(self) -> None:
        """Refuse a claim that is closed before it is opened."""
        if self.closed_on is not None and self.closed_on < self.opened_on:
            raise InvalidValueError(f"Claim.closed_on lies before opened_on ({self.opened_on})", self.closed_on)


@final
@attrs.frozen(kw_only=True)
class QualityCost:
    """Money that quality, or the lack of it, cost in connection with a supplier.

    >>> QualityCost(id="K1", supplier="V7", kind="internal_failure", amount=Money("90", "EUR"),
    ...             incurred_on=date(2026, 2, 3)).kind
    'internal_failure'
    """

    id: str = attrs.field(validator=is_id)
    supplier: str = attrs.field(validator=is_id)
    kind: QualityCostKind = attrs.field(validator=one_of(*QUALITY_COST_KINDS))
    amount: Money = attrs.field(validator=is_money_owed)
    item: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The claim that holds this amount already: it then counts once, not twice.
    claim: str | None = attrs.field(default=None, validator=is_optional_id)
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    incurred_on: date = attrs.field(validator=is_day)
    known_on: date = known_since("incurred_on")
