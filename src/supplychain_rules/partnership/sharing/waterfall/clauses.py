"""The clauses of a settlement, the steps of its waterfall.

A settlement starts with the *pool*, which stands as the *rest*: what nobody has yet. Each clause moves money from the
rest to accounts, back, or between accounts; an account is a party or a group of parties. The order of the clauses is
the order of the waterfall. The kinds are a closed union, `Clause`.

| from the rest | recoup, fee, hurdle, catch-up, reserve, incentive fee, dead band, bands, split |
| --- | --- |
| back to the rest | clawback |
| between accounts | cap, floor, charge, split of a group |
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_boolean, is_id, is_optional_id, one_of, several
from supplychain_rules.partnership.sharing.waterfall.fields import (
    are_ids,
    as_label,
    is_money,
    is_not_below_zero,
    is_part,
    plain_fields,
    rebuilt,
)
from supplychain_rules.partnership.sharing.waterfall.levels import (
    Level,
    as_level,
    as_optional_level,
    as_optional_rate,
    as_rate,
    percent_text,
)
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.piecewise import rational

__all__ = [
    "CLAUSE_LABELS",
    "REST",
    "Band",
    "Bands",
    "Cap",
    "CatchUp",
    "Charge",
    "Clause",
    "Clawback",
    "DeadBand",
    "Fee",
    "FeeBasis",
    "Floor",
    "Hurdle",
    "IncentiveFee",
    "Recoup",
    "Reserve",
    "Split",
    "share_ranges",
]

#: The name of what nobody has yet.
REST: Final = "rest"

#: What a percentage fee is a percentage of.
FeeBasis = Literal["pool", "rest", "outturn", "base"]

#: The clause kinds by the word that data write, in the order in which the documentation lists them.
CLAUSE_LABELS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "recoup": Label("cost recoupment", "成本回收"),
        "fee": Label("fee", "费用"),
        "bands": Label("share ranges", "分摊区间"),
        "incentive_fee": Label("incentive fee", "激励费"),
        "dead_band": Label("dead band", "免调区间"),
        "cap": Label("cap", "上限"),
        "floor": Label("floor", "下限"),
        "hurdle": Label("hurdle", "门槛收益"),
        "catch_up": Label("catch-up", "追补分配"),
        "clawback": Label("clawback", "回拨"),
        "reserve": Label("reserve", "准备金"),
        "charge": Label("charge", "扣款"),
        "split": Label("split", "分配"),
    }
)


def _rates(given: object) -> Mapping[str, Fraction]:
    """Read shares or weights by account, in the order of the names, because their own order means nothing."""
    if not isinstance(given, Mapping):
        raise InvalidValueError("shares are not a mapping", given, hint="give a mapping from account to share")
    for name in given:
        if not isinstance(name, str) or not name.strip():
            raise InvalidValueError("an account is named by text", name, hint="every name needs a visible character")
    return MappingProxyType({name: _rate_of(name, given[name]) for name in sorted(given)})


def _rate_of(name: str, value: object) -> Fraction:
    try:
        return as_rate(value)
    except InvalidValueError as error:
        raise InvalidValueError(f"what {name!r} has: {error.what}", value, hint=error.hint) from None


def _rates_field(**default: object) -> Any:  # noqa: ANN401  attrs.field's own type says nothing either
    return attrs.field(
        **default,  # type: ignore[call-overload]  # a default or none
        converter=_rates,
        eq=lambda rates: tuple(rates.items()),
        repr=lambda rates: repr(dict(rates)),
    )


@final
@attrs.frozen(kw_only=True)
class Recoup:
    """Give an account back what it spent or bore, as far as there is a rest.

    takes = min(max(rest, 0), due), where due is a fixed amount, a measured one, or what earlier clauses cost it.

    Raises:
        InvalidValueError: not exactly one of `amount`, `actual` and `of`.

    >>> Recoup(id="tooling", to="supplier", amount=Money("40000", "EUR")).to
    'supplier'
    """

    KIND: ClassVar[str] = "recoup"

    id: str = attrs.field(validator=is_id)
    to: str = attrs.field(validator=is_id)
    amount: Level | None = attrs.field(default=None, converter=as_optional_level, validator=is_not_below_zero)
    #: The name of an actual that is money: what was spent.
    actual: str | None = attrs.field(default=None, validator=is_optional_id)
    #: Ids of earlier clauses; what they took from the account on balance is given back.
    of: tuple[str, ...] = attrs.field(default=(), converter=several, validator=are_ids)
    label: Label | None = attrs.field(default=None, converter=as_label)

    def __attrs_post_init__(self) -> None:
        """Refuse what says nothing, or two things."""
        if sum((self.amount is not None, self.actual is not None, bool(self.of))) != 1:
            raise InvalidValueError("a recoupment of nothing or of two things", self.id, hint="amount, actual or of")


@final
@attrs.frozen(kw_only=True)
class Fee:
    """Pay a fixed fee, or a percentage of something as far as that is positive.

    Raises:
        InvalidValueError: not exactly one of `amount` and `rate`, or a negative one.

    >>> Fee(id="management", to="supplier", rate="3%", of="base").rate
    Fraction(3, 100)
    """

    KIND: ClassVar[str] = "fee"

    id: str = attrs.field(validator=is_id)
    to: str = attrs.field(validator=is_id)
    amount: Level | None = attrs.field(default=None, converter=as_optional_level, validator=is_not_below_zero)
    rate: Fraction | None = attrs.field(default=None, converter=as_optional_rate, validator=is_not_below_zero)
    #: What `rate` is a percentage of.
    of: FeeBasis = attrs.field(default="rest", validator=one_of("pool", "rest", "outturn", "base"))
    #: Whether no more is paid than there is; otherwise the rest may go below zero, and the next clauses share that.
    as_available: bool = attrs.field(default=False, validator=is_boolean)
    label: Label | None = attrs.field(default=None, converter=as_label)

    def __attrs_post_init__(self) -> None:
        """Refuse what says nothing, or two things."""
        if (self.amount is None) == (self.rate is None):
            raise InvalidValueError("a fee of nothing or of two things", self.id, hint="give amount or rate")


@final
@attrs.frozen(kw_only=True)
class Band:
    """One share range: from where to where, and who bears or gets which part of what falls into it."""

    #: Where it begins; left out, where the band before ends.
    low: Level | None = attrs.field(default=None, converter=as_optional_level)
    #: Where it ends; left out for the last.
    high: Level | None = attrs.field(default=None, converter=as_optional_level)
    #: Shares by account, 100 % together.
    shares: Mapping[str, Fraction] = _rates_field()

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with a plain dict, because a read-only view cannot be pickled."""
        return rebuilt, (Band, plain_fields(self))


