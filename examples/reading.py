"""Read the CSV files of a purchasing department into facts; what cannot be used is refused by row, field and value.

The files are read here, the rows are understood by the library: a declaration for each file says which column holds
which field. Blanks are missing and never zero, ids keep their leading zeros, and nothing is guessed: a row that says
`2025-02-30` or `twelve` is left out and reported, because a figure from a guess looks like any other.
"""

import csv
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, TypeVar

import attrs

from supplychain_rules import Ledger
from supplychain_rules.errors import Problem, bounded_repr
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.duplicates import lookalikes
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.structure import Structure, structure
from supplychain_rules.facts.trade import OrderLine, Receipt

__all__ = ["Refusal", "UnreadableError", "World", "read_world"]

SUPPLIERS: Final = Structure(
    kind=Supplier,
    columns={"id": "supplier_id", "name": "name", "categories": "category"},
    required={"name"},
    spaces="strip",
)
ORDERS: Final = Structure(
    kind=OrderLine,
    columns={
        "id": "line_id",
        "supplier": "supplier_id",
        "item": "item",
        "quantity": "quantity",
        "unit_price": "unit_price",
        "ordered_on": "ordered_on",
        "promised_on": "promised_on",
        "latest_promise_on": "latest_promise_on",
    },
    currency_column="currency",
    spaces="strip",
)
RECEIPTS: Final = Structure(
    kind=Receipt,
    columns={"id": "receipt_id", "order_line": "line_id", "received_on": "received_on", "quantity": "quantity"},
    spaces="strip",
)
INSPECTIONS: Final = Structure(
    kind=Inspection,
    columns={
        "id": "inspection_id",
        "supplier": "supplier_id",
        "item": "item",
        "lot": "lot",
        "inspected": "inspected",
        "rejected": "rejected",
        "inspected_on": "inspected_on",
    },
    spaces="strip",
)
PRICES: Final = Structure(
    kind=PriceObservation,
    columns={
        "id": "price_id",
        "supplier": "supplier_id",
        "item": "item",
        "price": "price",
        "unit": "unit",
        "quantity": "quantity",
        "observed_on": "observed_on",
    },
    required={"unit"},
    currency_column="currency",
    spaces="strip",
)
CERTIFICATES: Final = Structure(
    kind=Certificate,
    columns={
        "id": "certificate_id",
        "supplier": "supplier_id",
        "kind": "kind",
        "valid_from": "valid_from",
        "valid_until": "valid_until",
    },
    required={"valid_until"},  # a blank end was not typed in; it does not mean for ever
    spaces="strip",
)

#: Columns of the suppliers' file that reach the rules as they stand.
MASTER_DATA: Final = ("category", "screening", "payment_days", "service_rating", "corrective_actions")

#: The files of a world.
FILES: Final = ("suppliers.csv", "orders.csv", "receipts.csv", "inspections.csv", "prices.csv", "certificates.csv")

UNKNOWN: Final = {"supplier": "is no known supplier", "order_line": "is no known order line"}

#: What the library says of a row, in Chinese: by words of its message where the code says too little, else by the code.
WORDS_IN_CHINESE: Final = {
    "is negative": "为负数",
    "unknown currency": "不是 ISO 4217 货币代码",
    "exceeds": "超过检验数量",
    "lies before": "早于生效日期",
}
IN_CHINESE: Final = {
    "required": "为空",
    "bad_date": "不是有效日期",
    "bad_number": "不是有效数字",
    "bad_value": "不符合要求",
    "contradiction": "与前面的行矛盾",
    "duplicate": "与前面的行重复",
    "unknown": "不是已知编号",
}

_Kind = TypeVar("_Kind", bound=Fact)


class UnreadableError(Exception):
    """A folder or file that cannot be read at all."""


@attrs.frozen(kw_only=True)
class Refusal:
    """Why a row was left out: its file, and what the library says of it; the header is row 1."""

    file: str
    problem: Problem

    def text(self, lang: str) -> str:
        """Return the refusal as one line."""
        row, _, field = self.problem.path.partition(".")
        if lang == "zh":
            said = (zh for en, zh in WORDS_IN_CHINESE.items() if en in self.problem.message)
            why = next(said, IN_CHINESE[self.problem.code])
            return f"{self.file} 第 {row.removeprefix('row ')} 行：{field} {self.problem.value} {why}"
        return f"{self.file} {row}: {field}: {self.problem.message} ({self.problem.value})"


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


