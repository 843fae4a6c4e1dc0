"""What the definitions of measures have in common: ids are names, choices are listed, tolerances are exact shares."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final, Literal

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import FAULTS, Fault
from supplychain_rules.measures.decay import Decay, HalfLife, LinearDecay
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import MAX_DIGITS, exact_fraction

__all__ = [
    "MAX_COUNT",
    "Unattributed",
    "check_unattributed",
    "decay_field",
    "fault_set",
    "id_field",
    "is_boolean",
    "is_count",
    "is_optional_calendar",
    "is_optional_count",
    "is_optional_day_count",
    "is_share",
    "label_field",
    "minimum_evidence_field",
    "name_set",
    "one_of",
    "optional_fraction",
    "refuse_idle",
    "scope_field",
]

#: Longest window or minimum in days or facts; beyond ten thousand a number is a slip of the keyboard.
MAX_COUNT: Final = 10_000

#: What is done with a reject or a claim of which nobody says whose doing it was.
Unattributed = Literal["count", "leave_out"]

#: Finest tolerance: as many digits as a quantity may have after the point.
_MAX_DENOMINATOR: Final = 10**MAX_DIGITS


def _place(measure: object, field: "attrs.Attribute[Any]") -> str:
    return f"{type(measure).__name__}.{field.name}"


def _is_measure_id(_measure: object, _field: "attrs.Attribute[Any]", value: object) -> None:
    if not (isinstance(value, str) and value.isascii() and value.isidentifier()):
        raise InvalidValueError(
            "a measure's id must be a name", value, hint="use ASCII letters, digits and _, as a rule set's inputs do"
        )


def is_count(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse anything but a whole number from 0 to `MAX_COUNT`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        raise InvalidValueError(f"{_place(measure, field)} must be a whole number from 0 to {MAX_COUNT}", value)


def is_optional_count(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse what is neither `None` nor a count."""
    if value is not None:
        is_count(measure, field, value)


