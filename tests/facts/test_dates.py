"""Days in declared formats: what is read, what is refused, and what no format may be."""

from datetime import UTC, date, datetime

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.dates import DayFormats


def read(text: str, *formats: str, **declared: object) -> date:
    return DayFormats(formats=formats, **declared).day(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2026-01-31", "%Y-%m-%d", date(2026, 1, 31)),
        ("31.1.2026", "%d.%m.%Y", date(2026, 1, 31)),
        ("7/4/1996", "%m/%d/%Y", date(1996, 7, 4)),
        ("02-Jun-2006", "%d-%b-%Y", date(2006, 6, 2)),
        ("2-SEP-2006", "%d-%b-%Y", date(2006, 9, 2)),
        ("14 november 2006", "%d %B %Y", date(2006, 11, 14)),
        ("19970101", "%Y%m%d", date(1997, 1, 1)),
        ("2026年1月31日", "%Y年%m月%d日", date(2026, 1, 31)),
        ("100% 2026-01-31", "100%% %Y-%m-%d", date(2026, 1, 31)),
        ("2022-04-15 00:00:00.000", "%Y-%m-%d %H:%M:%S.%f", date(2022, 4, 15)),
    ],
)
def test_a_day_is_read_by_its_declared_format(text: str, form: str, expected: date) -> None:
    assert expected == read(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-02-30", "%Y-%m-%d"),
        ("2026-13-01", "%Y-%m-%d"),
        ("2026-01-31x", "%Y-%m-%d"),
        (" 2026-01-31", "%Y-%m-%d"),
        ("26-01-31", "%Y-%m-%d"),
        ("\uff12\uff10\uff12\uff16-01-31", "%Y-%m-%d"),
        ("31-Mai-2026", "%d-%b-%Y"),
        ("1997111", "%Y%m%d"),
        ("2026-01-31 24:00", "%Y-%m-%d %H:%M"),
        ("1" * 100_000, "%Y%m%d"),
        ("", "%Y-%m-%d"),
    ],
)
def test_a_text_that_no_format_fits_is_no_day(text: str, form: str) -> None:
    with pytest.raises(InvalidValueError, match="is not a date"):
        read(text, form)


def test_two_formats_read_what_only_one_of_them_fits() -> None:
    formats = ("%d-%b-%y", "%m/%d/%y")

    assert date(2006, 6, 2) == read("2-Jun-06", *formats, pivot=1970)
    assert date(2006, 11, 13) == read("11/13/06", *formats, pivot=1970)


def test_a_text_that_two_formats_read_as_two_days_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="reads as 2013-03-05 and as 2013-05-03"):
        read("5/3/2013", "%d/%m/%Y", "%m/%d/%Y")
    assert date(2013, 5, 5) == read("5/5/2013", "%d/%m/%Y", "%m/%d/%Y")


@pytest.mark.parametrize(
    ("pivot", "digits", "year"),
    [(1970, "70", 1970), (1970, "69", 2069), (1970, "00", 2000), (2000, "99", 2099), (1926, "25", 2025)],
)
def test_two_digits_of_a_year_are_counted_from_the_pivot(pivot: int, digits: str, year: int) -> None:
    assert date(year, 1, 31) == read(f"31.01.{digits}", "%d.%m.%y", pivot=pivot)


def test_two_digit_years_without_a_pivot_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="two-digit years need a pivot"):
        DayFormats(formats=("%d.%m.%y",))


def test_a_percent_sign_before_a_y_is_no_two_digit_year() -> None:
    assert date(2026, 1, 31) == read("%y 2026-01-31", "%%y %Y-%m-%d")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("%Y-%m-%q", "unknown directive %q"),
        ("%Y-%m-%", "unknown directive %"),
        ("%Y-%m", "needs one day"),
        ("%d.%m", "needs one year"),
        ("%Y-%b-%m-%d", "needs one month"),
        ("%Y-%m-%d %H:%H", "names a part twice"),
    ],
)
def test_a_format_that_says_no_single_day_is_refused(form: str, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        DayFormats(formats=(form,))


def test_a_text_in_place_of_formats_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="are a collection"):
        DayFormats(formats="%Y-%m-%d")  # type: ignore[arg-type]


@pytest.mark.parametrize("pivot", [0, 9901, True, "1970"])
def test_a_pivot_that_is_no_year_is_refused(pivot: object) -> None:
    with pytest.raises(InvalidValueError, match="pivot is not a year"):
        DayFormats(formats=("%d.%m.%y",), pivot=pivot)  # type: ignore[arg-type]


def test_a_time_of_day_is_refused_unless_it_is_to_be_dropped() -> None:
    text, form = "2026-01-31 17:30", "%Y-%m-%d %H:%M"

    with pytest.raises(InvalidValueError, match="has a time of day"):
        read(text, form)
    assert date(2026, 1, 31) == read(text, form, times="drop")


def test_midnight_in_a_time_zone_is_another_day_elsewhere_so_it_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="has a time of day"):
        DayFormats(formats=("%Y-%m-%d",)).day_of(datetime(2026, 1, 31, tzinfo=UTC))
