"""What a record may hold for an input, and how it becomes units: the one gate into every engine.

Numbers come as int, Decimal, Fraction or text, exactly (digits past the declared decimals are
rounded half up), or as a float by `floor(|x| * 10**d + 0.5)`, which every engine can repeat: equal to
the decimal conversion for every float that prints with at most d decimals. Missing is None and
nothing else: NaN is refused.
"""

import math
import numbers
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.limits import MAX_OPTION_CHARACTERS
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
    Value,
    day_number,
    day_of,
)
from supplychain_rules.values.dates import parse_date
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import MAX_DIGITS, exact_number, to_decimal

__all__ = ["NOT_AN_OPTION", "NOT_FINITE", "OUTSIDE", "TOO_LONG", "convert"]

#: What is said of values that are of the right kind and cannot be taken all the same.
OUTSIDE: Final = "outside the declared range"
NOT_FINITE: Final = "not a finite number"
NOT_AN_OPTION: Final = "not one of the declared options"
TOO_LONG: Final = f"more than {MAX_OPTION_CHARACTERS} characters"


def convert(value: object, kind: Type) -> Value:
    """Turn a record's value into units, days, a boolean or a text.

    Raises:
        InvalidValueError: the value does not fit the type; the message says what, the value and the way out.

    >>> convert("0.91", NumberType(decimals=4, low=0, high=10000))
    9100
    """
    if value is None:
        if kind.optional:
            return None
        raise InvalidValueError("a value is required", hint="give one, or declare the input 'optional'")
    match kind:
        case NumberType():
            return _number(value, kind)
        case BooleanType():
            return _boolean(value)
        case ChoiceType():
            return _choice(value, kind)
        case TextType():
            return _text(value)
        case DateType():
            return _day(value, kind)
        case MissingType():
            raise InvalidValueError("this is always missing", value)
        case _:
            assert_never(kind)


def _number(value: object, kind: NumberType) -> int:
    exact = _exact(value)
    low, high = Fraction(kind.low, 10**kind.decimals), Fraction(kind.high, 10**kind.decimals)
    if isinstance(exact, float):
        # The bounds are the nearest floats, so that 0.1 is within a bound of "0.1" on every engine.
        if not float(low) <= exact <= float(high):
            raise InvalidValueError(OUTSIDE, value, hint=_range_hint(kind))
        units = math.floor(abs(exact) * 10.0**kind.decimals + 0.5)
        return units if exact >= 0 else -units
    if not low <= exact <= high:
        raise InvalidValueError(OUTSIDE, value, hint=_range_hint(kind))
    return round_to_units(exact, kind.decimals)


def _exact(value: object) -> Fraction | float:
    """Return a number as it came: a float stays one, everything else becomes a fraction."""
    match value:
        case bool():
            raise InvalidValueError("a boolean is not a number", value)
        case float():
            if not math.isfinite(value):
                raise InvalidValueError(NOT_FINITE, value, hint="give None where a value is missing")
            return float(value)
        case int():
            return Fraction(value)
        case Decimal():
            if not value.is_finite():
                raise InvalidValueError(NOT_FINITE, value, hint="give None where a value is missing")
            if abs(value.adjusted()) > MAX_DIGITS and value:  # never expand Decimal('1e999999')
                raise InvalidValueError(OUTSIDE, value)
            return Fraction(value)
        case str():
            return Fraction(exact_number(value))
        case numbers.Rational():  # a fraction, or an integer of another library
            return Fraction(int(value.numerator), int(value.denominator))
        case numbers.Real():  # a float of another library
            return _exact(float(value))
        case _:
            raise InvalidValueError("not a number", value, hint="give int, float, Decimal, Fraction or text")


def _range_hint(kind: NumberType) -> str:
    return f"declared from {to_decimal(kind.low, kind.decimals)} to {to_decimal(kind.high, kind.decimals)}"


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if type(value).__name__ in ("bool", "bool_") and value in (True, False):  # NumPy's own boolean
        return bool(value)
    raise InvalidValueError("not a boolean", value, hint="give True or False")


def _choice(value: object, kind: ChoiceType) -> str:
    if isinstance(value, str) and value in kind.options:
        return str(value)
    raise InvalidValueError(NOT_AN_OPTION, value, hint=did_you_mean(value, kind.options))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValueError("not a text", value)
    if len(value) > MAX_OPTION_CHARACTERS:
        raise InvalidValueError(TOO_LONG, value)
    return str(value)


def _day(value: object, kind: DateType) -> int:
    if isinstance(value, str):
        value = parse_date(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidValueError("not a date", value, hint="give a datetime.date without a time, or ISO text")
    number = day_number(value)
    if not kind.low <= number <= kind.high:
        hint = f"declared from {day_of(kind.low)} to {day_of(kind.high)}"
        raise InvalidValueError(OUTSIDE, value, hint=hint)
    return number
