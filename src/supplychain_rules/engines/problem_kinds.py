"""Kinds of problems: what may be wrong with a value of an input, so that values of one kind can be counted together."""

from datetime import datetime
from typing import Any, Final, Literal, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.convert import NOT_AN_OPTION, NOT_FINITE, OUTSIDE, TOO_LONG, convert
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
)

__all__ = ["ProblemCount", "ProblemKind", "default_kind", "kind_of_problem", "kinds_of", "plain_value"]

#: Missing though required; NaN or infinite; below `min` or above `max`; not a declared option; a text that is too long;
#: of a type that does not hold the input, where a column holds values of several.
ProblemKind = Literal["required", "not_finite", "out_of_range", "undeclared", "too_long", "wrong_type"]

_KINDS: Final[dict[str, ProblemKind]] = {
    NOT_AN_OPTION: "undeclared",
    NOT_FINITE: "not_finite",
    OUTSIDE: "out_of_range",
    TOO_LONG: "too_long",
}


@final
@attrs.frozen(kw_only=True)
class ProblemCount:
    """How many rows one input spoils in one way."""

    #: The input, as the policy names it.
    input: str
    #: The column that it is read from.
    column: str
    problem: ProblemKind
    #: How many rows there are, one at least.
    rows: int


def kinds_of(kind: Type) -> tuple[ProblemKind, ...]:
    """Return what may be wrong with a value of an input, in the order in which it is looked for.

    >>> kinds_of(NumberType(decimals=0, low=0, high=9))
    ('required', 'wrong_type', 'not_finite', 'out_of_range')
    """
    required: tuple[ProblemKind, ...] = () if kind.optional else ("required",)
    other: tuple[ProblemKind, ...]
    match kind:
        case NumberType():
            other = ("wrong_type", "not_finite", "out_of_range")
        case DateType():
            other = ("wrong_type", "out_of_range")
        case BooleanType():
            other = ("wrong_type",)
        case ChoiceType():
            other = ("undeclared",)
        case TextType():
            other = ("wrong_type", "too_long")
        case MissingType():
            raise AssertionError(kind)  # no input is declared so
        case _:
            assert_never(kind)
    return (*required, *other)


def default_kind(kind: Type) -> ProblemKind:
    """Return what is wrong with a value that is there, where nothing else is."""
    return kinds_of(kind)[-1]


def kind_of_problem(value: object, kind: Type) -> ProblemKind | None:
    """Return what is wrong with a value; None where it can be taken.

    >>> kind_of_problem(float("inf"), NumberType(decimals=0, low=0, high=9))
    'not_finite'
    """
    try:
        convert(value, kind)
    except InvalidValueError as error:
        return "required" if value is None else _KINDS.get(error.what, "wrong_type")
    return None


def plain_value(value: Any, *, is_date: bool) -> object:  # noqa: ANN401  a value of any library
    """Return a value of a frame as a record holds it: a day for a midnight of pandas.

    >>> plain_value(datetime(2026, 3, 1), is_date=True)
    datetime.date(2026, 3, 1)
    """
    if is_date and isinstance(value, datetime) and value == datetime(value.year, value.month, value.day):  # noqa: DTZ001  a date has no zone
        return value.date()
    return value
