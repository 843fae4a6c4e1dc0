"""Which currencies there are, and how many decimals each one's smallest unit has.

The table is list one of ISO 4217 (current currencies and funds), kept by its maintenance agency SIX; this is
the edition published on 2026-01-01. The minor units are the standard's, also where daily life differs: the
ariary (MGA) and the ouguiya (MRU) divide by five but are written with 2 decimals, the Iraqi dinar (IQD) has 3.

A currency that the standard has withdrawn (BGN, HRK, ZWL) is not in the list; `suggestion` names its successor.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

__all__ = ["MINOR_UNITS", "NO_MINOR_UNITS", "is_currency", "suggestion"]

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

#: What people write, or what their older files hold, and the code that stands for it now.
_MEANT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ANG": "XCG",
        "BGN": "EUR",
        "BYR": "BYN",
        "CUC": "CUP",
        "HRK": "EUR",
        "MRO": "MRU",
        "RMB": "CNY",
        "SLL": "SLE",
        "STD": "STN",
        "VEF": "VES",
        "ZWL": "ZWG",
    }
)

#: Longest text for which a similar code is looked up; a code has 3 letters, and a novel resembles none of them.
_MAX_GUESSED: Final = 12


def is_currency(code: str) -> bool:
    """Return whether a text is a current code of ISO 4217, in capitals.

    >>> is_currency("EUR"), is_currency("XAU"), is_currency("eur"), is_currency("BGN")
    (True, True, False, False)
    """
    return code in MINOR_UNITS or code in NO_MINOR_UNITS


def suggestion(code: str) -> str:
    """Return the code that a wrong one may have meant, or an empty text.

    >>> suggestion("eur"), suggestion("RMB"), suggestion("EURO"), suggestion("?")
    ('EUR', 'CNY', 'EUR', '')
    """
    if len(code) > _MAX_GUESSED:
        return ""
    capitals = code.strip().upper()
    if is_currency(capitals):
        return capitals
    if capitals in _MEANT:
        return _MEANT[capitals]
    near = get_close_matches(capitals, sorted((*MINOR_UNITS, *NO_MINOR_UNITS)), n=1)
    return near[0] if near else ""
