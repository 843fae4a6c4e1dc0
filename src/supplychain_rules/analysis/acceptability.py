"""Rank acceptability: of many random sets of weights, how many put a record in which place.

Stochastic multicriteria acceptability analysis (Lahdelma, Hokkanen and Salminen 1998). The random numbers come from the
caller, are whole, and everything after them is exact: the same seed gives the same counts everywhere.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, Protocol, final

import attrs

from supplychain_rules.analysis.cards import Card, read_card
from supplychain_rules.analysis.keyed import Key, keyed_records, shown_key
from supplychain_rules.analysis.plain import plain_data
from supplychain_rules.analysis.sensitivity import read_records, scorecard_named
from supplychain_rules.analysis.sensitivity_report import percent
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.rules.methods import whole_weights
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.values.label import Lang
from supplychain_rules.values.scaled import check_whole, exact_fraction

__all__ = ["MAX_SAMPLES", "Acceptability", "RandomBits", "rank_acceptability"]

#: Most sets of weights: a million tell a share to a tenth of a percent, closer than any weight is known.
MAX_SAMPLES: Final = 1_000_000

#: Random numbers have as many bits as a float's fraction has; ties of weights then never matter.
_BITS: Final = 53


class RandomBits(Protocol):
    """What gives random whole numbers: `random.Random(seed)` does."""

    def getrandbits(self, k: int, /) -> int:
        """Return a whole number from 0 to 2**k - 1."""
        ...


@final
@attrs.frozen(kw_only=True)
class Acceptability:
    """How often each record had each rank; records that are level share the first of their places."""

    step: str
    samples: int
    records: tuple[Key, ...]
    #: For each record how often it was first, second, and so on.
    counts: tuple[tuple[int, ...], ...]
    #: For each record how often it had no score, and so no rank.
    unranked: tuple[int, ...]

    def share(self, record: Key, rank: int = 1) -> Fraction:
        """Return the share of the samples in which a record had a rank, 1 for the best.

        Raises:
            KeyError: there is no such record or rank.
        """
        if record not in self.records or not 1 <= rank <= len(self.records):
            raise KeyError((record, rank))
        return Fraction(self.counts[self.records.index(record)][rank - 1], self.samples)

    def text(self, lang: Lang = "en") -> str:
        """Return a line for each record: the share of its ranks that occur."""
        lines = []
        for key, counts in zip(self.records, self.counts, strict=True):
            told = []
            for rank, count in enumerate(counts, start=1):
                if count:
                    share = percent(Fraction(count, self.samples))
                    told.append({"en": f"rank {rank} in {share}", "zh": f"第 {rank} 名 {share}"}[lang])
            none = {"en": "never ranked", "zh": "从未有排名"}[lang]
            lines.append(f"{shown_key(key)}: {', '.join(told) or none}")
        return "\n".join(lines)

    def __str__(self) -> str:
        """Return the ranks in English."""
        return self.text("en")

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data that JSON can keep."""
        plain: dict[str, Any] = plain_data(self)
        return plain


def rank_acceptability(  # noqa: PLR0913  what a simulation is made of
    policy: Policy,
    records: Iterable[Mapping[str, object]],
    *,
    rng: RandomBits,
    samples: int,
    step: str | None = None,
    spread: object = None,
    key: str | None = None,
) -> Acceptability:
    """Return how often each record has each rank when the weights of a scorecard are drawn at random.

    Ranks are of the exact scores, before they are rounded.

    Args:
        policy: the rules.
        records: the records that are ranked.
        rng: `random.Random(seed)`.
        samples: how many sets of weights are drawn.
        step: the scorecard; None where the policy has one weighted mean only.
        spread: None draws from all sets of weights, each as likely as any other. `"0.2"` draws each weight between
            80 % and 120 % of its own, before all are normalised.
        key: the field that names a record; None to call each by its position.

    Raises:
        InputError: a record is not as the policy declares, or lacks its name.
        InvalidValueError: no records, no such step, no samples or too many, or a spread that is not above 0 and at
            most 1.

    >>> import random
    >>> from supplychain_rules import load_policy
    >>> share = {"type": "number", "decimals": 0, "min": 0, "max": 100}
    >>> policy = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"quality": share, "price": share},
    ...     "steps": [{"kind": "scorecard", "id": "score", "method": "weighted_mean", "criteria": [
    ...         {"id": "quality", "of": "quality", "weight": 60}, {"id": "price", "of": "price", "weight": 40}]}]})
    >>> records = [{"quality": 90, "price": 50}, {"quality": 60, "price": 60}]
    >>> rank_acceptability(policy, records, rng=random.Random(7), samples=1000).share(0)
    Fraction(147, 200)
    """
    card = scorecard_named(policy, step)
    check_whole("samples", samples, least=1, most=MAX_SAMPLES)
    width = None if spread is None else exact_fraction(spread)
    if width is not None and not 0 < width <= 1:
        raise InvalidValueError("a spread lies above 0 and is at most 1", spread, hint="'0.2' is a fifth")
    if not hasattr(rng, "getrandbits"):
        raise InvalidValueError("this gives no random numbers", rng, hint="give random.Random(seed)")
    reading = read_records(policy, keyed_records((policy,), records, key))
    cards = [read_card(card, policy.program, facts) for facts in reading.facts]
    counts = [[0] * len(cards) for _ in cards]
    unranked = [0] * len(cards)
    whole = whole_weights(tuple(criterion.weight for criterion in card.criteria))
    for _ in range(samples):
        weights = _anywhere(rng, len(whole)) if width is None else _around(rng, whole, width)
        scores = [_score(card, one, weights) for one in cards]
        order = sorted((score for score in scores if score is not None), reverse=True)
        first: dict[Fraction, int] = {}
        for place, ranked in enumerate(order):
            first.setdefault(ranked, place)
        for row, score in enumerate(scores):
            if score is None:
                unranked[row] += 1
            else:
                counts[row][first[score]] += 1
    return Acceptability(
        step=card.id,
        samples=samples,
        records=reading.keys,
        counts=tuple(map(tuple, counts)),
        unranked=tuple(unranked),
    )


def _anywhere(rng: RandomBits, count: int) -> list[int]:
    """Return weights that are uniform on the simplex: the gaps between sorted uniform cuts."""
    cuts = sorted(rng.getrandbits(_BITS) for _ in range(count - 1))
    return [high - low for low, high in pairwise((0, *cuts, 2**_BITS))]


def _around(rng: RandomBits, weights: Sequence[int], width: Fraction) -> list[int]:
    """Return each weight times a factor that is uniform between 1 - width and 1 + width, all in one unit."""
    low, reach = width.denominator - width.numerator, 2 * width.numerator
    return [weight * ((low << _BITS) + reach * rng.getrandbits(_BITS)) for weight in weights]


def _score(step: ScorecardStep, card: Card, weights: Sequence[int]) -> Fraction | None:
    if card.refused:
        return None
    present = sum(weight for weight, used in zip(weights, card.used, strict=True) if used is not None)
    covered = sum(w for w, here, fits in zip(weights, card.present, card.applies, strict=True) if here and fits)
    asked = sum(weight for weight, fits in zip(weights, card.applies, strict=True) if fits)
    if present == 0 or covered * step.min_coverage.denominator < asked * step.min_coverage.numerator:
        return None
    scores = [(weight, used) for weight, used in zip(weights, card.used, strict=True) if used is not None]
    scale = math.lcm(*(used.denominator for _, used in scores))
    return Fraction(sum(weight * int(used * scale) for weight, used in scores), present * scale)
