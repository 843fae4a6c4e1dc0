"""Rows of facts: what one row of a table says, as cells, with what has come for an order line beside it.

A measure asks for fields and gets the cells that read them; what was asked for decides which columns are read at all,
and whether receipts are joined. Where one table holds both, an order line and its one receipt are one row.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, final

import attrs

from supplychain_rules.engines.fact_tables import MAX_RECEIPTS_OF_A_LINE, OWN_DAY, FactKind, FactTable
from supplychain_rules.engines.plan import (
    All,
    Among,
    Any,
    Cell,
    Column,
    Compare,
    Condition,
    Nothing,
    Pick,
    Plus,
    Present,
    Text,
    Times,
    Whole,
    columns_in,
)
from supplychain_rules.engines.relations import (
    BAD,
    Field,
    Filtered,
    Grouped,
    Joined,
    Made,
    Mapped,
    Relation,
    Source,
    columns_of,
)
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.types import NumberType, day_number, with_optional
from supplychain_rules.measures.arrivals import Promise
from supplychain_rules.measures.counting import Dimension
from supplychain_rules.measures.scope import ATTRIBUTES, Scope

__all__ = ["ZERO", "FactRows", "Facts", "Window", "in_window", "present_or", "shifted"]

ZERO: Final = Whole(0)

#: Larger than the size of any day number.
_DAYS: Final = 4_000_000


def present_or(cell: Column, otherwise: Cell) -> Cell:
    """Return a column's value, or another where it is missing."""
    return Pick(((Present(cell), cell),), otherwise)


@final
@attrs.frozen
class Window:
    """The days inside which a receipt is in time."""

    promise: Promise
    early_days: int | None
    late_days: int


@final
class Facts:
    """The tables that measures are computed from, and the rows of each; one for one statement or run."""

    def __init__(self, tables: Mapping[FactKind, FactTable], as_of: date, *, counts_bad: bool) -> None:
        self.tables: Mapping[FactKind, FactTable] = tables
        #: Whether bad values are counted; else the reader of the tables refuses them.
        self.counts_bad: bool = counts_bad
        self.as_of: int = day_number(as_of)
        self._rows: dict[str, FactRows] = {}

    def rows(self, kind: FactKind) -> "FactRows":
        """Return the rows of the table that holds a kind of fact.

        Raises:
            InvalidValueError: no table holds it.
        """
        table = self.table(kind)
        rows = self._rows.get(table.table)
        if rows is None:
            rows = self._rows[table.table] = FactRows(self, table.table)
        return rows

    def table(self, kind: FactKind) -> FactTable:
        """Return the table of a kind.

        Raises:
            InvalidValueError: there is none.
        """
        found = self.tables.get(kind)
        if found is None:
            raise InvalidValueError("a measure needs a table of facts", kind, hint=f"give {kind!r} too")
        return found

    @property
    def own_receipts(self) -> bool:
        """Whether each order line holds its one receipt."""
        return self.table("receipts").table == self.table("order_lines").table


