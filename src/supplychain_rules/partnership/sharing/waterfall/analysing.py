"""Analyse: what a settlement does to each party, proved from its functions and not sampled.

The functions of `compile_policy` are piecewise linear, so that every question has an exact answer: where a party gains
by a worse outturn, where the outturn is none of its concern, from where on it bears everything, where a cent more of
cost moves a fortune (a cliff), how much it can lose. A finding is no error of form; it says what a contract does, with
the outturns and one of them as witness.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal, final

import attrs

from supplychain_rules.facts.fields import several
from supplychain_rules.partnership.sharing.waterfall.clauses import Cap, Floor
from supplychain_rules.partnership.sharing.waterfall.compiling import CompiledPolicy, compile_policy
from supplychain_rules.partnership.sharing.waterfall.fields import by_name, plain_fields, rebuilt
from supplychain_rules.partnership.sharing.waterfall.policy import SettlementPolicy, level_amount, members_of
from supplychain_rules.partnership.sharing.waterfall.settlement import shown
from supplychain_rules.partnership.sharing.waterfall.settling import share_bounds
from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.piecewise import Piecewise, total_of
from supplychain_rules.values.piecewise_questions import (
    Extreme,
    greatest,
    jumps,
    least,
    member_of,
    where_above,
    where_below,
    where_slope,
)
from supplychain_rules.values.scaled import number_text

__all__ = ["SETTLEMENT_FINDINGS", "Analysis", "SettlementFinding", "SettlementFindingKind", "analyse"]

#: What `analyse` looks for.
SettlementFindingKind = Literal[
    "impossible_floors",
    "impossible_caps",
    "perverse_incentive",
    "cliff",
    "bears_more_than_all",
    "broken_cap",
    "broken_floor",
    "idle_clause",
    "dead_zone",
    "total_assumption",
    "unlimited_loss",
]

#: How much a finding matters, by its kind.
_SEVERITY: Final[Mapping[SettlementFindingKind, Literal["error", "warning", "info"]]] = MappingProxyType(
    {
        "impossible_floors": "error",
        "impossible_caps": "error",
        "perverse_incentive": "warning",
        "cliff": "warning",
        "bears_more_than_all": "warning",
        "broken_cap": "warning",
        "broken_floor": "warning",
        "idle_clause": "warning",
        "dead_zone": "info",
        "total_assumption": "info",
        "unlimited_loss": "info",
    }
)

#: The kinds of findings, the gravest first, with their names.
SETTLEMENT_FINDINGS: Final[Mapping[SettlementFindingKind, Label]] = MappingProxyType(
    {
        "impossible_floors": Label("floors above the pool", "下限超过分配池"),
        "impossible_caps": Label("caps below the pool", "上限低于分配池"),
        "perverse_incentive": Label("gains by a worse outturn", "结果变差反而得益"),
        "cliff": Label("cliff", "断崖"),
        "bears_more_than_all": Label("bears more than the whole change", "承担超过全部变动"),
        "broken_cap": Label("cap broken by a later clause", "上限被后续条款突破"),
        "broken_floor": Label("floor broken by a later clause", "下限被后续条款突破"),
        "idle_clause": Label("clause without effect", "不起作用的条款"),
        "dead_zone": Label("dead zone", "无激励区间"),
        "total_assumption": Label("total assumption", "完全承担"),
        "unlimited_loss": Label("unlimited loss", "损失无上限"),
    }
)

#: Most intervals that a message spells out; the finding holds them all.
_MOST_PARTS: Final = 4

_SEVERITY_ZH: Final = {"error": "错误", "warning": "警告", "info": "提示"}


@final
@attrs.frozen(kw_only=True)
class SettlementFinding:
    """One thing that a settlement does, to whom, for which outturns."""

    kind: SettlementFindingKind
    #: The party or group concerned; None where it is the whole.
    party: str | None = None
    #: The clause concerned; None where it is the whole.
    clause: str | None = None
    #: The outturns for which it holds.
    where: IntervalSet
    #: One of them.
    witness: Fraction
    message: Label

    @property
    def severity(self) -> Literal["error", "warning", "info"]:
        """How much it matters."""
        return _SEVERITY[self.kind]

    def text(self, lang: Lang = "en") -> str:
        """Return the finding as one line."""
        name = self.party or self.clause
        if lang == "zh":
            of = f"（{name}）" if name else ""
            told = f"{self.message.text(lang)}；例如 {shown(self.witness)}"
            return f"{_SEVERITY_ZH[self.severity]}{of}：{told} [{self.kind}]"
        of = f" for {name}" if name else ""
        return f"{self.severity}{of}: {self.message.text(lang)}; for example {shown(self.witness)} [{self.kind}]"

    def __str__(self) -> str:
        """Return the finding as one line in English."""
        return self.text("en")

    def to_dict(self) -> dict[str, object]:
        """Return the finding as plain data."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "party": self.party,
            "clause": self.clause,
            "where": str(self.where),
            "witness": number_text(self.witness),
            "message": {"en": self.message.en, "zh": self.message.zh},
        }


