"""Dialects: what SQL engines write differently, each engine as a frozen record of hooks.

Six of them. Statements for DuckDB, SQLite, PostgreSQL and Spark are run by the tests; those for Snowflake and BigQuery
are only parsed, and are labelled so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final, final

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.language.types import BooleanType, DateType, NumberType, TextType, Type, day_of
from supplychain_rules.values.scaled import to_decimal

__all__ = ["BREAK", "DIALECTS", "Dialect", "Fence", "RowValue", "dialect_named"]


#: A float of 64 bits holds every whole number up to here.
_FLOAT_HOLDS: Final = 2**53

#: A line break of the layout until the statement is done: no name or literal can hold it, so none is ever indented.
BREAK: Final = "\0"


@final
@attrs.frozen(kw_only=True)
class Dialect:
    """How one engine writes what engines write differently; every hook turns SQL text into SQL text."""

    name: str
    #: Whether the tests run its statements; else they only parse them.
    is_run_tested: bool
    #: Quotes an identifier.
    identifier: Callable[[str], str]
    #: Writes a text as a literal.
    text: Callable[[str], str]
    #: The type of 64 bits that an expression of literals alone is cast to; empty where literals have it anyway.
    integer: str
    #: The type of floats of 64 bits.
    double: str
    #: The type of texts.
    characters: str
    #: The literals for true and false.
    booleans: tuple[str, str]
    #: Floor of a division of whole numbers, the first zero or more, the second positive.
    quotient: Callable[[str, str], str]
    #: Units from a number column of any type, null where it is out of range.
    number: Callable[[str, NumberType], str]
    #: The day number of a date column, null where it is out of range.
    day: Callable[[str, DateType], str]
    #: A text column, to be compared character by character whatever its collation.
    exact_text: Callable[[str], str]
    #: The decimal number of so many units.
    decimal: Callable[[str, NumberType], str]
    #: The date of a day number.
    date: Callable[[str], str]
    #: How a whole row is one value; None where there is no such thing.
    row: "RowValue | None"
    #: Whether a number that is there is none, or no finite one; true or false.
    not_finite: Callable[[str], str]
    #: Whether a value that is there is of another type than the input; None where the column's type sees to it.
    wrong_type: Callable[[str, Type], str | None] = lambda value, kind: None  # noqa: ARG005  for all columns alike
    #: The condition that a value is text; None where the column's type sees to it.
    is_text: Callable[[str], str] | None = None
    #: Takes one of several constants by its place, from zero on, and is null where there is none; None where nothing
    #: does so faster than a case with a branch for each. With it, texts become numbers while the rules are computed.
    nth: Callable[[Sequence[str], str], str] | None = None
    #: What such a division leaves.
    remainder: Callable[[str, str], str] = lambda one, other: f"({one} % {other})"
    #: Ends a query of a chain, where the engine would paste each into the next, and so double the text from one to the
    #: next: rows are not pasted past an offset, be it none, and still pass one by one; kept rows would be copied.
    ends: str = ""
    #: What cuts a long chain of queries into sections; None where the engine needs no such thing.
    fence: "Fence | None" = None
    #: Deepest nesting of queries at which columns still get a query of their own for the reader's sake: engines give
    #: up at about a thousand (DuckDB), or grow slow long before.
    deepest: int = 250
    #: Longest name of a column in bytes; some engines cut a longer one without a word.
    max_name_bytes: int | None = None
    #: Characters that a column's name cannot have.
    forbids: frozenset[str] = frozenset()


@final
@attrs.frozen(kw_only=True)
class RowValue:
    """How an engine makes one value of a row, so that no column of a table can meet a name of the statement."""

    #: The row of a table's alias as one value.
    take: Callable[[str], str]
    #: Such a value as columns again.
    spread: Callable[[str], str]


@final
@attrs.frozen(kw_only=True)
class Fence:
    """What keeps an engine from planning all queries of a long chain at once, in a time that grows faster than they."""

    #: How many queries there are between two cuts.
    every: int
    #: Several columns as one value, whose parts are read by their names; None where there is no such thing.
    pack: Callable[[Iterable[str]], str] | None = None


def dialect_named(name: str) -> Dialect:
    """Return a dialect by its name.

    Raises:
        InvalidValueError: there is none of that name.

    >>> dialect_named("duckdb").is_run_tested
    True
    """
    found = DIALECTS.get(name)
    if found is None:
        hint = did_you_mean(name, DIALECTS) or f"one of {', '.join(DIALECTS)}"
        raise InvalidValueError("unknown dialect", name, hint=hint)
    return found


# Quoting


def _whole_text(text: str) -> str:
    """Refuse what no statement can hold."""
    if "\0" in text:
        raise InvalidValueError("SQL text cannot hold a NUL character", text)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidValueError("not text that can be encoded: half of a surrogate pair", text) from None
    return text


def _doubled(mark: str) -> Callable[[str], str]:
    """Quote by doubling the mark."""
    return lambda text: mark + _whole_text(text).replace(mark, mark * 2) + mark


def _escaped(mark: str) -> Callable[[str], str]:
    """Quote by backslashes."""
    escapes = str.maketrans({"\\": "\\\\", mark: "\\" + mark, "\n": "\\n", "\r": "\\r"})
    return lambda text: mark + _whole_text(text).translate(escapes) + mark


def _postgres_text(text: str) -> str:
    """Escape a backslash openly: whether it means itself otherwise is a setting of the server."""
    quoted = _doubled("'")(text)
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


def _snowflake_text(text: str) -> str:
    return _doubled("'")(text.replace("\\", "\\\\"))


# Numbers in


def _exact(units: int, decimals: int) -> str:
    """Write a number as briefly as it goes: `0.9`, not `0.9000`."""
    value = to_decimal(units, decimals)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _duckdb_double(number: float) -> str:
    """Write a float so that it is none of DuckDB's decimals."""
    text = repr(number)
    return text if "e" in text else f"{text}e0"


