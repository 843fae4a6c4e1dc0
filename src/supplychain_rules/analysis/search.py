"""Find a record that does something, or prove that there is none.

A `Space` is all records that a policy accepts. `find` looks for one on which a condition holds: it evaluates the
condition on a box of records (see `abstract`), drops the box where the condition is impossible, tries a few records
of it where it is not, and else cuts the box in two. Every number has finitely many units, so the search ends, with a
record or with a proof; a budget ends it earlier, and then it says that it does not know.

Policies that compare records with each other are searched with the results of the comparison as inputs of any value:
a proof that there is no record then stands, and a record found is a possible one.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal, TypeAlias, final

import attrs

from supplychain_rules.analysis.abstract import Bits, Compiler
from supplychain_rules.analysis.intervals import ABSENT, FALSE, TRUE, UNKNOWN, Box, Set
from supplychain_rules.errors import InvalidValueError, Problem
from supplychain_rules.language.infer import infer
from supplychain_rules.language.nodes import (
    Compare,
    Day,
    Expression,
    In,
    Name,
    Number,
    Piecewise,
    names_in,
)
from supplychain_rules.language.program import Program, needed_bindings
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import (
    BooleanType,
    DateType,
    NumberType,
    Type,
    Value,
    day_number,
)

__all__ = ["Answer", "Budget", "Question", "Space"]

#: How much a box may still be cut, in thousandths of the whole, before it counts as nothing: see `_openness`.
_WHOLE: Final = 1_000


#: The slot of a binding, and what computes it.
_Slot: TypeAlias = tuple[int, Callable[[list[Set]], Set]]


@final
@attrs.define
class Budget:
    """How many boxes may still be evaluated; shared by all searches of one question."""

    left: int

    @classmethod
    def of(cls, boxes: object) -> "Budget":
        """Return a budget of so many boxes.

        Raises:
            InvalidValueError: not a positive whole number.
        """
        if isinstance(boxes, bool) or not isinstance(boxes, int) or boxes < 1:
            raise InvalidValueError("a budget is a positive whole number", boxes)
        return cls(boxes)

    def spend(self) -> bool:
        """Take one box from the budget; False where none is left."""
        self.left -= 1
        return self.left >= 0


@final
@attrs.frozen(kw_only=True)
class Answer:
    """What a search found: a record, a proof that there is none, or neither within the budget."""

    outcome: Literal["found", "none", "undecided"]
    #: The units of every input; None unless found.
    units: tuple[Value, ...] | None = None


@final
@attrs.frozen(kw_only=True)
class Question:
    """A condition made ready to be tested on boxes."""

    #: The slots of the inputs that it depends on.
    inputs: tuple[int, ...]
    #: How the bindings that it reads are computed, in order.
    functions: tuple[_Slot, ...]
    #: By the slot of an input, the functions whose values can change with it.
    affected: Mapping[int, tuple[_Slot, ...]]
    test: Bits
    size: int

    def on(self, box: Sequence[Set]) -> tuple[int, list[Set]]:
        """Return which truths the condition has on a box, and the sets of all values that it reads."""
        env: list[Set] = [*box, *[0] * (self.size - len(box))]
        for slot, function in self.functions:
            env[slot] = function(env)
        return self.test(env), env

    def changed(self, env: list[Set], place: int, value: Set) -> tuple[int, list[Set]]:
        """Return the same where one input has another set; what does not read it is not computed again."""
        env = env.copy()
        env[place] = value
        for slot, function in self.affected[place]:
            env[slot] = function(env)
        return self.test(env), env


@final
class Space:
    """All records that a program accepts, and what can be asked of them."""

    def __init__(self, program: Program) -> None:
        self.program = program.row_wise
        self.compiler = Compiler.of(self.program)
        self.types: dict[str, Type | None] = {field.name: field.type for field in self.program.inputs}
        self.types |= {binding.name: binding.type for binding in self.program.bindings}
        self._bindings = {binding.name: binding for binding in self.program.bindings}
        self._cuts = self._critical()
        self.whole: Box = tuple(self.compiler.everything(field.type) for field in self.program.inputs)

    def cuts(self, place: int) -> Sequence[int]:
        """Return the units at which rules about an input change: each one begins a new stretch."""
        return self._cuts[self.program.inputs[place].name]

    def typed(self, condition: Expression) -> Typed:
        """Type a condition over inputs and bindings, inner ones too."""
        problems: list[Problem] = []
        typed = infer(condition, self.types, "", problems)
        assert typed is not None, problems  # noqa: S101  callers write conditions of names and literals that fit
        return typed

    def question(self, condition: Expression) -> Question:
        """Make a condition ready."""
        return self.ask(self.typed(condition))

    def ask(self, condition: Typed) -> Question:
        """Make a typed condition ready."""
        read = frozenset(name.name for name in names_in(condition.node)) | _names(condition)
        return attrs.evolve(self._reading(read), test=self.compiler.truth(condition))

    def reading(self, names: Iterable[str]) -> Question:
        """Make inputs and bindings ready to be evaluated; the test of this question is the caller's to give."""
        return self._reading(frozenset(names))

    def _reading(self, read: frozenset[str]) -> Question:
        needed = needed_bindings(self.program, read)
        names = read.union(*(_names(binding.value) for binding in needed))
        slots = self.compiler.slots
        functions = tuple((slots[binding.name], self.compiler.functions[binding.name]) for binding in needed)
        inputs = tuple(slots[field.name] for field in self.program.inputs if field.name in names)
        readers: dict[str, set[int]] = {}
        for binding in needed:
            reads = _names(binding.value)
            readers[binding.name] = {slots[name] for name in reads if slots[name] < len(self.program.inputs)}
            readers[binding.name].update(*(readers[name] for name in reads if name in readers))
        by_slot = {slots[name]: found for name, found in readers.items()}
        return Question(
            inputs=inputs,
            functions=functions,
            affected={place: tuple(one for one in functions if place in by_slot[one[0]]) for place in inputs},
            test=lambda _: TRUE | FALSE,
            size=len(slots),
        )

    def find(self, question: Question, budget: Budget, *, within: Box | None = None) -> Answer:
        """Look for a record on which the condition is true.

        Args:
            question: the condition.
            budget: how many boxes may be evaluated.
            within: search only these records; all by default.
        """
        open_boxes = [self.whole if within is None else within]
        undecided = False
        while open_boxes:
            box = open_boxes.pop()
            if not budget.spend():
                return Answer(outcome="undecided")
            truths, env = question.on(box)
            if not truths & TRUE:
                continue
            if truths == TRUE:
                return Answer(outcome="found", units=self.units(_corner(box, 0)))
            points = [_corner(box, side) for side in range(_CORNERS)]
            for point in points:
                if question.on(point)[0] == TRUE:
                    return Answer(outcome="found", units=self.units(point))
            halves = self._cut(question, box, env, budget)
            if halves is None:  # one record, and still undecided: two texts that nobody names
                undecided = True
                continue
            open_boxes.extend(halves)
        return Answer(outcome="undecided" if undecided else "none")

    def units(self, point: Sequence[Set]) -> tuple[Value, ...]:
        """Return the units of a box of one record."""
        return tuple(self._unit(field.type, value) for field, value in zip(self.program.inputs, point, strict=True))

    def box_of(self, units: Sequence[Value]) -> Box:
        """Return the box of one record."""
        return tuple(self._set(field.type, unit) for field, unit in zip(self.program.inputs, units, strict=True))

    def _unit(self, kind: Type, value: Set) -> Value:
        if isinstance(value, tuple):
            return None if value[0] > value[1] else value[0]
        if isinstance(kind, BooleanType):
            return {TRUE: True, FALSE: False, UNKNOWN: None}[value]
        return None if value == ABSENT else self.compiler.text_of(value)

    def _set(self, kind: Type, unit: Value) -> Set:
        match kind:
            case BooleanType():
                return UNKNOWN if unit is None else TRUE if unit else FALSE
            case NumberType() | DateType():
                return (1, 0, True) if unit is None else (int(unit), int(unit), False)
            case _:
                return ABSENT if unit is None else self.compiler.text_bits((str(unit),))

    def _cut(self, question: Question, box: Box, env: list[Set], budget: Budget) -> list[Box] | None:
        """Cut a box where that settles most, and return the parts that are still open; None for a single record."""
        best: tuple[int, list[Box]] | None = None
        for place in question.inputs:
            parts = split(box[place], self.cuts(place) if isinstance(box[place], tuple) else ())
            if parts is None:
                continue
            kept: list[tuple[int, Box]] = []
            for part in parts:
                budget.spend()
                truths, inside = question.changed(env, place, part)
                if truths & TRUE:
                    kept.append((self._openness(question, inside), (*box[:place], part, *box[place + 1 :])))
            if not kept:
                return []
            cost = sum(openness for openness, _ in kept)
            if best is None or cost < best[0]:
                kept.sort(key=lambda part: -part[0])
                best = cost, [half for _, half in kept]
            if len(kept) < len(parts) and len(question.inputs) > _FEW:
                break  # a cut that drops a part is good enough where trying all of them is dear
        return None if best is None else best[1]

    def _openness(self, question: Question, env: list[Set]) -> int:
        """Return how much of a box is undecided, in thousandths of what is undecided at first."""
        total = _WHOLE
        for slot, _ in question.functions:
            value = env[slot]
            if isinstance(value, int):
                total += _WHOLE * (value.bit_count() - 1)
            else:
                total += _spread(value)
        return total

    def _critical(self) -> dict[str, list[int]]:
        """Collect for every input the units at which something that reads it directly changes."""
        found: dict[str, set[int]] = {field.name: set() for field in self.program.inputs}
        for binding in self.program.bindings:
            for typed in _walk(binding.value):
                for name, cut in _cuts_of(typed):
                    if name in found:
                        found[name].add(cut)
        return {name: sorted(cuts) for name, cuts in found.items()}


