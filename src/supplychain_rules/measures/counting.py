"""How measures count: facts give rows, rows add up in cells, cells give figures.

A *row* says what one fact (an order line with its receipts, an inspection, an order) adds to a measure: on which day,
to which part, how much to the numerator, to the denominator and to the evidence. A *cell* is the exact sum of the rows
of one key and part. Sums can be added and taken back in any order, which is why a batch, a stream and merged
partitions agree; a *figure* is then made of the cells of a key.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.decay import Decay, weight_by_day
from supplychain_rules.measures.exact import Number, add, fraction
from supplychain_rules.measures.index import Driver, FactIndex, dimension
from supplychain_rules.measures.measurement import TOTAL, Key
from supplychain_rules.values.period import Period
from supplychain_rules.values.scaled import number_text

__all__ = [
    "BUCKETS",
    "DIMENSIONS",
    "By",
    "Cells",
    "Counting",
    "Dimension",
    "Figure",
    "FigureOf",
    "LeftOut",
    "Part",
    "Row",
    "RowsOf",
    "Sums",
    "Table",
    "counted",
    "key_reader",
    "left_out_note",
    "merged",
    "one_currency",
    "ratio",
    "several_units",
    "sum_rows",
    "weights",
]

#: What one can measure by.
Dimension = Literal["supplier", "customer", "item", "category", "site", "month", "quarter", "year", "total"]

#: What one can measure by, in the order in which messages list it.
DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)

#: One dimension, or several.
By: TypeAlias = Dimension | Sequence[Dimension]

#: What a row adds to beside its key, as a currency, a number of days or an item; a measure knows its own parts.
Part: TypeAlias = Hashable


@final
@attrs.frozen
class LeftOut:
    """The part of rows that say how many facts could not be counted, and why; their numerator is how many."""

    why: str


#: Whose fact it is (supplier, item and so on are read from it), day, part, numerator, denominator, evidence.
Row: TypeAlias = tuple[Driver, date, Part, Number, Number, int]

#: What gives rows: a kind of fact, or an order.
Table: TypeAlias = type[Driver]


#: The function from a driver to its rows, by the kind of driver; each kind has a function of its own.
RowsOf: TypeAlias = Mapping[Table, Callable[[Any], Sequence[Row]]]


@final
@attrs.define
class Sums:
    """The sum of some rows."""

    numerator: Number = 0
    denominator: Number = 0
    evidence: int = 0

    def count(self, numerator: Number, denominator: Number, evidence: int) -> None:
        """Add a row, or take one back by its opposite."""
        try:
            above, below = self.numerator + numerator, self.denominator + denominator  # type: ignore[operator]  # a fraction and a decimal raise
        except TypeError:  # a fraction meets a decimal
            above, below = add(self.numerator, numerator), add(self.denominator, denominator)
        self.numerator, self.denominator = above, below
        self.evidence += evidence


#: The sums of one key by part.
Cells: TypeAlias = Mapping[Part, Sums]


@final
@attrs.frozen(kw_only=True)
class Figure:
    """What the cells of one key come to; the value is numerator / denominator."""

    numerator: Fraction
    denominator: Fraction
    evidence: int
    #: How many independent trials a rate rests on; `None` where it is no rate of trials.
    trials: Fraction | None = None
    unit: str = ""
    #: Why there is no value although there is evidence.
    why_not: str = ""
    note: str = ""


#: The function from a key and its cells to its figure.
FigureOf: TypeAlias = Callable[[Key, Cells], Figure]


@final
@attrs.frozen(kw_only=True)
class Counting:
    """How one kind of measure counts: a record of functions, so that a new kind is a new record."""

    #: Make, for one definition, the function from a driver to its rows, by the kind of driver.
    rows: Callable[[Any, FactIndex, date], RowsOf]
    #: Make, for one definition and the cells of every key, the function from a key's cells to its figure.
    figure: Callable[[Any, Mapping[Key, Cells], Sequence[Dimension]], FigureOf]
    #: Why there is no data where nothing counted.
    nothing: str
    #: Make the test whether a later day alone, without a new fact, can change the rows of a driver.
    is_open: Callable[[Any, FactIndex, date], Callable[[Any], bool]] | None = None
    #: Return the periods whose rows are needed, by tag; a tagged row's part is a pair of tag and part.
    spans: Callable[[Any, Period], Mapping[str, Period]] | None = None


def sum_rows(  # noqa: PLR0913  each says one thing of how rows become cells
    rows: Iterable[Row],
    *,
    spans: Mapping[str, Period],
    key_of: Callable[[Driver, date], Key],
    admits: Callable[[Driver], bool] | None,
    weight: Callable[[date], Fraction] | None,
    into: dict[Key, dict[Part, Sums]],
) -> None:
    """Add the rows that lie in a span into cells by key."""
    windows = [(tag, span.start, span.end) for tag, span in spans.items()]
    for owner, day, part, numerator, denominator, evidence in rows:
        for tag, start, end in windows:
            if not start <= day < end or (admits is not None and not admits(owner)):
                continue
            key = key_of(owner, day)
            cells = into.get(key)
            if cells is None:
                cells = into[key] = {}
            place = (tag, part) if tag else part
            sums = cells.get(place)
            if sums is None:
                sums = cells[place] = Sums()
            if weight is None or isinstance(part, LeftOut):
                sums.count(numerator, denominator, evidence)
            else:
                by = weight(day)
                sums.count(fraction(numerator) * by, fraction(denominator) * by, evidence)


#: The dimensions that are spans of time, with the text of a day's bucket.
BUCKETS: Final[Mapping[str, Callable[[date], str]]] = {
    "month": lambda day: f"{day.year:04}-{day.month:02}",
    "quarter": lambda day: f"{day.year:04}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day.year:04}",
}


def key_reader(index: FactIndex, by: Sequence[Dimension]) -> Callable[[Driver, date], Key]:
    """Return the function from a row's owner and day to its key; what a fact does not say is an empty text."""
    if by == ("total",):
        return lambda _owner, _day: TOTAL
    if by == ("supplier",):  # the usual case, and every fact but a few has one

        def supplier(owner: Driver, _day: date) -> Key:
            found: str | None = getattr(owner, "supplier", None)
            return found if found is not None else dimension(index, owner, "supplier") or ""

        return supplier
    readers = [_reader(index, name) for name in by]
    if len(readers) == 1:
        return readers[0]
    return lambda owner, day: tuple(read(owner, day) for read in readers)


