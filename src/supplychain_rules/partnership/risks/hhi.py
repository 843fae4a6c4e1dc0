"""How concentrated supply is: the Herfindahl-Hirschman index of any shares, and the number of equal suppliers it means.

`measures.Concentration` takes the shares from a ledger; here they are given, as plans and capacities are.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.concentration import ConcentrationClass, HhiEdition, concentration_class
from supplychain_rules.values.proportions import exact_share
from supplychain_rules.values.scaled import number_text

__all__ = ["SupplyConcentration", "hhi", "supply_concentration"]

#: The index of a single holder, shares being in percent.
_MONOPOLY: Final = 10_000


@final
@attrs.frozen(kw_only=True)
class SupplyConcentration:
    """The concentration of shares."""

    #: From just above 0 to 10,000 for a single supplier.
    hhi: Fraction
    #: How many equal suppliers have the same index: 10,000 / HHI.
    effective_number: Fraction
    #: The name and share of the largest; the first by name where several are.
    largest: str
    largest_share: Fraction

    def class_by(self, edition: HhiEdition) -> ConcentrationClass:
        """Return how concentrated this is by the bounds of an edition of the US merger guidelines."""
        return concentration_class(self.hhi, edition=edition)

    def to_dict(self) -> dict[str, Any]:
        """Return the concentration as plain data that JSON can keep; exact numbers are text."""
        return {
            "hhi": number_text(self.hhi),
            "effective_number": number_text(self.effective_number),
            "largest": self.largest,
            "largest_share": number_text(self.largest_share),
        }


def hhi(shares: Mapping[str, object] | Iterable[object]) -> Fraction:
    """Return the Herfindahl-Hirschman index of shares, exactly: from just above 0 to 10,000 for a single holder.

    Args:
        shares: quantity, spend or share, by supplier or one after the other, in any one unit; only their ratios count.

    Raises:
        InvalidValueError: nothing at all, a negative share, or a float.

    Sources: O. C. Herfindahl (1950), A. O. Hirschman (1945).

    >>> hhi([50, 30, 20]), hhi({"a": 30, "b": 30, "c": 20, "d": 20})
    (Fraction(3800, 1), Fraction(2600, 1))
    """
    given: object = shares
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValueError("shares are several numbers", given, hint="write [50, 30, 20] or {'a': 50, 'b': 50}")
    named = given if isinstance(given, Mapping) else {f"at place {at}": one for at, one in enumerate(given, start=1)}
    return supply_concentration(named).hhi


def supply_concentration(shares: Mapping[str, object]) -> SupplyConcentration:
    """Return how concentrated supply is: the index, the number of equal suppliers that it means, the largest one.

    Args:
        shares: quantity, spend or share by supplier, in any one unit; only their ratios count.

    Raises:
        InvalidValueError: nothing at all, a negative share, or a float.

    Sources: as `hhi`; the effective number is M. A. Adelman's (1969).

    >>> found = supply_concentration({"a": 50, "b": 30, "c": 20})
    >>> found.hhi, found.effective_number, found.class_by("doj_2010")
    (Fraction(3800, 1), Fraction(50, 19), 'high')
    """
    given: object = shares
    if not isinstance(given, Mapping):
        raise InvalidValueError("shares go by supplier", given, hint="write {'a': 50, 'b': 30, 'c': 20}")
    parts = {name: exact_share(share) for name, share in shares.items()}
    negative = sorted(name for name, part in parts.items() if part < 0)
    if negative:
        raise InvalidValueError(f"the share of {negative[0]} is negative", str(parts[negative[0]]))
    whole = sum(parts.values(), Fraction(0))
    if not whole:
        raise InvalidValueError("shares of nothing have no concentration", dict(shares), hint="give a share above 0")
    index = _MONOPOLY * sum((part * part for part in parts.values()), Fraction(0)) / (whole * whole)
    largest = min(parts, key=lambda name: (-parts[name], name))
    return SupplyConcentration(
        hhi=index, effective_number=_MONOPOLY / index, largest=largest, largest_share=parts[largest] / whole
    )
