"""A program: what a policy becomes. Inputs, then named expressions over them, in order.

Every engine runs programs: the reference interpreter, the generated Python function, and the column
and SQL engines. A binding may read the inputs and the bindings before it. Bindings with a dot in
their name are inner steps of an explanation; the others are outputs.
"""

from typing import Final, final

import attrs

from supplychain_rules.language.nodes import names_in
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import Type

__all__ = ["INNER", "Binding", "Guard", "Program", "ProgramInput", "needed_bindings"]

#: Set between a step's name and its inner parts; no declared name can hold it.
INNER: Final = "."


@final
@attrs.frozen
class ProgramInput:
    """An input of the program: its name and its type."""

    name: str
    type: Type


@final
@attrs.frozen(kw_only=True)
class Binding:
    """A named expression."""

    name: str
    value: Typed
    #: Computed only when asked for or read by another binding, because most callers never look at it.
    lazy: bool = False

    @property
    def is_output(self) -> bool:
        """Say whether users see it: inner parts carry a dot."""
        return INNER not in self.name

    @property
    def type(self) -> Type:
        """Return the type of the value."""
        return self.value.type


@final
@attrs.frozen(kw_only=True)
class Guard:
    """A count that must not exceed one: how many different outcomes of a table's rows a record hits."""

    #: The binding that counts.
    count: str
    #: The path of the table's rows in the rule set.
    path: str


@final
@attrs.frozen(kw_only=True)
class Program:
    """Inputs and bindings, checked: every name is defined before it is read, every type is bounded."""

    inputs: tuple[ProgramInput, ...]
    bindings: tuple[Binding, ...]
    guards: tuple[Guard, ...] = ()

    @property
    def outputs(self) -> tuple[Binding, ...]:
        """Return the bindings that users see, in order."""
        return tuple(binding for binding in self.bindings if binding.is_output)


def needed_bindings(program: Program, wanted: frozenset[str]) -> tuple[Binding, ...]:
    """Return the bindings that the wanted ones read, directly or not, in the program's order."""
    needed = set(wanted)
    kept: list[Binding] = []
    for binding in reversed(program.bindings):
        if binding.name in needed:
            kept.append(binding)
            needed.update(name.name for name in names_in(binding.value.node))
    return tuple(reversed(kept))
