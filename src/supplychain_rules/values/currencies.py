"""Which currencies there are, and how many decimals each one's smallest unit has.

The table is list one of ISO 4217 (current currencies and funds), kept by its maintenance agency SIX; this is
the edition published on 2026-01-01. The minor units are the standard's, also where daily life differs: the
ariary (MGA) and the ouguiya (MRU) divide by five but are written with 2 decimals, the Iraqi dinar (IQD) has 3.

Old ledgers hold currencies that the standard has withdrawn (HRK, DEM, ZWL). Those of list three of the same edition
are here with the month of their withdrawal, as far as it lies in 1997 or later and their minor units are known.
"""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from supplychain_rules.errors import InvalidValueError

__all__ = [
    "MINOR_UNITS",
    "NO_MINOR_UNITS",
    "WITHDRAWN",
    "check_currency",
    "decimals_of",
    "is_currency",
    "suggestion",
    "withdrawn_on",
]

#: The codes by their minor units, one line a group of initials, so that an amendment is a change of one line.
_CODES_BY_MINOR_UNITS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN
        BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
        CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK
        DKK DOP DZD
        EGP ERN ETB EUR
        FJD FKP
        GBP GEL GHS GIP GMD GTQ GYD
        HKD HNL HTG HUF
        IDR ILS INR IRR
        JMD
        KES KGS KHR KPW KYD KZT
        LAK LBP LKR LRD LSL
        MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN
        NAD NGN NIO NOK NPR NZD
        PAB PEN PGK PHP PKR PLN
        QAR
        RON RSD RUB
        SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
        THB TJS TMT TOP TRY TTD TWD TZS
        UAH USD USN UYU UZS
        VED VES
        WST
        XAD XCD XCG
        YER
        ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

#: Decimals of the smallest unit, by currency code.
MINOR_UNITS: Final[Mapping[str, int]] = MappingProxyType(
    {code: places for places, codes in _CODES_BY_MINOR_UNITS.items() for code in codes.split()}
)