def _spark_double(number: float) -> str:
    return f"{number!r}D"


def _within(value: str, kind: NumberType) -> str:
    return f"{value} BETWEEN {_exact(kind.low, kind.decimals)} AND {_exact(kind.high, kind.decimals)}"


def _signed(size: str, value: str, kind: NumberType) -> str:
    return size if kind.low >= 0 else f"SIGN({value}) * {size}"


def _size(value: str, kind: NumberType) -> str:
    return value if kind.low >= 0 else f"ABS({value})"


def _by_type(floats: str, refused: str, double: Callable[[float], str]) -> Callable[[str, NumberType], str]:
    """Read a column by its type, which the engine decides while it plans: floats by their formula, others exactly."""

    def read(value: str, kind: NumberType) -> str:
        power = 10**kind.decimals
        low, high = (double(float(Fraction(bound, power))) for bound in (kind.low, kind.high))
        cast = f"CAST({value} AS DOUBLE)"
        size = _signed(f"FLOOR({_size(cast, kind)} * {double(float(power))} + {double(0.5)})", cast, kind)
        # Eighteen digits are 64 bits, and an order of magnitude faster than more.
        digits = 18 if max(abs(kind.low), abs(kind.high)) * power < 10**18 else 24
        exact = f"CAST({value} AS DECIMAL({digits}, {kind.decimals}))" + (f" * {power}" if kind.decimals else "")
        return (
            f"CASE{BREAK}  WHEN typeof({value}) IN ({floats}) THEN{BREAK}"
            f"    CASE WHEN {cast} BETWEEN {low} AND {high} THEN CAST({size} AS BIGINT) END{BREAK}"
            f"  WHEN typeof({value}) NOT IN ({refused}) AND {_within(value, kind)}"
            f" THEN CAST({exact} AS BIGINT){BREAK}END"
        )

    return read