@final
class FactRows:
    """The rows of one table, and what measures ask of them."""

    def __init__(self, facts: Facts, table: str) -> None:
        self._facts = facts
        self._table = table
        self._fields: dict[tuple[str, object, bool], Field] = {}
        self._sizes: dict[str, int] = {BAD: 10 * len(facts.tables)}
        self._windows: dict[Window, str] = {}
        self._arrivals: dict[str, None] = {}
        self._categories: dict[frozenset[str], tuple[str, str]] = {}
        self._lines: FactRows | None = None
        self._checks: dict[Condition, str] = {}

    @property
    def sizes(self) -> Mapping[str, int]:
        """The largest size of each column that was asked for."""
        return self._sizes

    def field(self, kind: FactKind, name: str, *, optional: bool | None = None) -> Column:
        """Return the column of a field that must be there.

        Raises:
            InvalidValueError: the table has no column for it.
        """
        table = self._facts.table(kind)
        if table.table != self._table:  # a receipt's order line
            if self._lines is None:
                self._lines = FactRows(self._facts, table.table)
                self._lines.field("order_lines", "id")
                self.field("receipts", "order_line")
            column = self._lines.field(kind, name)
            self._sizes[column.name] = self._lines.sizes[column.name]
            return column
        return Column(_register(self._fields, self._sizes, table.field(name, optional=optional)))

    def optional(self, kind: FactKind, name: str) -> Column | Nothing:
        """Return the column of a field that may be missing, or nothing where the table has no column for it."""
        return self.field(kind, name) if self._facts.table(kind).has(name) else Nothing()

    def known(self, kind: FactKind) -> Condition:
        """Return whether a fact was known on the day as of which one measures."""
        table = self._facts.table(kind)
        own = OWN_DAY.get(kind)
        day = "known_on" if table.has("known_on") else own
        if day is None or table.says_without("known_on"):
            return All()
        return Compare("<=", self.field(kind, day), Whole(self._facts.as_of))

    def mentions(self, kind: FactKind) -> Condition:
        """Return whether a row holds a fact that was known; a receipt may belong to no order line."""
        known = self.known(kind)
        if self._facts.table(kind).table == self._table:
            return known
        return All((known, Present(self.field(kind, "supplier"))))

    def dimension(self, kind: FactKind, name: Dimension) -> Cell:
        """Return what a fact says of a dimension; an empty text where it says nothing."""
        if name == "supplier" or (name == "item" and kind != "invoice_lines"):
            return self.field(kind, name)
        found = self.optional(kind, name)
        return Text("") if isinstance(found, Nothing) else present_or(found, Text(""))

    def within(self, kind: FactKind, scope: Scope) -> Condition:
        """Return whether a fact lies in a scope."""
        parts: list[Condition] = []
        table = self._facts.table(kind)
        for chosen, name in ATTRIBUTES:
            wanted: frozenset[str] = getattr(scope, chosen)
            if wanted:
                parts.append(Among(self.field(kind, name), _ids(wanted, whole=table.is_whole(name))))
        if scope.without_suppliers:
            out = _ids(scope.without_suppliers, whole=table.is_whole("supplier"))
            parts.append(Among(self.field(kind, "supplier"), out, out=True))
        if scope.supplier_categories:
            parts.append(Compare("==", self._concerned(kind, scope.supplier_categories), Whole(1)))
        return All(tuple(parts))

    def _concerned(self, kind: FactKind, categories: frozenset[str]) -> Column:
        self._facts.table("suppliers")
        supplier = self.field(kind, "supplier").name
        name, _ = self._categories.setdefault(categories, (f"concerned_{len(self._categories)}", supplier))
        self._sizes[name] = 1
        return Column(name)

    def at_most(self, kind: FactKind, part: str, whole: str) -> None:
        """Count a row as bad of which a field is larger than the whole that it is a part of."""
        self._checks[Compare(">", self.field(kind, part), self.field(kind, whole))] = f"{part} exceeds {whole}"

    @property
    def checks(self) -> tuple[str, ...]:
        """What makes a row bad beyond the values of single columns, in words."""
        return tuple(self._checks.values())

    # What came for an order line

    def promise(self, promise: Promise) -> Cell:
        """Return the day that a line is held to; missing where it has none of that kind."""
        original = self.field("order_lines", "promised_on")
        if promise == "original":
            return original
        if promise == "requested":
            return self.field("order_lines", "requested_on")
        latest = self.optional("order_lines", "latest_promise_on")
        return original if isinstance(latest, Nothing) else present_or(latest, original)

    def amount(self, *, of: Cell | None = None) -> tuple[Cell, int]:
        """Return what a line is worth and its decimals, or what a quantity `of` it is worth.

        Raises:
            InvalidValueError: a stated value would have to be shared out, which whole numbers cannot.
        """
        table = self._facts.table("order_lines")
        places = table.sizes.quantity_decimals + table.sizes.money_decimals
        if of is not None and table.has("value"):
            hint = "map 'value' to None where price x quantity is the value"
            raise InvalidValueError("a stated value of a line cannot be shared out by quantity", "value", hint=hint)
        self.refuse_currencies("order_lines")
        stated = self.optional("order_lines", "value")
        raised = Times(stated, Whole(10**table.sizes.quantity_decimals))
        if isinstance(stated, Column) and not table.has("unit_price"):
            return Pick(((Present(stated), raised),), ZERO), places
        worth = Times(
            self.field("order_lines", "unit_price"), self.field("order_lines", "quantity") if of is None else of
        )
        return (worth if isinstance(stated, Nothing) else Pick(((Present(stated), raised),), worth)), places

    def refuse_currencies(self, kind: FactKind) -> str:
        """Have every row's currency held against the one that was stated, and return it.

        Raises:
            InvalidValueError: none was stated.
        """
        table = self._facts.table(kind)
        if table.currency is None:
            raise InvalidValueError("amounts need the currency that they are in", hint="give currency='EUR'")
        self.optional(kind, "currency")
        return table.currency

    def received(self) -> Cell:
        """Return the quantity that came, whenever that was."""
        return self._arrived("received", ZERO)

    def inside(self, window: Window) -> Cell:
        """Return the quantity that came inside a window."""
        name = self._windows.setdefault(window, f"inside_{len(self._windows)}")
        if self._facts.own_receipts:
            came = All((self._came(), *in_window(self._received_on(), window, self.promise(window.promise))))
            return Pick(((came, self._received_quantity()),), ZERO)
        self.promise(window.promise)
        return self._arrived(name, ZERO)

    def first_day(self) -> Cell:
        """Return the day of the first receipt that brought anything; missing where none did."""
        return self._arrived("first_day", None)

    def last_day(self) -> Cell:
        """Return the day of the last receipt that brought anything; missing where none did."""
        return self._arrived("last_day", None)

    def _arrived(self, name: str, otherwise: Cell | None) -> Cell:
        if self._facts.own_receipts:
            held = self._received_on() if otherwise is None else self._received_quantity()
            return Pick(((self._came(), held),), Nothing() if otherwise is None else otherwise)
        quantity = self._facts.table("receipts").sizes.quantity.high
        self.field("order_lines", "id")
        self._sizes[name] = _DAYS if otherwise is None else quantity * MAX_RECEIPTS_OF_A_LINE
        self._arrivals[name] = None
        return Column(name) if otherwise is None else present_or(Column(name), otherwise)

    def _received_on(self) -> Column:
        return self.field("receipts", "received_on", optional=True)

    def _received_quantity(self) -> Column:
        return self.field("receipts", "quantity", optional=True)

    def _came(self) -> Condition:
        """Return whether the receipt that a line holds brought anything that was ordered, as far as was known."""
        day, parts = self._received_on(), self._right_item()
        if self._facts.table("receipts").says_without("known_on"):
            parts.append(Present(day))
        else:
            parts.append(Compare("<=", day, Whole(self._facts.as_of)))
        return All((*parts, Compare(">", self._received_quantity(), ZERO)))

    def brought(self) -> Condition:
        """Return whether a receipt brought anything that was ordered, as far as was known."""
        if self._facts.own_receipts:
            return self._came()
        parts = (self.known("receipts"), *self._right_item())
        return All((*parts, Compare(">", self.field("receipts", "quantity"), ZERO)))

    def _right_item(self) -> list[Condition]:
        if not self._facts.table("receipts").has("wrong_item"):
            return []
        wrong = self.field("receipts", "wrong_item")
        return [Any((Present(wrong, out=True), Compare("==", wrong, ZERO)))]

    # The relation

    def relation(self) -> Relation:
        """Return the rows with every column that was asked for."""
        found = self._source()
        if self._arrivals:
            arrivals, line = self._arrivals_by_line(found)
            taken = tuple(column for column in columns_of(arrivals) if column != line)
            found = Joined(left=found, right=arrivals, on=((self.field("order_lines", "id").name, line),), take=taken)
            found = _with_bad(found, "receipts_bad")
            if self._facts.counts_bad:
                found = self._with_lost(found)
        if self._lines is not None:
            lines = _renamed(self._lines.relation(), BAD, "lines_bad")
            identity = self._lines.field("order_lines", "id").name
            taken = tuple(column for column in columns_of(lines) if column != identity)
            line = self.field("receipts", "order_line").name
            found = _with_bad(Joined(left=found, right=lines, on=((line, identity),), take=taken), "lines_bad")
        for categories, (name, supplier) in self._categories.items():
            concerned = self._concerned_suppliers(categories, name)
            found = Joined(left=found, right=concerned, on=((supplier, "supplier"),), take=(name,))
        for check in self._checks:
            bad = Plus(Column(BAD), Pick(((check, Whole(1)),), ZERO))
            kept = (Made(name, Column(name)) for name in columns_of(found) if name != BAD)
            found = Mapped(found, (*kept, Made(BAD, bad)))
        return found

    def _source(self) -> Relation:
        return Source(table=self._table, fields=tuple(self._fields.values()))

    def _arrivals_by_line(self, lines: Relation) -> tuple[Relation, str]:
        """Return what came by order line, sums of quantities and the first and last day; and the column of the line."""
        rows = FactRows(self._facts, self._facts.table("receipts").table)
        line, day, quantity = (rows.field("receipts", name) for name in ("order_line", "received_on", "quantity"))
        came = All((rows.known("receipts"), *rows._right_item()))
        brought = All((came, Compare(">", quantity, ZERO)))
        found = rows._source()
        windows = {name: window for window, name in self._windows.items()}
        if windows:
            days = {name for window in windows.values() for name in columns_in(self.promise(window.promise))}
            identity = self.field("order_lines", "id").name
            found = Joined(left=found, right=lines, on=((line.name, identity),), take=tuple(sorted(days)))
        made = [Made(line.name, line, is_text=True), Made("receipts_bad", Column(BAD))]
        sums, least, most = ["receipts_bad"], list[str](), list[str]()
        for name in self._arrivals:
            window = windows.get(name)
            if window is not None or name == "received":
                inside = () if window is None else in_window(day, window, self.promise(window.promise))
                made.append(Made(name, Pick(((All((came, *inside)), quantity),), ZERO)))
                sums.append(name)
            else:
                made.append(Made(name, Pick(((brought, day),), Nothing())))
                (least if name == "first_day" else most).append(name)
        by_line = Grouped(
            of=Mapped(found, tuple(made)), keys=(line.name,), sums=tuple(sums), least=tuple(least), most=tuple(most)
        )
        return by_line, line.name

    def _with_lost(self, found: Relation) -> Relation:
        """Count receipts that name no order line as problems of every line: it may be any of them."""
        rows = FactRows(self._facts, self._facts.table("receipts").table)
        line = rows.field("receipts", "order_line")
        nameless = Filtered(rows._source(), Present(line, out=True))
        lost = Grouped(of=Mapped(nameless, (Made("lost", Column(BAD)),)), keys=(), sums=("lost",))
        one = Mapped(lost, (Made("lost_one", Whole(1)), Made("lost", Column("lost"))))
        kept = tuple(Made(name, Column(name)) for name in columns_of(found))
        beside = Mapped(found, (*kept, Made("one", Whole(1))))
        return _with_bad(Joined(left=beside, right=one, on=(("one", "lost_one"),), take=("lost",)), "lost")

    def _concerned_suppliers(self, categories: frozenset[str], name: str) -> Relation:
        """Return the suppliers that a measure of suppliers of some categories concerns."""
        rows = FactRows(self._facts, self._facts.table("suppliers").table)
        identity, category = rows.field("suppliers", "id"), rows.field("suppliers", "category")
        concerned = Pick(((Among(category, tuple(sorted(categories))), Whole(1)),), ZERO)
        made = (Made("supplier", identity, is_text=True), Made(name, concerned))
        return Grouped(of=Mapped(rows._source(), made), keys=("supplier",), most=(name,))


