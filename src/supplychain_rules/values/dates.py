"""Dates as text: one form only, `2026-01-31`.

ISO 8601 has more forms (`20260131`, `2026-W05-6`); a number or a typing slip could be read as one, so
they are refused.
"""

from datetime import date

from supplychain_rules.errors import InvalidValueError

__all__ = ["parse_date"]

#: Length and hyphens of the one form.
_SHAPE = ("2026-01-31", (4, 7))


def parse_date(text: str) -> date:
    """Read a date written as `2026-01-31`.

    Raises:
        InvalidValueError: any other form, or a day that no calendar has.

    >>> parse_date("2026-01-31")
    datetime.date(2026, 1, 31)
    """
    example, hyphens = _SHAPE
    shaped = len(text) == len(example) and text.isascii() and all(text[place] == "-" for place in hyphens)
    if shaped:
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise InvalidValueError("not a date", text, hint=f"write it as {example}")
