"""Value functions: from a measured value to points on a fixed scale.

The bounds are fixed by the rule's owner, never taken from the suppliers being scored: adding a bad
supplier must not move a good one's score. Outside the declared points the score is flat, or missing
where `outside = "missing"` says so. `peer_linear` alone is relative, for who asks for it by name.
"""

import itertools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.limits import MAX_POINTS
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.language.nodes import (
    And,
    Branch,
    Call,
    Compare,
    Expression,
    Missing,
    Negate,
    Not,
    Number,
    Or,
    Piecewise,
    Product,
    RoundDivide,
    Sum,
    Text,
    case,
)
from supplychain_rules.language.types import BooleanType, ChoiceType, NumberType, Type, describe_type
from supplychain_rules.rules.ladder import threshold_test
from supplychain_rules.rules.quantile import Better
from supplychain_rules.rules.strategies import HUNDRED, SCORE_DECIMALS, ZERO, ValueFunction
from supplychain_rules.values.scaled import exact_sum

__all__ = [
    "VALUE_FUNCTIONS",
    "Bands",
    "Categories",
    "Linear",
    "Outside",
    "PeerLinear",
    "PiecewiseLinear",
    "PointBand",
    "Target",
]

#: What a value outside the declared points scores: the nearest point's score, or nothing.
Outside = Literal["flat", "missing"]


@final
@attrs.frozen(kw_only=True)
class Linear:
    """A straight line from `worst` (0 points) to `best` (100 points); `best` may be the smaller number."""

    worst: Decimal
    best: Decimal
    outside: Outside = "flat"

    def __attrs_post_init__(self) -> None:
        if self.worst == self.best:
            raise InvalidValueError("'worst' and 'best' are the same", str(self.best), hint="use 'bands' for a step")


@final
@attrs.frozen(kw_only=True)
class Target:
    """100 points at `target` and within the tolerances, falling straight to 0 at `low` and at `high`."""

    target: Decimal
    low: Decimal
    high: Decimal
    tolerance_below: Decimal = Decimal(0)
    tolerance_above: Decimal = Decimal(0)
    outside: Outside = "flat"

    def __attrs_post_init__(self) -> None:
        least, most = self.plateau
        if self.tolerance_below < 0 or self.tolerance_above < 0:
            raise InvalidValueError("a tolerance is not negative")
        if not self.low < least <= most < self.high:
            raise InvalidValueError(
                "'low', the target with its tolerances and 'high' are not in order",
                f"{self.low} {least} {most} {self.high}",
                hint="low < target - tolerance_below, target + tolerance_above < high",
            )

    @property
    def plateau(self) -> tuple[Decimal, Decimal]:
        """Return the two values between which the score is 100."""
        least = exact_sum(self.target, self.tolerance_below.copy_negate())
        return least, exact_sum(self.target, self.tolerance_above)


@final
@attrs.frozen(kw_only=True)
class PiecewiseLinear:
    """Straight lines through `points`, pairs of value and score, by strictly rising value."""

    points: tuple[tuple[Decimal, Decimal], ...]
    outside: Outside = "flat"

    def __attrs_post_init__(self) -> None:
        if not 2 <= len(self.points) <= MAX_POINTS:
            raise InvalidValueError(f"2 to {MAX_POINTS} points are needed", len(self.points))
        for left, right in itertools.pairwise(self.points):
            if left[0] >= right[0]:
                raise InvalidValueError("the points' values must rise", f"{left[0]} then {right[0]}")


@final
@attrs.frozen(kw_only=True)
class PointBand:
    """One step of `Bands`: its threshold and its points."""

    points: Decimal
    from_: Decimal | None = None
    to: Decimal | None = None


@final
@attrs.frozen(kw_only=True)
class Bands:
    """Steps: the first band whose threshold holds gives the points; the last one takes the rest."""

    bands: tuple[PointBand, ...]


@final
@attrs.frozen(kw_only=True)
class Categories:
    """Points for each option of a choice (`true` and `false` of a boolean), and for all others."""

    points: Mapping[str, Decimal]
    otherwise: Decimal | None = None


@final
@attrs.frozen(kw_only=True)
class PeerLinear:
    """A straight line from the worst (0 points) to the best value (100) of all records, or those alike `within` a name.

    Where all values are equal, each of them is the best one and scores 100; where `within` is missing, nothing does.
    """

    better: Better = "high"
    #: An input or earlier output: only records that agree in it are compared.
    within: str | None = None


def _lower_linear(spec: Linear, operand: Expression, kind: Type) -> Expression:
    ends = sorted([(spec.worst, ZERO), (spec.best, HUNDRED)])
    return _interpolated(operand, kind, tuple(ends), spec.outside)


def _lower_target(spec: Target, operand: Expression, kind: Type) -> Expression:
    top = dict.fromkeys(spec.plateau, HUNDRED)
    return _interpolated(operand, kind, ((spec.low, ZERO), *top.items(), (spec.high, ZERO)), spec.outside)


def _lower_piecewise(spec: PiecewiseLinear, operand: Expression, kind: Type) -> Expression:
    return _interpolated(operand, kind, spec.points, spec.outside)


