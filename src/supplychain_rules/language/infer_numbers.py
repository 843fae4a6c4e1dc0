"""Types and bounds of the numeric nodes: interval arithmetic on whole numbers of units.

Every bound covers the temporaries of the emission too: rescaling, doubling before a rounded division,
and partial sums.
"""

import attrs

from supplychain_rules.language.inference import Inference, as_number
from supplychain_rules.language.limits import MAX_DECIMALS, MAX_WEIGHT_TOTAL
from supplychain_rules.language.merging import number_literal_type, rescaled_bounds
from supplychain_rules.language.nodes import (
    Call,
    GeometricMean,
    Negate,
    Piecewise,
    Product,
    Round,
    RoundDivide,
    Sum,
)
from supplychain_rules.language.segments import segments
from supplychain_rules.language.typed import Typed, any_optional
from supplychain_rules.language.types import NumberType
from supplychain_rules.values.rounding import divide

__all__ = [
    "infer_abs",
    "infer_extreme",
    "infer_geometric_mean",
    "infer_negate",
    "infer_piecewise",
    "infer_product",
    "infer_round",
    "infer_round_divide",
    "infer_sum",
]


def infer_negate(inference: Inference, node: Negate) -> Typed | None:
    """Turn the bounds round."""
    operand = inference.number(node.of)
    if operand is None:
        return None
    kind = as_number(operand.type)
    return Typed(node, attrs.evolve(kind, low=-kind.high, high=-kind.low), (operand,))


def infer_sum(inference: Inference, node: Sum) -> Typed | None:
    """Add the bounds."""
    parts = inference.numbers(node.terms)
    if parts is None:
        return None
    kinds = [as_number(part.type) for part in parts]
    decimals = max(kind.decimals for kind in kinds)
    low = sum(rescaled_bounds(kind, decimals)[0] for kind in kinds)
    high = sum(rescaled_bounds(kind, decimals)[1] for kind in kinds)
    # A partial sum can be larger than the whole: a - a + b. Bound what any order of adding reaches.
    reach = sum(max(abs(bound) for bound in rescaled_bounds(kind, decimals)) for kind in kinds)
    if inference.bounded(node, decimals, (-reach, reach), optional=False) is None:
        return None
    kind = inference.bounded(node, decimals, (low, high), any_optional(parts))
    return None if kind is None else Typed(node, kind, parts)


def infer_product(inference: Inference, node: Product) -> Typed | None:
    """Take the corners of the box that the factors' bounds span."""
    parts = inference.numbers(node.factors)
    if parts is None:
        return None
    decimals, low, high = 0, 1, 1
    for part in parts:
        kind = as_number(part.type)
        decimals += kind.decimals
        corners = [a * b for a in (low, high) for b in (kind.low, kind.high)]
        low, high = min(corners), max(corners)
        if inference.bounded(node, decimals, (low, high), optional=False) is None:
            return None
    kind_of_product = NumberType(decimals=decimals, low=low, high=high, optional=any_optional(parts))
    return Typed(node, kind_of_product, parts)


def infer_round(inference: Inference, node: Round) -> Typed | None:
    """Round the bounds."""
    operand = inference.number(node.of)
    if operand is None:
        return None
    kind = as_number(operand.type)
    if not 0 <= node.decimals <= MAX_DECIMALS:
        inference.refuse(node, "bad_decimals", f"decimals are a whole number from 0 to {MAX_DECIMALS}")
        return None
    if kind.decimals <= node.decimals:
        bounds = rescaled_bounds(kind, node.decimals)
    else:
        power = 10 ** (kind.decimals - node.decimals)
        if inference.bounded(node, kind.decimals, _doubled(kind, power), optional=False) is None:
            return None
        bounds = (divide(kind.low, power, node.mode), divide(kind.high, power, node.mode))
    rounded = inference.bounded(node, node.decimals, bounds, kind.optional)
    return None if rounded is None else Typed(node, rounded, (operand,))


def infer_round_divide(inference: Inference, node: RoundDivide) -> Typed | None:
    """Divide the bounds; a divisor that may be zero counts one unit at least."""
    left, right = inference.number(node.left), inference.number(node.right)
    if left is None or right is None:
        return None
    over, under = as_number(left.type), as_number(right.type)
    if under.low == under.high == 0:
        inference.refuse(node, "division_by_zero", "the divisor is always zero")
        return None
    # The quotient's units are over * 10**shift / under; a negative shift rescales the divisor.
    shift = node.decimals + under.decimals - over.decimals
    over_low, over_high = (over.low * 10 ** max(shift, 0), over.high * 10 ** max(shift, 0))
    under_low, under_high = (under.low * 10 ** max(-shift, 0), under.high * 10 ** max(-shift, 0))
    largest_divisor = max(-under_low, under_high)
    reach = max(2 * max(-over_low, over_high) + largest_divisor, 2 * largest_divisor)
    if inference.bounded(node, 0, (-reach, reach), optional=False) is None:
        return None
    may_be_zero = under_low <= 0 <= under_high
    unit = 10 ** max(-shift, 0)
    divisors = {bound for bound in (under_low, under_high) if bound}
    if may_be_zero:  # the smallest divisor that is not zero is one unit
        divisors |= ({unit} if under_high > 0 else set()) | ({-unit} if under_low < 0 else set())
    quotients = [divide(top, bottom, node.mode) for top in (over_low, over_high) for bottom in divisors]
    optional = may_be_zero or left.type.optional or right.type.optional
    kind = inference.bounded(node, node.decimals, (min(quotients), max(quotients)), optional)
    return None if kind is None else Typed(node, kind, (left, right))


