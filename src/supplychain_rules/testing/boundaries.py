"""Boundaries: the values of each input at which a policy's decisions may turn.

They are read from the program and the value functions: the constants that an input is compared with, directly or
through results computed from it, and the other inputs that it is compared with. A boundary on a computed result is
no promise that the input turns there; it is where looking is worth more than elsewhere.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, final

import attrs

from supplychain_rules.language.nodes import (
    Call,
    Compare,
    Day,
    Expression,
    In,
    Number,
    Piecewise,
    Text,
    children,
    names_in,
)
from supplychain_rules.language.program import Program
from supplychain_rules.language.types import DateType, NumberType, Type, day_number
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.rules.value_functions import Target

__all__ = ["Boundaries", "boundaries_of"]


@final
@attrs.frozen(kw_only=True)
class Boundaries:
    """What each input, by name, is compared with: units of a number, days of a date, or texts."""

    #: Constants that stand beside the input itself.
    near: Mapping[str, tuple[int, ...]]
    #: Constants that stand beside something computed from the input.
    far: Mapping[str, tuple[int, ...]]
    #: Other inputs of its kind that it is compared with, and how many units apart.
    beside: Mapping[str, tuple[tuple[str, int], ...]]
    #: Texts that a text input is compared with.
    texts: Mapping[str, tuple[str, ...]]


def boundaries_of(policy: Policy) -> Boundaries:
    """Return where decisions may turn.

    >>> from supplychain_rules import load_policy
    >>> policy = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"rate": {"type": "number", "decimals": 2, "min": 0, "max": 1}},
    ...     "steps": [{"kind": "formula", "id": "good", "formula": "rate >= 0.95"}]})
    >>> boundaries_of(policy).near["rate"]
    (95,)
    """
    gathering = _Gathering(policy.program)
    for binding in policy.program.bindings:
        for node in _comparisons(binding.value.node):
            gathering.comparison(node)
    for step in policy.steps:
        for criterion in step.criteria if isinstance(step, ScorecardStep) else ():
            if criterion.value is not None:
                spec = criterion.value.spec
                numbers = [*_decimals(spec), *(spec.plateau if isinstance(spec, Target) else ())]
                gathering.constants([criterion.of], map(Fraction, numbers), ())
    return gathering.finished()


class _Gathering:
    """The walk over a program: what each name rests on, and what was found for each input."""

    def __init__(self, program: Program) -> None:
        self._kinds: dict[str, Type] = {field.name: field.type for field in program.inputs}
        self._rests: dict[str, frozenset[str]] = {name: frozenset({name}) for name in self._kinds}
        for population in program.populations:
            self._rests[population.name] = frozenset()  # what all records say together is no input's boundary
        for binding in program.bindings:
            names = [name.name for name in names_in(binding.value.node)]
            self._rests[binding.name] = frozenset().union(*(self._rests.get(name, frozenset()) for name in names))
        self._near: defaultdict[str, set[int]] = defaultdict(set)
        self._far: defaultdict[str, set[int]] = defaultdict(set)
        self._beside: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        self._texts: defaultdict[str, set[str]] = defaultdict(set)

    def comparison(self, node: Expression) -> None:
        """Take the constants and the names of one comparison together."""
        names = list(dict.fromkeys(name.name for name in names_in(node)))
        constants = list(_constants(node))
        numbers = [Fraction(value) for value in constants if isinstance(value, Decimal)]
        days = [value for value in constants if isinstance(value, date)]
        self.constants(names, numbers, days)
        for name in names:
            self._texts[name].update(value for value in constants if isinstance(value, str))
        inputs = [name for name in names if name in self._kinds]
        for name, other in itertools.permutations(inputs, 2):
            self._peers(name, other, numbers)

    def constants(self, names: Iterable[str], numbers: Iterable[Fraction], days: Iterable[date]) -> None:
        """Take constants that stand beside names."""
        numbers, days = list(numbers), list(days)
        for name in names:
            for owner in self._rests.get(name, ()):
                kind = self._kinds[owner]
                into = self._near if owner == name else self._far
                if isinstance(kind, NumberType):
                    units = [number * 10**kind.decimals for number in numbers]
                    into[owner].update(whole for unit in units for whole in (math.floor(unit), math.ceil(unit)))
                elif isinstance(kind, DateType):
                    into[owner].update(day_number(day) for day in days)

    def finished(self) -> Boundaries:
        """Return what was found, within each input's range."""
        return Boundaries(
            near={name: self._within(name, found) for name, found in self._near.items()},
            far={name: self._within(name, found) for name, found in self._far.items()},
            beside={name: tuple(sorted(found)) for name, found in self._beside.items()},
            texts={name: tuple(sorted(found)) for name, found in self._texts.items()},
        )

    def _peers(self, name: str, other: str, numbers: list[Fraction]) -> None:
        """Note that one input is compared with another: at the same value, and for dates so many days apart."""
        kind, reference = self._kinds[name], self._kinds[other]
        if isinstance(kind, DateType) and isinstance(reference, DateType):
            apart = {int(number) for number in numbers if number.denominator == 1}
            self._beside[name].update((other, shift) for days in {0, *apart} for shift in (days, -days))
        elif isinstance(kind, NumberType) and isinstance(reference, NumberType) and kind.decimals == reference.decimals:
            self._beside[name].add((other, 0))

    def _within(self, name: str, found: Iterable[int]) -> tuple[int, ...]:
        kind = self._kinds[name]
        if not isinstance(kind, NumberType | DateType):
            return ()
        return tuple(sorted(units for units in found if kind.low <= units <= kind.high))


def _comparisons(node: Expression) -> Iterator[Expression]:
    """Yield every part in which values meet constants: comparisons, lists, corners of lines, and functions."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Compare | In | Piecewise | Call):
            yield current
        stack.extend(children(current))


def _constants(node: Expression) -> Iterator[Decimal | date | str]:
    stack = [node]
    while stack:
        current = stack.pop()
        match current:
            case Number() | Day() | Text():
                yield current.value
            case In():
                stack.extend(current.options)
            case Piecewise():
                yield from (x for x, _ in current.points)
        stack.extend(children(current))


def _decimals(spec: object) -> Iterator[Decimal]:
    """Yield the numbers of a value function, whatever its kind: thresholds, and points that do no harm."""
    match spec:
        case Decimal():
            yield spec
        case tuple():
            for item in spec:
                yield from _decimals(item)
        case _:
            kind: type[Any] = type(spec)
            for field in attrs.fields(kind) if attrs.has(kind) else ():
                yield from _decimals(getattr(spec, field.name))
