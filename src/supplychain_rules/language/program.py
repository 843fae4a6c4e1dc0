"""A program: what a policy becomes. Inputs, then named expressions over them, in order.

Every engine runs programs: the reference interpreter, the generated Python function, and the column
and SQL engines. A binding may read the inputs and the bindings before it. Bindings with a dot in
their name are inner steps of an explanation; the others are outputs.

A program may also have populations: values that take all records at once, such as how many records have
a larger value. The bindings between two of them are row-wise as ever.
"""

from typing import Final, Literal, final

import attrs

from supplychain_rules.language.nodes import names_in
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import NumberType, Type

__all__ = [
    "INNER",
    "MAX_RECORDS",
    "Binding",
    "Guard",
    "Population",
    "PopulationKind",
    "Program",
    "ProgramInput",
    "needed_bindings",
    "needed_parts",
]

#: Set between a step's name and its inner parts; no declared name can hold it.
INNER: Final = "."

#: Most records that can be compared with each other: more than there are people to be customers.
MAX_RECORDS: Final = 2**33

#: What a population says to each of its records.
#:
#: - `count`, `total`, `least`, `largest`: how many present values there are, their sum, the least and the largest
#:   one; the same for every record, whether its own value is present or not. Without any present value the least and
#:   the largest are missing, the count and the total are 0.
#: - `smaller`, `larger`: how many present values are strictly smaller or larger than the record's own;
#:   `distinct_smaller`, `distinct_larger`: how many different ones; `total_larger`: the sum of those strictly larger.
#:   Missing where the record's own value is.
#:
#: The sums refuse negative values, and a total beyond the largest one of their type.
PopulationKind = Literal[
    "count",
    "total",
    "least",
    "largest",
    "smaller",
    "larger",
    "distinct_smaller",
    "distinct_larger",
    "total_larger",
]


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
class Population:
    """A named value that takes all records at once; bindings read it as they read an input.

    It stands before `bindings[place]` and reads an input or a binding before that place, of every record. An engine
    runs the bindings before the first population on every record, then that population over the whole column, then
    the bindings up to the next one, and so on; populations of one place do not read each other. As window functions
    over the column x, where a missing value is NULL:

    - `count` is COUNT(x) OVER (), `total` SUM(x) OVER () or 0, `least` MIN(x) OVER (), `largest` MAX(x) OVER ();
    - `larger` is RANK() OVER (ORDER BY x DESC NULLS LAST) - 1, `distinct_larger` the same of DENSE_RANK();
      `smaller` and `distinct_smaller` order by x ascending, NULLS LAST too; all four are NULL where x is;
    - `total_larger` is SUM(x) OVER (ORDER BY x DESC NULLS LAST RANGE UNBOUNDED PRECEDING EXCLUDE GROUP) or 0, which
      is the running total up to the last equal value minus x times the number of equal values; NULL where x is.

    With `within`, each of them is PARTITION BY those names, and NULL where one of them is missing.
    """

    name: str
    kind: PopulationKind
    #: The input or binding whose values are compared: a number.
    of: str
    #: The inputs or bindings in which records agree that belong together; without any, all records do.
    within: tuple[str, ...] = ()
    type: NumberType
    #: How many of the program's bindings stand before it.
    place: int
    #: The step or criterion in the rule set that asks for it.
    path: str


@final
@attrs.frozen(kw_only=True)
class Program:
    """Inputs and bindings, checked: every name is defined before it is read, every type is bounded.

    With populations, a binding may read those whose place is not after its own. An engine that cannot run them
    refuses the program.
    """

    inputs: tuple[ProgramInput, ...]
    bindings: tuple[Binding, ...]
    guards: tuple[Guard, ...] = ()
    #: By rising place.
    populations: tuple[Population, ...] = ()

    @property
    def outputs(self) -> tuple[Binding, ...]:
        """Return the bindings that users see, in order."""
        return tuple(binding for binding in self.bindings if binding.is_output)

    @property
    def types(self) -> dict[str, Type]:
        """Return the type of every name: of the inputs, then of the populations, then of the bindings."""
        known = {one.name: one.type for one in self.row_wise.inputs}
        return known | {binding.name: binding.type for binding in self.bindings}

    @property
    def population_steps(self) -> tuple[str, ...]:
        """Return the names of the steps that compare records, in order, each once."""
        return tuple(dict.fromkeys(population.name.partition(INNER)[0] for population in self.populations))

    @property
    def row_wise(self) -> "Program":
        """Return the program of one record once its populations are known: they are inputs of it, after the others."""
        known = tuple(ProgramInput(population.name, population.type) for population in self.populations)
        return attrs.evolve(self, inputs=self.inputs + known, populations=())


def needed_bindings(program: Program, wanted: frozenset[str]) -> tuple[Binding, ...]:
    """Return the bindings that the wanted bindings and populations read, directly or not, in the program's order."""
    return tuple(one for one in needed_parts(program, wanted) if isinstance(one, Binding))


def needed_parts(program: Program, wanted: frozenset[str]) -> tuple[Binding | Population, ...]:
    """Return the bindings and the populations that the wanted ones read, directly or not, in the order to run them."""
    # Nothing reads what stands after it, so one pass from the end finds all.
    needed = set(wanted)
    kept: list[Binding | Population] = []
    populations = list(program.populations)
    for place in range(len(program.bindings), -1, -1):
        while populations and populations[-1].place >= place:
            population = populations.pop()
            if population.name in needed:
                kept.append(population)
                needed.update((population.of, *population.within))
        if place and (binding := program.bindings[place - 1]).name in needed:
            kept.append(binding)
            needed.update(name.name for name in names_in(binding.value.node))
    return tuple(reversed(kept))