def infer_abs(inference: Inference, node: Call) -> Typed | None:
    """Fold the bounds at zero."""
    operand = inference.number(node.arguments[0])
    if operand is None:
        return None
    kind = as_number(operand.type)
    low = 0 if kind.low <= 0 <= kind.high else min(abs(kind.low), abs(kind.high))
    bounded = attrs.evolve(kind, low=low, high=max(abs(kind.low), abs(kind.high)))
    return Typed(node, bounded, (operand,))


def infer_extreme(inference: Inference, node: Call) -> Typed | None:
    """Take the least or largest bounds of `min` or `max`."""
    parts = inference.numbers(node.arguments)
    if parts is None:
        return None
    kinds = [as_number(part.type) for part in parts]
    decimals = max(kind.decimals for kind in kinds)
    best = min if node.function == "min" else max
    low = best(rescaled_bounds(kind, decimals)[0] for kind in kinds)
    high = best(rescaled_bounds(kind, decimals)[1] for kind in kinds)
    reach = max(abs(bound) for kind in kinds for bound in rescaled_bounds(kind, decimals))
    if inference.bounded(node, decimals, (-reach, reach), optional=False) is None:
        return None
    kind = NumberType(decimals=decimals, low=low, high=high, optional=any_optional(parts))
    return Typed(node, kind, parts)


def infer_piecewise(inference: Inference, node: Piecewise) -> Typed | None:
    """Take the values at the operand's ends and at the points between."""
    operand = inference.number(node.of)
    if operand is None:
        return None
    kind = as_number(operand.type)
    if any(number_literal_type(number).decimals > MAX_DECIMALS for point in node.points for number in point):
        inference.refuse(node, "too_many_decimals", f"a point has at most {MAX_DECIMALS} decimals")
        return None
    function = segments(node, kind.decimals)
    low, high = rescaled_bounds(kind, function.decimals)
    if inference.bounded(node, function.decimals, (min(low, 0), max(high, 0)), optional=False) is None:
        return None
    reach = function.reach(low, high)
    if inference.bounded(node, 0, (-reach, reach), optional=False) is None:
        return None
    # The value is monotone between points, so the ends and the points within bound it.
    reached = [function.value(x) for x in (low, high)]
    reached += [function.value(piece.until) for piece in function.pieces if low < piece.until < high]
    reached += [function.first] if low < function.start < high else []
    bounds = (min(reached), max(reached))
    result = inference.bounded(node, node.decimals, bounds, kind.optional)
    return None if result is None else Typed(node, result, (operand,))


def infer_geometric_mean(inference: Inference, node: GeometricMean) -> Typed | None:
    """Lie between the least and the largest score."""
    parts = inference.numbers(node.terms)
    if parts is None:
        return None
    kinds = [as_number(part.type) for part in parts]
    if any(kind.low < 0 for kind in kinds):
        inference.refuse(node, "negative_root", "a geometric mean needs scores that cannot be negative")
        return None
    if sum(node.weights) > MAX_WEIGHT_TOTAL:
        hint = f"weights in lowest terms may add up to {MAX_WEIGHT_TOTAL}: round them"
        inference.refuse(node, "weights_too_fine", "these weights are too fine for a geometric mean", hint)
        return None
    unit = 10**node.decimals
    low = min(divide(kind.low * unit, 10**kind.decimals, "floor") for kind in kinds)
    high = max(divide(kind.high * unit, 10**kind.decimals, "ceil") for kind in kinds)
    bound = inference.bounded(node, node.decimals, (low, high), _rootless(node, parts))
    return None if bound is None else Typed(node, bound, parts)


def _rootless(node: GeometricMean, parts: tuple[Typed, ...]) -> bool:
    """Say whether every part that has a weight may be missing, so that nothing may be left to take a root of."""
    return all(part.type.optional for part, weight in zip(parts, node.weights, strict=True) if weight)


def _doubled(kind: NumberType, power: int) -> tuple[int, int]:
    reach = 2 * max(-kind.low, kind.high, 0) + power
    return -reach, reach
