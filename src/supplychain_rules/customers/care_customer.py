"""What a contact plan has to know of a customer: what happened, what was consented to, what is liked.

These are the plan's own records, so that they can be filled from a ledger, a CRM or a table alike.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_day, is_id, is_optional_day, is_optional_id, one_of, several
from supplychain_rules.values.scaled import check_whole

__all__ = ["CareCustomer", "CareEventKind", "ConsentGiven", "ContactEvent", "ContactPreferences"]

#: What happened with a customer: the causes of `AfterEvent`; `contact`, that we contacted the customer; `heard`, that
#: the customer contacted us.
CareEventKind = Literal["purchase", "delivery", "complaint_closed", "contact", "heard"]

_KINDS: Final = get_args(CareEventKind)


def _names(given: Iterable[str]) -> frozenset[str]:
    return frozenset(several(given))


def _numbers(given: Iterable[int]) -> frozenset[int]:
    return frozenset(given)


def _weekdays(instance: object, field: "attrs.Attribute[frozenset[int]]", value: frozenset[int]) -> None:  # noqa: ARG001  attrs gives three
    for day in value:
        check_whole("a weekday", day, least=1, most=7, hint="Monday is 1, Sunday is 7")


@final
@attrs.frozen(kw_only=True)
class ContactEvent:
    """Something that happened with a customer: a cause of contacts, a contact we made, or a word from the customer.

    Raises:
        InvalidValueError: an unknown kind, a contact without a channel, or a rule for what is no contact.

    >>> ContactEvent(kind="contact", happened_on=date(2026, 1, 5), channel="email", rule="thanks").rule
    'thanks'
    """

    kind: CareEventKind = attrs.field(validator=one_of(*_KINDS))
    happened_on: date = attrs.field(validator=is_day)
    #: The channel of a contact, which caps count.
    channel: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The rule that a contact carried out; None for any other contact.
    rule: str | None = attrs.field(default=None, validator=is_optional_id)

    def __attrs_post_init__(self) -> None:
        """Refuse what no cap could count."""
        if self.kind == "contact" and self.channel is None:
            raise InvalidValueError("a contact has a channel", self.happened_on.isoformat(), hint="caps count it")
        if self.kind != "contact" and self.rule is not None:
            raise InvalidValueError("only a contact carries out a rule", self.rule, hint="take kind='contact'")


@final
@attrs.frozen(kw_only=True)
class ConsentGiven:
    """A customer's consent to be contacted on a channel for a purpose, until it is withdrawn.

    Raises:
        InvalidValueError: a blank channel or purpose, or a withdrawal before the consent.
    """

    channel: str = attrs.field(validator=is_id)
    purpose: str = attrs.field(validator=is_id)
    given_on: date = attrs.field(validator=is_day)
    #: The first day without it.
    withdrawn_on: date | None = attrs.field(default=None, validator=is_optional_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a withdrawal of what was not given."""
        if self.withdrawn_on is not None and self.withdrawn_on < self.given_on:
            raise InvalidValueError("withdrawn before it was given", self.withdrawn_on.isoformat())


@final
@attrs.frozen(kw_only=True)
class ContactPreferences:
    """How a customer likes to be contacted.

    Raises:
        InvalidValueError: a text where several channels are wanted, or a weekday that is not 1 to 7.
    """

    #: These go first, in this order.
    channels: tuple[str, ...] = attrs.field(default=(), converter=several)
    #: Never these.
    never: frozenset[str] = attrs.field(default=frozenset[str](), converter=_names)
    #: Weekdays on which not to contact the customer: Monday is 1, Sunday is 7.
    not_on: frozenset[int] = attrs.field(default=frozenset[int](), converter=_numbers, validator=_weekdays)


@final
@attrs.frozen(kw_only=True)
class CareCustomer:
    """What the contact plan has to know of a customer.

    Raises:
        InvalidValueError: a blank id, or what is not a day.
    """

    id: str = attrs.field(validator=is_id)
    tier: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The day on which the relationship began.
    since: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The first day of the contract, whose birthday is kept.
    contract_from: date | None = attrs.field(default=None, validator=is_optional_day)
    #: In any order.
    events: tuple[ContactEvent, ...] = attrs.field(default=(), converter=several)
    #: In any order. On a withdrawal only a consent that is given later counts.
    consents: tuple[ConsentGiven, ...] = attrs.field(default=(), converter=several)
    preferences: ContactPreferences = attrs.field(factory=ContactPreferences)
