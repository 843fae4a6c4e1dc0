"""Split rules as data: what is split among whom by which rule, in money that adds up, with what it keeps and loses.

A `SplitRule` is a frozen specification and two pure functions: one draws the problem from the facts (a ratio, claims,
or a game), the other shares it out exactly. The rules of the trade stand ready: an agreed ratio, equal shares, by
contribution, volume, investment or risk borne, blends of these, the four claims rules, the Shapley value and the
nucleolus. A rule of one's own is another `SplitRule`; nothing has to be registered.

Everything is exact until the amount is paid in smallest units; what that last step costs (an odd cent) is reported
apart from what the rule itself keeps and loses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.partnership.sharing.exact import exact_amounts, pickled, read_only, whole_units
from supplychain_rules.partnership.sharing.fairness.axioms import AxiomReport, RatioProblem, SplitProblem, axiom_report
from supplychain_rules.partnership.sharing.fairness.claims import (
    CLAIMS_RULE_LABELS,
    ClaimsProblem,
    ClaimsRule,
    awards,
    claims_rule_named,
    units_of_awards,
)
from supplychain_rules.partnership.sharing.fairness.games import Game, shapley
from supplychain_rules.partnership.sharing.fairness.nucleolus import nucleolus
from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Allocation, Money

__all__ = [
    "BY_CONTRIBUTION",
    "BY_INVESTMENT",
    "BY_RISK",
    "BY_VOLUME",
    "EQUAL_SPLIT",
    "NUCLEOLUS_SPLIT",
    "SHAPLEY_SPLIT",
    "SplitFacts",
    "SplitOutcome",
    "SplitRule",
    "agreed_ratio",
    "by_claims",
    "split",
    "split_blended",
    "split_by",
]


def _parties(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


def _facts(values: Mapping[str, Mapping[str, object]]) -> Mapping[str, Mapping[str, Fraction]]:
    return read_only({name: read_only(exact_amounts(name, numbers)) for name, numbers in values.items()})


def _claims(values: Mapping[str, object] | None) -> Mapping[str, Fraction] | None:
    return None if values is None else read_only(exact_amounts("the claim", values))


@final
@attrs.frozen(kw_only=True)
class SplitFacts:
    """What a rule may look at.

    Raises:
        InvalidValueError: no party, one that is named twice, or numbers that are not exact or of somebody else.

    >>> facts = SplitFacts(parties=("buyer", "supplier"), weights={"investment": {"buyer": 100, "supplier": "300"}})
    >>> facts.weights["investment"]["supplier"]
    Fraction(300, 1)
    """

    parties: tuple[str, ...] = attrs.field(converter=_parties)
    #: Numbers by what they are and by party: contribution, volume, investment, risk, or whatever a rule asks for.
    weights: Mapping[str, Mapping[str, Fraction]] = attrs.field(factory=dict, converter=_facts)
    #: What each party is owed, in units of the amount's currency.
    claims: Mapping[str, Fraction] | None = attrs.field(default=None, converter=_claims)
    #: What coalitions earn or save by themselves, in units of the amount's currency.
    game: Game | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse facts of others than the parties."""
        if not self.parties or len(set(self.parties)) != len(self.parties):
            raise InvalidValueError("parties are named once each, and there is one at least", self.parties)
        named: dict[str, Sequence[str]] = {name: tuple(numbers) for name, numbers in self.weights.items()}
        named |= {"claims": tuple(self.claims or self.parties)}
        named |= {"game": self.game.players if self.game else self.parties}
        for name, found in named.items():
            odd = sorted(set(found) ^ set(self.parties))
            if odd:
                raise InvalidValueError(f"{name}: not the parties", odd, hint="give a number for each, 0 included")

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only view cannot be pickled."""
        return pickled(self)


#: From the amount in units of its currency and the facts to what is split.
DrawProblem: TypeAlias = Callable[[Fraction, SplitFacts], SplitProblem]

#: From what is split to exact shares, which add up to the amount.
ShareOut: TypeAlias = Callable[[Any], Mapping[str, Fraction]]


@final
@attrs.frozen(kw_only=True)
class SplitRule:
    """How an amount is split: a name, and two pure functions.

    >>> def by_age(amount, facts):
    ...     return RatioProblem(amount=amount, weights=facts.weights["years"])
    >>> ours = SplitRule(id="by-age", label=Label("by years of partnership"), problem=by_age)
    >>> facts = SplitFacts(parties=("A", "B"), weights={"years": {"A": 1, "B": 2}})
    >>> dict(split(Money("1", "EUR"), ours, facts).allocation.shares)
    {'A': Money('0.33', 'EUR'), 'B': Money('0.67', 'EUR')}
    """

    id: str
    version: str = "1"
    label: Label
    #: What is split, by the amount and the facts.
    problem: DrawProblem
    #: Exact shares of it; by default in the ratio of a `RatioProblem`.
    share_out: ShareOut = attrs.field(factory=lambda: _in_ratio)


@final
@attrs.frozen(kw_only=True)
class SplitOutcome:
    """The shares in money, how they came about, and what they keep and lose."""

    rule: SplitRule
    problem: SplitProblem
    #: Shares before rounding, in units of the currency.
    exact: Mapping[str, Fraction] = attrs.field(converter=read_only, repr=lambda shares: repr(dict(shares)))
    #: Shares in smallest units, which add up to the amount.
    allocation: Allocation
    #: What the rule keeps and loses, before rounding.
    report: AxiomReport
    #: What the shares in smallest units keep and lose.
    rounded_report: AxiomReport

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only view cannot be pickled."""
        return pickled(self)


