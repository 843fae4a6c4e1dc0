"""How the parties treat each other: service, complaints, answers, contacts, and what a customer allows and likes."""

from datetime import date
from decimal import Decimal
from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    Fault,
    exact_quantity,
    is_day,
    is_id,
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

__all__ = [
    "DIRECTIONS",
    "Complaint",
    "Consent",
    "Direction",
    "Interaction",
    "Preference",
    "ServiceEvent",
    "SurveyAnswer",
]

#: Who began a contact: the customer (`inbound`), or we (`outbound`).
Direction = Literal["inbound", "outbound"]

#: The directions.
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)


@final
@attrs.frozen(kw_only=True)
class ServiceEvent:
    """Something asked of a supplier: a request for quotation, a query, a call-out; and when it answered.

    >>> asked = ServiceEvent(id="S1", supplier="V7", kind="quotation", raised_on=date(2026, 3, 2))
    >>> asked.answered_on is None
    True
    """

    id: str = attrs.field(validator=is_id)
    supplier: str = attrs.field(validator=is_id)
    kind: str = attrs.field(validator=is_id)
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    raised_on: date = attrs.field(validator=is_day)
    #: The day of the first answer; `None` while there is none.
    answered_on: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The day it was resolved; `None` while it is not.
    resolved_on: date | None = attrs.field(default=None, validator=is_optional_day)
    known_on: date = known_since("raised_on")

    def __attrs_post_init__(self) -> None:
        """Refuse an answer before the question."""
        for name, day in (("answered_on", self.answered_on), ("resolved_on", self.resolved_on)):
            if day is not None and day < self.raised_on:
                raise InvalidValueError(f"ServiceEvent.{name} lies before raised_on ({self.raised_on})", day)


@final
@attrs.frozen(kw_only=True)
class Complaint:
    """A customer's complaint to us, with the supplier whose goods it is about where that is known.

    >>> Complaint(id="B1", customer="C12", kind="damaged", opened_on=date(2026, 3, 2)).supplier is None
    True
    """

    id: str = attrs.field(validator=is_id)
    customer: str = attrs.field(validator=is_id)
    supplier: str | None = attrs.field(default=None, validator=is_optional_id)
    kind: str = attrs.field(validator=is_id)
    item: str | None = attrs.field(default=None, validator=is_optional_id)
    quantity: Decimal | None = attrs.field(default=None, converter=optional_quantity, validator=is_positive)
    cost: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    fault: Fault | None = attrs.field(default=None, validator=is_optional_fault)
    #: Whether it was found to be justified; `None` while that is open.
    justified: bool | None = attrs.field(default=None, validator=is_optional_boolean)
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    opened_on: date = attrs.field(validator=is_day)
    #: The day of the first answer; `None` while there is none.
    answered_on: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The day it was settled; `None` while it is open.
    closed_on: date | None = attrs.field(default=None, validator=is_optional_day)
    known_on: date = known_since("opened_on")

    def __attrs_post_init__(self) -> None:
        """Refuse an answer before the complaint."""
        for name, day in (("answered_on", self.answered_on), ("closed_on", self.closed_on)):
            if day is not None and day < self.opened_on:
                raise InvalidValueError(f"Complaint.{name} lies before opened_on ({self.opened_on})", day)


@final
@attrs.frozen(kw_only=True)
class SurveyAnswer:
    """One respondent's answer to one question about a party, in points out of a maximum.

    >>> SurveyAnswer(id="A1", survey="2026", question="tidy", party="V7", points="4", of="5",
    ...              answered_on=date(2026, 6, 1)).points
    Decimal('4')
    """

    id: str = attrs.field(validator=is_id)
    #: The questionnaire and its edition.
    survey: str = attrs.field(validator=is_id)
    question: str = attrs.field(validator=is_id)
    #: The id of the supplier or customer that is judged.
    party: str = attrs.field(validator=is_id)
    respondent: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The points given, from zero to `of`; `None` for a question asked and not answered.
    points: Decimal | None = attrs.field(converter=optional_quantity, validator=is_not_negative)
    #: The most points that the question can have.
    of: Decimal = attrs.field(converter=exact_quantity, validator=is_positive)
    answered_on: date = attrs.field(validator=is_day)
    known_on: date = known_since("answered_on")

    def __attrs_post_init__(self) -> None:
        """Refuse more points than there are."""
        if self.points is not None and self.points > self.of:
            raise InvalidValueError(f"SurveyAnswer.points exceed the {self.of} there are", self.points)


@final
@attrs.frozen(kw_only=True)
class Interaction:
    """A contact between a customer and us: a visit, a call, a message, a request.

    >>> Interaction(id="X1", customer="C12", channel="telephone", kind="enquiry", direction="inbound",
    ...             happened_on=date(2026, 3, 2)).channel
    'telephone'
    """

    id: str = attrs.field(validator=is_id)
    customer: str = attrs.field(validator=is_id)
    #: Over what, as `telephone`, `email` or `visit`.
    channel: str = attrs.field(validator=is_id)
    #: About what, as `enquiry`, `offer` or `support`.
    kind: str = attrs.field(validator=is_id)
    direction: Direction = attrs.field(validator=one_of(*DIRECTIONS))
    #: What it cost us, where that is known: a part of the cost to serve.
    cost: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    happened_on: date = attrs.field(validator=is_day)
    known_on: date = known_since("happened_on")


@final
@attrs.frozen(kw_only=True)
class Consent:
    """A customer's consent to be contacted over a channel for a purpose, from a day until it is withdrawn.

    A withdrawal is a later fact with the same id and a `withdrawn_on`.

    >>> given = Consent(id="E1", customer="C12", channel="email", purpose="offers", given_on=date(2026, 1, 5))
    >>> given.withdrawn_on is None
    True
    """

    id: str = attrs.field(validator=is_id)
    customer: str = attrs.field(validator=is_id)
    channel: str = attrs.field(validator=is_id)
    #: What for, as `offers` or `service`.
    purpose: str = attrs.field(validator=is_id)
    given_on: date = attrs.field(validator=is_day)
    #: The first day on which it no longer holds; `None` while it does.
    withdrawn_on: date | None = attrs.field(default=None, validator=is_optional_day)
    known_on: date = known_since("given_on")

    def __attrs_post_init__(self) -> None:
        """Refuse a withdrawal before the consent."""
        if self.withdrawn_on is not None and self.withdrawn_on < self.given_on:
            raise InvalidValueError(f"Consent.withdrawn_on lies before given_on ({self.given_on})", self.withdrawn_on)


@final
@attrs.frozen(kw_only=True)
class Preference:
    """What a customer said that it prefers, in one matter.

    >>> Preference(id="F1", customer="C12", topic="channel", value="email", stated_on=date(2026, 1, 5)).value
    'email'
    """

    id: str = attrs.field(validator=is_id)
    customer: str = attrs.field(validator=is_id)
    #: The matter, as `channel`, `category` or `delivery day`.
    topic: str = attrs.field(validator=is_id)
    value: str = attrs.field(validator=is_id)
    stated_on: date = attrs.field(validator=is_day)
    known_on: date = known_since("stated_on")
