"""Changes of class between two periods: what a customer did, apart from what the others did.

By quantiles of each period's own population a customer changes its class when the others move. So the cut points of the
first period are frozen and used for both: a change by them is the customer's **behaviour**. What remains, the
difference between the frozen class and the class among the new population, is **drift** of the population: it is
reported beside, with the cut points of both periods, and is nobody's merit.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.evaluate import evaluate_all
from supplychain_rules.rules.fitting import fit_cuts
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.quantile import QuantileStep
from supplychain_rules.values.read_only import ReadOnlyMapping

__all__ = ["ClassChange", "ClassChanges", "class_changes"]

#: What a frozen rule set's version is called: the version that its cut points come from, and this.
_FROZEN: Final = "frozen"


@final
@attrs.frozen(kw_only=True)
class ClassChange:
    """One output of one customer, in the first period, in the second by the same cuts, and by cuts of its own.

    >>> ClassChange(customer="C12", output="money", before=3, behaviour=3, among_peers=2).is_behaviour
    False
    """

    customer: str
    #: The output's name, as `money` or `segment`.
    output: str
    #: In the first period.
    before: Any
    #: In the second period, by the cut points of the first.
    behaviour: Any
    #: In the second period, among its own population.
    among_peers: Any

    @property
    def is_behaviour(self) -> bool:
        """Whether the customer itself changed."""
        return bool(self.before != self.behaviour)

    @property
    def is_drift(self) -> bool:
        """Whether the population moved around it."""
        return bool(self.behaviour != self.among_peers)


@final
@attrs.frozen(kw_only=True)
class ClassChanges:
    """What changed between two periods."""

    #: Everything that is not three times the same, by customer and then in the order of the outputs.
    changes: tuple[ClassChange, ...]
    #: The customers compared: those of both periods.
    compared: int
    #: Customers of the second period only, and of the first only.
    joined: tuple[str, ...]
    left: tuple[str, ...]
    #: The cut points of each quantile step in the first and in the second period: how far the population drifted.
    cuts: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    #: The rule set by which behaviour was judged, to be kept for the next period.
    frozen: Mapping[str, Any]

    def counts(self, output: str) -> tuple[int, int]:
        """Return how many customers changed an output by behaviour, and for how many the population drifted."""
        own = [change for change in self.changes if change.output == output]
        return sum(change.is_behaviour for change in own), sum(change.is_drift for change in own)


def class_changes(
    policy: Policy,
    before: Mapping[str, Mapping[str, object]],
    after: Mapping[str, Mapping[str, object]],
    *,
    outputs: Sequence[str] | None = None,
) -> ClassChanges:
    """Compare the classes of two periods, behaviour apart from drift.

    Args:
        policy: rules with quantile steps, as of `rfm_rules`.
        before: the records of the first period, by customer.
        after: those of the second one.
        outputs: which outputs are compared; the quantiles where not given.

    Raises:
        InvalidValueError: an output that the policy does not have, or nothing to fit cut points on.
        InputError: some records are wrong.

    >>> from supplychain_rules.customers.rfm import rfm_rules
    >>> def rows(*spends):
    ...     return {f"C{n}": {"recency_days": 9, "purchase_days": 1, "monetary": m} for n, m in enumerate(spends, 1)}
    >>> found = class_changes(load_policy(rfm_rules()), rows(10, 20, 30, 40, 50), rows(10, 20, 60, 70, 80))
    >>> [(one.customer, one.before, one.behaviour, one.among_peers) for one in found.changes]
    [('C3', Decimal('3'), Decimal('5'), Decimal('3')), ('C4', Decimal('4'), Decimal('5'), Decimal('4'))]
    >>> found.counts("money")
    (2, 2)
    """
    steps = [step.id for step in policy.steps if isinstance(step, QuantileStep)]
    names = steps if outputs is None else list(outputs)
    if not before or not after:
        raise InvalidValueError("a period has no customer", hint="give the records of both periods")
    frozen = fit_cuts(policy, before.values()) | {"version": f"{policy.version}-{_FROZEN}"}
    refitted = fit_cuts(policy, after.values())
    was = dict(zip(before, evaluate_all(policy, before.values()), strict=True))
    peers = dict(zip(after, evaluate_all(policy, after.values()), strict=True))
    now = dict(zip(after, evaluate_all(load_policy(frozen), after.values()), strict=True))
    known = dict(next(iter(was.values())))
    for name in names:
        if name not in known:
            raise InvalidValueError("no output of the policy", name, hint=did_you_mean(name, known))
    both = sorted(set(before) & set(after))
    found = [
        ClassChange(
            customer=customer,
            output=name,
            before=was[customer][name],
            behaviour=now[customer][name],
            among_peers=peers[customer][name],
        )
        for customer in both
        for name in names
    ]
    cuts = {step: (_cuts(frozen, step), _cuts(refitted, step)) for step in steps}
    return ClassChanges(
        changes=tuple(one for one in found if one.is_behaviour or one.is_drift),
        compared=len(both),
        joined=tuple(sorted(set(after) - set(before))),
        left=tuple(sorted(set(before) - set(after))),
        cuts=ReadOnlyMapping(cuts),
        frozen=frozen,
    )


def _cuts(rules: Mapping[str, Any], step: str) -> tuple[str, ...]:
    (found,) = (one for one in rules["steps"] if one["id"] == step)
    return tuple(found["cuts"])
