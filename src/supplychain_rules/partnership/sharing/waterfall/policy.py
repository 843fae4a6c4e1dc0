"""A settlement policy: parties, the base, and the clauses in the order of the waterfall, checked as a whole.

The policy settles one measured *outturn*. Of a cost the pool is the base (a target cost or price) less the outturn: a
saving when it is positive, an overrun when it is negative. Of proceeds (revenue, a benefit, a volume times a value a
unit) the pool is the outturn less the base.

What is checked when it is built holds for every outturn: every account is known, all money is in one currency, ranges
have neither gaps nor overlaps and share 100 %, every group is split once, nothing of the rest is left over, and no
clause depends on itself. What depends on the outturn is found by `settle` and `analyse`.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, Literal, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, bounded_repr, did_you_mean
from supplychain_rules.facts.fields import is_id, one_of, several
from supplychain_rules.partnership.sharing.waterfall.clauses import (
    CLAUSE_LABELS,
    REST,
    Band,
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
from supplychain_rules.partnership.sharing.waterfall.fields import are_ids, as_label, is_money
from supplychain_rules.partnership.sharing.waterfall.levels import Level, OfBase, percent_text
from supplychain_rules.values.currencies import check_currency, decimals_of
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.piecewise import Piecewise
from supplychain_rules.values.scaled import number_text

__all__ = [
    "MAX_CLAUSES",
    "MAX_PARTIES",
    "SettlementPolicy",
    "actual_kinds",
    "adjust_base",
    "band_limits",
    "check_policy",
    "clause_label",
    "level_amount",
    "line_of_outturn",
    "members_of",
]

#: Most clauses, bands of one, and parties: ten times what contracts have; the checks look at pairs of them.
MAX_CLAUSES: Final = 200
MAX_PARTIES: Final = 200

#: Names that mean something else.
_RESERVED: Final = (REST, "pool", "outturn", "base")

_Clauses = tuple[Clause, ...]


def _are_clauses(_instance: object, _field: object, value: tuple[object, ...]) -> None:
    for clause in value:
        if not isinstance(clause, Clause):
            raise InvalidValueError("not a clause", clause, hint=f"one of {', '.join(CLAUSE_LABELS)}")


@final
@attrs.frozen(kw_only=True)
class SettlementPolicy:
    """A settlement as data.

    Raises:
        InvalidValueError: a field that is wrong by itself.
        PolicyError: everything that does not go together, at once.

    >>> policy = SettlementPolicy(id="gain share", version="1", currency="EUR", outturn="cost",
    ...     base=Money("1000000", "EUR"), parties=["supplier", "buyer"],
    ...     clauses=[Split(id="half each", weights={"supplier": 1, "buyer": 1})])
    >>> policy.parties
    ('supplier', 'buyer')
    """

    id: str = attrs.field(validator=is_id)
    version: str = attrs.field(validator=is_id)
    #: The currency of all money in it.
    currency: str = attrs.field(validator=lambda _i, _f, value: check_currency(value) and None)
    #: What is measured: a cost, of which less is better, or proceeds, of which more is.
    outturn: Literal["cost", "proceeds"] = attrs.field(validator=one_of("cost", "proceeds"))
    #: What the outturn is compared with: the target.
    base: Money = attrs.field(validator=is_money)
    #: The value of one unit, where the outturn is measured in units and not in money.
    per_unit: Money | None = attrs.field(default=None, validator=attrs.validators.optional(is_money))
    parties: tuple[str, ...] = attrs.field(converter=several, validator=are_ids)
    #: Accounts that a later clause splits among parties.
    groups: tuple[str, ...] = attrs.field(default=(), converter=several, validator=are_ids)
    clauses: _Clauses = attrs.field(converter=several, validator=_are_clauses)
    label: Label | None = attrs.field(default=None, converter=as_label)

    def __attrs_post_init__(self) -> None:
        """Refuse what does not go together, all of it at once."""
        problems = list(_size_problems(self))
        if not problems:
            problems = [*_name_problems(self), *_money_problems(self)]
        if not problems:  # what follows compares levels and looks names up
            problems = [*_reference_problems(self), *_share_problems(self), *_flow_problems(self)]
        if problems:
            raise PolicyError(problems)


def check_policy(policy: object) -> SettlementPolicy:
    """Return a settlement policy, and refuse anything else.

    Raises:
        InvalidValueError: something else, as the mapping that one is read from.
    """
    if not isinstance(policy, SettlementPolicy):
        hint = "write SettlementPolicy(...), or read data with load_settlement"
        raise InvalidValueError("this is no settlement policy", type(policy).__name__, hint=hint)
    return policy


def adjust_base(policy: SettlementPolicy, changes: Mapping[str, Money]) -> SettlementPolicy:
    """Return the policy with its base moved by named events, as a compensation event moves the Prices.

    Levels that are parts of the base move with it; levels in money stay.

    Raises:
        InvalidValueError: a change that is not money of the policy's currency.

    >>> policy = SettlementPolicy(id="c", version="1", currency="GBP", outturn="cost", base=Money(900_000, "GBP"),
    ...     parties=["contractor", "client"], clauses=[Split(id="s", weights={"contractor": 1, "client": 1})])
    >>> adjust_base(policy, {"CE 7": Money(80_000, "GBP")}).base
    Money('980000.00', 'GBP')
    """
    base = check_policy(policy).base
    for change in changes.values():
        base = base + change
    return attrs.evolve(policy, base=base)


def level_amount(policy: SettlementPolicy, level: Level) -> Fraction:
    """Return a level as an exact amount of the policy's currency."""
    if isinstance(level, OfBase):
        return level.share * Fraction(policy.base.amount)
    return Fraction(level.amount)


