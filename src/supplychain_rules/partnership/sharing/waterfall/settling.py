"""Settle: run the waterfall of a policy on what was measured, exactly, and round once at its end.

This is the plain meaning of every clause in exact numbers. `compiling` says the same in functions of the outturn; both
agree for every outturn, which is a law of the tests.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Final, assert_never

from supplychain_rules.errors import InvalidValueError, did_you_mean
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
from supplychain_rules.partnership.sharing.waterfall.levels import percent_text
from supplychain_rules.partnership.sharing.waterfall.policy import (
    SettlementPolicy,
    band_limits,
    check_policy,
    clause_label,
    level_amount,
    members_of,
)
from supplychain_rules.partnership.sharing.waterfall.rounding import round_shares
from supplychain_rules.partnership.sharing.waterfall.settlement import InterimSettlement, Settlement, TraceLine, shown
from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import divide
from supplychain_rules.values.scaled import to_decimal

__all__ = ["settle", "settle_interim", "share_bounds"]

_ZERO: Final = Fraction(0)
_POOL: Final = Label("pool", "分配池")
_ROUNDING: Final = Label("rounding, largest remainder", "舍入（最大余数法）")

#: What a clause moves to accounts, and the formula that says how it was found.
_Step = tuple[dict[str, Fraction], str]


class _Run:
    """The state of a waterfall: what nobody has yet, what accounts have, and what each clause moved."""

    def __init__(self, policy: SettlementPolicy, outturn: Fraction, others: Mapping[str, Fraction]) -> None:
        self.policy = policy
        self.others = others
        self.outturn = outturn if policy.per_unit is None else outturn * Fraction(policy.per_unit.amount)
        base = Fraction(policy.base.amount)
        self.pool = base - self.outturn if policy.outturn == "cost" else self.outturn - base
        self.rest = self.pool
        self.held = dict.fromkeys((*policy.parties, *policy.groups), _ZERO)
        self.moved: dict[str, dict[str, Fraction]] = {}

    def apply(self, clause: Clause) -> str:
        """Apply a clause and return its formula. What accounts get, the rest loses: nothing comes or goes."""
        moves, formula = _step(clause, self)
        for name, amount in moves.items():
            self.held[name] += amount
            self.rest -= amount
        self.moved[clause.id] = moves
        return formula

    def got(self, account: str, clauses: tuple[str, ...]) -> Fraction:
        """Return what an account got from some clauses on balance; from none named, from all so far."""
        if not clauses:
            return self.held[account]
        return sum((self.moved[name].get(account, _ZERO) for name in clauses), start=_ZERO)


def settle(policy: SettlementPolicy, actuals: Mapping[str, object]) -> Settlement:
    """Settle an outturn.

    Args:
        policy: the policy.
        actuals: the `outturn`, as money or as a number of units as the policy measures it, and every other actual that
            a clause names: a number of days, a cost.

    Returns:
        The share of each party in whole smallest units, which add up to the pool always, and a line for each clause.

    Raises:
        InputError: actuals that are missing, unknown or wrong, all at once.
        InvalidValueError: floors of all parties that ask for more than the pool, or caps that leave some of it over.

    >>> policy = SettlementPolicy(id="gain share", version="1", currency="EUR", outturn="cost",
    ...     base=Money("1000", "EUR"), parties=["supplier", "buyer"],
    ...     clauses=[Split(id="thirds", weights={"supplier": 1, "buyer": 2})])
    >>> print(settle(policy, {"outturn": Money("900", "EUR")}))
    pool (pool): 1000 - 900; rest 100
    split (thirds): 100 x 2/3, 1/3 -> buyer +66.6667…, supplier +33.3333…; rest 0
    rounding, largest remainder: buyer 66.6667… = 66.67, supplier 33.3333… = 33.33
    gain share 1: pool EUR 100.00 = supplier EUR 33.33, buyer EUR 66.67
    """
    found = read_actuals(policy, actuals, with_outturn=True)
    assert found.outturn is not None  # noqa: S101  it was asked for
    run = _Run(policy, found.outturn, found.others)
    _check_bounds(policy, run.pool)
    measured, base = shown(run.outturn), shown(Fraction(policy.base.amount))
    formula = f"{base} - {measured}" if policy.outturn == "cost" else f"{measured} - {base}"
    trace = [TraceLine(clause="pool", kind="pool", title=_POOL, formula=formula, moves={}, rest=run.rest)]
    for clause in policy.clauses:
        formula = run.apply(clause)
        trace.append(
            TraceLine(
                clause=clause.id,
                kind=clause.KIND,
                title=clause_label(clause),
                formula=formula,
                moves=dict(run.moved[clause.id]),
                rest=run.rest,
            )
        )
    exact = {party: run.held[party] for party in policy.parties}
    groups = members_of(policy)
    places = decimals_of(policy.currency) or 0
    scale = 10**places
    units = divide((run.pool * scale).numerator, (run.pool * scale).denominator)
    shares = round_shares({party: share * scale for party, share in exact.items()}, units, groups)
    trace.append(_rounding_line(exact, shares, places))
    return Settlement(
        policy=f"{policy.id} {policy.version}",
        outturn=_money(run.outturn, policy.currency, scale),
        pool=Money.from_minor(units, policy.currency),
        shares={party: Money.from_minor(share, policy.currency) for party, share in shares.items()},
        exact=exact,
        trace=trace,
    )


def settle_interim(
    policy: SettlementPolicy, actuals: Mapping[str, object], paid: Mapping[str, Money]
) -> InterimSettlement:
    """Settle what is measured so far, and pay the difference to what was paid before.

    All interim settlements of a contract add up to its final one, to the smallest unit.

    Args:
        policy: the policy.
        actuals: everything measured so far, not only since the last time.
        paid: what each party had from earlier interim settlements in all.

    Raises:
        InputError: as `settle`.
        InvalidValueError: as `settle`; a payment to somebody who is no party, or in another currency.

    >>> policy = SettlementPolicy(id="pool", version="1", currency="EUR", outturn="proceeds", base=Money(0, "EUR"),
    ...     parties=["north", "south"], clauses=[Split(id="half", weights={"north": 1, "south": 1})])
    >>> first = settle_interim(policy, {"outturn": Money("0.05", "EUR")}, {})
    >>> dict(settle_interim(policy, {"outturn": Money("0.10", "EUR")}, first.due).due)
    {'north': Money('0.02', 'EUR'), 'south': Money('0.03', 'EUR')}
    """
    given: object = paid
    if not isinstance(given, Mapping):
        hint = "a mapping from party to Money; {} the first time"
        raise InvalidValueError("what was paid before is no mapping", given, hint=hint)
    for party in paid:
        if party not in check_policy(policy).parties:
            raise InvalidValueError("paid to somebody who is no party", party, hint=did_you_mean(party, policy.parties))
    cumulative = settle(policy, actuals)
    due = {party: share - paid[party] if party in paid else share for party, share in cumulative.shares.items()}
    return InterimSettlement(cumulative=cumulative, paid=paid, due=due)


def share_bounds(policy: SettlementPolicy) -> tuple[Fraction | None, Fraction | None]:
    """Return what the floors of all accounts ask for together, and what their caps allow; None where one has none.

    A group with a bound stands for its members.
    """
    groups = members_of(policy)
    found: list[Fraction | None] = []
    for kind, tighter in ((Floor, max), (Cap, min)):
        bounds: dict[str, Fraction] = {}
        for clause in policy.clauses:
            if isinstance(clause, kind):
                level = level_amount(policy, clause.at)
                bounds[clause.on] = tighter(bounds.get(clause.on, level), level)
        whole = [bounds[group] for group in groups if group in bounds]
        inside = {name for group, members in groups.items() if group in bounds for name in members}
        whole += [bounds[name] for name in policy.parties if name in bounds and name not in inside]
        covered = all(name in bounds or name in inside for name in policy.parties)
        found.append(sum(whole, start=_ZERO) if covered else None)
    return found[0], found[1]


def _check_bounds(policy: SettlementPolicy, pool: Fraction) -> None:
    floors, caps = share_bounds(policy)
    if floors is not None and floors > pool:
        hint = "lower a floor, or leave one party without"
        raise InvalidValueError(f"the floors ask for {shown(floors)} of a pool of less", shown(pool), hint=hint)
    if caps is not None and caps < pool:
        hint = "raise a cap, or leave one party without"
        raise InvalidValueError(f"the caps allow {shown(caps)} of a pool of more", shown(pool), hint=hint)


def _step(clause: Clause, run: _Run) -> _Step:
    """Return what a clause moves to accounts, less than zero where it takes, and how that was found."""
    policy, rest = run.policy, run.rest
    match clause:
        case Recoup():
            return _available(run, clause.to, _due(clause, run))
        case Fee():
            due, formula = _fee(clause, run)
            if clause.as_available:
                return _available(run, clause.to, due)
            return {clause.to: due}, formula
        case Bands():
            return _shared(clause, run)
        case IncentiveFee():
            return _incentive(clause, run)
        case DeadBand():
            gain, pain = level_amount(policy, clause.gain), level_amount(policy, clause.pain)
            inside = -pain <= rest <= gain
            kept = rest if inside else _ZERO if clause.mode == "in_full" else max(-pain, min(gain, rest))
            return {clause.to: kept}, f"{shown(rest)} {'∈' if inside else '∉'} [{shown(-pain)}..{shown(gain)}]"
        case Cap():
            level, held = level_amount(policy, clause.at), run.held[clause.on]
            over = max(_ZERO, held - level)
            moves = {clause.on: -over} if clause.to == REST else {clause.on: -over, clause.to: over}
            return moves, f"max(0, {shown(held)} - {shown(level)})"
        case Floor():
            level, held = level_amount(policy, clause.at), run.held[clause.on]
            lack = max(_ZERO, level - held)
            moves = {clause.on: lack} if clause.by == REST else {clause.on: lack, clause.by: -lack}
            return moves, f"max(0, {shown(level)} - {shown(held)})"
        case Hurdle():
            return _available(run, clause.to, max(_ZERO, level_amount(policy, clause.until) - run.held[clause.to]))
        case CatchUp():
            mine, theirs = run.got(clause.to, clause.counting), run.got(clause.against, clause.counting)
            wanted = max(_ZERO, clause.share * (mine + theirs) - mine) / (clause.rate - clause.share)
            spent = min(max(rest, _ZERO), wanted)
            moves = {clause.to: clause.rate * spent, clause.against: (1 - clause.rate) * spent}
            return moves, f"min({shown(max(rest, _ZERO))}, {shown(wanted)})"
        case Clawback():
            most = clause.rate * max(_ZERO, run.got(clause.by, clause.of))
            limited = most if clause.limit is None else min(most, level_amount(policy, clause.limit))
            back = min(max(-rest, _ZERO), limited)
            return {clause.by: -back}, f"min({shown(max(-rest, _ZERO))}, {shown(limited)})"
        case Reserve():
            part = clause.rate * max(rest, _ZERO)
            kept = part if clause.limit is None else min(part, level_amount(policy, clause.limit))
            return {clause.to: kept}, f"{percent_text(clause.rate)} x {shown(max(rest, _ZERO))}"
        case Charge():
            units = run.others[clause.actual]
            due = Fraction(clause.rate.amount) * max(_ZERO, units - clause.free)
            formula = f"{shown(Fraction(clause.rate.amount))} x {shown(max(_ZERO, units - clause.free))}"
            if clause.cap is not None:
                limit = level_amount(policy, clause.cap)
                due, formula = min(due, limit), f"min({formula}, {shown(limit)})"
            return {clause.by: -due, clause.to: due}, formula
        case Split():
            amount = rest if clause.of == REST else run.held[clause.of]
            moves = {name: part * amount for name, part in clause.parts()}
            parts = ", ".join(percent_text(part) for _, part in clause.parts())
            return moves if clause.of == REST else {clause.of: -amount, **moves}, f"{shown(amount)} x {parts}"
        case _:
            assert_never(clause)


def _available(run: _Run, to: str, due: Fraction) -> _Step:
    there = max(run.rest, _ZERO)
    return {to: min(there, due)}, f"min({shown(there)}, {shown(due)})"


def _due(clause: Recoup, run: _Run) -> Fraction:
    if clause.amount is not None:
        return level_amount(run.policy, clause.amount)
    if clause.actual is not None:
        return run.others[clause.actual]
    return max(_ZERO, -run.got(clause.to, clause.of))


def _fee(clause: Fee, run: _Run) -> tuple[Fraction, str]:
    if clause.amount is not None:
        due = level_amount(run.policy, clause.amount)
        return due, shown(due)
    assert clause.rate is not None  # noqa: S101  a fee has one of both
    quantities = {
        "pool": run.pool,
        "rest": run.rest,
        "outturn": run.outturn,
        "base": Fraction(run.policy.base.amount),
    }
    quantity = max(_ZERO, quantities[clause.of])
    return clause.rate * quantity, f"{percent_text(clause.rate)} x {shown(quantity)}"


def _shared(clause: Bands, run: _Run) -> _Step:
    """Share each increment between zero (the base, or an empty rest) and the quantity at its band's shares."""
    policy = run.policy
    over_outturn = clause.over == "outturn"
    zero, quantity = (Fraction(policy.base.amount), run.outturn) if over_outturn else (_ZERO, run.rest)
    sign = -1 if over_outturn and policy.outturn == "cost" else 1
    moves: dict[str, Fraction] = {}
    told = []
    ends: list[Fraction | None] = [None, *band_limits(policy, clause), None]
    for band, (low, high) in zip(clause.bands, pairwise(ends), strict=True):
        width = _held(quantity, low, high) - _held(zero, low, high)
        for name, share in band.shares.items():
            moves[name] = moves.get(name, _ZERO) + sign * width * share
        if width:
            parts = ", ".join(percent_text(share) for share in band.shares.values())
            told.append(f"{shown(sign * width)} x {parts}")
    return moves, " + ".join(told) or "0"