def _by_operator(integer: str, literal: Callable[[str], str]) -> Callable[[str, NumberType], str]:
    """Read a column with decimal literals: beside a decimal they stay exact, beside a float they become floats."""

    def read(value: str, kind: NumberType) -> str:
        power, half = literal(f"{10**kind.decimals}.0"), literal("0.5")
        size = _signed(f"FLOOR(ABS({value}) * {power} + {half})", value, kind)
        low, high = literal(_exact(kind.low, kind.decimals)), literal(_exact(kind.high, kind.decimals))
        return f"CASE WHEN {value} BETWEEN {low} AND {high} THEN CAST({size} AS {integer}) END"

    return read


def _by_value(value: str, kind: NumberType) -> str:
    """Read a column of SQLite, where every value has a type of its own, and a whole number and a float agree."""
    size = _signed(f"CAST(ABS({value}) * {10**kind.decimals}.0 + 0.5 AS INTEGER)", value, kind)
    return f"CASE WHEN typeof({value}) IN ('integer', 'real') AND {_within(value, kind)} THEN {size} END"


def _not_finite_by_type(floats: str, test: Callable[[str], str]) -> Callable[[str], str]:
    """Ask a column of floats only; an engine that plans by types never casts another."""
    return lambda value: (
        f"CASE WHEN typeof({value}) IN ({floats}) THEN {test(f'CAST({value} AS DOUBLE)')} ELSE FALSE END"
    )


def _not_finite_by_text(*shown: str) -> Callable[[str], str]:
    """Ask how a number is shown, whatever its type."""
    texts = ", ".join(f"'{text}'" for text in shown)
    return lambda value: f"CAST({value} AS VARCHAR(99)) IN ({texts})"


def _refused_number(refused: str) -> Callable[[str, Type], str | None]:
    """Find numbers in a column of another type, where the engine takes it for one."""
    return lambda value, kind: f"typeof({value}) IN ({refused})" if isinstance(kind, NumberType) else None


def _of_another_type(value: str, kind: Type) -> str | None:
    """Look at the value itself, which has a type of its own in SQLite; a choice takes what is one of its options."""
    match kind:
        case NumberType():
            return f"typeof({value}) NOT IN ('integer', 'real')"
        case DateType():
            return f"COALESCE(date({value}) <> {value}, 1)"
        case BooleanType():
            return "1"
        case TextType():
            return f"typeof({value}) <> 'text'"
        case _:
            return None


# Dates in


def _day(difference: Callable[[str], str]) -> Callable[[str, DateType], str]:
    def read(value: str, kind: DateType) -> str:
        low, high = day_of(kind.low).isoformat(), day_of(kind.high).isoformat()
        return f"CASE WHEN {value} BETWEEN DATE '{low}' AND DATE '{high}' THEN {difference(value)} END"

    return read


def _iso_day(value: str, kind: DateType) -> str:
    """Read a date of SQLite, which is text; what is not exactly an ISO date is not its own date."""
    low, high = day_of(kind.low).isoformat(), day_of(kind.high).isoformat()
    within = f"{value} BETWEEN '{low}' AND '{high}'"
    return f"CASE WHEN date({value}) = {value} AND {within} THEN CAST(julianday({value}) - 2440587.5 AS INTEGER) END"


# Numbers out: a product with a decimal unit is exact; a quotient would be a float, or rounded.


def _narrow_decimal(units: str, kind: NumberType) -> str:
    """Write a decimal of 64 bits where it holds every number of the type, else one of 38 digits."""
    fits = max(abs(kind.low), abs(kind.high)) < 10**18
    whole, total = (18, 18) if fits else (19, 38)
    unit = _exact(1, kind.decimals)
    return f"CAST(CAST({units} AS DECIMAL({whole}, 0)) * {unit} AS DECIMAL({total}, {kind.decimals}))"


def _wide_decimal(name: str) -> Callable[[str, NumberType], str]:
    return lambda units, kind: f"CAST({units} * {_exact(1, kind.decimals)} AS {name}(38, {kind.decimals}))"


