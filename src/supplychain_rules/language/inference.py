"""One inference at work: the scope it reads, the problems it finds, and what each operand must be."""

from collections.abc import Callable, Mapping
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError, Problem, bounded_repr
from supplychain_rules.language.limits import INTEGER_LIMIT, MAX_INFERRED_DECIMALS
from supplychain_rules.language.merging import constant_type, merged_type
from supplychain_rules.language.nodes import Day, Expression, Text
from supplychain_rules.language.show import show
from supplychain_rules.language.typed import Scope, Typed
from supplychain_rules.language.types import BooleanType, DateType, MissingType, NumberType, Type, describe_type
from supplychain_rules.values.dates import parse_date

__all__ = ["Inference", "as_number"]


def as_number(kind: Type) -> NumberType:
    """Return the type as the number that `Inference.number` made sure it is."""
    assert isinstance(kind, NumberType)  # noqa: S101  `number` returns nothing else
    return kind


@final
@attrs.frozen
class Inference:
    """One expression's inference; every method adds a problem and returns None where it refuses."""

    scope: Scope
    path: str
    problems: list[Problem]
    #: What is not defined yet, each with the way out.
    later: Mapping[str, str]
    _visit: Callable[["Inference", Expression], Typed | None]

    def visit(self, node: Expression) -> Typed | None:
        """Type one node and what is below it."""
        return self._visit(self, node)

    def refuse(self, node: Expression, code: str, message: str, hint: str = "") -> None:
        """Add a problem at a node."""
        problem = Problem(
            code=code,
            path=self.path,
            message=message,
            value=bounded_repr(show(node)),
            hint=hint,
            column=node.column or None,
        )
        self.problems.append(problem)

    def visit_all(self, nodes: tuple[Expression, ...]) -> tuple[Typed, ...] | None:
        """Type every node, or return None where one was refused."""
        typed = [self.visit(node) for node in nodes]
        present = tuple(part for part in typed if part is not None)
        return present if len(present) == len(typed) else None

    def number(self, node: Expression) -> Typed | None:
        """Type an operand that must be a number."""
        typed = self.visit(node)
        if typed is None or isinstance(typed.type, NumberType):
            return typed
        if isinstance(typed.type, MissingType):
            return Typed(typed.node, NumberType(decimals=0, low=0, high=0, optional=True))
        self.refuse(node, "type_mismatch", f"a number is needed here, not {describe_type(typed.type)}")
        return None

    def numbers(self, nodes: tuple[Expression, ...]) -> tuple[Typed, ...] | None:
        """Type operands that must all be numbers."""
        typed = [self.number(node) for node in nodes]
        present = tuple(part for part in typed if part is not None)
        return present if len(present) == len(typed) else None

    def boolean(self, node: Expression) -> Typed | None:
        """Type an operand that must be a condition."""
        typed = self.visit(node)
        if typed is None or isinstance(typed.type, BooleanType):
            return typed
        if isinstance(typed.type, MissingType):
            return Typed(typed.node, BooleanType(optional=True))
        hint = "compare it, as in name > 0" if isinstance(typed.type, NumberType) else ""
        self.refuse(node, "type_mismatch", f"a condition is needed here, not {describe_type(typed.type)}", hint)
        return None

    def day(self, node: Expression) -> Typed | None:
        """Type an operand that must be a date; a text is read as one."""
        typed = self.visit(node)
        return None if typed is None else self.as_date(node, typed)

    def as_date(self, node: Expression, typed: Typed) -> Typed | None:
        """Read a typed operand as a date, or refuse it."""
        if isinstance(typed.node, Text):
            return self.text_as_date(typed.node)
        if isinstance(typed.type, DateType):
            return typed
        self.refuse(node, "type_mismatch", f"a date is needed here, not {describe_type(typed.type)}")
        return None

    def text_as_date(self, node: Text) -> Typed | None:
        """Read a text literal as a date."""
        try:
            day = Day(parse_date(node.value), column=node.column)
        except InvalidValueError as error:
            self.refuse(node, "bad_date", error.what, error.hint)
            return None
        return Typed(day, constant_type(day))

    def bounded(self, node: Expression, decimals: int, bounds: tuple[int, int], optional: bool) -> NumberType | None:  # noqa: FBT001
        """Return the number type, or refuse it where 64 bits cannot be proved to hold it."""
        low, high = bounds
        if max(-low, high) > INTEGER_LIMIT or decimals > MAX_INFERRED_DECIMALS:
            self.refuse(
                node,
                "overflow",
                f"64 bits cannot be proved to hold this: up to {_magnitude(max(-low, high))} units",
                "narrow the inputs' min and max, use fewer decimals, or round in between",
            )
            return None
        return NumberType(decimals=decimals, low=low, high=high, optional=optional)

    def merged(self, node: Expression, parts: tuple[Typed, ...]) -> tuple[Type, tuple[Typed, ...]] | None:
        """Find the one type of several alternatives; a text beside a date becomes a date."""
        if any(isinstance(part.type, DateType) for part in parts):
            dated = [self.text_as_date(part.node) if isinstance(part.node, Text) else part for part in parts]
            parts = tuple(part for part in dated if part is not None)
            if len(parts) < len(dated):
                return None
        merged = parts[0].type
        for part in parts[1:]:
            kind = merged_type(merged, part.type)
            if kind is None:
                what = f"the alternatives differ: {describe_type(merged)} and {describe_type(part.type)}"
                self.refuse(node, "type_mismatch", what)
                return None
            merged = kind
        if isinstance(merged, NumberType):
            bounds = (merged.low, merged.high)
            if self.bounded(node, merged.decimals, bounds, optional=False) is None:
                return None
        return merged, parts


def _magnitude(units: int) -> str:
    return f"10^{len(str(units)) - 1}" if units.bit_length() < 1000 else "far too many"