def _reader(index: FactIndex, name: Dimension) -> Callable[[Driver, date], str]:
    bucket = BUCKETS.get(name)
    if bucket is not None:
        return lambda _owner, day: bucket(day)
    return lambda owner, _day: dimension(index, owner, name) or ""


def weights(decay: Decay | None, period: Period, as_of: date) -> Callable[[date], Fraction] | None:
    """Return the weight by day: age is counted to the last day of the period, or to `as_of` where that is earlier."""
    if decay is None:
        return None
    last = date.fromordinal(period.end.toordinal() - 1)
    return weight_by_day(decay, min(last, as_of))


def merged(cells: Iterable[Sums]) -> Sums:
    """Add cells up."""
    whole = Sums()
    for cell in cells:
        whole.count(cell.numerator, cell.denominator, cell.evidence)
    return whole


def one_currency(measure: str, currencies: Iterable[str]) -> str:
    """Return the one currency of a measure's amounts, empty where there is none.

    Raises:
        InvalidValueError: more than one; amounts of different currencies have no sum.
    """
    found = sorted(set(currencies))
    if len(found) > 1:
        raise InvalidValueError(
            f"measure {measure!r} meets more than one currency",
            ", ".join(found),
            hint="convert the prices at dated rates first, or measure one ledger per currency",
        )
    return found[0] if found else ""


def several_units(cells: Cells) -> str:
    """Return why the quantities of a key have no sum, or an empty text where they are in one unit: the part."""
    units = sorted(str(part) for part in counted(cells))
    if len(units) < 2:
        return ""
    return f"quantities in several units have no sum: {', '.join(unit or '(none)' for unit in units)}"


def ratio(
    cells: Cells, *, unit: str = "", factor: int = 1, trials: Literal["denominator", "evidence"] | None = None
) -> Figure:
    """Return the figure of a ratio of sums: all parts merged, divided once.

    Args:
        cells: the cells of a key; left-out rows become a note.
        unit: what the value is in.
        factor: what one is written as, as a million for parts per million.
        trials: what the independent trials of a rate are; `None` for a ratio that is no rate.
    """
    whole = merged(counted(cells).values())
    denominator = fraction(whole.denominator)
    return Figure(
        numerator=fraction(whole.numerator) * factor,
        denominator=denominator,
        evidence=whole.evidence,
        trials=None if trials is None else denominator if trials == "denominator" else Fraction(whole.evidence),
        unit=unit,
        note=left_out_note(cells),
    )


def counted(cells: Cells) -> Cells:
    """Return the cells that count, without those that say what was left out."""
    return {part: sums for part, sums in cells.items() if not isinstance(part, LeftOut)}


def left_out_note(cells: Cells) -> str:
    """Say how many facts could not be counted and why, or nothing where all could."""
    left_out = ((part.why, sums.numerator) for part, sums in cells.items() if isinstance(part, LeftOut))
    return "; ".join(sorted(f"{why}: {number_text(fraction(how_many))}" for why, how_many in left_out))
