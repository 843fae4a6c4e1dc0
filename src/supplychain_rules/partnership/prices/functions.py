"""A clause as an exact piecewise linear function of one index, so that its cliffs are found and not stumbled upon.

The others stand still. A full-once-triggered dead band jumps; caps and floors make it flat; sharing bends it at 1.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.partnership.prices.clause import AdjustmentClause, DeadBand, FactorBounds, IndexTerm
from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.piecewise import Piecewise, choose, compose, maximum
from supplychain_rules.values.piecewise_questions import Jump, jumps
from supplychain_rules.values.proportions import exact_share

__all__ = ["adjustment_cliffs", "adjustment_function"]

#: The values that an index can have.
_POSITIVE: Final = Interval(0, None, low_closed=False, high_closed=False)


def adjustment_function(
    clause: AdjustmentClause,
    term: str,
    *,
    base: object = None,
    ratios: Mapping[str, object] | None = None,
    last: object = 1,
) -> Piecewise:
    """Return the factor of a clause as a function of the current value of one index.

    Args:
        clause: the clause, without roundings of ratio and factor: a rounded function is a staircase of thousands of
            steps, and none of them is a cliff that anybody agreed on.
        term: the id of the term that moves.
        base: its base value; by default the one that the contract names.
        ratios: current / base of the other terms; who is not named stands at 1.
        last: the factor in force until now.

    Raises:
        InvalidValueError: an unknown term, no base value, a rounding, or a float.

    >>> from datetime import date
    >>> from supplychain_rules.partnership.prices.clause import BaseRule, CurrentRule, EditionRule
    >>> latest = EditionRule(kind="latest")
    >>> clause = AdjustmentClause(id="steel", currency="EUR", fixed="0.6",
    ...     terms=[IndexTerm(id="steel", series="S", weight="0.4", base_value=500)],
    ...     base=BaseRule(month=date(2026, 1, 1), edition=latest), current=CurrentRule(edition=latest),
    ...     dead_band=DeadBand(up="0.05", mode="full"))
    >>> print(adjustment_function(clause, "steel"))
    (0..500): 0.0008 x + 0.6; [500..525]: 1; > 525: 0.0008 x + 0.6
    """
    names = [one.id for one in clause.terms]
    if term not in names:
        raise InvalidValueError(f"clause {clause.id} has no such term", term, hint=did_you_mean(term, names))
    if clause.ratio_rounding is not None or clause.factor_rounding is not None:
        hint = "take the roundings out with attrs.evolve, or compute single values with adjust"
        raise InvalidValueError(f"clause {clause.id} rounds, and is then a staircase", term, hint=hint)
    before = exact_share(last)
    fixed = dict(ratios or {})
    unknown = sorted(set(fixed) - set(names) | {term} & set(fixed))
    if unknown:
        hint = "name the terms that stand still"
        raise InvalidValueError(f"clause {clause.id} has no such other term", unknown[0], hint=hint)

    factor = Piecewise.constant(clause.fixed, _POSITIVE)
    for one in clause.terms:
        if one.id == term:
            ratio = Piecewise.line(1 / _base(one, base), 0, _POSITIVE)
        else:
            ratio = Piecewise.constant(exact_share(fixed.get(one.id, 1)), _POSITIVE)
        if clause.dead_band is not None and clause.dead_band.on == "ratio":
            ratio = compose(_banded(clause.dead_band), ratio)
        factor = factor + one.weight * ratio
    if clause.dead_band is not None and clause.dead_band.on == "factor":
        factor = compose(_banded(clause.dead_band), factor)
    if clause.sharing is not None:
        shares = [clause.sharing.down, clause.sharing.up]
        factor = compose(Piecewise.from_bands([1], shares, zero_at=1) + 1, factor)
    bounds = FactorBounds() if clause.bounds is None else clause.bounds
    low = None if bounds.step_down is None else before * (1 - bounds.step_down)
    high = None if bounds.step_up is None else before * (1 + bounds.step_up)
    factor = factor.clamped(low, high)
    if clause.never_down:
        factor = maximum(factor, Piecewise.constant(before, _POSITIVE))
    return factor.clamped(bounds.floor, bounds.cap)


def adjustment_cliffs(
    clause: AdjustmentClause,
    term: str,
    *,
    base: object = None,
    ratios: Mapping[str, object] | None = None,
    last: object = 1,
) -> tuple[Jump, ...]:
    """Return where the factor of a clause jumps when one index moves by nothing, rising; see `adjustment_function`."""
    return jumps(adjustment_function(clause, term, base=base, ratios=ratios, last=last))


def _base(term: IndexTerm, given: object) -> Fraction:
    found = term.base_value if given is None else given
    if found is None:
        hint = "give base=..."
        raise InvalidValueError(f"the contract names no base value of {term.id}", term.series, hint=hint)
    base = exact_share(found)
    if base <= 0:
        raise InvalidValueError("a base value is above 0", str(found))
    return base


def _banded(band: DeadBand) -> Piecewise:
    """Return what a dead band leaves of a ratio, as a function of it."""
    down = Fraction(0) if band.down is None else band.down
    up = Fraction(0) if band.up is None else band.up
    within = IntervalSet((Interval(1 - down, 1 + up, low_closed=True, high_closed=True),))
    if band.mode == "full":
        return choose(within, Piecewise.constant(1), Piecewise.identity())
    above = choose(IntervalSet.greater_than(1 + up), Piecewise.line(1, -up), Piecewise.line(1, down))
    return choose(within, Piecewise.constant(1), above)
