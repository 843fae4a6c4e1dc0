"""Compile: every clause of a settlement as exact functions of the outturn, an account each.

A waterfall is made of shares, sums, minima, maxima and thresholds, so that what a party has is a piecewise linear
function of the outturn, exactly. On the functions things are proved that samples can only suggest: `analyse` does so.
`settle` says the same number by number.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import several
from supplychain_rules.partnership.sharing.waterfall.actuals import read_actuals
from supplychain_rules.partnership.sharing.waterfall.clauses import (
    REST,
    Bands,
    Cap,
    CatchUp,
    Charge,
    Clause,
    Clawback,
    DeadBand,
    Fee,
    Floor,
    Hurdle,
    IncentiveFee,
    Recoup,
    Reserve,
    Split,
)
from supplychain_rules.partnership.sharing.waterfall.fields import by_name, plain_fields, rebuilt
from supplychain_rules.partnership.sharing.waterfall.policy import (
    SettlementPolicy,
    band_limits,
    level_amount,
    line_of_outturn,
)
from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.piecewise import Number, Piecewise, choose, compose, maximum, minimum, rational, total_of

__all__ = ["CompiledClause", "CompiledPolicy", "compile_policy", "dead_band"]

#: No cost is below zero.
_FROM_ZERO: Final = Interval(0, None, low_closed=True, high_closed=False)
_EVERYWHERE: Final = Interval(None, None, low_closed=False, high_closed=False)

_Moves = dict[str, Piecewise]


@final
@attrs.frozen(kw_only=True)
class CompiledClause:
    """What one clause moves, as functions of the outturn."""

    clause: str
    kind: str
    #: What each account gets by it, less than zero where it gives.
    moves: Mapping[str, Piecewise] = by_name()

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with a plain dict, because a read-only view cannot be pickled."""
        return rebuilt, (CompiledClause, plain_fields(self))


