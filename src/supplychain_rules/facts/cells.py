"""How one cell is read: a function of the cell for each field, made once for all rows.

A cell is a text, as CSV has them, or a value of Python, as a query or a frame brings it. What is blank is not known; it
is never zero. Nothing is guessed: what a declaration does not say is refused, with the declaration that would allow it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import index
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.dates import DayFormats
from supplychain_rules.facts.shapes import Shape
from supplychain_rules.values.currencies import is_currency, suggestion
from supplychain_rules.values.money import Money

__all__ = [
    "Declared",
    "Floats",
    "Ids",
    "Read",
    "Spaces",
    "UnreadableError",
    "cell_reader",
    "money_reader",
    "remembering",
]

#: Whether a number may stand where text is meant: refused, or written as it is.
Ids = Literal["text", "any"]

#: Whether a float may stand where a number is meant: never, if it is whole, or by the shortest text that means it.
Floats = Literal["refuse", "whole", "shortest"]

#: What becomes of blanks around a text.
Spaces = Literal["refuse", "strip"]

#: Reads a cell into what the field's class takes.
Read: TypeAlias = Callable[[Any], object]

#: Most texts of one column whose meaning is remembered: all days of a century fit, and all prices of a catalogue.
_MAX_REMEMBERED: Final = 50_000

#: A count of days has five digits at most; what has more is refused before it is written out.
_MAX_WHOLE_DIGITS: Final = 9

#: Longest number that is written out as an id: 60 digits, and Python itself refuses some thousands.
_MAX_ID_BITS: Final = 200

_PLAIN_NUMBER: Final = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")

#: Types whose values all equal themselves.
_NEVER_NAN: Final = frozenset({int, bool, date})

#: Says that a blank cell is refused, where None and an empty text may be what it stands for.
_REFUSED: Final = object()


@final
class UnreadableError(Exception):
    """A cell that cannot be read; it becomes a problem of its row. `of_currency` says that the currency is to blame."""

    def __init__(self, code: str, what: str, hint: str = "", *, of_currency: bool = False) -> None:
        self.code, self.what, self.hint, self.of_currency = code, what, hint, of_currency
        super().__init__(code, what, hint, of_currency)


@final
@attrs.frozen(kw_only=True)
class Declared:
    """What is declared of all cells; `Structure` says what each means."""

    days: DayFormats
    blanks: frozenset[str]
    nan_is_blank: bool
    spaces: Spaces
    ids: Ids
    floats: Floats
    decimal_point: str
    thousands: str
    separator: str | None


def cell_reader(shape: Shape, declared: Declared, words: Mapping[Any, object], if_blank: object) -> Read:
    """Return the function that reads a field's cell.

    Args:
        shape: the field.
        declared: what is declared of all cells.
        words: what single cells stand for, as `{"Y": True}`.
        if_blank: what a blank cell stands for; `attrs.NOTHING` leaves that to the field.
    """
    of_text, of_other = _READERS[shape.content](declared)
    return _with_blanks(of_text, of_other, declared, words, _blank_value(shape, if_blank))


def money_reader(
    shape: Shape, declared: Declared, code: str | None, words: Mapping[Any, object], if_blank: object
) -> Read:
    """Return the function that reads a field's cell into money of one currency; None: it is not known."""
    amount = cell_reader(attrs.evolve(shape, content="quantity"), declared, words, if_blank)

    def read(cell: object) -> object:
        found = amount(cell)
        if found is None or found is attrs.NOTHING or isinstance(found, Money):
            return found
        if code is None:
            hint = "declare currency or currency_column"
            raise UnreadableError("required", "is blank beside an amount", hint, of_currency=True)
        if not is_currency(code):
            near = suggestion(code)
            hint = f"did you mean {near!r}?" if near else "give a current code of ISO 4217, as in 'EUR'"
            raise UnreadableError("bad_value", "is an unknown currency", hint, of_currency=True)
        try:
            return Money(found, code)  # type: ignore[arg-type]  # a quantity's reader gives what an amount may be
        except InvalidValueError as error:
            raise UnreadableError("bad_value", error.what, error.hint) from None

    return read


