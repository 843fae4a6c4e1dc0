"""Types and bounds: every expression is proved to fit 64 bits before it runs anywhere.

`infer` turns an expression into a `Typed` tree: the same nodes with literals resolved by context (a
text beside a date is a date), sugar removed (`clamp`, order on choices), and a type with exact
bounds on each node. Bounds are interval arithmetic on integers, and cover the temporaries of the
emission (rescaling, doubling before a rounded division).
"""

import itertools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import assert_never, final

import attrs

from supplychain_rules.errors import Problem, bounded_repr
from supplychain_rules.language.limits import INTEGER_LIMIT, MAX_DECIMALS, MAX_INFERRED_DECIMALS, MAX_WEIGHT_TOTAL
from supplychain_rules.language.merging import constant_type, merged_type, number_literal_type, rescaled_bounds
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
from supplychain_rules.language.segments import segments
from supplychain_rules.language.show import show
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
    day_number,
    describe_type,
    with_optional,
)
from supplychain_rules.values.rounding import divide

__all__ = ["Scope", "Typed", "infer"]

#: What a name means where an expression stands; None marks a name whose own definition was refused.
Scope = Mapping[str, Type | None]

_MIN_DAY = day_number(date.min)
_MAX_DAY = day_number(date.max)


@final
@attrs.frozen
class Typed:
    """An expression with its type and its typed operands, in the order of `nodes.children`."""

    node: Expression
    type: Type
    parts: tuple["Typed", ...] = ()


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
    return _Inference(scope, path, problems, later or {}).visit(expression)


