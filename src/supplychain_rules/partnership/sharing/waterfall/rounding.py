"""Exact shares of a settlement in whole smallest units, so that they add up to the pool.

The rounding is the last line of the waterfall. Every party gets its exact share rounded down or up, none is more than
one unit off, and who has a whole number of units keeps it, so that a cap in whole units is never broken. What all
members of a group have together is rounded first, down or up as well, and then handed to the members. The units left
over go to the largest remainders, as `values.allocation` finds them; ties go to the larger share, then by name.

For a pool that is only split by weights the result is that of `values.money.allocate`.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import floor, lcm

from supplychain_rules.values.allocation import apportion

__all__ = ["round_shares"]


def round_shares(exact: Mapping[str, Fraction], total: int, groups: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Round exact shares, in smallest units, to whole ones.

    Args:
        exact: the share of each party; they add up to the total, or to less than one unit more or less.
        total: what the whole shares add up to.
        groups: parties that are rounded together first; no party is in two.

    >>> round_shares({"a": Fraction(7, 2), "b": Fraction(3, 2)}, 5, {})
    {'a': 4, 'b': 1}
    """
    grouped = {name for members in groups.values() for name in members}
    tops = {(False, name): share for name, share in exact.items() if name not in grouped}
    for group, members in groups.items():
        tops[True, group] = sum((exact[name] for name in members), start=Fraction(0))
    names = {f"{'group' if is_group else 'party'} {name}": (is_group, name) for is_group, name in tops}
    rounded = _level({key: tops[pair] for key, pair in names.items()}, total)
    found = {}
    for key, (is_group, name) in names.items():
        if is_group:
            found.update(_level({member: exact[member] for member in groups[name]}, rounded[key]))
        else:
            found[name] = rounded[key]
    return {name: found[name] for name in exact}


def _level(exact: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """Round every share down or up, so that they add up to the total."""
    shares = {name: floor(share) for name, share in exact.items()}
    left = total - sum(shares.values())
    if not left:
        return shares
    # Among equals a positive pool prefers the first name for a unit more, a negative one for a unit less.
    gaining = sorted((name for name in exact if exact[name] >= 0), key=lambda name: (-exact[name], name))
    losing = sorted((name for name in exact if exact[name] < 0), reverse=True)
    losing.sort(key=lambda name: -exact[name])
    places = {f"{place:06d}": name for place, name in enumerate([*gaining, *losing])}
    scale = lcm(*(share.denominator for share in exact.values()))
    remainders = {place: int((exact[name] - shares[name]) * scale) for place, name in places.items()}
    for place, units in apportion(left, remainders, maximum=dict.fromkeys(remainders, 1)).items():
        shares[places[place]] += units
    return shares
