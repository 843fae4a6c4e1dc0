"""What a change of rules does: who moves from where to where, why, and what it costs."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, final

import attrs

from supplychain_rules.analysis.keyed import Key, shown_key
from supplychain_rules.analysis.plain import plain_data
from supplychain_rules.language.types import BooleanType, ChoiceType, NumberType, Type
from supplychain_rules.values.label import Label, Lang

__all__ = [
    "Change",
    "Comparison",
    "MigrationMatrix",
    "Mover",
    "Refused",
    "Reversals",
    "Total",
    "comparable",
    "matrix_order",
    "migration_matrix",
]

#: What an output of a record can be in a migration matrix: an option, a truth, or None for missing.
Outcome = str | bool | None


def _labels_field() -> Any:  # noqa: ANN401  a field of attrs
    """Return a field of labels, which decide nothing: neither whether results are equal, nor what is kept as data."""
    return attrs.field(factory=dict, eq=False, repr=False)


@final
@attrs.frozen(kw_only=True)
class MigrationMatrix:
    """How many records move from which value of an output to which other one."""

    output: str
    #: The values before and after, the best first, missing last.
    before: tuple[Outcome, ...]
    after: tuple[Outcome, ...]
    #: A row for each value before, a column for each value after.
    counts: tuple[tuple[int, ...], ...]
    #: How people call the output and its values, where they have labels.
    labels: Mapping[str, Label] = _labels_field()

    @property
    def moved(self) -> int:
        """Return how many records change."""
        return sum(
            count
            for before, row in zip(self.before, self.counts, strict=True)
            for after, count in zip(self.after, row, strict=True)
            if before != after
        )

    def count(self, before: Outcome, after: Outcome) -> int:
        """Return how many records had one value before and have another after; 0 for values nobody has."""
        if before not in self.before or after not in self.after:
            return 0
        return self.counts[self.before.index(before)][self.after.index(after)]

    def text(self, lang: Lang = "en") -> str:
        """Return the matrix as text: a line for each value before that a record has."""
        output = _outcome(self.output, lang, self.labels)
        head = {"en": f"{output}: {self.moved} moved", "zh": f"{output}：{self.moved} 条变动"}[lang]
        lines = [head]
        for before, row in zip(self.before, self.counts, strict=True):
            told = ", ".join(
                f"{_outcome(after, lang, self.labels)} {count}"
                for after, count in zip(self.after, row, strict=True)
                if count
            )
            if told:
                lines.append(f"  {_outcome(before, lang, self.labels)} → {told}")
        return "\n".join(lines)


@final
@attrs.frozen(kw_only=True)
class Mover:
    """A record whose output changes, and what made the difference."""

    record: Key
    #: The period, where records stand for periods.
    period: object = None
    output: str
    before: Outcome
    after: Outcome
    #: The first step of the rules whose outcome differs for this record; None where no step says why.
    step: str | None
    #: What differs there: the score and the criterion that moved it most, the row, the check, the band's edge.
    reason: Label
    #: How people call the output and its values, where they have labels.
    labels: Mapping[str, Label] = _labels_field()

    def text(self, lang: Lang = "en") -> str:
        """Return the move and its reason as one line."""
        who = shown_key(self.record) + ("" if self.period is None else f" ({self.period})")
        output, before, after = (_outcome(one, lang, self.labels) for one in (self.output, self.before, self.after))
        move = f"{output} {before} → {after}"
        why = self.reason.text(lang)
        return {"en": f"{who}: {move}, because {why}", "zh": f"{who}：{move}，因为 {why}"}[lang]


@final
@attrs.frozen(kw_only=True)
class Change:
    """A record's number before and after."""

    record: Key
    period: object = None
    before: Decimal | None
    after: Decimal | None


@final
@attrs.frozen(kw_only=True)
class Total:
    """What all records together have of a number, before and after."""

    output: str
    before: Decimal
    after: Decimal
    difference: Decimal
    #: How many records have the number, before and after; the others are missing and add nothing.
    present_before: int
    present_after: int
    #: The records whose number changes most, the largest change first; none where a frame was compared.
    largest: tuple[Change, ...] = attrs.field(default=(), eq=False)

    def text(self, lang: Lang = "en") -> str:
        """Return the totals as one line."""
        sign = "+" if self.difference >= 0 else ""
        words = {"en": ("total", "difference"), "zh": ("合计", "差额")}[lang]
        colon, comma = {"en": (": ", ", "), "zh": ("：", "，")}[lang]
        change = f"{words[1]} {sign}{self.difference}"
        return f"{self.output}{colon}{words[0]} {self.before} → {self.after}{comma}{change}"


@final
@attrs.frozen(kw_only=True)
class Reversals:
    """How often an output goes to another value and straight back over the periods, before and after."""

    output: str
    before: int
    after: int
    #: The records that do, before and after.
    records_before: tuple[Key, ...]
    records_after: tuple[Key, ...]
    #: How people call the output, where it has a label.
    labels: Mapping[str, Label] = _labels_field()

    def text(self, lang: Lang = "en") -> str:
        """Return the counts as one line."""
        output = _outcome(self.output, lang, self.labels)
        return {
            "en": f"{output}: {self.before} reversals before, {self.after} after",
            "zh": f"{output}：变更前 {self.before} 次反复，变更后 {self.after} 次",
        }[lang]


