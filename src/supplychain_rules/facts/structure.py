"""From rows to facts: which column holds which field, declared once, and every row either a fact or problems.

A row is a mapping: of a CSV file (`csv.DictReader`), of a query, of a frame (`to_dict("records")`, `to_dicts()`). What
the declaration does not allow is refused by row number, field and value; a row with a problem gives no fact.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final, Generic, Literal, final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr, did_you_mean
from supplychain_rules.facts.cells import Declared, Read, UnreadableError, cell_reader, money_reader, remembering
from supplychain_rules.facts.columns import NO_FIELDS, Kind, Structure, columns_read, declared
from supplychain_rules.facts.shapes import Shape, refusals, shapes
from supplychain_rules.values.currencies import is_currency

__all__ = ["MAX_PROBLEMS", "Structure", "Structured", "structure"]

#: Most problems that are collected: a thousand are one mistake in the declaration, not a thousand in the data.
MAX_PROBLEMS: Final = 1000

#: Reads what a field holds out of a row.
_FromRow = Callable[[Mapping[str, Any]], object]


@final
@attrs.frozen(kw_only=True)
class Structured(Generic[Kind]):
    """What became of rows."""

    #: A fact for each row without a problem, in the order of the rows; a repeated row gives none.
    facts: tuple[Kind, ...]
    #: The number of each fact's row, so that what is found later can be told by it.
    numbers: tuple[int, ...]
    #: What is wrong, row by row: `row 17.received_on`. Past `MAX_PROBLEMS` the last one says how many more there are.
    problems: tuple[Problem, ...]
    #: The rows that repeat an earlier one in every field, and count once.
    duplicates: tuple[Problem, ...]
    #: How many rows there were.
    rows: int
    #: How many of them gave no fact because of a problem.
    refused: int


def structure(
    spec: Structure[Kind],
    rows: Iterable[Mapping[str, Any]],
    *,
    first_row: int = 1,
    on_error: Literal["collect", "stop"] = "collect",
) -> Structured[Kind]:
    """Turn rows into facts.

    A row whose id stood in an earlier row is a duplicate if all its fields are equal, a version of its own if both rows
    say when they became known and the days differ, and otherwise contradicts the earlier row: the earlier one stands,
    the later is refused. Nothing makes a later row a correction by itself.

    Args:
        spec: how a row is read.
        rows: the rows, each a mapping from column to cell.
        first_row: the number of the first row in messages; 2 for a sheet whose header is row 1.
        on_error: `collect` goes on after a problem, `stop` raises at the first row with one.

    Raises:
        InputError: a row has problems, and `on_error` is `stop`.
        InvalidValueError: `spec` is no declaration, or an unknown way to treat errors.

    >>> from supplychain_rules.facts.trade import Receipt
    >>> row = {"id": "GR1", "order_line": "PO1/1", "received_on": "2026-02-30", "quantity": ""}
    >>> for problem in structure(Structure(kind=Receipt), [row], first_row=2).problems:
    ...     print(problem)
    row 2.received_on: is not a date ('2026-02-30'); expected %Y-%m-%d [bad_date]
    row 2.quantity: is blank (''); a blank is not known, which is not zero [required]
    """
    if not isinstance(spec, Structure):
        raise InvalidValueError("no declaration of columns", spec, hint="write Structure(kind=Receipt, columns={...})")
    if on_error not in ("collect", "stop"):
        raise InvalidValueError("unknown way to treat errors", on_error, hint='write "collect" or "stop"')
    plan = _Plan(spec)
    run = _Run(plan)
    number = first_row - 1
    for number, row in enumerate(rows, first_row):
        try:
            fact = plan.build(row)
        except (UnreadableError, InvalidValueError, KeyError, TypeError):
            found = plan.problems(row, number, run)
            if found is None:
                raise
            run.refuse(found, on_error)
        else:
            run.place(fact, row, number, on_error)
    return Structured(
        facts=tuple(run.facts),
        numbers=tuple(run.numbers),
        problems=run.all_problems(),
        duplicates=tuple(run.duplicates),
        rows=number - first_row + 1,
        refused=run.refused,
    )


@final
@attrs.frozen(kw_only=True)
class _Reader:
    """How one field is read: from a row, and from a cell where that is enough; and whether cells are often equal."""

    row: _FromRow
    cell: Read | None = None
    repeats: bool = False


@final
class _Plan(Generic[Kind]):
    """A declaration, made into functions of a row once and for all rows."""

    def __init__(self, spec: Structure[Kind]) -> None:
        kind: type[Any] = spec.kind
        self.spec, self.shapes = spec, shapes(kind)
        self.constants = dict(spec.constants)
        self.columns = columns_read(spec)
        said = declared(spec)
        #: How each field is read from a row.
        self.readers = {field: self._reader(self.shapes[field], column, said) for field, column in self.columns.items()}
        #: The same, made for speed, where one cell is all that is needed.
        self.cells = [
            (field, self.columns[field], remembering(reader.cell) if reader.repeats else reader.cell)
            for field, reader in self.readers.items()
            if reader.cell is not None
        ]
        #: The same for all other fields.
        self.parts = [(field, reader.row) for field, reader in self.readers.items() if reader.cell is None]

    def _reader(self, shape: Shape, column: str, said: Declared) -> "_Reader":
        spec, field = self.spec, shape.name
        if field in spec.required:
            shape = attrs.evolve(shape, optional=False, required=True)
        words, if_blank = spec.words.get(field, NO_FIELDS), spec.if_blank.get(field, attrs.NOTHING)
        may_lack = spec.columns is None and not shape.required
        if shape.content == "money" and spec.currency_column is not None:
            row = _in_currency_of(
                lambda code: money_reader(shape, said, code, words, if_blank), column, spec.currency_column, said
            )
            return _Reader(row=_if_there(row, column, shape.default) if may_lack else row)
        if shape.content == "money":
            cell = money_reader(shape, said, spec.currency, words, if_blank)
        else:
            cell = cell_reader(shape, said, words, if_blank)
        row = _cell_of(column, cell)
        if may_lack:
            return _Reader(row=_if_there(row, column, shape.default))
        # An id hardly ever comes twice, and what a list holds cannot be remembered by it.
        return _Reader(row=row, cell=cell, repeats=field != "id" and shape.content != "texts")

    def says_when_known(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row says itself, or the declaration for all rows, when its fact became known."""
        column = self.columns.get("known_on")
        return "known_on" in self.constants or (column is not None and column in row)

    def build(self, row: object) -> Kind:
        """Return a row's fact; what is raised says only that there is a problem, not which."""
        if not isinstance(row, (dict, Mapping)) or None in row:  # dict first: the usual answer, and a quick one
            raise UnreadableError("wrong_type", "is not a row")
        values = self.constants.copy()
        for field, column, read in self.cells:
            values[field] = read(row[column])
        for field, read_part in self.parts:
            values[field] = read_part(row)
        return self.spec.kind(**values)

    def problems(self, row: object, number: int, run: "_Run[Kind]") -> list[Problem] | None:
        """Return everything that is wrong with a row of which no fact could be built, or None if nothing is."""
        if not isinstance(row, Mapping):
            hint = "a row maps columns to cells; write dict(row) for what is like one"
            return [_problem("wrong_type", f"row {number}", "is not a row", row, hint)]
        if None in row:  # so csv.DictReader tells of it; which cell stands in which column is then unsure
            message = "has more cells than there are columns"
            hint = "quote the cell that holds the separator"
            return [_problem("bad_value", f"row {number}", message, row[None], hint)]
        found: list[Problem] = []
        values = dict(self.constants)
        lacking = False
        for field, reader in self.readers.items():
            try:
                values[field] = reader.row(row)
            except KeyError:
                lacking = True
                found += run.lacks(field, self._column_that_is_not_in(row, field), row, number)
            except UnreadableError as error:
                found.append(self._at(row, number, field, error))
        given = {field: value for field, value in values.items() if value is not attrs.NOTHING}
        kind: type[Any] = self.spec.kind
        for refused in refusals(kind, given):
            found.append(self._at(row, number, refused.field, UnreadableError("bad_value", refused.what, refused.hint)))
        return found if found or lacking else None

    def _column_that_is_not_in(self, row: Mapping[str, Any], field: str) -> str:
        column = self.columns[field]
        return column if column not in row or self.spec.currency_column is None else self.spec.currency_column

    def _at(self, row: Mapping[str, Any], number: int, field: str, error: UnreadableError) -> Problem:
        """Return the problem of a field, told with its column where that has another name."""
        path, column = f"row {number}.{field}" if field else f"row {number}", self.columns.get(field, "")
        if error.of_currency:
            path, column = f"{path}.currency", self.spec.currency_column or ""
        message = error.what if column in ("", field) else f"column {bounded_repr(column)} {error.what}"
        value = row.get(column, self.constants.get(field))
        return _problem(error.code, path, message, value, error.hint)