def remembering(read: Read) -> Read:
    """Return a reader that reads equal texts once; a cell must be hashable, and what is no text is always read."""
    return _Remembered(read).__getitem__


@final
class _Remembered(dict[object, object]):
    """What texts were read into. A value of Python is never kept: 1, True and 1.0 are equal, and one may be refused."""

    __slots__ = ("_read",)

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: object) -> object:
        value = self._read(cell)
        if type(cell) is str and len(self) < _MAX_REMEMBERED:
            self[cell] = value
        return value


def _blank_value(shape: Shape, if_blank: object) -> object:
    """Return what a blank cell means: a declared value, not known, no text, or what the class finds by itself."""
    if if_blank is not attrs.NOTHING:
        return if_blank
    if shape.optional:
        return None
    if shape.required or shape.content not in ("text", "texts", "day"):
        return _REFUSED  # a number, an answer or a word that is not known is none of those that a class would assume
    return shape.default


def _with_blanks(of_text: Read, of_other: Read, declared: Declared, words: Mapping[Any, object], blank: object) -> Read:
    """Put in front of a reader what all columns have in common: blanks, spaces and declared words."""
    blanks, strip, nan_is_blank = declared.blanks, declared.spaces == "strip", declared.nan_is_blank

    def blank_cell() -> object:
        if blank is _REFUSED:
            raise UnreadableError("required", "is blank", "a blank is not known, which is not zero")
        return blank

    def read(cell: object) -> object:
        if isinstance(cell, str):
            text = cell.strip()
            if text != cell:
                if not strip:
                    raise UnreadableError("bad_value", "has blanks around it", 'spaces="strip" takes them off')
                cell = text
            if cell in blanks:
                return blank_cell()
            return words[cell] if cell in words else of_text(cell)
        if cell is None:
            return blank_cell()
        if type(cell) not in _NEVER_NAN and _is_nan(cell):
            if nan_is_blank:
                return blank_cell()
            raise UnreadableError("bad_value", "is NaN, NaT or NA", 'nan="blank" takes it as not known')
        if words and type(cell) in _NEVER_NAN and cell in words:
            return words[cell]
        return of_other(cell)

    return read


def _is_nan(cell: object) -> bool:
    """Return whether a value does not equal itself, as a frame's NaN, NaT and NA."""
    try:
        return bool(cell != cell)  # noqa: PLR0124  that is the definition
    except (TypeError, ValueError, ArithmeticError):  # NA has no truth, a signalling NaN no comparison
        return True


def _text(declared: Declared) -> tuple[Read, Read]:
    any_id = declared.ids == "any"

    def of_other(cell: object) -> object:
        if isinstance(cell, bool | float) or not hasattr(cell, "__index__"):
            hint = "a frame makes floats of whole numbers with gaps; read the column as text"
            raise UnreadableError("wrong_type", "is not text", hint if isinstance(cell, float) else "")
        if not any_id:
            raise UnreadableError(
                "wrong_type", "is a number, not text", 'ids="any" takes it; its leading zeros are lost'
            )
        number = index(cell)
        if number.bit_length() > _MAX_ID_BITS:
            raise UnreadableError("bad_value", "is too long a number for an id")
        return str(number)

    return _same, of_other


def _same(text: object) -> object:
    return text


def _day(declared: Declared) -> tuple[Read, Read]:
    formats = declared.days

    def of_text(text: str) -> object:
        try:
            return formats.day(text)
        except InvalidValueError as error:
            raise UnreadableError("bad_date", error.what, error.hint) from None

    def of_other(cell: object) -> object:
        if isinstance(cell, datetime):
            try:
                return formats.day_of(cell)
            except InvalidValueError as error:
                raise UnreadableError("bad_date", error.what, error.hint) from None
        if not isinstance(cell, date):
            raise UnreadableError("wrong_type", "is not a date", "give text in a declared format, or a date")
        return cell

    return of_text, of_other


