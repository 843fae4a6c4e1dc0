"""Benefits: what a customer gets by tier and group, why, and what it costs us.

The plan (`benefit_plan`) says who gets which package. Here it is read for one customer, costed, and written as a rule
set of decision tables that runs on frames and in SQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias, TypedDict, final

import attrs

from supplychain_rules.customers.benefit_plan import Benefit, BenefitKind, BenefitPlan, Package
from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.money import Money, total
from supplychain_rules.values.scaled import exact_number, exact_sum, number_text

__all__ = [
    "BenefitCost",
    "BenefitCosts",
    "BenefitTotal",
    "CustomerBenefits",
    "Grant",
    "benefit_costs",
    "benefit_rules",
    "benefits_of",
]


@final
@attrs.frozen(kw_only=True)
class Grant:
    """A benefit that a customer gets, and the packages it comes from."""

    benefit: Benefit
    #: In the order of the plan; a benefit of several packages is granted once.
    packages: tuple[Package, ...]

    def text(self, lang: Lang = "en") -> str:
        """Return why the customer gets it, as a few words."""
        what = self.benefit.id if self.benefit.label is None else self.benefit.label.text(lang)
        names = [pack.id if pack.label is None else pack.label.text(lang) for pack in self.packages]
        return f"{what} ({', '.join(names)})" if lang == "en" else f"{what}（{'、'.join(names)}）"


@final
@attrs.frozen(kw_only=True)
class BenefitTotal:
    """What a customer gets of one kind."""

    kind: BenefitKind
    #: None where an exclusive kind is not granted; additive ones add up to 0 then.
    value: Decimal | str | None
    #: The sum before the cap; None for an exclusive kind.
    uncapped: Decimal | None = None

    @property
    def is_capped(self) -> bool:
        """Return whether the cap took something away."""
        return self.uncapped is not None and self.uncapped != self.value

    def text(self, lang: Lang = "en") -> str:
        """Return the kind and its value, and what the cap took away."""
        name = self.kind.id if self.kind.label is None else self.kind.label.text(lang)
        value = number_text(self.value) if isinstance(self.value, Decimal) else self.value
        shown = {"en": "not granted", "zh": "无"}[lang] if value is None else value
        capped = ""
        if self.is_capped and self.uncapped is not None:
            whole = number_text(self.uncapped)
            capped = {"en": f" (capped, {whole} before)", "zh": f"（已封顶，封顶前 {whole}）"}[lang]
        return f"{name}: {shown}{capped}" if lang == "en" else f"{name}：{shown}{capped}"


@final
@attrs.frozen(kw_only=True)
class CustomerBenefits:
    """All that a customer of a tier and group gets."""

    tier: str | None
    group: str | None
    currency: str
    #: In the order of the plan's benefits.
    grants: tuple[Grant, ...]
    #: One for each kind of the plan, in its order.
    totals: tuple[BenefitTotal, ...]

    def __getitem__(self, kind: str) -> Decimal | str | None:
        """Return the value of a kind by its id."""
        for found in self.totals:
            if found.kind.id == kind:
                return found.value
        hint = did_you_mean(kind, (found.kind.id for found in self.totals))
        raise InvalidValueError("unknown kind of benefit", kind, hint=hint)

    @property
    def uncosted(self) -> tuple[str, ...]:
        """Return the benefits whose cost is not known; a percentage of sales is known by the sales."""
        by_sales = {found.kind.id for found in self.totals if found.kind.percent_of_sales}
        given = (grant.benefit for grant in self.grants)
        return tuple(each.id for each in given if each.cost is None and each.kind not in by_sales)

    @property
    def fixed_cost(self) -> Money | None:
        """Return what it all costs a year whatever the sales; None where the cost of a part is not known."""
        if self.uncosted:
            return None
        return total((grant.benefit.cost for grant in self.grants if grant.benefit.cost is not None), self.currency)


@final
@attrs.frozen(kw_only=True)
class BenefitCost:
    """The cost of one benefit, or of one kind that is a percentage of sales."""

    #: The id of the benefit or of the kind.
    of: str
    cost: Money


@final
@attrs.frozen(kw_only=True)
class BenefitCosts:
    """What a customer's benefits cost a year; the lines add up to the total exactly."""

    lines: tuple[BenefitCost, ...]
    total: Money
    #: The benefits whose cost is not known: with any, the total is a least one.
    uncosted: tuple[str, ...]


