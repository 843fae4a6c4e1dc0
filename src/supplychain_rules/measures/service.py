"""Service: how often a question, claim or complaint was answered within the target, and how many days it took."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias, assert_never, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.care import Complaint, ServiceEvent
from supplychain_rules.facts.quality import Claim
from supplychain_rules.measures.arrivals import shifted
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    LeftOut,
    Row,
    RowsOf,
    counted,
    left_out_note,
    merged,
    ratio,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import (
    decay_field,
    id_field,
    is_count,
    label_field,
    minimum_evidence_field,
    name_set,
    one_of,
    optional_fraction,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.measures.statistics import STATISTICS, Statistic, check_percentile, statistic_of
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label

__all__ = [
    "RESPONSE_DAYS",
    "SERVICE_RESPONSE",
    "Response",
    "ResponseDays",
    "ServiceResponse",
    "ServiceSource",
    "Unanswered",
]

#: What is answered: what we asked of suppliers, our claims on them, or customers' complaints to us.
ServiceSource = Literal["service_events", "claims", "complaints"]

#: What ends the waiting: the first answer, or the matter resolved.
Response = Literal["answer", "resolution"]

#: What a matter is that still waits: left out, or counted with the days that it has waited so far.
Unanswered = Literal["left_out", "days_so_far"]


_is_optional_calendar: Final = attrs.validators.optional(attrs.validators.instance_of(WorkCalendar))


@final
@attrs.frozen(kw_only=True)
class ServiceResponse:
    """The share of what was raised in the period that was answered, or resolved, within the target, from 0 to 1.

    The target ends `within_days` after the day it was raised, that day included: zero days is the same day. What is
    open and overdue counts as late; what is open and may still be in time is left out. What was resolved was also
    answered. An answer dated after the day from which one looks has not come yet.

    The evidence is the number of events, claims or complaints.

    Raises:
        InvalidValueError: a choice that does not exist, days out of range, or the answer to a claim: a claim has the
            day of its settlement only.

    >>> ServiceResponse(id="quotations_in_time", kinds=["quotation"], within_days=3).of
    'answer'
    """

    id: str = id_field()
    label: Label | None = label_field()
    source: ServiceSource = attrs.field(default="service_events", validator=one_of(*get_args(ServiceSource)))
    #: Kinds that count, as `quotation`; empty for all.
    kinds: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    of: Response = attrs.field(default="answer", validator=one_of(*get_args(Response)))
    #: Most days after the day it was raised.
    within_days: int = attrs.field(validator=is_count)
    #: The calendar whose working days `within_days` are; `None` for calendar days.
    calendar: WorkCalendar | None = attrs.field(default=None, validator=_is_optional_calendar)
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest events for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse the answer to a claim."""
        _check_answer(self)


