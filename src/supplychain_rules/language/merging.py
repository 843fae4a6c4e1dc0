"""Types of literals, and the one type that holds the values of two."""

from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from supplychain_rules.language.nodes import Boolean, Constant, Day, Missing, Number, Text
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
    day_number,
    with_optional,
)

__all__ = ["constant_type", "merged_type", "number_literal_type", "rescaled_bounds"]


def number_literal_type(value: Decimal) -> NumberType:
    """Return the type of a literal: its own decimals, and itself as both bounds.

    >>> number_literal_type(Decimal("0.25"))
    NumberType(decimals=2, low=25, high=25, optional=False)
    """
    exponent = value.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    units = int(Fraction(value) * 10**decimals)
    return NumberType(decimals=decimals, low=units, high=units)


def constant_type(node: Constant) -> Type:
    """Return the type of a literal."""
    match node:
        case Number():
            return number_literal_type(node.value)
        case Text():
            return ChoiceType(options=(node.value,))
        case Boolean():
            return BooleanType()
        case Day():
            number = day_number(node.value)
            return DateType(low=number, high=number)
        case Missing():
            return MissingType()
        case _:
            assert_never(node)


def merged_type(one: Type, other: Type) -> Type | None:
    """Return the type that holds the values of both, or None where there is none."""
    optional = one.optional or other.optional
    match one, other:
        case MissingType(), _:
            return with_optional(other, optional=True)
        case _, MissingType():
            return with_optional(one, optional=True)
        case NumberType(), NumberType():
            decimals = max(one.decimals, other.decimals)
            (low, high), (other_low, other_high) = rescaled_bounds(one, decimals), rescaled_bounds(other, decimals)
            bounds = (min(low, other_low), max(high, other_high))
            return NumberType(decimals=decimals, low=bounds[0], high=bounds[1], optional=optional)
        case BooleanType(), BooleanType():
            return BooleanType(optional=optional)
        case DateType(), DateType():
            return DateType(low=min(one.low, other.low), high=max(one.high, other.high), optional=optional)
        case ChoiceType(), ChoiceType():
            options = tuple(dict.fromkeys((*one.options, *other.options)))
            return ChoiceType(options=options, ranking=_common_ranking(one, other), optional=optional)
        case (TextType(), TextType() | ChoiceType()) | (ChoiceType(), TextType()):
            return TextType(optional=optional)
        case _:
            return None


def _common_ranking(one: ChoiceType, other: ChoiceType) -> tuple[str, ...]:
    """Keep an order that both sides share, or that one side has and the other's options lie in."""
    if one.ranking == other.ranking:
        return one.ranking
    if not other.ranking and set(other.options) <= set(one.options):
        return one.ranking
    if not one.ranking and set(one.options) <= set(other.options):
        return other.ranking
    return ()


def rescaled_bounds(kind: NumberType, decimals: int) -> tuple[int, int]:
    """Return the bounds of a number in units of more decimals."""
    power: int = 10 ** max(0, decimals - kind.decimals)
    return kind.low * power, kind.high * power
