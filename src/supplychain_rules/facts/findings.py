"""What a check of information finds, how its limits are set, and the facts by what they belong to.

A finding is no problem: the facts were built and each is possible by itself. Together, or beside common sense, they
contradict each other, and a person has to say which is right.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError, bounded_repr, did_you_mean
from supplychain_rules.facts.billing import CreditNote, InvoiceLine, Payment
from supplychain_rules.facts.fields import exact_quantity
from supplychain_rules.facts.ledger import KINDS, Fact, Ledger
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.values.label import Label
from supplychain_rules.values.period import Period
from supplychain_rules.values.scaled import EXACT

__all__ = [
    "CODES",
    "Books",
    "Checks",
    "Code",
    "InformationFinding",
    "Severity",
    "change_beyond",
    "exact_total",
    "grouped",
    "make_finding",
    "with_share",
]

#: `error`: cannot be true as it stands; `warning`: hardly ever true; `info`: possible, and worth a look.
Severity = Literal["error", "warning", "info"]

#: What can be found, in the order in which it is reported.
Code = Literal[
    "received_before_ordered",
    "promised_before_ordered",
    "known_before_ordered",
    "received_more_than_ordered",
    "zero_quantity",
    "receipt_without_order_line",
    "unknown_order_line",
    "inspected_more_than_received",
    "invoice_without_order",
    "invoiced_more_than_ordered",
    "payment_without_invoice",
    "paid_before_invoiced",
    "paid_in_another_currency",
    "paid_more_than_invoiced",
    "credit_without_invoice",
    "credited_more_than_invoiced",
    "price_jump",
    "currency_change",
    "unit_change",
    "implausible_day",
    "party_unknown",
    "certificate_overlap",
]

#: The codes in the order in which findings are reported.
CODES: Final[tuple[Code, ...]] = get_args(Code)

_SEVERITIES: Final[Mapping[Code, Severity]] = MappingProxyType(
    {
        "received_before_ordered": "error",
        "promised_before_ordered": "warning",
        "known_before_ordered": "info",
        "received_more_than_ordered": "warning",
        "zero_quantity": "info",
        "receipt_without_order_line": "error",
        "unknown_order_line": "error",
        "inspected_more_than_received": "warning",
        "invoice_without_order": "info",
        "invoiced_more_than_ordered": "warning",
        "payment_without_invoice": "warning",
        "paid_before_invoiced": "warning",
        "paid_in_another_currency": "warning",
        "paid_more_than_invoiced": "warning",
        "credit_without_invoice": "warning",
        "credited_more_than_invoiced": "warning",
        "price_jump": "warning",
        "currency_change": "warning",
        "unit_change": "warning",
        "implausible_day": "warning",
        "party_unknown": "warning",
        "certificate_overlap": "info",
    }
)

_Part = TypeVar("_Part")
_Key = TypeVar("_Key")


def _is_share(_checks: object, field: "attrs.Attribute[Decimal]", value: Decimal) -> None:
    if value < 0:
        raise InvalidValueError(f"Checks.{field.name} is negative", value, hint="a tenth is 0.1")


def _is_period(_checks: object, field: "attrs.Attribute[Any]", value: object) -> None:
    if value is not None and not isinstance(value, Period):
        raise InvalidValueError(f"Checks.{field.name} must be a period", value, hint="give Period(first, end)")


def _codes(given: Iterable[Code]) -> frozenset[Code]:
    if isinstance(given, str):
        raise InvalidValueError("left_out is a collection", given, hint=f"write {{{given!r}}}")
    codes = frozenset(given)
    for code in sorted(codes - frozenset(CODES)):
        raise InvalidValueError("no such check", code, hint=did_you_mean(code, CODES))
    return codes


@final
@attrs.frozen(kw_only=True)
class Checks:
    """Which contradictions are looked for, and beyond which limits.

    Raises:
        InvalidValueError: a share that is negative or no exact number, or a check that does not exist.

    >>> Checks(price_jump="0.25", left_out={"certificate_overlap"}).price_jump
    Decimal('0.25')
    """

    #: By which share of the previous price a price may change; half of it by default.
    price_jump: Decimal = attrs.field(default=Decimal("0.5"), converter=exact_quantity, validator=_is_share)
    #: By which share of the quantity ordered a line may be received beyond it.
    over_delivery: Decimal = attrs.field(default=Decimal("0.1"), converter=exact_quantity, validator=_is_share)
    #: By which share of the quantity ordered a line may be billed beyond it.
    over_invoicing: Decimal = attrs.field(default=Decimal(0), converter=exact_quantity, validator=_is_share)
    #: By which share of the amount billed an invoice may be paid beyond it: amounts are billed without tax and paid
    #: with it, and no value-added tax of the European Union is above Hungary's 27 %.
    over_payment: Decimal = attrs.field(default=Decimal("0.27"), converter=exact_quantity, validator=_is_share)
    #: The days on which anything can have happened; `None`: any day.
    plausible: Period | None = attrs.field(default=None, validator=_is_period)
    #: Checks that are not made.
    left_out: frozenset[Code] = attrs.field(default=frozenset(), converter=_codes)


@final
@attrs.frozen(kw_only=True)
class InformationFinding:
    """One contradiction in the facts."""

    code: Code
    severity: Severity
    #: Where, as `receipts['GR1'].received_on`.
    path: str
    #: What contradicts what, in English and Chinese.
    message: Label
    #: The facts concerned, the one at `path` first.
    facts: tuple[Fact, ...]

    def __str__(self) -> str:
        """Return the finding as one line in English."""
        return f"{self.path}: {self.message} [{self.code}]"


@final
class Books:
    """The facts in force of a ledger, by what they belong to."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.lines: Mapping[str, OrderLine] = {line.id: line for line in ledger.order_lines}
        #: The order lines that order something, by day.
        self.ordered = sorted(
            (line for line in ledger.order_lines if line.quantity), key=attrgetter("ordered_on", "id")
        )
        self.receipts: Mapping[str, list[Receipt]] = grouped(ledger.receipts, lambda receipt: receipt.order_line)
        self.billed: Mapping[str, list[InvoiceLine]] = grouped(ledger.invoice_lines, lambda line: line.invoice)
        self.payments: Mapping[tuple[str | None, str | None], list[Payment]] = grouped(
            ledger.payments, lambda payment: (payment.invoice, payment.party)
        )
        #: The credit notes that name an invoice, by its number and the customer.
        self.credits: Mapping[tuple[str | None, str], list[CreditNote]] = grouped(
            (note for note in ledger.credit_notes if note.invoice is not None),
            lambda note: (note.invoice, note.customer),
        )

    def received(self, order_line: str) -> Decimal:
        """Return how much of what was ordered has arrived for a line."""
        receipts = self.receipts.get(order_line, ())
        return exact_total(receipt.quantity for receipt in receipts if not receipt.wrong_item)


