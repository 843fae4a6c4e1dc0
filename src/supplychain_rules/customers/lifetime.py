"""Expected purchases of a customer, and the probability that it is still a customer: the BG/NBD model as a measure.

The model (beta-geometric, negative binomial) knows three numbers of a customer: x repeat purchases, the time t_x of the
last one and the time T under observation, both from the first purchase on. Customers buy at random with rates that vary
among them (r, alpha), and after each purchase drop out with a probability that varies among them (a, b). The four
parameters are given; nothing is estimated here.

    P(alive) = 1 / (1 + a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x))    for x > 0
    E(t) = (a + b + x - 1) / (a - 1)
           * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * 2F1(r + x, b + x; a + b + x - 1; t / (alpha + T + t)))
           * P(alive)

Source: P. S. Fader, B. G. S. Hardie, K. L. Lee, "Counting Your Customers" the Easy Way: An Alternative to the
Pareto/NBD Model, Marketing Science 24 (2005), equations (10) and, for P(alive), their note on computing it (2008).

**A customer with one purchase.** In the model nobody can drop out before its first repeat, so P(alive) of x = 0 is 1:
an assumption and not a finding. So `alive` is `None` there, with a note, unless it is asked for by name; the note
stays.

Powers and the hypergeometric function have no exact value; they are taken with `PRECISION` digits and results rounded.
"""

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction
from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.customers.profile import Profile
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import check_whole, exact_fraction, exact_number

__all__ = ["PRECISION", "BgNbd", "Expectation", "History", "OneTimeBuyer", "expected_purchases", "purchase_history"]

#: Significant digits of every intermediate result: fourteen more than any result is given with.
PRECISION: Final = 50

#: Most decimals of a result.
_MOST_DECIMALS: Final = 20

#: Most terms of the series: it needs some hundred where the horizon is as long as the observation, and more only where
#: it is a hundred times as long, which nobody should predict.
_MOST_TERMS: Final = 20_000

#: Most repeat purchases: more than one a day for a century.
_MOST_PURCHASES: Final = 100_000

_CONTEXT: Final = Context(
    prec=PRECISION,
    rounding=ROUND_HALF_EVEN,
    Emin=MIN_EMIN,
    Emax=MAX_EMAX,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[InvalidOperation, DivisionByZero, Overflow],
)

#: What is said of a customer with one purchase: that its being alive is not known, or what the model assumes.
OneTimeBuyer = Literal["unknown", "assumed_alive"]

_ONE_TIME: Final = Label(
    "one purchase only: the model assumes the customer alive, it does not find it so",
    "仅购买一次：模型假定该客户仍活跃，而非据数据得出",
)


@final
@attrs.frozen(kw_only=True)
class BgNbd:
    """The parameters of the model, as estimated elsewhere, and the unit of their time.

    Raises:
        InvalidValueError: a parameter that is not above zero, or `a` of exactly 1, where the formula has no value.

    >>> BgNbd(r="0.243", alpha="4.414", a="0.793", b="2.426").unit_days
    7
    """

    r: Decimal = attrs.field(converter=exact_number)
    alpha: Decimal = attrs.field(converter=exact_number)
    a: Decimal = attrs.field(converter=exact_number)
    b: Decimal = attrs.field(converter=exact_number)
    #: Days in one unit of time: 7 where `alpha` was estimated in weeks.
    unit_days: int = 7

    def __attrs_post_init__(self) -> None:
        """Refuse what no such model has."""
        check_whole("BgNbd.unit_days", self.unit_days, least=1, most=366)
        for name in ("r", "alpha", "a", "b"):
            if getattr(self, name) <= 0:
                raise InvalidValueError(f"BgNbd.{name} is above zero", str(getattr(self, name)))
        if self.a == 1:
            raise InvalidValueError(
                "BgNbd.a is exactly 1, where the formula divides by zero", "1", hint="give 1.000001"
            )
        if self.a + self.b == 1:
            what = "BgNbd.a + b is exactly 1, where the formula of a customer with one purchase divides by zero"
            raise InvalidValueError(what, "1", hint="give one of them with a digit more")


@final
@attrs.frozen(kw_only=True)
class History:
    """What the model knows of a customer, in units of its time.

    Raises:
        InvalidValueError: negative numbers, a last repeat after the end, or repeats without a time.

    >>> History(repeats=2, last="30.43", observed="38.86").repeats
    2
    """

    #: x: purchase days after the first one.
    repeats: int
    #: t_x: from the first to the last purchase; 0 without a repeat.
    last: Fraction = attrs.field(converter=exact_fraction)
    #: T: from the first purchase to the day of the question.
    observed: Fraction = attrs.field(converter=exact_fraction)

    def __attrs_post_init__(self) -> None:
        """Refuse a history that cannot have been."""
        check_whole("History.repeats", self.repeats, least=0, most=_MOST_PURCHASES)
        if not 0 <= self.last <= self.observed:
            raise InvalidValueError(f"History.last lies between 0 and observed ({self.observed})", str(self.last))
        if (self.repeats == 0) != (self.last == 0):
            what = "History.last is above zero where there are repeats, and zero where there are none"
            raise InvalidValueError(what, str(self.last))


@final
@attrs.frozen(kw_only=True)
class Expectation:
    """What the model says of a customer."""

    #: Purchases expected in the time asked about.
    purchases: Decimal
    #: The probability that it is still a customer; `None` where the model only assumes it.
    alive: Decimal | None
    #: What has to be said beside the numbers.
    note: Label | None = None


