"""What never was: a cancellation takes a fact back, from the day the cancellation became known."""

from datetime import date
from typing import final

import attrs

from supplychain_rules.facts.fields import is_day, is_id, is_text

__all__ = ["Cancellation"]


def _target(cancellation: "Cancellation") -> str:
    return f"{cancellation.of}/{cancellation.fact}"


@final
@attrs.frozen(kw_only=True)
class Cancellation:
    """A fact that is taken back whole: a receipt booked twice, a claim withdrawn.

    A correction that keeps the fact and changes its content is a later version of the fact instead. A version
    known after the cancellation puts the fact in force again.

    >>> Cancellation(of="receipts", fact="GR1", known_on=date(2026, 2, 1)).id
    'receipts/GR1'
    """

    #: The kind of the fact, by the name of its accessor on the ledger, as `receipts`.
    of: str = attrs.field(validator=is_id)
    #: The fact's id.
    fact: str = attrs.field(validator=is_id)
    reason: str = attrs.field(default="", validator=is_text)
    #: The day it became known that the fact never was.
    known_on: date = attrs.field(validator=is_day)
    #: The identity, by default made of kind and fact.
    id: str = attrs.field(default=attrs.Factory(_target, takes_self=True), validator=is_id)
