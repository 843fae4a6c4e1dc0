"""At which weight an output of a record becomes another: found exactly, from one change of a score to the next.

What follows a scorecard is run as a program whose inputs are the record's and the scorecard's own outputs. Those move
in steps of their last decimal place as a weight moves. Where the rules only compare them with constants, the steps at
those constants are looked at; where they compute with them, every step is, up to `MAX_LOOKS`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final, final

import attrs

from supplychain_rules.analysis.cards import Course
from supplychain_rules.language.entry import units_function
from supplychain_rules.language.infer import infer
from supplychain_rules.language.nodes import Call, Compare, Expression, In, Name, Negate, Number, children, names_in
from supplychain_rules.language.program import Program, ProgramInput, needed_bindings
from supplychain_rules.language.types import NumberType, Type, Value, with_optional

__all__ = ["CONFLICT", "MAX_LOOKS", "Found", "RecordSearch", "Search", "compared_names", "output_search"]

#: Most values of a score that are tried for one output of one record in one direction: a hundred points with two
#: decimals are ten thousand, so that only a finer score, or one of a wider scale, can be left undecided.
MAX_LOOKS: Final = 20_000

#: What stands for an output where rows of different outcome would hit, so that the record would be refused.
CONFLICT: Final = "rows_conflict"

#: The values of the driving outputs at one weight.
_State = tuple[Value, ...]


@final
@attrs.frozen(kw_only=True)
class Found:
    """What a search found in one direction."""

    #: The weight at which the output becomes another; the end of the search where it does not.
    weight: Fraction
    #: The output has become another at this weight itself; else only beyond it.
    reached: bool = False
    #: The new value, in units; meaningless where `changes` is false.
    after: Value = None
    changes: bool = False
    #: The search ended early: between this weight and the end nothing is known.
    decided: bool = True


@final
@attrs.frozen(kw_only=True)
class Search:
    """One output as a function of the outputs of a scorecard, the drivers, for records of a policy."""

    output: str
    drivers: tuple[str, ...]
    #: For each driver the constants it is compared with, in its units; None where the rules compute with it.
    edges: tuple[tuple[Fraction, ...] | None, ...]
    #: From the units of the record's inputs and those of the drivers to the output and the counts of hits.
    run: Callable[[tuple[Value, ...]], tuple[Value, ...]] = attrs.field(eq=False, repr=False)

    def record(self, known: tuple[Value, ...]) -> "RecordSearch":
        """Return the search for a record of which the inputs (and populations) are known, in units."""
        return RecordSearch(self, known)


class RecordSearch:
    """The output of one record; what was computed once is kept, for every weight passes the same scores."""

    def __init__(self, search: Search, known: tuple[Value, ...]) -> None:
        self.search = search
        self._known = known
        self._seen: dict[_State, Value] = {}
        # Between which values of the one driver that is walked the output is known to stay, by those of the others.
        self._runs: dict[_State, tuple[int, int]] = {}

    def value(self, state: _State) -> Value:
        """Return the output for values of the drivers."""
        if state not in self._seen:
            output, *hits = self.search.run((*self._known, *state))
            self._seen[state] = CONFLICT if any(int(hit or 0) > 1 for hit in hits) else output
        return self._seen[state]

    def first_change(self, courses: Mapping[str, Course], start: Fraction, end: Fraction) -> Found:
        """Return where the output first becomes another as the weight moves from `start` to `end`."""
        moving = [courses[name] for name in self.search.drivers]
        side = 1 if end > start else -1
        weight = start
        before = self.value(_state(moving, start))
        looks = [MAX_LOOKS]
        while weight != end:
            after = self.value(_state(moving, weight, side))
            if after != before:
                return Found(weight=weight, after=after, changes=True)
            following = self._next(moving, weight, end, side, looks)
            if looks[0] <= 0:
                return Found(weight=weight, decided=False)
            if following is None:
                break
            weight = following
            after = self.value(_state(moving, weight))
            if after != before:
                return Found(weight=weight, reached=True, after=after, changes=True)
        return Found(weight=end)

    def _next(
        self, moving: Sequence[Course], weight: Fraction, end: Fraction, side: int, looks: list[int]
    ) -> Fraction | None:
        """Return the next weight at which a driver passes a value that may matter, or None before the end."""
        looks[0] -= 1
        found: list[Fraction | None] = []
        computed: list[int] = []
        for place, (course, edges) in enumerate(zip(moving, self.search.edges, strict=True)):
            found += course.breaks()
            way = course.ratio.trend * side
            if course.refused or way == 0:
                continue
            if edges is None:
                computed.append(place)
            else:
                unit = _next_edge(edges, course.rounded(weight, side), way)
                found.append(None if unit is None else course.arrives(unit, side))

        def nearest() -> Fraction | None:
            ahead = [one for one in found if one is not None and (one - weight) * side > 0 and (end - one) * side >= 0]
            return min(ahead, key=lambda one: abs(one - weight), default=None)

        for place in computed:
            course = moving[place]
            here, way = course.rounded(weight, side), course.ratio.trend * side
            if len(computed) > 1:
                found.append(course.arrives(here + way, side))
                continue
            stop = nearest()  # until then the others pass nothing that matters, and may be taken as they are
            last = course.rounded(end if stop is None else stop, 0)
            unit = self._walk(_state(moving, weight, side), place, last, way, looks)
            found.append(None if unit is None else course.arrives(unit, side))
        return nearest()

    def _walk(self, state: _State, place: int, last: int, way: int, looks: list[int]) -> int | None:
        """Return the next value of one driver for which the output is another, or None up to the last."""
        now, here = self.value(state), state[place]
        if here is None:  # it changes nothing until it is no longer missing
            return None
        others = (*state[:place], None, *state[place + 1 :])
        low, high = self._runs.get(others, (int(here), int(here)))
        if not low <= int(here) <= high:
            low = high = int(here)
        found = None
        for unit in range((high if way > 0 else low) + way, last + way, way):
            looks[0] -= 1
            if looks[0] <= 0:
                break
            if self.value((*state[:place], unit, *state[place + 1 :])) != now:
                found = unit
                break
            low, high = min(low, unit), max(high, unit)
        self._runs[others] = (low, high)
        return found


def output_search(program: Program, drivers: Sequence[str], output: str) -> Search:
    """Return the search for an output that depends on some of the drivers.

    Args:
        program: a row-wise program.
        drivers: the outputs of a scorecard that move with its weights.
        output: the name of an output after them, or of one of them.
    """
    names = frozenset(drivers)
    types = {
        binding.name: with_optional(binding.type, optional=True)
        for binding in program.bindings
        if binding.name in names
    }
    after = _after(program, types)
    counts = [guard.count for guard in program.guards if names & _reads(after, guard.count)]
    wanted = (output, *counts)
    read = frozenset[str]().union(*(_reads(after, name) for name in wanted))
    driving = tuple(name for name in drivers if name in read or name == output)
    inputs = (*program.inputs, *(ProgramInput(name, types[name]) for name in driving))
    return Search(
        output=output,
        drivers=driving,
        edges=tuple(_edges(after, wanted, name, types[name]) if name != output else None for name in driving),
        run=units_function(attrs.evolve(after, inputs=inputs, guards=()), wanted),
    )


def compared_names(program: Program, names: frozenset[str]) -> frozenset[str]:
    """Return the bindings and populations that compare records by any of the names, or follow from such."""
    moved, compared = set(names), set[str]()
    place = 0
    for population in (*program.populations, None):
        stop = len(program.bindings) if population is None else population.place
        for binding in program.bindings[place:stop]:
            read = {name.name for name in names_in(binding.value.node)}
            if read & moved:
                moved.add(binding.name)
            if read & compared:
                compared.add(binding.name)
        place = stop
        if population is not None and {population.of, *population.within} & (moved | compared):
            compared.add(population.name)
    return frozenset(compared)


def _after(program: Program, drivers: Mapping[str, Type]) -> Program:
    """Return the program without the drivers, which it reads as inputs that may be missing.

    A weight of zero can leave nothing to weigh, so that a score is missing which never is by the weights as they are.
    """
    scope: dict[str, Type | None] = {one.name: one.type for one in program.inputs}
    scope.update(drivers)
    moved = set(drivers)
    bindings = []
    for binding in program.bindings:
        if binding.name in drivers:
            continue
        if moved.isdisjoint(name.name for name in names_in(binding.value.node)):
            bindings.append(binding)
        else:
            moved.add(binding.name)
            typed = infer(binding.value.node, scope, "", [])
            assert typed is not None  # noqa: S101  it was sound, and what may be missing breaks no type
            kind = with_optional(binding.type, optional=binding.type.optional or typed.type.optional)
            bindings.append(attrs.evolve(binding, value=attrs.evolve(typed, type=kind)))
        scope[binding.name] = bindings[-1].type
    return attrs.evolve(program, bindings=tuple(bindings))


def _state(moving: Sequence[Course], weight: Fraction, side: int = 0) -> _State:
    return tuple(course.units(weight, side) for course in moving)


def _next_edge(edges: tuple[Fraction, ...], here: int, way: int) -> int | None:
    """Return the next value, from `here` upwards or downwards, of which a comparison may say another thing."""
    if way > 0:
        return min((here + 1 if edge == here else math.ceil(edge) for edge in edges if edge >= here), default=None)
    return max((here - 1 if edge == here else math.floor(edge) for edge in edges if edge <= here), default=None)


def _reads(program: Program, name: str) -> frozenset[str]:
    """Return everything that a binding reads, directly or not."""
    needed = needed_bindings(program, frozenset((name,)))
    return frozenset(read.name for binding in needed for read in names_in(binding.value.node))


def _edges(program: Program, wanted: tuple[str, ...], driver: str, kind: object) -> tuple[Fraction, ...] | None:
    """Return the constants that a driver is compared with, in its units; None where it is computed with."""
    assert isinstance(kind, NumberType)  # noqa: S101  a scorecard's outputs are numbers
    found: set[Fraction] = set()
    stack = [binding.value.node for binding in needed_bindings(program, frozenset(wanted))]
    while stack:
        node = stack.pop()
        match node:
            case Compare(left=Name(name=name), right=other) | Compare(left=other, right=Name(name=name)) if (
                name == driver
            ):
                constant = _constant(other)
                if constant is None:
                    return None
                found.add(constant * 10**kind.decimals)
            case In(of=Name(name=name), options=options) if name == driver:
                found.update(Fraction(one.value) * 10**kind.decimals for one in options if isinstance(one, Number))
            case Call(function="is_missing", arguments=(Name(),)):
                pass  # a driver that becomes missing, or is no longer, is looked at anyway
            case Name(name=name) if name == driver:
                return None
            case _:
                stack.extend(children(node))
    return tuple(sorted(found))


def _constant(node: Expression) -> Fraction | None:
    match node:
        case Number():
            return Fraction(node.value)
        case Negate(of=Number(value=value)):
            return -Fraction(value)
        case _:
            return None
