"""Questions about settlements: which outturns leave a party with enough, what a new contract changes, what to expect.

The answers are exact and about the shares before rounding.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.partnership.sharing.waterfall.compiling import CompiledPolicy, compile_policy
from supplychain_rules.partnership.sharing.waterfall.levels import as_rate, percent_text
from supplychain_rules.partnership.sharing.waterfall.policy import SettlementPolicy, check_policy
from supplychain_rules.partnership.sharing.waterfall.settlement import shown
from supplychain_rules.partnership.sharing.waterfall.settling import settle
from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.money import Money
from supplychain_rules.values.piecewise import Piecewise, rational
from supplychain_rules.values.piecewise_questions import where_at_least, where_at_most

__all__ = ["MAX_SCENARIOS", "PartyExpectation", "Scenario", "difference", "expected", "outturns"]

#: Most scenarios of one question: each is settled on its own.
MAX_SCENARIOS: Final = 100_000

_ALL: Final = IntervalSet.everything()


@final
@attrs.frozen(kw_only=True)
class Scenario:
    """What may be measured, and how likely it is."""

    #: All actuals that the policy needs, the outturn among them.
    actuals: Mapping[str, object]
    probability: Fraction = attrs.field(converter=as_rate)


@final
@attrs.frozen(kw_only=True)
class PartyExpectation:
    """What a party can expect over scenarios, exactly, in units of the currency; less than zero is a loss."""

    party: str
    #: The mean of its share.
    mean: Fraction
    #: Value at risk: the share is below it in the unlucky part at most.
    at_risk: Fraction
    #: Conditional value at risk (CVaR): the mean of the share over the unlucky part.
    tail_mean: Fraction
    #: The least share of any scenario that can happen.
    worst: Fraction

    def __str__(self) -> str:
        """Return the expectation as text."""
        return (
            f"{self.party}: mean {shown(self.mean)}, at risk {shown(self.at_risk)}, "
            f"mean of the tail {shown(self.tail_mean)}, worst {shown(self.worst)}"
        )


def outturns(  # noqa: PLR0913  the two bounds, and what `compile_policy` takes
    policy: SettlementPolicy,
    party: str,
    *,
    at_least: Money | int | None = None,
    at_most: Money | int | None = None,
    actuals: Mapping[str, object] | None = None,
    within: Interval | None = None,
) -> IntervalSet:
    """Return the outturns that leave a party with at least, or at most, an amount.

    Args:
        policy: the policy.
        party: whose share it is.
        at_least: the least that it has; 0 asks which outturns leave it without loss.
        at_most: the most that it has.
        actuals: the actuals that clauses name beside the outturn; they are held fixed.
        within: the outturns of interest; by default all that can be.

    Raises:
        InvalidValueError: an unknown party, no bound, or a bound in another currency.
        InputError: actuals that are missing, unknown or wrong.

    >>> from supplychain_rules.partnership.sharing.waterfall.clauses import share_ranges
    >>> contract = SettlementPolicy(id="c", version="1", currency="GBP", outturn="cost", base=Money(1000, "GBP"),
    ...     parties=["contractor", "client"], clauses=[share_ranges("54.1", to="contractor", others="client",
    ...         ranges=[("90%", "30%"), (None, "50%")])])
    >>> print(outturns(contract, "contractor", at_least=Money(-100, "GBP")))
    [0..1200]
    """
    if party not in check_policy(policy).parties:
        raise InvalidValueError("unknown party", party, hint=did_you_mean(party, policy.parties))
    if at_least is None and at_most is None:
        raise InvalidValueError("a question without a bound", party, hint="give at_least or at_most")
    function = compile_policy(policy, actuals, within=within)[party]
    enough = _ALL if at_least is None else where_at_least(function, _amount(policy, at_least))
    not_more = _ALL if at_most is None else where_at_most(function, _amount(policy, at_most))
    return enough.intersection(not_more)


def difference(before: CompiledPolicy, after: CompiledPolicy) -> dict[str, Piecewise]:
    """Return what each party has more under a new contract than under an old one, as a function of the outturn.

    A party of only one of them has nothing under the other. The outturns are those of both.

    Raises:
        InvalidValueError: contracts in two currencies, of two kinds of outturn, or without an outturn in common.
    """
    old, new = before.policy, after.policy
    for what, one, other in (
        ("currencies", old.currency, new.currency),
        ("kinds of outturn", old.outturn, new.outturn),
        ("units of the outturn", old.per_unit is None, new.per_unit is None),
    ):
        if one != other:
            raise InvalidValueError(f"contracts of two {what}", f"{one} and {other}", hint="compare like with like")
    both = IntervalSet((before.domain,)).intersection(IntervalSet((after.domain,)))
    if both.is_empty:
        raise InvalidValueError("contracts without an outturn in common", f"{before.domain} and {after.domain}")
    domain = both.parts[0]
    nothing = Piecewise.constant(0, domain)
    parties = dict.fromkeys((*old.parties, *new.parties))
    return {party: _of(after, party, domain, nothing) - _of(before, party, domain, nothing) for party in parties}


def expected(
    policy: SettlementPolicy, scenarios: Iterable[Scenario], *, confidence: object = "95%"
) -> dict[str, PartyExpectation]:
    """Return what each party can expect over scenarios: the mean, and the mean of the unlucky tail.

    Args:
        policy: the policy.
        scenarios: what may be measured, with probabilities that add up to 1 exactly.
        confidence: how likely the part is that is not the tail: 95 % leaves the unluckiest 5 % as the tail.

    Raises:
        InvalidValueError: no scenario or too many, probabilities that do not add up, a confidence outside 0..1.
        InputError: actuals of a scenario that are missing, unknown or wrong.

    Source:
        Rockafellar and Uryasev (2000): for discrete outcomes the scenario at the edge counts with the part of its
        probability that makes the tail complete; the mean of all scenarios at or beyond it would be too mild.
    """
    sure = as_rate(confidence)
    if not 0 <= sure < 1:
        raise InvalidValueError("a confidence outside 0..1", percent_text(sure), hint="such as 95%")
    settled: list[tuple[Fraction, Mapping[str, Fraction]]] = []
    whole = Fraction(0)
    for scenario in scenarios:
        if len(settled) >= MAX_SCENARIOS:
            raise InvalidValueError(f"more than {MAX_SCENARIOS} scenarios", len(settled), hint="group them")
        if scenario.probability < 0:
            raise InvalidValueError("a probability below 0", percent_text(scenario.probability), hint="0 or more")
        whole += scenario.probability
        settled.append((scenario.probability, settle(policy, scenario.actuals).exact))
    if whole != 1:
        hint = "write thirds as '1/3'"
        raise InvalidValueError("probabilities that do not add up to 1", percent_text(whole), hint=hint)
    return {party: _expectation(party, [(exact[party], p) for p, exact in settled], sure) for party in policy.parties}


def _expectation(party: str, outcomes: list[tuple[Fraction, Fraction]], sure: Fraction) -> PartyExpectation:
    possible = sorted((amount, probability) for amount, probability in outcomes if probability)
    tail = 1 - sure
    left, lost, edge = tail, Fraction(0), possible[0][0]
    for amount, probability in possible:
        edge = amount  # in the end the first amount beyond the tail: the least z with P(loss <= z) >= confidence
        lost += min(left, probability) * amount
        left -= probability
        if left < 0:
            break
    return PartyExpectation(
        party=party,
        mean=sum((amount * probability for amount, probability in possible), start=Fraction(0)),
        at_risk=edge,
        tail_mean=lost / tail,
        worst=possible[0][0],
    )


def _amount(policy: SettlementPolicy, bound: Any) -> Fraction:  # noqa: ANN401  refused where it is no amount
    if not isinstance(bound, Money):
        return rational(bound)
    if bound.currency != policy.currency:
        hint = f"convert it to {policy.currency} with a dated rate"
        raise InvalidValueError(f"the policy is in {policy.currency}", bound, hint=hint)
    return Fraction(bound.amount)


def _of(compiled: CompiledPolicy, party: str, domain: Interval, nothing: Piecewise) -> Piecewise:
    function = compiled.parties.get(party)
    return nothing if function is None else function.restricted(domain)