def split(amount: Money, rule: SplitRule, facts: SplitFacts) -> SplitOutcome:
    """Split an amount by a rule.

    Args:
        amount: a whole number of smallest units. A negative one is a loss to bear; claims rules take none.
        rule: how.
        facts: what the rule looks at.

    Returns:
        Exact shares, shares in smallest units by largest remainder, and a report on each. Ties among equal remainders
        go to the larger share, or as `claims_rule` says, then to the name that comes first.

    Raises:
        InvalidValueError: facts that the rule asks for and are not there; a game that is not worth the amount; claims
            that are not whole smallest units, or that the estate exceeds; shares of a rule that do not add up, or of
            others than the parties; an amount that is not whole smallest units.

    >>> facts = SplitFacts(parties=("buyer", "supplier"), weights={"investment": {"buyer": 1, "supplier": 2}})
    >>> found = split(Money("100", "EUR"), BY_INVESTMENT, facts)
    >>> dict(found.allocation.shares)
    {'buyer': Money('33.33', 'EUR'), 'supplier': Money('66.67', 'EUR')}
    >>> found.report.lost
    ()
    """
    if not isinstance(amount, Money):
        raise InvalidValueError("only money is split", amount, hint="write Money(amount, currency)")
    per_whole = 10 ** (decimals_of(amount.currency) or 0)
    problem = rule.problem(Fraction(amount.minor_units, per_whole), facts)
    exact = _checked(rule.share_out(problem), amount, facts)
    units = _units(problem, exact, per_whole)

    def rounded(again: SplitProblem) -> dict[str, Fraction]:
        found = _units(again, rule.share_out(again), per_whole)
        return {party: Fraction(share, per_whole) for party, share in found.items()}

    step = Fraction(1, per_whole)
    paid = {party: Fraction(share, per_whole) for party, share in units.items()}
    return SplitOutcome(
        rule=rule,
        problem=problem,
        exact=exact,
        allocation=Allocation(
            amount=amount, shares={party: Money.from_minor(share, amount.currency) for party, share in units.items()}
        ),
        report=axiom_report(problem, exact, rule=rule.share_out, step=step),
        rounded_report=axiom_report(problem, paid, rule=rounded, step=step),
    )


