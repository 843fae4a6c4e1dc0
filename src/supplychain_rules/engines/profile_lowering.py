"""From tables of facts to profiles of customers: one relation, a row for each customer, whole numbers throughout.

Lines of one customer on one day are one purchase day, so different days are counted. What a day or a period leaves out
is left out by a condition that is part of a plain column, because a condition inside an aggregate is not the same on
every engine.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias, final

import attrs

from supplychain_rules.engines.fact_tables import OWN_DAY, PROFILE_KINDS, FactKind, FactTable, Sizes
from supplychain_rules.engines.long_division import MOST_UNITS, LongDivision
from supplychain_rules.engines.measure_groups import SPLIT, Sum, whole_of
from supplychain_rules.engines.plan import (
    All,
    Any,
    Cell,
    Column,
    Compare,
    Condition,
    Minus,
    Nothing,
    Pick,
    Plus,
    Present,
    Quotient,
    Text,
    Times,
    Whole,
)
from supplychain_rules.engines.profile_figures import MONEY, NEEDS, chosen_figures
from supplychain_rules.engines.relations import (
    BAD,
    WIDEST,
    Field,
    Filtered,
    Grouped,
    Made,
    Mapped,
    Relation,
    Source,
    Stacked,
    columns_of,
)
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.types import NumberType, day_number
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.period import Period, check_period

__all__ = ["CUSTOMER", "PROBLEMS", "ProfileJob"]

#: The column of the customer.
CUSTOMER: Final = "customer"

#: The column that counts what is wrong with the facts of a customer.
PROBLEMS: Final = "problems"

#: Most decimals of a rate: nine, as of a number in the language of rules.
_MAX_DECIMALS: Final = 9

#: Room that a sum leaves for what is reckoned with it: a digit more, and doubling.
_ROOM: Final = 32

_ZERO: Final = Whole(0)

#: Whether a row is bad, written so that SQL counts such rows rather than adds them up.
_IS_BAD: Final = Pick(((Compare(">", Column(BAD), _ZERO), Whole(1)),), _ZERO)

#: The columns that are compared rather than added up.
_DAYS: Final = ("first", "last")

_Made: TypeAlias = dict[str, Cell]

#: What stands for the purchase day of a row that has none, before all days, and that it is one day too many.
_NO_DAY: Final[Mapping[str, Cell]] = MappingProxyType({"days": Whole(-4_000_000), "out": Whole(1)})


@final
@attrs.frozen(kw_only=True)
class ProfileJob:
    """A relation of profiles, and what its columns are: `CUSTOMER`, each figure by its name, `PROBLEMS`."""

    relation: Relation
    figures: tuple[str, ...]
    #: The types of the figures that have decimals: how many, and how large a figure can be.
    types: Mapping[str, NumberType]

    @staticmethod
    def of(  # noqa: PLR0913  what a profile is asked for
        tables: Mapping[FactKind, FactTable],
        *,
        as_of: date,
        period: Period | None,
        figures: Iterable[str] | None,
        sizes: Sizes,
        decimals: int,
        counts_bad: bool,
    ) -> "ProfileJob":
        """Work out the relation.

        Raises:
            InvalidValueError: an argument does not fit, or a figure that the tables cannot say.
        """
        check_day("as_of", as_of)
        if period is not None:
            check_period(period)
        if isinstance(decimals, bool) or not 0 <= decimals <= _MAX_DECIMALS:
            raise InvalidValueError(f"decimals must be a whole number from 0 to {_MAX_DECIMALS}", decimals)
        wanted = chosen_figures(figures, tables)
        work = _Work(tables, wanted, as_of, period, sizes, counts_bad=counts_bad)
        relation = work.relation(decimals)
        return ProfileJob(relation=relation, figures=wanted, types=work.types(decimals, sizes.money_decimals))

    def check_name(self, problems: str) -> None:
        """Refuse a name of the column of problems that another column has.

        Raises:
            InvalidValueError: it has.
        """
        if problems.casefold() in (CUSTOMER, *self.figures):
            raise InvalidValueError("two columns would have one name", problems, hint="call the problems otherwise")


@final
class _Work:
    """A relation in the making."""

    def __init__(  # noqa: PLR0913  as `ProfileJob.of`
        self,
        tables: Mapping[FactKind, FactTable],
        figures: tuple[str, ...],
        as_of: date,
        period: Period | None,
        sizes: Sizes,
        *,
        counts_bad: bool,
    ) -> None:
        self._tables = tables
        self._figures = figures
        self._as_of = day_number(as_of)
        self._period = period
        self._counts_bad = counts_bad
        self._needs = frozenset[str]().union(*(NEEDS[name] for name in figures))
        #: Most rows of a table.
        self._most = sizes.rows
        #: The largest size of an amount, by which its sum may have to be split.
        self._amount = sizes.amount.high
        #: The columns of each sum, and the largest size of each column.
        self._sums: dict[str, Sum] = {}
        self._sizes: dict[str, int] = {}
        #: Whether rows that have no purchase day stand for one that is not counted.
        self._has_out = False

    def relation(self, decimals: int) -> Relation:
        """Return the rows of customers."""
        makers: Mapping[FactKind, Callable[[FactTable], tuple[Relation, _Made]]] = {
            "invoice_lines": self._purchases,
            "credit_notes": self._credits,
            "interactions": self._interactions,
            "complaints": self._complaints,
            "customers": self._mentions,
        }
        parts = [makers[kind](self._tables[kind]) for kind in PROFILE_KINDS if kind in self._tables]
        known = dict.fromkeys(name for _, made in parts for name in made if name != CUSTOMER)
        self._has_out = "out" in known
        compared = [name for name in known if name in (*_DAYS, "days", "out")]
        added = [name for name in known if name not in compared]
        nothing: _Made = {**dict.fromkeys(added, _ZERO), **dict.fromkeys(compared, Nothing()), **_NO_DAY}
        nothing = {name: nothing[name] for name in known}
        stacked = [
            Mapped(rows, tuple(Made(name, cell, name == CUSTOMER) for name, cell in _in_order(nothing, made).items()))
            for rows, made in parts
        ]
        grouped = Grouped(
            of=stacked[0] if len(stacked) == 1 else Stacked(tuple(stacked)),
            keys=(CUSTOMER,),
            sums=tuple(added),
            least=tuple(name for name in compared if name == "first"),
            most=tuple(name for name in compared if name in ("last", "out")),
            distinct=tuple(name for name in compared if name == "days"),
        )
        return self._profiles(grouped, decimals)

    def types(self, decimals: int, money_decimals: int) -> Mapping[str, NumberType]:
        """Return the types of the figures that have decimals."""
        found = {}
        for name in self._figures:
            if name in MONEY:
                most = max(self._largest(MONEY[name], sign) for sign in (1, -1))
                found[name] = NumberType(decimals=money_decimals, low=-most, high=most)
            elif name == "margin_rate":
                found[name] = NumberType(decimals=decimals, low=-MOST_UNITS, high=MOST_UNITS)
        return found

    def _largest(self, parts: Iterable[tuple[str, int]], sign: int) -> int:
        """Return how much the sums of one sign can come to."""
        sums = (self._sums[name] for name, own in parts if own == sign and name in self._sums)
        return sum(whole_of(each, self._sizes)[2] for each in sums)

    # One kind of fact

    def _purchases(self, table: FactTable) -> tuple[Relation, _Made]:
        """Read invoice lines."""
        customer, day = (table.field(name) for name in (CUSTOMER, "invoiced_on"))
        fields = [customer, day]
        cells: _Made = {"purchases": Whole(1)} if "purchases" in self._needs else {}
        if "gross" in self._needs:
            cells |= self._money("gross", self._amount_of(table, "amount", fields))
        if "cost" in self._needs:
            cost = self._amount_of(table, "cost", fields)
            cells |= self._money("cost", Pick(((Present(cost), cost),), _ZERO))
            cells["cost_unknown"] = Pick(((Present(cost, out=True), Whole(1)),), _ZERO)
        rows = self._where(self._known(table, fields), (Present(Column(customer.name)),))
        when = Column(day.name)
        come, inside = self._come(when, table), self._inside(when, table)
        found: _Made = {CUSTOMER: Column(customer.name)}
        found |= {name: _where(inside, cell) for name, cell in cells.items()}
        found |= {BAD: _IS_BAD} if self._counts_bad else {}
        found |= {name: _where(come, when, Nothing()) for name in _DAYS if name in self._needs}
        if "days" in self._needs:
            found["days"] = _where(inside, when, _NO_DAY["days"])
            if inside.parts or len(self._tables) > 1:
                found["out"] = _where(inside, _ZERO, _NO_DAY["out"])
        return rows, found

    def _credits(self, table: FactTable) -> tuple[Relation, _Made]:
        customer, day = (table.field(name) for name in (CUSTOMER, "credited_on"))
        fields = [customer, day]
        cells: _Made = {}
        if "returned" in self._needs:
            cells = self._money("returned", self._amount_of(table, "amount", fields))
        return self._simple(table, fields, cells)

    def _interactions(self, table: FactTable) -> tuple[Relation, _Made]:
        fields = [table.field(CUSTOMER), table.field("happened_on")]
        cells: _Made = {"interactions": Whole(1)} if "interactions" in self._needs else {}
        return self._simple(table, fields, cells | self._served(table, fields))

    def _complaints(self, table: FactTable) -> tuple[Relation, _Made]:
        opened = table.field("opened_on")
        fields = [table.field(CUSTOMER), opened]
        cells: _Made = {"complaints": Whole(1)} if "complaints" in self._needs else {}
        rows, found = self._simple(
            table, fields, cells | self._served(table, fields), closed="open_complaints" in self._needs
        )
        if "open_complaints" in self._needs:
            closed = Column(table.field("closed_on").name)
            is_open = Any((Present(closed, out=True), Compare(">", closed, Whole(self._as_of))))
            found["open_complaints"] = Pick(
                ((_every(*self._come(Column(opened.name), table).parts, is_open), Whole(1)),), _ZERO
            )
        return rows, found

    def _mentions(self, table: FactTable) -> tuple[Relation, _Made]:
        identity = table.field("id")
        rows = self._known(table, [identity])
        return rows, {CUSTOMER: Column(identity.name), **({BAD: _IS_BAD} if self._counts_bad else {})}

    def _simple(
        self, table: FactTable, fields: list[Field], cells: _Made, *, closed: bool = False
    ) -> tuple[Relation, _Made]:
        """Return rows of facts that have a customer and a day, and what they add up to inside the period."""
        customer, day = fields[:2]
        if closed:
            fields.append(table.field("closed_on"))
        inside = self._inside(Column(day.name), table)
        found = {CUSTOMER: Column(customer.name), **{name: _where(inside, cell) for name, cell in cells.items()}}
        if self._counts_bad:
            found[BAD] = _IS_BAD
        return self._known(table, fields), found

    def _served(self, table: FactTable, fields: list[Field]) -> _Made:
        if "served" not in self._needs or not table.has("cost"):
            return {}
        cost = self._amount_of(table, "cost", fields)
        return self._money("served", Pick(((Present(cost), cost),), _ZERO), tables=2)

    # Parts of a row

    def _amount_of(self, table: FactTable, name: str, fields: list[Field]) -> Column:
        """Read an amount, and have its currency held against the one that was stated."""
        if table.currency is None:
            raise InvalidValueError("amounts need the currency that they are in", hint="give currency='EUR'")
        found = table.field(name)
        fields.append(found)
        if table.has("currency") and all(field.read.input != "currency" for field in fields):
            fields.append(table.field("currency"))
        return Column(found.name)

    def _money(self, name: str, cell: Cell, *, tables: int = 1) -> _Made:
        """Return the columns of a sum of amounts: one, or two halves whose sums have 64 bits in any case."""
        most = self._most * tables
        if self._amount * most * _ROOM <= WIDEST:
            self._sums[name], self._sizes[name] = ((name, 1),), self._amount * most
            return {name: cell}
        high, low = f"{name}_high", f"{name}_low"
        upper = Quotient(cell, Whole(SPLIT))
        self._sums[name] = ((high, SPLIT), (low, 1))
        self._sizes |= {high: (self._amount // SPLIT + 1) * most, low: SPLIT * most}
        return {high: upper, low: Minus(cell, Times(upper, Whole(SPLIT)))}

    def _known(self, table: FactTable, fields: list[Field]) -> Relation:
        """Return the rows that were known on the day, and those that are bad."""
        own = OWN_DAY.get(table.kind)
        name = "known_on" if table.has("known_on") else own
        if name is None or table.says_without("known_on"):
            return Source(table=table.table, fields=tuple(fields))
        known = next((field for field in fields if field.read.input == name), table.field(name))
        if known not in fields:
            fields.append(known)
        rows = Source(table=table.table, fields=tuple(fields))
        return self._where(rows, (Compare("<=", Column(known.name), Whole(self._as_of)),))

    def _where(self, rows: Relation, conditions: tuple[Condition, ...]) -> Relation:
        """Return the rows that meet conditions; where bad values are counted, those of bad rows too."""
        if isinstance(rows, Filtered):
            (*before,) = rows.condition.parts if isinstance(rows.condition, All) else (rows.condition,)
            return Filtered(rows.of, All((*before, *self._or_bad(conditions))))
        return Filtered(rows, All(self._or_bad(conditions)))

    def _or_bad(self, conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
        if not self._counts_bad:
            return conditions
        return tuple(
            each if isinstance(each, Present) else Any((each, Compare(">", Column(BAD), _ZERO))) for each in conditions
        )

    def _come(self, day: Column, table: FactTable) -> All:
        """Return whether a day has come; nothing where only such rows are known."""
        if not table.has("known_on") and not table.says_without("known_on"):
            return All()
        return All((Compare("<=", day, Whole(self._as_of)),))

    def _inside(self, day: Column, table: FactTable) -> All:
        """Return whether a day has come and lies in the period."""
        come = self._come(day, table)
        if self._period is None:
            return come
        first, end = (Whole(day_number(bound)) for bound in (self._period.start, self._period.end))
        return _every(*come.parts, Compare(">=", day, first), Compare("<", day, end))

    # One row for each customer

    def _profiles(self, grouped: Relation, decimals: int) -> Relation:
        """Return the figures of the sums."""
        sound: tuple[Condition, ...] = (Compare("==", Column(BAD), _ZERO),) if self._counts_bad else ()
        first, last, today = Column("first"), Column("last"), Whole(self._as_of)
        stage = Pick(
            ((Present(first, out=True), Text("potential")), (Compare("==", first, last), Text("one_time"))),
            Text("repeat"),
        )
        plain: _Made = {
            "recency_days": Minus(today, last),
            "tenure_days": Minus(today, first),
            "purchase_days": Minus(Column("days"), Column("out")) if self._has_out else Column("days"),
        }
        made = [Made(CUSTOMER, Column(CUSTOMER), is_text=True)]
        outgrown: Cell = _ZERO
        for name in self._figures:
            if name == "stage":
                made.append(Made(name, _where(All(sound), stage, Nothing()), is_text=True))
            elif name in MONEY:
                value, fits, _ = self._amounts(MONEY[name])
                known = (Compare("==", Column("cost_unknown"), _ZERO),) if ("cost", -1) in MONEY[name] else ()
                made.append(Made(name, _where(_every(*sound, *known, *fits), value, Nothing())))
                outgrown = _counted(outgrown, fits)
            elif name != "margin_rate":
                made.append(Made(name, _where(All(sound), plain.get(name, Column(name)), Nothing())))
        size = 0
        if "margin_rate" in self._figures:
            (margin, fits, _), (money, _, size) = (self._amounts(MONEY[name]) for name in ("margin", "monetary"))
            sure = _every(*sound, Compare("==", Column("cost_unknown"), _ZERO), *fits)
            made += [Made(of, _where(sure, cell, Nothing())) for of, cell in (("above", margin), ("below", money))]
            outgrown = _counted(outgrown, fits)
        problems: Cell = outgrown
        if self._counts_bad:
            problems = Pick(((Compare(">", Column(BAD), _ZERO), Column(BAD)),), outgrown)
        made.append(Made(PROBLEMS, problems))
        found: Relation = Mapped(grouped, tuple(made))
        return self._divided(found, decimals, size) if "margin_rate" in self._figures else found

    def _amounts(self, parts: Iterable[tuple[str, int]]) -> tuple[Cell, list[Condition], int]:
        """Return a sum of sums, the conditions under which it has 64 bits, and the largest size of one of them then.

        Raises:
            InvalidValueError: it may outgrow 64 bits even then.
        """
        found: Cell | None = None
        conditions: list[Condition] = []
        largest = total = 0
        for name, sign in parts:
            if name not in self._sums:  # no table says it
                continue
            cell, fits, size = whole_of(self._sums[name], self._sizes)
            conditions += fits
            largest, total = max(largest, size), total + size
            found = cell if found is None else Plus(found, cell) if sign > 0 else Minus(found, cell)
        _check(total)
        return _ZERO if found is None else found, conditions, largest

    def _divided(self, rows: Relation, decimals: int, size: int) -> Relation:
        """Divide the margin by the money, as sizes and digit by digit; the margin's sign comes last."""
        _check(size * 10)  # a digit more than the money, which is at most what was billed
        texts = (CUSTOMER, "stage")
        carried = [name for name in columns_of(rows) if name != "below"]
        kept = [Made(name, Column(name), is_text=name in texts) for name in carried]
        above, below = Column("above"), Column("below")
        rest = Pick(((Compare("<", above, _ZERO), Minus(_ZERO, above)),), above)
        under = Pick(((Compare(">", below, _ZERO), below),), Nothing())
        rows = Mapped(rows, (*kept, Made("rest_rate", rest), Made("under_rate", under)))
        for level in LongDivision(name="rate", digits=decimals, size_below=size).steps():
            own = {made.name for made in level}
            more = () if "under_rate" in own else (Made("under_rate", Column("under_rate")),)
            rows = Mapped(rows, (*kept, *level, *more))
        value = Column("value_rate")
        signed = Pick(((Compare("<", above, _ZERO), Minus(_ZERO, value)),), value)
        lost = All((Present(Column("under_rate")), Present(value, out=True)))
        made = [Made(name, signed if name == "margin_rate" else Column(name), name in texts) for name in self._figures]
        problems = Plus(Column(PROBLEMS), Pick(((lost, Whole(1)),), _ZERO))
        return Mapped(rows, (Made(CUSTOMER, Column(CUSTOMER), is_text=True), *made, Made(PROBLEMS, problems)))


def _check(size: int) -> None:
    if size > WIDEST:
        hint = "declare fewer decimals or smaller largest numbers in 'sizes'"
        raise InvalidValueError("the money of a customer may outgrow 64 bits", size, hint=hint)


def _in_order(nothing: _Made, made: _Made) -> _Made:
    """Return the columns of a part in the order that all parts share."""
    return {CUSTOMER: made[CUSTOMER], **{name: made.get(name, cell) for name, cell in nothing.items()}}


def _where(conditions: All, cell: Cell, otherwise: Cell = _ZERO) -> Cell:
    return Pick(((conditions, cell),), otherwise) if conditions.parts else cell


def _every(*conditions: Condition) -> All:
    return All(tuple(conditions))


def _counted(so_far: Cell, fits: list[Condition]) -> Cell:
    """Add one where a number outgrew its bounds."""
    if not fits:
        return so_far
    return Plus(so_far, Pick(((All(tuple(fits)), _ZERO),), Whole(1)))