@final
@attrs.frozen(kw_only=True)
class CompiledPolicy:
    """A settlement policy as functions of its outturn, before rounding, in units of the currency."""

    policy: SettlementPolicy
    #: What is handed out.
    pool: Piecewise
    #: What each party has in the end.
    parties: Mapping[str, Piecewise] = by_name()
    clauses: tuple[CompiledClause, ...] = attrs.field(converter=several)

    @property
    def domain(self) -> Interval:
        """The outturns for which it says something."""
        return self.pool.domain

    def conserves(self) -> bool:
        """Return whether the shares of all parties add up to the pool for every outturn: a proof, not a sample."""
        return total_of(self.parties.values(), self.domain) == self.pool

    def __getitem__(self, party: str) -> Piecewise:
        """Return the function of a party."""
        return self.parties[party]

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with a plain dict, because a read-only view cannot be pickled."""
        return rebuilt, (CompiledPolicy, plain_fields(self))


def compile_policy(
    policy: SettlementPolicy, actuals: Mapping[str, object] | None = None, *, within: Interval | None = None
) -> CompiledPolicy:
    """Return what each party has as a function of the outturn.

    Args:
        policy: the policy.
        actuals: the actuals that clauses name beside the outturn, such as days late; they are held fixed.
        within: the outturns of interest; by default those from 0 on for a cost or a number of units, else all.

    Raises:
        InputError: actuals that are missing, unknown or wrong.
        InvalidValueError: outturns below 0 where there can be none; more pieces than `MAX_PIECES`.

    >>> from supplychain_rules.values.money import Money
    >>> policy = SettlementPolicy(id="gain share", version="1", currency="EUR", outturn="cost",
    ...     base=Money("1000", "EUR"), parties=["supplier", "buyer"], clauses=[
    ...         DeadBand(id="small", to="buyer", gain="5%", pain="5%", mode="excess_only"),
    ...         Split(id="half", weights={"supplier": 1, "buyer": 1})])
    >>> print(compile_policy(policy)["supplier"])
    [0..950): -0.5 x + 475; [950..1050): 0; >= 1050: -0.5 x + 525
    """
    others = read_actuals(policy, {} if actuals is None else actuals, with_outturn=False).others
    run = _Run(policy, _domain(policy, within), others)
    compiled = []
    for clause in policy.clauses:
        moves = _moves(clause, run)
        run.apply(clause.id, moves)
        compiled.append(CompiledClause(clause=clause.id, kind=clause.KIND, moves=moves))
    parties = {party: run.held[party] for party in policy.parties}
    return CompiledPolicy(policy=policy, pool=run.pool, parties=parties, clauses=compiled)


def dead_band(gain: Number, pain: Number, mode: Literal["excess_only", "in_full"]) -> Piecewise:
    """Return what lies beyond a dead band, as a function of the departure.

    Args:
        gain: how far the departure may be above 0.
        pain: how far it may be below 0.
        mode: whether only the excess over the band counts, or the whole departure once the band is left.

    Raises:
        InvalidValueError: a bound below 0, or an unknown mode.

    >>> print(dead_band(5, 5, "in_full"))
    < -5: x; [-5..5]: 0; > 5: x
    >>> print(dead_band(5, 5, "excess_only"))
    < -5: x + 5; [-5..5): 0; >= 5: x - 5
    """
    above, below = rational(gain), rational(pain)
    if above < 0 or below < 0:
        raise InvalidValueError("a dead band below zero", str(min(above, below)), hint="0 or more")
    departure = Piecewise.identity()
    match mode:
        case "excess_only":
            return departure - departure.clamped(-below, above)
        case "in_full":
            return choose(IntervalSet.between(-below, above), Piecewise.constant(0), departure)
        case _:
            raise InvalidValueError("unknown mode of a dead band", mode, hint="'excess_only' or 'in_full'")


class _Run:
    """The state of a waterfall in functions of the outturn."""

    def __init__(self, policy: SettlementPolicy, domain: Interval, others: Mapping[str, Fraction]) -> None:
        self.policy = policy
        self.others = others
        self.outturn = line_of_outturn(policy).restricted(domain)
        base = Fraction(policy.base.amount)
        self.pool = base - self.outturn if policy.outturn == "cost" else self.outturn - base
        self.zero = Piecewise.constant(0, domain)
        self.rest = self.pool
        self.held = dict.fromkeys((*policy.parties, *policy.groups), self.zero)
        self.moved: dict[str, _Moves] = {}

    def apply(self, clause: str, moves: _Moves) -> None:
        for name, amount in moves.items():
            self.held[name] += amount
            self.rest -= amount
        self.moved[clause] = moves

    def got(self, account: str, clauses: tuple[str, ...]) -> Piecewise:
        if not clauses:
            return self.held[account]
        return total_of((self.moved[name].get(account, self.zero) for name in clauses), self.zero.domain)

    def constant(self, value: Fraction) -> Piecewise:
        return Piecewise.constant(value, self.zero.domain)


def _domain(policy: SettlementPolicy, within: Interval | None) -> Interval:
    least = _FROM_ZERO if policy.outturn == "cost" or policy.per_unit is not None else _EVERYWHERE
    if within is None:
        return least
    if not IntervalSet((within,)).is_subset(IntervalSet((least,))):
        raise InvalidValueError("outturns that cannot be", str(within), hint="from 0 on")
    return within


def _moves(clause: Clause, run: _Run) -> _Moves:
    """Return what a clause moves to accounts, less than zero where it takes."""
    policy, rest, zero = run.policy, run.rest, run.zero
    match clause:
        case Recoup():
            return {clause.to: minimum(maximum(rest, zero), _due(clause, run))}
        case Fee():
            due = _fee(clause, run)
            return {clause.to: minimum(maximum(rest, zero), due) if clause.as_available else due}
        case Bands():
            return _shared(clause, run)
        case IncentiveFee():
            return {clause.to: _incentive(clause, run)}
        case DeadBand():
            gain, pain = level_amount(policy, clause.gain), level_amount(policy, clause.pain)
            return {clause.to: rest - compose(dead_band(gain, pain, clause.mode), rest)}
        case Cap():
            over = maximum(zero, run.held[clause.on] - level_amount(policy, clause.at))
            return {clause.on: -over} if clause.to == REST else {clause.on: -over, clause.to: over}
        case Floor():
            lack = maximum(zero, level_amount(policy, clause.at) - run.held[clause.on])
            return {clause.on: lack} if clause.by == REST else {clause.on: lack, clause.by: -lack}
        case Hurdle():
            lack = maximum(zero, level_amount(policy, clause.until) - run.held[clause.to])
            return {clause.to: minimum(maximum(rest, zero), lack)}
        case CatchUp():
            mine, theirs = run.got(clause.to, clause.counting), run.got(clause.against, clause.counting)
            wanted = maximum(zero, (mine + theirs) * clause.share - mine) * (1 / (clause.rate - clause.share))
            spent = minimum(maximum(rest, zero), wanted)
            return {clause.to: spent * clause.rate, clause.against: spent * (1 - clause.rate)}
        case Clawback():
            most = maximum(zero, run.got(clause.by, clause.of)) * clause.rate
            if clause.limit is not None:
                most = minimum(most, run.constant(level_amount(policy, clause.limit)))
            return {clause.by: -minimum(maximum(-rest, zero), most)}
        case Reserve():
            kept = maximum(rest, zero) * clause.rate
            if clause.limit is not None:
                kept = minimum(kept, run.constant(level_amount(policy, clause.limit)))
            return {clause.to: kept}
        case Charge():
            units = run.others[clause.actual] - clause.free
            due = maximum(zero, run.constant(units * Fraction(clause.rate.amount)))
            if clause.cap is not None:
                due = minimum(due, run.constant(level_amount(policy, clause.cap)))
            return {clause.by: -due, clause.to: due}
        case Split():
            amount = rest if clause.of == REST else run.held[clause.of]
            parts = {name: amount * part for name, part in clause.parts()}
            return parts if clause.of == REST else {clause.of: -amount, **parts}
        case _:
            assert_never(clause)


def _due(clause: Recoup, run: _Run) -> Piecewise:
    if clause.amount is not None:
        return run.constant(level_amount(run.policy, clause.amount))
    if clause.actual is not None:
        return run.constant(run.others[clause.actual])
    return maximum(run.zero, -run.got(clause.to, clause.of))


def _fee(clause: Fee, run: _Run) -> Piecewise:
    if clause.amount is not None:
        return run.constant(level_amount(run.policy, clause.amount))
    assert clause.rate is not None  # noqa: S101  a fee has one of both
    quantities = {
        "pool": run.pool,
        "rest": run.rest,
        "outturn": run.outturn,
        "base": run.constant(Fraction(run.policy.base.amount)),
    }
    return maximum(run.zero, quantities[clause.of]) * clause.rate


def _shared(clause: Bands, run: _Run) -> _Moves:
    limits = band_limits(run.policy, clause)
    over_outturn = clause.over == "outturn"
    zero_at = Fraction(run.policy.base.amount) if over_outturn else Fraction(0)
    sign = -1 if over_outturn and run.policy.outturn == "cost" else 1
    rates = [dict(band.shares) for band in clause.bands]
    found = {}
    for name in dict.fromkeys(name for shares in rates for name in shares):
        shares = [band.get(name, Fraction(0)) * sign for band in rates]
        shared = Piecewise.from_bands(limits, shares, zero_at=zero_at)
        found[name] = compose(shared, run.outturn if over_outturn else run.rest)
    return found


def _incentive(clause: IncentiveFee, run: _Run) -> Piecewise:
    target = level_amount(run.policy, clause.target_cost)
    over = clause.under if clause.over is None else clause.over
    fee = Piecewise.from_bands([target], [-clause.under, -over], zero_at=target) + Fraction(clause.target_fee.amount)
    least, most = (None if bound is None else Fraction(bound.amount) for bound in (clause.least, clause.most))
    held = compose(fee.clamped(least, most), run.outturn)
    if clause.ceiling is None:
        return held
    return minimum(held, Fraction(clause.ceiling.amount) - run.outturn)
