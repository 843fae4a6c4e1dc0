"""Chains: select lists that read each other, as one statement of common table expressions."""

from collections.abc import Iterable, Sequence
from typing import Final, final

import attrs

from supplychain_rules.engines.dialects import BREAK, Dialect

__all__ = ["OWN", "Item", "chained"]

#: How the names of the statement's own tables begin.
OWN: Final = "_sr"

#: Most columns that are carried on after their last use: a list of those still needed costs more than a star, but
#: engines limit the columns of a query (PostgreSQL to 1,664), and some slow down long before.
_MOST_UNUSED: Final = 100


@final
@attrs.frozen
class Item:
    """An expression of a select list, its quoted name, and the quoted names that it reads from the query before."""

    text: str
    name: str
    reads: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """Return the item as it stands in the list."""
        return f"{self.text} AS {self.name}" if self.name else self.text


def chained(dialect: Dialect, source: str, queries: Sequence[Sequence[Item]], last: Sequence[Item]) -> str:
    """Return the statement in which each query adds its items to those of the query before.

    Args:
        dialect: how it is written.
        source: what the first query reads.
        queries: their select lists.
        last: the select list of the result, which holds nothing else.
    """
    needed = [frozenset[str]().union(*(item.reads for item in last))]
    for query in reversed(queries[1:]):
        needed.append(needed[-1].union(*(item.reads for item in query)))
    parts: list[str] = []
    carried: list[str] = []
    for query, later in zip(queries, reversed(needed), strict=True):
        name = dialect.identifier(f"{OWN}_{len(parts)}")
        lines = [str(item) for item in query]
        if parts:
            kept = [column for column in carried if column in later]
            if len(carried) - len(kept) <= _MOST_UNUSED:
                lines = ["*", *lines]
            else:
                lines = [*kept, *lines]
                carried = kept
        parts.append(f"{name} {dialect.opens} ({BREAK}{_indented(_select(lines, source))}{BREAK})")
        carried = [*carried, *(item.name for item in query)]
        source = name
    text = f"WITH {f',{BREAK}'.join(parts)}{BREAK}{_select(map(str, last), source)}"
    return text.replace(BREAK, "\n")


def _select(lines: Iterable[str], source: str) -> str:
    return f"SELECT{BREAK}{f',{BREAK}'.join(_indented(line) for line in lines)}{BREAK}FROM {source}"


def _indented(text: str) -> str:
    return BREAK.join(f"  {line}" for line in text.split(BREAK))