@final
@attrs.frozen(kw_only=True)
class ResponseDays:
    """The days from raising a matter to its answer, or resolution: their mean or another statistic.

    What still waits has no number of days yet. Left out, a supplier that never answers looks as good as its other
    answers, so how many wait is noted; `unanswered="days_so_far"` counts each with the days until the day from which
    one looks, which can only grow. With the mean, the numerator is the sum of the days.

    The evidence is the number of events, claims or complaints counted; the value is in days.

    Raises:
        InvalidValueError: a choice that does not exist, a percentile without a rank or a rank without percentile, or
            the answer to a claim: a claim has the day of its settlement only.

    >>> ResponseDays(id="slowest_tenth", statistic="percentile", percentile="0.9").percentile
    Fraction(9, 10)
    """

    id: str = id_field()
    label: Label | None = label_field()
    source: ServiceSource = attrs.field(default="service_events", validator=one_of(*get_args(ServiceSource)))
    #: Kinds that count, as `quotation`; empty for all.
    kinds: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    of: Response = attrs.field(default="answer", validator=one_of(*get_args(Response)))
    statistic: Statistic = attrs.field(default="mean", validator=one_of(*STATISTICS))
    #: The rank of a percentile, above 0 and at most 1.
    percentile: Fraction | None = attrs.field(default=None, converter=optional_fraction)
    unanswered: Unanswered = attrs.field(default="left_out", validator=one_of(*get_args(Unanswered)))
    #: The calendar whose working days are counted; `None` for calendar days.
    calendar: WorkCalendar | None = attrs.field(default=None, validator=_is_optional_calendar)
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest events for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse the answer to a claim, and a rank that nothing reads."""
        _check_answer(self)
        check_percentile(self, self.statistic, self.percentile)


def _check_answer(measure: ServiceResponse | ResponseDays) -> None:
    if measure.source == "claims" and measure.of == "answer":
        place = f"{type(measure).__name__}.of"
        hint = "write of='resolution'"
        raise InvalidValueError(f"{place} cannot be the answer to a claim", measure.of, hint=hint)


#: What waits for an answer.
_Matter: TypeAlias = ServiceEvent | Claim | Complaint

_WAITING: Final = LeftOut("still waiting, left out")


def _raised_on(found: _Matter) -> date:
    return found.raised_on if isinstance(found, ServiceEvent) else found.opened_on


def _ended_on(of: Response, as_of: date) -> Callable[[_Matter], date | None]:
    """Return the function from a matter to the day its waiting ended, `None` where it waits on `as_of`."""

    def ended(found: _Matter) -> date | None:
        match found:
            case ServiceEvent():
                answered, resolved = found.answered_on, found.resolved_on
            case Complaint():
                answered, resolved = found.answered_on, found.closed_on
            case Claim():
                answered, resolved = None, found.closed_on
            case _:
                assert_never(found)
        day = resolved if of == "resolution" or answered is None else answered
        return day if day is not None and day <= as_of else None

    return ended


def _table(source: ServiceSource) -> type[_Matter]:
    match source:
        case "service_events":
            return ServiceEvent
        case "claims":
            return Claim
        case "complaints":
            return Complaint
        case _:
            assert_never(source)


def _response_rows(measure: ServiceResponse, _index: FactIndex, as_of: date) -> RowsOf:
    ended, kinds = _ended_on(measure.of, as_of), measure.kinds

    def rows(found: _Matter) -> Sequence[Row]:
        if kinds and found.kind not in kinds:
            return ()
        raised, end = _raised_on(found), ended(found)
        last = shifted(raised, measure.within_days, measure.calendar)
        if end is None and as_of <= last:
            return ()
        return ((found, raised, "", 1 if end is not None and end <= last else 0, 1, 1),)

    return {_table(measure.source): rows}


def _response_is_open(measure: ServiceResponse, _index: FactIndex, as_of: date) -> Callable[[_Matter], bool]:
    ended = _ended_on(measure.of, as_of)

    def is_open(found: _Matter) -> bool:
        return ended(found) is None and as_of <= shifted(_raised_on(found), measure.within_days, measure.calendar)

    return is_open


def _response_figure(measure: ServiceResponse, _everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    trials: Final = "denominator" if measure.decay is None else None
    return lambda _key, cells: ratio(cells, trials=trials)


def _days_rows(measure: ResponseDays, _index: FactIndex, as_of: date) -> RowsOf:
    ended, kinds, calendar = _ended_on(measure.of, as_of), measure.kinds, measure.calendar
    leaves_out = measure.unanswered == "left_out"

    def rows(found: _Matter) -> Sequence[Row]:
        if kinds and found.kind not in kinds:
            return ()
        raised, end = _raised_on(found), ended(found)
        if end is None:
            if leaves_out:
                return ((found, raised, _WAITING, 1, 0, 0),)
            end = as_of
        days = (end - raised).days if calendar is None else calendar.days_between(raised, end)
        return ((found, raised, days, days, 1, 1),)

    return {_table(measure.source): rows}


def _days_is_open(measure: ResponseDays, _index: FactIndex, as_of: date) -> Callable[[_Matter], bool]:
    ended = _ended_on(measure.of, as_of)
    return lambda found: ended(found) is None


def _days_figure(measure: ResponseDays, _everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    def figure(_key: Key, cells: Cells) -> Figure:
        if measure.statistic == "mean":
            return ratio(cells, unit="days")
        met = {Fraction(str(part)): fraction(sums.denominator) for part, sums in counted(cells).items()}
        value = statistic_of(met, measure.statistic, measure.percentile) if any(met.values()) else Fraction(0)
        return Figure(
            numerator=value,
            denominator=Fraction(1 if any(met.values()) else 0),
            evidence=merged(counted(cells).values()).evidence,
            unit="days",
            note=left_out_note(cells),
        )

    return figure


#: How the share answered in time counts.
SERVICE_RESPONSE: Final = Counting(
    rows=_response_rows,
    figure=_response_figure,
    nothing="nothing was raised in the period whose target has passed",
    is_open=_response_is_open,
)

#: How the days to an answer count.
RESPONSE_DAYS: Final = Counting(
    rows=_days_rows,
    figure=_days_figure,
    nothing="nothing was answered that was raised in the period",
    is_open=_days_is_open,
)