def band_limits(policy: SettlementPolicy, clause: Bands) -> list[Fraction]:
    """Return where each band ends and the next begins."""
    return [level_amount(policy, band.high) for band in clause.bands[:-1] if band.high is not None]


def members_of(policy: SettlementPolicy) -> dict[str, tuple[str, ...]]:
    """Return the members of each group: those among whom it is split."""
    return {
        clause.of: tuple(name for name, _ in clause.parts())
        for clause in policy.clauses
        if isinstance(clause, Split) and clause.of != REST
    }


def actual_kinds(policy: SettlementPolicy) -> dict[str, Literal["money", "number"]]:
    """Return the names of the actuals that clauses measure beside the outturn, and what each must be."""
    found: dict[str, Literal["money", "number"]] = {}
    for clause in policy.clauses:
        match clause:
            case Charge(actual=name):
                found[name] = "number"
            case Recoup(actual=str(name)):
                found[name] = "money"
            case _:
                continue
    return found


def clause_label(clause: Clause) -> Label:
    """Return what people read for a clause: its own label, else the name of its kind."""
    return clause.label or CLAUSE_LABELS[clause.KIND]


def accounts_of(clause: Clause) -> Iterator[tuple[str, str]]:
    """Return every account that a clause names, with the path of the field."""
    match clause:
        case Recoup(to=to) | Fee(to=to) | IncentiveFee(to=to) | DeadBand(to=to) | Hurdle(to=to) | Reserve(to=to):
            yield "to", to
        case Cap(on=on, to=to):
            yield from (("on", on), ("to", to))
        case Floor(on=on, by=by):
            yield from (("on", on), ("by", by))
        case CatchUp(to=to, against=against):
            yield from (("to", to), ("against", against))
        case Clawback(by=by):
            yield "by", by
        case Charge(by=by, to=to):
            yield from (("by", by), ("to", to))
        case Bands(bands=bands):
            for place, band in enumerate(bands):
                yield from ((f"bands[{place}].shares.{name}", name) for name in band.shares)
        case Split(of=of, weights=weights, shares=shares):
            yield "of", of
            yield from ((f"weights.{name}", name) for name in weights)
            yield from ((f"shares.{name}", name) for name in shares)
        case _:
            assert_never(clause)


def _problem(code: str, path: str, message: str, value: object = None, hint: str = "") -> Problem:
    shown = "" if value is None else str(value) if isinstance(value, str | Money | OfBase) else bounded_repr(value)
    return Problem(code=code, path=path, message=message, value=shown, hint=hint)


