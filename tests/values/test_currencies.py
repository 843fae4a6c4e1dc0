"""The tables of ISO 4217, lists one and three, as published on 2026-01-01."""

from datetime import date

import pytest

from supplychain_rules.values.currencies import (
    MINOR_UNITS,
    NO_MINOR_UNITS,
    WITHDRAWN,
    decimals_of,
    is_currency,
    suggestion,
    withdrawn_on,
)


@pytest.mark.parametrize(
    ("code", "places"),
    [("EUR", 2), ("CNY", 2), ("JPY", 0), ("ISK", 0), ("UGX", 0), ("KWD", 3), ("IQD", 3), ("MGA", 2), ("MRU", 2),
     ("CLF", 4), ("UYW", 4), ("CLP", 0), ("HUF", 2), ("XCG", 2), ("ZWG", 2), ("XAD", 2)],
)  # fmt: skip
def test_the_minor_units_are_the_standards(code: str, places: int) -> None:
    assert places == MINOR_UNITS[code]


def test_the_table_is_complete() -> None:
    by_places = {places: sum(1 for value in MINOR_UNITS.values() if value == places) for places in range(5)}

    assert by_places == {0: 17, 1: 0, 2: 139, 3: 7, 4: 2}
    assert len(MINOR_UNITS) == 165
    assert len(NO_MINOR_UNITS) == 13


def test_a_code_is_three_capitals_and_listed_once() -> None:
    codes = [*MINOR_UNITS, *NO_MINOR_UNITS]

    assert [] == [
        code for code in codes if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper())
    ]
    assert len(codes) == len(set(codes))


def test_metals_and_units_of_account_have_no_minor_units() -> None:
    assert {"XAU", "XDR", "XXX", "XTS"} <= NO_MINOR_UNITS


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        MINOR_UNITS["EUR"] = 3  # type: ignore[index]


@pytest.mark.parametrize("code", ["BGN", "HRK", "ZWL", "ANG", "CUC", "eur", "", "EURO", "RMB"])
def test_a_withdrawn_or_misspelt_code_is_no_current_currency(code: str) -> None:
    assert not is_currency(code)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("eur", "EUR"), (" usd ", "USD"), ("RMB", "CNY"), ("rmb", "CNY"), ("EURO", "EUR"), ("hrk", "HRK"), ("Dem", "DEM")],
)
def test_a_wrong_code_suggests_the_one_that_was_meant(written: str, meant: str) -> None:
    assert meant == suggestion(written)


@pytest.mark.parametrize("written", ["", "?", "1234", "€", pytest.param("X" * 1_000_000, id="a long one")])
def test_what_resembles_no_code_suggests_none(written: str) -> None:
    assert suggestion(written) == ""


# Withdrawn currencies


@pytest.mark.parametrize(
    ("code", "month", "decimals"),
    [
        ("DEM", date(2002, 3, 1), 2),
        ("ITL", date(2002, 3, 1), 0),
        ("BEF", date(2002, 3, 1), 0),
        ("SIT", date(2007, 1, 1), 2),
        ("EEK", date(2011, 1, 1), 2),
        ("LVL", date(2014, 1, 1), 2),
        ("BYR", date(2017, 1, 1), 0),
        ("MRO", date(2017, 12, 1), 2),
        ("STD", date(2017, 12, 1), 2),
        ("VEF", date(2018, 8, 1), 2),
        ("HRK", date(2023, 1, 1), 2),
        ("SLL", date(2023, 12, 1), 2),
        ("ZWL", date(2024, 9, 1), 2),
        ("ANG", date(2025, 3, 1), 2),
        ("BGN", date(2026, 1, 1), 2),
        ("TRL", date(2005, 12, 1), 0),
        ("ROL", date(2005, 6, 1), 0),
    ],
)
def test_a_withdrawn_currency_has_its_month_and_its_decimals(code: str, month: date, decimals: int) -> None:
    assert month == withdrawn_on(code)
    assert decimals == decimals_of(code)


@pytest.mark.parametrize("code", ["EUR", "CNY", "XAU", "XXX", "RON", "EURO", "hrk", ""])
def test_a_current_or_unknown_code_was_not_withdrawn(code: str) -> None:
    assert withdrawn_on(code) is None


def test_a_code_is_current_or_withdrawn_and_never_both() -> None:
    assert [] == [code for code in WITHDRAWN if is_currency(code) or len(code) != 3 or not code.isupper()]
    assert len(WITHDRAWN) == 54


def test_the_decimals_of_a_current_currency_are_its_minor_units_and_gold_has_none() -> None:
    assert dict(MINOR_UNITS) == {code: decimals_of(code) for code in MINOR_UNITS}
    assert {None} == {decimals_of(code) for code in (*NO_MINOR_UNITS, "EURO", "hrk")}
