"""Read the CSV files of a purchasing department into facts; what cannot be used is refused by row, field and value.

Blanks are missing and never zero, ids are text and keep their leading zeros, dates are ISO. Nothing is guessed: a row
that says `2025-02-30` or `twelve` is left out and reported, because a figure from a guess looks like any other.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar

import attrs

from supplychain_rules import InvalidValueError, Label, Ledger, Money
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt

__all__ = ["COLUMNS", "Refusal", "UnreadableError", "World", "read_world"]

#: Legal forms that do not tell two firms apart.
LEGAL_FORMS: Final = frozenset({"ag", "co", "company", "gmbh", "inc", "limited", "llc", "ltd", "plc"})

#: The columns that each file must have; others are ignored.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "suppliers.csv": (
        "supplier_id",
        "name",
        "category",
        "screening",
        "payment_days",
        "service_rating",
        "corrective_actions",
    ),
    "orders.csv": (
        "line_id",
        "supplier_id",
        "item",
        "quantity",
        "unit_price",
        "currency",
        "ordered_on",
        "promised_on",
        "latest_promise_on",
    ),
    "receipts.csv": ("receipt_id", "line_id", "received_on", "quantity"),
    "inspections.csv": ("inspection_id", "supplier_id", "item", "lot", "inspected", "rejected", "inspected_on"),
    "prices.csv": ("price_id", "supplier_id", "item", "price", "currency", "unit", "quantity", "observed_on"),
    "certificates.csv": ("certificate_id", "supplier_id", "kind", "valid_from", "valid_until"),
}

BLANK: Final = Label("is blank", "为空")
NOT_A_DAY: Final = Label("is not a date such as 2025-01-31", "不是有效日期（应如 2025-01-31）")
NOT_A_NUMBER: Final = Label("is not a number such as 1234.5", "不是有效数字（应如 1234.5）")
NEGATIVE: Final = Label("is negative", "为负数")
UNKNOWN_SUPPLIER: Final = Label("is no known supplier", "不是已知供应商")
UNKNOWN_LINE: Final = Label("is no known order line", "不是已知订单行")
NO_CURRENCY: Final = Label("is no currency of ISO 4217", "不是 ISO 4217 货币代码")

#: What the library's facts refuse by themselves, in Chinese.
IN_CHINESE: Final = {"Inspection.rejected": "超过检验数量", "Certificate.valid_until": "早于生效日期"}


_Built = TypeVar("_Built")


class UnreadableError(Exception):
    """A folder or file that cannot be read at all."""


@attrs.frozen(kw_only=True)
class Refusal:
    """A row that was left out: where it stands (the header is row 1), and which value is to blame."""

    file: str
    row: int
    field: str
    value: str
    why: Label

    def text(self, lang: str) -> str:
        """Return the refusal as one line."""
        if lang == "zh":
            return f"{self.file} 第 {self.row} 行：{self.field} “{self.value}” {self.why.text('zh')}"
        return f'{self.file} row {self.row}: {self.field} "{self.value}" {self.why}'


@attrs.frozen(kw_only=True)
class World:
    """What was read: the facts, what the master data say of each supplier, and what was left out."""

    ledger: Ledger
    names: Mapping[str, str]
    #: Per supplier the columns that reach the rules as they stand; a blank is None.
    master_data: Mapping[str, Mapping[str, object]]
    rows: int
    refusals: tuple[Refusal, ...]
    #: Groups of ids whose names read alike; whether they are one firm is for a person to say.
    lookalikes: tuple[tuple[str, ...], ...]


class _UnusableError(Exception):
    def __init__(self, field: str, value: str, why: Label) -> None:
        self.field, self.value, self.why = field, value, why
        super().__init__(field, value, why)


@attrs.frozen
class _Row:
    """One row; every accessor refuses what it cannot read."""

    cells: Mapping[str, str]

    def optional(self, field: str) -> str | None:
        """Return a cell's text, None where it is blank."""
        return self.cells[field].strip() or None

    def text(self, field: str) -> str:
        value = self.optional(field)
        if value is None:
            raise _UnusableError(field, "", BLANK)
        return value

    def known(self, field: str, ids: Iterable[str], why: Label) -> str:
        """Return an id that another file must have introduced."""
        value = self.text(field)
        if value not in ids:
            raise _UnusableError(field, value, why)
        return value

    def day(self, field: str) -> date:
        value = self.text(field)
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _UnusableError(field, value, NOT_A_DAY) from None

    def number(self, field: str) -> Decimal:
        value = self.text(field)
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", value):
            raise _UnusableError(field, value, NOT_A_NUMBER)
        if value.startswith("-"):
            raise _UnusableError(field, value, NEGATIVE)
        return Decimal(value)

    def money(self, field: str) -> Money:
        amount, currency = self.number(field), self.text("currency")
        try:
            return Money(amount, currency)
        except InvalidValueError:
            raise _UnusableError("currency", currency, NO_CURRENCY) from None


def read_world(folder: Path) -> World:
    """Read the six files of a folder.

    Raises:
        UnreadableError: the folder, a file or a column is not there, a file is not CSV in UTF-8, or there is no
            supplier.
    """
    if not folder.is_dir():
        raise UnreadableError(f"{folder} is not a folder")
    reader = _Reader(folder)
    suppliers = reader.facts("suppliers.csv", _supplier)
    if not suppliers:
        raise UnreadableError(f"{folder / 'suppliers.csv'} holds no supplier that can be used")
    ids = {supplier.id for supplier, _ in suppliers}
    orders = reader.facts("orders.csv", lambda row: _order_line(row, ids))
    lines = {line.id for line in orders}
    facts: list[Fact] = [
        *(supplier for supplier, _ in suppliers),
        *orders,
        *reader.facts("receipts.csv", lambda row: _receipt(row, lines)),
        *reader.facts("inspections.csv", lambda row: _inspection(row, ids)),
        *reader.facts("prices.csv", lambda row: _price(row, ids)),
        *reader.facts("certificates.csv", lambda row: _certificate(row, ids)),
    ]
    names = {supplier.id: supplier.name for supplier, _ in suppliers}
    return World(
        ledger=Ledger(facts),
        names=names,
        master_data={supplier.id: known for supplier, known in suppliers},
        rows=reader.rows,
        refusals=tuple(reader.refusals),
        lookalikes=_lookalikes(names),
    )


