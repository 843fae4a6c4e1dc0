"""Geometric means, correctly rounded: whole-number powers are compared, no root is ever taken."""

import math
from collections.abc import Sequence

__all__ = ["rounded_geometric_mean"]


def rounded_geometric_mean(
    units: Sequence[int | None], weights: Sequence[int], scale: int, decimals: int
) -> int | None:
    """Return the weighted geometric mean of the present scores, rounded half up, in units of `decimals`.

    Args:
        units: scores in units of 10**-`scale`, none negative; None is missing and leaves the mean.
        weights: whole-number weights, one for each score.
        scale: decimals of the scores.
        decimals: decimals of the result.

    Returns:
        The units of the mean, or None where no score is present.

    >>> rounded_geometric_mean([4, 9], [1, 1], 0, 1)
    60
    >>> rounded_geometric_mean([2, 3, None], [1, 1, 5], 0, 4)
    24495
    """
    present = [(unit, weight) for unit, weight in zip(units, weights, strict=True) if unit is not None and weight]
    total = sum(weight for _, weight in present)
    if not total:
        return None
    # u rounds the mean m when 2u - 1 <= 2m < 2u + 1 in units of the result, so powers of 2m decide.
    doubled = 2 * 10**decimals
    product = math.prod((unit * doubled) ** weight for unit, weight in present)
    power = 10 ** (scale * total)
    low, high = 0, max(unit for unit, _ in present) * 10**decimals // 10**scale + 1
    while low < high:
        middle = (low + high + 1) // 2
        if (2 * middle - 1) ** total * power <= product:
            low = middle
        else:
            high = middle - 1
    return low
