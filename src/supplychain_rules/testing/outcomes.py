"""A broken law: an assertion error that says in both languages which law, what differs, and for which record."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, final

from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.scaled import number_text

__all__ = ["BrokenLawError", "Record", "record_text"]

#: A record as `evaluate` takes it.
Record: TypeAlias = Mapping[str, object]


@final
class BrokenLawError(AssertionError):
    """A law of a policy does not hold: which one, what differs, and the smallest records that show it."""

    def __init__(self, *, law: str, name: Label, what: Label, records: Iterable[Record]) -> None:
        self.law = law
        self.name = name
        self.what = what
        self.records = tuple(records)
        super().__init__(law, name, what, self.records)

    def text(self, lang: Lang = "en") -> str:
        """Return the law, what differs, and each record on a line of its own."""
        heading, record = {"en": ("broken law", "record"), "zh": ("规则不成立", "记录")}[lang]
        stop = {"en": ": ", "zh": "："}[lang]
        lines = [f"{heading} {self.law}{stop}{self.name.text(lang)}", f"  {self.what.text(lang)}"]
        return "\n".join([*lines, *(f"  {record}{stop}{record_text(one, lang)}" for one in self.records)])

    def __str__(self) -> str:
        """Return the text in English."""
        return self.text()


def record_text(record: Record, lang: Lang = "en") -> str:
    """Return a record on one line, its values as a case of a rule set writes them.

    >>> record_text({"late": Fraction(5, 2), "certified": True, "category": None})
    'late = "2.5", certified = true'
    """
    shown = [f"{name} = {_shown(value)}" for name, value in record.items() if value is not None]
    return ", ".join(shown) or {"en": "nothing is known", "zh": "全部缺失"}[lang]


def _shown(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | date():
            return str(value)
        case float():
            return f'"{number_text(Decimal(repr(value)))}"'
        case Decimal() | Fraction():
            return f'"{number_text(value)}"'
        case _:
            return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
