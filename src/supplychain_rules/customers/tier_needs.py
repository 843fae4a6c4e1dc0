"""What is lacking for a level: how much more of which figure, and which vetoes stand."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal, final

import attrs

from supplychain_rules.customers.tier_policy import TierCondition, TierLevel, TierPolicy
from supplychain_rules.customers.tier_rules import kept_threshold
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.scaled import EXACT, number_text

__all__ = ["TierNeed", "unmet"]


@final
@attrs.frozen(kw_only=True)
class TierNeed:
    """A condition that is not met, and by how much."""

    measure: str
    #: The figure as it is; None where it is missing.
    have: Decimal | None
    #: What it has to reach, or None where it has to fall.
    at_least: Decimal | None
    #: What it has to stay below.
    below: Decimal | None
    #: How much more is needed; None where less is needed, or the figure is missing.
    more: Decimal | None
    #: `all_of`: needed in any case; `any_of`: one of these is enough; `unless`: a veto that stands.
    part: Literal["all_of", "any_of", "unless"]
    #: How people call the measure; None where its policy does not say.
    label: Label | None = attrs.field(default=None, eq=False)

    def text(self, lang: Lang = "en") -> str:
        """Return the need as one clause."""
        wanted = number_text(self._wanted)
        measure = self.measure if self.label is None else self.label.text(lang)
        if self.have is None:
            return {"en": f"- of {measure}, and {wanted} needed", "zh": f"{measure} 缺失，需 {wanted}"}[lang]
        have = number_text(self.have)
        if self.more is None:
            return {
                "en": f"{measure} below {wanted} needed ({have} now)",
                "zh": f"{measure} 须低于 {wanted}（现为 {have}）",
            }[lang]
        more = number_text(self.more)
        return {
            "en": f"{more} more of {measure} ({have} of {wanted})",
            "zh": f"{measure} 还差 {more}（{have} / {wanted}）",
        }[lang]

    @property
    def _wanted(self) -> Decimal:
        """Return the number that is to be reached, else that to stay below."""
        wanted = self.below if self.at_least is None else self.at_least
        assert wanted is not None  # noqa: S101  a condition has a bound
        return wanted

    def __str__(self) -> str:
        """Return the need in English."""
        return self.text("en")


def unmet(
    policy: TierPolicy, level: TierLevel, figures: Mapping[str, Decimal | None], *, keeping: bool = False
) -> tuple[TierNeed, ...]:
    """Return the conditions of a level that figures do not meet; empty exactly where they earn it.

    Args:
        policy: the policy, whose part of a threshold is enough where `keeping`.
        level: the level.
        figures: the figures by measure and score, rounded as the rule set reads them.
        keeping: whether the level is to be kept and not reached.
    """
    found = [need for one in level.all_of for need in _lacks(policy, one, figures, "all_of", keeping=keeping)]
    ways = [list(_lacks(policy, one, figures, "any_of", keeping=keeping)) for one in level.any_of]
    if ways and all(ways):
        found += [need for way in ways for need in way]
    found += [need for one in level.unless for need in _vetoes(one, figures)]
    labels = {one.id: one.label for one in policy.measures}
    return tuple(attrs.evolve(need, label=labels.get(need.measure)) for need in found)


def _lacks(
    policy: TierPolicy,
    condition: TierCondition,
    figures: Mapping[str, Decimal | None],
    part: Literal["all_of", "any_of"],
    *,
    keeping: bool,
) -> Iterator[TierNeed]:
    have, low, high = figures[condition.measure], condition.at_least, condition.below
    if low is not None and keeping:
        low = kept_threshold(policy, condition.measure, low)
    if have is None:
        if not condition.if_missing:
            yield TierNeed(measure=condition.measure, have=None, at_least=low, below=high, more=None, part=part)
    elif low is not None and have < low:
        more = EXACT.subtract(low, have)
        yield TierNeed(measure=condition.measure, have=have, at_least=low, below=high, more=more, part=part)
    elif high is not None and have >= high:
        yield TierNeed(measure=condition.measure, have=have, at_least=None, below=high, more=None, part=part)


def _vetoes(condition: TierCondition, figures: Mapping[str, Decimal | None]) -> Iterator[TierNeed]:
    """Yield a veto that stands, as what would lift it: to reach its upper end, or to fall below its lower one."""
    have, low, high = figures[condition.measure], condition.at_least, condition.below
    if have is None:
        if condition.if_missing:
            yield TierNeed(measure=condition.measure, have=None, at_least=high, below=low, more=None, part="unless")
    elif (low is None or have >= low) and (high is None or have < high):
        more = None if high is None else EXACT.subtract(high, have)
        yield TierNeed(measure=condition.measure, have=have, at_least=high, below=low, more=more, part="unless")
