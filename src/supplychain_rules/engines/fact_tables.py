"""Tables of facts: which column of a frame or an SQL table holds which field of which kind of fact.

The words are those of the facts: a table of order lines has a column for each field of an order line that is read,
by the field's name where nothing else is said. Each table holds the facts in force, one row for each id.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal, final

import attrs

from supplychain_rules.engines.plan import PlanInput
from supplychain_rules.engines.relations import Field
from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    TextType,
    Type,
    day_number,
)

__all__ = [
    "FACT_KINDS",
    "MAX_RECEIPTS_OF_A_LINE",
    "MAX_ROWS",
    "OWN_DAY",
    "PROFILE_KINDS",
    "FactKind",
    "FactTable",
    "Sizes",
    "TableColumns",
    "check_kinds",
]

#: The kinds of facts that tables may hold, as a ledger names them.
FactKind = Literal[
    "order_lines",
    "receipts",
    "inspections",
    "invoice_lines",
    "suppliers",
    "customers",
    "credit_notes",
    "interactions",
    "complaints",
]

#: The kinds that measures are computed from, in the order in which messages list them.
FACT_KINDS: Final[tuple[FactKind, ...]] = ("order_lines", "receipts", "inspections", "invoice_lines", "suppliers")

#: The kinds that profiles of customers are computed from.
PROFILE_KINDS: Final[tuple[FactKind, ...]] = (
    "invoice_lines",
    "credit_notes",
    "interactions",
    "complaints",
    "customers",
)

#: The columns of fields that are not called as the field, by kind of fact; None for a field without a column.
TableColumns = Mapping[FactKind, Mapping[str, str | None]]

#: Most rows of a table where nothing else is said: a hundred million leave nine digits for what is added up.
MAX_ROWS: Final = 100_000_000

#: Most receipts of one order line: a line that came in more than ten thousand parts is an open contract.
MAX_RECEIPTS_OF_A_LINE: Final = 10_000

#: Most decimals of a quantity or an amount, as of a number in the language of rules.
_MAX_DECIMALS: Final = 9

#: Largest number that may be declared; with nine decimals it still has 64 bits.
_LARGEST: Final = 1_000_000_000


def _is_up_to(most: int, least: int = 0) -> Callable[[Any, "attrs.Attribute[int]", int], None]:
    def validate(_sizes: object, field: "attrs.Attribute[int]", value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise InvalidValueError(f"Sizes.{field.name} must be a whole number from {least} to {most}", value)

    return validate


@final
@attrs.frozen(kw_only=True)
class Sizes:
    """How fine and how large the numbers of a table may be, which proves that no sum outgrows 64 bits.

    A number beyond its largest is a bad value, as one outside the bounds of a rule set's input is. Digits after the
    last decimal are rounded half up.

    >>> Sizes(largest_price=2_000).quantity_decimals
    3
    """

    #: Decimals of quantities.
    quantity_decimals: int = attrs.field(default=3, validator=_is_up_to(_MAX_DECIMALS))
    #: The largest quantity of one fact.
    largest_quantity: int = attrs.field(default=1_000_000, validator=_is_up_to(_LARGEST, 1))
    #: Decimals of prices and amounts.
    money_decimals: int = attrs.field(default=4, validator=_is_up_to(_MAX_DECIMALS))
    #: The largest price of one unit.
    largest_price: int = attrs.field(default=500_000, validator=_is_up_to(_LARGEST, 1))
    #: The largest stated value of a line.
    largest_amount: int = attrs.field(default=_LARGEST, validator=_is_up_to(_LARGEST, 1))
    #: Most rows of a table.
    rows: int = attrs.field(default=MAX_ROWS, validator=_is_up_to(10**12, 1))

    @property
    def quantity(self) -> NumberType:
        """The type of quantities."""
        power = 10**self.quantity_decimals
        return NumberType(decimals=self.quantity_decimals, low=0, high=self.largest_quantity * power)

    @property
    def price(self) -> NumberType:
        """The type of prices."""
        power = 10**self.money_decimals
        return NumberType(decimals=self.money_decimals, low=0, high=self.largest_price * power)

    @property
    def amount(self) -> NumberType:
        """The type of stated values and billed amounts."""
        power = 10**self.money_decimals
        return NumberType(decimals=self.money_decimals, low=0, high=self.largest_amount * power)


#: Days that facts may have.
_DAY: Final = DateType(low=day_number(date.min), high=day_number(date.max))

#: The fields of each kind: what holds it, and whether it may be missing.
_FIELDS: Final[Mapping[FactKind, Mapping[str, tuple[str, bool]]]] = MappingProxyType(
    {
        "order_lines": {
            "id": ("id", False),
            "supplier": ("id", False),
            "customer": ("id", True),
            "item": ("id", False),
            "quantity": ("quantity", False),
            "unit": ("id", True),
            "unit_price": ("price", False),
            "value": ("amount", True),
            "currency": ("currency", False),
            "ordered_on": ("day", False),
            "promised_on": ("day", False),
            "latest_promise_on": ("day", True),
            "requested_on": ("day", True),
            "category": ("id", True),
            "site": ("id", True),
            "status": ("id", True),
            "known_on": ("day", False),
        },
        "receipts": {
            "order_line": ("id", False),
            "received_on": ("day", False),
            "quantity": ("quantity", False),
            "wrong_item": ("boolean", True),
            "known_on": ("day", False),
        },
        "inspections": {
            "supplier": ("id", False),
            "item": ("id", False),
            "inspected": ("positive", False),
            "rejected": ("quantity", False),
            "conceded": ("quantity", True),
            "accepted": ("boolean", True),
            "category": ("id", True),
            "site": ("id", True),
            "inspected_on": ("day", False),
            "known_on": ("day", False),
        },
        "invoice_lines": {
            "supplier": ("id", False),
            "customer": ("id", True),
            "item": ("id", True),
            "amount": ("amount", False),
            "cost": ("amount", True),
            "currency": ("currency", False),
            "category": ("id", True),
            "site": ("id", True),
            "invoiced_on": ("day", False),
            "known_on": ("day", False),
        },
        "suppliers": {"id": ("id", False), "category": ("id", True)},
        "customers": {"id": ("id", False), "known_on": ("day", False)},
        "credit_notes": {
            "customer": ("id", False),
            "amount": ("amount", False),
            "currency": ("currency", False),
            "credited_on": ("day", False),
            "known_on": ("day", False),
        },
        "interactions": {
            "customer": ("id", False),
            "cost": ("amount", True),
            "currency": ("currency", False),
            "happened_on": ("day", False),
            "known_on": ("day", False),
        },
        "complaints": {
            "customer": ("id", False),
            "cost": ("amount", True),
            "currency": ("currency", False),
            "opened_on": ("day", False),
            "closed_on": ("day", True),
            "known_on": ("day", False),
        },
    }
)

#: The field by which a fact is known where its table does not say it.
OWN_DAY: Final[Mapping[FactKind, str]] = MappingProxyType(
    {
        "order_lines": "ordered_on",
        "receipts": "received_on",
        "inspections": "inspected_on",
        "invoice_lines": "invoiced_on",
        "credit_notes": "credited_on",
        "interactions": "happened_on",
        "complaints": "opened_on",
    }
)


def check_kinds(kinds: Iterable[str], known: tuple[FactKind, ...]) -> None:
    """Refuse what is none of the known kinds of facts.

    Raises:
        InvalidValueError: another kind, or none at all.
    """
    found = tuple(kinds)
    for kind in found:
        if kind not in known:
            hint = did_you_mean(kind, known) or f"one of {', '.join(known)}"
            raise InvalidValueError("no kind of facts that is read here", kind, hint=hint)
    if not found:
        raise InvalidValueError("no table of facts", hint=f"give one of {', '.join(known)}")


@final
@attrs.frozen(kw_only=True)
class FactTable:
    """The columns of one kind of fact."""

    kind: FactKind
    #: The table that holds them; one table may hold facts of several kinds.
    table: str
    #: The columns that the table has.
    present: frozenset[str]
    #: The columns of fields that are not called as the field; None for a field without a column.
    columns: Mapping[str, str | None]
    #: Digits and decimals of columns that are known to hold decimals or whole numbers.
    stored: Mapping[str, tuple[int, int]]
    #: Columns that are known to hold dates.
    dates: frozenset[str]
    sizes: Sizes
    currency: str | None

    @staticmethod
    def of(  # noqa: PLR0913  each says one thing of the table
        kind: FactKind,
        *,
        table: str,
        present: Iterable[str],
        columns: Mapping[str, str | None],
        stored: Mapping[str, tuple[int, int]] | None = None,
        dates: Iterable[str] = (),
        sizes: Sizes,
        currency: str | None,
    ) -> "FactTable":
        """Return the table of a kind.

        Raises:
            InvalidValueError: a field that the kind does not have, or a column that the table does not have.
        """
        known = frozenset(present)
        for field, column in columns.items():
            if field not in _FIELDS[kind]:
                hint = did_you_mean(field, _FIELDS[kind]) or f"fields are {', '.join(_FIELDS[kind])}"
                raise InvalidValueError(f"{kind} have no such field", field, hint=hint)
            if column is not None and column not in known:
                hint = did_you_mean(column, known) or "name a column that the table has, or None"
                raise InvalidValueError(f"{kind} have no such column", column, hint=hint)
        return FactTable(
            kind=kind,
            table=table,
            present=known,
            columns=dict(columns),
            stored=dict(stored or {}),
            dates=frozenset(dates),
            sizes=sizes,
            currency=currency,
        )

    def has(self, field: str) -> bool:
        """Say whether the table has a column for a field."""
        return self._column(field) is not None

    def says_without(self, field: str) -> bool:
        """Say whether it was said that a field has no column."""
        return field in self.columns and self.columns[field] is None

    def is_whole(self, field: str) -> bool:
        """Say whether the ids of a field are whole numbers."""
        column = self._column(field)
        return column is not None and self.stored.get(column, (0, 1))[1] == 0

    def field(self, field: str, *, optional: bool | None = None) -> Field:
        """Return how a field is read.

        Args:
            field: the field of the fact.
            optional: whether it may be missing, where that is another than the fact's.

        Raises:
            InvalidValueError: the table has no column for it.
        """
        column = self._column(field)
        if column is None or field not in _FIELDS[self.kind]:
            hint = did_you_mean(field, self.present) or f"name its column in columns={{'{self.kind}': ...}}"
            raise InvalidValueError(f"what is asked needs a column of {self.kind}", field, hint=hint)
        what, may_miss = _FIELDS[self.kind][field]
        kind = self._type(what, optional=may_miss if optional is None else optional)
        name = f"{self.kind}_{field}"
        return Field(
            name=name,
            column=column,
            read=PlanInput(name=name, input=field, type=kind),
            is_id=what == "id",
            stored=self.stored.get(column),
            is_date=column in self.dates,
        )

    def _column(self, field: str) -> str | None:
        column = self.columns.get(field, field) if field in _FIELDS[self.kind] else None
        return column if column in self.present else None

    def _type(self, what: str, *, optional: bool) -> Type:
        kind: Type
        match what:
            case "id":
                return TextType(optional=optional)
            case "day":
                kind = _DAY
            case "boolean":
                return BooleanType(optional=optional)
            case "currency":
                return ChoiceType(options=(self.currency or "",), optional=optional)
            case "quantity":
                kind = self.sizes.quantity
            case "positive":
                kind = attrs.evolve(self.sizes.quantity, low=1)
            case "price":
                kind = self.sizes.price
            case _:
                kind = self.sizes.amount
        return attrs.evolve(kind, optional=optional)