#: Codes to which the standard gives no minor unit (N.A.): metals, units of account, testing, no currency.
NO_MINOR_UNITS: Final = frozenset(
    {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
)

#: Withdrawn codes by the month that list three gives, the last one where it gives several: first those without
#: decimals, then those with two. List three itself has no minor units; they are those of the edition that last had the
#: currency in list one, as the Java platform keeps them. A code that is missing there (ECS, TJR, XEU) is left out.
_CODES_BY_WITHDRAWAL: Final = {
    (1997, 5): ("", "GWP"),
    (2001, 1): ("BYB", ""),
    (2002, 3): ("BEF ESP GRD ITL LUF PTE", "ATS DEM FIM FRF IEP NLG"),
    (2002, 11): ("TPE", ""),
    (2003, 1): ("", "AFA"),
    (2003, 7): ("ADP", "YUM"),
    (2003, 11): ("", "BGL"),
    (2003, 12): ("", "SRG"),
    (2004, 1): ("", "RUR"),
    (2004, 12): ("MGF", ""),
    (2005, 6): ("ROL", ""),
    (2005, 10): ("", "AYM"),
    (2005, 12): ("TRL", "AZM"),
    (2006, 6): ("", "MZM"),
    (2006, 9): ("", "ZWN"),
    (2006, 10): ("", "CSD"),
    (2007, 1): ("", "SIT"),
    (2007, 7): ("", "SDD"),
    (2008, 1): ("", "CYP GHC MTL VEB"),
    (2008, 8): ("", "ZWD"),
    (2009, 1): ("", "SKK TMM"),
    (2009, 6): ("", "ZWR"),
    (2011, 1): ("", "EEK"),
    (2012, 12): ("", "ZMK"),
    (2014, 1): ("", "LVL"),
    (2014, 3): ("", "USS"),
    (2014, 12): ("", "LTL"),
    (2017, 1): ("BYR", ""),
    (2017, 12): ("", "MRO STD"),
    (2018, 8): ("", "VEF"),
    (2021, 6): ("", "CUC"),
    (2023, 1): ("", "HRK"),
    (2023, 12): ("", "SLL"),
    (2024, 9): ("", "ZWL"),
    (2025, 3): ("", "ANG"),
    (2026, 1): ("", "BGN"),
}

#: The month in which a withdrawn code left the standard, as its first day.
WITHDRAWN: Final[Mapping[str, date]] = MappingProxyType(
    {
        code: date(year, month, 1)
        for (year, month), groups in _CODES_BY_WITHDRAWAL.items()
        for codes in groups
        for code in codes.split()
    }
)

_WITHDRAWN_WITHOUT_DECIMALS: Final = frozenset(
    code for whole, _ in _CODES_BY_WITHDRAWAL.values() for code in whole.split()
)

#: What people write that no edition of the standard has, and the code that stands for it.
_MEANT: Final[Mapping[str, str]] = MappingProxyType({"RMB": "CNY"})

#: Longest text for which a similar code is looked up; a code has 3 letters, and a novel resembles none of them.
_MAX_GUESSED: Final = 12


def is_currency(code: str) -> bool:
    """Return whether a text is a current code of ISO 4217, in capitals.

    >>> is_currency("EUR"), is_currency("XAU"), is_currency("eur"), is_currency("BGN")
    (True, True, False, False)
    """
    return code in MINOR_UNITS or code in NO_MINOR_UNITS


def check_currency(code: object) -> str:
    """Return a code that is or was a currency, and refuse anything else.

    Raises:
        InvalidValueError: not text, or a code that no list of the standard has.

    >>> check_currency("HRK")
    'HRK'
    >>> check_currency("eur")
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: unknown currency: 'eur'; did you mean 'EUR'?
    """
    if not isinstance(code, str):
        raise InvalidValueError("a currency is text", code, hint="give a code of ISO 4217, as in 'EUR'")
    if not is_currency(code) and code not in WITHDRAWN:
        meant = suggestion(code)
        hint = f"did you mean {meant!r}?" if meant else "give a current code of ISO 4217, as in 'EUR'"
        raise InvalidValueError("unknown currency", code, hint=hint)
    return code


def withdrawn_on(code: str) -> date | None:
    """Return the first day of the month in which a code left the standard; `None` for a current or unknown one.

    It is the standard's date. The notes and coins may have been legal tender for shorter or longer.

    >>> withdrawn_on("HRK"), withdrawn_on("DEM"), withdrawn_on("EUR")
    (datetime.date(2023, 1, 1), datetime.date(2002, 3, 1), None)
    """
    return WITHDRAWN.get(code)


def decimals_of(code: str) -> int | None:
    """Return how many decimals a currency's smallest unit has, also of a withdrawn one; `None` where it has none.

    >>> decimals_of("EUR"), decimals_of("JPY"), decimals_of("ITL"), decimals_of("XAU")
    (2, 0, 0, None)
    """
    if code in WITHDRAWN:
        return 0 if code in _WITHDRAWN_WITHOUT_DECIMALS else 2
    return MINOR_UNITS.get(code)


def suggestion(code: str) -> str:
    """Return the code that a wrong one may have meant, or an empty text.

    >>> suggestion("eur"), suggestion("RMB"), suggestion("EURO"), suggestion("hrk"), suggestion("?")
    ('EUR', 'CNY', 'EUR', 'HRK', '')
    """
    if len(code) > _MAX_GUESSED:
        return ""
    capitals = code.strip().upper()
    if is_currency(capitals) or capitals in WITHDRAWN:
        return capitals
    if capitals in _MEANT:
        return _MEANT[capitals]
    near = get_close_matches(capitals, sorted((*MINOR_UNITS, *NO_MINOR_UNITS)), n=1)
    return near[0] if near else ""
