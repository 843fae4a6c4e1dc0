"""Rows of a frame compared as records, by the Python engine, and left out as the other engines leave them out."""

from collections.abc import Sequence
from typing import final

import attrs

from supplychain_rules.engines.lowering import negative_sums
from supplychain_rules.errors import InputError, Problem
from supplychain_rules.language.entry import units_function
from supplychain_rules.language.populations import negative_problem
from supplychain_rules.language.types import Value
from supplychain_rules.rules.policy import Policy
from supplychain_rules.values.scaled import to_decimal

__all__ = ["Compared", "compared", "negative_values"]


@final
@attrs.frozen(kw_only=True)
class Compared:
    """What is known of each row once the rows are compared."""

    #: The units of the inputs and of the populations; None where the row is left out.
    known: list[tuple[Value, ...] | None]
    #: The rows with a negative value that is added up, and those values, by the name of each such value.
    negatives: dict[str, dict[int, int]]
    #: The refusal of a total that is too large; then nothing is known of any row.
    too_large: InputError | None


def compared(policy: Policy, rows: Sequence[tuple[Value, ...] | None]) -> Compared:
    """Compare rows.

    Args:
        policy: the rules.
        rows: the units of the inputs of each row; None leaves it out.
    """
    names = tuple(negative_sums(policy.program))
    negatives: dict[str, dict[int, int]] = {name: {} for name in names}
    if names:
        alone = units_function(attrs.evolve(policy.program, populations=()), names)
        for place, row in enumerate(rows):
            for name, value in zip(names, () if row is None else alone(row), strict=False):
                if value is not None and int(value) < 0:
                    negatives[name][place] = int(value)
    wrong = {place for found in negatives.values() for place in found}
    kept = [place for place, row in enumerate(rows) if row is not None and place not in wrong]
    known: list[tuple[Value, ...] | None] = [None] * len(rows)
    try:
        found = policy.populate([row for place in kept if (row := rows[place]) is not None])
    except InputError as error:  # a total, because no row left is negative
        return Compared(known=known, negatives=negatives, too_large=error)
    for place, row in zip(kept, found, strict=True):
        known[place] = row
    return Compared(known=known, negatives=negatives, too_large=None)


def negative_values(policy: Policy, found: Compared, place: int) -> list[Problem]:
    """Return the problems of a row that was left out for its negative values."""
    return [
        negative_problem(name, name, one.path, str(to_decimal(found.negatives[name][place], one.type.decimals)))
        for name, one in negative_sums(policy.program).items()
        if place in found.negatives[name]
    ]