def _nearest_float(units: str, kind: NumberType) -> str:
    """Write the nearest float in SQLite, which divides towards zero, for as many units as there are."""
    largest, power = max(-kind.low, kind.high), 10**kind.decimals
    if largest < _FLOAT_HOLDS:
        return f"{units} / {power}.0"
    whole, rest = f"{units} / {power}", f"{units} % {power}"
    exact = f"{whole} + {rest} / {power}.0"
    if largest < _FLOAT_HOLDS * power:
        return exact
    beyond = f"(({whole}) * 2 + ({rest} > 0) - ({rest} < 0)) * 0.5"
    return f"CASE WHEN ABS({whole}) < {_FLOAT_HOLDS} THEN {exact} ELSE {beyond} END"


def _bigquery_decimal(units: str, kind: NumberType) -> str:
    name = "NUMERIC" if kind.decimals <= 9 else "BIGNUMERIC"  # which have 9 and 38 decimals, always
    return f"{units} * {name} '{_exact(1, kind.decimals)}'"


#: Types by the names that engines give them: floats, and what is taken for a number where one is wanted.
_DUCKDB_FLOATS: Final = "'DOUBLE', 'FLOAT'"
_DUCKDB_NO_NUMBERS: Final = "'VARCHAR', 'BOOLEAN'"
_SPARK_FLOATS: Final = "'double', 'float'"
_SPARK_NO_NUMBERS: Final = "'string', 'boolean'"

_POSTGRES: Final = Dialect(
    name="postgres",
    is_run_tested=True,
    identifier=_doubled('"'),
    text=_postgres_text,
    integer="BIGINT",
    double="DOUBLE PRECISION",
    characters="TEXT",
    booleans=("TRUE", "FALSE"),
    quotient=lambda one, other: f"({one} / {other})",
    number=_by_operator("BIGINT", lambda number: number),
    day=_day(lambda value: f"CAST({value} - DATE '1970-01-01' AS BIGINT)"),
    exact_text=lambda value: f'CAST({value} AS TEXT) COLLATE "C"',
    decimal=_wide_decimal("NUMERIC"),
    date=lambda day: f"DATE '1970-01-01' + CAST({day} AS INTEGER)",
    row=RowValue(take=lambda alias: alias, spread=lambda row: f"({row}).*"),
    not_finite=_not_finite_by_text("NaN", "Infinity", "-Infinity"),
    ends="OFFSET 0",
    fence=Fence(every=20),
    deepest=800,
    max_name_bytes=63,
)

_DUCKDB: Final = attrs.evolve(
    _POSTGRES,
    name="duckdb",
    text=_doubled("'"),
    double="DOUBLE",
    characters="VARCHAR",
    quotient=lambda one, other: f"({one} // {other})",
    number=_by_type(_DUCKDB_FLOATS, _DUCKDB_NO_NUMBERS, _duckdb_double),
    exact_text=lambda value: f'{value} COLLATE "C"',
    decimal=_narrow_decimal,
    ends="",
    max_name_bytes=None,
    row=RowValue(take=lambda alias: alias, spread=lambda row: f"{row}.*"),
    not_finite=_not_finite_by_type(_DUCKDB_FLOATS, lambda number: f"NOT isfinite({number})"),
    wrong_type=_refused_number(_DUCKDB_NO_NUMBERS),
    nth=lambda constants, place: f"[{', '.join(constants)}][{place} + 1]",
    # Its optimiser looks at all queries below each one, and at none of those that are computed first; more sections
    # would hold more rows in memory.
    fence=Fence(
        every=40,
        pack=lambda columns: f"struct_pack({', '.join(f'{column} := {column}' for column in columns)})",
    ),
    deepest=800,
)

