"""Claims rules: who gets what of an estate that does not cover what everybody is owed.

An *estate* is what there is; a *claim* is what a party is owed, has put in, or has suffered. Four rules, each fair by a
meaning of its own, and each reasonable where the others are not:

- **Proportional**: everybody gets the same share of the claim.
- **Constrained equal awards** (CEA): everybody gets the same amount, but nobody more than the claim. It protects the
  small claims.
- **Constrained equal losses** (CEL): everybody loses the same amount, but nobody more than the claim. It favours the
  large claims.
- **Talmud**: equal awards as long as everybody loses more than half the claim, equal losses from there on. It treats
  what is got and what is lost alike (it is its own dual).

Aumann and Maschler, "Game theoretic analysis of a bankruptcy problem from the Talmud" (1985): the Talmud rule is the
nucleolus of the game that O'Neill drew from the problem (`bankruptcy_game`).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal, assert_never, final, get_args, overload

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.partnership.sharing.exact import (
    Exact,
    exact_amount,
    exact_amounts,
    pickled,
    read_only,
    whole_units,
)
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Allocation, Money

__all__ = [
    "CLAIMS_RULES",
    "CLAIMS_RULE_LABELS",
    "ClaimsProblem",
    "ClaimsRule",
    "awards",
    "claims_rule",
    "claims_rule_named",
    "units_of_awards",
]

#: How an estate is split among claims.
ClaimsRule = Literal["proportional", "constrained_equal_awards", "constrained_equal_losses", "talmud"]

#: The rules in the order in which the documentation lists them.
CLAIMS_RULES: Final[tuple[ClaimsRule, ...]] = get_args(ClaimsRule)

#: What each rule is called.
CLAIMS_RULE_LABELS: Final[Mapping[ClaimsRule, Label]] = MappingProxyType(
    {
        "proportional": Label("proportional", "按比例"),
        "constrained_equal_awards": Label("constrained equal awards", "受限等额分配"),
        "constrained_equal_losses": Label("constrained equal losses", "受限等额损失"),
        "talmud": Label("Talmud", "塔木德规则"),
    }
)

#: What the literature shortens.
_SHORT: Final[Mapping[str, ClaimsRule]] = MappingProxyType(
    {"cea": "constrained_equal_awards", "cel": "constrained_equal_losses"}
)


def _estate(value: object) -> Fraction:
    return exact_amount("the estate", value)


def _claims(values: object) -> Mapping[str, Fraction]:
    return read_only(exact_amounts("the claim", values))


@final
@attrs.frozen(kw_only=True)
class ClaimsProblem:
    """An estate and the claims on it, exact.

    Raises:
        InvalidValueError: an estate or a claim that is negative, a float or no number, no party, or an estate that
            covers all claims and more: then there is nothing to decide about the claims.

    >>> ClaimsProblem(estate=100, claims={"A": 100, "B": 200}).lacking
    Fraction(200, 1)
    """

    estate: Fraction = attrs.field(converter=_estate)
    claims: Mapping[str, Fraction] = attrs.field(
        converter=_claims, eq=lambda claims: frozenset(claims.items()), repr=lambda claims: repr(dict(claims))
    )

    def __attrs_post_init__(self) -> None:
        """Refuse what is no problem."""
        for party, claim in self.claims.items():
            if claim < 0:
                raise InvalidValueError(f"the claim of {party!r} is negative", str(claim), hint="leave the party out")
        if self.estate < 0:
            hint = "split what is lacking as an estate of its own"
            raise InvalidValueError("an estate is not negative", str(self.estate), hint=hint)
        if self.lacking < 0:
            hint = "pay all claims, and split what is left by another rule"
            raise InvalidValueError("the estate is more than all claims", str(self.estate), hint=hint)

    @property
    def lacking(self) -> Fraction:
        """Return what the claims exceed the estate by."""
        return sum(self.claims.values(), Fraction(0)) - self.estate

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only view cannot be pickled."""
        return pickled(self)


@overload
def claims_rule(estate: Money, claims: Mapping[str, Money], rule: str = "proportional") -> Allocation: ...


@overload
def claims_rule(estate: Exact, claims: Mapping[str, Exact], rule: str = "proportional") -> dict[str, Fraction]: ...


@overload
def claims_rule(estate: Exact, claims: Sequence[Exact], rule: str = "proportional") -> tuple[Fraction, ...]: ...


