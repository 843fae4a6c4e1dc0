"""What always holds of an allocation: it adds up, knows no order, stays near the exact shares and within its bounds."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.values.allocation import (
    ALLOCATION_METHODS,
    AllocationMethod,
    Bounds,
    apportion,
    integer_weights,
    water_level,
)
from supplychain_rules.values.money import Money, allocate, allocate_interim

PARTIES = ("a", "b", "c", "d", "e", "f")
POOLS = st.integers(-200, 200)
METHODS = st.sampled_from(ALLOCATION_METHODS)
#: Few and often equal, so that remainders tie; one large, so that exact shares lie far apart.
WEIGHTS = st.dictionaries(
    st.sampled_from(PARTIES), st.sampled_from([0, 1, 1, 2, 3, 7, 30, 70, 999, 10**12]), min_size=1
).filter(lambda weights: any(weights.values()))

Mapped = dict[str, int]


@st.composite
def bounded(draw: st.DrawFn) -> tuple[int, Mapped, Mapped, Mapped]:
    """Draw a pool, weights and bounds that it can meet, because they lie around a split of it."""
    weights = draw(WEIGHTS)
    split = {party: draw(st.integers(0, 40)) if weight else 0 for party, weight in weights.items()}
    minimum = {party: max(units - draw(st.integers(0, 9)), 0) for party, units in split.items() if draw(st.booleans())}
    maximum = {party: units + draw(st.integers(0, 9)) for party, units in split.items() if draw(st.booleans())}
    return sum(split.values()), weights, minimum, maximum


def exact_shares(pool: int, weights: Mapped, minimum: Mapped, maximum: Mapped) -> dict[str, Fraction]:
    """Return the shares before rounding: a common level times the weight, held within the bounds."""
    bounds = {party: Bounds(minimum.get(party, 0), maximum.get(party)) for party in weights}
    level = water_level(pool, weights, bounds)
    shares = {}
    for party, weight in weights.items():
        lifted = max(level * weight, Fraction(minimum.get(party, 0)))
        shares[party] = min(lifted, Fraction(maximum[party])) if party in maximum else lifted
    return shares


def one_by_one(pool: int, weights: Mapped, minimum: Mapped, maximum: Mapped) -> Mapped:
    """Give out units one at a time as Webster's rule says: to the largest weight over 2 x share + 1."""
    shares = {party: minimum.get(party, 0) for party in weights}
    while sum(shares.values()) < pool:
        open_to_more = [
            party
            for party, weight in weights.items()
            if weight and (party not in maximum or shares[party] < maximum[party])
        ]
        first = min(
            open_to_more,
            key=lambda party: (-Fraction(weights[party], 2 * shares[party] + 1), -weights[party], party),
        )
        shares[first] += 1
    return shares


@given(POOLS, WEIGHTS, METHODS)
def test_shares_always_add_up_to_the_pool(pool: int, weights: Mapped, method: AllocationMethod) -> None:
    assert pool == sum(apportion(pool, weights, method).values())


@given(POOLS, WEIGHTS, METHODS, st.permutations(PARTIES))
def test_shares_do_not_depend_on_the_order_of_the_parties(
    pool: int, weights: Mapped, method: AllocationMethod, order: list[str]
) -> None:
    shuffled = {party: weights[party] for party in order if party in weights}

    assert apportion(pool, weights, method) == apportion(pool, shuffled, method)


@given(POOLS, WEIGHTS)
def test_by_largest_remainder_every_share_is_the_exact_one_rounded_down_or_up(pool: int, weights: Mapped) -> None:
    whole = sum(weights.values())
    shares = apportion(pool, weights)

    assert [] == [
        party for party, weight in weights.items() if abs(shares[party] - Fraction(pool * weight, whole)) >= 1
    ]


@given(st.integers(0, 200), WEIGHTS)
def test_webster_is_one_unit_at_a_time_to_the_first_in_line(pool: int, weights: Mapped) -> None:
    assert one_by_one(pool, weights, {}, {}) == apportion(pool, weights, "webster")


@given(st.integers(0, 200), st.integers(0, 200), WEIGHTS)
def test_by_webster_a_larger_pool_never_lowers_a_share(one: int, other: int, weights: Mapped) -> None:
    small, large = (apportion(pool, weights, "webster") for pool in sorted((one, other)))

    assert [] == [party for party in weights if large[party] < small[party]]


@given(st.integers(0, 200), WEIGHTS, METHODS, st.integers(1, 100), st.data())
def test_a_larger_weight_of_its_own_never_lowers_a_share(
    pool: int, weights: Mapped, method: AllocationMethod, more: int, data: st.DataObject
) -> None:
    party = data.draw(st.sampled_from(sorted(weights)))
    raised = weights | {party: weights[party] + more}

    assert apportion(pool, weights, method)[party] <= apportion(pool, raised, method)[party]


@given(st.integers(0, 200), WEIGHTS, METHODS)
def test_the_larger_weight_never_gets_less(pool: int, weights: Mapped, method: AllocationMethod) -> None:
    shares = apportion(pool, weights, method)

    assert [] == [
        (small, large)
        for small in weights
        for large in weights
        if weights[small] < weights[large] and shares[small] > shares[large]
    ]


