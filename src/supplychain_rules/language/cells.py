"""Table cells: the unary tests of DMN's S-FEEL, each one a condition on its column.

```
cell  = "-" | tests | "not(" tests ")"
tests = test { "," test }
test  = "missing" | ( "<" | "<=" | ">" | ">=" | "=" | "!=" ) value | interval | value
interval = ( "[" | "(" | "]" ) value ".." value ( "]" | ")" | "[" )
```

A value is a number, an ISO date, `true`, `false` or an option; an option that could be misread is
double-quoted. `-` takes anything, missing too.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError, Problem, bounded_repr
from supplychain_rules.language.limits import MAX_DECIMALS, MAX_FORMULA_CHARACTERS, MAX_NODES
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Call,
    Compare,
    Comparison,
    Constant,
    Day,
    Expression,
    In,
    Name,
    Not,
    Number,
    Or,
    Text,
)
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
    describe_type,
)
from supplychain_rules.values.dates import parse_date
from supplychain_rules.values.scaled import exact_number, number_text

__all__ = ["Cell", "Interval", "IsMissing", "Test", "Threshold", "cell_condition", "cell_text", "parse_cell"]

#: Operators, longer ones first so that `>=` is not read as `>`.
_OPERATORS: Final[tuple[tuple[str, Comparison], ...]] = (
    ("<=", "<="),
    (">=", ">="),
    ("!=", "!="),
    ("<", "<"),
    (">", ">"),
    ("=", "=="),
)

#: Characters that would be read as something else in an unquoted option.
_SPECIAL: Final = frozenset(',()[]"<>=!')

#: Words that would be.
_WORDS: Final = frozenset({"-", "missing", "true", "false", "not"})


@final
@attrs.frozen
class IsMissing:
    """The test that holds for a missing value only."""


@final
@attrs.frozen
class Threshold:
    """A comparison with one value: `>= 95`, `A`, `!= 0`."""

    operator: Comparison
    value: Constant


@final
@attrs.frozen(kw_only=True)
class Interval:
    """A range between two values: `[90..95)`."""

    low: Constant
    high: Constant
    low_closed: bool
    high_closed: bool


Test = IsMissing | Threshold | Interval


@final
@attrs.frozen
class Cell:
    """The tests of one cell: it holds when any holds, or none where `negated`; no tests take anything."""

    tests: tuple[Test, ...] = ()
    negated: bool = False


def parse_cell(raw: object, kind: Type, path: str, problems: list[Problem]) -> Cell | None:
    """Read a cell for a column of the given type; add what is wrong to `problems` and return None then.

    `raw` is text, or a native boolean, number or date, which stands for itself.
    """
    text = _native_text(raw)
    if text is None:
        message = "a cell is text, a number, a boolean or a date"
        problems.append(Problem(code="wrong_type", path=path, message=message, value=bounded_repr(raw)))
        return None
    if len(text) > MAX_FORMULA_CHARACTERS:
        problems.append(Problem(code="too_large", path=path, message="this cell is too long", value=bounded_repr(raw)))
        return None
    if not text.isprintable():
        message = "a cell is printable text"
        problems.append(Problem(code="bad_cell", path=path, message=message, value=bounded_repr(raw)))
        return None
    try:
        return _Reader(text, kind).cell()
    except _BadCellError as bad:
        problem = Problem(
            code=bad.code,
            path=path,
            message=bad.message,
            value=bounded_repr(text),
            hint=bad.hint,
            column=bad.position + 1,
        )
        problems.append(problem)
        return None


def cell_condition(cell: Cell, name: str, kind: Type) -> Expression | None:
    """Return the condition that a cell puts on its column, or None where it takes anything."""
    if not cell.tests:
        return None
    equal = [test.value for test in cell.tests if isinstance(test, Threshold) and test.operator == "=="]
    others = [test for test in cell.tests if not (isinstance(test, Threshold) and test.operator == "==")]
    parts = [_test_condition(test, name) for test in others]
    if equal:
        parts.insert(0, _equality(name, equal, kind))
    condition = parts[0] if len(parts) == 1 else Or(tuple(parts))
    return Not(condition) if cell.negated else condition


def cell_text(cell: Cell) -> str:
    """Return the one canonical text of a cell; `parse_cell` reads it back.

    >>> cell_text(Cell((IsMissing(), Threshold(">=", Number(Decimal(95))))))
    'missing, >= 95'
    """
    if not cell.tests:
        return "-"
    text = ", ".join(_test_text(test) for test in cell.tests)
    return f"not({text})" if cell.negated else text


def _native_text(raw: object) -> str | None:
    match raw:
        case bool():
            return "true" if raw else "false"
        case str():
            return raw
        case int() | Decimal() | float():
            try:
                return number_text(exact_number(raw))
            except InvalidValueError:
                return None
        case datetime():
            return None
        case date():
            return raw.isoformat()
        case _:
            return None


def _equality(name: str, values: list[Constant], kind: Type) -> Expression:
    if isinstance(kind, BooleanType):
        branches = [Name(name) if value.value else Not(Name(name)) for value in values if isinstance(value, Boolean)]
        return branches[0] if len(branches) == 1 else Or(tuple(branches))
    if len(values) == 1:
        return Compare("==", Name(name), values[0])
    return In(Name(name), tuple(values))


def _test_condition(test: Test, name: str) -> Expression:
    match test:
        case IsMissing():
            return Call("is_missing", (Name(name),))
        case Threshold(value=Boolean(value=wanted)):
            return Name(name) if wanted is (test.operator == "==") else Not(Name(name))
        case Threshold():
            return Compare(test.operator, Name(name), test.value)
        case Interval():
            low = Compare(">=" if test.low_closed else ">", Name(name), test.low)
            high = Compare("<=" if test.high_closed else "<", Name(name), test.high)
            return And((low, high))
        case _:
            assert_never(test)


def _test_text(test: Test) -> str:
    match test:
        case IsMissing():
            return "missing"
        case Threshold():
            sign = "" if test.operator == "==" else f"{test.operator} "
            return sign + _value_text(test.value)
        case Interval():
            opening, closing = "[" if test.low_closed else "(", "]" if test.high_closed else ")"
            return f"{opening}{_value_text(test.low)}..{_value_text(test.high)}{closing}"
        case _:
            assert_never(test)


def _value_text(value: Constant) -> str:
    match value:
        case Number():
            return number_text(value.value)
        case Day():
            return value.value.isoformat()
        case Boolean():
            return "true" if value.value else "false"
        case Text():
            return _quoted(value.value)
        case _:
            raise AssertionError(value)  # a cell holds no missing literal


def _quoted(option: str) -> str:
    """Write an option, in double quotes where it could be misread; a quote inside is doubled."""
    plain = option and option == option.strip() and not (_SPECIAL & set(option)) and option.lower() not in _WORDS
    dotted = ".." in option or option.startswith(".") or option.endswith(".")
    return option if plain and not dotted else '"' + option.replace('"', '""') + '"'


class _BadCellError(Exception):
    def __init__(self, code: str, message: str, position: int, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.position = position
        self.hint = hint


_Closing = Literal["]", ")", "["]


@attrs.define
class _Reader:
    """A cell under reading: its text, its column's type, and how far it was read."""

    _text: str
    _kind: Type
    _at: int = 0

    def cell(self) -> Cell:
        """Read the whole cell."""
        self._space()
        if self._text.strip() == "-":
            return Cell()
        if not self._text.strip():
            self._fail("empty_cell", "an empty cell", "write - for anything, or 'missing'")
        negated = self._text[self._at :].replace(" ", "").startswith("not(")
        if negated:
            self._at = self._text.index("(", self._at) + 1
        tests = [self._test()]
        while self._take(","):
            tests.append(self._test())
            if len(tests) > MAX_NODES:
                self._fail("too_large", f"more than {MAX_NODES} tests in one cell")
        if negated and not self._take(")"):
            self._fail("bad_cell", "'not(' is not closed")
        if self._at < len(self._text):
            self._fail("bad_cell", "this is left over", "separate tests by commas, and quote options that hold signs")
        return Cell(tuple(tests), negated)

    def _fail(self, code: str, message: str, hint: str = "") -> None:
        raise _BadCellError(code, message, self._at, hint)

    def _space(self) -> None:
        while self._at < len(self._text) and self._text[self._at] == " ":
            self._at += 1

    def _take(self, sign: str) -> bool:
        self._space()
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        self._space()
        return True

    def _test(self) -> Test:
        self._space()
        if self._text.startswith(("[", "(", "]"), self._at):
            return self._interval()
        for sign, operator in _OPERATORS:
            if self._take(sign):
                self._must_be_ordered(operator)
                return Threshold(operator, self._ranked(operator, ",)"))
        start = self._at
        if not self._text.startswith('"', start) and self._word(",)") == "missing":
            return IsMissing()
        self._at = start
        return Threshold("==", self._value(",)"))

    def _must_be_ordered(self, operator: Comparison) -> None:
        ordered = isinstance(self._kind, NumberType | DateType) or (
            isinstance(self._kind, ChoiceType) and bool(self._kind.ranking)
        )
        if operator not in ("==", "!=") and not ordered:
            self._fail("type_mismatch", f"{describe_type(self._kind)} has no order", "name the values instead")

    def _interval(self) -> Interval:
        self._must_be_ordered("<=")
        low_closed = self._text[self._at] == "["
        self._at += 1
        low = self._ranked("<=", "..")
        if not self._take(".."):
            self._fail("bad_cell", "an interval needs '..'", "as in [90..95)")
        high = self._ranked("<=", "])[")
        closing = self._text[self._at : self._at + 1]
        if closing not in ("]", ")", "["):
            self._fail("bad_cell", "an interval is not closed", "as in [90..95)")
        self._at += 1
        self._space()
        both = low_closed and closing == "]"
        if _sort_key(low, self._kind) > _sort_key(high, self._kind) or (low == high and not both):
            self._fail("empty_interval", "no value lies in this interval", "write the lower value first")
        return Interval(low=low, high=high, low_closed=low_closed, high_closed=closing == "]")

    def _word(self, ends: str) -> str:
        """Read up to one of the end signs ('..' is one sign), or a quoted option."""
        self._space()
        if self._text.startswith('"', self._at):
            return self._quoted()
        start = self._at
        while self._at < len(self._text) and not self._ends(ends):
            self._at += 1
        return self._text[start : self._at].rstrip()

    def _ends(self, ends: str) -> bool:
        if ends == "..":
            return self._text.startswith("..", self._at)
        return self._text[self._at] in ends

    def _quoted(self) -> str:
        start = self._at + 1
        at = start
        while True:
            at = self._text.find('"', at)
            if at < 0:
                self._fail("bad_cell", "a quote is not closed")
            if not self._text.startswith('""', at):
                break
            at += 2
        self._at = at + 1
        self._space()
        return self._text[start:at].replace('""', '"')

    def _ranked(self, operator: Comparison, ends: str) -> Constant:
        """Read a value; beside an order it must have a place in it."""
        start = self._at
        value = self._value(ends)
        outside = (
            isinstance(value, Text) and isinstance(self._kind, ChoiceType) and value.value not in self._kind.ranking
        )
        if outside and operator not in ("==", "!="):
            self._at = start
            self._fail("type_mismatch", "this option is outside the order", "name it by itself")
        return value

    def _value(self, ends: str) -> Constant:
        self._space()
        start, quoted = self._at, self._text.startswith('"', self._at)
        word = self._word(ends)
        try:
            return self._constant(word, quoted=quoted)
        except _BadCellError:
            raise
        except ValueError as error:
            self._at = start
            hint = error.hint if isinstance(error, InvalidValueError) else "write it as 2026-01-31"
            self._fail("bad_value", f"{describe_type(self._kind)} is needed here, not {word[:40]!r}", hint)
            raise AssertionError from error  # _fail raises

    def _constant(self, word: str, *, quoted: bool) -> Constant:
        match self._kind:
            case NumberType():
                number = exact_number(word)
                if number_text(number).partition(".")[2][MAX_DECIMALS:]:
                    self._fail("too_many_decimals", f"a number in a cell has at most {MAX_DECIMALS} decimals")
                return Number(number)
            case DateType():
                return Day(parse_date(word))
            case BooleanType():
                if word not in ("true", "false"):
                    raise InvalidValueError("not a boolean", word, hint="write true, false or missing")
                return Boolean(word == "true")
            case ChoiceType(options=options):
                if word not in options:
                    self._at -= len(word)
                    self._fail("unknown_option", f"no such option: {word[:40]!r}", did_you_mean(word, options))
                return Text(word)
            case TextType():
                if not word and not quoted:
                    raise InvalidValueError("empty text", hint='write ""')
                return Text(word)
            case MissingType():
                raise InvalidValueError("this column is always missing")
            case _:
                assert_never(self._kind)


def _sort_key(value: Constant, kind: Type) -> Decimal | int:
    match value:
        case Number():
            return value.value
        case Day():
            return value.value.toordinal()
        case Text():
            return (
                kind.ranking.index(value.value) if isinstance(kind, ChoiceType) and value.value in kind.ranking else 0
            )
        case _:
            return 0
