"""A formula step: one output, computed by an expression."""

from typing import Literal, final

import attrs

from supplychain_rules.language.limits import MAX_DECIMALS
from supplychain_rules.language.nodes import Expression, Round
from supplychain_rules.rules.lowering import Lowering
from supplychain_rules.values.label import Label

__all__ = ["FormulaStep", "lower_formula"]


@final
@attrs.frozen(kw_only=True)
class FormulaStep:
    """A formula and the name of its result.

    With `decimals` the result is rounded half up to that many places; without, it keeps the places
    that its operands give it.
    """

    id: str
    formula: Expression
    decimals: int | None = None
    label: Label | None = None
    kind: Literal["formula"] = attrs.field(default="formula", init=False)


def lower_formula(step: FormulaStep, path: str, lowering: Lowering) -> None:
    """Bind the formula's value to the step's name."""
    if step.decimals is not None and not 0 <= step.decimals <= MAX_DECIMALS:
        message = f"decimals are a whole number from 0 to {MAX_DECIMALS}"
        lowering.refuse("bad_decimals", f"{path}.decimals", message, step.decimals)
        lowering.poison(step.id)
        return
    expression = step.formula if step.decimals is None else Round(step.formula, step.decimals)
    lowering.bind(step.id, expression, f"{path}.formula")