def _with_bad(joined: Joined, more: str) -> Relation:
    """Return joined rows whose count of bad values has that of a joined row added."""
    kept = [Made(name, Column(name)) for name in columns_of(joined) if name not in (BAD, more)]
    return Mapped(joined, (*kept, Made(BAD, Plus(Column(BAD), present_or(Column(more), ZERO)))))


def _renamed(relation: Relation, old: str, new: str) -> Relation:
    return Mapped(relation, tuple(Made(new if name == old else name, Column(name)) for name in columns_of(relation)))


def _ids(names: Iterable[str], *, whole: bool) -> tuple[int, ...] | tuple[str, ...]:
    """Return ids as their column holds them."""
    ids = sorted(names)
    if not whole:
        return tuple(ids)
    return tuple(int(name) for name in ids if name.removeprefix("-").isdecimal())


def _register(fields: dict[tuple[str, object, bool], Field], sizes: dict[str, int], field: Field) -> str:
    """Keep a field, one for each column and type, and return its name; who may miss a value reads it where none may."""
    kind = field.read.type
    strict = fields.get((field.column, with_optional(kind, optional=False), field.is_id))
    kept = strict or fields.setdefault((field.column, kind, field.is_id), field)
    sizes[kept.name] = kind.high if isinstance(kind, NumberType) else _DAYS
    return kept.name


def in_window(day: Cell, window: Window, promise: Cell) -> tuple[Condition, ...]:
    """Return the conditions that a day lies inside a window."""
    last = Compare("<=", day, shifted(promise, window.late_days))
    if window.early_days is None:
        return (last,)
    return (last, Compare(">=", day, shifted(promise, -window.early_days)))


def shifted(day: Cell, days: int) -> Cell:
    """Return so many calendar days after a day."""
    return Plus(day, Whole(days)) if days else day