def claims_rule(
    estate: Exact | Money, claims: Mapping[str, Any] | Sequence[Exact], rule: str = "proportional"
) -> Allocation | dict[str, Fraction] | tuple[Fraction, ...]:
    """Split an estate that does not cover the claims.

    Args:
        estate: what there is; an exact number, or money in whole smallest units.
        claims: what each party is owed, as the estate is given; by party, or in a sequence of exact numbers.
        rule: one of `CLAIMS_RULES`; `cea` and `cel` are short for constrained equal awards and losses.

    Returns:
        Exact fractions by party, or in the order of a sequence, which add up to the estate. For money an `Allocation`
        in smallest units: nobody gets less than 0 or more than the claim, the larger claim gets no less and loses no
        less. Units left over go to the largest remainders; ties to the larger loss, then the smaller award, then the
        name that comes first.

    Raises:
        InvalidValueError: an unknown rule, what `ClaimsProblem` refuses, money together with numbers, or money that is
            not a whole number of smallest units.

    Source:
        The rules as in Thomson, "Axiomatic and game-theoretic analysis of bankruptcy and taxation problems" (2003);
        the Talmud rule by Aumann and Maschler (1985).

    >>> {party: str(share) for party, share in claims_rule(200, {"A": 100, "B": 200, "C": 300}, "talmud").items()}
    {'A': '50', 'B': '75', 'C': '75'}
    >>> claims = {"A": Money("1", "EUR"), "B": Money("2", "EUR"), "C": Money("3", "EUR")}
    >>> dict(claims_rule(Money("1", "EUR"), claims, "cea").shares)
    {'A': Money('0.33', 'EUR'), 'B': Money('0.33', 'EUR'), 'C': Money('0.34', 'EUR')}
    """
    chosen = claims_rule_named(rule)
    if isinstance(estate, Money):
        return _money(estate, claims, chosen)
    if isinstance(claims, Mapping):
        return awards(ClaimsProblem(estate=estate, claims=claims), chosen)
    if isinstance(claims, str) or not isinstance(claims, Sequence):
        raise InvalidValueError("claims are a mapping or a sequence", claims, hint="write {'A': 100, 'B': 200}")
    named = {f"at place {place}": claim for place, claim in enumerate(claims, start=1)}
    return tuple(awards(ClaimsProblem(estate=estate, claims=named), chosen).values())


def claims_rule_named(rule: object) -> ClaimsRule:
    """Return a rule by its name or its short name.

    Raises:
        InvalidValueError: an unknown one.

    >>> claims_rule_named("cel")
    'constrained_equal_losses'
    """
    for known in CLAIMS_RULES:
        if rule == known:
            return known
    found = _SHORT.get(rule) if isinstance(rule, str) else None
    if found is None:
        raise InvalidValueError("unknown claims rule", rule, hint=did_you_mean(rule, (*CLAIMS_RULES, *_SHORT)))
    return found


def awards(problem: ClaimsProblem, rule: ClaimsRule) -> dict[str, Fraction]:
    """Return exact awards, in the order of the claims.

    >>> awards(ClaimsProblem(estate=3, claims={"A": 1, "B": 4}), "talmud")
    {'A': Fraction(1, 2), 'B': Fraction(5, 2)}
    """
    estate, claims = problem.estate, problem.claims
    everything = estate + problem.lacking
    match rule:
        case "proportional":
            return {
                party: estate * claim / everything if everything else Fraction(0) for party, claim in claims.items()
            }
        case "constrained_equal_awards":
            return _equal(estate, claims)
        case "constrained_equal_losses":
            return _rest(claims, _equal(problem.lacking, claims))
        case "talmud":
            half = {party: claim / 2 for party, claim in claims.items()}
            if 2 * estate <= everything:
                return _equal(estate, half)
            return _rest(claims, _equal(problem.lacking, half))
        case _:
            assert_never(rule)


def units_of_awards(exact: Mapping[str, Fraction], claims: Mapping[str, Fraction]) -> dict[str, int]:
    """Turn exact awards in smallest units into whole units within the claims, which are whole.

    Among equal remainders the larger loss comes first, then the smaller award. Of two equal awards the larger claim
    then gets no less, and of two equal losses the larger claim loses no less.

    >>> units_of_awards({"A": Fraction(1, 2), "B": Fraction(1, 2)}, {"A": Fraction(1), "B": Fraction(2)})
    {'A': 0, 'B': 1}
    """
    return whole_units(exact, tie=lambda party: (exact[party] - claims[party], exact[party]))


def _money(estate: Money, claims: object, rule: ClaimsRule) -> Allocation:
    if not isinstance(claims, Mapping):
        raise InvalidValueError("claims in money are a mapping from party to money", claims)
    units = {}
    for party, claim in claims.items():
        if not isinstance(claim, Money):
            raise InvalidValueError(f"the claim of {party!r} is no money", claim, hint="as the estate is")
        if claim.currency != estate.currency:
            hint = f"convert it to {estate.currency} with a dated rate first"
            raise InvalidValueError(f"the claim of {party!r} is in another currency", claim, hint=hint)
        units[party] = claim.minor_units
    problem = ClaimsProblem(estate=estate.minor_units, claims=units)
    shares = units_of_awards(awards(problem, rule), problem.claims)
    return Allocation(
        amount=estate, shares={party: Money.from_minor(share, estate.currency) for party, share in shares.items()}
    )


def _equal(estate: Fraction, limits: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Give everybody the same amount, but nobody more than its limit; the limits add up to the estate or more."""
    found, left = dict.fromkeys(limits, Fraction(0)), estate
    waiting = sorted(limits, key=limits.__getitem__)
    for place, party in enumerate(waiting):
        found[party] = min(limits[party], left / (len(waiting) - place))
        left -= found[party]
    return found


def _rest(claims: Mapping[str, Fraction], losses: Mapping[str, Fraction]) -> dict[str, Fraction]:
    return {party: claim - losses[party] for party, claim in claims.items()}
