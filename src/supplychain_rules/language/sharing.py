"""Sharing: branches of a case that begin with the same test, as the rows of most tables do, test it once."""

from typing import TypeAlias

import attrs

from supplychain_rules.language.nodes import And, Branch, Case
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import Type

__all__ = ["Pair", "share_first_tests"]

#: A branch of a case: its condition and its value.
Pair: TypeAlias = tuple[Typed, Typed]


def share_first_tests(pairs: list[Pair], kind: Type) -> list[Pair]:
    """Join branches that follow each other and begin with the same test, so that it is made once.

    The last of them must have no other test: where the shared one holds, one of them is taken, and where it does
    not, none is.
    """
    joined: list[Pair] = []
    place = 0
    while place < len(pairs):
        first = _tests(pairs[place][0])[0]
        end = place
        while end < len(pairs) and _tests(pairs[end][0])[0].node == first.node:
            end += 1
            if pairs[end - 1][0].node == first.node:  # what follows with this test is never reached
                break
        if end - place > 1 and pairs[end - 1][0].node == first.node:
            inner = [(_rest(when), then) for when, then in pairs[place : end - 1]]
            joined.append((first, _case(inner, pairs[end - 1][1], kind)))
        else:
            joined += pairs[place:end]
        place = end
    return joined


def _tests(when: Typed) -> tuple[Typed, ...]:
    return when.parts if isinstance(when.node, And) else (when,)


def _rest(when: Typed) -> Typed:
    """Return what a condition tests after its first test."""
    if len(when.parts) == 2:
        return when.parts[1]
    assert isinstance(when.node, And)  # noqa: S101  one with the first test alone ends the branches
    return attrs.evolve(when, node=And(when.node.parts[1:]), parts=when.parts[1:])


def _case(pairs: list[Pair], otherwise: Typed, kind: Type) -> Typed:
    branches = tuple(Branch(when.node, then.node) for when, then in pairs)
    parts = (*(part for pair in pairs for part in pair), otherwise)
    return Typed(Case(branches, otherwise.node), kind, parts)