def _size_problems(policy: SettlementPolicy) -> Iterator[Problem]:
    """Yield lists that are longer than those of any contract: what follows compares all with all."""
    for path, given, most in (
        ("parties", (*policy.parties, *policy.groups), MAX_PARTIES),
        ("clauses", policy.clauses, MAX_CLAUSES),
        *(
            (f"clauses[{place}].bands", clause.bands, MAX_CLAUSES)
            for place, clause in enumerate(policy.clauses)
            if isinstance(clause, Bands)
        ),
    ):
        if len(given) > most:
            yield _problem("too_large", path, f"more than {most}", len(given), "split the contract")


def _name_problems(policy: SettlementPolicy) -> Iterator[Problem]:
    """Yield names that are missing, taken, twice there or unknown."""
    if not policy.parties:
        yield _problem("empty", "parties", "nobody to settle with", hint="name the parties")
    if not policy.clauses:
        yield _problem("empty", "clauses", "no clause hands out the pool", hint="end with a split of the rest")
    named = [(f"parties[{place}]", name) for place, name in enumerate(policy.parties)]
    named += [(f"groups[{place}]", name) for place, name in enumerate(policy.groups)]
    yield from _twice(named)
    yield from _twice([(f"clauses[{place}].id", clause.id) for place, clause in enumerate(policy.clauses)])
    for path, name in named:
        if name in _RESERVED:
            yield _problem("bad_name", path, "this name means something else", name, "name it otherwise")
    accounts = (*policy.parties, *policy.groups)
    for place, clause in enumerate(policy.clauses):
        for field, name in accounts_of(clause):
            rest_may_stand = isinstance(clause, Cap | Floor | Split) and field in {"to", "by", "of"}
            if name not in accounts and not (name == REST and rest_may_stand):
                path, hint = f"clauses[{place}].{field}", did_you_mean(name, accounts)
                yield _problem("unknown_name", path, "unknown party or group", name, hint)
        itself = _self_payment(clause)
        if itself is not None:
            field, name = itself
            yield _problem("contradiction", f"clauses[{place}].{field}", "an account that pays itself", name)


def _self_payment(clause: Clause) -> tuple[str, str] | None:
    """Return the field and the account where a clause moves money from an account to itself."""
    match clause:
        case Cap(on=giver, to=taker) if giver == taker:
            return "to", taker
        case Floor(on=taker, by=giver) | Charge(to=taker, by=giver) if giver == taker:
            return "by", giver
        case CatchUp(to=taker, against=other) if taker == other:
            return "against", other
        case _:
            return None


def _twice(named: list[tuple[str, str]]) -> Iterator[Problem]:
    seen = set()
    for path, name in named:
        if name in seen:
            yield _problem("duplicate_id", path, "this stands here twice", name)
        seen.add(name)


def _money_problems(policy: SettlementPolicy) -> Iterator[Problem]:
    """Yield money of another currency, and parts of a base that is zero."""
    for path, value in _values_of(policy, ""):
        if isinstance(value, Money) and value.currency != policy.currency:
            hint = f"convert it to {policy.currency} with a dated rate"
            yield _problem("mixed_currencies", path, f"the policy is in {policy.currency}", value, hint)
        if isinstance(value, OfBase) and policy.base.is_zero:
            yield _problem("bad_value", path, "a part of a base of zero", str(value), "write an amount of money")
    if decimals_of(policy.currency) is None:
        message = "a currency without smallest unit cannot be settled"
        yield _problem("bad_value", "currency", message, policy.currency)
    elif policy.base.currency == policy.currency and policy.base.round() != policy.base:
        yield _problem("bad_value", "base", "not a whole number of smallest units", policy.base, "round it first")
    if policy.per_unit is not None and policy.per_unit.amount <= 0:
        yield _problem("bad_value", "per_unit", "a unit that is worth nothing", policy.per_unit, "give more than 0")


