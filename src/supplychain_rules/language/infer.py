"""Types and bounds: every expression is proved to fit 64 bits before it runs anywhere.

`infer` turns an expression into a `Typed` tree: the same nodes with literals resolved by context (a
text beside a date is a date), sugar removed (`clamp`, order on choices), and a type with exact
bounds on each node.
"""

import itertools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import assert_never

import attrs

from supplychain_rules.errors import Problem
from supplychain_rules.language.infer_numbers import (
    infer_abs,
    infer_extreme,
    infer_geometric_mean,
    infer_negate,
    infer_piecewise,
    infer_product,
    infer_round,
    infer_round_divide,
    infer_sum,
)
from supplychain_rules.language.inference import Inference, as_number
from supplychain_rules.language.merging import constant_type, rescaled_bounds
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Branch,
    Call,
    Case,
    Choose,
    Compare,
    Constant,
    Day,
    Expression,
    GeometricMean,
    In,
    Missing,
    Name,
    Negate,
    Not,
    Number,
    Or,
    Piecewise,
    Product,
    Round,
    RoundDivide,
    Sum,
    Text,
)
from supplychain_rules.language.show import show
from supplychain_rules.language.typed import Scope, Typed, any_optional
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    day_number,
    describe_type,
    with_optional,
)

__all__ = ["infer"]

_MIN_DAY = day_number(date.min)
_MAX_DAY = day_number(date.max)


def infer(
    expression: Expression,
    scope: Scope,
    path: str,
    problems: list[Problem],
    later: Mapping[str, str] | None = None,
) -> Typed | None:
    """Type an expression; add what is wrong to `problems` under `path` and return None in that case.

    `later` names what is not defined yet, each with the way out: reading it is a forward reference. A name
    whose definition was refused earlier gives None without another problem.
    """
    return Inference(scope, path, problems, later or {}, _visit).visit(expression)


def _visit(inference: Inference, node: Expression) -> Typed | None:
    match node:
        case Number() | Text() | Boolean() | Day() | Missing():
            return Typed(node, constant_type(node))
        case Name():
            return _name(inference, node)
        case Negate():
            return infer_negate(inference, node)
        case Sum():
            return infer_sum(inference, node)
        case Product():
            return infer_product(inference, node)
        case Compare():
            return _compare(inference, node)
        case In():
            return _membership(inference, node)
        case And() | Or():
            return _connective(inference, node)
        case Not():
            operand = inference.boolean(node.of)
            return None if operand is None else Typed(node, operand.type, (operand,))
        case Case():
            return _case(inference, node)
        case Round():
            return infer_round(inference, node)
        case RoundDivide():
            return infer_round_divide(inference, node)
        case Call():
            return _call(inference, node)
        case Piecewise():
            return infer_piecewise(inference, node)
        case GeometricMean():
            return infer_geometric_mean(inference, node)
        case Choose():
            return _choose(inference, node)
        case _:
            assert_never(node)


def _name(inference: Inference, node: Name) -> Typed | None:
    if node.name not in inference.scope:
        if node.name in inference.later:
            inference.refuse(node, "forward_reference", "this is not defined yet", inference.later[node.name])
        else:
            # Inner parts carry a dot; what was refused itself is no way out.
            visible = (name for name, kind in inference.scope.items() if name.isidentifier() and kind is not None)
            inference.refuse(node, "unknown_name", "unknown name", did_you_mean(node.name, visible))
        return None
    kind = inference.scope[node.name]
    return None if kind is None else Typed(node, kind)


def _compare(inference: Inference, node: Compare) -> Typed | None:
    left, right = inference.visit(node.left), inference.visit(node.right)
    if left is None or right is None:
        return None
    if isinstance(left.type, DateType) or isinstance(right.type, DateType):
        left, right = inference.as_date(node.left, left), inference.as_date(node.right, right)
        if left is None or right is None:
            return None
    optional = left.type.optional or right.type.optional
    match left.type, right.type:
        case NumberType(), NumberType():
            if not _comparable(inference, node, left.type, right.type):
                return None
        case DateType(), DateType():
            pass
        case ChoiceType() | TextType(), ChoiceType() | TextType():
            return _compare_texts(inference, node, left, right)
        case MissingType(), _:
            pass
        case BooleanType(), BooleanType():
            inference.refuse(node, "type_mismatch", "booleans are not compared", "write 'name' or 'not name'")
            return None
        case _:
            what = f"{describe_type(left.type)} is not compared with {describe_type(right.type)}"
            inference.refuse(node, "type_mismatch", what)
            return None
    return Typed(node, BooleanType(optional=optional), (left, right))