_SQLITE: Final = Dialect(
    name="sqlite",
    is_run_tested=True,
    identifier=_doubled('"'),
    text=_doubled("'"),
    integer="",
    double="REAL",
    characters="TEXT",
    booleans=("1", "0"),
    quotient=lambda one, other: f"({one} / {other})",
    number=_by_value,
    day=_iso_day,
    exact_text=lambda value: f"{value} COLLATE BINARY",
    is_text=lambda value: f"typeof({value}) = 'text'",
    decimal=_nearest_float,
    date=lambda day: f"date({day} + 2440587.5)",
    ends="LIMIT -1 OFFSET 0",
    row=None,
    not_finite=lambda value: f"{value} IN (9e999, -9e999)",
    wrong_type=_of_another_type,
    deepest=400,  # which takes it no longer than fewer queries of longer text
)

_SPARK: Final = Dialect(
    name="spark",
    is_run_tested=True,
    identifier=_doubled("`"),
    text=_escaped("'"),
    integer="BIGINT",
    double="DOUBLE",
    characters="STRING",
    booleans=("TRUE", "FALSE"),
    quotient=lambda one, other: f"({one} DIV {other})",
    number=_by_type(_SPARK_FLOATS, _SPARK_NO_NUMBERS, _spark_double),
    day=_day(lambda value: f"CAST(unix_date({value}) AS BIGINT)"),
    exact_text=lambda value: value,
    decimal=_narrow_decimal,
    date=lambda day: f"date_from_unix_date(CAST({day} AS INT))",
    row=RowValue(take=lambda alias: f"struct({alias}.*)", spread=lambda row: f"{row}.*"),
    not_finite=_not_finite_by_type(
        _SPARK_FLOATS, lambda number: f"isnan({number}) OR ABS({number}) = CAST('Infinity' AS DOUBLE)"
    ),
    wrong_type=_refused_number(_SPARK_NO_NUMBERS),
    deepest=40,  # Spark resolves a query in two of its hundred rounds
)

_SNOWFLAKE: Final = Dialect(
    name="snowflake",
    is_run_tested=False,
    identifier=_doubled('"'),
    text=_snowflake_text,
    integer="",
    double="DOUBLE",
    characters="VARCHAR",
    booleans=("TRUE", "FALSE"),
    quotient=lambda one, other: f"(({one} - {one} % {other}) / {other})",
    number=_by_operator("NUMBER(38, 0)", lambda number: number),
    day=_day(lambda value: f"DATEDIFF('day', DATE '1970-01-01', {value})"),
    exact_text=lambda value: f"COLLATE({value}, '')",
    decimal=_wide_decimal("NUMBER"),
    date=lambda day: f"DATEADD('day', {day}, DATE '1970-01-01')",
    row=None,
    not_finite=_not_finite_by_text("NaN", "inf", "-inf"),
    max_name_bytes=255,
)

_BIGQUERY: Final = Dialect(
    name="bigquery",
    is_run_tested=False,
    identifier=_escaped("`"),
    text=_escaped("'"),
    integer="",
    double="FLOAT64",
    characters="STRING",
    booleans=("TRUE", "FALSE"),
    quotient=lambda one, other: f"DIV({one}, {other})",
    remainder=lambda one, other: f"MOD({one}, {other})",
    number=_by_operator("INT64", lambda number: f"NUMERIC '{number}'"),
    day=_day(lambda value: f"UNIX_DATE({value})"),
    exact_text=lambda value: f"COLLATE({value}, '')",
    decimal=_bigquery_decimal,
    date=lambda day: f"DATE_FROM_UNIX_DATE({day})",
    row=RowValue(take=lambda alias: alias, spread=lambda row: f"{row}.*"),
    not_finite=lambda value: f"IS_NAN(CAST({value} AS FLOAT64)) OR IS_INF(CAST({value} AS FLOAT64))",
    max_name_bytes=300,
    forbids=frozenset('!"$()*,./;?@[\\]^`{}~'),
)

#: Every dialect by name.
DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {found.name: found for found in (_DUCKDB, _SQLITE, _POSTGRES, _SPARK, _SNOWFLAKE, _BIGQUERY)}
)