@final
@attrs.frozen(kw_only=True)
class Bands:
    """Share gain and pain by ranges: each increment at the shares of the range into which it falls.

    Over the outturn, the increments between the base and the outturn are shared, as NEC4 shares what lies between the
    Prices and the Price for Work Done to Date. Over the rest, the increments between 0 and the rest are.

    Raises:
        InvalidValueError: no band.
    """

    KIND: ClassVar[str] = "bands"

    id: str = attrs.field(validator=is_id)
    #: What the ranges are ranges of.
    over: Literal["outturn", "rest"] = attrs.field(default="outturn", validator=one_of("outturn", "rest"))
    bands: tuple[Band, ...] = attrs.field(converter=several)
    label: Label | None = attrs.field(default=None, converter=as_label)

    def __attrs_post_init__(self) -> None:
        """Refuse ranges that are none."""
        for band in self.bands:
            if not isinstance(band, Band):
                raise InvalidValueError("not a band", band, hint="write Band(high=..., shares={...})")
        if not self.bands:
            raise InvalidValueError("no band", self.id, hint="give at least one; the last has no high end")


@final
@attrs.frozen(kw_only=True)
class IncentiveFee:
    """Pay a fee that rises by a share of what is saved against a target cost, and falls by one of what is overrun.

    fee = target_fee + under x max(target_cost - cost, 0) - over x max(cost - target_cost, 0), held between `least` and
    `most`; cost and fee together never exceed `ceiling`. With `least` and `most` it is a cost-plus-incentive-fee
    contract (CPIF), with a ceiling a fixed-price-incentive one (FPIF).

    Raises:
        InvalidValueError: `least` above `most`.

    Source:
        FAR 16.403-1 and 16.405-1.
    """

    KIND: ClassVar[str] = "incentive_fee"

    id: str = attrs.field(validator=is_id)
    to: str = attrs.field(validator=is_id)
    target_cost: Level = attrs.field(converter=as_level)
    target_fee: Money = attrs.field(validator=is_money)
    #: The share of what is saved: 20 % in a contract of 80/20.
    under: Fraction = attrs.field(converter=as_rate)
    #: The share of what is overrun; left out, the same.
    over: Fraction | None = attrs.field(default=None, converter=as_optional_rate)
    least: Money | None = attrs.field(default=None, validator=attrs.validators.optional(is_money))
    most: Money | None = attrs.field(default=None, validator=attrs.validators.optional(is_money))
    #: The most that cost and fee come to.
    ceiling: Money | None = attrs.field(default=None, validator=attrs.validators.optional(is_money))
    label: Label | None = attrs.field(default=None, converter=as_label)

    def __attrs_post_init__(self) -> None:
        """Refuse bounds that cross."""
        if self.least is not None and self.most is not None and self.least > self.most:
            raise InvalidValueError("the least fee is above the greatest", self.least, hint=f"at most {self.most}")