def _lower_peer_linear(
    spec: PeerLinear, operand: Expression, _: Type, least: Expression, largest: Expression
) -> Expression:
    above = (operand, Negate(least)) if spec.better == "high" else (largest, Negate(operand))
    range_ = Sum((largest, Negate(least)))
    score = RoundDivide(Product((Number(HUNDRED), Sum(above))), range_, SCORE_DECIMALS)
    # A range of zero gives nothing to divide by. The value lies between both ends; the limits only bound its type.
    bounded = Call("max", (Number(ZERO), Call("min", (Call("coalesce", (score, Number(HUNDRED))), Number(HUNDRED)))))
    lacks: Expression = Call("is_missing", (operand,))
    if spec.within is not None:  # a record of no group has no peers, and so no ends
        lacks = Or((lacks, Call("is_missing", (least,))))
    return case((Branch(lacks, Missing()),), bounded)


def _interpolated(
    operand: Expression, kind: Type, points: tuple[tuple[Decimal, Decimal], ...], outside: Outside
) -> Expression:
    _need_number(kind)
    inside = Piecewise(operand, points, SCORE_DECIMALS)
    if outside == "flat":
        return inside
    first, last = Number(points[0][0]), Number(points[-1][0])
    within = And((Compare(">=", operand, first), Compare("<=", operand, last)))
    return case((Branch(within, inside),), Missing())


def _lower_bands(spec: Bands, operand: Expression, kind: Type) -> Expression:
    _need_number(kind)
    if len(spec.bands) < 2:
        raise InvalidValueError("at least two bands are needed", len(spec.bands))
    _check_point_bands(spec.bands)
    branches = [Branch(Call("is_missing", (operand,)), Missing())]
    for band in spec.bands[:-1]:
        test = threshold_test(operand, band.from_, band.to)
        assert test is not None  # noqa: S101  checked above: only the last band takes the rest
        branches.append(Branch(test, Number(band.points)))
    last = spec.bands[-1]
    rest = threshold_test(operand, last.from_, last.to)
    if rest is None:
        return case(tuple(branches), Number(last.points))
    return case((*branches, Branch(rest, Number(last.points))), Missing())


def _check_point_bands(bands: tuple[PointBand, ...]) -> None:
    sides = {"from" if band.from_ is not None else "to" for band in bands if (band.from_, band.to) != (None, None)}
    if len(sides) != 1 or any(band.from_ is not None and band.to is not None for band in bands):
        raise InvalidValueError("bands use 'from' or 'to', and all the same one")
    values = [band.from_ if band.from_ is not None else band.to for band in bands]
    if any(value is None for value in values[:-1]):
        raise InvalidValueError("only the last band may leave its threshold out")
    given = [value for value in values if value is not None]
    for better, worse in itertools.pairwise(given):
        if (better <= worse) if "from" in sides else (better >= worse):
            hint = "falling for 'from', rising for 'to'"
            raise InvalidValueError("the thresholds are not in order", f"{better} then {worse}", hint)


def _lower_categories(spec: Categories, operand: Expression, kind: Type) -> Expression:
    if isinstance(kind, BooleanType):
        options: tuple[str, ...] = ("true", "false")
    elif isinstance(kind, ChoiceType):
        options = kind.options
    else:
        raise InvalidValueError(f"categories need a choice or a boolean, not {describe_type(kind)}")
    for name in spec.points:
        if name not in options:
            raise InvalidValueError("no such option", name, hint=did_you_mean(name, options))
    left_out = [option for option in options if option not in spec.points]
    if left_out and spec.otherwise is None:
        raise InvalidValueError("options without points", ", ".join(left_out), hint="name them, or give 'otherwise'")
    branches = [Branch(_equals(operand, kind, name), Number(points)) for name, points in spec.points.items()]
    if left_out and spec.otherwise is not None:
        branches.extend(Branch(_equals(operand, kind, name), Number(spec.otherwise)) for name in left_out)
    return case(tuple(branches), Missing())


def _equals(operand: Expression, kind: Type, option: str) -> Expression:
    if isinstance(kind, BooleanType):
        return operand if option == "true" else Not(operand)
    return Compare("==", operand, Text(option))


def _need_number(kind: Type) -> None:
    if not isinstance(kind, NumberType):
        raise InvalidValueError(
            f"this value function needs a number, not {describe_type(kind)}", hint="use 'categories'"
        )


def _strategy(kind: str, spec: type, lower: Any) -> ValueFunction:  # noqa: ANN401  each lowers its own spec
    return ValueFunction(kind=kind, version="1", spec=spec, lower=lower)


#: The built-in value functions.
VALUE_FUNCTIONS: Final[tuple[ValueFunction, ...]] = (
    _strategy("linear", Linear, _lower_linear),
    _strategy("target", Target, _lower_target),
    _strategy("piecewise", PiecewiseLinear, _lower_piecewise),
    _strategy("bands", Bands, _lower_bands),
    _strategy("categories", Categories, _lower_categories),
    attrs.evolve(_strategy("peer_linear", PeerLinear, _lower_peer_linear), among_peers=True),
)