def purchase_history(profile: Profile, parameters: BgNbd) -> History | None:
    """Return what the model knows of a customer; `None` of one without a purchase.

    >>> from datetime import date
    >>> from supplychain_rules.values.money import Money
    >>> nothing = Money("0", "USD")
    >>> seen = Profile(customer="C1", as_of=date(1997, 9, 30), first_purchase_on=date(1997, 1, 1),
    ...     last_purchase_on=date(1997, 8, 2), purchase_days_ever=3, gross=nothing, returned=nothing,
    ...     cost_of_goods=None, cost_to_serve=nothing)
    >>> found = purchase_history(seen, BgNbd(r="0.243", alpha="4.414", a="0.793", b="2.426"))
    >>> found.repeats, round(float(found.last), 2), round(float(found.observed), 2)
    (2, 30.43, 38.86)
    """
    first, last = profile.first_purchase_on, profile.last_purchase_on
    if first is None or last is None:
        return None
    return History(
        repeats=profile.purchase_days_ever - 1,
        last=Fraction((last - first).days, parameters.unit_days),
        observed=Fraction((profile.as_of - first).days, parameters.unit_days),
    )


def expected_purchases(
    parameters: BgNbd,
    history: History,
    *,
    ahead: object,
    decimals: int = 4,
    one_time: OneTimeBuyer = "unknown",
) -> Expectation:
    """Return the purchases expected in the time ahead, and the probability that the customer is still one.

    Args:
        parameters: the model.
        history: the customer.
        ahead: how far to look, in units of the model's time, above 0.
        decimals: places of the results, up to 20, rounded half to even.
        one_time: what is said of a customer with one purchase.

    Raises:
        InvalidValueError: a time that is not above zero or too long to compute, or a choice that does not exist.

    >>> model = BgNbd(r="0.243", alpha="4.414", a="0.793", b="2.426")
    >>> expected_purchases(model, History(repeats=2, last="30.43", observed="38.86"), ahead=39, decimals=3).purchases
    Decimal('1.226')
    >>> found = expected_purchases(model, History(repeats=0, last=0, observed="38.86"), ahead=39, decimals=3)
    >>> found.alive is None, found.note.en
    (True, 'one purchase only: the model assumes the customer alive, it does not find it so')
    """
    if one_time not in get_args(OneTimeBuyer):
        raise InvalidValueError("unknown treatment of one-time buyers", one_time, hint='"unknown" or "assumed_alive"')
    check_whole("decimals", decimals, least=0, most=_MOST_DECIMALS)
    time = exact_fraction(ahead)
    if time <= 0:
        raise InvalidValueError("the time ahead is above zero", str(ahead))
    alive = _alive(parameters, history)
    purchases = _CONTEXT.multiply(_if_alive(parameters, history, _decimal(time)), alive)
    place = Decimal(1).scaleb(-decimals)
    shown = _CONTEXT.quantize(alive, place)
    return Expectation(
        purchases=_CONTEXT.quantize(purchases, place),
        alive=None if history.repeats == 0 and one_time == "unknown" else shown,
        note=_ONE_TIME if history.repeats == 0 else None,
    )


def _alive(model: BgNbd, history: History) -> Decimal:
    """Return the probability that a customer is still one; 1 without a repeat, by assumption."""
    if history.repeats == 0:
        return Decimal(1)
    c = _CONTEXT
    x, seen, last = Decimal(history.repeats), _decimal(history.observed), _decimal(history.last)
    silence = c.divide(c.add(model.alpha, seen), c.add(model.alpha, last))
    odds = c.multiply(c.divide(model.a, c.subtract(c.add(model.b, x), Decimal(1))), c.power(silence, c.add(model.r, x)))
    return c.divide(Decimal(1), c.add(Decimal(1), odds))


def _if_alive(model: BgNbd, history: History, ahead: Decimal) -> Decimal:
    """Return the purchases expected of a customer known to be one."""
    c, one = _CONTEXT, Decimal(1)
    x, seen = Decimal(history.repeats), c.add(model.alpha, _decimal(history.observed))
    bought, trials = c.add(model.r, x), c.add(model.b, x)
    both = c.subtract(c.add(model.a, trials), one)
    until = c.add(seen, ahead)
    series = _hypergeometric(bought, trials, both, c.divide(ahead, until))
    kept = c.multiply(c.power(c.divide(seen, until), bought), series)
    return c.multiply(c.divide(both, c.subtract(model.a, one)), c.subtract(one, kept))


def _hypergeometric(a: Decimal, b: Decimal, c: Decimal, z: Decimal) -> Decimal:
    """Return Gauss's function 2F1 by its series, for 0 < z < 1."""
    x = _CONTEXT
    least = Decimal(1).scaleb(-PRECISION)
    term = total = Decimal(1)
    for n in range(_MOST_TERMS):
        step = Decimal(n)
        ratio = x.divide(
            x.multiply(x.add(a, step), x.add(b, step)), x.multiply(x.add(c, step), x.add(step, Decimal(1)))
        )
        ratio = x.multiply(ratio, z)
        term = x.multiply(term, ratio)
        total = x.add(total, term)
        # Once the terms fall, the rest is less than a geometric series of this ratio.
        if ratio < 1 and abs(term) < x.multiply(x.multiply(abs(total), least), x.subtract(Decimal(1), ratio)):
            return total
    raise InvalidValueError(
        "too far ahead to be computed", str(z), hint="look ahead no more than a hundred times as long as was observed"
    )


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))
