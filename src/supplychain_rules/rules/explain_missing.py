"""Why a value is missing or a condition unknown: traced back to the names that are missing and to zero divisors."""

from collections.abc import Iterator, Mapping

from supplychain_rules.language.nodes import Case, Name, RoundDivide
from supplychain_rules.language.reference import Plain, interpret
from supplychain_rules.language.show import show
from supplychain_rules.language.typed import Typed
from supplychain_rules.rules.reasons import Cause
from supplychain_rules.values.label import Label

__all__ = ["why_missing"]


def why_missing(value: Typed, known: Mapping[str, Plain], labels: Mapping[str, Label | None]) -> tuple[Cause, ...]:
    """Return the causes for which an expression that is missing on a record is so.

    Only what mattered is named: in `coalesce(a, 0) > b` a missing `a` is no cause. What the rules write as
    missing, such as a table without a row that hits, has no cause here.
    """
    return tuple(dict.fromkeys(_causes(value, known, labels)))


def _causes(value: Typed, known: Mapping[str, Plain], labels: Mapping[str, Label | None]) -> Iterator[Cause]:
    """Yield the causes of a missing value: a name itself, the branch taken, else the operands that are missing."""
    node = value.node
    match node:
        case Name():
            yield Cause(kind="missing", of=node.name, label=labels.get(node.name))
            return
        case Case():
            yield from _causes(_taken(value, known), known, labels)
            return
        case _:
            missing = [part for part in value.parts if interpret(part, known) is None]
    if not missing and isinstance(node, RoundDivide):
        yield Cause(kind="zero_divisor", of=show(node.right))
    for part in missing:
        yield from _causes(part, known, labels)


def _taken(value: Typed, known: Mapping[str, Plain]) -> Typed:
    for when, then in zip(value.parts[0:-1:2], value.parts[1::2], strict=True):
        if interpret(when, known) is True:
            return then
    return value.parts[-1]