def _comparable(inference: Inference, node: Expression, left: NumberType, right: NumberType) -> bool:
    """Bring both sides to one scale within 64 bits, or refuse the comparison."""
    decimals = max(left.decimals, right.decimals)
    sides = (*rescaled_bounds(left, decimals), *rescaled_bounds(right, decimals))
    return inference.bounded(node, decimals, (min(sides), max(sides)), optional=False) is not None


def _compare_texts(inference: Inference, node: Compare, left: Typed, right: Typed) -> Typed | None:
    if not _options_known(inference, left, right):
        return None
    if node.operator in ("==", "!="):
        optional = left.type.optional or right.type.optional
        return Typed(node, BooleanType(optional=optional), (left, right))
    rankings = [part.type.ranking for part in (left, right) if isinstance(part.type, ChoiceType)]
    ranking = next((ranking for ranking in rankings if ranking), ())
    if not ranking or not all(_in_order(part, ranking) for part in (left, right)):
        hint = "only the bands of one ladder, or one choice declared 'ordered', have an order"
        inference.refuse(node, "type_mismatch", "these options have no order", hint)
        return None
    if not all(isinstance(side, Name | Text) for side in (node.left, node.right)):
        inference.refuse(node, "not_allowed", "order is for names and options", "give the value a step of its own")
        return None
    ranks = [inference.visit(_rank(side, ranking)) for side in (node.left, node.right)]
    if ranks[0] is None or ranks[1] is None:
        return None
    return Typed(node, BooleanType(optional=True), (ranks[0], ranks[1]))


def _in_order(part: Typed, ranking: tuple[str, ...]) -> bool:
    """Say whether a side belongs to the order: a fixed option in it, or a value that is ordered so itself."""
    if isinstance(part.node, Text):
        return part.node.value in ranking
    return isinstance(part.type, ChoiceType) and part.type.ranking == ranking


def _options_known(inference: Inference, left: Typed, right: Typed) -> bool:
    """Refuse a comparison with an option that the other side cannot have: it would never hold."""
    for literal, other in ((left, right), (right, left)):
        if not isinstance(literal.node, Text) or not isinstance(other.type, ChoiceType):
            continue
        if literal.node.value not in other.type.options:
            hint = did_you_mean(literal.node.value, other.type.options)
            inference.refuse(literal.node, "unknown_option", f"{show(other.node)} has no such option", hint)
            return False
    return True


def _membership(inference: Inference, node: In) -> Typed | None:
    operand = inference.visit(node.of)
    if operand is None:
        return None
    options = [_option(inference, node, option, operand) for option in node.options]
    present = tuple(option for option in options if option is not None)
    if len(present) < len(options):
        return None
    resolved = attrs.evolve(node, options=present)
    return Typed(resolved, BooleanType(optional=operand.type.optional), (operand,))


def _option(inference: Inference, node: In, option: Constant, operand: Typed) -> Constant | None:
    match operand.type, option:
        case (NumberType(), Number()) | (TextType(), Text()) | (DateType(), Day()):
            return option
        case DateType(), Text():
            typed = inference.text_as_date(option)
            return typed.node if typed is not None and isinstance(typed.node, Day) else None
        case ChoiceType(options=known), Text():
            if option.value in known:
                return option
            hint = did_you_mean(option.value, known)
            inference.refuse(option, "unknown_option", f"{show(operand.node)} has no such option", hint)
        case _:
            wanted = describe_type(operand.type)
            inference.refuse(
                option, "type_mismatch", f"{show(node.of)} is {wanted}, so this cannot be one of its values"
            )
    return None


def _connective(inference: Inference, node: And | Or) -> Typed | None:
    typed = [inference.boolean(part) for part in node.parts]
    present = tuple(part for part in typed if part is not None)
    if len(present) < len(typed):
        return None
    return Typed(node, BooleanType(optional=any_optional(present)), present)