@final
@attrs.frozen(kw_only=True)
class Analysis:
    """What a settlement does to each party over all outturns."""

    compiled: CompiledPolicy
    #: Whether the shares add up to the pool for every outturn.
    conserves: bool
    #: The least that each party has: its greatest exposure.
    worst: Mapping[str, Extreme] = by_name()
    #: The most that each party has.
    best: Mapping[str, Extreme] = by_name()
    #: From which outturn on a party bears every further change for the worse alone, where there is such a point.
    total_assumption: Mapping[str, Fraction] = by_name()
    #: The gravest first.
    findings: tuple[SettlementFinding, ...] = attrs.field(converter=several)

    def of(self, kind: SettlementFindingKind) -> tuple[SettlementFinding, ...]:
        """Return the findings of a kind."""
        return tuple(finding for finding in self.findings if finding.kind == kind)

    def text(self, lang: Lang = "en") -> str:
        """Return the function of each party, its bounds and the findings."""
        lines = []
        for party, function in self.compiled.parties.items():
            low, high = _bound(self.worst[party], lang), _bound(self.best[party], lang)
            told = {"en": f"{party}: from {low} to {high}", "zh": f"{party}：从 {low} 到 {high}"}[lang]
            lines += [told, *(f"  {piece}" for piece in _pieces(function))]
        return "\n".join([*lines, *(finding.text(lang) for finding in self.findings)])

    def __str__(self) -> str:
        """Return the analysis as English text."""
        return self.text("en")

    def to_dict(self) -> dict[str, object]:
        """Return the analysis as plain data that JSON can keep; None is unbounded."""
        return {
            "policy": f"{self.compiled.policy.id} {self.compiled.policy.version}",
            "conserves": self.conserves,
            "parties": {
                party: {
                    "function": str(function),
                    "worst": _number(self.worst[party].value),
                    "best": _number(self.best[party].value),
                    "total_assumption": _number(self.total_assumption.get(party)),
                }
                for party, function in self.compiled.parties.items()
            },
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with plain dicts, because a read-only view cannot be pickled."""
        return rebuilt, (Analysis, plain_fields(self))


def analyse(
    policy: SettlementPolicy, actuals: Mapping[str, object] | None = None, *, within: Interval | None = None
) -> Analysis:
    """Prove what a settlement does to each party.

    Args:
        policy: the policy.
        actuals: the actuals that clauses name beside the outturn; they are held fixed.
        within: the outturns of interest; by default all that can be.

    Raises:
        InputError: actuals that are missing, unknown or wrong.
        InvalidValueError: outturns below 0 where there can be none; more pieces than `MAX_PIECES`.

    >>> from supplychain_rules.partnership.sharing.waterfall.clauses import IncentiveFee, Split
    >>> from supplychain_rules.values.money import Money
    >>> contract = SettlementPolicy(id="FPIF", version="1", currency="USD", outturn="cost",
    ...     base=Money("1100000", "USD"), parties=["supplier", "buyer"], clauses=[
    ...         IncentiveFee(id="profit", to="supplier", target_cost=Money("1000000", "USD"),
    ...             target_fee=Money("100000", "USD"), under="20%", ceiling=Money("1200000", "USD")),
    ...         Split(id="rest", weights={"buyer": 1})])
    >>> found = analyse(contract)
    >>> found.conserves, dict(found.total_assumption)
    (True, {'supplier': Fraction(1125000, 1)})
    """
    compiled = compile_policy(policy, actuals, within=within)
    slope = compiled.pool.pieces[0].slope
    findings = [*_bound_findings(compiled), *_idle_findings(compiled)]
    for party, function in compiled.parties.items():
        findings += _slope_findings(party, function, slope)
        findings += _cliff_findings(party, function)
        findings += _loss_findings(party, function)
    order = list(SETTLEMENT_FINDINGS)
    assumed = {party: _assumed_from(function, slope) for party, function in compiled.parties.items()}
    return Analysis(
        compiled=compiled,
        conserves=compiled.conserves(),
        worst={party: least(function) for party, function in compiled.parties.items()},
        best={party: greatest(function) for party, function in compiled.parties.items()},
        total_assumption={party: point for party, point in assumed.items() if point is not None},
        findings=sorted(findings, key=lambda finding: order.index(finding.kind)),
    )


def _slope_findings(party: str, function: Piecewise, whole: Fraction) -> Iterator[SettlementFinding]:
    """Yield where a party has a share of a change that is below 0, exactly 0, exactly all, or more than all."""
    if not whole:  # a single outturn has no slope
        return
    kinds: tuple[tuple[SettlementFindingKind, Any, str, str], ...] = (
        ("perverse_incentive", lambda slope: slope / whole < 0, "gains as the outturn worsens", "结果越差，所得越多"),
        ("dead_zone", lambda slope: not slope, "the outturn is none of its concern", "结果好坏与其无关"),
        ("total_assumption", lambda slope: slope == whole, "bears or has every change alone", "独自承担或享有全部变动"),
        ("bears_more_than_all", lambda slope: slope / whole > 1, "moves more than the pool", "变动大于分配池的变动"),
    )
    for kind, wanted, en, zh in kinds:
        where = where_slope(function, wanted)
        if not where.is_empty:
            message = Label(f"{en} at {_told(where)}", f"{zh}：{_told(where)}")
            yield SettlementFinding(kind=kind, party=party, where=where, witness=member_of(where), message=message)


def _told(where: IntervalSet) -> str:
    """Return outturns as text, the first of them where there are many."""
    shown_parts = ", ".join(_between(part) for part in where.parts[:_MOST_PARTS])
    more = len(where.parts) - _MOST_PARTS
    return f"{shown_parts}, … (+{more})" if more > 0 else shown_parts


def _between(part: Interval) -> str:
    """Return an interval as text, with ends that people can read."""
    low, high = (None if end is None else shown(Fraction(end)) for end in (part.low, part.high))
    if low is None and high is None:
        return str(part)
    if low is None:
        return f"{'<=' if part.high_closed else '<'} {high}"
    if high is None:
        return f"{'>=' if part.low_closed else '>'} {low}"
    if part.low == part.high:
        return low
    return f"{'[' if part.low_closed else '('}{low}..{high}{']' if part.high_closed else ')'}"


def _cliff_findings(party: str, function: Piecewise) -> Iterator[SettlementFinding]:
    for jump in jumps(function):
        values = [value for value in (jump.before, jump.value, jump.after) if value is not None]
        told = " -> ".join(dict.fromkeys(shown(value) for value in values))
        message = Label(f"jumps at {shown(jump.at)}: {told}", f"在 {shown(jump.at)} 处跳变：{told}")
        yield SettlementFinding(
            kind="cliff", party=party, where=IntervalSet.point(jump.at), witness=jump.at, message=message
        )


def _loss_findings(party: str, function: Piecewise) -> Iterator[SettlementFinding]:
    if least(function).value is not None:
        return
    where = where_below(function, 0)
    yield SettlementFinding(
        kind="unlimited_loss",
        party=party,
        where=where,
        witness=member_of(where),
        message=Label("nothing bounds what it can lose", "其损失没有上限"),
    )


def _bound_findings(compiled: CompiledPolicy) -> Iterator[SettlementFinding]:
    """Yield floors and caps that cannot be met, and those that a later clause breaks."""
    policy, parties = compiled.policy, compiled.parties
    floors, caps = share_bounds(policy)
    if floors is not None:
        message = Label(f"the floors ask for {shown(floors)}", f"各方下限合计 {shown(floors)}")
        yield from _found("impossible_floors", where_below(compiled.pool, floors), message)
    if caps is not None:
        message = Label(f"the caps allow {shown(caps)}", f"各方上限合计 {shown(caps)}")
        yield from _found("impossible_caps", where_above(compiled.pool, caps), message)
    groups = members_of(policy)
    for clause in policy.clauses:
        if not isinstance(clause, Cap | Floor):
            continue
        members = groups.get(clause.on, (clause.on,))
        final = total_of((parties[name] for name in members), compiled.domain)
        level = level_amount(policy, clause.at)
        if isinstance(clause, Cap):
            message = Label(f"has more than {shown(level)} in the end", f"最终超过 {shown(level)}")
            yield from _found("broken_cap", where_above(final, level), message, clause.on, clause.id)
        else:
            message = Label(f"has less than {shown(level)} in the end", f"最终低于 {shown(level)}")
            yield from _found("broken_floor", where_below(final, level), message, clause.on, clause.id)


def _found(
    kind: SettlementFindingKind,
    where: IntervalSet,
    message: Label,
    party: str | None = None,
    clause: str | None = None,
) -> Iterator[SettlementFinding]:
    if not where.is_empty:
        yield SettlementFinding(
            kind=kind, party=party, clause=clause, where=where, witness=member_of(where), message=message
        )


def _idle_findings(compiled: CompiledPolicy) -> Iterator[SettlementFinding]:
    nothing = Piecewise.constant(0, compiled.domain)
    for clause in compiled.clauses:
        if all(move == nothing for move in clause.moves.values()):
            message = Label("moves nothing for any outturn", "对任何结果都不移动金额")
            where = IntervalSet((compiled.domain,))
            yield from _found("idle_clause", where, message, clause=clause.clause)


def _assumed_from(function: Piecewise, whole: Fraction) -> Fraction | None:
    """Return where the last region towards the worse side begins, if the party bears everything in it."""
    pieces = [piece for piece in function.pieces if not piece.is_point]
    if not whole or len(pieces) < 2:
        return None
    piece = pieces[-1] if whole < 0 else pieces[0]
    edge = piece.interval.low if whole < 0 else piece.interval.high
    return Fraction(edge) if piece.slope == whole and edge is not None else None


def _bound(extreme: Extreme, lang: Lang) -> str:
    unbounded = {"en": "without bound", "zh": "无界"}[lang]
    return unbounded if extreme.value is None else shown(extreme.value)


def _pieces(function: Piecewise) -> Iterator[str]:
    """Yield the pieces of a function for people: a line each, with four decimals at most."""
    for piece in function.pieces:
        yield f"{_between(piece.interval)}: {piece.text(number=shown)}"


def _number(value: Fraction | None) -> str | None:
    return None if value is None else number_text(value)