#: How many corners of a box are tried as records: all low, all high, all in the middle.
_CORNERS: Final = 3

#: With more inputs than this, the first cut that drops a part is taken.
_FEW: Final = 4


def split(value: Set, cuts: Sequence[int]) -> list[Set] | None:
    """Cut a set in two: missing apart, then at the cut nearest the middle, else in the middle; None for one value."""
    if isinstance(value, tuple):
        low, high, absent = value
        if low > high:
            return None
        if absent:
            return [(1, 0, True), (low, high, False)]
        if low == high:
            return None
        middle = (low + high + 1) // 2
        at = _nearest(cuts, low, high, middle)
        return [(low, at - 1, False), (at, high, False)]
    if value & (value - 1) == 0:
        return None
    places = [1 << place for place in range(value.bit_length()) if value >> place & 1]
    half = len(places) // 2
    return [sum(places[:half]), sum(places[half:])]


def _nearest(cuts: Sequence[int], low: int, high: int, middle: int) -> int:
    inside = [cut for cut in cuts if low < cut <= high]
    return min(inside, key=lambda cut: abs(cut - middle)) if inside else middle


def _corner(box: Box, side: int) -> Box:
    """Return one record of a box: the low ends, the high ends, or the middle."""
    return tuple(_end(value, side) for value in box)