def benefits_of(plan: BenefitPlan, *, tier: str | None = None, group: str | None = None) -> CustomerBenefits:
    """Return what a customer gets.

    Args:
        plan: the packages.
        tier: the customer's tier; None where there is none.
        group: the customer's group; None where there is none.

    Raises:
        InvalidValueError: a tier or group that the plan does not know.

    >>> plan = BenefitPlan(id="service", version="1", currency="EUR", tiers=["gold"], groups=["wholesale"],
    ...     kinds=[BenefitKind(id="discount", value="number", combine="additive", cap=8, percent_of_sales=True)],
    ...     benefits=[Benefit(id="5", kind="discount", value=5), Benefit(id="4", kind="discount", value=4)],
    ...     packages=[Package(id="gold", tiers=["gold"], benefits=["5"]),
    ...               Package(id="volume", groups=["wholesale"], benefits=["4"])])
    >>> print(benefits_of(plan, tier="gold", group="wholesale").totals[0].text())
    discount: 8 (capped, 9 before)
    """
    for what, name, known in (("tier", tier, plan.tiers), ("group", group, plan.groups)):
        if name is not None and name not in known:
            raise InvalidValueError(f"the plan knows no such {what}", name, hint=did_you_mean(name, known))
    packages = [package for package in plan.packages if package.is_for(tier, group)]
    grants = []
    for benefit in plan.benefits:
        sources = tuple(package for package in packages if benefit.id in package.benefits)
        if sources:
            grants.append(Grant(benefit=benefit, packages=sources))
    totals = tuple(_total(kind, [grant.benefit for grant in grants]) for kind in plan.kinds)
    return CustomerBenefits(tier=tier, group=group, currency=plan.currency, grants=tuple(grants), totals=totals)


def benefit_costs(given: CustomerBenefits, *, sales: Money) -> BenefitCosts:
    """Return what a customer's benefits cost, a line for each; nothing is rounded.

    Args:
        given: what the customer gets.
        sales: the year's sales to the customer before discount.

    Raises:
        InvalidValueError: sales below zero or in another currency than the plan's.

    >>> plan = BenefitPlan(id="service", version="1", currency="EUR", tiers=["gold"],
    ...     benefits=[Benefit(id="5", kind="discount", value=5),
    ...               Benefit(id="manager", kind="account_manager", value="own", cost=Money(1200, "EUR"))],
    ...     packages=[Package(id="gold", tiers=["gold"], benefits=["5", "manager"])])
    >>> costs = benefit_costs(benefits_of(plan, tier="gold"), sales=Money("1999.90", "EUR"))
    >>> [(line.of, str(line.cost)) for line in costs.lines], costs.total
    ([('manager', 'EUR 1200.00'), ('discount', 'EUR 99.995')], Money('1299.995', 'EUR'))
    """
    if sales.currency != given.currency:
        raise InvalidValueError(f"sales are not in {given.currency}", sales, hint="convert them by a dated rate")
    if sales.amount < 0:
        raise InvalidValueError("sales are below zero", sales, hint="give the sales before returns")
    lines = [
        BenefitCost(of=grant.benefit.id, cost=grant.benefit.cost)
        for grant in given.grants
        if grant.benefit.cost is not None
    ]
    lines += [
        BenefitCost(of=found.kind.id, cost=sales * found.value * Decimal("0.01"))
        for found in given.totals
        if found.kind.percent_of_sales and isinstance(found.value, Decimal) and found.value
    ]
    whole = total((line.cost for line in lines), given.currency)
    return BenefitCosts(lines=tuple(lines), total=whole, uncosted=given.uncosted)


def benefit_rules(plan: BenefitPlan) -> dict[str, object]:
    """Return the plan as a rule set, which `load_policy` reads: a table for each kind that is granted.

    The inputs are `tier` and, where the plan has groups, `group`, both optional. The outputs are named by the kinds,
    with caps applied; `fixed_cost` is what `CustomerBenefits.fixed_cost` says. No two rows of a table overlap, and what
    no row grants is missing, or 0 of an additive kind.

    >>> plan = BenefitPlan(id="service", version="1", currency="EUR", tiers=["gold", "basic"],
    ...     benefits=[Benefit(id="5", kind="discount", value=5)],
    ...     packages=[Package(id="gold", tiers=["gold"], benefits=["5"])])
    >>> [(row["when"], row["then"]) for row in benefit_rules(plan)["steps"][0]["rows"]]
    [({'tier': '"gold"'}, {'discount': '5'})]
    """
    tiers: tuple[str | None, ...] = (*plan.tiers, None)
    groups: tuple[str | None, ...] = (*plan.groups, None)
    given = {(tier, group): benefits_of(plan, tier=tier, group=group) for tier in tiers for group in groups}
    inputs = {"tier": _input(plan.tiers, Label("tier", "客户分层"))}
    if plan.groups:
        inputs["group"] = _input(plan.groups, Label("group", "客户组"))
    steps = []
    for kind in plan.kinds:
        nothing = Decimal(0) if kind.combine == "additive" else None
        values = {pair: found[kind.id] for pair, found in given.items()}
        steps += _table(kind.id, kind.label, values, (tiers, groups), nothing)
    costs = {pair: None if found.fixed_cost is None else found.fixed_cost.amount for pair, found in given.items()}
    if any(benefit.cost is not None for benefit in plan.benefits):
        label = Label(f"fixed cost a year, {plan.currency}", f"每年固定成本（{plan.currency}）")
        steps += _table("fixed_cost", label, costs, (tiers, groups), Decimal(0))
    return {
        "schema": "supplychain-rules/1",
        "id": plan.id,
        "version": plan.version,
        **({} if plan.label is None else {"label": plan.label.plain()}),
        "inputs": inputs,
        "steps": steps,
    }


