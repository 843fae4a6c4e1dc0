"""Documents with a validity: certificates that a supplier has shown, of itself or of what it delivered."""

from datetime import date
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_day, is_id, is_optional_day, is_optional_id

__all__ = ["Certificate", "is_valid_on"]


def _valid_from(certificate: "Certificate") -> date:
    return certificate.valid_from


@final
@attrs.frozen(kw_only=True)
class Certificate:
    """A supplier's certificate of some kind, valid from a day until another, exclusive.

    A withdrawn certificate is a later fact with the same id and an earlier `valid_until`.

    >>> iso = Certificate(id="C1", supplier="V7", kind="ISO 9001",
    ...                   valid_from=date(2024, 1, 1), valid_until=date(2027, 1, 1))
    >>> is_valid_on(iso, date(2026, 12, 31)), is_valid_on(iso, date(2027, 1, 1))
    (True, False)
    """

    id: str = attrs.field(validator=is_id)
    #: The supplier's id.
    supplier: str = attrs.field(validator=is_id)
    #: What is certified, as `ISO 9001`.
    kind: str = attrs.field(validator=is_id)
    #: The order line whose goods it certifies, as a certificate of analysis does; `None` for one about the supplier.
    order_line: str | None = attrs.field(default=None, validator=is_optional_id)
    valid_from: date = attrs.field(validator=is_day)
    #: The first day on which it is no longer valid; `None` for a certificate without an end.
    valid_until: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The day the fact became known; by default the first day of validity.
    known_on: date = attrs.field(default=attrs.Factory(_valid_from, takes_self=True), validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a validity that runs backwards; an empty one is a certificate withdrawn from its start."""
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise InvalidValueError(
                f"Certificate.valid_until lies before valid_from ({self.valid_from})",
                self.valid_until,
                hint="valid_until is the first day without validity",
            )


def is_valid_on(certificate: Certificate, day: date) -> bool:
    """Return whether a certificate is valid on a day; its `valid_until` is the first day it is not."""
    until = certificate.valid_until
    return certificate.valid_from <= day and (until is None or day < until)