def exact_total(quantities: Iterable[Decimal]) -> Decimal:
    """Return the sum of exact numbers, whatever precision the caller's own decimal context has."""
    total = Decimal(0)
    for quantity in quantities:
        total = EXACT.add(total, quantity)
    return total


def with_share(whole: Decimal, share: Decimal) -> Decimal:
    """Return a number and a share of it: 10 and a tenth are 11."""
    return EXACT.multiply(whole, EXACT.add(Decimal(1), share))


def change_beyond(old: Decimal, new: Decimal, share: Decimal) -> bool:
    """Return whether two numbers differ by more than a share of the first one."""
    return EXACT.abs(EXACT.subtract(new, old)) > EXACT.multiply(old, share)


def grouped(parts: Iterable[_Part], key: Callable[[_Part], _Key]) -> dict[_Key, list[_Part]]:
    """Return parts by a key, in their order."""
    groups: dict[_Key, list[_Part]] = {}
    for part in parts:
        groups.setdefault(key(part), []).append(part)
    return groups


def make_finding(check: Code, facts: tuple[Fact, ...], field: str, en: str, zh: str) -> InformationFinding:
    """Return a finding about the first of some facts; `field` may be empty."""
    first = facts[0]
    path = f"{KINDS[type(first)]}[{bounded_repr(first.id)}]"
    return InformationFinding(
        code=check,
        severity=_SEVERITIES[check],
        path=f"{path}.{field}" if field else path,
        message=Label(en, zh),
        facts=facts,
    )
