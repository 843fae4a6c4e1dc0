"""Plans of benefits and of contacts as plain data: mappings, lists, text and numbers, as TOML and JSON hold them.

A benefit's value is a number or a text by what its kind says, so numbers may be written as text here as everywhere. A
trigger is told by its `kind`: `after_event`, `cadence`, `anniversary`, `silence`, `slowing_down`.
"""

from collections.abc import Mapping
from typing import Any, Final

from supplychain_rules.customers.benefit_plan import STANDARD_KINDS, BenefitPlan
from supplychain_rules.customers.contact_plan import ContactPlan
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.plain_data import dump_plain, load_plain
from supplychain_rules.values.scaled import exact_number

__all__ = [
    "BENEFIT_SCHEMA",
    "CONTACT_SCHEMA",
    "dump_benefit_plan",
    "dump_contact_plan",
    "load_benefit_plan",
    "load_contact_plan",
]

#: The format of a plan of benefits as plain data.
BENEFIT_SCHEMA: Final = "supplychain-rules/benefits/1"

#: The format of a contact plan as plain data.
CONTACT_SCHEMA: Final = "supplychain-rules/contacts/1"


def load_benefit_plan(data: Mapping[str, object]) -> BenefitPlan:
    """Read a plan of benefits from plain data.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/benefits/1"`. Without
            `kinds`, the benefits are of `STANDARD_KINDS`.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> plan = load_benefit_plan({"schema": "supplychain-rules/benefits/1", "id": "service", "version": "1",
    ...     "currency": "EUR", "tiers": ["gold", "basic"],
    ...     "benefits": [{"id": "five percent", "kind": "discount", "value": "5"}],
    ...     "packages": [{"id": "gold", "tiers": ["gold"], "benefits": ["five percent"]}]})
    >>> plan.benefits[0].value
    Decimal('5')
    """
    return load_plain(BenefitPlan, _with_numbers(data), schema=BENEFIT_SCHEMA)


def dump_benefit_plan(plan: BenefitPlan) -> dict[str, Any]:
    """Return a plan of benefits as plain data that JSON and TOML can keep; what is as by default is left out.

    >>> from supplychain_rules.customers.benefit_plan import Benefit, Package
    >>> plain = dump_benefit_plan(BenefitPlan(id="service", version="1", currency="EUR", tiers=["gold"],
    ...     benefits=[Benefit(id="five percent", kind="discount", value=5)],
    ...     packages=[Package(id="gold", benefits=["five percent"])]))
    >>> plain["benefits"]
    [{'id': 'five percent', 'kind': 'discount', 'value': '5'}]
    """
    return dump_plain(plan, schema=BENEFIT_SCHEMA)


def load_contact_plan(data: Mapping[str, object]) -> ContactPlan:
    """Read a contact plan from plain data.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/contacts/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> thanks = {"id": "thanks", "trigger": {"kind": "after_event", "event": "purchase", "days": 2},
    ...     "channels": ["email"], "purpose": "service", "priority": 2, "reason": "thank for the purchase"}
    >>> plan = load_contact_plan({"schema": "supplychain-rules/contacts/1", "id": "care", "version": "1",
    ...     "channels": ["email"], "rules": [thanks], "quiet": ["2026-01-05"]})
    >>> plan.rules[0].trigger
    AfterEvent(event='purchase', days=2)
    """
    return load_plain(ContactPlan, data, schema=CONTACT_SCHEMA)


def dump_contact_plan(plan: ContactPlan) -> dict[str, Any]:
    """Return a contact plan as plain data that JSON and TOML can keep; what is as by default is left out.

    >>> from supplychain_rules.customers.contact_plan import ContactCap
    >>> dump_contact_plan(ContactPlan(id="care", version="1", channels=["email"], rules=[],
    ...     caps=[ContactCap(most=2, days=30)]))["caps"]
    [{'most': 2, 'days': 30}]
    """
    return dump_plain(plan, schema=CONTACT_SCHEMA)


def _with_numbers(data: object) -> object:
    """Return the data with the values of benefits read as numbers where their kind says so; nothing is refused here."""
    if not isinstance(data, Mapping):
        return data
    benefits = data.get("benefits")
    if not isinstance(benefits, list | tuple):
        return data
    numbers = _number_kinds(data)
    return {**data, "benefits": [_with_number(one, numbers) for one in benefits]}


def _number_kinds(data: Mapping[str, object]) -> frozenset[str]:
    """Return the ids of the kinds whose values are numbers."""
    kinds = data.get("kinds")
    if not isinstance(kinds, list | tuple):
        return frozenset(kind.id for kind in STANDARD_KINDS if kind.value == "number")
    named = ((one.get("id"), one.get("value")) for one in kinds if isinstance(one, Mapping))
    return frozenset(name for name, value in named if isinstance(name, str) and value == "number")


def _with_number(benefit: object, numbers: frozenset[str]) -> object:
    if not isinstance(benefit, Mapping):
        return benefit
    kind, value = benefit.get("kind"), benefit.get("value")
    if not isinstance(kind, str) or kind not in numbers or not isinstance(value, str | float):
        return benefit
    try:
        return {**benefit, "value": exact_number(value)}
    except InvalidValueError:  # the plan says what it needs
        return benefit