def read_world(folder: Path) -> World:
    """Read the six files of a folder.

    Raises:
        UnreadableError: the folder, a file or a column is not there, a file is not CSV in UTF-8, or there is no
            supplier.
    """
    if not folder.is_dir():
        raise UnreadableError(f"{folder} is not a folder")
    reader = _Reader(folder)
    suppliers = reader.facts("suppliers.csv", SUPPLIERS, also=MASTER_DATA)
    if not suppliers:
        raise UnreadableError(f"{folder / 'suppliers.csv'} holds no supplier that can be used")
    ids = {supplier.id for supplier, _ in suppliers}
    orders = reader.known("orders.csv", ORDERS, "supplier", ids)
    facts: list[Fact] = [
        *(supplier for supplier, _ in suppliers),
        *orders,
        *reader.known("receipts.csv", RECEIPTS, "order_line", {line.id for line in orders}),
        *reader.known("inspections.csv", INSPECTIONS, "supplier", ids),
        *reader.known("prices.csv", PRICES, "supplier", ids),
        *reader.known("certificates.csv", CERTIFICATES, "supplier", ids),
    ]
    return World(
        ledger=Ledger(facts),
        names={supplier.id: supplier.name for supplier, _ in suppliers},
        master_data={
            supplier.id: {column: row[column].strip() or None for column in MASTER_DATA} for supplier, row in suppliers
        },
        rows=reader.rows,
        refusals=tuple(reader.refusals),
        lookalikes=tuple(found.ids for found in lookalikes(supplier for supplier, _ in suppliers)),
    )


@attrs.define
class _Reader:
    """The files of one folder, and what was refused so far."""

    folder: Path
    rows: int = 0
    refusals: list[Refusal] = attrs.field(factory=list)

    def known(self, file: str, spec: Structure[_Kind], field: str, ids: Collection[str]) -> list[_Kind]:
        """Return the facts of a file whose supplier or order line another file has introduced."""
        return [fact for fact, _ in self.facts(file, spec, field=field, ids=ids)]

    def facts(
        self,
        file: str,
        spec: Structure[_Kind],
        *,
        also: Collection[str] = (),
        field: str = "",
        ids: Collection[str] = (),
    ) -> list[tuple[_Kind, dict[str, str]]]:
        """Return a fact and its row for every row that can be used, and note every row that cannot."""
        rows = self._read(file, {*(spec.columns or {}).values(), *also})
        found = structure(spec, rows, first_row=2)
        self.rows += found.rows
        problems = [*found.problems, *found.duplicates]
        used: list[tuple[_Kind, dict[str, str]]] = []
        for fact, row in zip(found.facts, found.numbers, strict=True):
            value = getattr(fact, field) if field else None
            if field and value not in ids:
                message = UNKNOWN[field]
                problems.append(
                    Problem(code="unknown", path=f"row {row}.{field}", message=message, value=bounded_repr(value))
                )
            else:
                used.append((fact, rows[row - 2]))
        self.refusals += [Refusal(file=file, problem=problem) for problem in sorted(problems, key=_row)]
        return used

    def _read(self, file: str, columns: Collection[str]) -> list[dict[str, str]]:
        path = self.folder / file
        if not path.is_file():
            raise UnreadableError(f"{path} is missing; the folder needs {', '.join(FILES)}")
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                rows = csv.DictReader(stream, restval="")
                lacking = [column for column in sorted(columns) if column not in (rows.fieldnames or ())]
                if lacking:
                    raise UnreadableError(f"{path} lacks the column {', '.join(lacking)}")
                return list(rows)
        except (UnicodeDecodeError, csv.Error) as error:
            raise UnreadableError(f"{path} is not CSV in UTF-8: {error}") from None


def _row(problem: Problem) -> int:
    return int(problem.path.partition(".")[0].removeprefix("row "))
