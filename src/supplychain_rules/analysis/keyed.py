"""Records with names: each is called by a field of its own, or by its position."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr
from supplychain_rules.rules.policy import Policy

__all__ = ["Key", "Keyed", "keyed_records", "shown_key"]

#: What a record is called: the value of its key field, or its position from 0 where there is none.
Key: TypeAlias = object


@final
@attrs.frozen
class Keyed:
    """A record with its name, and without the fields that only name it."""

    key: Key
    record: Mapping[str, object]
    #: The period it belongs to, where one is asked for.
    period: object = None


def keyed_records(
    policies: Sequence[Policy], records: Iterable[object], key: str | None, period: str | None = None
) -> list[Keyed]:
    """Return records with their names.

    A key or period field that a policy declares as an input stays in the record; another is taken out, so that the
    policy does not refuse it as unknown.

    Raises:
        InputError: what is no mapping, or lacks the key; every record is named by its position.
        InvalidValueError: no record at all, or one name for two of them (in one period).
    """
    for field, what in ((key, "key"), (period, "period")):
        if not isinstance(field, str | None):
            raise InvalidValueError(f"'{what}' is the name of a field", field)
    declared = {declared.name for policy in policies for declared in policy.inputs}
    fields = [field for field in (key, period) if field is not None]
    found: list[Keyed] = []
    problems: list[Problem] = []
    for place, record in enumerate(records):
        if not isinstance(record, Mapping):
            message = "a record is a mapping"
            problems.append(Problem(code="wrong_type", path=f"[{place}]", message=message, value=bounded_repr(record)))
            continue
        lacking = [field for field in fields if record.get(field) is None]
        problems += [
            Problem(code="required", path=f"[{place}].{field}", message="this field names the record")
            for field in lacking
        ]
        if lacking:
            continue
        rest = {name: value for name, value in record.items() if name in declared or name not in fields}
        when = None if period is None else record[period]
        found.append(Keyed(place if key is None else record[key], rest, when))
    if problems:
        raise InputError(problems)
    if not found:
        raise InvalidValueError("there are no records", hint="give at least one")
    _refuse_doubles(found, key, period)
    return found


def shown_key(key: Key) -> str:
    """Return the name of a record as text: `#3` for a position.

    >>> shown_key("Addison"), shown_key(3)
    ('Addison', '#3')
    """
    return f"#{key}" if isinstance(key, int) and not isinstance(key, bool) else str(key)


def _refuse_doubles(found: Sequence[Keyed], key: str | None, period: str | None) -> None:
    if key is None:
        return
    seen: set[tuple[object, object]] = set()
    for one in found:
        try:
            double = (one.key, one.period) in seen
            seen.add((one.key, one.period))
        except TypeError:
            raise InvalidValueError("this value names no record", one.key, hint="give text or numbers") from None
        if double:
            hint = "give 'period' where a record stands for one of several periods" if period is None else ""
            raise InvalidValueError("two records have the same name", one.key, hint=hint)
