"""A tier policy: which figures of a customer earn which level, over which window, for how long, and how it is lost.

Two clocks are kept apart. The *qualification window* says which days count towards a level; the *status validity* says
how long a level lasts once it is earned. At its end the level is *reviewed*: renewed, missed, or lowered by the
*downgrade rule*. A policy is data: it is checked as a whole when it is built, and nothing here computes a tier.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, TypeVar, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, bounded_repr, did_you_mean
from supplychain_rules.facts.fields import is_boolean, is_id, is_whole, one_of, place_of
from supplychain_rules.language.naming import name_problem
from supplychain_rules.measures.fields import id_field, label_field
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction, exact_number

__all__ = [
    "TierCondition",
    "TierCriterion",
    "TierDowngrade",
    "TierLevel",
    "TierMeasure",
    "TierPolicy",
    "TierScore",
    "TierUpgrade",
    "TierValidity",
    "TierWindow",
]

#: What counts: periods of the calendar (or of the fiscal year), the last days or months, periods counted from the day
#: the customer joined, or everything since then.
WindowKind = Literal["calendar", "rolling_days", "rolling_months", "anniversary", "lifetime"]

#: How long a level lasts: months or days from the day it is earned, until the end of the period, for the rest of the
#: period and the whole next one, or without end.
ValidityKind = Literal["months", "days", "end_of_period", "rest_and_next", "lifetime"]

#: What of the entries is taken: their sum, the days on which they add up to more than nothing, the last one, or (of no
#: entries) the days since the customer joined.
TierFigure = Literal["sum", "days", "last", "tenure_days"]

#: When a better level begins: on the day it is earned, or when the period ends.
TierUpgrade = Literal["at_once", "at_period_end"]

#: How far a customer falls who missed a level: to the level that the figures keep, one level, one level the first time
#: and then to what they keep, or not at all.
FallTo = Literal["earned", "one_level", "soft_landing", "never"]

#: Months of a calendar period: those that a year holds a whole number of times.
_CALENDAR_MONTHS: Final = (1, 2, 3, 4, 6, 12)

#: Most days or months of a window or validity: a century in days, more than any programme has run.
_MOST_LENGTH: Final = 36_525

#: Most misses, periods together or months of holding: a policy that waits longer never lowers anybody.
_MOST_PERIODS: Final = 120


_T = TypeVar("_T")


def _all_of(kind: type[_T], given: Iterable[_T]) -> tuple[_T, ...]:
    """Return what was given as a tuple, and refuse what is no list of a class."""
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise InvalidValueError(f"a list of {kind.__name__} is needed", given)
    found = tuple(given)
    for one in found:
        if not isinstance(one, kind):
            raise InvalidValueError(f"not a {kind.__name__}", one)
    return found


def _conditions(given: "Iterable[TierCondition]") -> "tuple[TierCondition, ...]":
    return _all_of(TierCondition, given)


def _criteria(given: "Iterable[TierCriterion]") -> "tuple[TierCriterion, ...]":
    return _all_of(TierCriterion, given)


def _measures(given: "Iterable[TierMeasure]") -> "tuple[TierMeasure, ...]":
    return _all_of(TierMeasure, given)


def _levels(given: "Iterable[TierLevel]") -> "tuple[TierLevel, ...]":
    return _all_of(TierLevel, given)


def _is_a(kind: type, *, optional: bool = False) -> Callable[[Any, "attrs.Attribute[Any]", object], None]:
    """Return a validator that refuses anything but a class, or None where that may be."""

    def validate(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, kind) and not (optional and value is None):
            raise InvalidValueError(f"{place_of(instance, field)} must be a {kind.__name__}", value)

    return validate


def _optional_number(value: object) -> Decimal | None:
    return None if value is None else exact_number(value)


@final
@attrs.frozen(kw_only=True)
class TierWindow:
    """Which days count towards a level.

    `length` is in months, but for `rolling_days` in days; a lifetime has none. A calendar period starts with
    `first_month`, so that a fiscal year from April is `TierWindow(kind="calendar", length=12, first_month=4)`.

    Raises:
        InvalidValueError: a field that is wrong by itself.
        PolicyError: fields that do not go together, all at once.

    >>> TierWindow(kind="calendar", length=3).length
    3
    """

    kind: WindowKind = attrs.field(validator=one_of(*get_args(WindowKind)))
    length: int | None = attrs.field(default=None, validator=attrs.validators.optional(is_whole(1, _MOST_LENGTH)))
    first_month: int = attrs.field(default=1, validator=is_whole(1, 12))

    def __attrs_post_init__(self) -> None:
        """Refuse a length that the kind cannot have."""
        problems = []
        if self.kind == "lifetime" and self.length is not None:
            problems.append(_wrong("length", "a lifetime has no length", self.length, "leave it out"))
        if self.kind != "lifetime" and self.length is None:
            problems.append(_wrong("length", f"a window of kind {self.kind} needs a length", None, "as in length=12"))
        if self.kind == "calendar" and self.length is not None and self.length not in _CALENDAR_MONTHS:
            hint = "1, 2, 3, 4, 6 or 12 months"
            problems.append(_wrong("length", "a year is no whole number of these periods", self.length, hint))
        if self.kind != "calendar" and self.first_month != 1:
            hint = "leave it out, or take kind='calendar'"
            problems.append(_wrong("first_month", "only calendar periods have a first month", self.first_month, hint))
        if problems:
            raise PolicyError(problems)

    @property
    def has_periods(self) -> bool:
        """Return whether the window is one of periods that follow each other and end."""
        return self.kind in ("calendar", "anniversary")


@final
@attrs.frozen(kw_only=True)
class TierValidity:
    """How long a level lasts once it is earned.

    Raises:
        InvalidValueError: a field that is wrong by itself.
        PolicyError: fields that do not go together, all at once.

    >>> TierValidity(kind="months", length=12, month_end=True).month_end
    True
    """

    kind: ValidityKind = attrs.field(validator=one_of(*get_args(ValidityKind)))
    #: Months or days, for those two kinds only.
    length: int | None = attrs.field(default=None, validator=attrs.validators.optional(is_whole(1, _MOST_LENGTH)))
    #: The periods of `end_of_period` and `rest_and_next`; None takes those of the qualification window.
    period: TierWindow | None = attrs.field(default=None, validator=_is_a(TierWindow, optional=True))
    #: Whether a level lasts on until the end of the month in which it would end.
    month_end: bool = attrs.field(default=False, validator=is_boolean)
    #: Whether earning the level again before its end lengthens it at once, and not only at the review.
    extends: bool = attrs.field(default=False, validator=is_boolean)

    def __attrs_post_init__(self) -> None:
        """Refuse what the kind would not read, and what it lacks."""
        problems = []
        if (self.length is None) == (self.kind in ("months", "days")):
            hint = "give it for 'months' and 'days' only"
            problems.append(_wrong("length", f"a validity of kind {self.kind}", self.length, hint))
        if self.period is not None and self.kind not in ("end_of_period", "rest_and_next"):
            problems.append(_wrong("period", f"a validity of kind {self.kind} has no periods", None, "leave it out"))
        elif self.period is not None and not self.period.has_periods:
            hint = "take kind='calendar' or 'anniversary'"
            problems.append(_wrong("period", "these periods never end", self.period.kind, hint))
        if self.kind == "lifetime" and (self.month_end or self.extends):
            problems.append(_wrong("month_end", "a level without end cannot be lengthened", None, "leave it out"))
        if problems:
            raise PolicyError(problems)


@final
@attrs.frozen(kw_only=True)
class TierMeasure:
    """A figure of a customer: which entries, what of them, and over which window.

    The figure is an input of the rule set, rounded half up to its `decimals` there; outside `min`..`max` it is refused.

    Raises:
        InvalidValueError: a field that is wrong by itself.

    >>> TierMeasure(id="orders", of="spend", figure="days", decimals=0).figure
    'days'
    """

    id: str = id_field()
    #: The kind of entries, as `spend`, `margin`, `points` or `payment`; not read for `tenure_days`.
    of: str = attrs.field(default="spend", validator=is_id)
    figure: TierFigure = attrs.field(default="sum", validator=one_of(*get_args(TierFigure)))
    decimals: int = attrs.field(default=2, validator=is_whole(0, 6))
    min: Decimal = attrs.field(default=Decimal(-100000000), converter=exact_number)
    max: Decimal = attrs.field(default=Decimal(100000000), converter=exact_number)
    #: A window of its own; None takes the policy's.
    window: TierWindow | None = attrs.field(default=None, validator=_is_a(TierWindow, optional=True))
    label: Label | None = label_field()


@final
@attrs.frozen(kw_only=True)
class TierCriterion:
    """One line of a score: a measure, its weight, and the values that score 0 and 100."""

    measure: str = attrs.field(validator=is_id)
    weight: Fraction = attrs.field(converter=exact_fraction)
    worst: Decimal = attrs.field(converter=exact_number)
    best: Decimal = attrs.field(converter=exact_number)


@final
@attrs.frozen(kw_only=True)
class TierScore:
    """A scorecard of measures, 0 to 100, which conditions may test like a measure."""

    id: str = id_field()
    criteria: tuple[TierCriterion, ...] = attrs.field(converter=_criteria)
    #: What a missing measure does: `null` makes the score missing, `reweight` leaves the criterion out, `worst` is 0.
    missing: Literal["null", "reweight", "worst"] = attrs.field(
        default="null", validator=one_of("null", "reweight", "worst")
    )
    decimals: int = attrs.field(default=2, validator=is_whole(0, 4))


@final
@attrs.frozen(kw_only=True)
class TierCondition:
    """A test of a measure or score: `at_least` belongs to it and `below` does not.

    A missing figure does not meet it, unless `if_missing` says so; as a veto it does not forbid.

    >>> TierCondition(measure="spend", at_least="1000").at_least
    Decimal('1000')
    """

    measure: str = attrs.field(validator=is_id)
    at_least: Decimal | None = attrs.field(default=None, converter=_optional_number)
    below: Decimal | None = attrs.field(default=None, converter=_optional_number)
    if_missing: bool = attrs.field(default=False, validator=is_boolean)


@final
@attrs.frozen(kw_only=True)
class TierLevel:
    """A level, and what earns it: all of `all_of`, one of `any_of` where there are any, and none of `unless`."""

    id: str = attrs.field(validator=is_id)
    label: Label | None = label_field()
    all_of: tuple[TierCondition, ...] = attrs.field(default=(), converter=_conditions)
    any_of: tuple[TierCondition, ...] = attrs.field(default=(), converter=_conditions)
    #: Vetoes, such as a margin below zero.
    unless: tuple[TierCondition, ...] = attrs.field(default=(), converter=_conditions)

    @property
    def conditions(self) -> tuple[TierCondition, ...]:
        """Return all conditions of the level."""
        return (*self.all_of, *self.any_of, *self.unless)


@final
@attrs.frozen(kw_only=True)
class TierDowngrade:
    """What happens at a review to a customer who did not earn the level again.

    Raises:
        InvalidValueError: a field that is wrong by itself.
        PolicyError: fields that do not go together, all at once.

    >>> TierDowngrade(misses=2, to="one_level").misses
    2
    """

    #: At the review, or on the day a figure falls (a balance): `at_once` needs a lifetime or rolling window.
    when: Literal["at_review", "at_once"] = attrs.field(default="at_review", validator=one_of("at_review", "at_once"))
    to: FallTo = attrs.field(default="earned", validator=one_of(*get_args(FallTo)))
    #: The consecutive review, from 1, at which a miss lowers; the misses before it are grace.
    misses: int = attrs.field(default=1, validator=is_whole(1, _MOST_PERIODS))
    #: The part of a threshold that is enough to keep a level, as `"0.8"`.
    keep_at: Fraction = attrs.field(default=Fraction(1), converter=exact_fraction)
    #: How many periods together may reach the threshold to keep a level.
    together: int = attrs.field(default=1, validator=is_whole(1, _MOST_PERIODS))
    #: Months from the day a level began within which it is not lowered.
    hold_months: int = attrs.field(default=0, validator=is_whole(0, _MOST_PERIODS))

    def __attrs_post_init__(self) -> None:
        """Refuse what would not be read."""
        problems = []
        if not 0 < self.keep_at <= 1:
            hint = "80 % is '0.8'"
            problems.append(_wrong("keep_at", "a part lies above 0 and is at most 1", str(self.keep_at), hint))
        if self.when == "at_once":
            idle = attrs.evolve(self, when="at_review", keep_at=1)
            if idle != TierDowngrade():
                hint = "leave to, misses, together and hold_months out"
                problems.append(_wrong("when", "a fall at once knows no reviews", self.when, hint))
        if problems:
            raise PolicyError(problems)


#: Conditions with their paths in the policy.
_Placed: TypeAlias = tuple[str, TierCondition]


@final
@attrs.frozen(kw_only=True)
class TierPolicy:
    """Levels, the best first; the last one has no conditions and takes the rest.

    Raises:
        InvalidValueError: a field that is wrong by itself.
        PolicyError: what does not go together, all at once.

    >>> gold = TierLevel(id="gold", all_of=[TierCondition(measure="spend", at_least=1000)])
    >>> policy = TierPolicy(id="club", version="1", currency="EUR", measures=[TierMeasure(id="spend")],
    ...     levels=[gold, TierLevel(id="basic")],
    ...     window=TierWindow(kind="calendar", length=12), validity=TierValidity(kind="rest_and_next"))
    >>> policy.bottom.id, policy.rank("gold")
    ('basic', 1)
    """

    id: str = attrs.field(validator=is_id)
    version: str = attrs.field(validator=is_id)
    #: The currency of amounts that are read from facts; None where entries are given as plain numbers.
    currency: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(lambda _i, _f, value: check_currency(value) and None)
    )
    measures: tuple[TierMeasure, ...] = attrs.field(converter=_measures)
    levels: tuple[TierLevel, ...] = attrs.field(converter=_levels)
    window: TierWindow = attrs.field(validator=_is_a(TierWindow))
    validity: TierValidity = attrs.field(validator=_is_a(TierValidity))
    score: TierScore | None = attrs.field(default=None, validator=_is_a(TierScore, optional=True))
    upgrade: TierUpgrade = attrs.field(default="at_once", validator=one_of(*get_args(TierUpgrade)))
    downgrade: TierDowngrade = attrs.field(default=TierDowngrade(), validator=_is_a(TierDowngrade))
    label: Label | None = label_field()

    def __attrs_post_init__(self) -> None:
        """Refuse what does not go together, all of it at once."""
        problems = [*_names(self), *_level_problems(self), *_score_problems(self), *_clock_problems(self)]
        if problems:
            raise PolicyError(problems)

    @property
    def bottom(self) -> TierLevel:
        """Return the level of everybody who earns none."""
        return self.levels[-1]

    @property
    def periods(self) -> TierWindow | None:
        """Return the periods at whose end better levels begin: the window's own, else those of the validity."""
        return self.window if self.window.has_periods else self.validity.period

    def rank(self, level: str) -> int:
        """Return how many levels lie below one; the bottom is 0.

        Raises:
            KeyError: no such level.
        """
        return {one.id: place for place, one in enumerate(reversed(self.levels))}[level]

    def level(self, rank: int) -> TierLevel:
        """Return the level that has so many below it."""
        return self.levels[-1 - rank]

    def measure(self, name: str) -> TierMeasure | None:
        """Return a measure by its id; None for the score."""
        return {one.id: one for one in self.measures}.get(name)


