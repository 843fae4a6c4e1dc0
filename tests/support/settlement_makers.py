"""Short makers of settlement policies, and random ones for the laws."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from supplychain_rules.partnership.sharing import (
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
    OfBase,
    Recoup,
    Reserve,
    SettlementPolicy,
    Split,
)
from supplychain_rules.values.money import Money

#: Parties that are members of the group, and parties that are none.
MEMBERS = ("m1", "m2", "m3")
OTHERS = ("a", "b", "c")
GROUP = "pool of m"
DAYS = "days late"
SPENT = "spent"

AMOUNTS = st.integers(0, 60).map(lambda number: eur(Fraction(number, 2)))
SIGNED = st.integers(-60, 60).map(lambda number: eur(Fraction(number, 2)))
LEVELS = st.one_of(AMOUNTS, st.integers(0, 40).map(lambda percent: OfBase(Fraction(percent, 100))))
RATES = st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 3), Fraction(1, 2), Fraction(9, 10), Fraction(1)])


def eur(amount: object) -> Money:
    if isinstance(amount, Fraction):
        amount = str(float(amount))  # halves only, which floats hold exactly
    return Money(amount, "EUR")  # type: ignore[arg-type]  # wrong on purpose


def policy(*clauses: Clause, **changes: object) -> SettlementPolicy:
    """Return a policy between a supplier and a buyer on a cost of 1000, unless said otherwise."""
    fields: dict[str, Any] = {
        "id": "deal",
        "version": "1",
        "currency": "EUR",
        "outturn": "cost",
        "base": eur(1000),
        "parties": ["supplier", "buyer"],
    }
    return SettlementPolicy(**(fields | changes), clauses=clauses)


def rest_to(*names: str) -> Split:
    """Return the last clause: all that is left, in equal parts."""
    return Split(id="the rest", weights=dict.fromkeys(names, 1))


@st.composite
def shares(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Fraction]:
    """Draw shares of 100 %, some below zero."""
    drawn = {name: Fraction(draw(st.integers(-2, 10)), 7) for name in names[:-1]}
    return {**drawn, names[-1]: 1 - sum(drawn.values())}


@st.composite
def bands(draw: st.DrawFn, accounts: tuple[str, ...], name: str, *, over: str) -> Bands:
    edges = sorted(draw(st.sets(st.integers(-50, 200), max_size=4)))
    ends = [None, *(eur(edge) for edge in edges), None]
    parts = [
        Band(low=low if draw(st.booleans()) else None, high=high, shares=draw(shares(accounts)))
        for low, high in pairwise(ends)
    ]
    return Bands(id=name, over=over, bands=parts)  # type: ignore[arg-type]  # wrong on purpose


@st.composite
def middle_clauses(draw: st.DrawFn, accounts: tuple[str, ...], earlier: tuple[str, ...], name: str) -> Clause:
    """Draw a clause of any kind but a split, about some accounts."""
    one = draw(st.sampled_from(accounts))
    other = draw(st.sampled_from([account for account in accounts if account != one]))
    of = tuple(draw(st.sets(st.sampled_from(earlier), max_size=2))) if earlier else ()
    level, rate = draw(LEVELS), draw(RATES)
    limit = draw(st.none() | LEVELS)
    kinds: list[Any] = [
        lambda: Recoup(id=name, to=one, amount=level),
        lambda: Recoup(id=name, to=one, actual=SPENT),
        lambda: Fee(id=name, to=one, amount=level, as_available=draw(st.booleans())),
        lambda: Fee(
            id=name,
            to=one,
            rate=rate,
            of=draw(st.sampled_from(["pool", "rest", "outturn", "base"])),
            as_available=draw(st.booleans()),
        ),
        lambda: draw(bands(accounts, name, over=draw(st.sampled_from(["outturn", "rest"])))),
        lambda: DeadBand(
            id=name, to=one, gain=level, pain=draw(LEVELS), mode=draw(st.sampled_from(["excess_only", "in_full"]))
        ),
        lambda: Cap(id=name, on=one, at=level, to=draw(st.sampled_from([other, "rest"]))),
        lambda: Floor(id=name, on=one, at=draw(SIGNED), by=draw(st.sampled_from([other, "rest"]))),
        lambda: Hurdle(id=name, to=one, until=level),
        lambda: CatchUp(
            id=name, to=one, against=other, share=rate / 2, rate=1 - rate / 4 if rate else Fraction(1), counting=of
        ),
        lambda: Clawback(id=name, by=one, of=of, rate=rate, limit=limit),
        lambda: Reserve(id=name, to=one, rate=rate, limit=limit),
        lambda: Charge(id=name, by=one, to=other, rate=eur("2.5"), actual=DAYS, free=1, cap=limit),
        lambda: IncentiveFee(
            id=name,
            to=one,
            target_cost=eur(80),
            target_fee=eur(10),
            under=rate,
            over=draw(RATES),
            least=draw(st.sampled_from([None, eur(2)])),
            most=draw(st.sampled_from([None, eur(15)])),
            ceiling=draw(st.sampled_from([None, eur(95)])),
        ),
    ]
    if of:
        kinds.append(lambda: Recoup(id=name, to=one, of=of))
    made: Clause = draw(st.sampled_from(kinds))()
    return made


@st.composite
def policies(draw: st.DrawFn) -> SettlementPolicy:
    """Draw a whole settlement policy: clauses about a group, its split, clauses about its members, the last split."""
    others = OTHERS[: draw(st.integers(1, 3))]
    with_group = draw(st.booleans())
    outturn = draw(st.sampled_from(["cost", "proceeds"]))
    parties = (*others, *MEMBERS) if with_group else (*others, "m1")
    accounts = (*others, GROUP) if with_group else parties
    clauses: list[Clause] = []

    def add(names: tuple[str, ...], most: int) -> None:
        for _ in range(draw(st.integers(0, most))):
            earlier = tuple(clause.id for clause in clauses)
            clause = draw(middle_clauses(names, earlier, f"clause {len(clauses)}"))
            if outturn == "cost" or not isinstance(clause, IncentiveFee):
                clauses.append(clause)

    add(accounts, 4)
    if with_group:
        weights = {name: draw(st.integers(1, 5)) for name in MEMBERS}
        clauses.append(Split(id="members", of=GROUP, weights=weights))
        add(parties, 2)
    ending = {name: draw(st.integers(1, 4)) for name in parties}
    clauses.append(Split(id="the rest", weights=ending))
    return SettlementPolicy(
        id="drawn",
        version="1",
        currency="EUR",
        outturn=outturn,
        base=eur(draw(st.sampled_from([100, 95, 1]))),
        parties=parties,
        groups=(GROUP,) if with_group else (),
        clauses=clauses,
    )


def others_of(drawn: SettlementPolicy, days: object = 4, spent: object = 7) -> dict[str, object]:
    """Return what a drawn policy measures beside the outturn."""
    named = {clause.actual for clause in drawn.clauses if isinstance(clause, Charge | Recoup)}
    return {name: value for name, value in ((DAYS, days), (SPENT, eur(spent))) if name in named}
