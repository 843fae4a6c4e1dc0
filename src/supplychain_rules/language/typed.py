"""A typed expression: what inference makes of one, and what every engine walks."""

from collections.abc import Mapping
from typing import final

import attrs

from supplychain_rules.language.nodes import Expression
from supplychain_rules.language.types import Type

__all__ = ["Scope", "Typed", "any_optional"]

#: What a name means where an expression stands; None marks a name whose own definition was refused.
Scope = Mapping[str, Type | None]


@final
@attrs.frozen
class Typed:
    """An expression with its type and its typed operands, in the order of `nodes.children`."""

    node: Expression
    type: Type
    parts: tuple["Typed", ...] = ()


def any_optional(parts: tuple[Typed, ...]) -> bool:
    """Say whether any of several values may be missing."""
    return any(part.type.optional for part in parts)