def _held(value: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    lifted = value if low is None else max(value, low)
    return lifted if high is None else min(lifted, high)


def _incentive(clause: IncentiveFee, run: _Run) -> _Step:
    target, cost = level_amount(run.policy, clause.target_cost), run.outturn
    over = clause.under if clause.over is None else clause.over
    rate = clause.under if cost <= target else over
    fee = Fraction(clause.target_fee.amount) + rate * (target - cost)
    formula = f"{shown(Fraction(clause.target_fee.amount))} + {percent_text(rate)} x {shown(target - cost)}"
    if clause.least is not None:
        fee, formula = (
            max(fee, Fraction(clause.least.amount)),
            f"max({formula}, {shown(Fraction(clause.least.amount))})",
        )
    if clause.most is not None:
        fee, formula = min(fee, Fraction(clause.most.amount)), f"min({formula}, {shown(Fraction(clause.most.amount))})"
    if clause.ceiling is not None:
        room = Fraction(clause.ceiling.amount) - cost
        fee, formula = min(fee, room), f"min({formula}, {shown(room)})"
    return {clause.to: fee}, formula


def _rounding_line(exact: Mapping[str, Fraction], shares: Mapping[str, int], places: int) -> TraceLine:
    changed = [
        f"{name} {shown(share)} = {to_decimal(shares[name], places)}"
        for name, share in sorted(exact.items())
        if share * 10**places != shares[name]
    ]
    return TraceLine(
        clause="rounding",
        kind="rounding",
        title=_ROUNDING,
        formula=", ".join(changed) or "-",
        moves={name: Fraction(shares[name], 10**places) - share for name, share in exact.items()},
        rest=_ZERO,
    )


def _money(amount: Fraction, currency: str, scale: int) -> Money:
    return Money.from_minor(divide((amount * scale).numerator, (amount * scale).denominator), currency)
