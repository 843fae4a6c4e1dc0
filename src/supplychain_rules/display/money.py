"""Money as people of a country write it: their symbol, separators and places, and every digit of ours.

How a locale writes is the Unicode Common Locale Data Repository's (CLDR) to say, through the package `babel`. How many
decimals there are is not: CLDR counts those in daily use (none for MGA, where the standard has two), so a statement
formatted by it would not show what was settled. Here a currency has the decimals of ISO 4217 at least, and an amount
is never shown with fewer digits than it has.
"""

import unicodedata
from copy import copy
from decimal import ROUND_HALF_EVEN, Context, Inexact, InvalidOperation, localcontext
from typing import TYPE_CHECKING, Final

from supplychain_rules.errors import InvalidValueError, MissingExtraError
from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import RoundingMode
from supplychain_rules.values.scaled import MAX_DIGITS

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

__all__ = ["format_money"]

#: Babel computes in the current context; in this one every amount fits, and rounding raises instead of happening.
_EXACT: Final = Context(prec=4 * MAX_DIGITS, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation])

#: What CLDR puts between a letter and a digit: a space at which no line breaks.
_NO_BREAK_SPACE: Final = "\u00a0"


def format_money(money: Money, locale: str, *, rounded: RoundingMode | None = None) -> str:
    """Return money as text by the rules of a locale.

    Args:
        money: the amount; it is shown exactly unless `rounded` is given.
        locale: a language and a country, as `zh_CN`, `en_US` or `de-DE`.
        rounded: a rounding mode, to show no more than the currency's smallest unit.

    Raises:
        MissingExtraError: the package `babel` is not installed.
        InvalidValueError: not money, an unknown locale or mode, or rounding of a currency without a smallest unit.

    Source:
        The patterns, symbols and spacing are those of the CLDR that the installed `babel` carries, the number of
        decimals that of ISO 4217. `babel` reads the locale from its own files when it meets it first.

    >>> format_money(Money("1234567.5", "CNY"), "zh_CN"), format_money(Money("-0.125", "USD"), "en_US")
    ('¥1,234,567.50', '-$0.125')
    """
    try:
        from babel.numbers import format_currency, get_currency_symbol  # noqa: PLC0415  only who calls this needs it
    except ImportError as error:
        raise MissingExtraError("format_money", package="babel", extra="locale") from error
    if not isinstance(money, Money):
        raise InvalidValueError("only money is formatted as money", money, hint="write Money(amount, currency)")
    written = _locale(locale)
    shown = money if rounded is None else money.round(rounded)
    pattern = _pattern(written, get_currency_symbol(money.currency, written))
    least = decimals_of(money.currency) or 0
    pattern.frac_prec = (least, least)
    with localcontext(_EXACT):
        return format_currency(
            shown.amount,
            money.currency,
            format=pattern,
            locale=written,
            currency_digits=False,
            decimal_quantization=False,  # more digits than the pattern asks for are shown
        )


def _locale(name: object) -> "Locale":
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  format_money has tried

    if isinstance(name, str) and name:
        try:
            return Locale.parse(name.replace("-", "_"))
        except (ValueError, UnknownLocaleError):
            pass
    raise InvalidValueError("unknown locale", name, hint="give language and country, as in 'zh_CN' or 'en_US'")


def _pattern(locale: "Locale", symbol: str) -> "NumberPattern":
    """Return a copy of the locale's pattern, with a space where a symbol's letter would touch a digit."""
    pattern: NumberPattern = copy(locale.currency_formats["standard"])
    if _is_letter_like(symbol[-1]):
        positive, negative = pattern.prefix
        pattern.prefix = (_spaced_after(positive), _spaced_after(negative))
    if _is_letter_like(symbol[0]):
        positive, negative = pattern.suffix
        pattern.suffix = (_spaced_before(positive), _spaced_before(negative))
    return pattern


def _spaced_after(prefix: str) -> str:
    return f"{prefix}{_NO_BREAK_SPACE}" if prefix.endswith("¤") else prefix


def _spaced_before(suffix: str) -> str:
    return f"{_NO_BREAK_SPACE}{suffix}" if suffix.startswith("¤") else suffix


def _is_letter_like(character: str) -> bool:
    """Return whether CLDR spaces a character from a digit: neither a symbol, as $ is, nor a space itself."""
    return unicodedata.category(character)[0] not in "SZ"