@final
class _Run(Generic[Kind]):
    """What was found so far in the rows of one call."""

    def __init__(self, plan: _Plan[Kind]) -> None:
        self.plan = plan
        self.facts: list[Kind] = []
        self.numbers: list[int] = []
        self.duplicates: list[Problem] = []
        self.refused = 0
        #: Whether rows say when their facts became known, as the first one does.
        self._has_day: bool | None = None
        self._problems: list[Problem] = []
        self._unlisted = 0
        self._lacking: set[str] = set()
        #: The first fact of each id and day, with its row.
        self._first: dict[tuple[str, date | None], tuple[Kind, int]] = {}

    def place(self, fact: Kind, row: Mapping[str, Any], number: int, on_error: str) -> None:
        """Keep a fact, unless its id, with the day it became known where rows say it, stood in an earlier row."""
        if self._has_day is None:
            self._has_day = self.plan.says_when_known(row)
        key = (fact.id, fact.known_on if self._has_day else None)
        first, earlier = self._first.setdefault(key, (fact, number))
        if first is fact:
            self.facts.append(fact)
            self.numbers.append(number)
            return
        path, of_id = f"row {number}.id", bounded_repr(fact.id)
        names = [name for name in self.plan.shapes if name != "known_on"]
        differing = [name for name in names if getattr(first, name) != getattr(fact, name)]
        if differing:
            message = f"stands in row {earlier} already, with another {', '.join(differing)}"
            hint = "give a correction a later known_on, and another thing another id"
            found = Problem(code="contradiction", path=path, message=message, value=of_id, hint=hint)
            self.refuse([found], on_error)
        else:
            message, hint = f"repeats row {earlier}", "it counts once"
            self.duplicates.append(Problem(code="duplicate", path=path, message=message, value=of_id, hint=hint))

    def lacks(self, field: str, column: str, row: Mapping[str, Any], number: int) -> list[Problem]:
        """Report a column that a row lacks, once for all rows."""
        if column in self._lacking:
            return []
        self._lacking.add(column)
        names = [str(name) for name in row]
        message = f"there is no column {bounded_repr(column)}, first in row {number}"
        return [
            Problem(code="missing_column", path=f"columns.{field}", message=message, hint=did_you_mean(column, names))
        ]

    def refuse(self, found: list[Problem], on_error: str) -> None:
        """Count a row that gives no fact, and keep its problems as long as there is room.

        There are none where the row lacks a column that an earlier one lacked.
        """
        if on_error == "stop":
            raise InputError(found)
        self.refused += 1
        room = max(MAX_PROBLEMS - len(self._problems), 0)
        self._problems += found[:room]
        self._unlisted += len(found[room:])

    def all_problems(self) -> tuple[Problem, ...]:
        """Return the problems that are listed, and how many are not."""
        if not self._unlisted:
            return tuple(self._problems)
        message = f"{self._unlisted} more problems are not listed"
        hint = f"the first {MAX_PROBLEMS} usually have one cause; correct the declaration first"
        return (*self._problems, Problem(code="too_many_problems", path="rows", message=message, hint=hint))


def _cell_of(column: str, read: Callable[[Any], object]) -> _FromRow:
    return lambda row: read(row[column])


def _if_there(read: _FromRow, column: str, default: object) -> _FromRow:
    return lambda row: read(row) if column in row else default


def _in_currency_of(
    reader_of: Callable[[str | None], Read], column: str, currency_column: str, said: Declared
) -> _FromRow:
    """Return the function that reads money whose currency stands in another column."""
    code_shape = Shape(name="currency", content="text", optional=True, default=None, required=False)
    read_code: Callable[[Any], Any] = cell_reader(code_shape, said, NO_FIELDS, attrs.NOTHING)
    by_code: dict[str | None, Read] = {}

    def read(row: Mapping[str, Any]) -> object:
        try:
            code = read_code(row[currency_column])
        except UnreadableError as error:
            raise UnreadableError(error.code, error.what, error.hint, of_currency=True) from None
        if code not in by_code:
            if code is not None and not is_currency(code):
                return reader_of(code)(row[column])
            by_code[code] = reader_of(code)
        return by_code[code](row[column])

    return read


def _problem(code: str, path: str, message: str, value: object, hint: str) -> Problem:
    return Problem(code=code, path=path, message=message, value=bounded_repr(value), hint=hint)