#: A tier and a group, None for a customer without.
_Pair: TypeAlias = tuple[str | None, str | None]


class _Row(TypedDict):
    """A row of a table, as a rule set writes it."""

    id: str
    when: dict[str, str]
    then: dict[str, str]


def _table(
    name: str,
    label: Label | None,
    values: Mapping[_Pair, Decimal | str | None],
    sides: tuple[Sequence[str | None], Sequence[str | None]],
    nothing: Decimal | None,
) -> list[dict[str, object]]:
    """Return the table of an output as a list of one step, or of none where nobody is granted anything."""
    granted = [value for value in values.values() if value != nothing]
    if not granted:
        return []
    tiers, groups = sides
    columns = ("tier", "group") if len(groups) > 1 else ("tier",)
    rows: list[_Row] = []
    for some_tiers, by_group in _alike({tier: tuple(values[tier, group] for group in groups) for tier in tiers}):
        for some_groups, value in _alike(dict(zip(groups, by_group, strict=True))):
            if value == nothing:
                continue
            when = {}
            if len(some_tiers) < len(tiers):
                when["tier"] = _cell(some_tiers)
            if len(some_groups) < len(groups):
                when["group"] = _cell(some_groups)
            rows.append({"id": f"{name}-{len(rows) + 1}", "when": when, "then": {name: _shown(value)}})
    step: dict[str, object] = {
        "kind": "table",
        "id": f"{name}_table",
        "hit": "unique",
        "when": [column for column in columns if any(column in row["when"] for row in rows)] or ["tier"],
        "outputs": {name: _output(granted, label)},
        "rows": rows,
    }
    if len(granted) < len(values):
        step["otherwise"] = {name: _shown(nothing)}
    return [step]


def _alike(values: Mapping[str | None, Any]) -> list[tuple[list[str | None], Any]]:
    """Return the keys put together by equal values, in order of the first of each."""
    found: dict[Any, list[str | None]] = {}
    for key, value in values.items():
        found.setdefault(value, []).append(key)
    return [(keys, value) for value, keys in found.items()]


def _cell(options: Iterable[str | None]) -> str:
    """Return the cell of a row: every option in quotes, and `missing` for who has none."""
    return ", ".join("missing" if each is None else '"' + each.replace('"', '""') + '"' for each in options)


def _shown(value: Decimal | str | None) -> str:
    if value is None:
        return "missing"
    return value if isinstance(value, str) else number_text(value)


def _input(options: Sequence[str], label: Label) -> dict[str, object]:
    return {"type": "choice", "options": list(options), "optional": True, "label": label.plain()}


def _output(granted: Sequence[Decimal | str | None], label: Label | None) -> dict[str, object]:
    named: dict[str, object] = {} if label is None else {"label": label.plain()}
    texts = list(dict.fromkeys(value for value in granted if isinstance(value, str)))
    if texts:
        return {"type": "choice", "options": texts, **named}
    numbers = [value for value in granted if isinstance(value, Decimal)]
    decimals = max((-int(value.as_tuple().exponent) for value in numbers), default=0)
    highest = number_text(max(numbers, default=Decimal(0)))
    return {"type": "number", "decimals": max(0, decimals), "min": "0", "max": highest, **named}


def _total(kind: BenefitKind, granted: Sequence[Benefit]) -> BenefitTotal:
    values = [benefit.value for benefit in granted if benefit.kind == kind.id]
    if kind.combine == "exclusive":
        return BenefitTotal(kind=kind, value=values[0] if values else None)
    whole = Decimal(0)
    for value in values:
        whole = exact_sum(whole, exact_number(value))
    return BenefitTotal(kind=kind, value=whole if kind.cap is None else min(whole, kind.cap), uncapped=whole)
