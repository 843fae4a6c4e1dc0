"""How many suppliers: more of them cost more, and make it less likely that all fail at once.

All suppliers fail together in a super event, such as an embargo, with probability S; else each fails by itself with
probability U. n suppliers all fail with S + (1 - S) × Uⁿ, and cost n times what running one costs.
"""

from fractions import Fraction
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.money import Money
from supplychain_rules.values.proportions import check_money, exact_share
from supplychain_rules.values.scaled import check_whole, number_text

__all__ = ["SupplierCount", "SupplierCounts", "how_many_suppliers"]

#: Most suppliers that are compared.
_MOST_SUPPLIERS: Final = 100


@final
@attrs.frozen(kw_only=True)
class SupplierCount:
    """What a number of suppliers costs in expectation, in units of the currency."""

    count: int
    #: The probability that all of them fail.
    all_fail: Fraction
    expected_loss: Fraction
    running_cost: Fraction

    @property
    def expected_cost(self) -> Fraction:
        """Return the expected loss and the running cost together."""
        return self.expected_loss + self.running_cost


@final
@attrs.frozen(kw_only=True)
class SupplierCounts:
    """All numbers of suppliers that were compared, and the best: the fewest where several cost the same."""

    currency: str
    counts: tuple[SupplierCount, ...]
    best: int

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data that JSON can keep; exact numbers are text."""
        return {
            "currency": self.currency,
            "best": self.best,
            "counts": [
                {
                    "count": each.count,
                    "all_fail": number_text(each.all_fail),
                    "expected_loss": number_text(each.expected_loss),
                    "running_cost": number_text(each.running_cost),
                    "expected_cost": number_text(each.expected_cost),
                }
                for each in self.counts
            ],
        }


def how_many_suppliers(
    *, super_event: object, unique_event: object, loss: Money, cost_per_supplier: Money, most: int
) -> SupplierCounts:
    """Compare one to `most` suppliers by expected cost.

    Args:
        super_event: the probability that something takes all suppliers down, over the same time as the costs.
        unique_event: the probability that a supplier fails by itself.
        loss: what it costs when all have failed.
        cost_per_supplier: what running one supplier costs.
        most: how many suppliers there can be.

    Raises:
        InvalidValueError: probabilities outside 0..1 or floats, negative money, two currencies.

    Source:
        P. D. Berger, A. Gerstenfeld and A. Z. Zeng, "How many suppliers are best? A decision-analysis approach", Omega
        32 (2004) 9-15. A partial loss when some fail is not in the model.

    >>> found = how_many_suppliers(super_event="1/200", unique_event="1/25", loss=Money(10_000_000, "USD"),
    ...     cost_per_supplier=Money(10_000, "USD"), most=3)
    >>> found.best, [str(each.expected_cost) for each in found.counts]
    (3, ['458000', '85920', '403184/5'])
    """
    check_whole("most", most, least=1, most=_MOST_SUPPLIERS)
    shared, own = exact_share(super_event), exact_share(unique_event)
    for name, probability in (("super_event", shared), ("unique_event", own)):
        if not 0 <= probability <= 1:
            raise InvalidValueError(f"{name} is a probability from 0 to 1", number_text(probability))
    check_money("loss", loss, least="zero")
    check_money("cost_per_supplier", cost_per_supplier, currency=loss.currency, least="zero")
    counts = []
    for count in range(1, most + 1):
        failing = shared + (1 - shared) * own**count
        counts.append(
            SupplierCount(
                count=count,
                all_fail=failing,
                expected_loss=failing * Fraction(loss.amount),
                running_cost=count * Fraction(cost_per_supplier.amount),
            )
        )
    best = min(counts, key=lambda each: (each.expected_cost, each.count))
    return SupplierCounts(currency=loss.currency, counts=tuple(counts), best=best.count)
