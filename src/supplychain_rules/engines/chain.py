"""Chains: select lists that read each other, as one statement of common table expressions."""

from collections.abc import Iterable, Sequence
from typing import Final, final

import attrs

from supplychain_rules.engines.dialects import BREAK, Dialect, Fence

__all__ = ["OWN", "Item", "chained"]

#: How the names of the statement's own tables begin.
OWN: Final = "_sr"

#: Most columns that are carried on after their last use: a list of those still needed makes the statement longer than a
#: star does, but each engine hands every column from query to query, and PostgreSQL takes 1,664 of them at most.
_MOST_UNUSED: Final = 20


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

    Where the dialect has a fence, a long chain is cut into sections, each computed before the next is planned. Behind
    each cut stands what is read again later, and what only the result reads, as one value where the dialect has such.

    Args:
        dialect: how it is written.
        source: what the first query reads.
        queries: their select lists.
        last: the select list of the result, which holds nothing else.
    """
    result = frozenset[str]().union(*(item.reads for item in last))
    inside = [frozenset[str]()]  # what the queries from each one on read, the result apart
    for query in reversed(queries):
        inside.append(inside[-1].union(*(item.reads for item in query)))
    inside.reverse()
    chain = _Chain(dialect, source)
    for place, query in enumerate(queries):
        read = inside[place]
        if dialect.fence is not None and place and place % dialect.fence.every == 0:
            chain.cut(dialect.fence, read, result)
        chain.add(query, read | result)
    chain.unpack(result)
    text = f"WITH {f',{BREAK}'.join(chain.parts)}{BREAK}{_select(map(str, last), chain.source)}"
    return text.replace(BREAK, "\n")


@final
@attrs.define
class _Chain:
    """The queries so far."""

    dialect: Dialect
    #: What the next query reads.
    source: str
    parts: list[str] = attrs.field(factory=list, init=False)
    #: The columns of the last query.
    _carried: list[str] = attrs.field(factory=list, init=False)
    #: The columns that travel as one value, by its name.
    _packed: dict[str, list[str]] = attrs.field(factory=dict, init=False)

    def add(self, query: Sequence[Item], read: frozenset[str]) -> None:
        """Add a query of everything that there is, without what is not read where that is a lot, and of its items."""
        lines = [str(item) for item in query]
        if self.parts:
            kept = [column for column in self._carried if column in read or column in self._packed]
            if len(self._carried) - len(kept) <= _MOST_UNUSED:
                lines = ["*", *lines]
            else:
                lines = [*kept, *lines]
                self._carried = kept
        self._put(lines, self.source)
        self._carried += [item.name for item in query]

    def cut(self, fence: Fence, read: frozenset[str], result: frozenset[str]) -> None:
        """Begin a section: keep what is read in it or behind it, and pack what only the result reads."""
        done = [column for column in self._carried if column in result and column not in read]
        kept = [column for column in self._carried if column in read or column in self._packed]
        lines = list(kept)
        if done and fence.pack is not None:
            name = self.dialect.identifier(f"_done_{len(self._packed)}")
            self._packed[name] = done
            lines.append(f"{fence.pack(done)} AS {name}")
            kept = [*kept, name]
        else:
            kept = lines = [*kept, *done]
        self._put(lines, self.source, is_kept=True)
        self._carried = kept

    def unpack(self, result: frozenset[str]) -> None:
        """Make columns again of what was packed."""
        if self._packed:
            kept = [column for column in self._carried if column in result]
            taken = [f"{name}.{column} AS {column}" for name, columns in self._packed.items() for column in columns]
            self._put([*kept, *taken], self.source)

    def _put(self, lines: Iterable[str], source: str, *, is_kept: bool = False) -> None:
        name = self.dialect.identifier(f"{OWN}_{len(self.parts)}")
        opens, ends = ("AS MATERIALIZED", "") if is_kept else ("AS", self.dialect.ends)
        text = _indented(_select(lines, source) + (BREAK + ends if ends else ""))
        self.parts.append(f"{name} {opens} ({BREAK}{text}{BREAK})")
        self.source = name


def _select(lines: Iterable[str], source: str) -> str:
    return f"SELECT{BREAK}{f',{BREAK}'.join(_indented(line) for line in lines)}{BREAK}FROM {source}"


def _indented(text: str) -> str:
    return BREAK.join(f"  {line}" for line in text.split(BREAK))
