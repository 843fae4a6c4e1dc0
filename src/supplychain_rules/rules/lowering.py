"""Lowering: steps become named expressions, and every name is checked on the way.

A `Lowering` is the work in progress of one policy: what names mean so far, the bindings written, and
the problems found. Steps add to it through `bind`; nothing here knows what kinds of step there are.
"""

from typing import final

import attrs

from supplychain_rules.errors import Problem, bounded_repr
from supplychain_rules.language.infer import infer
from supplychain_rules.language.merging import rescaled_bounds
from supplychain_rules.language.naming import did_you_mean, name_problem
from supplychain_rules.language.nodes import Choose, Expression, Name, Round
from supplychain_rules.language.populations import population_type
from supplychain_rules.language.program import INNER, Binding, Guard, Population, PopulationKind
from supplychain_rules.language.types import NumberType, Type, describe_type

__all__ = ["Lowering", "inner"]

#: Outputs of this and later steps, each with the way out for a step that reads it too early.
_Later = dict[str, str]


def inner(step: str, part: str) -> str:
    """Name an inner part of a step; the dot keeps it apart from every declared name.

    >>> inner("performance", "quality")
    'performance.quality'
    """
    return f"{step}{INNER}{part}"


@final
@attrs.define
class Lowering:
    """What names mean so far, the bindings written so far, and every problem found."""

    #: Inputs and bindings by name; None marks a name whose definition was refused.
    scope: dict[str, Type | None] = attrs.field(factory=dict)
    problems: list[Problem] = attrs.field(factory=list)
    bindings: list[Binding] = attrs.field(factory=list)
    guards: list[Guard] = attrs.field(factory=list)
    populations: list[Population] = attrs.field(factory=list)
    later: _Later = attrs.field(factory=dict)
    #: Outputs of the table at work whose declarations were refused: its rows may still give them values.
    refused_outputs: set[object] = attrs.field(factory=set)
    _taken: dict[str, str] = attrs.field(factory=dict)

    def refuse(self, code: str, path: str, message: str, value: object = None, hint: str = "") -> None:
        """Add a problem."""
        shown = "" if value is None else bounded_repr(value)
        self.problems.append(Problem(code=code, path=path, message=message, value=shown, hint=hint))

    def declare(self, name: str, kind: Type | None, path: str) -> None:
        """Give an input its type (None where it was refused)."""
        if self.reserve(name, path):
            self.scope[name] = kind

    def reserve(self, name: str, path: str) -> bool:
        """Take a declared name for what stands at `path`; refuse a bad one, or a second one ignoring case."""
        problem = name_problem(name, path)
        if problem is not None:
            self.problems.append(problem)
            return False
        return self._take(name, path)

    def _take(self, name: str, path: str) -> bool:
        first = self._taken.get(name.lower())
        if first is not None:
            hint = f"{first} has it; SQL engines ignore case, so choose another name"
            self.refuse("duplicate_name", path, "this name is taken", name, hint)
            return False
        self._taken[name.lower()] = path
        return True

    def bind(self, name: str, expression: Expression, path: str, *, lazy: bool = False) -> Type | None:
        """Type an expression and add it under a name that `declare` or `inner` gave out; None if refused."""
        found: list[Problem] = []
        typed = infer(expression, self.scope, path, found, self.later)
        if typed is None:
            # What we lowered has no columns, so the same fault in two of its parts would read the same.
            seen = {(problem.code, problem.column): problem for problem in reversed(found)}
            self.problems.extend(p for p in found if p.column is not None or seen[p.code, None] is p)
            self.scope[name] = None
            return None
        self.scope[name] = typed.type
        self.bindings.append(Binding(name=name, value=typed, lazy=lazy))
        return typed.type

    def output(self, name: str, expression: Expression, path: str, *, lazy: bool = False) -> Type | None:
        """Declare an output that the step adds under a reserved ending, and bind it."""
        if not self._take(name, path):
            return None
        return self.bind(name, expression, path, lazy=lazy)

    def compare(  # noqa: PLR0913  what a population is made of
        self, name: str, kind: PopulationKind, of: str, path: str, *, decimals: int = 0, within: tuple[str, ...] = ()
    ) -> Expression:
        """Add a population over the number `of` under a name that `inner` gave out, and return what reads it.

        `decimals` are those of a share that is taken of a total; see `population_type`. A record that belongs to no
        group of `within` is compared with nothing.
        """
        compared = self.scope[of]
        assert isinstance(compared, NumberType)  # noqa: S101  the caller looked
        groups = [self.scope[group] for group in within]
        type_ = population_type(kind, compared, decimals)
        if any(group is not None and group.optional for group in groups):
            type_ = attrs.evolve(type_, optional=True)
        self.scope[name] = type_
        self.populations.append(
            Population(name=name, kind=kind, of=of, within=within, type=type_, place=len(self.bindings), path=path)
        )
        return Name(name)

    def group(self, name: str | None, path: str) -> tuple[str, ...] | None:
        """Return the names of what a step compares records within, none for all records; None where it is refused."""
        if name is None:
            return ()
        return None if self.known(name, path) is None else (name,)

    def number(self, name: str, path: str, what: str) -> NumberType | None:
        """Return the type of a number that a step reads, or refuse the name; None for a refused definition too."""
        kind = self.known(name, path)
        if kind is None or isinstance(kind, NumberType):
            return kind
        self.refuse("type_mismatch", path, f"{what} a number, not {describe_type(kind)}", name)
        return None

    def retype(self, name: str, kind: Type) -> None:
        """Give the last binding the type that its step promises, where inference found a narrower one."""
        binding = self.bindings[-1]
        if binding.name == name and self.scope[name] is not None:
            self.bindings[-1] = attrs.evolve(binding, value=attrs.evolve(binding.value, type=kind))
            self.scope[name] = kind

    def rescale(self, name: str, decimals: int) -> None:
        """Count the last binding's number in units of the declared decimals; its values have no more than that."""
        binding = self.bindings[-1]
        kind = binding.type
        if binding.name != name or not isinstance(kind, NumberType) or kind.decimals >= decimals:
            return
        if isinstance(binding.value.node, Choose):
            low, high = rescaled_bounds(kind, decimals)
            self.retype(name, attrs.evolve(kind, decimals=decimals, low=low, high=high))
            return
        self.bindings.pop()
        self.bind(name, Round(binding.value.node, decimals), "")

    def poison(self, name: str) -> None:
        """Mark a name as defined but refused, so that what reads it is not reported too."""
        if name not in self.scope:
            self.scope[name] = None

    def known(self, name: str, path: str) -> Type | None:
        """Return the type of a name a step reads, or refuse the name; None for a refused definition too."""
        if name not in self.scope or INNER in name:
            self.unknown(name, path)
            return None
        return self.scope[name]

    def unknown(self, name: str, path: str) -> None:
        """Refuse a name that nothing before this step defines."""
        if name in self.later:
            self.refuse("forward_reference", path, "this is not defined yet", name, self.later[name])
        else:
            visible = [known for known, kind in self.scope.items() if INNER not in known and kind is not None]
            self.refuse("unknown_name", path, "unknown name", name, did_you_mean(name, visible))