@final
@attrs.frozen(kw_only=True)
class DeadBand:
    """Leave small departures unshared: a rest within the band goes to one account whole.

    `excess_only` goes on with what lies beyond the band; `in_full` with everything once the band is left. The edge
    itself belongs to the band: exactly 5 % is not triggered.
    """

    KIND: ClassVar[str] = "dead_band"

    id: str = attrs.field(validator=is_id)
    #: Who has what is not shared.
    to: str = attrs.field(validator=is_id)
    #: How far the rest may be above 0, and below 0.
    gain: Level = attrs.field(converter=as_level, validator=is_not_below_zero)
    pain: Level = attrs.field(converter=as_level, validator=is_not_below_zero)
    mode: Literal["excess_only", "in_full"] = attrs.field(validator=one_of("excess_only", "in_full"))
    label: Label | None = attrs.field(default=None, converter=as_label)


@final
@attrs.frozen(kw_only=True)
class Cap:
    """Hold what an account has so far at a level; what is cut off goes to a named account, or back to the rest."""

    KIND: ClassVar[str] = "cap"

    id: str = attrs.field(validator=is_id)
    on: str = attrs.field(validator=is_id)
    at: Level = attrs.field(converter=as_level)
    to: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, converter=as_label)


@final
@attrs.frozen(kw_only=True)
class Floor:
    """Lift what an account has so far to a level; a named account pays what is lacking, or the rest does."""

    KIND: ClassVar[str] = "floor"

    id: str = attrs.field(validator=is_id)
    on: str = attrs.field(validator=is_id)
    at: Level = attrs.field(converter=as_level)
    by: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, converter=as_label)


@final
@attrs.frozen(kw_only=True)
class Hurdle:
    """Give to an account until it has a level, as far as there is a rest: a preferred return."""

    KIND: ClassVar[str] = "hurdle"

    id: str = attrs.field(validator=is_id)
    to: str = attrs.field(validator=is_id)
    until: Level = attrs.field(converter=as_level)
    label: Label | None = attrs.field(default=None, converter=as_label)


@final
@attrs.frozen(kw_only=True)
class CatchUp:
    """Let an account catch up: it gets `rate` of the rest, the other one what is left, until it has `share` of both.

    Raises:
        InvalidValueError: a rate that is not above the share: it would never catch up.

    >>> CatchUp(id="catch-up", to="manager", against="investor", share="20%", counting=["preferred"]).rate
    Fraction(1, 1)
    """

    KIND: ClassVar[str] = "catch_up"

    id: str = attrs.field(validator=is_id)
    to: str = attrs.field(validator=is_id)
    against: str = attrs.field(validator=is_id)
    #: The part of what both have that it catches up to.
    share: Fraction = attrs.field(converter=as_rate, validator=is_part)
    #: The part of the rest that it gets meanwhile.
    rate: Fraction = attrs.field(default=Fraction(1), converter=as_rate, validator=is_part)
    #: Ids of the earlier clauses whose payments count; none named, all do.
    counting: tuple[str, ...] = attrs.field(default=(), converter=several, validator=are_ids)
    label: Label | None = attrs.field(default=None, converter=as_label)

    def __attrs_post_init__(self) -> None:
        """Refuse what never catches up."""
        if self.rate <= self.share:
            hint = f"a rate above {percent_text(self.share)}"
            raise InvalidValueError("a catch-up that never ends", percent_text(self.rate), hint=hint)


@final
@attrs.frozen(kw_only=True)
class Clawback:
    """Take back from an account when the rest is below zero: up to a part of what it got, and up to a limit."""

    KIND: ClassVar[str] = "clawback"

    id: str = attrs.field(validator=is_id)
    by: str = attrs.field(validator=is_id)
    #: Ids of the earlier clauses whose payments are taken back; none named, all are.
    of: tuple[str, ...] = attrs.field(default=(), converter=several, validator=are_ids)
    rate: Fraction = attrs.field(default=Fraction(1), converter=as_rate, validator=is_part)
    limit: Level | None = attrs.field(default=None, converter=as_optional_level, validator=is_not_below_zero)
    label: Label | None = attrs.field(default=None, converter=as_label)


