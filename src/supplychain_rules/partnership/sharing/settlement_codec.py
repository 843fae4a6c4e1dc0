"""Settlement policies as plain data: mappings, lists, text and numbers, as TOML and JSON hold them.

The keys are the names of the fields, and every clause says its `kind`. Money is a number as text, in the policy's
currency; a level may be a percentage of the base, as `"80%"`; a rate is `"0.15"`, `"3/20"` or `"15%"`. Floats are
refused, because what they hold is not what was written. Every problem is named at once, by its path.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin

import attrs

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, bounded_repr, did_you_mean
from supplychain_rules.partnership.sharing.clauses import CLAUSE_LABELS, Band, Clause
from supplychain_rules.partnership.sharing.levels import OfBase
from supplychain_rules.partnership.sharing.policy import MAX_CLAUSES, SettlementPolicy
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import exact_number, number_text

__all__ = ["SETTLEMENT_SCHEMA", "dump_settlement", "load_settlement"]

#: The format of a settlement policy as plain data.
SETTLEMENT_SCHEMA: Final = "supplychain-rules/settlement/1"

#: Most entries of a list or mapping; `MAX_CLAUSES` of each are allowed at most.
_MOST_ENTRIES: Final = MAX_CLAUSES

#: The class of each kind of clause.
_KINDS: Final[Mapping[str, type]] = MappingProxyType({kind.KIND: kind for kind in get_args(Clause)})

#: Fields that hold shares or weights by account.
_BY_ACCOUNT: Final = frozenset({"shares", "weights"})


def load_settlement(data: Mapping[str, object]) -> SettlementPolicy:
    """Read a settlement policy from plain data.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/settlement/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once; what does not go together once the parts are right.

    >>> policy = load_settlement({"schema": "supplychain-rules/settlement/1", "id": "gain share", "version": "1",
    ...     "currency": "EUR", "outturn": "cost", "base": "1000", "parties": ["supplier", "buyer"],
    ...     "clauses": [
    ...         {"kind": "dead_band", "id": "d", "to": "buyer", "gain": "5%", "pain": "0", "mode": "in_full"},
    ...         {"kind": "split", "id": "half", "shares": {"supplier": "50%", "buyer": "50%"}}]})
    >>> str(policy.clauses[0].gain), str(policy.clauses[0].pain)
    ('5% of the base', 'EUR 0.00')
    """
    reading = _Reading()
    policy: object = None
    given: object = data
    if isinstance(given, Mapping):
        if data.get("schema") != SETTLEMENT_SCHEMA:
            hint = f"write schema = {SETTLEMENT_SCHEMA!r}"
            reading.note("bad_value", "schema", "not the format of a settlement", data.get("schema"), hint)
        reading.currency = _known_currency(given.get("currency"))
        policy = reading.built(SettlementPolicy, {key: data[key] for key in data if key != "schema"}, "")
    else:
        reading.note("wrong_type", "", "a mapping is needed here", data)
    if reading.problems or not isinstance(policy, SettlementPolicy):
        raise PolicyError(reading.problems)
    return policy


def dump_settlement(policy: SettlementPolicy) -> dict[str, Any]:
    """Return a settlement policy as plain data that JSON and TOML can keep; what is as by default is left out.

    >>> from supplychain_rules.partnership.sharing.clauses import Split
    >>> half = SettlementPolicy(id="half", version="1", currency="EUR", outturn="proceeds", base=Money(0, "EUR"),
    ...     parties=["a", "b"], clauses=[Split(id="half", shares={"a": "1/2", "b": "50%"})])
    >>> dump_settlement(half)["clauses"]
    [{'kind': 'split', 'id': 'half', 'shares': {'a': '0.5', 'b': '0.5'}}]
    """
    return {"schema": SETTLEMENT_SCHEMA, **_fields(policy)}


def _fields(record: Any) -> dict[str, Any]:  # noqa: ANN401  a policy, or a part of one
    kind = type(record)
    found: dict[str, Any] = {"kind": kind.KIND} if kind in _KINDS.values() else {}
    for field in attrs.fields(kind):
        held = getattr(record, field.name)
        if held is not None and held != field.default:
            found[field.name] = _plain(field.name, held)
    return found


def _plain(name: str, value: object) -> Any:  # noqa: ANN401  JSON
    match value:
        case Money():
            return number_text(value.amount)
        case OfBase():
            return f"{number_text(value.share * 100)}%"
        case Fraction() | Decimal():
            return number_text(value)
        case Label():
            return {lang: text for lang, text in (("en", value.en), ("zh", value.zh)) if text}
        case tuple() if name in _BY_ACCOUNT:
            return {account: number_text(share) for account, share in value}
        case tuple():
            return [_plain(name, one) for one in value]
    return _fields(value) if attrs.has(type(value)) else value


class _Reading:
    """What was found wrong so far, and the currency of all money."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        #: The currency of all money; None where it is wrong, which is said once.
        self.currency: str | None = None

    def note(self, code: str, path: str, message: str, value: object = None, hint: str = "") -> None:
        """Note a problem."""
        shown = "" if value is None else bounded_repr(value)
        self.problems.append(Problem(code=code, path=path, message=message, value=shown, hint=hint))

    def built(self, kind: type, data: object, path: str) -> object:
        """Return a class built from plain data, or None where that is wrong."""
        if not isinstance(data, Mapping):
            self.note("wrong_type", path, "a mapping is needed here", data)
            return None
        before = len(self.problems)
        fields = {field.name: field for field in attrs.fields(kind)}
        for key in data:
            if key not in fields and not (key == "kind" and kind in _KINDS.values()):
                where = _join(path, key if isinstance(key, str) else bounded_repr(key))
                self.note("unknown_key", where, "unknown key", hint=did_you_mean(key, fields))
        values = {}
        for name, field in fields.items():
            if name in data:
                values[name] = self.checked(kind, field, self.value(field, data[name], _join(path, name)), path)
            elif field.default is attrs.NOTHING:
                self.note("missing_key", _join(path, name), "this key is needed")
        if len(self.problems) > before:
            return None
        try:
            return kind(**values)
        except PolicyError as error:
            self.problems += [attrs.evolve(one, path=_join(path, one.path)) for one in error.problems]
        except InvalidValueError as error:
            self.note("bad_value", path, error.what, error.value, error.hint)
        return None

    def checked(self, kind: type, field: "attrs.Attribute[Any]", value: object, path: str) -> object:
        """Return a field's value after its own converter and validator, so that each field's problem is found."""
        where = _join(path, field.name)
        if value is None or any(one.path.startswith(where) for one in self.problems):
            return value
        try:
            if field.converter is not None:
                convert: Any = field.converter
                value = convert(value)
            if field.validator is not None:
                field.validator(object.__new__(kind), field, value)
        except InvalidValueError as error:
            self.note("bad_value", where, error.what, error.value, error.hint)
        except (TypeError, ValueError):  # raised by attrs' own converters and validators
            self.note("wrong_type", where, "has the wrong type", value)
        return value

    def value(self, field: "attrs.Attribute[Any]", value: object, path: str) -> object:
        """Return the value of a field, built where it is a class of its own."""
        of = get_args(field.type) or (field.type,)
        if isinstance(value, float):
            self.note("bad_value", path, "a float is not what was written", value, "write the number as text")
            return None
        if field.name == "clauses":
            return self.listed(value, path, self.clause)
        if field.name == "bands":
            return self.listed(value, path, lambda one, where: self.built(Band, one, where))
        if field.name in _BY_ACCOUNT:
            return self.by_account(value, path)
        if get_origin(field.type) is tuple:
            return self.listed(value, path, self.text)
        if Money in of and not isinstance(value, Money):
            return self.money(value, path, may_be_part=OfBase in of)
        if str in of and value is not None:
            return self.text(value, path)
        if field.name == "label" and value is not None:
            try:
                return Label.of(value)
            except InvalidValueError as error:
                self.note("bad_value", path, error.what, error.value, error.hint)
        return value

    def text(self, value: object, path: str) -> object:
        """Return a text."""
        if not isinstance(value, str):
            self.note("wrong_type", path, "text is needed here", value)
            return None
        return value

    def listed(self, value: object, path: str, read: Any) -> object:  # noqa: ANN401  a function of an entry and its path
        """Return a list of what is read one by one."""
        if not isinstance(value, list | tuple) or len(value) > _MOST_ENTRIES:
            self.note("wrong_type", path, f"a list of at most {_MOST_ENTRIES} is needed here", value)
            return ()
        return [read(one, f"{path}[{place}]") for place, one in enumerate(value)]

    def by_account(self, value: object, path: str) -> object:
        """Return shares or weights by account, each of which is read."""
        if not isinstance(value, Mapping) or len(value) > _MOST_ENTRIES:
            self.note("wrong_type", path, f"a mapping of at most {_MOST_ENTRIES} accounts is needed here", value)
            return {}
        for name, share in value.items():
            if isinstance(share, float):
                message, hint = "a float is not what was written", "write the number as text"
                self.note("bad_value", _join(path, str(name)), message, share, hint)
        return dict(value)

    def clause(self, data: object, path: str) -> object:
        """Return a clause, built by its kind."""
        if not isinstance(data, Mapping):
            self.note("wrong_type", path, "a mapping is needed here", data)
            return None
        name = data.get("kind")
        kind = _KINDS.get(name) if isinstance(name, str) else None
        if kind is None:
            code = "unknown_kind" if "kind" in data else "missing_key"
            hint = did_you_mean(name, _KINDS) or f"one of {', '.join(CLAUSE_LABELS)}"
            self.note(code, _join(path, "kind"), "no kind of clause", name, hint)
            return None
        return self.built(kind, data, path)

    def money(self, value: object, path: str, *, may_be_part: bool) -> object:
        """Return money in the policy's currency, money of its own, or a part of the base."""
        if value is None or (may_be_part and isinstance(value, str) and value.rstrip().endswith("%")):
            return value
        amount, currency = value, self.currency
        if isinstance(value, Mapping):
            for key in value:
                if key not in {"amount", "currency"}:
                    hint = did_you_mean(key, ["amount", "currency"])
                    self.note("unknown_key", _join(path, str(key)), "unknown key", hint=hint)
                    return None
            amount, currency = value.get("amount"), value.get("currency", self.currency)
        if isinstance(amount, float):
            self.note("bad_value", path, "a float is not what was written", amount, "write the number as text")
            return None
        try:
            return Money(exact_number(amount), currency) if self.currency else None  # type: ignore[arg-type]  # checked there
        except InvalidValueError as error:
            self.note("bad_value", path, error.what, error.value, error.hint)
        return None


def _known_currency(code: object) -> str | None:
    try:
        return check_currency(code)
    except InvalidValueError:
        return None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name