def _wrong(path: str, message: str, value: object, hint: str = "") -> Problem:
    shown = "" if value is None else bounded_repr(value)
    return Problem(code="bad_value", path=path, message=message, value=shown, hint=hint)


def _names(policy: TierPolicy) -> Iterator[Problem]:
    """Say what is wrong with the names: they are names of a rule set, each there once."""
    placed = [(f"measures[{place}].id", one.id) for place, one in enumerate(policy.measures)]
    if policy.score is not None:
        placed.append(("score.id", policy.score.id))
    for path, name in (*placed, *((f"levels[{place}].id", one.id) for place, one in enumerate(policy.levels))):
        problem = name_problem(name, path)
        if problem is not None:
            yield problem
    yield from _repeated(placed)
    yield from _repeated((f"levels[{place}].id", one.id) for place, one in enumerate(policy.levels))
    for path, name in placed:
        if name in _OUTPUTS:
            yield _wrong(path, "this is the name of an output", name, "choose another one")
    if not policy.measures:
        yield Problem(code="empty", path="measures", message="a policy needs a measure")


#: The outputs of a compiled policy.
_OUTPUTS: Final = ("earned", "kept")


def _repeated(placed: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, name in placed:
        if name.lower() in seen:
            yield Problem(code="duplicate_id", path=path, message="this id is there already", value=repr(name))
        seen.add(name.lower())


def _level_problems(policy: TierPolicy) -> Iterator[Problem]:
    if len(policy.levels) < 2:
        yield Problem(code="empty", path="levels", message="a policy needs at least two levels")
    for place, level in enumerate(policy.levels):
        path, last = f"levels[{place}]", place == len(policy.levels) - 1
        if last and level.conditions:
            hint = "add a level without conditions that takes the rest"
            yield _wrong(path, "the last level has no conditions", level.id, hint)
        if not last and not (level.all_of or level.any_of):
            yield _wrong(path, "everybody would reach this level", level.id, "give all_of or any_of")
        for where, condition in _placed(level, path):
            yield from _condition_problems(policy, where, condition)


def _placed(level: TierLevel, path: str) -> Iterator[_Placed]:
    for name in ("all_of", "any_of", "unless"):
        for place, condition in enumerate(getattr(level, name)):
            yield f"{path}.{name}[{place}]", condition


def _condition_problems(policy: TierPolicy, path: str, condition: TierCondition) -> Iterator[Problem]:
    known = [one.id for one in policy.measures] + ([policy.score.id] if policy.score else [])
    if condition.measure not in known:
        hint = did_you_mean(condition.measure, known)
        value = bounded_repr(condition.measure)
        yield Problem(code="unknown_name", path=f"{path}.measure", message="no such measure", value=value, hint=hint)
    low, high = condition.at_least, condition.below
    if low is None and high is None:
        yield _wrong(path, "a condition needs at_least or below", None)
    if low is not None and high is not None and low >= high:
        yield _wrong(path, "nothing is at least one and below the other", f"{low}, {high}")
    negative = low is not None and low < 0
    if negative and policy.downgrade.keep_at != 1 and ".unless" not in path:
        hint = "a part of a threshold below zero would be harder to reach, not easier"
        yield _wrong(f"{path}.at_least", "a level cannot be kept at a part of this", low, hint)


def _score_problems(policy: TierPolicy) -> Iterator[Problem]:
    if policy.score is None:
        return
    known = [one.id for one in policy.measures]
    if not policy.score.criteria:
        yield Problem(code="empty", path="score.criteria", message="a score needs criteria")
    for place, criterion in enumerate(policy.score.criteria):
        path = f"score.criteria[{place}]"
        if criterion.measure not in known:
            hint = did_you_mean(criterion.measure, known)
            value = bounded_repr(criterion.measure)
            yield Problem(
                code="unknown_name", path=f"{path}.measure", message="no such measure", value=value, hint=hint
            )
        if criterion.weight <= 0:
            yield _wrong(f"{path}.weight", "a weight is above zero", str(criterion.weight))
        if criterion.worst == criterion.best:
            yield _wrong(path, "worst and best are the same", criterion.best)


def _clock_problems(policy: TierPolicy) -> Iterator[Problem]:
    """Say which choices of the two clocks and the downgrade cannot work together."""
    window, validity, downgrade = policy.window, policy.validity, policy.downgrade
    if validity.kind in ("end_of_period", "rest_and_next") and policy.periods is None:
        hint = "give validity.period, as in TierWindow(kind='calendar', length=12)"
        yield _wrong("validity.period", f"a window of kind {window.kind} has no periods that end", None, hint)
    if policy.upgrade == "at_period_end" and policy.periods is None:
        hint = "upgrade at_once, or give validity.period"
        yield _wrong("upgrade", f"a window of kind {window.kind} has no periods that end", policy.upgrade, hint)
    if downgrade.when == "at_once" and window.has_periods:
        hint = "every customer would fall on the first day of a period; take a rolling or lifetime window"
        yield _wrong("downgrade.when", f"a fall at once over a window of kind {window.kind}", downgrade.when, hint)
    if downgrade.when == "at_once" and policy.upgrade != "at_once":
        yield _wrong("upgrade", "levels that fall at once rise at once", policy.upgrade, "upgrade at_once")
    if downgrade.together > 1 and window.kind == "lifetime":
        yield _wrong("downgrade.together", "a lifetime has no periods to put together", downgrade.together)
    if validity.kind == "lifetime" and downgrade.when == "at_review" and downgrade != TierDowngrade():
        hint = "leave downgrade out, or give a validity that ends"
        yield _wrong("downgrade", "a level that never ends is never reviewed", None, hint)