@given(POOLS, WEIGHTS, METHODS)
def test_a_negative_pool_is_the_mirror_of_its_opposite(pool: int, weights: Mapped, method: AllocationMethod) -> None:
    mirrored = {party: -share for party, share in apportion(-pool, weights, method).items()}

    assert mirrored == apportion(pool, weights, method)


@given(POOLS, WEIGHTS, METHODS)
def test_names_decide_nothing_but_the_order_among_equals(pool: int, weights: Mapped, method: AllocationMethod) -> None:
    renamed = {f"{party} Ltd": weight for party, weight in weights.items()}

    assert {f"{party} Ltd": share for party, share in apportion(pool, weights, method).items()} == apportion(
        pool, renamed, method
    )


@given(POOLS, WEIGHTS, METHODS, st.fractions(Fraction(1, 1000), 1000))
def test_only_the_ratios_of_the_weights_matter(
    pool: int, weights: Mapped, method: AllocationMethod, factor: Fraction
) -> None:
    scaled = integer_weights({party: weight * factor for party, weight in weights.items()})

    assert apportion(pool, weights, method) == apportion(pool, scaled, method)


# Bounds


@given(bounded(), METHODS)
def test_shares_within_bounds_add_up_and_break_none(
    problem: tuple[int, Mapped, Mapped, Mapped], method: AllocationMethod
) -> None:
    pool, weights, minimum, maximum = problem
    shares = apportion(pool, weights, method, minimum=minimum, maximum=maximum)

    assert pool == sum(shares.values())
    assert [] == [party for party, low in minimum.items() if shares[party] < low]
    assert [] == [party for party, high in maximum.items() if shares[party] > high]


@given(bounded())
def test_within_bounds_every_share_is_the_exact_one_rounded_down_or_up(
    problem: tuple[int, Mapped, Mapped, Mapped],
) -> None:
    pool, weights, minimum, maximum = problem
    exact = exact_shares(*problem)
    shares = apportion(pool, weights, minimum=minimum, maximum=maximum)

    assert pool == sum(exact.values())
    assert [] == [party for party in weights if abs(shares[party] - exact[party]) >= 1]


@given(bounded())
def test_webster_within_bounds_is_one_unit_at_a_time_too(problem: tuple[int, Mapped, Mapped, Mapped]) -> None:
    pool, weights, minimum, maximum = problem

    assert one_by_one(*problem) == apportion(pool, weights, "webster", minimum=minimum, maximum=maximum)


@given(bounded(), METHODS)
def test_bounds_mirror_with_the_sign_of_the_pool(
    problem: tuple[int, Mapped, Mapped, Mapped], method: AllocationMethod
) -> None:
    pool, weights, minimum, maximum = problem
    mirrored = apportion(
        -pool,
        weights,
        method,
        minimum={party: -high for party, high in maximum.items()},
        maximum={party: -low for party, low in minimum.items()},
    )

    assert {party: -share for party, share in mirrored.items()} == apportion(
        pool, weights, method, minimum=minimum, maximum=maximum
    )


@given(st.integers(0, 200), WEIGHTS, METHODS)
def test_bounds_that_nobody_meets_change_nothing(pool: int, weights: Mapped, method: AllocationMethod) -> None:
    wide = apportion(pool, weights, method, minimum=dict.fromkeys(weights, 0), maximum=dict.fromkeys(weights, 999))

    assert apportion(pool, weights, method) == wide


# Money and instalments


@given(POOLS, WEIGHTS, METHODS)
def test_money_is_split_as_its_smallest_units_are(pool: int, weights: Mapped, method: AllocationMethod) -> None:
    allocation = allocate(Money.from_minor(pool, "EUR"), weights, method)

    assert apportion(pool, weights, method) == {party: share.minor_units for party, share in allocation.shares.items()}


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), WEIGHTS, METHODS)
def test_instalments_add_up_and_claw_back_as_little_as_promised(
    periods: list[int], weights: Mapped, method: AllocationMethod
) -> None:
    paid = dict.fromkeys(weights, Money("0", "EUR"))
    so_far = 0
    for units in periods:
        so_far += units
        instalment = allocate_interim(Money.from_minor(so_far, "EUR"), weights, paid, method)
        for party, share in instalment.shares.items():
            exact = Fraction(units * weights[party], sum(weights.values()))
            assert share.minor_units >= (0 if method == "webster" or exact >= 1 else -1)
            paid[party] += share

    assert allocate(Money.from_minor(so_far, "EUR"), weights, method).shares == paid


@given(bounded(), bounded())
def test_under_lasting_bounds_instalments_keep_the_same_promise(
    problem: tuple[int, Mapped, Mapped, Mapped], other: tuple[int, Mapped, Mapped, Mapped]
) -> None:
    pool, weights, minimum, maximum = problem
    earlier = min(max(other[0], sum(minimum.values())), pool)
    before = exact_shares(earlier, weights, minimum, maximum)
    after = exact_shares(pool, weights, minimum, maximum)
    shares = apportion(pool, weights, minimum=minimum, maximum=maximum)
    paid = apportion(earlier, weights, minimum=minimum, maximum=maximum)

    for party in weights:
        assert shares[party] - paid[party] >= (0 if after[party] - before[party] >= 1 else -1)
