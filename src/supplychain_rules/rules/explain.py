"""Explanations: why each output is what it is, line by line, as data that adds up exactly.

Building costs nothing until it is looked at: an `Explanation` holds the values that the generated
function computed, and makes its lines when asked for.
"""

from functools import cached_property
from typing import Any, final

import attrs

from supplychain_rules.language.types import Value
from supplychain_rules.rules.explain_plain import plain_reading, plain_step
from supplychain_rules.rules.explain_steps import Facts, step_reason
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.reasons import (
    Cause,
    CheckReason,
    CriterionReason,
    FormulaReason,
    GateReason,
    LadderReason,
    Reading,
    RowReason,
    ScorecardReason,
    StepReason,
    TableReason,
)
from supplychain_rules.values.label import Lang

__all__ = [
    "Cause",
    "CheckReason",
    "CriterionReason",
    "Explanation",
    "FormulaReason",
    "GateReason",
    "LadderReason",
    "Reading",
    "RowReason",
    "ScorecardReason",
    "StepReason",
    "TableReason",
    "explain_values",
]


@final
@attrs.frozen(eq=False, repr=False)
class Explanation:
    """The reasons of one decision: `str()` for text, `_repr_html_` for notebooks, `to_dict()` for data."""

    policy: Policy
    _inputs: tuple[Value, ...]
    _values: tuple[Value, ...]

    @cached_property
    def inputs(self) -> tuple[Reading, ...]:
        """Return the record as it was understood."""
        return tuple(self._facts.reading(declared.name) for declared in self.policy.inputs)

    @cached_property
    def steps(self) -> tuple[StepReason, ...]:
        """Return the reason of each step, in order."""
        facts = self._facts
        return tuple([step_reason(planned, facts) for planned in self.policy.explanation_plan.steps])

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self.policy.explanation_plan, (*self._inputs, *self._values))

    def text(self, lang: Lang = "en") -> str:
        """Return the explanation as plain text."""
        from supplychain_rules.rules.explain_text import explanation_text  # noqa: PLC0415  it reads this module's types

        return explanation_text(self, lang)

    def html(self, lang: Lang = "en") -> str:
        """Return the explanation as an HTML fragment without scripts; every text in it is escaped."""
        from supplychain_rules.rules.explain_html import explanation_html  # noqa: PLC0415  it reads this module's types

        return explanation_html(self, lang)

    def __str__(self) -> str:
        """Return the explanation as English text."""
        return self.text()

    def __repr__(self) -> str:
        """Return which policy is explained."""
        return f"<Explanation of {self.policy.id} {self.policy.version}>"

    def _repr_html_(self) -> str:
        """Show the explanation in a notebook."""
        return self.html()

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain, JSON-able data; numbers are text."""
        return {
            "policy": self.policy.id,
            "version": self.policy.version,
            "fingerprint": self.policy.fingerprint,
            "inputs": [plain_reading(reading) for reading in self.inputs],
            "steps": [plain_step(step) for step in self.steps],
        }


def explain_values(policy: Policy, inputs: tuple[Value, ...], values: tuple[Value, ...]) -> Explanation:
    """Return the explanation of a record, from the units of its inputs and of every binding."""
    return Explanation(policy, inputs, values)
