"""The plan of benefits: kinds, benefits and the packages of tiers and groups, checked as a whole.

A *benefit* is one thing granted: a discount, a price list, a place in the queue. A *package* grants some of them to
the customers of some tiers and groups. A customer gets every package that names the tier and the group, and each
benefit once. The kind of a benefit says how several of it go together: *exclusive* ones never do, *additive* ones add
up to a cap. Whether two packages can give one customer two exclusive benefits of a kind is decided when the plan is
built, not when the customer comes.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, did_you_mean, problem_at
from supplychain_rules.facts.fields import is_boolean, is_id, is_money_owed, one_of, several
from supplychain_rules.language.naming import name_problem
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import exact_number, number_text

__all__ = ["STANDARD_KINDS", "Benefit", "BenefitKind", "BenefitPlan", "Package"]

#: Most pairs of a tier and a group: `benefit_rules` looks at each, and a table has at most 2,000 rows.
_MOST_PAIRS: Final = 10_000

#: Names that the rule set has already.
_TAKEN: Final = frozenset({"tier", "group", "fixed_cost"})

_HUNDRED: Final = Decimal(100)


def _names(instance: object, field: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    for name in value:
        is_id(instance, field, name)


def _optional_number(value: object) -> Decimal | None:
    return None if value is None else exact_number(value)


def _value(value: object) -> Decimal | str:
    """Read a benefit's value: a number as `Decimal` or `int`, anything written as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        raise InvalidValueError("a benefit's value is never a float", value, hint="give Decimal or int")
    return exact_number(value)


@final
@attrs.frozen(kw_only=True)
class BenefitKind:
    """A kind of benefit: what its values are, and how several of them go together.

    Raises:
        InvalidValueError: a field that is wrong by itself, a cap on what never adds up, or texts that should.

    >>> BenefitKind(id="rebate", value="number", combine="additive", cap=15).cap
    Decimal('15')
    """

    #: Also the name of the rule set's output, so it is written like `lead_time_days`.
    id: str = attrs.field(validator=is_id)
    value: Literal["number", "text"] = attrs.field(validator=one_of("number", "text"))
    #: At most one for a customer, or all of them added up.
    combine: Literal["exclusive", "additive"] = attrs.field(
        default="exclusive", validator=one_of("exclusive", "additive")
    )
    #: The most that additive benefits add up to.
    cap: Decimal | None = attrs.field(default=None, converter=_optional_number)
    #: Whether the value is a percentage of the customer's sales, which is then what it costs.
    percent_of_sales: bool = attrs.field(default=False, validator=is_boolean)
    label: Label | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot go together."""
        if self.value == "text" and (self.combine == "additive" or self.percent_of_sales):
            raise InvalidValueError("texts neither add up nor are a percentage", self.id, hint="take value='number'")
        if self.cap is not None and (self.combine != "additive" or self.cap < 0):
            hint = "a cap of 0 or more, and combine='additive'"
            raise InvalidValueError(f"a cap that kind {self.id} cannot have", str(self.cap), hint=hint)


#: The kinds of most service packages. A smaller number of a priority is served first.
STANDARD_KINDS: Final = (
    BenefitKind(
        id="discount",
        value="number",
        combine="additive",
        cap=_HUNDRED,
        percent_of_sales=True,
        label=Label("discount, %", "折扣（%）"),
    ),
    BenefitKind(id="price_list", value="text", label=Label("price list", "价目表")),
    BenefitKind(id="priority", value="number", label=Label("priority", "优先级")),
    BenefitKind(id="lead_time_days", value="number", label=Label("promised lead time, days", "承诺交期（天）")),
    BenefitKind(id="account_manager", value="text", label=Label("account manager", "客户经理")),
    BenefitKind(id="allocation_priority", value="number", label=Label("place in a shortage", "短缺时的分配顺序")),
)


@final
@attrs.frozen(kw_only=True)
class Benefit:
    """One thing that is granted.

    Raises:
        InvalidValueError: a blank id, a value that is neither an exact number nor text, a number or cost below zero.

    >>> Benefit(id="five percent", kind="discount", value=5).value
    Decimal('5')
    """

    id: str = attrs.field(validator=is_id)
    #: The id of a kind of the plan.
    kind: str = attrs.field(validator=is_id)
    value: Decimal | str = attrs.field(converter=_value)
    #: What it costs us a year for one customer, whatever the sales; None is not known, which is not zero.
    cost: Money | None = attrs.field(default=None, validator=attrs.validators.optional(is_money_owed))
    label: Label | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a value that nobody could be granted."""
        if isinstance(self.value, Decimal) and self.value < 0:
            raise InvalidValueError(f"benefit {self.id} takes something away", str(self.value), hint="0 or more")