def _supplier(row: _Row) -> tuple[Supplier, Mapping[str, object]]:
    category = row.optional("category")
    known = {
        "category": category,
        "screening": row.optional("screening"),
        "payment_days": row.optional("payment_days"),
        "service_rating": row.optional("service_rating"),
        "corrective_actions": row.optional("corrective_actions"),
    }
    name = " ".join(row.text("name").split())
    return Supplier(id=row.text("supplier_id"), name=name, categories=(category,) if category else ()), known


def _order_line(row: _Row, suppliers: Iterable[str]) -> OrderLine:
    return OrderLine(
        id=row.text("line_id"),
        supplier=row.known("supplier_id", suppliers, UNKNOWN_SUPPLIER),
        item=row.text("item"),
        quantity=row.number("quantity"),
        unit_price=row.money("unit_price"),
        ordered_on=row.day("ordered_on"),
        promised_on=row.day("promised_on"),
        latest_promise_on=row.day("latest_promise_on") if row.optional("latest_promise_on") else None,
    )


def _receipt(row: _Row, lines: Iterable[str]) -> Receipt:
    return Receipt(
        id=row.text("receipt_id"),
        order_line=row.known("line_id", lines, UNKNOWN_LINE),
        received_on=row.day("received_on"),
        quantity=row.number("quantity"),
    )


def _inspection(row: _Row, suppliers: Iterable[str]) -> Inspection:
    return Inspection(
        id=row.text("inspection_id"),
        supplier=row.known("supplier_id", suppliers, UNKNOWN_SUPPLIER),
        item=row.text("item"),
        lot=row.optional("lot"),
        inspected=row.number("inspected"),
        rejected=row.number("rejected"),
        inspected_on=row.day("inspected_on"),
    )


def _price(row: _Row, suppliers: Iterable[str]) -> PriceObservation:
    return PriceObservation(
        id=row.text("price_id"),
        supplier=row.known("supplier_id", suppliers, UNKNOWN_SUPPLIER),
        item=row.text("item"),
        price=row.money("price"),
        unit=row.text("unit"),
        quantity=row.number("quantity"),
        observed_on=row.day("observed_on"),
    )


def _certificate(row: _Row, suppliers: Iterable[str]) -> Certificate:
    return Certificate(
        id=row.text("certificate_id"),
        supplier=row.known("supplier_id", suppliers, UNKNOWN_SUPPLIER),
        kind=row.text("kind"),
        valid_from=row.day("valid_from"),
        valid_until=row.day("valid_until"),  # a blank end was not typed in; it does not mean for ever
    )


@attrs.define
class _Reader:
    """The files of one folder, and what was refused so far."""

    folder: Path
    rows: int = 0
    refusals: list[Refusal] = attrs.field(factory=list)

    def facts(self, file: str, build: Callable[[_Row], _Built]) -> list[_Built]:
        """Build a fact from every row that can be used, and note every row that cannot."""
        built: list[_Built] = []
        identity = COLUMNS[file][0]
        seen: dict[str, int] = {}
        for number, row in self._rows(file):
            self.rows += 1
            try:
                first = seen.setdefault(row.text(identity), number)
                if first != number:
                    why = Label(f"stands in row {first} already", f"已在第 {first} 行出现")
                    raise _UnusableError(identity, row.text(identity), why)  # noqa: TRY301  one place notes all refusals
                built.append(build(row))
            except _UnusableError as bad:
                self._refuse(file, number, bad.field, bad.value, bad.why)
            except InvalidValueError as error:  # the facts' own rules, as more rejected than inspected
                place = error.what.split()[0]
                why = Label(error.what.removeprefix(f"{place} "), IN_CHINESE.get(place, ""))
                self._refuse(file, number, place.partition(".")[2], str(error.value), why)
        return built

    def _refuse(self, file: str, row: int, field: str, value: str, why: Label) -> None:
        self.refusals.append(Refusal(file=file, row=row, field=field, value=value, why=why))

    def _rows(self, file: str) -> Iterator[tuple[int, _Row]]:
        """Yield every row with its number in the file, the header being row 1; empty lines do not count as rows."""
        path = self.folder / file
        if not path.is_file():
            raise UnreadableError(f"{path} is missing; the folder needs {', '.join(COLUMNS)}")
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                rows = csv.DictReader(stream, restval="")
                lacking = [column for column in COLUMNS[file] if column not in (rows.fieldnames or ())]
                if lacking:
                    raise UnreadableError(f"{path} lacks the column {', '.join(lacking)}")
                for cells in rows:
                    yield rows.line_num, _Row({column: cells[column] for column in COLUMNS[file]})
        except (UnicodeDecodeError, csv.Error) as error:
            raise UnreadableError(f"{path} is not CSV in UTF-8: {error}") from None


def _lookalikes(names: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Group the ids whose names agree but for case, punctuation and legal form."""
    groups: dict[str, list[str]] = {}
    for identity, name in names.items():
        words = re.findall(r"\w+", name.casefold())
        groups.setdefault(" ".join(word for word in words if word not in LEGAL_FORMS), []).append(identity)
    return tuple(tuple(ids) for ids in groups.values() if len(ids) > 1)
