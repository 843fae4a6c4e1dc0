"""Exact numbers: how a rule set's number is read, and how units become a `Decimal` again.

A number of `decimals` places is held as an integer count of 10**-decimals units, so that 0.1 + 0.2
is 0.3 on every engine.
"""

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

from supplychain_rules.errors import InvalidValueError

__all__ = ["MAX_DIGITS", "exact_fraction", "exact_number", "exact_sum", "number_text", "shifted", "to_decimal"]

#: Most digits a number in a rule set may have before or after the point. 64 bits hold 19 digits, so
#: nothing longer can be used anyway, and Decimal('1e999999') must never be expanded.
MAX_DIGITS: Final = 30

#: The least whole number of more than `MAX_DIGITS` digits.
_TOO_LARGE: Final[int] = 10**MAX_DIGITS

#: Longest number text that is even looked at: both sides of the point, a sign, an exponent.
_MAX_TEXT: Final = 2 * MAX_DIGITS + 10

#: Our own context: the caller's precision and traps must not change a result.
_EXACT: Final = Context(prec=4 * MAX_DIGITS, rounding=ROUND_HALF_UP)

#: Moves a point without rounding, however many digits there are. For nothing else: it would let a division run on.
_UNBOUNDED: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def exact_number(value: object) -> Decimal:
    """Read a number of a rule set exactly: text, `int`, `Decimal`, or a `float` by its shortest text.

    Returns:
        A finite decimal without trailing zeros, so that equal numbers have one form.

    Raises:
        InvalidValueError: not a number, not finite, or more than `MAX_DIGITS` digits on a side.

    >>> exact_number("40.0"), exact_number(0.1), exact_number(1200)
    (Decimal('40'), Decimal('0.1'), Decimal('1200'))
    """
    match value:
        case bool():
            raise InvalidValueError("a boolean is not a number", value)
        case int():
            number = _from_int(value)
        case Decimal():
            number = value
        case float():
            number = Decimal(repr(float(value)))
        case str():
            number = _from_text(value)
        case _:
            raise InvalidValueError("not a number", value, hint="give text, int, Decimal or float")
    return _normal(number, value)


def exact_fraction(value: object) -> Fraction:
    """Read a number or a fraction text such as `"25/48"` exactly.

    Raises:
        InvalidValueError: not a number or fraction, a zero denominator, or a fraction text that would need more
            than `MAX_DIGITS` digits on a side when it is written back. A `Fraction` is taken as it is.

    >>> exact_fraction("25/48"), exact_fraction("0.25")
    (Fraction(25, 48), Fraction(1, 4))
    """
    if isinstance(value, Fraction):
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > 4 * MAX_DIGITS:
            raise InvalidValueError(f"a fraction of more than {MAX_DIGITS} digits on a side", value)
        return value
    if isinstance(value, str) and "/" in value:
        over, _, under = value.partition("/")
        numerator, denominator = exact_number(over.strip()), exact_number(under.strip())
        if denominator == 0:
            raise InvalidValueError("a fraction's denominator is zero", value)
        fraction = Fraction(numerator) / Fraction(denominator)
        if not _is_writable(fraction):
            raise InvalidValueError(f"a fraction of more than {MAX_DIGITS} digits", value, hint="shorten both numbers")
        return fraction
    return Fraction(exact_number(value))


def exact_sum(one: Decimal, other: Decimal) -> Decimal:
    """Add two exact numbers exactly, whatever precision the caller's own decimal context has.

    >>> exact_sum(Decimal("90"), Decimal("-0.5"))
    Decimal('89.5')
    """
    return exact_number(_EXACT.add(one, other))


def to_decimal(units: int, decimals: int) -> Decimal:
    """Return `units` of 10**-decimals as a `Decimal` with exactly `decimals` places.

    >>> to_decimal(6687, 2), to_decimal(-5, 1), to_decimal(7, 0)
    (Decimal('66.87'), Decimal('-0.5'), Decimal('7'))
    """
    return _UNBOUNDED.scaleb(Decimal(units), -decimals) if decimals else Decimal(units)


def shifted(value: Decimal, places: int) -> Decimal:
    """Return a number with its point moved to the right, every digit kept.

    >>> shifted(Decimal("0.6150"), 2)
    Decimal('61.50')
    """
    return _UNBOUNDED.scaleb(value, places)


def number_text(value: Decimal | Fraction) -> str:
    """Return the one canonical text of an exact number; a fraction that does not end as `n/d`.

    >>> number_text(Decimal("1.50E+2")), number_text(Fraction(25, 48)), number_text(Fraction(1, 4))
    ('150', '25/48', '0.25')
    """
    if isinstance(value, Decimal):
        whole, point, decimals = format(value, "f").partition(".")
        decimals = decimals.rstrip("0")
        if len(decimals) <= MAX_DIGITS:
            return whole + point + decimals if decimals else whole.removeprefix("-") if not value else whole
    exact = Fraction(value)
    numerator, denominator = exact.numerator, exact.denominator
    places = 0
    while (numerator * 10**places) % denominator:
        places += 1
        if places > MAX_DIGITS:
            return f"{numerator}/{denominator}"
    return format(to_decimal(numerator * 10**places // denominator, places), "f")


def _is_writable(fraction: Fraction) -> bool:
    """Return whether `number_text` writes the fraction so that `exact_fraction` reads it again."""
    if _TOO_LARGE % fraction.denominator == 0:  # it ends within MAX_DIGITS decimals
        return abs(fraction) < _TOO_LARGE
    return abs(fraction.numerator) < _TOO_LARGE and fraction.denominator < _TOO_LARGE


def _from_int(value: int) -> Decimal:
    if value.bit_length() > 4 * MAX_DIGITS:  # cheap: never turns a giant integer into text
        raise InvalidValueError(f"more than {MAX_DIGITS} digits", value)
    return Decimal(value)


def _from_text(text: str) -> Decimal:
    if len(text) > _MAX_TEXT:
        raise InvalidValueError("too long for a number", text)
    if not text.isascii() or "_" in text:
        raise InvalidValueError("not a number", text, hint="write plain digits, as in '12.5'")
    try:
        return Decimal(text)
    except ArithmeticError:
        raise InvalidValueError("not a number", text, hint="write plain digits, as in '12.5'") from None


def _normal(number: Decimal, original: object) -> Decimal:
    if not number.is_finite():
        raise InvalidValueError("not a finite number", original)
    if not number:
        return Decimal(0)
    if number.adjusted() >= MAX_DIGITS:
        raise InvalidValueError(f"more than {MAX_DIGITS} digits before the point", original)
    last_place = _last_place(number)
    if -last_place > MAX_DIGITS:
        raise InvalidValueError(f"more than {MAX_DIGITS} decimals", original)
    return _EXACT.quantize(number, Decimal((0, (1,), min(last_place, 0))))


def _last_place(number: Decimal) -> int:
    """Return the exponent of the last digit that is not zero."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101  the exponent of a finite number is an integer
    trailing = next(place for place, digit in enumerate(reversed(digits)) if digit)
    return exponent + trailing
