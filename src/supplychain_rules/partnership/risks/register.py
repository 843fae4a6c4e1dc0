"""The risk register as data: risks with cause, owner, levels, responses and triggers, and the scales of the levels.

A level is a whole number on a scale whose every level has a meaning in words, 1 the least. On the detectability scale
1 is surely noticed in time and the last level is not noticed at all, so that on every scale more is worse.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    each_is_a,
    is_a,
    is_boolean,
    is_day,
    is_id,
    is_optional_a,
    is_optional_day,
    is_optional_id,
    is_text,
    one_of,
    optional_quantity,
    several,
)
from supplychain_rules.values.label import Label, composed
from supplychain_rules.values.plain_data import dump_plain, load_plain
from supplychain_rules.values.scaled import check_whole, number_text

__all__ = [
    "FIVE_LEVELS",
    "REGISTER_SCHEMA",
    "Response",
    "ResponseKind",
    "Risk",
    "RiskLevels",
    "RiskRegister",
    "RiskReview",
    "RiskScale",
    "RiskScales",
    "Trigger",
    "TriggerState",
    "dump_risk_register",
    "load_risk_register",
    "triggers_of",
]

#: The format of a register as plain data.
REGISTER_SCHEMA: Final = "supplychain-rules/risk-register/1"

#: What is done about a risk.
ResponseKind = Literal["avoid", "reduce", "transfer", "accept"]

#: Most levels of a scale; the failure mode scales have ten.
_MOST_LEVELS: Final = 10


def _labels(given: Iterable[object]) -> tuple[Label, ...]:
    return tuple(Label.of(each) for each in several(given))


@final
@attrs.frozen(kw_only=True)
class RiskScale:
    """A scale: what each level means, level 1 first.

    Raises:
        InvalidValueError: fewer than two levels or more than ten, or a level without a meaning.

    >>> RiskScale(levels=[Label("rare", "罕见"), Label("likely", "可能")]).most
    2
    """

    levels: tuple[Label, ...] = attrs.field(converter=_labels)

    def __attrs_post_init__(self) -> None:
        """Refuse a scale that says nothing."""
        if not 2 <= len(self.levels) <= _MOST_LEVELS:
            raise InvalidValueError(f"a scale has 2 to {_MOST_LEVELS} levels", len(self.levels))
        for place, level in enumerate(self.levels, start=1):
            if not level.text("en").strip():
                raise InvalidValueError(f"level {place} has no meaning", level, hint="say when it is chosen")

    @property
    def most(self) -> int:
        """Return the highest level."""
        return len(self.levels)


@final
@attrs.frozen(kw_only=True)
class RiskScales:
    """The scales of a register; without a scale of detectability nobody rates it."""

    likelihood: RiskScale = attrs.field(validator=is_a(RiskScale))
    impact: RiskScale = attrs.field(validator=is_a(RiskScale))
    detectability: RiskScale | None = attrs.field(default=None, validator=is_optional_a(RiskScale))


#: Scales of five levels for supply risks: a beginning to edit, and no standard's.
FIVE_LEVELS: Final = RiskScales(
    likelihood=RiskScale(
        levels=(
            Label("less than once in ten years", "十年不到一次"),
            Label("once in five to ten years", "五到十年一次"),
            Label("once in two to five years", "两到五年一次"),
            Label("about once a year", "约每年一次"),
            Label("several times a year", "每年多次"),
        )
    ),
    impact=RiskScale(
        levels=(
            Label("noticed by nobody outside", "外部无人察觉"),
            Label("extra work, deliveries hold", "增加工作量，交货不受影响"),
            Label("some deliveries late", "部分交货延误"),
            Label("customers stand still for days", "客户停工数日"),
            Label("people harmed, or customers lost", "人员受害或客户流失"),
        )
    ),
    detectability=RiskScale(
        levels=(
            Label("announced months before", "提前数月可知"),
            Label("seen weeks before", "提前数周可见"),
            Label("seen days before", "提前数日可见"),
            Label("seen when it happens", "发生时可见"),
            Label("seen only in its consequences", "仅从后果得知"),
        )
    ),
)


@final
@attrs.frozen(kw_only=True)
class RiskLevels:
    """The levels of a risk; None is not rated yet, which is not a low level."""

    likelihood: int | None = None
    impact: int | None = None
    detectability: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what is no level of any scale."""
        for name in ("likelihood", "impact", "detectability"):
            level = getattr(self, name)
            if level is not None:
                check_whole(f"RiskLevels.{name}", level, least=1, most=_MOST_LEVELS)

    def to_record(self) -> dict[str, int]:
        """Return the levels that are rated, by name, as a rule set takes them."""
        found = {"likelihood": self.likelihood, "impact": self.impact, "detectability": self.detectability}
        return {name: level for name, level in found.items() if level is not None}


@final
@attrs.frozen(kw_only=True)
class Response:
    """What is done about a risk, by whom and until when, and by how many levels it changes the risk.

    Changes add up, whatever the order of the responses; a change below 0 lowers. The levels stay on their scales.
    """

    action: str = attrs.field(validator=is_id)
    kind: ResponseKind = attrs.field(validator=one_of(*get_args(ResponseKind)))
    owner: str | None = attrs.field(default=None, validator=is_optional_id)
    due_on: date | None = attrs.field(default=None, validator=is_optional_day)
    #: Whether it works today; a planned one does not lower the residual risk.
    in_place: bool = attrs.field(default=False, validator=is_boolean)
    likelihood_change: int = 0
    impact_change: int = 0
    detectability_change: int = 0

    def __attrs_post_init__(self) -> None:
        """Refuse a change that leaves every scale, and an acceptance that changes something."""
        for name in ("likelihood_change", "impact_change", "detectability_change"):
            check_whole(f"Response.{name}", getattr(self, name), least=-_MOST_LEVELS, most=_MOST_LEVELS)
        if self.kind == "accept" and (self.likelihood_change or self.impact_change or self.detectability_change):
            raise InvalidValueError("accepting a risk changes no level", self.action, hint="take kind='reduce'")


