"""What `sensitivity` found: for each weight how far it may move, what flips first, and who."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal, final

import attrs

from supplychain_rules.analysis.keyed import Key, shown_key
from supplychain_rules.analysis.plain import plain_data
from supplychain_rules.analysis.thresholds import Standing, ThresholdSlack
from supplychain_rules.analysis.weights import WeightChange
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

__all__ = [
    "CriterionSensitivity",
    "NamedChange",
    "OutcomeFlip",
    "OutcomeSensitivity",
    "RankFlip",
    "RankFlipKind",
    "Sensitivity",
    "WeightInterval",
    "percent",
]

#: How a ranking flips: one record overtakes another, two that are level part, one loses its score, or gets one.
RankFlipKind = Literal["overtakes", "parts", "drops_out", "enters"]

#: A weight is shown as a percentage with so many decimals; `to_dict` has the fraction.
_SHOWN_DECIMALS: Final = 3


@final
@attrs.frozen(kw_only=True)
class RankFlip:
    """Where two records change places in the order of their exact scores, or one joins or leaves it."""

    kind: RankFlipKind
    #: The weight at which they are level, as a share of all weights of the scorecard.
    weight: Fraction
    #: Who comes to be ahead, or who joins or leaves.
    record: Key
    #: Who falls behind; None where nobody does.
    other: Key | None = None
    #: Whether `weight` is the very place; else that is a square root, at most 10**-12 beyond.
    exact: bool = True

    def text(self, lang: Lang = "en") -> str:
        """Return the flip in words."""
        who, whom = shown_key(self.record), shown_key(self.other)
        return {
            "overtakes": {"en": f"{who} overtakes {whom}", "zh": f"{who} 超过 {whom}"},
            "parts": {"en": f"{who} and {whom} are level only here", "zh": f"{who} 与 {whom} 仅在此处并列"},
            "drops_out": {"en": f"{who} has no score", "zh": f"{who} 不再有得分"},
            "enters": {"en": f"{who} gets a score", "zh": f"{who} 开始有得分"},
        }[self.kind][lang]


@final
@attrs.frozen(kw_only=True)
class OutcomeFlip:
    """Where an output of a record becomes another."""

    #: The weight, as a share of all weights of the scorecard.
    weight: Fraction
    #: The output is another at this weight itself; else only beyond it.
    reached: bool
    record: Key
    output: str
    before: object
    #: The new value; `rows_conflict` where rows of different outcome would hit and the record would be refused.
    after: object

    def text(self, lang: Lang = "en") -> str:
        """Return the flip in words."""
        who, before, after = shown_key(self.record), _shown(self.before, lang), _shown(self.after, lang)
        return {
            "en": f"{self.output} of {who} becomes {after} (now {before})",
            "zh": f"{who} 的 {self.output} 变为 {after}（现为 {before}）",
        }[lang]


@final
@attrs.frozen(kw_only=True)
class WeightInterval:
    """The weights between which nothing changes, and what changes at its ends.

    Strictly between `low` and `high` all is as it is now. At an end two records are level, or an output is another
    already where its flip says `reached`.
    """

    low: Fraction
    high: Fraction
    #: What flips at or below `low`; empty where nothing does, so that `low` is the least weight there can be.
    below: tuple[RankFlip | OutcomeFlip, ...] = ()
    #: What flips at or above `high`.
    above: tuple[RankFlip | OutcomeFlip, ...] = ()
    #: The search went to its end on both sides; else the interval is sure, and may be wider.
    decided: bool = True

    def text(self, lang: Lang = "en") -> str:
        """Return the interval in percent, and what flips at its ends."""
        parts = [f"{percent(self.low)} … {percent(self.high)}"]
        for flips, words in ((self.below, ("below", "低于")), (self.above, ("above", "高于"))):
            if flips:
                told = {"en": ", ", "zh": "，"}[lang].join(flip.text(lang) for flip in flips[:_MOST_TOLD])
                more = len(flips) - _MOST_TOLD
                told += {"en": f" and {more} more", "zh": f" 等共 {len(flips)} 项"}[lang] if more > 0 else ""
                parts.append({"en": f"{words[0]}: {told}", "zh": f"{words[1]}此值：{told}"}[lang])
        if not self.decided:
            parts.append({"en": "undecided beyond", "zh": "区间之外未判定"}[lang])
        return "; ".join(parts) if lang == "en" else "；".join(parts)


@final
@attrs.frozen(kw_only=True)
class OutcomeSensitivity:
    """One output of one record, and the weights between which it stays as it is."""

    record: Key
    output: str
    value: object
    interval: WeightInterval


@final
@attrs.frozen(kw_only=True)
class CriterionSensitivity:
    """One weight: how far it may move, the others giving or taking in proportion, until something flips."""

    step: str
    criterion: str
    label: Label | None
    #: The weight now, as a share of all weights of the scorecard.
    weight: Fraction
    #: The least and the largest weight that it can have, what is held being held.
    least: Fraction
    most: Fraction
    held: bool
    #: While the records stay in the order of their exact scores.
    ranking: WeightInterval
    #: While the best record stays the best.
    best: WeightInterval
    #: While each output of each record stays; those that do not depend on the scorecard are left out.
    outcomes: tuple[OutcomeSensitivity, ...]

    @property
    def outcome(self) -> WeightInterval:
        """Return the interval within which no output of any record changes."""
        low, below = self.least, list[RankFlip | OutcomeFlip]()
        high, above = self.most, list[RankFlip | OutcomeFlip]()
        for one in self.outcomes:
            inside = one.interval
            if inside.low > low:
                low, below = inside.low, []
            if inside.low == low:
                below += inside.below
            if inside.high < high:
                high, above = inside.high, []
            if inside.high == high:
                above += inside.above
        decided = all(one.interval.decided for one in self.outcomes)
        return WeightInterval(low=low, high=high, below=tuple(below), above=tuple(above), decided=decided)

    def text(self, lang: Lang = "en") -> str:
        """Return the weight and its intervals, a line each."""
        name = self.criterion if self.label is None else self.label.text(lang)
        kept = {"en": " (held)", "zh": "（固定）"}[lang] if self.held else ""
        lines = [f"{self.step}.{name}: {percent(self.weight)}{kept}"]
        if not self.held:
            words = {"en": ("ranking", "best", "outputs"), "zh": ("排名", "第一名", "输出")}[lang]
            intervals = (self.ranking, self.best, self.outcome)
            lines += [f"  {word}: {one.text(lang)}" for word, one in zip(words, intervals, strict=True)]
        return "\n".join(lines)


@final
@attrs.frozen(kw_only=True)
class NamedChange:
    """The least change of one weight, as it is written and the others kept, that puts two records level."""

    step: str
    criterion: str
    ahead: Key
    behind: Key
    #: How much must be taken off the weight; below zero, added to it.
    decrease: Fraction
    #: The decrease as a share of the weight; None for a weight of zero.
    relative: Fraction | None
    feasible: bool

    @staticmethod
    def of(change: WeightChange, step: str, criterion: str, ahead: Key, behind: Key) -> "NamedChange":
        """Name the parts of a change."""
        return NamedChange(
            step=step,
            criterion=criterion,
            ahead=ahead,
            behind=behind,
            decrease=change.decrease,
            relative=change.relative,
            feasible=change.feasible,
        )


@final
@attrs.frozen(kw_only=True)
class Sensitivity:
    """What flips first when the weights or thresholds of a policy change, for the records at hand."""

    policy: str
    version: str
    fingerprint: str
    #: The names of the records, in their order.
    records: tuple[Key, ...]
    criteria: tuple[CriterionSensitivity, ...]
    #: How far each record is from the edges of each ladder.
    standings: tuple[Standing, ...]
    #: How far each threshold may move until a record changes sides.
    thresholds: tuple[ThresholdSlack, ...]
    #: What was left out, and why.
    notes: tuple[Label, ...] = ()

    def of(self, criterion: str, *, step: str | None = None) -> CriterionSensitivity:
        """Return what was found for a criterion.

        Raises:
            KeyError: there is none of that name, or several steps have one.
        """
        found = [one for one in self.criteria if one.criterion == criterion and step in (None, one.step)]
        if len(found) != 1:
            raise KeyError(criterion)
        return found[0]

    @property
    def nearest_rank_flip(self) -> RankFlip | None:
        """Return the change of places that the smallest move of one weight brings about; None if none can."""
        flips = [(one, flip) for one in self.criteria for flip in _flips(one.ranking)]
        found = min(flips, key=lambda pair: abs(pair[1].weight - pair[0].weight), default=None)
        return found[1] if found is not None and isinstance(found[1], RankFlip) else None

    @property
    def nearest_outcome_flip(self) -> OutcomeFlip | None:
        """Return the change of an output that the smallest move of one weight brings about; None if none can."""
        flips = [(one, flip) for one in self.criteria for flip in _flips(one.outcome)]
        found = min(flips, key=lambda pair: abs(pair[1].weight - pair[0].weight), default=None)
        return found[1] if found is not None and isinstance(found[1], OutcomeFlip) else None

    def text(self, lang: Lang = "en") -> str:
        """Return the findings as text, a paragraph for each weight."""
        lines = [one.text(lang) for one in self.criteria]
        lines += [one.text(lang) for one in self.thresholds]
        lines += [note.text(lang) for note in self.notes]
        return "\n".join(lines)

    def __str__(self) -> str:
        """Return the findings in English."""
        return self.text("en")

    def to_dict(self) -> dict[str, Any]:
        """Return the findings as plain data that JSON can keep; fractions and numbers are text."""
        plain: dict[str, Any] = plain_data(self)
        return plain


def percent(share: Fraction) -> str:
    """Return a share as a percentage with three decimals.

    >>> percent(Fraction(1, 3))
    '33.333 %'
    """
    return f"{to_decimal(round_to_units(share * 100, _SHOWN_DECIMALS), _SHOWN_DECIMALS)} %"


#: Most flips of one end that are told in a line.
_MOST_TOLD: Final = 3


def _flips(interval: WeightInterval) -> Iterator[RankFlip | OutcomeFlip]:
    yield from interval.below
    yield from interval.above


_MISSING: Final[Mapping[Lang, str]] = MappingProxyType({"en": "missing", "zh": "缺失"})


def _shown(value: object, lang: Lang) -> str:
    if value is None:
        return _MISSING[lang]
    return format(value, "f") if isinstance(value, Decimal) else str(value)