@final
@attrs.frozen(kw_only=True)
class Reserve:
    """Set aside a part of a positive rest, up to a limit, on an account of its own."""

    KIND: ClassVar[str] = "reserve"

    id: str = attrs.field(validator=is_id)
    to: str = attrs.field(validator=is_id)
    rate: Fraction = attrs.field(converter=as_rate, validator=is_part)
    limit: Level | None = attrs.field(default=None, converter=as_optional_level, validator=is_not_below_zero)
    label: Label | None = attrs.field(default=None, converter=as_label)


@final
@attrs.frozen(kw_only=True)
class Charge:
    """Charge one account for a measured number of units, in favour of another: damages for each day late, say.

    charge = min(rate x max(actual - free, 0), cap)
    """

    KIND: ClassVar[str] = "charge"

    id: str = attrs.field(validator=is_id)
    by: str = attrs.field(validator=is_id)
    to: str = attrs.field(validator=is_id)
    #: What one unit costs.
    rate: Money = attrs.field(validator=[is_money, is_not_below_zero])
    #: The name of the actual that counts the units, such as days late.
    actual: str = attrs.field(validator=is_id)
    #: Units that cost nothing.
    free: Fraction = attrs.field(default=Fraction(0), converter=rational, validator=is_not_below_zero)
    cap: Level | None = attrs.field(default=None, converter=as_optional_level, validator=is_not_below_zero)
    label: Label | None = attrs.field(default=None, converter=as_label)


@final
@attrs.frozen(kw_only=True)
class Split:
    """Split the rest, or what a group has, among accounts: by weights, of which only the ratios matter, or by shares.

    Rules of fairness that are not a ratio, such as Shapley values, are turned into fixed weights first.

    Raises:
        InvalidValueError: not exactly one of `weights` and `shares`; a negative weight, or all of them 0.

    >>> dict(Split(id="by volume", weights={"north": 3, "south": 1}).parts())
    {'north': Fraction(3, 4), 'south': Fraction(1, 4)}
    """

    KIND: ClassVar[str] = "split"

    id: str = attrs.field(validator=is_id)
    #: `rest`, or the name of a group.
    of: str = attrs.field(default=REST, validator=is_id)
    weights: Mapping[str, Fraction] = _rates_field(factory=dict)
    #: Parts that are 100 % together.
    shares: Mapping[str, Fraction] = _rates_field(factory=dict)
    label: Label | None = attrs.field(default=None, converter=as_label)

    def __attrs_post_init__(self) -> None:
        """Refuse what splits nothing."""
        if bool(self.weights) == bool(self.shares):
            raise InvalidValueError("a split by nothing or by two things", self.id, hint="give weights or shares")
        for name, weight in self.weights.items():
            if weight < 0:
                raise InvalidValueError(f"the weight of {name!r} is negative", str(weight), hint="0 or more")
        if self.weights and not any(self.weights.values()):
            raise InvalidValueError("all weights are zero", self.id, hint="give somebody a weight above zero")

    def parts(self) -> tuple[tuple[str, Fraction], ...]:
        """Return the part of each account, 1 together."""
        if self.shares:
            return tuple(self.shares.items())
        whole = sum(self.weights.values())
        return tuple((name, weight / whole) for name, weight in self.weights.items())

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with plain dicts, because a read-only view cannot be pickled."""
        return rebuilt, (Split, plain_fields(self))


#: One clause of a settlement, of any kind.
Clause: TypeAlias = (
    Recoup
    | Fee
    | Bands
    | IncentiveFee
    | DeadBand
    | Cap
    | Floor
    | Hurdle
    | CatchUp
    | Clawback
    | Reserve
    | Charge
    | Split
)


def share_ranges(id: str, *, to: str, others: str, ranges: Iterable[tuple[object, object]]) -> Bands:  # noqa: A002  the field's name
    """Return the share ranges of a contract of two, as an NEC4 contract data sheet prints them.

    Args:
        id: the clause's id.
        to: the account whose share percentages are printed: the contractor.
        others: the account that has the rest of each range: the client.
        ranges: the upper end of each range, `None` for the last, and the share in it.

    >>> ranges = share_ranges("54.1", to="contractor", others="client", ranges=[("80%", "15%"), (None, "50%")])
    >>> {name: str(share) for name, share in ranges.bands[0].shares.items()}
    {'client': '17/20', 'contractor': '3/20'}
    """
    bands = []
    for high, share in ranges:
        part = as_rate(share)
        bands.append(Band(high=as_optional_level(high), shares={to: part, others: 1 - part}))
    return Bands(id=id, over="outturn", bands=bands)
