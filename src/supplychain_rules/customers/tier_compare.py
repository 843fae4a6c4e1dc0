"""Two tier policies on the same facts: who moves from where to where, how restless each is, and what it costs.

Tiers are sampled on days that the caller names, one for each period. A *change* is any difference between one day and
the next, a *reversal* a tier left for another and found again at once (X-Y-X). The migration matrix is taken on the
last day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, final

import attrs

from supplychain_rules.analysis.comparison import Comparison, Mover, Outcome, Reversals, Total, migration_matrix
from supplychain_rules.customers.tier_history import SPEND, TierHistory, fold_history
from supplychain_rules.customers.tier_judge import TierJudge
from supplychain_rules.customers.tier_policy import TierPolicy
from supplychain_rules.customers.tier_status import tier_reason
from supplychain_rules.customers.tiers import TierReplay, replay_tiers, tier_source
from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.money import Money
from supplychain_rules.values.read_only import ReadOnlyMapping
from supplychain_rules.values.scaled import EXACT, exact_fraction

__all__ = ["SpendConcentration", "TierComparison", "TierFigures", "compare_tiers", "gini"]

#: Shares of customers or spend within which a threshold is near, and which customers are at the top.
_NEAR: Final = Fraction(1, 20)
_TOP: Final = Fraction(1, 5)

#: The tier of each customer on each sampled day.
_Paths = Mapping[str, tuple[str | None, ...]]


@final
@attrs.frozen(kw_only=True)
class TierFigures:
    """What one policy does over the sampled days."""

    #: The policy, as `id version`.
    policy: str
    days: tuple[date, ...]
    #: How many customers have each tier on each day, the best first.
    counts: tuple[Mapping[str, int], ...]
    changes: int
    raised: int
    lowered: int
    reversals: int
    #: Of the customers above the bottom on one day, the share that is lower on the next; None where there are none.
    churn: tuple[Fraction | None, ...]
    #: What the benefits of all tiers cost over the days; None where no costs were given.
    benefit_cost: Money | None
    #: Customers with a figure within the given part of a threshold on the last day.
    near_threshold: tuple[str, ...]
    #: The share of each tier among the customers of each group on the last day.
    shares: Mapping[str, Mapping[str, Fraction]]


@final
@attrs.frozen(kw_only=True)
class SpendConcentration:
    """How unequally customers spend, returns taken off; who is below zero counts as nothing."""

    #: 0 where all spend the same, towards 1 where one spends everything; None where nobody spends.
    gini: Fraction | None
    #: The part of customers that is called the top, and its share of all spend.
    top: Fraction
    top_share: Fraction | None


@final
@attrs.frozen(kw_only=True)
class TierComparison:
    """What a change of tier policy does to customers."""

    #: The migration matrix of the last day, the movers with the reason of the new policy, reversals and costs.
    comparison: Comparison
    before: TierFigures
    after: TierFigures
    concentration: SpendConcentration

    def text(self, lang: Lang = "en") -> str:
        """Return the comparison as text."""
        lines = [self.comparison.text(lang)]
        for one in (self.before, self.after):
            if lang == "zh":
                told = f"{one.changes} 次变动（升 {one.raised}，降 {one.lowered}），{one.reversals} 次反复"
                lines.append(f"{one.policy}：{told}，{len(one.near_threshold)} 名客户临近门槛")
            else:
                told = f"{one.changes} changes ({one.raised} up, {one.lowered} down), {one.reversals} reversals"
                lines.append(f"{one.policy}: {told}, {len(one.near_threshold)} customers near a threshold")
        return "\n".join(lines)

    def __str__(self) -> str:
        """Return the comparison in English."""
        return self.text("en")


def compare_tiers(  # noqa: PLR0913  what a comparison is made of
    before: TierPolicy,
    after: TierPolicy,
    source: Ledger | Mapping[str, TierHistory],
    *,
    days: Iterable[date],
    benefit_cost: Mapping[str, Money] | None = None,
    groups: Mapping[str, str] | None = None,
    near: object = _NEAR,
    top: object = _TOP,
) -> TierComparison:
    """Return what a change of policy does to the tiers of customers.

    Args:
        before: the policy now.
        after: the policy to be.
        source: a ledger or histories, as for `replay_tiers`.
        days: the days on which tiers are looked at, one for each period, rising.
        benefit_cost: what a customer of a tier costs for a period; a tier that is left out costs nothing.
        groups: a group for customers, such as a region, whose shares of tiers are to be seen side by side.
        near: how near a threshold is near, as a part of it.
        top: which part of customers is the top, the largest first, rounded up.

    Raises:
        InvalidValueError: no days, days that do not rise, a part outside 0 to 1, the cost of an unknown tier, costs in
            two currencies, or a ledger and policies in two currencies.

    >>> from supplychain_rules.customers.tier_history import TierEntry
    >>> from supplychain_rules.customers.tier_policy import TierCondition, TierLevel, TierMeasure
    >>> from supplychain_rules.customers.tier_policy import TierValidity, TierWindow
    >>> def club(version, threshold):
    ...     gold = TierLevel(id="gold", all_of=[TierCondition(measure="spend", at_least=threshold)])
    ...     return TierPolicy(id="club", version=version, measures=[TierMeasure(id="spend")],
    ...         levels=[gold, TierLevel(id="basic")], window=TierWindow(kind="calendar", length=12),
    ...         validity=TierValidity(kind="end_of_period"))
    >>> spent = {"C1": TierHistory(entries=[TierEntry(on=date(2026, 5, 9), amount=1200)])}
    >>> print(compare_tiers(club("1", 1000), club("2", 2000), spent, days=[date(2026, 12, 31)]).comparison)
    club 1 → club 2: 1 records
    tier: 1 moved
      gold → basic 1
    tier: 0 reversals before, 0 after
    C1: tier gold → basic, because nothing above basic is earned since joining on 2026-05-09
    """
    sampled = _days(days)
    near_part, top_part = _part("near", near), _part("top", top)
    _check_costs((before, after), benefit_cost or {})
    if isinstance(source, Ledger) and before.currency != after.currency:
        hint = "one ledger has amounts of one currency"
        raise InvalidValueError("policies in two currencies", f"{before.currency}, {after.currency}", hint=hint)
    histories = tier_source(before, source, sampled[-1])
    replays = [replay_tiers(policy, histories, until=sampled[-1]) for policy in (before, after)]
    paths = [_paths(replay, sampled) for replay in replays]
    figures = [
        _figures(replay, path, sampled, benefit_cost, groups or {}, near_part)
        for replay, path in zip(replays, paths, strict=True)
    ]
    return TierComparison(
        comparison=_comparison(replays, paths, figures),
        before=figures[0],
        after=figures[1],
        concentration=_concentration(histories, sampled[-1], top_part),
    )


def gini(amounts: Iterable[Decimal]) -> Fraction | None:
    """Return the Gini coefficient of amounts of zero or more; None where all are zero or there are none.

    With the amounts x in rising order, G = (2 Σ i·x_i) / (n Σ x) - (n + 1) / n. Source: C. Gini (1912).

    >>> gini([Decimal(1), Decimal(3)]), gini([Decimal(5), Decimal(5)])
    (Fraction(1, 4), Fraction(0, 1))
    """
    ordered = sorted(amounts)
    count, whole, weighted = len(ordered), Decimal(0), Decimal(0)
    for place, amount in enumerate(ordered, start=1):
        whole = EXACT.add(whole, amount)
        weighted = EXACT.add(weighted, EXACT.multiply(Decimal(place), amount))
    if not whole:
        return None
    return 2 * Fraction(weighted) / (count * Fraction(whole)) - Fraction(count + 1, count)


def _days(days: Iterable[date]) -> tuple[date, ...]:
    found = tuple(check_day("a day of 'days'", day) for day in days)
    if not found or any(one >= other for one, other in pairwise(found)):
        raise InvalidValueError("the days of a comparison rise, and there is one", [str(day) for day in found])
    return found


def _part(name: str, value: object) -> Fraction:
    part = exact_fraction(value)
    if not 0 <= part <= 1:
        raise InvalidValueError(f"'{name}' lies between 0 and 1", str(part), hint="5 % is '0.05'")
    return part


def _check_costs(policies: Sequence[TierPolicy], costs: Mapping[str, Money]) -> None:
    known = {level.id for policy in policies for level in policy.levels}
    for tier in costs:
        if tier not in known:
            raise InvalidValueError("the cost of an unknown tier", tier, hint=did_you_mean(tier, known))
    if len({cost.currency for cost in costs.values()}) > 1:
        raise InvalidValueError("costs in more than one currency", sorted({one.currency for one in costs.values()}))


def _paths(replay: TierReplay, days: Sequence[date]) -> _Paths:
    return {name: tuple(line.tier_on(day) for day in days) for name, line in replay.timelines.items()}


def _figures(  # noqa: PLR0913, PLR0917  the parts of one side
    replay: TierReplay,
    paths: _Paths,
    days: tuple[date, ...],
    costs: Mapping[str, Money] | None,
    groups: Mapping[str, str],
    near: Fraction,
) -> TierFigures:
    policy = replay.policy
    ranks = {level.id: policy.rank(level.id) for level in policy.levels}
    counts = [dict.fromkeys((level.id for level in policy.levels), 0) for _ in days]
    above, fallen = [0] * len(days), [0] * len(days)
    raised = lowered = reversals = 0
    for path in paths.values():
        for place, tier in enumerate(path):
            if tier is not None:
                counts[place][tier] += 1
        for place, (one, other) in enumerate(pairwise(path)):
            if one is None or other is None:  # joining is no change of tier
                continue
            above[place] += ranks[one] > 0
            fallen[place] += ranks[other] < ranks[one]
            raised += ranks[other] > ranks[one]
            lowered += ranks[other] < ranks[one]
        reversals += _backs(path)
    return TierFigures(
        policy=f"{policy.id} {policy.version}",
        days=days,
        counts=tuple(ReadOnlyMapping(one) for one in counts),
        changes=raised + lowered,
        raised=raised,
        lowered=lowered,
        reversals=reversals,
        churn=tuple(
            Fraction(fell, stood) if stood else None for fell, stood in zip(fallen[:-1], above[:-1], strict=True)
        ),
        benefit_cost=_cost(counts, costs),
        near_threshold=tuple(_near(replay, days[-1], near)),
        shares=_shares(policy, paths, groups),
    )


def _backs(path: Sequence[str | None]) -> int:
    """Count how often a tier is left for another and found again at once."""
    return sum(
        one == third != second and None not in (one, second)
        for one, second, third in zip(path, path[1:], path[2:], strict=False)
    )


def _cost(counts: Iterable[Mapping[str, int]], costs: Mapping[str, Money] | None) -> Money | None:
    if not costs:
        return None
    found = Money(0, next(iter(costs.values())).currency)
    for counted in counts:
        for tier, count in counted.items():
            if tier in costs:
                found += costs[tier] * count
    return found


def _near(replay: TierReplay, day: date, near: Fraction) -> Iterator[str]:
    """Yield the customers one of whose figures is near a threshold on the day that is judged last."""
    policy, judge = replay.policy, TierJudge.of(replay.policy)
    judged = day if policy.upgrade == "at_once" else day - timedelta(days=1)
    places = {one.id: place for place, one in enumerate(policy.measures)}
    bounds = []
    for level in policy.levels:
        for condition in (*level.all_of, *level.any_of):
            if condition.at_least is not None and condition.at_least > 0 and condition.measure in places:
                edge = Fraction(condition.at_least)
                bounds.append((places[condition.measure], edge * (1 - near), edge * (1 + near)))
    for customer, history in replay.histories.items():
        folded = fold_history(history.known(day))
        if folded is None or folded.joined > judged:
            continue
        figures = judge.figures(folded, judged)
        if any((figure := figures[place]) is not None and low <= figure <= high for place, low, high in bounds):
            yield customer


def _shares(policy: TierPolicy, paths: _Paths, groups: Mapping[str, str]) -> Mapping[str, Mapping[str, Fraction]]:
    counted: dict[str, dict[str, int]] = {}
    for customer, path in paths.items():
        group, tier = groups.get(customer), path[-1]
        if group is not None and tier is not None:
            of_group = counted.setdefault(group, dict.fromkeys((level.id for level in policy.levels), 0))
            of_group[tier] += 1
    return ReadOnlyMapping(
        {
            group: ReadOnlyMapping({tier: Fraction(count, sum(tiers.values())) for tier, count in tiers.items()})
            for group, tiers in sorted(counted.items())
        }
    )


def _comparison(replays: Sequence[TierReplay], paths: Sequence[_Paths], figures: Sequence[TierFigures]) -> Comparison:
    after = replays[1]
    order: tuple[Outcome, ...] = (
        *dict.fromkeys(level.id for replay in replays for level in replay.policy.levels),
        None,
    )
    day, labels = figures[0].days[-1], _labels(replays)
    customers = [name for name in paths[0] if paths[0][name][-1] is not None]
    pairs = [(paths[0][name][-1], paths[1][name][-1], 1) for name in customers]
    movers = []
    for name in customers:
        status = after.timelines[name].status_on(day)
        if status is not None and paths[0][name][-1] != status.level:
            reason = tier_reason(after.policy, status)
            movers.append(
                Mover(
                    record=name,
                    output="tier",
                    before=paths[0][name][-1],
                    after=status.level,
                    step=None,
                    reason=reason,
                    labels=labels,
                )
            )
    backs = [tuple(name for name, path in side.items() if _backs(path)) for side in paths]
    reversals = Reversals(
        output="tier",
        before=figures[0].reversals,
        after=figures[1].reversals,
        records_before=backs[0],
        records_after=backs[1],
        labels=labels,
    )
    totals = []
    cost, new_cost = figures[0].benefit_cost, figures[1].benefit_cost
    if cost is not None and new_cost is not None:
        totals.append(
            Total(
                output="benefit_cost",
                before=cost.amount,
                after=new_cost.amount,
                difference=(new_cost - cost).amount,
                present_before=len(customers),
                present_after=len(customers),
            )
        )
    return Comparison(
        before=figures[0].policy,
        after=figures[1].policy,
        records=len(customers),
        migrations=(migration_matrix("tier", order, pairs, labels=labels),),
        totals=tuple(totals),
        movers=tuple(movers),
        reversals=(reversals,),
    )


def _labels(replays: Sequence[TierReplay]) -> Mapping[str, Label]:
    """Return how people call a tier and each level; of a level with two labels, that of the policy to be."""
    levels = {level.id: level.label for replay in replays for level in replay.policy.levels if level.label is not None}
    return {"tier": Label("tier", "层级"), **levels}


def _concentration(histories: Mapping[str, TierHistory], day: date, top: Fraction) -> SpendConcentration:
    amounts = []
    for history in histories.values():
        spent = Decimal(0)
        for entry in history.known(day).entries:
            if entry.kind == SPEND:
                spent = EXACT.add(spent, entry.amount)
        amounts.append(max(spent, Decimal(0)))
    amounts.sort(reverse=True)
    count = -(-len(amounts) * top.numerator // top.denominator)
    whole, largest = (sum(map(Fraction, part), Fraction(0)) for part in (amounts, amounts[:count]))
    return SpendConcentration(gini=gini(amounts), top=top, top_share=largest / whole if whole else None)
