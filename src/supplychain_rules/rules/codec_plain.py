"""Untrusted data made plain: the first thing that is done with a rule set, or with a stored decision.

What comes in may be nested without end, hold itself, or be an object whose methods raise. What goes
on from here are plain dictionaries, lists and scalars of bounded number and depth, and objects that
nothing will call.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, final

import attrs

from supplychain_rules.errors import Problem, bounded_repr
from supplychain_rules.rules.locate import join_path
from supplychain_rules.values.label import Label

__all__ = ["MAX_DATA_DEPTH", "MAX_DATA_NODES", "plain_copy"]

#: Deepest nesting of a rule set's data: the format itself needs ten levels.
MAX_DATA_DEPTH: Final = 50

#: Most keys and values together: a policy of the largest allowed size has fewer.
MAX_DATA_NODES: Final = 200_000

#: Most keys of one table or items of one list: more than any limit below it allows.
MAX_DATA_ITEMS: Final = 5_000

_Container = Mapping[object, object] | list[object] | tuple[object, ...]

_SCALARS: Final = (bool, int, float, Decimal, Fraction, date, Label)


def plain_copy(raw: object, problems: list[Problem], path: str = "") -> object:
    """Copy nested data into plain dictionaries and lists; the first thing that cannot be copied is a problem."""
    return _Copy(problems).copy(raw, path, 0)


@final
@attrs.frozen(repr=False)
class _Opaque:
    """An object of no kind that a rule set can hold: only its representation is left of it."""

    _shown: str

    def __repr__(self) -> str:
        return self._shown


@attrs.define
class _Copy:
    """One copy at work, with the count of what it has seen."""

    _problems: list[Problem]
    _nodes: int = 0
    #: The tables and lists that the one at work lies in: data may hold itself.
    _above: set[int] = attrs.field(factory=set)

    def copy(self, value: object, path: str, depth: int) -> object:
        self._nodes += 1
        if self._problems:  # one is enough: nothing else is looked at
            return _Opaque("")
        if self._nodes > MAX_DATA_NODES:
            return self._refused("too_large", path, f"more than {MAX_DATA_NODES} keys and values")
        if (
            depth > MAX_DATA_DEPTH or id(value) in self._above
        ):  # no key of the format lies so deep: whoever reads the place refuses it
            return _Opaque(bounded_repr(value))
        try:
            if isinstance(value, str):
                return str.__str__(value)
            if isinstance(value, Mapping | list | tuple):
                return self._container(value, path, depth)
        except Exception:  # noqa: BLE001  an object of another library may raise what it likes
            return self._refused("wrong_type", path, "this cannot be read", value)
        return value if value is None or isinstance(value, _SCALARS) else _Opaque(bounded_repr(value))

    def _container(self, value: _Container, path: str, depth: int) -> object:
        self._above.add(id(value))
        copied = self._mapping(value, path, depth) if isinstance(value, Mapping) else self._list(value, path, depth)
        self._above.discard(id(value))
        return copied

    def _mapping(self, value: Mapping[object, object], path: str, depth: int) -> object:
        items = list(value.items())
        if len(items) > MAX_DATA_ITEMS:
            return self._refused("too_large", path, f"more than {MAX_DATA_ITEMS} keys in one table")
        copied: dict[object, object] = {}
        for key, item in items:
            name = str.__str__(key) if isinstance(key, str) else key
            copied[name] = self.copy(item, _below(path, name), depth + 1)
        return copied

    def _list(self, value: list[object] | tuple[object, ...], path: str, depth: int) -> object:
        if len(value) > MAX_DATA_ITEMS:
            return self._refused("too_large", path, f"more than {MAX_DATA_ITEMS} items in one list")
        return [self.copy(item, f"{path}[{place}]", depth + 1) for place, item in enumerate(value)]

    def _refused(self, code: str, path: str, message: str, value: object = None) -> object:
        """Note the first problem only, and stand in for what was refused."""
        shown = "" if value is None else bounded_repr(value)
        if not self._problems:
            self._problems.append(Problem(code=code, path=path, message=message, value=shown))
        return _Opaque(shown)


def _below(path: str, key: object) -> str:
    return join_path(path, key) if isinstance(key, str) else f"{path}[{bounded_repr(key)}]"