@final
@attrs.frozen(kw_only=True)
class Refused:
    """A record that one of the policies does not take; it is in no count and no total."""

    record: Key
    period: object = None
    #: What is wrong with it for the policy before, and after; empty where that policy takes it.
    before: tuple[str, ...]
    after: tuple[str, ...]

    def text(self, lang: Lang = "en") -> str:
        """Return who is refused and why."""
        why = "; ".join(dict.fromkeys((*self.before, *self.after)))
        return {"en": f"{shown_key(self.record)} is refused: {why}", "zh": f"{shown_key(self.record)} 被拒绝：{why}"}[
            lang
        ]


@final
@attrs.frozen(kw_only=True)
class Comparison:
    """What a change of rules does to records: both policies decided the same ones."""

    #: The policies, as `id version`.
    before: str
    after: str
    #: How many records both policies took.
    records: int
    migrations: tuple[MigrationMatrix, ...]
    totals: tuple[Total, ...]
    #: Every record whose output changes; none where a frame was compared.
    movers: tuple[Mover, ...] = ()
    reversals: tuple[Reversals, ...] = ()
    refused: tuple[Refused, ...] = ()
    #: How many records were not taken, on a frame too, where they have no names.
    refused_count: int = 0
    #: What could not be compared, and why.
    notes: tuple[Label, ...] = ()

    def migration(self, output: str) -> MigrationMatrix:
        """Return the migration matrix of an output.

        Raises:
            KeyError: it was not compared.
        """
        return {one.output: one for one in self.migrations}[output]

    def total(self, output: str) -> Total:
        """Return the totals of a number.

        Raises:
            KeyError: it was not compared.
        """
        return {one.output: one for one in self.totals}[output]

    def text(self, lang: Lang = "en") -> str:
        """Return the comparison as text."""
        head = {
            "en": f"{self.before} → {self.after}: {self.records} records",
            "zh": f"{self.before} → {self.after}：{self.records} 条记录",
        }[lang]
        lines = [head]
        lines += [one.text(lang) for one in self.migrations]
        lines += [one.text(lang) for one in self.totals]
        lines += [one.text(lang) for one in self.reversals]
        lines += [one.text(lang) for one in self.movers[:_MOST_TOLD]]
        more = len(self.movers) - _MOST_TOLD
        if more > 0:
            lines.append({"en": f"and {more} more movers", "zh": f"另有 {more} 条变动"}[lang])
        if self.refused_count:
            lines.append(
                {"en": f"{self.refused_count} records refused", "zh": f"{self.refused_count} 条记录被拒绝"}[lang]
            )
        lines += [one.text(lang) for one in self.refused[:_MOST_TOLD]]
        lines += [note.text(lang) for note in self.notes]
        return "\n".join(lines)

    def __str__(self) -> str:
        """Return the comparison in English."""
        return self.text("en")

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data that JSON can keep."""
        plain: dict[str, Any] = plain_data(self)
        return plain


#: Most movers and refused records that are told as text; all are in the result.
_MOST_TOLD: Final = 20


def matrix_order(before: Type, after: Type) -> tuple[Outcome, ...]:
    """Return the values of an output in the order in which a migration matrix shows them."""
    if isinstance(before, ChoiceType) and isinstance(after, ChoiceType):
        return (*dict.fromkeys((*_best_first(before), *_best_first(after))), None)
    return (True, False, None)


def migration_matrix(
    output: str,
    order: Sequence[Outcome],
    pairs: Iterable[tuple[Outcome, Outcome, int]],
    *,
    labels: Mapping[str, Label] | None = None,
) -> MigrationMatrix:
    """Return the matrix of an output from how many records move from a value to a value.

    Args:
        output: its name.
        order: all values, as `matrix_order` gives them; those that nobody has are left out on each side.
        pairs: a value before, a value after and a count; pairs may repeat.
        labels: how people call the output and its values.
    """
    counted: dict[tuple[Outcome, Outcome], int] = {}
    for before, after, count in pairs:
        counted[before, after] = counted.get((before, after), 0) + count
    rows = tuple(one for one in order if any(count and before == one for (before, _), count in counted.items()))
    columns = tuple(one for one in order if any(count and after == one for (_, after), count in counted.items()))
    counts = tuple(tuple(counted.get((row, column), 0) for column in columns) for row in rows)
    return MigrationMatrix(output=output, before=rows, after=columns, counts=counts, labels=labels or {})


def _best_first(kind: ChoiceType) -> tuple[str, ...]:
    """Return the options of a choice, ordered ones from the best to the worst."""
    return (*reversed(kind.ranking), *(option for option in kind.options if option not in kind.ranking))


_WORDS: Final[Mapping[Lang, Mapping[Outcome, str]]] = MappingProxyType(
    {"en": {None: "missing", True: "true", False: "false"}, "zh": {None: "缺失", True: "是", False: "否"}}
)


def _outcome(value: Outcome, lang: Lang, labels: Mapping[str, Label]) -> str:
    if not isinstance(value, str):
        return _WORDS[lang][value]
    return labels[value].text(lang) if value in labels else value


def comparable(before: Type, after: Type) -> bool:
    """Say whether an output means the same kind of thing before and after."""
    return any(isinstance(before, kind) and isinstance(after, kind) for kind in (ChoiceType, BooleanType, NumberType))
