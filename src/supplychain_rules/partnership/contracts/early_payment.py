"""Paying early for a discount: what is to be paid on a day, and what yearly rate the discount amounts to.

Who pays 2 % less within 10 days instead of all within 30 earns 2/98 in 20 days. The simple rate multiplies that by the
number of such spans in a year, exactly; the compound rate lets it bear interest on itself, and is irrational in
general, so that it is rounded to a stated number of decimals.
"""

from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Final

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.arrivals import shifted
from supplychain_rules.partnership.contracts.amounts import rounded
from supplychain_rules.partnership.contracts.check_payment import due_day, term_begin
from supplychain_rules.partnership.contracts.money_terms import EarlyPayment, PaymentTerms
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import check_decimals, round_to_units
from supplychain_rules.values.scaled import check_whole, to_decimal

__all__ = ["compound_rate", "payable_on", "simple_rate"]

#: The most days that anybody counts for a year.
_MOST_DAYS: Final = 366

#: Digits beyond those asked for: an error in the last of them changes no rounding but that of a near tie.
_GUARD_DIGITS: Final = 30


def simple_rate(discount: EarlyPayment, net_days: int, *, days_of_year: int = 365) -> Fraction:
    """Return the yearly rate of a discount, simple, exactly: d / (1 - d) x year / days paid earlier.

    Args:
        discount: the discount.
        net_days: the days after which all of it would be paid.
        days_of_year: 365 or 360, as the sources say.

    Raises:
        InvalidValueError: a discount of everything, or one that is not earlier than the term.

    >>> simple_rate(EarlyPayment(rate="0.02", days=10), 30)
    Fraction(73, 196)
    """
    earlier = _earlier(discount, net_days, days_of_year)
    return discount.rate / (1 - discount.rate) * Fraction(days_of_year, earlier)


def compound_rate(discount: EarlyPayment, net_days: int, *, days_of_year: int = 365, decimals: int = 6) -> Decimal:
    """Return the yearly rate of a discount, compound: (1 / (1 - d)) ^ (year / days paid earlier) - 1, rounded half up.

    It is computed in decimals with thirty digits beyond those asked for, never in binary floats.

    Args:
        discount: the discount.
        net_days: the days after which all of it would be paid.
        days_of_year: 365 or 360.
        decimals: of the result; 6 for a percentage of four decimals.

    Raises:
        InvalidValueError: as `simple_rate`, or decimals that are none.

    >>> compound_rate(EarlyPayment(rate="0.02", days=10), 30, decimals=8)
    Decimal('0.44585293')
    """
    check_decimals(decimals)
    earlier = _earlier(discount, net_days, days_of_year)
    growth = 1 / (1 - discount.rate)
    spans, rest = divmod(days_of_year, earlier)
    if not rest:
        return to_decimal(round_to_units(growth**spans - 1, decimals), decimals)
    exponent = Fraction(days_of_year, earlier)
    # The whole digits of the result come on top: ln(growth) x exponent / ln(10) of them, at most.
    whole = int(exponent) * max(len(str(growth.numerator)) - len(str(growth.denominator)) + 1, 1)
    with localcontext(Context(prec=whole + decimals + _GUARD_DIGITS)):
        base = Decimal(growth.numerator) / Decimal(growth.denominator)
        power = base.ln() * exponent.numerator / exponent.denominator
        found = power.exp() - 1
    return to_decimal(round_to_units(Fraction(found), decimals), decimals)


def payable_on(terms: PaymentTerms, amount: Money, start: date, day: date) -> Money:
    """Return what settles an invoice on a day: the amount, less the largest discount that is still open.

    Args:
        terms: the payment terms.
        amount: what is billed.
        start: the day from which the term runs: the invoice's, or by `receipt` the later of invoice and receipt.
        day: the day of payment.

    Raises:
        InvalidValueError: not money, or not days.

    >>> terms = PaymentTerms(id="payment", net_days=30, discounts=[EarlyPayment(rate="0.02", days=10)])
    >>> [payable_on(terms, Money("100", "EUR"), date(2026, 1, 1), date(2026, 1, day)) for day in (11, 12)]
    [Money('98.00', 'EUR'), Money('100.00', 'EUR')]
    """
    if not isinstance(amount, Money):
        raise InvalidValueError("only money is paid", amount, hint="write Money('100', 'EUR')")
    begin = term_begin(terms, check_day("start", start))
    due = due_day(terms, start)
    rates = [one.rate for one in terms.discounts if check_day("day", day) <= min(shifted(begin, one.days, None), due)]
    return rounded(Fraction(amount.amount) * (1 - max(rates, default=Fraction(0))), amount.currency)


def _earlier(discount: EarlyPayment, net_days: int, days_of_year: int) -> int:
    """Return how many days earlier is paid for the discount."""
    check_whole("days_of_year", days_of_year, least=1, most=_MOST_DAYS, hint="365 or 360")
    check_whole("net_days", net_days, least=1, most=10_000)
    if discount.rate >= 1:
        raise InvalidValueError("a discount of everything has no rate", str(discount.rate))
    if discount.days >= net_days:
        raise InvalidValueError("the discount is not earlier than the term", f"{discount.days} of {net_days} days")
    return net_days - discount.days