def agreed_ratio(weights: Mapping[str, object]) -> SplitRule:
    """Return the rule of a ratio that the contract names.

    Raises:
        InvalidValueError: a weight that is negative or not exact, or weights that are all 0.

    >>> facts = SplitFacts(parties=("buyer", "supplier"))
    >>> dict(split(Money("0.05", "EUR"), agreed_ratio({"buyer": 70, "supplier": 30}), facts).allocation.shares)
    {'buyer': Money('0.04', 'EUR'), 'supplier': Money('0.01', 'EUR')}
    """
    agreed = RatioProblem(amount=Fraction(0), weights=weights)
    return SplitRule(id="agreed-ratio", label=Label("agreed ratio", "约定比例"), problem=_Agreed(agreed))


def split_by(fact: str, label: Label | None = None) -> SplitRule:
    """Return the rule that splits in proportion to a fact of each party.

    Args:
        fact: its name in `SplitFacts.weights`.
        label: what the rule is called.

    >>> split_by("tonnes").id
    'by-tonnes'
    """
    return SplitRule(
        id=f"by-{fact}",
        label=label or Label(f"by {fact}", f"按 {fact}"),
        problem=_ByFacts(((fact, Fraction(1)),)),
    )


def split_blended(parts: Mapping[str, object]) -> SplitRule:
    """Return the rule that splits one part of the amount by one fact, another part by another.

    Args:
        parts: how much each fact of `SplitFacts.weights` counts, at least 0; only their ratios matter.

    Raises:
        InvalidValueError: a part that is negative or not exact, or parts that are all 0.

    >>> facts = SplitFacts(parties=("A", "B"), weights={"volume": {"A": 1, "B": 1}, "investment": {"A": 1, "B": 3}})
    >>> rule = split_blended({"volume": "0.6", "investment": "0.4"})
    >>> dict(split(Money("100", "EUR"), rule, facts).allocation.shares)
    {'A': Money('40.00', 'EUR'), 'B': Money('60.00', 'EUR')}
    """
    checked = RatioProblem(amount=Fraction(0), weights=parts)
    return SplitRule(id="blended", label=Label("blended", "综合比例"), problem=_ByFacts(tuple(checked.weights.items())))


def by_claims(rule: str) -> SplitRule:
    """Return the rule that splits an estate among the claims of the facts.

    Raises:
        InvalidValueError: an unknown claims rule.

    >>> facts = SplitFacts(parties=("A", "B", "C"), claims={"A": 100, "B": 200, "C": 300})
    >>> dict(split(Money("200", "EUR"), by_claims("talmud"), facts).allocation.shares)
    {'A': Money('50.00', 'EUR'), 'B': Money('75.00', 'EUR'), 'C': Money('75.00', 'EUR')}
    """
    chosen: ClaimsRule = claims_rule_named(rule)
    return SplitRule(
        id=f"claims-{chosen.replace('_', '-')}",
        label=CLAIMS_RULE_LABELS[chosen],
        problem=_on_claims,
        share_out=_Awards(chosen),
    )


@final
@attrs.frozen
class _Agreed:
    """A ratio that is the same whatever the facts."""

    ratio: RatioProblem

    def __call__(self, amount: Fraction, facts: SplitFacts) -> RatioProblem:
        odd = sorted(set(self.ratio.weights) ^ set(facts.parties))
        if odd:
            raise InvalidValueError("the agreed ratio is not one of the parties", odd, hint="give everybody a weight")
        return attrs.evolve(self.ratio, amount=amount)


@final
@attrs.frozen
class _ByFacts:
    """What each party has of each fact's total, added up by how much the fact counts."""

    parts: tuple[tuple[str, Fraction], ...]

    def __call__(self, amount: Fraction, facts: SplitFacts) -> RatioProblem:
        counts = dict.fromkeys(facts.parties, Fraction(0))
        for fact, part in self.parts:
            if fact not in facts.weights:
                hint = did_you_mean(fact, facts.weights)
                raise InvalidValueError("a fact that the rule asks for is missing", fact, hint=hint)
            found = RatioProblem(amount=amount, weights=facts.weights[fact]).weights
            everything = sum(found.values(), Fraction(0))
            for party in counts:
                counts[party] += part * found[party] / everything
        return RatioProblem(amount=amount, weights=counts)


