"""A request to run a policy on a frame: what was asked for, checked against the columns that there are."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, final

import attrs

from supplychain_rules.engines.plan import Plan, PlanInput
from supplychain_rules.errors import InvalidValueError, Problem, did_you_mean
from supplychain_rules.rules.policy import Policy

__all__ = ["MissingColumns", "Numbers", "OnInvalid", "Request"]

#: What to do with rows that hold a value which the rules do not take.
OnInvalid = Literal["error", "null"]

#: How numbers come back: as float64, or as whole numbers of their last decimal place.
Numbers = Literal["float", "units"]

#: What to do where a frame has no column for an optional input.
MissingColumns = Literal["error", "null"]

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "on_invalid": ("error", "null"),
    "numbers": ("float", "units"),
    "missing_columns": ("error", "null"),
}


@final
@attrs.frozen(kw_only=True)
class Request:
    """What was asked for."""

    policy: Policy
    #: What computes the outputs asked for.
    plan: Plan
    on_invalid: OnInvalid | None = None
    numbers: Numbers = "float"
    #: The column that counts the problems of a row, where rows with problems are kept.
    problems: str = "problems"
    missing_columns: MissingColumns = "error"

    def __attrs_post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value not in choices and not (name == "on_invalid" and value is None):
                raise InvalidValueError(f"unknown {name!r}", value, hint=" or ".join(map(repr, choices)))
        if self.problems in [output.output for output in self.plan.outputs]:
            raise InvalidValueError("'problems' is the name of an output", self.problems, hint="choose another")

    def column_of(self, field: PlanInput) -> str:
        """Return the name that an input's column has in a frame."""
        return self._columns[field.input]

    @property
    def _columns(self) -> dict[str, str]:
        return {declared.name: declared.column or declared.name for declared in self.policy.inputs}

    def added(self, on_invalid: OnInvalid) -> tuple[str, ...]:
        """Return the names of the columns that a frame gets, in order."""
        names = tuple(output.output for output in self.plan.outputs)
        return (*names, self.problems) if on_invalid == "null" else names

    def check_columns(self, columns: Iterable[str], on_invalid: OnInvalid, *, fold: bool = False) -> list[Problem]:
        """Return what is wrong with the names of a frame's columns.

        Args:
            columns: the names.
            on_invalid: what will be done with rows that hold bad values.
            fold: whether names that differ in case only are the same to the frame's engine.
        """
        present = list(columns)
        found = self.absent_columns(present)
        taken = {name.lower() if fold else name for name in present}
        for name in self.added(on_invalid):
            if (name.lower() if fold else name) in taken:
                hint = "rename or drop the frame's column"
                if name == self.problems:
                    hint = "give another name for it in 'problems'"
                message = "the frame has a column of the name that an output gets"
                found.append(Problem(code="column_taken", path=name, message=message, hint=hint))
        return found

    def absent_columns(self, present: list[str]) -> list[Problem]:
        """Return a problem for each input that the frame has no column for, and should have one."""
        return [problem for field in self.plan.inputs if (problem := self._absent(field, present)) is not None]

    def _absent(self, field: PlanInput, present: list[str]) -> Problem | None:
        column = self.column_of(field)
        if column in present or (field.type.optional and self.missing_columns == "null"):
            return None
        hint = did_you_mean(column, [str(name) for name in present])
        if field.type.optional:
            hint = "; ".join(filter(None, (hint, "missing_columns='null' has it missing in every row")))
        of = "" if column == field.input else f" for the input {field.input!r}"
        message = f"the frame has no such column{of}"
        return Problem(code="missing_column", path=column, message=message, hint=hint)
