"""Read what customers bought and paid into facts, from CSV files or from the CDNOW master file as it is published.

A CSV file of purchases has one line of an invoice per row, with the columns line_id, invoice, customer_id, quantity,
amount, currency, invoiced_on and due_on (which may be blank). `customer_payments.csv` and `customer_consents.csv`
beside it are read where they are there. The CDNOW file is blank separated: customer, day, CDs, dollars; its ids
are text, and a line that stands twice is two purchases. What cannot be used is refused by row, field and value.
"""

import csv
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import attrs
from reading import Refusal, UnreadableError

from supplychain_rules import Ledger
from supplychain_rules.errors import Problem, bounded_repr
from supplychain_rules.facts.billing import InvoiceLine, Payment
from supplychain_rules.facts.care import Consent
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.structure import Structure, structure

__all__ = ["Shop", "read_shop"]

#: Who sells: every purchase is on an invoice of ours.
SELLER: Final = "us"

PURCHASES: Final = Structure(
    kind=InvoiceLine,
    columns={
        "id": "line_id",
        "invoice": "invoice",
        "customer": "customer_id",
        "quantity": "quantity",
        "amount": "amount",
        "invoiced_on": "invoiced_on",
        "due_on": "due_on",
    },
    constants={"supplier": SELLER},
    required={"customer"},
    currency_column="currency",
    spaces="strip",
)
PAYMENTS: Final = Structure(
    kind=Payment,
    columns={"id": "payment_id", "invoice": "invoice", "amount": "amount", "paid_on": "paid_on"},
    required={"invoice"},
    currency_column="currency",
    spaces="strip",
)
CONSENTS: Final = Structure(
    kind=Consent,
    columns={
        "id": "consent_id",
        "customer": "customer_id",
        "channel": "channel",
        "purpose": "purpose",
        "given_on": "given_on",
        "withdrawn_on": "withdrawn_on",
    },
    spaces="strip",
)

#: The files that are read beside one of purchases.
PAYMENTS_FILE: Final = "customer_payments.csv"
CONSENTS_FILE: Final = "customer_consents.csv"

#: The heading of the CDNOW file, and how its cells become an invoice line; an order is paid as it is placed.
CDNOW_HEADING: Final = ("customer_id", "date", "number_of_cds", "dollar_value")
CDNOW: Final = Structure(
    kind=InvoiceLine,
    columns={
        "id": "line",
        "invoice": "invoice",
        "customer": "customer_id",
        "quantity": "number_of_cds",
        "amount": "dollar_value",
        "invoiced_on": "date",
    },
    constants={"supplier": "CDNOW"},
    dates=("%Y%m%d",),
    currency="USD",
)

_Kind = TypeVar("_Kind", bound=Fact)


@attrs.frozen(kw_only=True)
class Shop:
    """What was read: the facts, their currency, the last day of a purchase, and what was left out."""

    ledger: Ledger
    currency: str
    last_day: date
    #: Whether the file says what was paid; without it, nothing can be said of what is owed.
    on_account: bool
    rows: int
    refusals: tuple[Refusal, ...]


def read_shop(path: Path) -> Shop:
    """Read a file of purchases in either format, and the payments and consents beside one in CSV.

    Raises:
        UnreadableError: a file is not there, lacks a column, is no text in UTF-8 or holds no purchase that can be used.
    """
    reader = _Reader()
    if _is_cdnow(path):
        facts: list[Fact] = [*reader.facts(path, CDNOW, list(_cdnow_rows(path)))]
        on_account = False
    else:
        purchases = reader.csv(path, PURCHASES)
        known = {line.invoice for line in purchases}
        payments = path.with_name(PAYMENTS_FILE)
        consents = path.with_name(CONSENTS_FILE)
        on_account = payments.is_file()
        facts = [
            *purchases,
            *(reader.csv(payments, PAYMENTS, invoices=known) if on_account else ()),
            *(reader.csv(consents, CONSENTS) if consents.is_file() else ()),
        ]
    lines = [fact for fact in facts if isinstance(fact, InvoiceLine)]
    if not lines:
        raise UnreadableError(f"{path} holds no purchase that can be used")
    return Shop(
        ledger=Ledger(facts),
        currency=lines[0].amount.currency,
        last_day=max(line.invoiced_on for line in lines),
        on_account=on_account,
        rows=reader.rows,
        refusals=tuple(reader.refusals),
    )


@attrs.define
class _Reader:
    """What was read and refused so far."""

    rows: int = 0
    refusals: list[Refusal] = attrs.field(factory=list)

    def csv(self, path: Path, spec: Structure[_Kind], *, invoices: Collection[str] | None = None) -> tuple[_Kind, ...]:
        """Return the facts of a CSV file; those of payments name one of these invoices."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                rows = csv.DictReader(stream, restval="")
                columns = {*(spec.columns or {}).values(), spec.currency_column}
                lacking = sorted(column for column in columns if column and column not in (rows.fieldnames or ()))
                if lacking:
                    raise UnreadableError(f"{path} lacks the column {', '.join(lacking)}")
                return self.facts(path, spec, list(rows), invoices=invoices)
        except (UnicodeDecodeError, csv.Error) as error:
            raise UnreadableError(f"{path} is not CSV in UTF-8: {error}") from None

    def facts(
        self,
        path: Path,
        spec: Structure[_Kind],
        rows: list[dict[str, str]],
        *,
        invoices: Collection[str] | None = None,
    ) -> tuple[_Kind, ...]:
        """Return a fact for every row that can be used, and note every row that cannot."""
        found = structure(spec, rows, first_row=2)
        self.rows += found.rows
        problems, used = [*found.problems, *found.duplicates], []
        for fact, row in zip(found.facts, found.numbers, strict=True):
            invoice = getattr(fact, "invoice", None)
            if invoices is not None and invoice not in invoices:
                value, where = bounded_repr(invoice), f"row {row}.invoice"
                problems.append(Problem(code="unknown", path=where, message="is no known invoice", value=value))
            else:
                used.append(fact)
        self.refusals += [Refusal(file=path.name, problem=problem) for problem in sorted(problems, key=_row)]
        return tuple(used)


def _is_cdnow(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig") as stream:
            return tuple(stream.readline().split()) == CDNOW_HEADING
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path} is not text in UTF-8: {error}") from None


def _cdnow_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the cells of every line; purchases of a customer on one day are one order."""
    with path.open(encoding="ascii") as stream:
        next(stream)
        for number, line in enumerate(stream, start=2):
            cells = line.split()
            if cells:
                row = dict(zip(CDNOW_HEADING, [*cells, "", "", ""], strict=False))
                yield {**row, "line": f"{number:06}", "invoice": f"{row['customer_id']} {row['date']}"}


def _row(problem: Problem) -> int:
    return int(problem.path.partition(".")[0].removeprefix("row "))
