"""A ladder: ordered thresholds over one number, which can neither gap nor overlap.

Bands are declared best first. Each holds `from` a threshold on (higher is better), or `to` a threshold
(lower is better, as for PPM); the last one takes the rest, so the top edge is closed and a perfect
100 has a band.

With hysteresis a band is kept until the number passes an edge by a margin, or has done so for several
periods running. The previous band and the count of periods are inputs: the library keeps no state.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, final

import attrs

from supplychain_rules.language.nodes import (
    And,
    Branch,
    Call,
    Case,
    Compare,
    Expression,
    Missing,
    Name,
    Negate,
    Number,
    Sum,
    Text,
    case,
)
from supplychain_rules.language.types import ChoiceType, NumberType, describe_type
from supplychain_rules.rules.lowering import Lowering, inner
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_sum

__all__ = ["Band", "Hysteresis", "LadderStep", "check_thresholds", "lower_ladder", "threshold_test"]


#: Most periods a change can be held back: a lifetime of months; more is a slip.
MAX_PERIODS: Final = 1_000


@final
@attrs.frozen(kw_only=True)
class Band:
    """A band and its threshold: `from` (this or more), `to` (this or less), or neither for the rest."""

    name: str
    from_: Decimal | None = None
    to: Decimal | None = None
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class Hysteresis:
    """How hard a band is to leave.

    Thresholds above the previous band rise by `margin`, its own and those below fall by it. A change
    takes effect once `periods` evaluations running indicate one in the same direction; `held` is the
    input that carries the step's own `..._held` output of the last evaluation (below zero: indicated
    worse; above: better). `periods_up` differs where a promotion needs another number of periods.
    """

    previous: str
    held: str | None = None
    margin: Decimal = Decimal(0)
    periods: int = 1
    periods_up: int | None = None


@final
@attrs.frozen(kw_only=True)
class LadderStep:
    """Bands over the number `of`; `if_unknown` is the band of a missing number, outside the order."""

    id: str
    of: str
    bands: tuple[Band, ...]
    if_unknown: str | None = None
    hysteresis: Hysteresis | None = None
    label: Label | None = None
    kind: Literal["ladder"] = attrs.field(default="ladder", init=False)


def lower_ladder(step: LadderStep, path: str, lowering: Lowering) -> None:
    """Bind the band; with hysteresis, also the indicated band and the periods it was held back."""
    kind = lowering.known(step.of, f"{path}.of")
    sound = _check_bands(step, path, lowering)
    if kind is not None and not isinstance(kind, NumberType):
        lowering.refuse("type_mismatch", f"{path}.of", f"a ladder is over a number, not {describe_type(kind)}", step.of)
        kind = None
    if isinstance(kind, NumberType) and sound:
        sound = _check_rest(step, path, kind, lowering)
    if step.hysteresis is not None:
        sound = _check_hysteresis(step, step.hysteresis, path, lowering) and sound
    if not sound or kind is None:
        lowering.poison(step.id)
        return
    unknown = Missing() if step.if_unknown is None else Text(step.if_unknown)
    names = [band.name for band in step.bands]
    ranking = tuple(reversed(names))
    options = (*ranking, step.if_unknown) if step.if_unknown not in (None, *names) else ranking
    output = ChoiceType(
        options=tuple(option for option in options if option is not None),
        ranking=ranking,
        optional=kind.optional and step.if_unknown is None,
    )
    if step.hysteresis is None:
        lowering.bind(step.id, _with_unknown(step, unknown, _plain(step, 0, Decimal(0))), path)
        lowering.retype(step.id, output)
        return
    _lower_hysteresis(step, step.hysteresis, unknown, output, path, lowering)


def threshold_test(of: Expression, from_: Decimal | None, to: Decimal | None) -> Expression | None:
    """Return the condition of a band, or None for the one that takes the rest."""
    if from_ is not None:
        return Compare(">=", of, Number(from_))
    return None if to is None else Compare("<=", of, Number(to))


def _with_unknown(step: LadderStep, unknown: Expression, rest: Expression) -> Expression:
    return case((Branch(Call("is_missing", (Name(step.of),)), unknown),), rest)


def _plain(step: LadderStep, previous: int, margin: Decimal) -> Expression:
    """Return the band by thresholds: those better than `previous` raised by `margin`, the others lowered."""
    branches = []
    for place, band in enumerate(step.bands[:-1]):
        harder = margin if place < previous else margin.copy_negate()
        from_ = None if band.from_ is None else exact_sum(band.from_, harder)
        to = None if band.to is None else exact_sum(band.to, harder.copy_negate())
        test = threshold_test(Name(step.of), from_, to)
        assert test is not None  # noqa: S101  _check_bands: only the last band takes the rest
        branches.append(Branch(test, Text(band.name)))
    return case(tuple(branches), Text(step.bands[-1].name))


def _lower_hysteresis(  # noqa: PLR0913, PLR0917  the parts of one ladder
    step: LadderStep, hysteresis: Hysteresis, unknown: Expression, output: ChoiceType, path: str, lowering: Lowering
) -> None:
    previous = Name(hysteresis.previous)
    indicated = inner(step.id, "indicated")
    by_previous = tuple(
        Branch(Compare("==", previous, Text(band.name)), _plain(step, place, hysteresis.margin))
        for place, band in enumerate(step.bands)
    )
    first = _plain(step, 0, Decimal(0))  # no previous band in the order: the thresholds as they stand
    nested = (
        Case(by_previous, first)
        if not isinstance(first, Case)
        else Case((*by_previous, *first.branches), first.otherwise)
    )
    lowering.bind(indicated, _with_unknown(step, unknown, nested), path)
    lowering.retype(indicated, output)
    names = [band.name for band in step.bands]
    # How far the indicated band lies from the previous one: below zero is worse, missing is no comparison.
    move = inner(step.id, "move")
    lowering.bind(move, Sum((_place(Name(hysteresis.previous), names), Negate(_place(Name(indicated), names)))), path)
    held = inner(step.id, "streak")
    before: Expression = Number(Decimal(0))
    if hysteresis.held is not None:
        before = Call("coalesce", (Name(hysteresis.held), Number(Decimal(0))))
    worse, better = Compare("<", Name(move), Number(Decimal(0))), Compare(">", Name(move), Number(Decimal(0)))
    streak = case(
        (
            Branch(worse, Sum((Call("min", (before, Number(Decimal(0)))), Number(Decimal(-1))))),
            Branch(better, Sum((Call("max", (before, Number(Decimal(0)))), Number(Decimal(1))))),
        ),
        Number(Decimal(0)),
    )
    lowering.bind(held, streak, path)
    up = hysteresis.periods if hysteresis.periods_up is None else hysteresis.periods_up
    waits = And(
        (
            Compare(">", Name(held), Number(Decimal(-hysteresis.periods))),
            Compare("<", Name(held), Number(Decimal(up))),
        )
    )
    kept = And((waits, Compare("!=", Name(move), Number(Decimal(0)))))
    lowering.bind(step.id, case((Branch(kept, Name(hysteresis.previous)),), Name(indicated)), path)
    lowering.retype(step.id, output)
    lowering.output(f"{step.id}_held", case((Branch(kept, Name(held)),), Number(Decimal(0))), path, lazy=True)


def _place(of: Expression, names: list[str]) -> Expression:
    branches = tuple(Branch(Compare("==", of, Text(name)), Number(Decimal(place))) for place, name in enumerate(names))
    return Case(branches, Missing())


def _check_bands(step: LadderStep, path: str, lowering: Lowering) -> bool:
    before = len(lowering.problems)
    if len(step.bands) < 2:
        lowering.refuse("empty", f"{path}.bands", "a ladder needs at least two bands")
    seen: set[str] = set()
    for place, band in enumerate(step.bands):
        if band.name in seen:
            lowering.refuse("duplicate_id", f"{path}.bands[{place}].name", "this band is declared twice", band.name)
        seen.add(band.name)
    check_thresholds([(band.from_, band.to) for band in step.bands], f"{path}.bands", lowering)
    return len(lowering.problems) == before


def check_thresholds(bands: list[tuple[Decimal | None, Decimal | None]], path: str, lowering: Lowering) -> None:
    """Refuse bands that mix `from` and `to`, are out of order, or leave one without a threshold but the last."""
    sides = {"from" if from_ is not None else "to" for from_, to in bands if (from_, to) != (None, None)}
    previous: Decimal | None = None
    for place, (from_, to) in enumerate(bands):
        where = f"{path}[{place}]"
        if (from_ is not None and to is not None) or len(sides) > 1:
            hint = "'from' where higher is better, 'to' where lower is better: all bands alike"
            lowering.refuse("mixed_thresholds", where, "bands use 'from' or 'to', not both", hint=hint)
            return
        value = from_ if from_ is not None else to
        if value is None:
            if place < len(bands) - 1:
                lowering.refuse("missing_key", f"{where}.from", "only the last band may leave its threshold out")
            continue
        if previous is not None and (value >= previous if from_ is not None else value <= previous):
            side = "from" if from_ is not None else "to"
            hint = "declare the best band first; each next threshold lies beyond it"
            lowering.refuse("not_ordered", f"{where}.{side}", "thresholds are not in order", str(value), hint)
        previous = value


def _check_rest(step: LadderStep, path: str, kind: NumberType, lowering: Lowering) -> bool:
    """Refuse a last threshold that leaves some values without a band."""
    last = step.bands[-1]
    if last.from_ is not None and Fraction(last.from_) * 10**kind.decimals > kind.low:
        edge, side = last.from_, "below"
    elif last.to is not None and Fraction(last.to) * 10**kind.decimals < kind.high:
        edge, side = last.to, "above"
    else:
        return True
    where = f"{path}.bands[{len(step.bands) - 1}]"
    hint = "leave the threshold of the last band out, so that it takes the rest"
    lowering.refuse("band_gap", where, f"values {side} {edge} have no band", hint=hint)
    return False


def _check_hysteresis(step: LadderStep, hysteresis: Hysteresis, path: str, lowering: Lowering) -> bool:
    where = f"{path}.hysteresis"
    before = len(lowering.problems)
    previous = lowering.known(hysteresis.previous, f"{where}.previous")
    names = [band.name for band in step.bands]
    if previous is not None and not isinstance(previous, ChoiceType):
        lowering.refuse(
            "type_mismatch", f"{where}.previous", "the previous band is a choice input", hysteresis.previous
        )
    elif isinstance(previous, ChoiceType):
        missing = [name for name in names if name not in previous.options]
        if missing:
            hint = "declare the input's options as the names of the bands"
            lowering.refuse("unknown_option", f"{where}.previous", "the input lacks bands", ", ".join(missing), hint)
    held_poisoned = False
    if hysteresis.held is not None:
        held = lowering.known(hysteresis.held, f"{where}.held")
        held_poisoned = held is None
        if held is not None and not (isinstance(held, NumberType) and held.decimals == 0):
            hint = "declare it as an integer that may be negative"
            message = "periods are counted in whole numbers"
            lowering.refuse("type_mismatch", f"{where}.held", message, hysteresis.held, hint)
        elif isinstance(held, NumberType):
            worst, best = 1 - hysteresis.periods, (hysteresis.periods_up or hysteresis.periods) - 1
            if held.low > worst or held.high < best:
                hint = f"declare its 'min' as {worst} and its 'max' as {best}, or wider"
                message = f"this input cannot hold what {step.id}_held gives"
                lowering.refuse("bad_value", f"{where}.held", message, hysteresis.held, hint)
    if hysteresis.margin < 0:
        lowering.refuse("bad_value", f"{where}.margin", "a margin is not negative", str(hysteresis.margin))
    for key, periods in (("periods", hysteresis.periods), ("periods_up", hysteresis.periods_up)):
        if periods is not None and not 1 <= periods <= MAX_PERIODS:
            lowering.refuse("bad_value", f"{where}.{key}", f"1 to {MAX_PERIODS} periods", periods)
    if hysteresis.held is None and max(hysteresis.periods, hysteresis.periods_up or 1) > 1:
        hint = f"name the input that carries {step.id}_held of the last evaluation"
        lowering.refuse("missing_key", f"{where}.held", "several periods need a count", hint=hint)
    return len(lowering.problems) == before and previous is not None and not held_poisoned