@final
@attrs.frozen(kw_only=True)
class Trigger:
    """What says that a risk is coming: a measure that reaches a threshold, itself included.

    Raises:
        InvalidValueError: no threshold, or two.
    """

    #: The id of the measure.
    measure: str = attrs.field(validator=is_id)
    at_least: Decimal | None = attrs.field(default=None, converter=optional_quantity)
    at_most: Decimal | None = attrs.field(default=None, converter=optional_quantity)

    def __attrs_post_init__(self) -> None:
        """Refuse what never triggers, or always."""
        if (self.at_least is None) == (self.at_most is None):
            hint = "give at_least or at_most; two triggers make a range"
            raise InvalidValueError(f"the trigger of {self.measure} needs one threshold", None, hint=hint)


def _label(given: object) -> Label:
    return Label.of(given)


@final
@attrs.frozen(kw_only=True)
class Risk:
    """One risk of the register."""

    id: str = attrs.field(validator=is_id)
    label: Label = attrs.field(converter=_label)
    category: str = attrs.field(validator=is_id)
    cause: str = attrs.field(default="", validator=is_text)
    owner: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The supplier, customer, item or site that it is about.
    subject: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The levels before any response.
    levels: RiskLevels = attrs.field(default=RiskLevels(), validator=is_a(RiskLevels))
    responses: tuple[Response, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Response))
    triggers: tuple[Trigger, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Trigger))


@final
@attrs.frozen(kw_only=True)
class RiskReview:
    """How a risk was rated on a day, after the responses that worked then."""

    risk: str = attrs.field(validator=is_id)
    on: date = attrs.field(validator=is_day)
    levels: RiskLevels = attrs.field(validator=is_a(RiskLevels))


@final
@attrs.frozen(kw_only=True)
class RiskRegister:
    """The risks, and how they were rated at reviews.

    Raises:
        InvalidValueError: a risk that stands twice, a review of no risk of the register, or two of one risk on one day.
    """

    id: str = attrs.field(validator=is_id)
    risks: tuple[Risk, ...] = attrs.field(converter=several, validator=each_is_a(Risk))
    reviews: tuple[RiskReview, ...] = attrs.field(default=(), converter=several, validator=each_is_a(RiskReview))

    def __attrs_post_init__(self) -> None:
        """Refuse what contradicts itself."""
        names = [risk.id for risk in self.risks]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidValueError(f"a risk stands twice in register {self.id}", twice[0])
        seen = set()
        for review in self.reviews:
            if review.risk not in names:
                raise InvalidValueError(f"a review of no risk of register {self.id}", review.risk)
            if (review.risk, review.on) in seen:
                raise InvalidValueError(
                    f"two reviews of {review.risk} on one day", review.on, hint="keep the later one"
                )
            seen.add((review.risk, review.on))


@final
@attrs.frozen(kw_only=True)
class TriggerState:
    """Whether a trigger of a risk is reached."""

    risk: str
    trigger: Trigger
    #: None where the measure has no value: unknown is not quiet.
    reached: bool | None
    reason: Label


def load_risk_register(data: Mapping[str, object]) -> RiskRegister:
    """Read a register from plain data.

    Raises:
        PolicyError: anything that is wrong with it, all at once.
    """
    return load_plain(RiskRegister, data, schema=REGISTER_SCHEMA)


def dump_risk_register(register: RiskRegister) -> dict[str, Any]:
    """Return a register as plain data; what is as by default is left out."""
    return dump_plain(register, schema=REGISTER_SCHEMA)


def triggers_of(risk: Risk, values: Mapping[str, Decimal | Fraction | int | None]) -> tuple[TriggerState, ...]:
    """Return which triggers of a risk are reached.

    Args:
        risk: the risk.
        values: the values of measures by id, as `Measurement.value`; None, or left out, where there is none.

    Raises:
        InvalidValueError: a value that is a float.

    >>> late = Trigger(measure="on_time", at_most="0.9")
    >>> risk = Risk(id="R1", label="late castings", category="supply", triggers=[late])
    >>> [state.reached for state in triggers_of(risk, {"on_time": Decimal("0.9")})]
    [True]
    """
    found = []
    for trigger in risk.triggers:
        value = values.get(trigger.measure)
        if isinstance(value, float):
            raise InvalidValueError(f"the value of {trigger.measure} is never a float", value, hint="give it exactly")
        name = trigger.measure
        if value is None:
            reason = composed(f"{name} has no value", f"{name} 没有数值")
            found.append(TriggerState(risk=risk.id, trigger=trigger, reached=None, reason=reason))
            continue
        low, high = trigger.at_least, trigger.at_most
        exact = Fraction(value)
        reached = exact >= Fraction(low) if low is not None else exact <= Fraction(high or 0)
        sign, threshold = (">=", low) if low is not None else ("<=", high)
        test = f"{name} = {number_text(exact)}, {sign} {threshold}"
        reason = composed(
            f"{test}: {'reached' if reached else 'not reached'}", f"{test}：{'触发' if reached else '未触发'}"
        )
        found.append(TriggerState(risk=risk.id, trigger=trigger, reached=reached, reason=reason))
    return tuple(found)