@final
@attrs.frozen
class _Awards:
    """The awards of a claims rule."""

    rule: ClaimsRule

    def __call__(self, problem: ClaimsProblem) -> dict[str, Fraction]:
        return awards(problem, self.rule)


def _equally(amount: Fraction, facts: SplitFacts) -> RatioProblem:
    return RatioProblem(amount=amount, weights=dict.fromkeys(facts.parties, 1))


def _on_claims(amount: Fraction, facts: SplitFacts) -> ClaimsProblem:
    if facts.claims is None:
        raise InvalidValueError("the rule asks for claims", hint="give SplitFacts(claims={party: amount})")
    return ClaimsProblem(estate=amount, claims=facts.claims)


def _on_game(amount: Fraction, facts: SplitFacts) -> Game:
    if facts.game is None:
        raise InvalidValueError("the rule asks for a game", hint="give SplitFacts(game=as_game(parties, worth))")
    if facts.game.total != amount:
        hint = "the amount is what all parties together are worth"
        raise InvalidValueError("the game is not worth the amount", str(facts.game.total), hint=hint)
    return facts.game


def _in_ratio(problem: RatioProblem) -> dict[str, Fraction]:
    level = problem.amount / sum(problem.weights.values(), Fraction(0))
    return {party: weight * level for party, weight in problem.weights.items()}


def _nucleolus(game: Game) -> Mapping[str, Fraction]:
    return nucleolus(game)


def _checked(shares: Mapping[str, Fraction], amount: Money, facts: SplitFacts) -> dict[str, Fraction]:
    """Refuse shares of a rule that are not those of the parties, or do not add up."""
    exact = exact_amounts("the share", shares)
    if set(exact) != set(facts.parties):
        raise InvalidValueError("the rule's shares are not the parties'", sorted(set(exact) ^ set(facts.parties)))
    found = sum(exact.values(), Fraction(0))
    if found != Fraction(amount.amount):
        raise InvalidValueError(f"the rule's shares add up to {found}, not to the amount", amount)
    return {party: exact[party] for party in facts.parties}


def _units(problem: SplitProblem, exact: Mapping[str, Fraction], per_whole: int) -> dict[str, int]:
    """Return shares in smallest units; those of a negative amount are the opposite of those of a positive one."""
    match problem:
        case ClaimsProblem():
            claims = {party: claim * per_whole for party, claim in problem.claims.items()}
            for party, claim in claims.items():
                if claim.denominator != 1:
                    hint = "round the claims first, and say how"
                    raise InvalidValueError(f"the claim of {party!r} is no whole smallest units", str(claim), hint=hint)
            return units_of_awards({party: share * per_whole for party, share in exact.items()}, claims)
        case RatioProblem() | Game():
            sign = -1 if sum(exact.values()) < 0 else 1
            sizes = {party: share * per_whole * sign for party, share in exact.items()}
            return {party: units * sign for party, units in whole_units(sizes, lambda party: -sizes[party]).items()}
        case _:
            assert_never(problem)


#: Everybody gets the same.
EQUAL_SPLIT: Final = SplitRule(id="equal", label=Label("equal shares", "均分"), problem=_equally)

#: In proportion to what each party contributed to the result.
BY_CONTRIBUTION: Final = split_by("contribution", Label("by contribution", "按贡献"))

#: In proportion to the volume that each party bought or sold.
BY_VOLUME: Final = split_by("volume", Label("by volume", "按业务量"))

#: In proportion to what each party invested.
BY_INVESTMENT: Final = split_by("investment", Label("by investment", "按投资"))

#: In proportion to the risk that each party bears.
BY_RISK: Final = split_by("risk", Label("by risk borne", "按承担的风险"))

#: What each party adds, on average over all orders in which they may come.
SHAPLEY_SPLIT: Final = SplitRule(
    id="shapley", label=Label("Shapley value", "夏普利值"), problem=_on_game, share_out=shapley
)

#: The most dissatisfied coalition as content as can be.
NUCLEOLUS_SPLIT: Final = SplitRule(
    id="nucleolus", label=Label("nucleolus", "核仁"), problem=_on_game, share_out=_nucleolus
)
