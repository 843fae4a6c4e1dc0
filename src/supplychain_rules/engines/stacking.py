"""Stacking: which columns of a plan get a name in a query of their own, and which are written where they are read.

A query for every column would be deeper than engines' parsers go, and a column written wherever it is read would double
in length from step to step. So what is short and read once is written in its place; where the stack is still too deep,
longer columns are, and such as are read again, up to a length that keeps the statement linear in the plan.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final, final

import attrs

from supplychain_rules.engines.dialects import Dialect
from supplychain_rules.engines.expressions import Writer
from supplychain_rules.engines.plan import Plan, columns_in

__all__ = ["StackColumn", "stacked"]

#: Longest text that is written in place, of a column that is read once and of one that is read again: the first pair
#: keeps lines short, the others keep long chains of steps shallow.
_LENGTHS: Final = ((60, 0), (500, 250), (2_000, 1_000))


@final
@attrs.frozen
class StackColumn:
    """A column of a query: the name it has in the plan, its text, and the named columns that the text reads."""

    name: str
    text: str
    reads: frozenset[str]


def stacked(plan: Plan, dialect: Dialect, names: Mapping[str, str]) -> list[list[list[StackColumn]]]:
    """Return the named columns by stage and level: those of one level can be computed at once from those below.

    Args:
        plan: the columns.
        dialect: how they are written.
        names: the quoted name of each column of the plan, should it get one.
    """
    stack = _stack(plan, dialect, names, *_LENGTHS[0])
    for once, again in _LENGTHS[1:]:
        if sum(map(len, stack)) <= dialect.deepest:
            break
        stack = _stack(plan, dialect, names, once, again)
    return stack


def _stack(
    plan: Plan, dialect: Dialect, names: Mapping[str, str], once: int, again: int
) -> list[list[list[StackColumn]]]:
    given = [*(field.name for field in plan.inputs), *(population.name for population in plan.populations)]
    texts = {name: names[name] for name in given}
    reads = {name: frozenset((name,)) for name in given}
    depths = dict.fromkeys(given, (0, 0))
    needed = plan.wanted
    count = Counter(name for column in plan.columns for name in columns_in(column.cell))
    stages: list[dict[int, list[StackColumn]]] = [{} for _ in plan.stages]
    writer = Writer(dialect, texts)
    for column in plan.columns:
        found = frozenset[str]().union(*(reads[name] for name in columns_in(column.cell)))
        depth = max((level for stage, level in map(depths.__getitem__, found) if stage == column.stage), default=0)
        text = writer.inline(column)
        if column.name not in needed and len(text) <= (once if count[column.name] == 1 else again):
            texts[column.name] = text
            reads[column.name] = found
        else:
            depths[column.name] = column.stage, depth + 1
            stages[column.stage].setdefault(depth + 1, []).append(
                StackColumn(column.name, writer.column(column), found)
            )
            texts[column.name] = names[column.name]
            reads[column.name] = frozenset((column.name,))
    return [[levels[depth] for depth in sorted(levels)] for levels in stages]
