"""Explanations: why each output is what it is, line by line, as data that adds up exactly.

Building costs nothing until it is looked at: an `Explanation` holds the values that the generated
function computed, and makes its lines when asked for.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from operator import attrgetter
from types import NoneType
from typing import Any, Final, final

import attrs

from supplychain_rules.language.types import Value
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
from supplychain_rules.rules.scorecard import Tagged
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.scaled import number_text

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
            "inputs": [_plain(reading) for reading in self.inputs],
            "steps": [{"kind": _KINDS[type(step)], **_plain(step)} for step in self.steps],
        }


def explain_values(policy: Policy, inputs: tuple[Value, ...], values: tuple[Value, ...]) -> Explanation:
    """Return the explanation of a record, from the units of its inputs and of every binding."""
    return Explanation(policy, inputs, values)


_KINDS: Final[Mapping[type, str]] = {
    FormulaReason: "formula",
    GateReason: "gate",
    ScorecardReason: "scorecard",
    LadderReason: "ladder",
    TableReason: "table",
}


def _plain(value: Any) -> Any:  # noqa: ANN401  data of any shape
    """Turn reasons into JSON-able data; the classes that reasons are made of come first, as there are many of them."""
    kind = value.__class__
    if kind in _JSON:
        return value
    if kind is Decimal:
        return format(value, "f")
    if kind is tuple:
        return [_plain(item) for item in value]
    if kind not in _FIELDS:
        return _plain_setting(value)
    names, values = _FIELDS[kind]
    return {
        name: one if one.__class__ in _JSON else _plain(one) for name, one in zip(names, values(value), strict=True)
    }


def _plain_setting(value: Any) -> Any:  # noqa: ANN401  whatever a user's own strategy is set by
    match value:
        case str() | bool() | int():
            return value
        case Fraction():
            return number_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case _ if attrs.has(type(value)):
            return {field.name: _plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
        case _:
            return str(value)


def _fields(kind: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(field.name for field in attrs.fields(kind))
    return names, attrgetter(*names)


#: Classes of values that JSON has itself.
_JSON: Final = frozenset({NoneType, str, bool, int})

#: The names of the fields of every class that reasons are made of, and what reads their values.
_FIELDS: Final = {
    kind: _fields(kind) for kind in (*_KINDS, CheckReason, CriterionReason, RowReason, Reading, Cause, Label, Tagged)
}