def _values_of(record: Any, path: str) -> Iterator[tuple[str, object]]:  # noqa: ANN401  a policy, or a part of one
    """Return every value in a policy with its path."""
    for field in attrs.fields(type(record)):
        value = getattr(record, field.name)
        where = f"{path}.{field.name}" if path else field.name
        if isinstance(value, tuple):
            for place, one in enumerate(value):
                if isinstance(one, Clause | Band):
                    yield from _values_of(one, f"{where}[{place}]")
        else:
            yield where, value


def _reference_problems(policy: SettlementPolicy) -> Iterator[Problem]:
    """Yield references to clauses that are unknown, come later, or lead back to where they began."""
    place_of = {clause.id: place for place, clause in enumerate(policy.clauses)}
    referred = {clause.id: _references(clause) for clause in policy.clauses}
    circular = _cycle(referred)
    if circular:
        path = f"clauses[{place_of[circular[0]]}].{_reference_field(policy.clauses[place_of[circular[0]]])}"
        hint = "let one of them refer to a fixed amount"
        yield _problem("cycle", path, "clauses that depend on each other", " -> ".join(circular), hint)
    for place, clause in enumerate(policy.clauses):
        for at, name in enumerate(referred[clause.id]):
            path = f"clauses[{place}].{_reference_field(clause)}[{at}]"
            if name not in place_of:
                yield _problem("unknown_name", path, "unknown clause", name, did_you_mean(name, place_of))
            elif place_of[name] > place and not circular:
                hint = "clauses apply in order; move the clause up"
                yield _problem("forward_reference", path, "a clause that comes later", name, hint)
    kinds: dict[str, str] = {}
    for place, clause in enumerate(policy.clauses):
        if isinstance(clause, Charge | Recoup) and clause.actual is not None:
            kind = "number" if isinstance(clause, Charge) else "money"
            path = f"clauses[{place}].actual"
            if kinds.setdefault(clause.actual, kind) != kind:
                yield _problem("contradiction", path, "an actual that is money and a number", clause.actual)
            if clause.actual in _RESERVED:
                yield _problem("bad_name", path, "this name means something else", clause.actual, "name it otherwise")


def _references(clause: Clause) -> tuple[str, ...]:
    match clause:
        case Recoup(of=names) | Clawback(of=names) | CatchUp(counting=names):
            return names
        case _:
            return ()


def _reference_field(clause: Clause) -> str:
    return "counting" if isinstance(clause, CatchUp) else "of"


