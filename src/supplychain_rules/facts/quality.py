"""What inspections found: how much was looked at and how much was rejected."""

from datetime import date
from decimal import Decimal
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    exact_quantity,
    is_day,
    is_id,
    is_not_negative,
    is_optional_id,
    is_positive,
)

__all__ = ["Inspection"]


def _inspected_on(inspection: "Inspection") -> date:
    return inspection.inspected_on


@final
@attrs.frozen(kw_only=True)
class Inspection:
    """The result of inspecting one lot: `rejected` of `inspected` units were refused.

    >>> Inspection(id="Q1", supplier="V7", item="bolt", inspected=80, rejected=2,
    ...            inspected_on=date(2026, 1, 21)).rejected
    Decimal('2')
    """

    id: str = attrs.field(validator=is_id)
    #: The supplier's id.
    supplier: str = attrs.field(validator=is_id)
    item: str = attrs.field(validator=is_id)
    #: The lot's number, where lots have one.
    lot: str | None = attrs.field(default=None, validator=is_optional_id)
    #: Units inspected, above zero: an inspection of nothing is no evidence.
    inspected: Decimal = attrs.field(converter=exact_quantity, validator=is_positive)
    #: Units rejected, from zero to `inspected`.
    rejected: Decimal = attrs.field(converter=exact_quantity, validator=is_not_negative)
    inspected_on: date = attrs.field(validator=is_day)
    #: The day the fact became known; by default the day of the inspection, and never before it.
    known_on: date = attrs.field(default=attrs.Factory(_inspected_on, takes_self=True), validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse more rejects than units inspected, and a result known before the inspection."""
        if self.rejected > self.inspected:
            raise InvalidValueError(
                f"Inspection.rejected exceeds the {self.inspected} inspected",
                self.rejected,
                hint="count both in the same unit",
            )
        if self.known_on < self.inspected_on:
            raise InvalidValueError(
                "Inspection.known_on lies before inspected_on",
                self.known_on,
                hint="a result is known on the day of the inspection or later; put the later of the two days",
            )
