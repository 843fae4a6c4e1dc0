"""A scorecard of one record as its weights move: the outputs that depend on a weight, each a `Course` of that weight.

The score, the coverage and the two ends of the interval are weighted means of what is known of the record, rounded to
their decimals; the score is missing where the coverage is too small. So each of them is known at every weight, and so
is the next weight at which it changes.
"""

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final, final

import attrs

from supplychain_rules.analysis.weights import Ratio, Trade, weighted_mean
from supplychain_rules.language.program import Program
from supplychain_rules.language.types import NumberType, Value
from supplychain_rules.rules.lowering import inner
from supplychain_rules.rules.scorecard import COVERAGE_DECIMALS, ScorecardStep, policy_of
from supplychain_rules.values.rounding import round_to_units

__all__ = ["Card", "Course", "card_outputs", "courses", "read_card"]

_ZERO: Final = Fraction(0)
_HALF: Final = Fraction(1, 2)


@final
@attrs.frozen(kw_only=True)
class Card:
    """What is known of a record's criteria, in their order, whatever they weigh."""

    #: The scores that count, None for those left out.
    used: tuple[Fraction | None, ...]
    #: The criterion has data.
    present: tuple[bool, ...]
    #: The criterion applies to the record.
    applies: tuple[bool, ...]
    #: The scores with those that are missing at their least, and at their largest.
    least: tuple[Fraction | None, ...]
    largest: tuple[Fraction | None, ...]
    #: A criterion is missing that must not be: the score is missing at all weights.
    refused: bool


@final
@attrs.frozen(kw_only=True)
class Course:
    """A rounded number as a weight moves: its exact value is a ratio, and missing below a need."""

    ratio: Ratio
    decimals: int
    #: The number is missing wherever this linear function (constant, slope) is negative.
    need: tuple[Fraction, Fraction] = (_ZERO, _ZERO)
    #: The number is missing at all weights.
    refused: bool = False

    def exact(self, weight: Fraction) -> Fraction | None:
        """Return the number before it is rounded, or None where it is missing."""
        if self.refused or self.need[0] + self.need[1] * weight < 0:
            return None
        return self.ratio.at(weight)

    def units(self, weight: Fraction, side: int = 0) -> int | None:
        """Return the rounded number at a weight, or just beyond it (`side` 1) or before it (-1)."""
        if self._missing(weight, side):
            return None
        return self.rounded(weight, side)

    def rounded(self, weight: Fraction, side: int) -> int:
        """Return what `units` does, whether the need is met or not."""
        value = self.ratio.limit(weight)
        if value is None:  # the ratio of nothing: whoever asks how it moves is told that it does not
            return 0
        scale: int = 10**self.decimals
        counted = value * scale
        moves = self.ratio.trend * side
        if moves and (counted - _HALF).denominator == 1:
            return math.floor(counted + _HALF) if moves > 0 else math.ceil(counted - _HALF)
        return round_to_units(value, self.decimals)

    def arrives(self, unit: int, side: int) -> Fraction | None:
        """Return the weight at which the number, moving to a side, becomes `unit`; None where it never does."""
        moves = self.ratio.trend * side
        edge = Fraction(unit) - _HALF if moves > 0 else Fraction(unit) + _HALF
        return self.ratio.reaches(edge / 10**self.decimals)

    def breaks(self) -> Iterator[Fraction]:
        """Yield the weights at which the number may become missing, or be no longer."""
        if self.refused:
            return
        if self.need[1] != 0:
            yield -self.need[0] / self.need[1]
        if self.ratio.d1 != 0:
            yield -self.ratio.d0 / self.ratio.d1

    def _missing(self, weight: Fraction, side: int) -> bool:
        level = self.need[0] + self.need[1] * weight
        divisor = self.ratio.d0 + self.ratio.d1 * weight
        return (
            self.refused
            or level < 0
            or (level == 0 and self.need[1] * side < 0)
            or (divisor == 0 and self.ratio.d1 * side <= 0)
        )


def card_outputs(step: ScorecardStep) -> tuple[str, str, str, str]:
    """Return the outputs of a scorecard that depend on its weights: score, coverage, low and high."""
    return step.id, f"{step.id}_coverage", f"{step.id}_low", f"{step.id}_high"


def read_card(step: ScorecardStep, program: Program, values: Mapping[str, Value]) -> Card:
    """Read a record's criteria from the values of all bindings."""
    types = {binding.name: binding.type for binding in program.bindings}
    used, present, applies, least, largest = [], [], [], [], []
    refused = False
    for criterion in step.criteria:
        name = inner(step.id, criterion.id)
        kind = types[name]
        assert isinstance(kind, NumberType)  # noqa: S101  a criterion's score is bound as a number
        scale = 10**kind.decimals
        raw = values[name]
        counts = values[name if f"{name}.used" not in types else f"{name}.used"]
        in_force = values.get(f"{name}.applies") is not False if criterion.applies is not None else True
        used.append(None if counts is None else Fraction(int(counts), 10 ** _decimals(types, name)))
        present.append(raw is not None)
        applies.append(in_force)
        least.append(None if not in_force else Fraction(kind.low if raw is None else int(raw), scale))
        largest.append(None if not in_force else Fraction(kind.high if raw is None else int(raw), scale))
        refused = refused or (policy_of(step, criterion) == "null" and raw is None and in_force)
    return Card(
        used=tuple(used),
        present=tuple(present),
        applies=tuple(applies),
        least=tuple(least),
        largest=tuple(largest),
        refused=refused,
    )


def courses(step: ScorecardStep, card: Card, moves: Trade) -> dict[str, Course]:
    """Return how each output of a scorecard that is a weighted mean goes as a weight moves."""
    pairs = zip(card.present, card.applies, strict=True)
    have = [None if not fits else Fraction(1) if here else _ZERO for here, fits in pairs]
    covered = weighted_mean(moves, have)
    least = step.min_coverage
    need = (covered.n0 - least * covered.d0, covered.n1 - least * covered.d1)
    score, coverage, low, high = card_outputs(step)
    return {
        score: Course(ratio=weighted_mean(moves, card.used), decimals=step.decimals, need=need, refused=card.refused),
        coverage: Course(ratio=covered, decimals=COVERAGE_DECIMALS),
        low: Course(ratio=weighted_mean(moves, card.least), decimals=step.decimals),
        high: Course(ratio=weighted_mean(moves, card.largest), decimals=step.decimals),
    }


def _decimals(types: Mapping[str, object], name: str) -> int:
    kind = types.get(f"{name}.used", types[name])
    assert isinstance(kind, NumberType)  # noqa: S101  a criterion's score is bound as a number
    return kind.decimals
