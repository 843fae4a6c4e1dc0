"""The kinds of breach: what can go against a clause, by whose duty, and in whose words."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, cast, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import place_of, some_of
from supplychain_rules.values.label import Label

__all__ = ["BREACH_KINDS", "BREACH_LABELS", "BreachKind", "breach_kinds", "is_optional_label"]

#: What goes against a clause. All but `late_payment`, `minimum_missed` and `maximum_exceeded` are the supplier's.
BreachKind = Literal[
    "late_delivery",
    "early_delivery",
    "short_delivery",
    "over_delivery",
    "wrong_item",
    "price_above_terms",
    "lot_below_standard",
    "quality_below_standard",
    "service_level_missed",
    "late_payment",
    "minimum_missed",
    "maximum_exceeded",
    "missing_document",
]

#: The kinds in the order in which messages list them.
BREACH_KINDS: Final[tuple[BreachKind, ...]] = get_args(BreachKind)

#: What people read for a kind.
BREACH_LABELS: Final[Mapping[BreachKind, Label]] = MappingProxyType(
    {
        "late_delivery": Label("late delivery", "延迟交货"),
        "early_delivery": Label("early delivery", "提前交货"),
        "short_delivery": Label("short delivery", "短交"),
        "over_delivery": Label("over-delivery", "超量交货"),
        "wrong_item": Label("wrong item delivered", "错交货物"),
        "price_above_terms": Label("price above the terms", "价格高于约定"),
        "lot_below_standard": Label("lot below the standard", "批次低于质量标准"),
        "quality_below_standard": Label("quality below the standard", "质量低于标准"),
        "service_level_missed": Label("service level missed", "未达服务水平"),
        "late_payment": Label("late payment", "逾期付款"),
        "minimum_missed": Label("minimum volume missed", "未达最低采购量"),
        "maximum_exceeded": Label("maximum volume exceeded", "超过最高采购量"),
        "missing_document": Label("document missing", "缺少单证"),
    }
)


def breach_kinds(values: Iterable[BreachKind]) -> frozenset[BreachKind]:
    """Read a collection of kinds of breach, at least one.

    Raises:
        InvalidValueError: a text, nothing, or a kind that does not exist.

    >>> sorted(breach_kinds(["late_delivery", "wrong_item"]))
    ['late_delivery', 'wrong_item']
    """
    return cast("frozenset[BreachKind]", some_of("breaches", values, BREACH_KINDS))


def is_optional_label(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse what is neither `None` nor a label."""
    if value is not None and not isinstance(value, Label):
        raise InvalidValueError(f"{place_of(instance, field)} must be a Label", value, hint='write Label("...", "...")')
