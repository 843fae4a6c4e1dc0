"""Terms as plain data: dunning policies, credit limits and the targets of complaints, as TOML and JSON hold them."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final, final

import attrs

from supplychain_rules.customers.complaint_clock import ComplaintTargets, Escalation, Target
from supplychain_rules.customers.dunning import DunningPolicy
from supplychain_rules.customers.exposure import CreditLimits
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_optional_id
from supplychain_rules.values.plain_data import dump_plain, load_plain
from supplychain_rules.values.scaled import exact_fraction

__all__ = [
    "COMPLAINT_SCHEMA",
    "DUNNING_SCHEMA",
    "LIMIT_SCHEMA",
    "dump_complaint_targets",
    "dump_credit_limits",
    "dump_dunning_policy",
    "load_complaint_targets",
    "load_credit_limits",
    "load_dunning_policy",
]

#: The formats as plain data.
DUNNING_SCHEMA: Final = "supplychain-rules/dunning/1"
LIMIT_SCHEMA: Final = "supplychain-rules/credit-limits/1"
COMPLAINT_SCHEMA: Final = "supplychain-rules/complaint-targets/1"

_HOUR: Final = timedelta(hours=1)

#: Most hours of a target: a century, beyond which no clock is followed.
_MOST_HOURS: Final = 24 * 36_525


def load_dunning_policy(data: Mapping[str, object]) -> DunningPolicy:
    """Read a dunning policy from plain data, with `schema = "supplychain-rules/dunning/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> policy = load_dunning_policy({"schema": "supplychain-rules/dunning/1", "interest": "0.10",
    ...     "levels": [{"name": "first", "days": 10, "fee": {"amount": "10", "currency": "EUR"}}]})
    >>> policy.levels[0].fee
    Money('10.00', 'EUR')
    """
    return load_plain(DunningPolicy, data, schema=DUNNING_SCHEMA)


def dump_dunning_policy(policy: DunningPolicy) -> dict[str, Any]:
    """Return a dunning policy as plain data; what is as by default is left out.

    >>> from supplychain_rules.customers.dunning import DunningLevel
    >>> dump_dunning_policy(DunningPolicy(levels=(DunningLevel(name="first", days=10),)))["levels"]
    [{'name': 'first', 'days': 10}]
    """
    return dump_plain(policy, schema=DUNNING_SCHEMA)


def load_credit_limits(data: Mapping[str, object]) -> CreditLimits:
    """Read credit limits from plain data, with `schema = "supplychain-rules/credit-limits/1"`.

    A limit is `{amount = "500", currency = "EUR"}` or `"unlimited"`; who is left out inherits. A file holds the limits
    of 2,000 customers at most: whoever has more keeps them in a table, and builds `CreditLimits` from it.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> limits = load_credit_limits({"schema": "supplychain-rules/credit-limits/1", "company": "unlimited",
    ...     "customers": {"C2": {"amount": "0", "currency": "EUR"}}})
    >>> limits.of("C2").limit, limits.of("C1").limit
    (Money('0.00', 'EUR'), 'unlimited')
    """
    return load_plain(CreditLimits, data, schema=LIMIT_SCHEMA)


def dump_credit_limits(limits: CreditLimits) -> dict[str, Any]:
    """Return credit limits as plain data; what is as by default is left out.

    >>> dump_credit_limits(CreditLimits(company="unlimited"))
    {'schema': 'supplychain-rules/credit-limits/1', 'company': 'unlimited'}
    """
    return dump_plain(limits, schema=LIMIT_SCHEMA)


def load_complaint_targets(data: Mapping[str, object]) -> ComplaintTargets:
    """Read the targets of complaints from plain data, with `schema = "supplychain-rules/complaint-targets/1"`.

    Each entry of `targets` has `first_answer_hours` and `resolution_hours` of working time, and the `tier` and
    `severity` that it is for; one that is left out stands for any.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> targets = load_complaint_targets({"schema": "supplychain-rules/complaint-targets/1", "near": "0.75",
    ...     "targets": [{"tier": "gold", "first_answer_hours": "0.5", "resolution_hours": 16},
    ...         {"first_answer_hours": 8, "resolution_hours": 40}]})
    >>> targets.of("gold", "high").first_answer, targets.of(None, "low").resolution
    (datetime.timedelta(seconds=1800), datetime.timedelta(days=1, seconds=57600))
    """
    return load_plain(_Targets, data, schema=COMPLAINT_SCHEMA).built()


def dump_complaint_targets(targets: ComplaintTargets) -> dict[str, Any]:
    """Return the targets of complaints as plain data; what is as by default is left out.

    >>> dump_complaint_targets(ComplaintTargets(targets={
    ...     (None, "high"): Target(first_answer=timedelta(hours=2), resolution=timedelta(hours=16))}))["targets"]
    [{'severity': 'high', 'first_answer_hours': '2', 'resolution_hours': '16'}]
    """
    rows = tuple(
        _Row(
            tier=tier,
            severity=severity,
            first_answer_hours=_hours(target.first_answer),
            resolution_hours=_hours(target.resolution),
        )
        for (tier, severity), target in targets.targets.items()
    )
    plain = _Targets(targets=rows, near=targets.near, escalations=targets.escalations)
    return dump_plain(plain, schema=COMPLAINT_SCHEMA)


def _hours(time: timedelta) -> Fraction:
    return Fraction(time // timedelta.resolution, _HOUR // timedelta.resolution)


def _time(hours: Fraction) -> timedelta:
    return timedelta(microseconds=int(hours * (_HOUR // timedelta.resolution)))


def _is_time(instance: object, field: "attrs.Attribute[Fraction]", value: Fraction) -> None:  # noqa: ARG001  attrs gives three
    if not 0 < value <= _MOST_HOURS:
        raise InvalidValueError(f"hours of working time are above zero and at most {_MOST_HOURS}", str(value))
    if (value * (_HOUR // timedelta.resolution)).denominator != 1:
        raise InvalidValueError("hours of working time end at a microsecond", str(value), hint="20 minutes are '1/3'")


@final
@attrs.frozen(kw_only=True)
class _Row:
    """A target as it is written."""

    tier: str | None = attrs.field(default=None, validator=is_optional_id)
    severity: str | None = attrs.field(default=None, validator=is_optional_id)
    first_answer_hours: Fraction = attrs.field(converter=exact_fraction, validator=_is_time)
    resolution_hours: Fraction = attrs.field(converter=exact_fraction, validator=_is_time)

    def __attrs_post_init__(self) -> None:
        """Refuse what makes no target."""
        self.built()

    def built(self) -> Target:
        """Return the target."""
        return Target(first_answer=_time(self.first_answer_hours), resolution=_time(self.resolution_hours))


@final
@attrs.frozen(kw_only=True)
class _Targets:
    """Targets as they are written: a list, because no mapping of TOML or JSON has pairs as keys."""

    targets: tuple[_Row, ...]
    near: Fraction = attrs.field(default=Fraction(4, 5), converter=exact_fraction)
    escalations: tuple[Escalation, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse what makes no targets."""
        self.built()

    def built(self) -> ComplaintTargets:
        """Return the targets.

        Raises:
            InvalidValueError: a tier and severity that stand twice, or what `ComplaintTargets` refuses.
        """
        found: dict[tuple[str | None, str | None], Target] = {}
        for row in self.targets:
            key = row.tier, row.severity
            if key in found:
                shown = f"{row.tier or 'any tier'}, {row.severity or 'any severity'}"
                raise InvalidValueError("_Targets.targets name a tier and severity twice", shown, hint="delete one")
            found[key] = row.built()
        return ComplaintTargets(targets=found, near=self.near, escalations=self.escalations)
