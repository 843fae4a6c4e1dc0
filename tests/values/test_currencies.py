"""The table of ISO 4217, list one, as published on 2026-01-01."""

import pytest

from supplychain_rules.values.currencies import MINOR_UNITS, NO_MINOR_UNITS, is_currency, suggestion


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
def test_a_withdrawn_or_misspelt_code_is_no_currency(code: str) -> None:
    assert not is_currency(code)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("eur", "EUR"), (" usd ", "USD"), ("RMB", "CNY"), ("rmb", "CNY"), ("EURO", "EUR"), ("HRK", "EUR"), ("ZWL", "ZWG")],
)
def test_a_wrong_code_suggests_the_one_that_was_meant(written: str, meant: str) -> None:
    assert meant == suggestion(written)


@pytest.mark.parametrize("written", ["", "?", "1234", "€", pytest.param("X" * 1_000_000, id="a long one")])
def test_what_resembles_no_code_suggests_none(written: str) -> None:
    assert suggestion(written) == ""


def test_every_suggestion_is_a_currency() -> None:
    assert [] == [
        code for code in ("ANG", "BGN", "BYR", "CUC", "MRO", "SLL", "STD", "VEF") if not is_currency(suggestion(code))
    ]