def _end(value: Set, side: int) -> Set:
    if isinstance(value, tuple):
        low, high, _ = value
        if low > high:
            return value
        at = (low, high, (low + high) // 2)[side]
        return (at, at, False)
    if side == 1:
        return 1 << (value.bit_length() - 1)
    present = value & ~ABSENT
    if side == 2 and present:
        return present & -present
    return value & -value


def _spread(value: tuple[int, int, bool]) -> int:
    low, high, absent = value
    # The length of the number of units, so that a wide and a very wide interval differ by little.
    return (_WHOLE // 8) * ((max(0, high - low)).bit_length()) // 4 + (_WHOLE if absent and low <= high else 0)


def _names(typed: Typed) -> frozenset[str]:
    return frozenset(part.node.name for part in _walk(typed) if isinstance(part.node, Name))


def _walk(typed: Typed) -> Iterator[Typed]:
    stack = [typed]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(current.parts)


def _cuts_of(typed: Typed) -> Iterator[tuple[str, int]]:
    """Yield the cuts of one node that reads a name directly."""
    node = typed.node
    match node:
        case Compare():
            left, right = typed.parts
            for one, other in ((left, right), (right, left)):
                if isinstance(one.node, Name) and isinstance(other.node, Number | Day):
                    for cut in _around(other.node, one.type):
                        yield one.node.name, cut
        case In():
            of = typed.parts[0]
            if isinstance(of.node, Name):
                for option in node.options:
                    if isinstance(option, Number | Day):
                        for cut in _around(option, of.type):
                            yield of.node.name, cut
        case Piecewise():
            of = typed.parts[0]
            if isinstance(of.node, Name) and isinstance(of.type, NumberType):
                for x, _ in node.points:
                    for cut in _around(Number(x), of.type):
                        yield of.node.name, cut
        case _:
            return


def _around(literal: Number | Day, kind: Type) -> tuple[int, ...]:
    """Return the cuts at a literal: where the values from it on begin, and where those beyond it do."""
    if isinstance(literal, Day):
        day = day_number(literal.value)
        return (day, day + 1)
    exact = Fraction(literal.value) * 10 ** (kind.decimals if isinstance(kind, NumberType) else 0)
    return (math.ceil(exact), math.floor(exact) + 1)
