"""The Wilson interval: one late delivery of two is not a firm 50 %."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.interval import wilson_interval


def test_one_of_two_may_be_almost_anything() -> None:
    assert (Decimal("0.0945"), Decimal("0.9055")) == wilson_interval(1, 2)


def test_newcombe_1998_81_of_263_gives_the_published_interval() -> None:
    # R. G. Newcombe, Two-sided confidence intervals for the single proportion, table I, method 3.
    assert (Decimal("0.2553"), Decimal("0.3662")) == wilson_interval(81, 263)


def test_newcombe_1998_0_of_20_gives_the_published_interval() -> None:
    assert (Decimal("0.0000"), Decimal("0.1611")) == wilson_interval(0, 20)


def test_newcombe_1998_1_of_29_gives_the_published_interval() -> None:
    assert (Decimal("0.0061"), Decimal("0.1718")) == wilson_interval(1, 29)


def test_all_of_many_still_leaves_a_doubt() -> None:
    low, high = wilson_interval(29, 29)
    assert (Decimal("0.8830"), Decimal("1.0000")) == (low, high)


def test_an_interval_without_confidence_is_the_rate_itself() -> None:
    assert (Decimal("0.33"), Decimal("0.33")) == wilson_interval(1, 3, z="0", decimals=2)


def test_the_callers_decimal_context_changes_nothing() -> None:
    expected = wilson_interval(81, 263, decimals=8)
    with localcontext() as context:
        context.prec = 2
        assert expected == wilson_interval(Fraction(81), Decimal(263), decimals=8)


@pytest.mark.parametrize(("good", "count"), [(0, 0), (3, 2), (-1, 2)])
def test_counts_that_no_trial_could_give_are_refused(good: int, count: int) -> None:
    with pytest.raises(InvalidValueError):
        wilson_interval(good, count)


def test_a_negative_quantile_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="z is negative"):
        wilson_interval(1, 2, z="-1")
