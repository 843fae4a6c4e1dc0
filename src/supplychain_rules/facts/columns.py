"""The declaration of how rows become facts: which column holds which field, and how its cells are read.

It is checked when it is made, before any row is there: what no row could satisfy is refused at once.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, TypeVar, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.facts.cells import Declared, Floats, Ids, Spaces
from supplychain_rules.facts.dates import TIMES, DayFormats, Times
from supplychain_rules.facts.ledger import KINDS, Fact
from supplychain_rules.facts.shapes import refusals, shapes
from supplychain_rules.values.money import Money

__all__ = ["NO_FIELDS", "Kind", "Structure", "columns_read", "declared"]

#: Any one kind of fact.
Kind = TypeVar("Kind", bound=Fact)

_POINTS: Final = (".", ",")
_THOUSANDS: Final = ("", ",", ".", " ", "'", "’", "\u00a0", "\u202f")

#: No field at all.
NO_FIELDS: Final[Mapping[str, Any]] = MappingProxyType({})


def _frozen(given: Mapping[Any, Any]) -> Mapping[Any, Any]:
    if not isinstance(given, Mapping):
        raise InvalidValueError("not a mapping", given, hint='write {"field": ...}')
    return MappingProxyType(dict(given))


def _frozen_or_none(given: Mapping[str, str] | None) -> Mapping[str, str] | None:
    return None if given is None else _frozen(given)


def _names(given: Iterable[str]) -> frozenset[str]:
    if isinstance(given, str):
        raise InvalidValueError("a text is no collection of texts", given, hint=f"write {{{given!r}}}")
    return frozenset(given)


@final
@attrs.frozen(kw_only=True, eq=False)
class Structure(Generic[Kind]):
    """How rows become facts of one kind.

    Raises:
        InvalidValueError: an unknown kind, field or word, a required field without a column or constant, or a
            declaration that contradicts another.

    >>> from supplychain_rules.facts.structure import structure
    >>> from supplychain_rules.facts.trade import Receipt
    >>> receipts = Structure(kind=Receipt, columns={"id": "No", "order_line": "Line", "received_on": "Day",
    ...                                             "quantity": "Qty"}, dates=("%d.%m.%Y",), decimal_point=",")
    >>> structure(receipts, [{"No": "007", "Line": "PO1/1", "Day": "19.1.2026", "Qty": "6,5"}]).facts[0].id
    '007'
    """

    #: The kind of fact, as `Receipt`.
    kind: type[Kind]
    #: Which column holds which field; a field that is not named is not read. `None`: columns are named like fields,
    #: and a field that needs not be there is read where its column is.
    columns: Mapping[str, str] | None = attrs.field(default=None, converter=_frozen_or_none)
    #: What a field is in every row.
    constants: Mapping[str, Any] = attrs.field(default=NO_FIELDS, converter=_frozen)
    #: Texts that mean "not known", as `N/A`; with `None` and nothing else.
    blanks: frozenset[str] = attrs.field(default=frozenset({""}), converter=_names)
    #: Fields that may not be blank, beside those that the kind itself needs.
    required: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    #: What a blank in a field stands for, where that is known: `{"quantity": 1}`.
    if_blank: Mapping[str, Any] = attrs.field(default=NO_FIELDS, converter=_frozen)
    #: What single cells of a field stand for: `{"wrong_item": {"Y": True, "N": False}}`.
    words: Mapping[str, Mapping[Any, Any]] = attrs.field(default=NO_FIELDS, converter=_frozen)
    #: The formats of dates, in the directives of `strptime`; months have English names.
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    #: The first year that two digits of a year can mean; needed by `%y`.
    pivot: int | None = None
    #: Whether a time of day that is not midnight is refused, or dropped.
    times: Times = "refuse"
    #: The currency of all money, a code of ISO 4217.
    currency: str | None = None
    #: The column that holds the currency of a row's money.
    currency_column: str | None = None
    #: What stands before the decimals, `.` or `,`.
    decimal_point: str = "."
    #: What may stand between groups of three digits, as `,` in `1,234.50`; nothing by default.
    thousands: str = ""
    #: What separates the categories in a cell; `None`: a cell holds one.
    separator: str | None = None
    #: Whether a whole number may stand where text is meant. A float never may.
    ids: Ids = "text"
    #: Whether a float may stand where a number is meant: if whole, or by its shortest text.
    floats: Floats = "refuse"
    #: Whether a frame's NaN, NaT or NA is refused, or means "not known".
    nan: Literal["refuse", "blank"] = "refuse"
    #: Whether blanks around a text are refused, or taken off.
    spaces: Spaces = "refuse"

    def __attrs_post_init__(self) -> None:
        """Refuse what could not be read by, whatever the rows."""
        if self.kind not in KINDS:
            name = getattr(self.kind, "__name__", self.kind)
            raise InvalidValueError(
                "not a kind of fact", name, hint=did_you_mean(name, (kind.__name__ for kind in KINDS))
            )
        _check_words(self)
        _check_fields(self)
        _check_money(self)
        declared(self)

    def __reduce__(self) -> tuple[Callable[..., "Structure[Any]"], tuple[dict[str, Any]]]:
        """Return what pickle needs: workers that read parts of one source share one declaration."""
        given = {field.name: getattr(self, field.name) for field in attrs.fields(Structure)}
        return _again, ({name: _thawed(value) for name, value in given.items()},)


def _again(given: dict[str, Any]) -> Structure[Any]:
    return Structure(**given)


def _thawed(value: object) -> object:
    return {key: _thawed(part) for key, part in value.items()} if isinstance(value, Mapping) else value


def columns_read(spec: Structure[Any]) -> Mapping[str, str]:
    """Return which column each field is read from, in the order of the fields."""
    known = shapes(spec.kind)
    if spec.columns is None:
        return {name: name for name, shape in known.items() if name not in spec.constants and shape.content != "causes"}
    return {name: spec.columns[name] for name in known if name in spec.columns}


def declared(spec: Structure[Any]) -> Declared:
    """Return what a declaration says of all cells.

    Raises:
        InvalidValueError: formats of dates that are none.
    """
    return Declared(
        days=DayFormats(formats=spec.dates, pivot=spec.pivot, times=spec.times),
        blanks=spec.blanks,
        nan_is_blank=spec.nan == "blank",
        spaces=spec.spaces,
        ids=spec.ids,
        floats=spec.floats,
        decimal_point=spec.decimal_point,
        thousands=spec.thousands,
        separator=spec.separator,
    )


def _check_words(spec: Structure[Any]) -> None:
    """Refuse a setting that is none of its words."""
    settings: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("times", TIMES),
        ("ids", get_args(Ids)),
        ("floats", get_args(Floats)),
        ("nan", ("refuse", "blank")),
        ("spaces", get_args(Spaces)),
        ("decimal_point", _POINTS),
        ("thousands", _THOUSANDS),
    )
    for name, options in settings:
        if getattr(spec, name) not in options:
            expected = ", ".join(map(repr, options))
            raise InvalidValueError(f"unknown {name}", getattr(spec, name), hint=f"expected one of {expected}")
    if spec.thousands == spec.decimal_point:
        raise InvalidValueError("thousands and decimal_point are the same", spec.thousands)
    if spec.separator is not None and not spec.separator.strip():
        raise InvalidValueError("separator is blank", spec.separator, hint='write ";" or ","')


def _check_fields(spec: Structure[Any]) -> None:
    """Refuse fields that the kind does not have, values that they cannot hold, and a needed one that is not read."""
    known = shapes(spec.kind)
    name = spec.kind.__name__
    mappings = (("columns", spec.columns or ()), ("constants", spec.constants), ("if_blank", spec.if_blank))
    for setting, given in (*mappings, ("words", spec.words), ("required", sorted(spec.required))):
        for field in given:
            if field not in known:
                raise InvalidValueError(f"{setting}: {name} has no field", field, hint=did_you_mean(field, known))
    read = columns_read(spec)
    for setting, given in (("constants", spec.constants), ("if_blank", spec.if_blank)):
        for field, value in given.items():
            for refused in refusals(spec.kind, {field: value}):
                raise InvalidValueError(f"{setting}[{field!r}] {refused.what}", value, hint=refused.hint)
    for field, words in spec.words.items():
        for value in _frozen(words).values():
            for refused in refusals(spec.kind, {field: value}):
                raise InvalidValueError(f"words[{field!r}] {refused.what}", value, hint=refused.hint)
    for field in spec.required:
        if field in spec.if_blank:
            raise InvalidValueError("a field that may not be blank has a value if it is", field)
    for field, column in read.items():
        if field in spec.constants:
            raise InvalidValueError("a field has both a column and a constant", field)
        if not isinstance(column, str):
            raise InvalidValueError(f"the column of {field} is not text", column)
        if known[field].content == "causes":
            raise InvalidValueError(f"{name}.{field} cannot be read from one column", column, hint="leave it out")
    for shape in known.values():
        needed = shape.required or shape.name in spec.required
        if needed and shape.name not in read and shape.name not in spec.constants:
            raise InvalidValueError(
                f"{name} needs {shape.name}", hint="name its column in columns, or its value in constants"
            )


def _check_money(spec: Structure[Any]) -> None:
    """Refuse amounts without a currency, and with two."""
    if spec.currency is not None and spec.currency_column is not None:
        raise InvalidValueError("currency and currency_column exclude each other", spec.currency_column)
    if spec.currency is not None:
        Money(0, spec.currency)
    known = shapes(spec.kind)
    for field in columns_read(spec):
        is_read = spec.columns is not None or known[field].required
        if known[field].content == "money" and is_read and spec.currency is None and spec.currency_column is None:
            raise InvalidValueError(
                f"{spec.kind.__name__}.{field} needs a currency",
                hint='write currency="EUR", or name the column that holds it in currency_column',
            )