def is_optional_day_count(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse what is neither `None` nor a whole number of days from 1 to `MAX_COUNT`."""
    if value is not None:
        is_count(measure, field, value)
        if value == 0:
            raise InvalidValueError(f"{_place(measure, field)} must be a whole number from 1 to {MAX_COUNT}", value)


def is_optional_calendar(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse what is neither `None` nor a calendar of working days."""
    if value is not None and not isinstance(value, WorkCalendar):
        hint = "write WorkCalendar(holidays=...)"
        raise InvalidValueError(f"{_place(measure, field)} must be a WorkCalendar", value, hint=hint)


def is_boolean(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse anything but true and false."""
    if not isinstance(value, bool):
        raise InvalidValueError(f"{_place(measure, field)} must be true or false", value)


def one_of(*options: str) -> Callable[[Any, "attrs.Attribute[Any]", str], None]:
    """Return a validator that refuses any text but the options."""

    def validate(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if value not in options:
            hint = f"expected one of {', '.join(options)}"
            raise InvalidValueError(f"{_place(measure, field)} is unknown", value, hint=hint)

    return validate


def is_share(most: int) -> Callable[[Any, "attrs.Attribute[Any]", Fraction | None], None]:
    """Return a validator that refuses a share below zero, above `most`, or finer than any quantity."""

    def validate(measure: object, field: "attrs.Attribute[Any]", value: Fraction | None) -> None:
        if value is None:
            return
        if not 0 <= value <= most:
            raise InvalidValueError(f"{_place(measure, field)} lies outside 0..{most}", value, hint="5 % is '0.05'")
        if value.denominator > _MAX_DENOMINATOR:
            hint = "give a short decimal or fraction"
            raise InvalidValueError(f"{_place(measure, field)} is finer than any quantity", value, hint=hint)

    return validate


def optional_fraction(value: object) -> Fraction | None:
    """Read an exact share, or `None`."""
    return None if value is None else exact_fraction(value)


def refuse_idle(measure: Any, name: str, *, without: str) -> None:  # noqa: ANN401  any definition
    """Refuse a choice that is not at its default although nothing would read it.

    Args:
        measure: the definition.
        name: the field of the choice.
        without: what would make something read it, as `source='observations'`.
    """
    value = getattr(measure, name)
    if value != getattr(attrs.fields(type(measure)), name).default:
        place = f"{type(measure).__name__}.{name}"
        hint = f"leave it out, or set {without}"
        raise InvalidValueError(f"{place} has no effect without {without}", value, hint=hint)


def fault_set(values: Iterable[Fault]) -> frozenset[Fault]:
    """Read a collection of faults.

    >>> sorted(fault_set(["buyer"]))
    ['buyer']
    """
    if isinstance(values, str):  # a text is a collection of letters, which nobody means
        raise InvalidValueError("faults must be a collection", values, hint=f"write ({values!r},)")
    faults = frozenset(values)
    unknown = sorted(map(str, faults.difference(FAULTS)))
    if unknown:
        raise InvalidValueError("unknown fault", unknown[0], hint=f"expected one of {', '.join(FAULTS)}")
    return faults


def check_unattributed(
    measure: Any,  # noqa: ANN401  any definition
    faults: frozenset[Fault],
    unattributed: Unattributed,
) -> None:
    """Refuse a choice about what has no stated fault where no fault is asked for."""
    if unattributed != "count" and not faults:
        place = f"{type(measure).__name__}.unattributed"
        hint = "leave it out, or name faults"
        raise InvalidValueError(f"{place} has no effect without faults", unattributed, hint=hint)


def name_set(values: Iterable[str]) -> frozenset[str]:
    """Read a collection of names, as kinds of claims; an empty one lets all pass.

    >>> sorted(name_set(["quality", "papers"]))
    ['papers', 'quality']
    """
    if isinstance(values, str):  # a text is a collection of letters, which nobody means
        raise InvalidValueError("names must be a collection", values, hint=f"write ({values!r},)")
    names = frozenset(values)
    for name in names:
        if not isinstance(name, str):
            raise InvalidValueError("a name is text", name, hint=f"write {str(name)!r}")
    return names


def id_field() -> Any:  # noqa: ANN401  attrs.field's own type says nothing either
    """Return the field `id` of a measure: the name by which a policy reads it."""
    return attrs.field(validator=_is_measure_id)


def label_field() -> Any:  # noqa: ANN401  as id_field
    """Return the field `label` of a measure: what people read for it."""
    return attrs.field(default=None, validator=attrs.validators.optional(_is_label))


def _is_label(_measure: object, _field: "attrs.Attribute[Any]", value: object) -> None:
    if not isinstance(value, Label):
        raise InvalidValueError("a measure's label must be a Label", value)


def scope_field() -> Any:  # noqa: ANN401  as id_field
    """Return the field `scope` of a measure: which facts it looks at, by default all."""
    return attrs.field(default=Scope(), validator=_is_scope)


def _is_scope(measure: object, field: "attrs.Attribute[Any]", value: object) -> None:
    if not isinstance(value, Scope):
        hint = "write Scope(supplier_categories=['raw'])"
        raise InvalidValueError(f"{_place(measure, field)} must be a Scope", value, hint=hint)


def minimum_evidence_field() -> Any:  # noqa: ANN401  as id_field
    """Return the field `minimum_evidence` of a measure: fewest facts for a value; below it there is no data."""
    return attrs.field(default=0, validator=is_count)


def decay_field() -> Any:  # noqa: ANN401  as id_field
    """Return the field `decay` of a measure: how much less an older fact weighs, by default nothing."""
    return attrs.field(default=None, validator=_is_optional_decay)


def _is_optional_decay(measure: object, field: "attrs.Attribute[Any]", value: Decay | None) -> None:
    if value is not None and not isinstance(value, (HalfLife, LinearDecay)):
        raise InvalidValueError(f"{_place(measure, field)} must be a decay", value, hint="write HalfLife(90)")