@attrs.frozen
class _Inference:
    """One expression's inference: the scope it reads, and where its problems go."""

    _scope: Scope
    _path: str
    _problems: list[Problem]
    _later: Mapping[str, str]

    def refuse(self, node: Expression, code: str, message: str, hint: str = "") -> None:
        """Add a problem at a node."""
        problem = Problem(
            code=code,
            path=self._path,
            message=message,
            value=bounded_repr(show(node)),
            hint=hint,
            column=node.column or None,
        )
        self._problems.append(problem)

    def visit(self, node: Expression) -> Typed | None:
        """Type one node and what is below it."""
        match node:
            case Number() | Text() | Boolean() | Day() | Missing():
                return Typed(node, constant_type(node))
            case Name():
                return self._name(node)
            case Negate():
                return self._negate(node)
            case Sum():
                return self._sum(node)
            case Product():
                return self._product(node)
            case Compare():
                return self._compare(node)
            case In():
                return self._membership(node)
            case And() | Or():
                return self._connective(node)
            case Not():
                operand = self._boolean(node.of)
                return None if operand is None else Typed(node, operand.type, (operand,))
            case Case():
                return self._case(node)
            case Round():
                return self._round(node)
            case RoundDivide():
                return self._round_divide(node)
            case Call():
                return self._call(node)
            case Piecewise():
                return self._piecewise(node)
            case GeometricMean():
                return self._geometric_mean(node)
            case Choose():
                return self._choose(node)
            case _:
                assert_never(node)

    def _name(self, node: Name) -> Typed | None:
        if node.name not in self._scope:
            if node.name in self._later:
                self.refuse(node, "forward_reference", "this is not defined yet", self._later[node.name])
            else:
                visible = (name for name in self._scope if name.isidentifier())  # inner parts carry a dot
                self.refuse(node, "unknown_name", "unknown name", did_you_mean(node.name, visible))
            return None
        kind = self._scope[node.name]
        return None if kind is None else Typed(node, kind)

    def _visit_all(self, nodes: tuple[Expression, ...]) -> tuple[Typed, ...] | None:
        typed = [self.visit(node) for node in nodes]
        present = tuple(part for part in typed if part is not None)
        return present if len(present) == len(typed) else None

    def _number(self, node: Expression) -> Typed | None:
        typed = self.visit(node)
        if typed is None or isinstance(typed.type, NumberType):
            return typed
        if isinstance(typed.type, MissingType):
            return Typed(typed.node, NumberType(decimals=0, low=0, high=0, optional=True))
        self.refuse(node, "type_mismatch", f"a number is needed here, not {describe_type(typed.type)}")
        return None

    def _boolean(self, node: Expression) -> Typed | None:
        typed = self.visit(node)
        if typed is None or isinstance(typed.type, BooleanType):
            return typed
        if isinstance(typed.type, MissingType):
            return Typed(typed.node, BooleanType(optional=True))
        hint = "compare it, as in name > 0" if isinstance(typed.type, NumberType) else ""
        self.refuse(node, "type_mismatch", f"a condition is needed here, not {describe_type(typed.type)}", hint)
        return None

    def _date(self, node: Expression) -> Typed | None:
        typed = self.visit(node)
        return None if typed is None else self._as_date(node, typed)

    def _as_date(self, node: Expression, typed: Typed) -> Typed | None:
        if isinstance(typed.node, Text):
            return self._text_as_date(typed.node)
        if isinstance(typed.type, DateType):
            return typed
        self.refuse(node, "type_mismatch", f"a date is needed here, not {describe_type(typed.type)}")
        return None

    def _text_as_date(self, node: Text) -> Typed | None:
        try:
            day = Day(date.fromisoformat(node.value), column=node.column)
        except ValueError:
            self.refuse(node, "bad_date", "not a date", "write it as 2026-01-31")
            return None
        return Typed(day, constant_type(day))

    def _bounded(self, node: Expression, decimals: int, bounds: tuple[int, int], optional: bool) -> NumberType | None:  # noqa: FBT001
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

    def _negate(self, node: Negate) -> Typed | None:
        operand = self._number(node.of)
        if operand is None:
            return None
        kind = _as_number(operand.type)
        return Typed(node, attrs.evolve(kind, low=-kind.high, high=-kind.low), (operand,))

    def _sum(self, node: Sum) -> Typed | None:
        parts = self._numbers(node.terms)
        if parts is None:
            return None
        kinds = [_as_number(part.type) for part in parts]
        decimals = max(kind.decimals for kind in kinds)
        low = sum(rescaled_bounds(kind, decimals)[0] for kind in kinds)
        high = sum(rescaled_bounds(kind, decimals)[1] for kind in kinds)
        # A partial sum can be larger than the whole: a - a + b. Bound what any order of adding reaches.
        reach = sum(max(abs(bound) for bound in rescaled_bounds(kind, decimals)) for kind in kinds)
        if self._bounded(node, decimals, (-reach, reach), optional=False) is None:
            return None
        kind = self._bounded(node, decimals, (low, high), _any_optional(parts))
        return None if kind is None else Typed(node, kind, parts)

    def _numbers(self, nodes: tuple[Expression, ...]) -> tuple[Typed, ...] | None:
        typed = [self._number(node) for node in nodes]
        present = tuple(part for part in typed if part is not None)
        return present if len(present) == len(typed) else None

    def _product(self, node: Product) -> Typed | None:
        parts = self._numbers(node.factors)
        if parts is None:
            return None
        decimals, low, high = 0, 1, 1
        for part in parts:
            kind = _as_number(part.type)
            decimals += kind.decimals
            corners = [a * b for a in (low, high) for b in (kind.low, kind.high)]
            low, high = min(corners), max(corners)
            if self._bounded(node, decimals, (low, high), optional=False) is None:
                return None
        kind_of_product = NumberType(decimals=decimals, low=low, high=high, optional=_any_optional(parts))
        return Typed(node, kind_of_product, parts)

    def _compare(self, node: Compare) -> Typed | None:
        left, right = self.visit(node.left), self.visit(node.right)
        if left is None or right is None:
            return None
        if isinstance(left.type, DateType) or isinstance(right.type, DateType):
            left, right = self._as_date(node.left, left), self._as_date(node.right, right)
            if left is None or right is None:
                return None
        optional = left.type.optional or right.type.optional
        match left.type, right.type:
            case NumberType(), NumberType():
                if not self._comparable(node, left.type, right.type):
                    return None
            case DateType(), DateType():
                pass
            case ChoiceType() | TextType(), ChoiceType() | TextType():
                return self._compare_texts(node, left, right)
            case MissingType(), _:
                pass
            case BooleanType(), BooleanType():
                self.refuse(node, "type_mismatch", "booleans are not compared", "write 'name' or 'not name'")
                return None
            case _:
                what = f"{describe_type(left.type)} is not compared with {describe_type(right.type)}"
                self.refuse(node, "type_mismatch", what)
                return None
        return Typed(node, BooleanType(optional=optional), (left, right))

    def _comparable(self, node: Expression, left: NumberType, right: NumberType) -> bool:
        """Bring both sides to one scale within 64 bits, or refuse the comparison."""
        decimals = max(left.decimals, right.decimals)
        sides = (*rescaled_bounds(left, decimals), *rescaled_bounds(right, decimals))
        return self._bounded(node, decimals, (min(sides), max(sides)), optional=False) is not None

    def _compare_texts(self, node: Compare, left: Typed, right: Typed) -> Typed | None:
        if not self._options_known(left, right):
            return None
        if node.operator in ("==", "!="):
            optional = left.type.optional or right.type.optional
            return Typed(node, BooleanType(optional=optional), (left, right))
        rankings = [part.type.ranking for part in (left, right) if isinstance(part.type, ChoiceType)]
        ranking = next((ranking for ranking in rankings if ranking), ())
        if not ranking or any(own and own != ranking for own in rankings):
            hint = "only the bands of one ladder, or one choice declared 'ordered', have an order"
            self.refuse(node, "type_mismatch", "these options have no order", hint)
            return None
        if not all(isinstance(side, Name | Text) for side in (node.left, node.right)):
            self.refuse(node, "not_allowed", "order is for names and options", "give the value a step of its own")
            return None
        ranks = [self.visit(_rank(side, ranking)) for side in (node.left, node.right)]
        if ranks[0] is None or ranks[1] is None:
            return None
        return Typed(node, BooleanType(optional=True), (ranks[0], ranks[1]))

    def _options_known(self, left: Typed, right: Typed) -> bool:
        """Refuse a comparison with an option that the other side cannot have: it would never hold."""
        for literal, other in ((left, right), (right, left)):
            if not isinstance(literal.node, Text) or not isinstance(other.type, ChoiceType):
                continue
            if literal.node.value not in other.type.options:
                hint = did_you_mean(literal.node.value, other.type.options)
                self.refuse(literal.node, "unknown_option", f"{show(other.node)} has no such option", hint)
                return False
        return True

    def _membership(self, node: In) -> Typed | None:
        operand = self.visit(node.of)
        if operand is None:
            return None
        options = [self._option(node, option, operand) for option in node.options]
        present = tuple(option for option in options if option is not None)
        if len(present) < len(options):
            return None
        resolved = attrs.evolve(node, options=present)
        return Typed(resolved, BooleanType(optional=operand.type.optional), (operand,))

    def _option(self, node: In, option: Constant, operand: Typed) -> Constant | None:
        match operand.type, option:
            case (NumberType(), Number()) | (TextType(), Text()) | (DateType(), Day()):
                return option
            case DateType(), Text():
                typed = self._text_as_date(option)
                return typed.node if typed is not None and isinstance(typed.node, Day) else None
            case ChoiceType(options=known), Text():
                if option.value in known:
                    return option
                hint = did_you_mean(option.value, known)
                self.refuse(option, "unknown_option", f"{show(operand.node)} has no such option", hint)
            case _:
                wanted = describe_type(operand.type)
                self.refuse(
                    option, "type_mismatch", f"{show(node.of)} is {wanted}, so this cannot be one of its values"
                )
        return None

    def _connective(self, node: And | Or) -> Typed | None:
        typed = [self._boolean(part) for part in node.parts]
        present = tuple(part for part in typed if part is not None)
        if len(present) < len(typed):
            return None
        return Typed(node, BooleanType(optional=_any_optional(present)), present)

    def _case(self, node: Case) -> Typed | None:
        conditions = [self._boolean(branch.when) for branch in node.branches]
        values = [self.visit(branch.then) for branch in node.branches]
        otherwise = self.visit(node.otherwise)
        parts: list[Typed] = []
        for pair in zip(conditions, values, strict=True):
            parts.extend(part for part in pair if part is not None)
        if otherwise is None or len(parts) < 2 * len(node.branches):
            return None
        results = self._merged(node, (*parts[1::2], otherwise))
        if results is None:
            return None
        kind, thens = results
        flat = itertools.chain.from_iterable(zip(parts[0::2], thens, strict=False))
        return Typed(node, kind, (*flat, thens[-1]))

    def _merged(self, node: Expression, parts: tuple[Typed, ...]) -> tuple[Type, tuple[Typed, ...]] | None:
        """Find the one type of several alternatives; a text beside a date becomes a date."""
        if any(isinstance(part.type, DateType) for part in parts):
            dated = [self._text_as_date(part.node) if isinstance(part.node, Text) else part for part in parts]
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
            if self._bounded(node, merged.decimals, bounds, optional=False) is None:
                return None
        return merged, parts

    def _round(self, node: Round) -> Typed | None:
        operand = self._number(node.of)
        if operand is None:
            return None
        kind = _as_number(operand.type)
        if not 0 <= node.decimals <= MAX_DECIMALS:
            self.refuse(node, "bad_decimals", f"decimals are a whole number from 0 to {MAX_DECIMALS}")
            return None
        if kind.decimals <= node.decimals:
            bounds = rescaled_bounds(kind, node.decimals)
        else:
            power = 10 ** (kind.decimals - node.decimals)
            if self._bounded(node, kind.decimals, _doubled(kind, power), optional=False) is None:
                return None
            bounds = (divide(kind.low, power, node.mode), divide(kind.high, power, node.mode))
        rounded = self._bounded(node, node.decimals, bounds, kind.optional)
        return None if rounded is None else Typed(node, rounded, (operand,))

    def _round_divide(self, node: RoundDivide) -> Typed | None:
        left, right = self._number(node.left), self._number(node.right)
        if left is None or right is None:
            return None
        over, under = _as_number(left.type), _as_number(right.type)
        if under.low == under.high == 0:
            self.refuse(node, "division_by_zero", "the divisor is always zero")
            return None
        # The quotient's units are over * 10**shift / under; a negative shift rescales the divisor.
        shift = node.decimals + under.decimals - over.decimals
        over_low, over_high = (over.low * 10 ** max(shift, 0), over.high * 10 ** max(shift, 0))
        under_low, under_high = (under.low * 10 ** max(-shift, 0), under.high * 10 ** max(-shift, 0))
        largest_divisor = max(-under_low, under_high)
        reach = max(2 * max(-over_low, over_high) + largest_divisor, 2 * largest_divisor)
        if self._bounded(node, 0, (-reach, reach), optional=False) is None:
            return None
        may_be_zero = under_low <= 0 <= under_high
        unit = 10 ** max(-shift, 0)
        divisors = {bound for bound in (under_low, under_high) if bound}
        if may_be_zero:  # the smallest divisor that is not zero is one unit
            divisors |= ({unit} if under_high > 0 else set()) | ({-unit} if under_low < 0 else set())
        quotients = [divide(top, bottom, node.mode) for top in (over_low, over_high) for bottom in divisors]
        optional = may_be_zero or left.type.optional or right.type.optional
        kind = self._bounded(node, node.decimals, (min(quotients), max(quotients)), optional)
        return None if kind is None else Typed(node, kind, (left, right))

    def _call(self, node: Call) -> Typed | None:
        match node.function:
            case "abs":
                return self._abs(node)
            case "min" | "max":
                return self._extreme(node)
            case "clamp":
                value, low, high = node.arguments
                capped = Call("min", (value, high), column=node.column)
                return self.visit(Call("max", (low, capped), column=node.column))
            case "coalesce":
                return self._coalesce(node)
            case "is_missing":
                operand = self.visit(node.arguments[0])
                return None if operand is None else Typed(node, BooleanType(), (operand,))
            case "days_between":
                return self._days_between(node)
            case "add_days":
                return self._add_days(node)
            case _:
                assert_never(node.function)

    def _abs(self, node: Call) -> Typed | None:
        operand = self._number(node.arguments[0])
        if operand is None:
            return None
        kind = _as_number(operand.type)
        low = 0 if kind.low <= 0 <= kind.high else min(abs(kind.low), abs(kind.high))
        bounded = attrs.evolve(kind, low=low, high=max(abs(kind.low), abs(kind.high)))
        return Typed(node, bounded, (operand,))

    def _extreme(self, node: Call) -> Typed | None:
        parts = self._numbers(node.arguments)
        if parts is None:
            return None
        kinds = [_as_number(part.type) for part in parts]
        decimals = max(kind.decimals for kind in kinds)
        best = min if node.function == "min" else max
        low = best(rescaled_bounds(kind, decimals)[0] for kind in kinds)
        high = best(rescaled_bounds(kind, decimals)[1] for kind in kinds)
        reach = max(abs(bound) for kind in kinds for bound in rescaled_bounds(kind, decimals))
        if self._bounded(node, decimals, (-reach, reach), optional=False) is None:
            return None
        kind = NumberType(decimals=decimals, low=low, high=high, optional=_any_optional(parts))
        return Typed(node, kind, parts)

    def _coalesce(self, node: Call) -> Typed | None:
        parts = self._visit_all(node.arguments)
        if parts is None:
            return None
        results = self._merged(node, parts)
        if results is None:
            return None
        kind, resolved = results
        return Typed(node, with_optional(kind, all(part.type.optional for part in resolved)), resolved)

    def _days_between(self, node: Call) -> Typed | None:
        start, end = (self._date(argument) for argument in node.arguments)
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

    def _add_days(self, node: Call) -> Typed | None:
        day, count = self._date(node.arguments[0]), self._number(node.arguments[1])
        if day is None or count is None:
            return None
        kind, days = day.type, _as_number(count.type)
        assert isinstance(kind, DateType)  # noqa: S101  _date returns nothing else
        if days.decimals:
            self.refuse(node.arguments[1], "type_mismatch", "days are a whole number", "round it: round(x, 0)")
            return None
        low, high = kind.low + days.low, kind.high + days.high
        if low < _MIN_DAY or high > _MAX_DAY:
            hint = "declare 'min' and 'max' of the date, and of the number of days"
            self.refuse(node, "overflow", "the result may fall outside the years 1 to 9999", hint)
            return None
        return Typed(node, DateType(low=low, high=high, optional=kind.optional or days.optional), (day, count))

    def _piecewise(self, node: Piecewise) -> Typed | None:
        operand = self._number(node.of)
        if operand is None:
            return None
        kind = _as_number(operand.type)
        if any(_places(number) > MAX_DECIMALS for point in node.points for number in point):
            self.refuse(node, "too_many_decimals", f"a point has at most {MAX_DECIMALS} decimals")
            return None
        function = segments(node, kind.decimals)
        low, high = rescaled_bounds(kind, function.decimals)
        if self._bounded(node, function.decimals, (min(low, 0), max(high, 0)), optional=False) is None:
            return None
        reach = function.reach(low, high)
        if self._bounded(node, 0, (-reach, reach), optional=False) is None:
            return None
        # The value is monotone between points, so the ends and the points within bound it.
        reached = [function.value(x) for x in (low, high)]
        reached += [function.value(piece.until) for piece in function.pieces if low < piece.until < high]
        reached += [function.first] if low < function.start < high else []
        bounds = (min(reached), max(reached))
        result = self._bounded(node, node.decimals, bounds, kind.optional)
        return None if result is None else Typed(node, result, (operand,))

    def _geometric_mean(self, node: GeometricMean) -> Typed | None:
        parts = self._numbers(node.terms)
        if parts is None:
            return None
        kinds = [_as_number(part.type) for part in parts]
        if any(kind.low < 0 for kind in kinds):
            self.refuse(node, "negative_root", "a geometric mean needs scores that cannot be negative")
            return None
        if sum(node.weights) > MAX_WEIGHT_TOTAL:
            hint = f"weights in lowest terms may add up to {MAX_WEIGHT_TOTAL}: round them"
            self.refuse(node, "weights_too_fine", "these weights are too fine for a geometric mean", hint)
            return None
        high = max(rescaled_bounds(kind, max(kind.decimals, node.decimals))[1] for kind in kinds)
        decimals = max([node.decimals, *(kind.decimals for kind in kinds)])
        top = divide(high * 10 ** (decimals - min(decimals, node.decimals)), 10 ** (decimals - node.decimals))
        low = min(divide(kind.low * 10**node.decimals, 10**kind.decimals, "floor") for kind in kinds)
        bound = self._bounded(node, node.decimals, (low, max(top, low)), all(part.type.optional for part in parts))
        return None if bound is None else Typed(node, bound, parts)

    def _choose(self, node: Choose) -> Typed | None:
        index = self._number(node.index)
        values = self._visit_all(node.values)
        if index is None or values is None:
            return None
        kind = _as_number(index.type)
        if kind.decimals or kind.low < 0 or kind.high >= len(values):
            self.refuse(node, "type_mismatch", "the index may fall outside the values")
            return None
        results = self._merged(node, values)
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


def _as_number(kind: Type) -> NumberType:
    assert isinstance(kind, NumberType)  # noqa: S101  _number returns nothing else
    return kind


def _doubled(kind: NumberType, power: int) -> tuple[int, int]:
    reach = 2 * max(-kind.low, kind.high, 0) + power
    return -reach, reach


def _places(value: Decimal) -> int:
    return number_literal_type(value).decimals


def _any_optional(parts: tuple[Typed, ...]) -> bool:
    return any(part.type.optional for part in parts)


def _magnitude(units: int) -> str:
    return f"10^{len(str(units)) - 1}" if units.bit_length() < 1000 else "far too many"