@final
@attrs.frozen(kw_only=True)
class Package:
    """What the customers of some tiers and groups get.

    Raises:
        InvalidValueError: a blank name, or a text where several names are wanted.

    >>> Package(id="gold", tiers=["gold"], benefits=["five percent"]).groups
    ()
    """

    id: str = attrs.field(validator=is_id)
    #: The tiers it is for; empty for everybody, also for who has no tier.
    tiers: tuple[str, ...] = attrs.field(default=(), converter=several, validator=_names)
    #: The groups it is for; empty for everybody, also for who is in no group.
    groups: tuple[str, ...] = attrs.field(default=(), converter=several, validator=_names)
    #: The ids of its benefits.
    benefits: tuple[str, ...] = attrs.field(converter=several, validator=_names)
    label: Label | None = None

    def is_for(self, tier: str | None, group: str | None) -> bool:
        """Return whether a customer of this tier and group gets it."""
        return (not self.tiers or tier in self.tiers) and (not self.groups or group in self.groups)


@final
@attrs.frozen(kw_only=True)
class BenefitPlan:
    """All packages, and what they are made of.

    Raises:
        InvalidValueError: a field that is wrong by itself.
        PolicyError: everything that does not go together, at once: two exclusive benefits of a kind for one customer, a
            value above its kind's cap, an unknown kind, tier, group or benefit, a value of the wrong type, a cost in
            another currency, an id that stands twice, an empty package, a benefit that nobody gets.

    >>> plan = BenefitPlan(id="service", version="1", currency="EUR", tiers=["gold", "basic"],
    ...     benefits=[Benefit(id="five percent", kind="discount", value=5)],
    ...     packages=[Package(id="gold", tiers=["gold"], benefits=["five percent"])])
    >>> [package.id for package in plan.packages if package.is_for("gold", None)]
    ['gold']
    """

    id: str = attrs.field(validator=is_id)
    version: str = attrs.field(validator=is_id)
    #: The currency of all costs.
    currency: str = attrs.field(validator=lambda _i, _f, value: check_currency(value) and None)
    tiers: tuple[str, ...] = attrs.field(converter=several, validator=_names)
    groups: tuple[str, ...] = attrs.field(default=(), converter=several, validator=_names)
    kinds: tuple[BenefitKind, ...] = attrs.field(default=STANDARD_KINDS, converter=several)
    benefits: tuple[Benefit, ...] = attrs.field(converter=several)
    packages: tuple[Package, ...] = attrs.field(converter=several)
    label: Label | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what does not go together, all of it at once."""
        problems = [*_name_problems(self), *_benefit_problems(self), *_package_problems(self), *_conflicts(self)]
        if problems:
            raise PolicyError(problems)


def _name_problems(plan: BenefitPlan) -> list[Problem]:
    problems = []
    if not plan.tiers:
        problems.append(problem_at("empty", "tiers", "a plan needs a tier", hint="name the tiers, the best one first"))
    if (len(plan.tiers) + 1) * (len(plan.groups) + 1) > _MOST_PAIRS:
        message = f"more than {_MOST_PAIRS} pairs of tier and group"
        problems.append(problem_at("too_large", "groups", message, len(plan.groups), "put groups together"))
    for place, kind in enumerate(plan.kinds):
        wrong = name_problem(kind.id, f"kinds[{place}].id")
        if wrong is not None:
            problems.append(wrong)
        elif kind.id in _TAKEN:
            problems.append(problem_at("bad_name", f"kinds[{place}].id", "the rule set has this name", kind.id))
    lists: tuple[tuple[str, list[str]], ...] = (
        ("tiers", list(plan.tiers)),
        ("groups", list(plan.groups)),
        ("kinds", [kind.id for kind in plan.kinds]),
        ("benefits", [benefit.id for benefit in plan.benefits]),
        ("packages", [package.id for package in plan.packages]),
    )
    for where, names in lists:
        for place, name in enumerate(names):
            if name in names[:place]:
                problems.append(problem_at("duplicate_id", f"{where}[{place}]", "this stands here twice", name))
    return problems


def _benefit_problems(plan: BenefitPlan) -> list[Problem]:
    problems = []
    kinds = {kind.id: kind for kind in plan.kinds}
    granted = {name for package in plan.packages for name in package.benefits}
    for place, benefit in enumerate(plan.benefits):
        where = f"benefits[{place}]"
        if benefit.id not in granted:
            problems.append(problem_at("bad_value", where, "no package grants it", benefit.id, "grant it or delete it"))
        if benefit.cost is not None and benefit.cost.currency != plan.currency:
            message = f"costs are in {plan.currency}"
            problems.append(problem_at("bad_value", f"{where}.cost", message, benefit.cost, "convert it"))
        kind = kinds.get(benefit.kind)
        if kind is None:
            hint = did_you_mean(benefit.kind, kinds)
            problems.append(problem_at("unknown_name", f"{where}.kind", "unknown kind", benefit.kind, hint))
        elif isinstance(benefit.value, str) != (kind.value == "text"):
            hint = "give a number as int or Decimal" if kind.value == "number" else "write it in quotes"
            message = f"kind {kind.id} takes a {kind.value}"
            problems.append(problem_at("wrong_type", f"{where}.value", message, benefit.value, hint))
        elif isinstance(benefit.value, str):
            if not benefit.value.strip() or benefit.value == "missing":
                problems.append(problem_at("bad_value", f"{where}.value", "this says nothing", benefit.value))
        elif kind.cap is not None and benefit.value > kind.cap:
            message = f"above the cap of kind {kind.id}, which is {number_text(kind.cap)}"
            hint = "raise the cap, or grant no more than it"
            problems.append(problem_at("bad_value", f"{where}.value", message, number_text(benefit.value), hint))
    return problems


def _package_problems(plan: BenefitPlan) -> list[Problem]:
    problems = []
    benefits = [benefit.id for benefit in plan.benefits]
    for place, package in enumerate(plan.packages):
        where = f"packages[{place}]"
        if not package.benefits:
            problems.append(problem_at("empty", f"{where}.benefits", "a package without benefits", package.id))
        for what, names, known in (
            ("tiers", package.tiers, plan.tiers),
            ("groups", package.groups, plan.groups),
            ("benefits", package.benefits, benefits),
        ):
            for at, name in enumerate(names):
                if name not in known:
                    path, hint = f"{where}.{what}[{at}]", did_you_mean(name, known)
                    problems.append(problem_at("unknown_name", path, f"unknown {what.removesuffix('s')}", name, hint))
    return problems


def _conflicts(plan: BenefitPlan) -> list[Problem]:
    """Return where one customer would get two exclusive benefits of a kind, a problem for each pair of benefits."""
    problems = []
    exclusive = {kind.id for kind in plan.kinds if kind.combine == "exclusive"}
    kind_of = {benefit.id: benefit.kind for benefit in plan.benefits if benefit.kind in exclusive}
    seen = set()
    places = [
        (place, package, name)
        for place, package in enumerate(plan.packages)
        for name in dict.fromkeys(package.benefits)
        if name in kind_of
    ]
    for (_, one, first), (place, other, second) in combinations(places, 2):
        if first == second or kind_of[first] != kind_of[second] or (one.id, other.id, first, second) in seen:
            continue
        tiers, groups = _shared(one.tiers, other.tiers), _shared(one.groups, other.groups)
        if tiers is None or groups is None:
            continue
        seen.add((one.id, other.id, first, second))
        who = f"tier {tiers or 'any'}, group {groups or 'any'}"
        message = f"two exclusive benefits of kind {kind_of[first]} for one customer ({who})"
        hint = "leave one out, or keep the packages apart by tier or group"
        shown = f"{first} ({one.id}), {second} ({other.id})"
        problems.append(problem_at("contradiction", f"packages[{place}].benefits", message, shown, hint))
    return problems


def _shared(one: Sequence[str], other: Sequence[str]) -> str | None:
    """Return a name that both are for, an empty text where both are for anybody, None where nobody is in both."""
    if not one or not other:
        return next(iter(one or other), "")
    return next((name for name in one if name in other), None)
