"""Points for punctuality: how many points a delivery earns by how many days late, or early, it came.

A rate knows late and on time only; many scorecards give part of the points for a little late. Bands of days say how
many points each day is worth.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.trade import OrderLine, line_amount
from supplychain_rules.measures.arrivals import (
    ArrivalBy,
    CountedIn,
    OpenDays,
    Promise,
    check_under_tolerance,
    refuse_idle,
    timed,
)
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
    one_currency,
    ratio,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.fields import (
    MAX_COUNT,
    decay_field,
    id_field,
    is_optional_calendar,
    is_share,
    label_field,
    minimum_evidence_field,
    one_of,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction, exact_number

__all__ = ["LATE_POINTS", "DayBand", "LatePoints", "PointsLevel"]

#: What the points of a mean weigh by: each line alike, or by what it is worth.
PointsLevel = Literal["line", "value"]

#: Most points of a band, either way; a scorecard of more than a million points is a slip of the keyboard.
MAX_POINTS: Final = 1_000_000


def _points(value: object) -> Decimal:
    if isinstance(value, float):
        raise InvalidValueError("points are never a float", value, hint="give Decimal, int or text")
    return exact_number(value)


def _is_few_points(_band: object, _field: "attrs.Attribute[Any]", value: Decimal) -> None:
    if not -MAX_POINTS <= value <= MAX_POINTS:
        raise InvalidValueError(f"DayBand.points lies outside {-MAX_POINTS}..{MAX_POINTS}", value)


def _is_day_or_open(_band: object, _field: "attrs.Attribute[Any]", value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or not -MAX_COUNT <= value <= MAX_COUNT:
        hint = "days early are below zero; leave it out of the last band"
        raise InvalidValueError(
            f"DayBand.up_to must be a whole number from {-MAX_COUNT} to {MAX_COUNT}", value, hint=hint
        )


@final
@attrs.frozen(kw_only=True)
class DayBand:
    """The points of all deliveries up to so many days late that no earlier band has taken.

    >>> DayBand(up_to=3, points="80").points
    Decimal('80')
    """

    #: Most days late, that day included; below zero for days early. `None` for all that is later still.
    up_to: int | None = attrs.field(default=None, validator=_is_day_or_open)
    points: Decimal = attrs.field(converter=_points, validator=_is_few_points)


def _bands(values: Iterable[DayBand]) -> tuple[DayBand, ...]:
    bands = tuple(values)
    for band in bands:
        if not isinstance(band, DayBand):
            raise InvalidValueError("LatePoints.bands holds something else than bands", band)
    return bands


def _cover_every_day(_measure: object, _field: "attrs.Attribute[Any]", bands: tuple[DayBand, ...]) -> None:
    """Refuse bands that leave a day out or meet: each ends where the next begins, and the last one is open."""
    *closed, last = [band.up_to for band in bands] or [0]
    if last is not None:
        hint = "end with DayBand(points='0')"
        raise InvalidValueError("LatePoints.bands leave the latest days out", last, hint=hint)
    ends = [end for end in closed if end is not None]
    if len(ends) < len(closed):
        raise InvalidValueError("LatePoints.bands after an open band are never reached", None, hint="put it last")
    for end, following in pairwise(ends):
        if following <= end:
            raise InvalidValueError("LatePoints.bands do not ascend", f"{end}, {following}", hint="sort them by up_to")


@final
@attrs.frozen(kw_only=True)
class LatePoints:
    """The mean points of deliveries, each by the band of the days from its promise to its arrival.

    A band begins after the day on which the one before it ends, the first band has no beginning and the last no
    end: every day lies in exactly one. Early days are below zero, so bands with `up_to` below zero judge them too;
    without such bands, early is as good as on time.

    The value is the sum of points / the number of lines, or, by `value`, the sum of points x what each line is worth /
    what they are worth together. The evidence is the number of lines. An overdue line that has not arrived has the
    days that have passed until now (`open_overdue`): its points fall as long as it is open.

    Raises:
        InvalidValueError: bands that do not ascend or leave days out, a choice that does not exist or that nothing
            would read; at measuring by `value`, amounts in more than one currency.

    >>> bands = (DayBand(up_to=0, points=100), DayBand(up_to=3, points=80), DayBand(points=0))
    >>> LatePoints(id="punctuality", bands=bands).points_of(3), LatePoints(id="punctuality", bands=bands).points_of(4)
    (Decimal('80'), Decimal('0'))
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: In ascending order of `up_to`, the last without.
    bands: tuple[DayBand, ...] = attrs.field(converter=_bands, validator=_cover_every_day)
    level: PointsLevel = attrs.field(default="line", validator=one_of(*get_args(PointsLevel)))
    #: The date that a line is held to. A line without a requested date is left out of `requested`.
    promise: Promise = attrs.field(default="original", validator=one_of(*get_args(Promise)))
    #: The calendar whose working days are counted; `None` for calendar days.
    calendar: WorkCalendar | None = attrs.field(default=None, validator=is_optional_calendar)
    #: Which receipt is the arrival: the first, the one that completes the line, or the last of a complete line.
    to: ArrivalBy = attrs.field(default="last", validator=one_of(*get_args(ArrivalBy)))
    #: The share of the ordered quantity that may be short of a complete line.
    under_tolerance: Fraction = attrs.field(default=Fraction(0), converter=exact_fraction, validator=is_share(1))
    #: Whether an overdue line that has not arrived is left out, or has the days that have passed until now.
    open_overdue: OpenDays = attrs.field(default="so_far", validator=one_of(*get_args(OpenDays)))
    #: The day by which a line belongs to a period; a line without a receipt has its promise only.
    counted_in: CountedIn = attrs.field(default="promise", validator=one_of(*get_args(CountedIn)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest lines for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        check_under_tolerance(self, self.under_tolerance)
        if self.under_tolerance and self.to == "first":
            refuse_idle(self, "under_tolerance", self.under_tolerance, without="to='last' or 'completing'")

    def points_of(self, days_late: int) -> Decimal:
        """Return the points of a delivery so many days late, below zero for early."""
        return next(band.points for band in self.bands if band.up_to is None or days_late <= band.up_to)


def _rows(measure: LatePoints, index: FactIndex, as_of: date) -> RowsOf:
    judge = timed(measure, index, as_of, from_order=False)
    points_of, by_line = measure.points_of, measure.level == "line"

    def rows(line: OrderLine) -> Sequence[Row]:
        verdict = judge(line) if line.quantity else None
        if verdict is None:
            return ()
        days, day, _ = verdict
        if isinstance(days, LeftOut):
            return ((line, day, days, 1, 0, 0),)
        points = points_of(days)
        if by_line:
            return ((line, day, "", points, 1, 1),)
        worth = line_amount(line)
        return ((line, day, line.unit_price.currency, points * worth, worth, 1),)

    return {OrderLine: rows}


def _is_open(measure: LatePoints, index: FactIndex, as_of: date) -> Callable[[OrderLine], bool]:
    judge = timed(measure, index, as_of, from_order=False)

    def is_open(line: OrderLine) -> bool:
        verdict = judge(line)
        return bool(line.quantity) and (verdict is None or not verdict[2])

    return is_open


def _figure(measure: LatePoints, everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    if measure.level == "value":
        one_currency(measure.id, (str(part) for cells in everything.values() for part in counted(cells)))

    def figure(_key: Key, cells: Cells) -> Figure:
        return ratio(cells, unit="points")

    return figure


#: How points for punctuality count.
LATE_POINTS: Final = Counting(
    rows=_rows,
    figure=_figure,
    nothing="no order line fell due in the period",
    is_open=_is_open,
)