def _cycle(referred: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the clauses of a cycle, the first one again at the end; empty where there is none."""
    done: set[str] = set()
    for start in referred:
        if start in done:
            continue
        trail = [start]
        waiting = [iter(referred[start])]
        while waiting:
            name = next(waiting[-1], None)
            if name is None:
                done.add(trail.pop())
                waiting.pop()
            elif name in trail:
                return [*trail[trail.index(name) :], name]
            elif name not in done and name in referred:
                trail.append(name)
                waiting.append(iter(referred[name]))
    return []


def _share_problems(policy: SettlementPolicy) -> Iterator[Problem]:
    """Yield ranges with gaps, overlaps or shares that are not 100 %, and fees that have no cost to go by."""
    for place, clause in enumerate(policy.clauses):
        path = f"clauses[{place}]"
        match clause:
            case Bands():
                yield from _band_problems(policy, clause, path)
            case Split(shares=shares) if shares:
                yield from _whole(shares, f"{path}.shares")
            case IncentiveFee() if policy.outturn != "cost":
                message = "an incentive fee goes by a cost"
                yield _problem("contradiction", path, message, policy.outturn, "outturn = 'cost'")
            case _:
                continue


def _whole(shares: Mapping[str, Fraction], path: str) -> Iterator[Problem]:
    covered = sum(shares.values(), start=Fraction(0))
    if covered != 1:
        missing = "too little" if covered < 1 else "too much"
        hint = f"{percent_text(abs(1 - covered))} {missing}; name who has the rest"
        yield _problem("shares_incomplete", path, f"the shares cover {percent_text(covered)}, not 100%", hint=hint)


def _band_problems(policy: SettlementPolicy, clause: Bands, path: str) -> Iterator[Problem]:
    for place, band in enumerate(clause.bands):
        yield from _whole(band.shares, f"{path}.bands[{place}].shares")
    for field, band, at in (("low", clause.bands[0], 0), ("high", clause.bands[-1], len(clause.bands) - 1)):
        if getattr(band, field) is not None:
            message = "what lies beyond the last band is not shared"
            hint = "leave the end open"
            yield _problem("band_gap", f"{path}.bands[{at}].{field}", message, getattr(band, field), hint)
    last: Fraction | None = None
    for at, (one, other) in enumerate(pairwise(clause.bands)):
        where = f"{path}.bands[{at + 1}].low"
        if one.high is None:
            yield _problem("missing_key", f"{path}.bands[{at}].high", "only the last band has an open end")
            continue
        edge = level_amount(policy, one.high)
        begins = edge if other.low is None else level_amount(policy, other.low)
        if begins > edge:
            message = f"nothing is said from {number_text(edge)} to {number_text(begins)}"
            yield _problem("band_gap", where, message, other.low, "begin where the band before ends")
        if begins < edge:
            message = f"two bands from {number_text(begins)} to {number_text(edge)}"
            yield _problem("band_overlap", where, message, other.low, "begin where the band before ends")
        if last is not None and edge <= last:
            yield _problem("band_overlap", f"{path}.bands[{at}].high", "bands that do not rise", one.high, "sort them")
        last = edge


def _flow_problems(policy: SettlementPolicy) -> Iterator[Problem]:
    """Yield groups that are not split exactly once and finally, and a rest that is left over."""
    split_at: dict[str, int] = {}
    member_of: dict[str, str] = {}
    state: Literal["untouched", "open", "handed out"] = "untouched"
    for place, clause in enumerate(policy.clauses):
        path = f"clauses[{place}]"
        for field, name in accounts_of(clause):
            if name in split_at:
                message = f"group {name} was split already by clause {policy.clauses[split_at[name]].id}"
                yield _problem("contradiction", f"{path}.{field}", message, name, "split it last")
        if isinstance(clause, Split) and clause.of in policy.groups:
            split_at[clause.of] = place
            for name, _ in clause.parts():
                where = f"{path}.{'weights' if clause.weights else 'shares'}.{name}"
                if name in policy.groups:
                    yield _problem("contradiction", where, "a group within a group", name, "split among parties")
                elif name in member_of:
                    message = f"a party of two groups: {member_of[name]} and {clause.of}"
                    yield _problem("contradiction", where, message, name, "give the party one group")
                member_of[name] = clause.of
        elif isinstance(clause, Split) and clause.of in policy.parties:
            message = "a party is not split"
            yield _problem("contradiction", f"{path}.of", message, clause.of, "name a group, or 'rest'")
        state = _after(clause, state)
    for place, name in enumerate(policy.groups):
        if name not in split_at:
            hint = "add a split of the group"
            yield _problem("contradiction", f"groups[{place}]", "what the group has is never split", name, hint)
    if state != "handed out":
        hint = f"end with a split of the rest, as kind = 'split', weights = {{ {policy.parties[-1]} = 1 }}"
        yield _problem("shares_incomplete", "clauses", "nobody is given what is left of the pool", hint=hint)


def _after(
    clause: Clause, state: Literal["untouched", "open", "handed out"]
) -> Literal["untouched", "open", "handed out"]:
    """Return whether something of the rest can be left after a clause."""
    match clause:
        case Split(of="rest") | Bands(over="rest"):
            return "handed out"
        case Bands():
            return "handed out" if state == "untouched" else "open"
        case IncentiveFee() | Fee(as_available=False) | Cap(to="rest") | Floor(by="rest"):
            return "open"
        case Charge() | Split() | Cap() | Floor():
            return state
        case Recoup() | Fee() | DeadBand() | Hurdle() | CatchUp() | Clawback() | Reserve():
            return state if state == "handed out" else "open"
        case _:
            assert_never(clause)


def line_of_outturn(policy: SettlementPolicy) -> Piecewise:
    """Return the outturn in money as a function of the outturn as it is measured."""
    return Piecewise.line(1 if policy.per_unit is None else Fraction(policy.per_unit.amount))