def _case(inference: Inference, node: Case) -> Typed | None:
    conditions = [inference.boolean(branch.when) for branch in node.branches]
    values = [inference.visit(branch.then) for branch in node.branches]
    otherwise = inference.visit(node.otherwise)
    parts: list[Typed] = []
    for pair in zip(conditions, values, strict=True):
        parts.extend(part for part in pair if part is not None)
    if otherwise is None or len(parts) < 2 * len(node.branches):
        return None
    results = inference.merged(node, (*parts[1::2], otherwise))
    if results is None:
        return None
    kind, thens = results
    flat = itertools.chain.from_iterable(zip(parts[0::2], thens, strict=False))
    return Typed(node, kind, (*flat, thens[-1]))


def _call(inference: Inference, node: Call) -> Typed | None:
    match node.function:
        case "abs":
            return infer_abs(inference, node)
        case "min" | "max":
            return infer_extreme(inference, node)
        case "clamp":
            value, low, high = node.arguments
            capped = Call("min", (value, high), column=node.column)
            return inference.visit(Call("max", (low, capped), column=node.column))
        case "coalesce":
            return _coalesce(inference, node)
        case "is_missing":
            operand = inference.visit(node.arguments[0])
            return None if operand is None else Typed(node, BooleanType(), (operand,))
        case "days_between":
            return _days_between(inference, node)
        case "add_days":
            return _add_days(inference, node)
        case _:
            assert_never(node.function)


def _coalesce(inference: Inference, node: Call) -> Typed | None:
    parts = inference.visit_all(node.arguments)
    if parts is None:
        return None
    results = inference.merged(node, parts)
    if results is None:
        return None
    kind, resolved = results
    return Typed(node, with_optional(kind, all(part.type.optional for part in resolved)), resolved)


def _days_between(inference: Inference, node: Call) -> Typed | None:
    start, end = (inference.day(argument) for argument in node.arguments)
    if start is None or end is None:
        return None
    first, last = start.type, end.type
    assert isinstance(first, DateType)  # noqa: S101  _date returns nothing else
    assert isinstance(last, DateType)  # noqa: S101
    kind = NumberType(
        decimals=0,
        low=last.low - first.high,
        high=last.high - first.low,
        optional=first.optional or last.optional,
    )
    return Typed(node, kind, (start, end))


def _add_days(inference: Inference, node: Call) -> Typed | None:
    day, count = inference.day(node.arguments[0]), inference.number(node.arguments[1])
    if day is None or count is None:
        return None
    kind, days = day.type, as_number(count.type)
    assert isinstance(kind, DateType)  # noqa: S101  _date returns nothing else
    if days.decimals:
        inference.refuse(node.arguments[1], "type_mismatch", "days are a whole number", "round it: round(x, 0)")
        return None
    low, high = kind.low + days.low, kind.high + days.high
    if low < _MIN_DAY or high > _MAX_DAY:
        hint = "declare 'min' and 'max' of the date, and of the number of days"
        inference.refuse(node, "overflow", "the result may fall outside the years 1 to 9999", hint)
        return None
    return Typed(node, DateType(low=low, high=high, optional=kind.optional or days.optional), (day, count))


def _choose(inference: Inference, node: Choose) -> Typed | None:
    index = inference.number(node.index)
    values = inference.visit_all(node.values)
    if index is None or values is None:
        return None
    kind = as_number(index.type)
    if kind.decimals or kind.low < 0 or kind.high >= len(values):
        inference.refuse(node, "type_mismatch", "the index may fall outside the values")
        return None
    results = inference.merged(node, values)
    if results is None:
        return None
    merged, resolved = results
    constants = tuple(value.node for value in resolved if isinstance(value.node, Constant))
    optional = merged.optional or kind.optional
    return Typed(attrs.evolve(node, values=constants), with_optional(merged, optional), (index,))


def _rank(side: Expression, ranking: tuple[str, ...]) -> Expression:
    """Write an option's place in the order, missing for an option outside it."""
    if isinstance(side, Text) and side.value in ranking:
        return Number(Decimal(ranking.index(side.value)))
    branches = tuple(
        Branch(Compare("==", side, Text(option)), Number(Decimal(place))) for place, option in enumerate(ranking)
    )
    return Case(branches, Missing(), column=side.column)
