"""Where weights come from: judgements of people turned into the weights of a scorecard.

Four ways, from the most careful to the quickest: compare every pair of criteria (AHP, the analytic
hierarchy process), value the swing of each criterion from worst to best, or only rank the criteria
and let a formula spread the weight. A weight is derived once, when a rule set is written; the rule
set holds the result as text (`weight_text`), so that a score never depends on how it was found.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from itertools import combinations
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, assert_never, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError, bounded_repr
from supplychain_rules.language.limits import MAX_DECIMALS
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import exact_fraction, exact_number, number_text, to_decimal

__all__ = [
    "ACCEPTED_CONSISTENCY_RATIO",
    "AHP_ESTIMATORS",
    "MAX_CRITERIA",
    "MAX_JUDGEMENT",
    "RANDOM_INDEX_TABLES",
    "WEIGHT_DECIMALS",
    "AhpEstimator",
    "AhpResult",
    "RandomIndex",
    "ahp_weights",
    "rank_order_centroid",
    "rank_reciprocal",
    "rank_sum",
    "swing_weights",
    "weight_text",
]

#: How weights are read out of a comparison matrix.
AhpEstimator = Literal["principal_eigenvector", "row_geometric_mean", "mean_of_normalised_columns"]

#: The estimators in the order in which the documentation lists them.
AHP_ESTIMATORS: Final[tuple[AhpEstimator, ...]] = get_args(AhpEstimator)

#: Whose table says how inconsistent random judgements are.
RandomIndex = Literal["saaty_1980", "saaty_later", "tummala_ling_1998", "donegan_dodd"]

#: A judgement as a caller may write it: a number, or text such as `"1/3"`.
Judgement: TypeAlias = "int | float | str | Decimal | Fraction"

#: Decimals of every figure of an `AhpResult`: judgements carry one digit, published tables at most ten.
WEIGHT_DECIMALS: Final = 10

#: Most criteria of one level. Nobody ranks more, and beyond it the exact fractions of the rank-order
#: centroid outgrow the digits that a rule set may hold.
MAX_CRITERIA: Final = 50

#: Largest judgement; the smallest is 1 over it. Saaty's scale ends at 9 and points at 100; within a
#: thousand no AHP weight rounds to zero, and the iteration provably ends.
MAX_JUDGEMENT: Final = 1_000

#: Saaty's rule of thumb: above it the comparisons should be talked over again (Saaty 1980).
ACCEPTED_CONSISTENCY_RATIO: Final = Decimal("0.10")

_PRINTED_INDICES: Final[Mapping[RandomIndex, str]] = {
    "saaty_1980": "0.58 0.90 1.12 1.24 1.32 1.41 1.45 1.49 1.51 1.48 1.56 1.57 1.59",
    "saaty_later": "0.52 0.89 1.11 1.25 1.35 1.40 1.45 1.49 1.52 1.54 1.56 1.58 1.59",
    "tummala_ling_1998": "0.5799 0.8921 1.1159 1.2358 1.3322 1.3952 1.4537 1.4882 1.5117 1.5356 1.5571 1.5714 1.5831",
    "donegan_dodd": "0.4914 0.8286 1.0591 1.1797 1.2519 1.3171 1.3733 1.4055 1.4213 1.4497 1.4643 1.4822 1.4969 "
    "1.5078 1.5153 1.5262 1.5313 1.5371",
}

#: The mean consistency index of random comparisons of 3, 4, 5, ... criteria.
#: saaty_1980: T. L. Saaty, The Analytic Hierarchy Process, 1980 (1.48 at 12 as printed; reprints have 1.54).
#: saaty_later: T. L. Saaty, Theory and Applications of the Analytic Network Process, 2005.
#: tummala_ling_1998: V. M. Rao Tummala and H. Ling, Theory and Decision 44, 1998.
#: donegan_dodd: H. A. Donegan and F. J. Dodd, Mathematical and Computer Modelling 15, 1991.
RANDOM_INDEX_TABLES: Final[Mapping[RandomIndex, tuple[Decimal, ...]]] = MappingProxyType(
    {name: tuple(map(Decimal, row.split())) for name, row in _PRINTED_INDICES.items()}
)

#: Fewest criteria that can contradict each other, where the tables begin.
_FIRST_IN_TABLE: Final = 3

#: Most problems that one message spells out.
_MAX_SHOWN: Final = 20

#: Our own context: the caller's precision, rounding and traps must not change a weight.
_PRECISE: Final = Context(
    prec=60, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, traps=[InvalidOperation, DivisionByZero, Overflow]
)

#: The iteration stops when no share moves by more than this. It converges quadratically, so the error
#: that is left is far below the noise of 60 digits.
_SETTLED: Final = Decimal("1e-40")

#: Digits that are certainly free of noise: results are first cut to them, so that a weight that lies
#: exactly on a half rounds the same way whatever the order of the criteria.
_CERTAIN: Final = Decimal("1e-30")

_ZERO: Final = Decimal(0)

_Matrix: TypeAlias = tuple[tuple[Decimal, ...], ...]
_Vector: TypeAlias = tuple[Decimal, ...]


@final
@attrs.frozen(kw_only=True)
class AhpResult:
    """Weights from pairwise comparisons, and how far the comparisons contradict each other.

    Every figure is rounded half up to `WEIGHT_DECIMALS` decimals, so the weights may miss a sum of 1
    in the last place; a scorecard normalises them.
    """

    #: Criterion to weight, in the order in which the comparisons name the criteria.
    weights: Mapping[str, Decimal] = attrs.field(hash=False)
    #: The principal eigenvalue of the comparison matrix, whatever the estimator; n if consistent.
    lambda_max: Decimal
    #: (lambda_max - n) / (n - 1); 0 if consistent.
    consistency_index: Decimal
    #: The consistency index over that of random comparisons; see `ACCEPTED_CONSISTENCY_RATIO`.
    consistency_ratio: Decimal
    #: How the weights were estimated.
    estimator: AhpEstimator
    #: Which table of random indices the ratio uses.
    random_index: RandomIndex


def swing_weights(points: Mapping[str, Judgement]) -> Mapping[str, Fraction]:
    """Return each criterion's share of the swing points, exactly.

    The most valuable swing from worst to best performance gets 100 points, the others less in
    proportion (von Winterfeldt and Edwards 1986; Goodwin and Wright). Direct points work the same way.

    Args:
        points: criterion to points, above 0, at most `MAX_JUDGEMENT`, of at most 9 decimals.

    Raises:
        InvalidValueError: no criterion, a bad name, or points that are not within the limits; the
            message names all of them.

    >>> dict(swing_weights({"quality": 100, "delivery": 60, "service": 40}))
    {'quality': Fraction(1, 2), 'delivery': Fraction(3, 10), 'service': Fraction(1, 5)}
    """
    if not isinstance(points, Mapping):
        raise InvalidValueError("swing points are not a mapping", points, hint="give {'quality': 100, ...}")
    problems = list(_name_problems(list(points)))
    exact: dict[str, Fraction] = {}
    for criterion, value in points.items():
        try:
            exact[criterion] = _points(value)
        except InvalidValueError as error:
            problems.append(f"{bounded_repr(criterion)}: {error}")
    _refuse(problems, "swing points")
    total = sum(exact.values())
    return MappingProxyType({criterion: share / total for criterion, share in exact.items()})


def rank_order_centroid(criteria: Sequence[str]) -> Mapping[str, Fraction]:
    """Return the rank-order centroid weights of criteria listed from the most to the least important.

    The mean of all weights that agree with the ranking: w(i) = (1/i + 1/(i+1) + ... + 1/n) / n
    (Barron and Barrett 1996).

    Raises:
        InvalidValueError: no criteria, more than `MAX_CRITERIA`, a bad name or one listed twice.

    >>> weight_text(rank_order_centroid(["quality", "delivery", "cost", "service"]))
    {'quality': '25/48', 'delivery': '13/48', 'cost': '7/48', 'service': '0.0625'}
    """
    return _by_rank(criteria, lambda rank, count: sum((Fraction(1, i) for i in range(rank, count + 1)), Fraction()))


def rank_sum(criteria: Sequence[str]) -> Mapping[str, Fraction]:
    """Return the rank-sum weights of criteria listed from the most to the least important.

    w(i) is proportional to n + 1 - i (Stillwell, Seaver and Edwards 1981).

    Raises:
        InvalidValueError: no criteria, more than `MAX_CRITERIA`, a bad name or one listed twice.

    >>> weight_text(rank_sum(["quality", "delivery", "cost", "service"]))
    {'quality': '0.4', 'delivery': '0.3', 'cost': '0.2', 'service': '0.1'}
    """
    return _by_rank(criteria, lambda rank, count: Fraction(count + 1 - rank))


def rank_reciprocal(criteria: Sequence[str]) -> Mapping[str, Fraction]:
    """Return the rank-reciprocal weights of criteria listed from the most to the least important.

    w(i) is proportional to 1 / i (Stillwell, Seaver and Edwards 1981).

    Raises:
        InvalidValueError: no criteria, more than `MAX_CRITERIA`, a bad name or one listed twice.

    >>> weight_text(rank_reciprocal(["quality", "delivery", "cost", "service"]))
    {'quality': '0.48', 'delivery': '0.24', 'cost': '0.16', 'service': '0.12'}
    """
    return _by_rank(criteria, lambda rank, _count: Fraction(1, rank))


def ahp_weights(
    comparisons: Mapping[tuple[str, str], Judgement],
    estimator: AhpEstimator = "principal_eigenvector",
    random_index: RandomIndex = "saaty_1980",
) -> AhpResult:
    """Derive weights from pairwise comparisons: the analytic hierarchy process (Saaty 1980).

    Args:
        comparisons: `("quality", "delivery"): 3` says that quality matters three times as much as
            delivery, `"1/3"` the reverse. Every pair once; the mirrored pair and the diagonal may be
            given too if they agree.
        estimator: Saaty's principal eigenvector, the row geometric mean (Crawford and Williams 1985),
            or the mean of the normalised columns, an approximation used in spreadsheets.
        random_index: the table behind the consistency ratio, in `RANDOM_INDEX_TABLES`.

    Raises:
        InvalidValueError: an unknown estimator or table, fewer than two criteria or more than the
            table covers, a missing or contradictory pair, a comparison outside 1/`MAX_JUDGEMENT` to
            `MAX_JUDGEMENT`; the message names all of them.

    >>> result = ahp_weights({("quality", "price"): 3, ("quality", "service"): 5, ("price", "service"): 2})
    >>> weight_text(result.weights)
    {'quality': '0.6483290138', 'price': '0.2296507941', 'service': '0.1220201921'}
    >>> result.consistency_ratio <= ACCEPTED_CONSISTENCY_RATIO
    True
    """
    names, matrix = _checked(comparisons, estimator, random_index)
    with localcontext(_PRECISE):
        principal = _principal_eigenvector(matrix)
        match estimator:
            case "principal_eigenvector":
                weights = principal
            case "row_geometric_mean":
                weights = _row_geometric_mean(matrix)
            case "mean_of_normalised_columns":
                weights = _mean_of_normalised_columns(matrix)
            case _:
                assert_never(estimator)
        largest = sum(_times(matrix, principal), _ZERO).quantize(_CERTAIN)
        count = len(names)
        index = (largest - count) / (count - 1)
        random = RANDOM_INDEX_TABLES[random_index][count - _FIRST_IN_TABLE] if count >= _FIRST_IN_TABLE else Decimal(1)
        return AhpResult(
            weights=MappingProxyType(dict(zip(names, map(_rounded, weights), strict=True))),
            lambda_max=_rounded(largest),
            consistency_index=_rounded(index),
            consistency_ratio=_rounded(index / random),
            estimator=estimator,
            random_index=random_index,
        )


def weight_text(weights: Mapping[str, Fraction | Decimal]) -> dict[str, str]:
    """Return weights as the texts that a rule set holds: `weight = "25/48"`.

    >>> weight_text({"quality": Fraction(2, 3), "price": Decimal("0.25")})
    {'quality': '2/3', 'price': '0.25'}
    """
    return {criterion: number_text(weight) for criterion, weight in weights.items()}


def _by_rank(criteria: Sequence[str], share: Callable[[int, int], Fraction]) -> Mapping[str, Fraction]:
    if isinstance(criteria, str) or not isinstance(criteria, Sequence):
        raise InvalidValueError("ranked criteria are not a list", criteria, hint="list them, the most important first")
    _refuse(list(_name_problems(criteria)), "ranked criteria")
    count = len(criteria)
    shares = [share(rank, count) for rank in range(1, count + 1)]
    total = sum(shares)
    return MappingProxyType({criterion: part / total for criterion, part in zip(criteria, shares, strict=True)})


def _name_problems(names: Sequence[object]) -> Iterator[str]:
    if not names:
        yield "no criteria"
    if len(names) > MAX_CRITERIA:
        yield f"{len(names)} criteria, more than {MAX_CRITERIA}; group them and weigh the groups first"
        return
    for place, name in enumerate(names):
        if not isinstance(name, str) or not name:
            yield f"{bounded_repr(name)} is not a criterion's name"
        elif name in names[:place]:
            yield f"{bounded_repr(name)} is listed twice"


def _judgement(value: object) -> Fraction:
    """Read a positive judgement within the limits; a fraction text is read exactly."""
    number = exact_fraction(value)
    if number <= 0:
        raise InvalidValueError("not above zero", value, hint="leave out what has no importance")
    if not Fraction(1, MAX_JUDGEMENT) <= number <= MAX_JUDGEMENT:
        raise InvalidValueError(f"not between 1/{MAX_JUDGEMENT} and {MAX_JUDGEMENT}", value)
    return number


def _points(value: object) -> Fraction:
    """Read points: a judgement of few decimals, so that every share fits into a rule set."""
    number = _judgement(value)
    if (number * 10**MAX_DECIMALS).denominator != 1:
        raise InvalidValueError(f"more than {MAX_DECIMALS} decimals", value, hint="round the points")
    return number


def _refuse(problems: Sequence[str], what: str) -> None:
    """Raise one error that names all problems, if there are any."""
    if not problems:
        return
    shown = [
        *problems[:_MAX_SHOWN],
        *([f"and {len(problems) - _MAX_SHOWN} more"] if len(problems) > _MAX_SHOWN else []),
    ]
    raise InvalidValueError("\n  ".join([f"these {what} give no weights:", *shown]))


def _checked(comparisons: object, estimator: object, random_index: object) -> tuple[tuple[str, ...], _Matrix]:
    """Return the criteria and their full comparison matrix, or refuse with everything that is wrong."""
    problems = [
        f"unknown {what} {bounded_repr(value)}; {did_you_mean(value, options)}"
        for what, value, options in (
            ("estimator", estimator, AHP_ESTIMATORS),
            ("random index", random_index, tuple(RANDOM_INDEX_TABLES)),
        )
        if value not in options
    ]
    if not isinstance(comparisons, Mapping):
        problems.append(f"{bounded_repr(comparisons)} is not a mapping; give {{('quality', 'price'): 3, ...}}")
        comparisons = {}
    most = max(
        _FIRST_IN_TABLE - 1 + len(table)
        for name, table in RANDOM_INDEX_TABLES.items()
        if name == random_index or random_index not in RANDOM_INDEX_TABLES
    )
    names: dict[str, None] = {}
    ratios: dict[tuple[str, str], Fraction] = {}
    for pair, value in comparisons.items():
        if not _is_pair(pair):
            problems.append(f"{bounded_repr(pair)} is not a pair of two criteria's names")
            continue
        names |= dict.fromkeys(pair)
        try:
            ratios[pair] = _judgement(value)
        except InvalidValueError as error:
            problems.append(f"{_shown(pair)}: {error}")
    if not 2 <= len(names) <= most:
        problems.append(f"{len(names)} criteria; compare 2 to {most}, the reach of the random index")
    else:
        problems += _pair_problems(tuple(names), ratios, set(comparisons))
    _refuse(problems, "comparisons")
    return tuple(names), _matrix(tuple(names), ratios)


def _is_pair(pair: object) -> bool:
    return isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(name, str) and name for name in pair)


def _shown(pair: tuple[str, str]) -> str:
    return f"{bounded_repr(pair[0])} over {bounded_repr(pair[1])}"


def _pair_problems(
    names: tuple[str, ...], ratios: Mapping[tuple[str, str], Fraction], given: set[tuple[str, str]]
) -> Iterator[str]:
    """Find pairs that nobody compared, and pairs that were compared twice with different answers."""
    for name in names:
        if ratios.get((name, name), 1) != 1:
            yield f"{_shown((name, name))} is {number_text(ratios[name, name])}; it equals itself, leave it out"
    for pair in combinations(names, 2):
        mirrored = pair[::-1]
        if pair not in given and mirrored not in given:
            yield f"{_shown(pair)} is not compared"
        elif pair in ratios and mirrored in ratios and ratios[pair] * ratios[mirrored] != 1:
            there, back = number_text(ratios[pair]), number_text(ratios[mirrored])
            yield f"{_shown(pair)} is {there}, yet {_shown(mirrored)} is {back}; give only one of them"


def _matrix(names: tuple[str, ...], ratios: Mapping[tuple[str, str], Fraction]) -> _Matrix:
    """Return the full matrix: row over column, 1 on the diagonal, mirrored values reciprocal."""

    def ratio(row: str, column: str) -> Decimal:
        if row == column:
            return Decimal(1)
        exact = ratios[row, column] if (row, column) in ratios else 1 / ratios[column, row]
        return _PRECISE.divide(Decimal(exact.numerator), Decimal(exact.denominator))

    return tuple(tuple(ratio(row, column) for column in names) for row in names)


def _principal_eigenvector(matrix: _Matrix) -> _Vector:
    """Return the eigenvector of the largest eigenvalue by squaring the matrix until its row sums settle.

    A positive matrix with entries from 1/r to r contracts directions by (r**2 - 1) / (r**2 + 1) at
    each step (Birkhoff), and k squarings are 2**k steps: with r = `MAX_JUDGEMENT` the worst matrix
    settles within 27 squarings, a usual one within 8.
    """
    power = matrix
    shares = _shares([sum(row, _ZERO) for row in power])
    while True:
        square = tuple(tuple(_dot(row, column) for column in zip(*power, strict=True)) for row in power)
        scale = sum((sum(row, _ZERO) for row in square), _ZERO)
        power = tuple(tuple(entry / scale for entry in row) for row in square)
        previous, shares = shares, _shares([sum(row, _ZERO) for row in power])
        if all(abs(new - old) <= _SETTLED for new, old in zip(shares, previous, strict=True)):
            return shares


def _row_geometric_mean(matrix: _Matrix) -> _Vector:
    root = 1 / Decimal(len(matrix))
    means = []
    for row in matrix:
        product = Decimal(1)
        for entry in row:
            product *= entry
        means.append(product**root)
    return _shares(means)


def _mean_of_normalised_columns(matrix: _Matrix) -> _Vector:
    columns = [_shares(column) for column in zip(*matrix, strict=True)]
    return _shares([sum(row, _ZERO) for row in zip(*columns, strict=True)])


def _times(matrix: _Matrix, vector: _Vector) -> _Vector:
    return tuple(_dot(row, vector) for row in matrix)


def _dot(left: Sequence[Decimal], right: Sequence[Decimal]) -> Decimal:
    return sum((a * b for a, b in zip(left, right, strict=True)), _ZERO)


def _shares(parts: Sequence[Decimal]) -> _Vector:
    total = sum(parts, _ZERO)
    return tuple(part / total for part in parts)


def _rounded(figure: Decimal) -> Decimal:
    certain = Fraction(figure.quantize(_CERTAIN))
    return exact_number(to_decimal(round_to_units(certain, WEIGHT_DECIMALS), WEIGHT_DECIMALS))
