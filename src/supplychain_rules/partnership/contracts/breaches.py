"""What a check of a contract finds: breaches with the facts that prove them, and rights to terminate."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, final

import attrs

from supplychain_rules.measures.exact import Number, fraction
from supplychain_rules.partnership.contracts.kinds import BREACH_LABELS, BreachKind
from supplychain_rules.rules.wording import one_line
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.period import Period
from supplychain_rules.values.scaled import number_text

__all__ = ["Breach", "BreachPart", "Compliance", "NotJudged", "TerminationRight"]


def _as_fraction(value: Number | None) -> Fraction | None:
    """Return a number by which equal ones are equal, whatever their type."""
    return None if value is None else fraction(value)


@final
@attrs.frozen(kw_only=True)
class BreachPart:
    """A part of a line or of an invoice that came late: how much, and on which day.

    >>> BreachPart(size=4, until=date(2026, 1, 23)).is_open
    False
    """

    #: Units of goods, or money in the contract's currency.
    size: Number = attrs.field(eq=_as_fraction)
    #: The day it came or was paid; the day of the report while it is open.
    until: date
    is_open: bool = False


@final
@attrs.frozen(kw_only=True)
class Breach:
    """One breach of one clause, with what it is measured by and the facts that prove it.

    What a kind of breach has no use for is `None`: a late line has parts and a last day, a level has neither.
    """

    kind: BreachKind
    #: The id of the clause.
    clause: str
    #: Whose duty it was, and to whom.
    debtor: str
    creditor: str
    #: The first day on which it was one, of a window its last day; a check of a period finds those of its days.
    on: date
    #: The day whose clauses govern it, as that of the order.
    governed_on: date
    #: What it is about: an order line, an invoice, an inspection or a window.
    subject: str
    #: The facts that prove it, as `receipts/GR1`.
    facts: tuple[str, ...]
    item: str | None = None
    #: The day it was due, excused delays included, and the last day that the terms allow.
    due_on: date | None = None
    last_on: date | None = None
    #: The day it was made good; the day of the report while it is open.
    until: date | None = None
    is_open: bool = False
    #: How many units it is about: those late, short, beyond, early, wrong or rejected.
    quantity: Number | None = attrs.field(default=None, eq=_as_fraction)
    #: What these are worth in the contract's currency, and what the whole line, lot, invoice or window is worth.
    value: Number | None = attrs.field(default=None, eq=_as_fraction)
    whole: Number | None = attrs.field(default=None, eq=_as_fraction)
    #: What came late, in the order of its days.
    parts: tuple[BreachPart, ...] = ()
    #: What was agreed and what was found, where these are numbers.
    agreed: Number | None = attrs.field(default=None, eq=_as_fraction)
    actual: Number | None = attrs.field(default=None, eq=_as_fraction)

    @property
    def id(self) -> str:
        """What identifies the breach, the same in every later report."""
        return f"{self.kind}:{self.clause}:{self.subject}"

    @property
    def days(self) -> int | None:
        """The days beyond the last day allowed; `None` for a breach that has none."""
        if self.last_on is None or self.until is None:
            return None
        return (self.until - self.last_on).days

    def text(self, lang: Lang = "en") -> str:
        """Return the breach in words.

        >>> Breach(kind="missing_document", clause="papers", debtor="V7", creditor="us", on=date(2026, 1, 2),
        ...     governed_on=date(2026, 1, 1), facts=(), subject="order_lines/PO1", last_on=date(2026, 1, 1),
        ...     until=date(2026, 1, 5), is_open=True).text()
        'document missing, order_lines/PO1: 4 days beyond 2026-01-01, and open'
        """
        said = [_WORDS[lang][name](self) for name in _WORDS[lang]]
        details = (", " if lang == "en" else "，").join(one for one in said if one)
        what = BREACH_LABELS[self.kind].text(lang)
        if lang == "en":
            return f"{what}, {one_line(self.subject)}: {details}"
        return f"{what}（{one_line(_subject_in_chinese(self.subject))}）：{details}"

    def to_dict(self) -> dict[str, Any]:
        """Return the breach as plain, JSON-able data: numbers as text, days in ISO 8601, what is `None` left out.

        >>> gap = Breach(kind="missing_document", clause="papers", debtor="V7", creditor="us", on=date(2026, 1, 2),
        ...     governed_on=date(2026, 1, 1), facts=(), subject="order_lines/PO1", quantity=2)
        >>> gap.to_dict()["quantity"], gap.to_dict()["on"], "value" in gap.to_dict()
        ('2', '2026-01-02', False)
        """
        return {"id": self.id, **_plain_fields(self)}

    def __str__(self) -> str:
        """Return the breach in English."""
        return self.text("en")


@final
@attrs.frozen(kw_only=True)
class TerminationRight:
    """So many breaches of one party within so many days that the other may terminate; whether it does is its choice."""

    #: The id of the clause.
    clause: str
    #: The party that broke its duties, and the one that has the right.
    debtor: str
    creditor: str
    #: The day of the breach that made it so many.
    on: date
    #: The ids of the breaches, in the order of their days.
    breaches: tuple[str, ...]


@final
@attrs.frozen(kw_only=True)
class NotJudged:
    """What a clause could not be held against, and why; never dropped in silence."""

    clause: str
    reason: Label
    #: What it is about, in order.
    subjects: tuple[str, ...]


@final
@attrs.frozen(kw_only=True)
class Compliance:
    """What a check of a contract found for a period as of a day."""

    #: The id of the contract.
    contract: str
    #: The breaches that began in this period are there.
    period: Period
    as_of: date
    #: By the day they began, then by kind, clause and subject.
    breaches: tuple[Breach, ...]
    terminations: tuple[TerminationRight, ...]
    #: What no clause could be held against, of all the contract's business that is known on the day.
    not_judged: tuple[NotJudged, ...]
    #: What people read for the parties that have a label.
    names: tuple[tuple[str, Label], ...] = ()

    @property
    def complies(self) -> bool:
        """Whether there is no breach."""
        return not self.breaches

    def of(self, party: str) -> tuple[Breach, ...]:
        """Return the breaches of one party's duties."""
        return tuple(breach for breach in self.breaches if breach.debtor == party)

    def text(self, lang: Lang = "en") -> str:
        """Return a line for each breach, or that there is none."""
        if not self.breaches:
            return {"en": "no breach", "zh": "无违约"}[lang]
        names = {party: label.text(lang) for party, label in self.names}
        return "\n".join(
            f"{names.get(breach.debtor, one_line(breach.debtor))}: {breach.text(lang)}" for breach in self.breaches
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what was found as plain, JSON-able data."""
        return {
            "contract": self.contract,
            "period": str(self.period),
            "as_of": self.as_of.isoformat(),
            "breaches": [breach.to_dict() for breach in self.breaches],
            "terminations": [_plain_fields(right) for right in self.terminations],
            "not_judged": [_plain_fields(one) for one in self.not_judged],
        }

    def __str__(self) -> str:
        """Return the same in English."""
        return self.text("en")


def _plain_fields(found: Breach | BreachPart | TerminationRight | NotJudged) -> dict[str, Any]:
    kind: Any = type(found)
    held = {field.name: getattr(found, field.name) for field in attrs.fields(kind)}
    return {name: _plain(value) for name, value in held.items() if value is not None}


def _plain(value: object) -> object:
    match value:
        case bool() | str():
            return value
        case int() | Decimal() | Fraction():
            return _shown(value)
        case date():
            return value.isoformat()
        case Label():
            return {"en": value.en, "zh": value.zh}
        case tuple():
            return [_plain_fields(one) if isinstance(one, BreachPart) else one for one in value]
        case _:
            return value


def _shown(value: Number) -> str:
    return number_text(fraction(value))


#: How each detail of a breach reads, where there is one.
_Words = Mapping[str, Callable[[Breach], str]]

_ENGLISH: Final[_Words] = {
    "days": lambda breach: "" if breach.days is None else f"{breach.days} days beyond {breach.last_on}",
    "quantity": lambda breach: "" if breach.quantity is None else f"{_shown(breach.quantity)} units",
    "value": lambda breach: "" if breach.value is None else f"worth {_shown(breach.value)}",
    "levels": lambda breach: _levels(breach, "{actual} instead of {agreed}"),
    "open": lambda breach: "and open" if breach.is_open else "",
}

_CHINESE: Final[_Words] = {
    "days": lambda breach: "" if breach.days is None else f"超过 {breach.last_on} {breach.days} 天",
    "quantity": lambda breach: "" if breach.quantity is None else f"{_shown(breach.quantity)} 件",
    "value": lambda breach: "" if breach.value is None else f"价值 {_shown(breach.value)}",
    "levels": lambda breach: _levels(breach, "实际 {actual}，约定 {agreed}"),
    "open": lambda breach: "尚未解决" if breach.is_open else "",
}

_WORDS: Final[Mapping[Lang, _Words]] = {"en": _ENGLISH, "zh": _CHINESE}


#: How the facts and measures that a subject names are called in Chinese.
_SUBJECTS: Final = MappingProxyType(
    {
        "order_lines/": "订单行 ",
        "invoice_lines/": "发票行 ",
        "invoices/": "发票 ",
        "inspections/": "检验 ",
        "units[": "合格率 [",
        "lots[": "批次合格率 [",
        "ppm[": "百万分比不良率 [",
    }
)

#: Between the kind of a document and what it is missing for.
_MISSING_FOR: Final = re.compile(r"(.+) (?:from|of) (order_lines/.+|\d{4}-\d\d-\d\d)")


def _subject_in_chinese(subject: str) -> str:
    """Return a subject in words; an id stays as it is."""
    missing = _MISSING_FOR.fullmatch(subject)
    if missing:
        of = missing[2]
        return f"{missing[1]}，{_subject_in_chinese(of)}" if "/" in of else f"{missing[1]}，自 {of} 起"
    for beginning, words in _SUBJECTS.items():
        if subject.startswith(beginning):
            return words + subject.removeprefix(beginning)
    return subject


def _levels(breach: Breach, pattern: str) -> str:
    values: Any = (breach.actual, breach.agreed)
    if None in values:
        return ""
    actual, agreed = (_shown(value) for value in values)
    return pattern.format(actual=actual, agreed=agreed)
