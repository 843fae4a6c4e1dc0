"""Names: plain ASCII identifiers that mean the same to every engine."""

import keyword
from typing import Final

from supplychain_rules.errors import Problem, bounded_repr, did_you_mean
from supplychain_rules.language.limits import MAX_NAME_CHARACTERS

__all__ = ["FUNCTIONS", "RESERVED_SUFFIXES", "did_you_mean", "name_problem"]

#: The functions a formula may call.
FUNCTIONS: Final = (
    "abs",
    "add_days",
    "ceil",
    "clamp",
    "coalesce",
    "days_between",
    "floor",
    "is_missing",
    "max",
    "min",
    "piecewise",
    "round",
)

#: Endings of the outputs that steps add beside their own: a declared name must not look like one.
RESERVED_SUFFIXES: Final = ("_before", "_coverage", "_held", "_high", "_low")

#: Words that mean something else in a formula or a cell, whatever their case.
_RESERVED: Final = frozenset(
    {*FUNCTIONS, *(word.lower() for word in keyword.kwlist), *keyword.softkwlist, "missing", "date", "problems"}
)


def name_problem(name: object, path: str) -> Problem | None:
    """Return what is wrong with a declared name, or None where it is fine.

    A name is an ASCII identifier (Unicode normalisation would make two names one), no keyword or
    function, without a reserved ending, and at most `MAX_NAME_CHARACTERS` long.
    """
    if not isinstance(name, str):
        return Problem(code="wrong_type", path=path, message="a name must be text", value=bounded_repr(name))
    hint = ""
    if not (name.isascii() and name.isidentifier()) or name.startswith("_"):
        hint = "use ASCII letters, digits and underscores, beginning with a letter; any text may go into 'column'"
    elif len(name) > MAX_NAME_CHARACTERS:
        hint = f"use at most {MAX_NAME_CHARACTERS} characters"
    elif name.lower() in _RESERVED:
        hint = "it is a word of the formula language; choose another"
    elif name.lower().endswith(RESERVED_SUFFIXES):
        hint = f"the endings {', '.join(RESERVED_SUFFIXES)} belong to outputs that steps add"
    if not hint:
        return None
    return Problem(code="bad_name", path=path, message="this cannot be a name", value=bounded_repr(name), hint=hint)