def _quantity(declared: Declared) -> tuple[Read, Read]:
    floats = declared.floats
    of_text = _number_text(declared.decimal_point, declared.thousands)

    def of_other(cell: object) -> object:
        if isinstance(cell, float):
            return _from_float(cell, floats)
        if isinstance(cell, Decimal) or type(cell) is int:
            return cell
        if isinstance(cell, bool) or not hasattr(cell, "__index__"):
            raise UnreadableError("wrong_type", "is not a number")
        return index(cell)

    return of_text, of_other


def _number_text(point: str, thousands: str) -> Read:
    """Return the function that brings a number's text into the one form `-1234.5`."""
    hint = f"write it as in 1{thousands}234{point}5"
    if point == "." and not thousands:
        matches = _PLAIN_NUMBER.fullmatch

        def of_plain(text: str) -> object:
            if matches(text) is None:
                raise UnreadableError("bad_number", "is not a number", hint)
            return text

        return of_plain

    fraction = f"(?:{re.escape(point)}[0-9]*)?"
    grouped = f"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+{fraction}|" if thousands else ""
    pattern = re.compile(f"-?(?:{grouped}[0-9]+{fraction}|{re.escape(point)}[0-9]+)")

    def of_text(text: str) -> object:
        if pattern.fullmatch(text) is None:
            raise UnreadableError("bad_number", "is not a number", hint)
        return text.replace(thousands, "").replace(point, ".") if thousands else text.replace(point, ".")

    return of_text


def _from_float(cell: float, floats: Floats) -> Decimal | int:
    whole = cell.is_integer()
    if floats == "refuse" or (floats == "whole" and not whole):
        ways = 'floats="whole" takes 7.0 as 7, ' if floats == "refuse" else ""
        hint = f'{ways}floats="shortest" takes 0.1 as 0.1'
        raise UnreadableError("wrong_type", "is a float, which is not exact", hint)
    return int(cell) if whole else Decimal(repr(float(cell)))


def _whole(declared: Declared) -> tuple[Read, Read]:
    number_text, of_number = _quantity(declared)

    def of_text(text: str) -> object:
        number = Decimal(str(number_text(text)))
        return of_other(number)

    def of_other(cell: object) -> object:
        number = of_number(cell)
        if isinstance(number, Decimal):
            if not number.is_finite() or number.adjusted() > _MAX_WHOLE_DIGITS or number != number.to_integral_value():
                raise UnreadableError("bad_number", "is not a whole number")
            return int(number)
        return number

    return of_text, of_other


def _truth(_declared: Declared) -> tuple[Read, Read]:
    hint = 'declare what the words mean, as words={"wrong_item": {"Y": True, "N": False}}'

    def of_text(_text: str) -> object:
        raise UnreadableError("wrong_type", "is neither true nor false", hint)

    def of_other(cell: object) -> object:
        if not isinstance(cell, bool):
            raise UnreadableError("wrong_type", "is neither true nor false", hint)
        return cell

    return of_text, of_other


def _option(_declared: Declared) -> tuple[Read, Read]:
    def of_other(_cell: object) -> object:
        raise UnreadableError("wrong_type", "is not text")

    return _same, of_other  # the class knows its words


def _texts(declared: Declared) -> tuple[Read, Read]:
    separator = declared.separator
    of_one_text, of_one = _text(declared)

    def of_text(text: str) -> object:
        if separator is None:
            return frozenset({text})
        parts = (part.strip() for part in text.split(separator))
        return frozenset(part for part in parts if part)

    def of_other(cell: object) -> object:
        if not isinstance(cell, list | tuple | set | frozenset):
            return frozenset({of_one(cell)})
        return frozenset(of_one_text(part) if isinstance(part, str) else of_one(part) for part in cell)

    return of_text, of_other


#: How a cell of each content is read as text, and as a value of Python; causes of rejects need more than a cell.
_READERS: Final[Mapping[str, Callable[[Declared], tuple[Read, Read]]]] = {
    "text": _text,
    "day": _day,
    "quantity": _quantity,
    "whole": _whole,
    "truth": _truth,
    "option": _option,
    "texts": _texts,
}
