"""What changed between two versions of a rule set, in words, for the people who must agree to it.

Parts are matched by their names, so that a criterion that stands elsewhere is the same criterion: inputs,
outputs and bands by name, everything else by id. The order of inputs, outputs and cases says nothing
and is not compared.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, final, get_args

import attrs

from supplychain_rules.errors import MAX_SHOWN_CHARACTERS
from supplychain_rules.language.limits import MAX_NAME_CHARACTERS
from supplychain_rules.language.nodes import Expression
from supplychain_rules.language.show import show
from supplychain_rules.rules.codec_fields import key_of
from supplychain_rules.rules.gate import Check
from supplychain_rules.rules.ladder import Band
from supplychain_rules.rules.locate import join_path
from supplychain_rules.rules.policy import Input, Policy, PolicyCase, Step
from supplychain_rules.rules.scorecard import Criterion, ScorecardStep, Tagged
from supplychain_rules.rules.table import Output, Row, TableStep
from supplychain_rules.values.label import MAX_LABEL_CHARACTERS, Label
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import number_text, to_decimal

__all__ = ["Change", "ChangeKind", "diff_policies"]

#: How a part of a rule set differs.
ChangeKind = Literal["added", "removed", "changed", "moved"]


@final
@attrs.frozen(kw_only=True)
class Change:
    """One difference between two rule sets, for programs and for people."""

    #: Where, as in `steps[1].criteria[0].weight`: in the later rule set, or in the earlier one for what was removed.
    path: str
    kind: ChangeKind
    #: What stood there, as plain data: a number is text, a part is a mapping. None where nothing did; for `moved`
    #: the place among its kind, from 1.
    before: object
    #: What stands there now.
    after: object
    #: The same as a sentence, in English and Chinese.
    text: Label


#: A text in English and Chinese, while a sentence is put together.
_Words: TypeAlias = tuple[str, str]

#: Parts that are matched by name or id, and what people call them.
_NOUNS: Final[Mapping[type, _Words]] = {
    Input: ("input", "输入项"),
    **dict.fromkeys(get_args(Step), ("step", "步骤")),
    Check: ("check", "检查项"),
    Criterion: ("criterion", "评价准则"),
    Band: ("band", "等级"),
    Output: ("output", "输出项"),
    Row: ("row", "规则行"),
    PolicyCase: ("case", "用例"),
}

#: Parts whose order says nothing.
_UNORDERED: Final = (Input, Output, PolicyCase)

#: What people call a key; one that is not listed is called by its own name.
_KEYS: Final[Mapping[str, _Words]] = {
    "aggregate": ("aggregate", "汇总方式"),
    "applies": ("applies", "适用条件"),
    "bands": ("bands", "分段"),
    "best": ("best", "最佳值"),
    "better": ("better", "更优方向"),
    "classes": ("classes", "级数"),
    "column": ("column", "列名"),
    "cuts": ("cut points", "分界点"),
    "decimals": ("decimals", "小数位数"),
    "effective": ("effective", "生效日期"),
    "expect": ("expected", "预期"),
    "formula": ("formula", "公式"),
    "from": ("from", "起点"),
    "given": ("given", "给定"),
    "held": ("held", "保持期数"),
    "high": ("high", "上限"),
    "hit": ("hit policy", "命中策略"),
    "hysteresis": ("hysteresis", "滞后规则"),
    "id": ("id", "标识"),
    "if_false": ("if false", "不成立时"),
    "if_unknown": ("if unknown", "未知时"),
    "kind": ("kind", "类型"),
    "label": ("label", "标签"),
    "low": ("low", "下限"),
    "margin": ("margin", "余量"),
    "max": ("largest value", "最大值"),
    "method": ("method", "计分方法"),
    "min": ("least value", "最小值"),
    "min_coverage": ("least coverage", "最低覆盖率"),
    "missing": ("missing values", "缺失处理"),
    "monotone": ("monotone", "单调方向"),
    "neutral": ("neutral score", "中性值"),
    "of": ("read from", "取值来源"),
    "optional": ("optional", "可缺失"),
    "options": ("options", "选项"),
    "order": ("order", "排序方向"),
    "ordered": ("ordered", "有序"),
    "otherwise": ("otherwise", "默认结果"),
    "outside": ("outside", "界外处理"),
    "periods": ("periods", "期数"),
    "periods_up": ("periods up", "升级期数"),
    "points": ("points", "分数"),
    "previous": ("previous band", "上期等级"),
    "reason": ("reason", "理由"),
    "require": ("requires", "要求"),
    "start": ("start", "起始分"),
    "target": ("target", "目标值"),
    "then": ("then", "结果"),
    "ties": ("ties", "并列处理"),
    "to": ("to", "上限"),
    "tolerance_above": ("tolerance above", "上容差"),
    "tolerance_below": ("tolerance below", "下容差"),
    "type": ("type", "类型"),
    "until": ("until", "终点"),
    "value": ("value function", "评分函数"),
    "version": ("version", "版本"),
    "weight": ("weight", "权重"),
    "when": ("when", "条件"),
    "worst": ("worst", "最差值"),
}

_NOT_SET: Final[_Words] = ("not set", "未设定")

_MISSING: Final[_Words] = ("missing", "缺失")

_ONLY_A_LABEL: Final[_Words] = (" (a label: no result changes)", "（仅为标签，不影响结果）")

_ONLY_A_CASE: Final[_Words] = (" (a case: no result changes)", "（仅为用例，不影响结果）")

_ONLY_A_PROMISE: Final[_Words] = (" (a promise: no result changes)", "（仅为承诺，不影响结果）")

_ONLY_AN_ORDER: Final[_Words] = (" (an order: no result changes)", "（仅为顺序，不影响结果）")

_FROM_THE_TOP: Final[_Words] = (" (rows are tried from the top)", "（规则行自上而下匹配）")

_NOTHING: Final[_Words] = ("", "")

_ENTRY_NEW: Final[_Words] = ("added:", "新增")

_ENTRY_GONE: Final[_Words] = ("removed, it was", "已删除，原为")

_TO_THE_FRONT: Final[_Words] = ("to the front", "至最前")

_COME_OR_GONE: Final[Mapping[str, str]] = {"added": "新增", "removed": "删除"}

#: Methods in which a weight is a share of the total.
_SHARING: Final = ("weighted_mean", "geometric_mean")

#: How much of what two long texts have in common is shown before they differ.
_SAME_SHOWN: Final = 20


def diff_policies(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Say in words what changed from one rule set to another.

    A key that is written as it would be without it is no change: what is compared is what the rules mean. Labels,
    cases and the promises of inputs are compared too, and the sentences say that they change no result. What stands in
    another order is reported as moved, no more of it than explains the order; where rows are tried from the top, the
    sentence says so.

    Returns:
        The changes in the order of the rule set; none where the rules (by fingerprint), labels, cases and
        promises agree.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> rules = {"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"late": {"type": "integer", "min": 0, "max": 100}},
    ...     "steps": [{"kind": "formula", "id": "penalty", "formula": "late * 25"}]}
    >>> stricter = {**rules, "steps": [{"kind": "formula", "id": "penalty", "formula": "late * 30"}]}
    >>> change, = diff_policies(load_policy(rules), load_policy(stricter))
    >>> change.path, change.before, change.after
    ('steps[0].formula', 'late * 25', 'late * 30')
    >>> print(change.text)
    step 'penalty': formula late * 25 -> late * 30
    >>> print(change.text.text("zh"))
    步骤“penalty”：公式 late * 25 -> late * 30
    """
    walk = _Walk(
        totals=(_totals(before), _totals(after)),
        tried_from_the_top=frozenset(
            step.id
            for policy in (before, after)
            for step in policy.steps
            if isinstance(step, TableStep) and step.hit in ("first", "priority")
        ),
    )
    whole = _Spot(path="", subject=("rule set", "规则集"))
    for name in ("id", "version", "effective", "label", "inputs", "steps", "cases"):
        walk.field(whole, name, getattr(before, name), getattr(after, name))
    walk.changes.extend(_strategy_changes(before, after))
    return tuple(walk.changes)


@final
@attrs.frozen(kw_only=True)
class _Spot:
    """Where the walk stands: whose part it is, and what the key is called there."""

    path: str
    #: What sentences begin with: `criterion 'quality' of 'performance'`.
    subject: _Words
    #: The key, with those that lead to it: `value function worst`.
    attribute: _Words = _NOTHING
    #: What sentences end with.
    note: _Words = _NOTHING
    #: Id of the step at or above.
    step: str | None = None

    def key(self, name: str) -> "_Spot":
        """Return the spot of a key that belongs to the format."""
        return self._below(join_path(self.path, name), _KEYS.get(name, (name, name)))

    def entry(self, name: str) -> "_Spot":
        """Return the spot of a key that the rule set's author chose."""
        return self._below(join_path(self.path, name), (_bare(name), _bare(name)))

    def element(self, place: int) -> "_Spot":
        """Return the spot of an element that has no name."""
        return self._below(join_path(self.path, place), (f"no. {place + 1}", f"第 {place + 1} 项"))

    def part(self, part: Any, place: int) -> "_Spot":  # noqa: ANN401  any of the classes in _NOUNS
        """Return the spot of a part that is found by its name."""
        name = _name_of(part)
        english, chinese = (f"{noun}{mark}" for noun, mark in zip(_NOUNS[type(part)], _quoted(name), strict=True))
        if self.step is not None:
            owner = _quoted(self.step)
            english, chinese = f"{english} of{owner[0]}", f"{owner[1]}的{chinese}"
        return _Spot(
            path=join_path(self.path, name if isinstance(part, Input | Output) else place),
            subject=(english, chinese),
            note=_ONLY_A_CASE if isinstance(part, PolicyCase) else _NOTHING,
            step=name if isinstance(part, Step) else self.step,
        )

    def _below(self, path: str, words: _Words) -> "_Spot":
        english, chinese = (f"{above} {word}".strip() for above, word in zip(self.attribute, words, strict=True))
        return attrs.evolve(self, path=path, attribute=(english, chinese))


@final
@attrs.define(kw_only=True)
class _Walk:
    """The walk through two rule sets side by side."""

    #: What the weights of each scorecard add up to, before and after, where they are shares of a whole.
    totals: tuple[Mapping[str, Fraction], Mapping[str, Fraction]]
    #: Tables in which the order of the rows decides.
    tried_from_the_top: frozenset[str]
    changes: list[Change] = attrs.field(factory=list)

    def part(self, spot: _Spot, before: Any, after: Any) -> None:  # noqa: ANN401  two parts of one class
        """Compare two parts field by field."""
        for field in attrs.fields(type(before)):
            self.field(spot, field.name, getattr(before, field.name), getattr(after, field.name))

    def field(self, spot: _Spot, name: str, before: Any, after: Any) -> None:  # noqa: ANN401  a field of any part
        """Compare one field of two parts."""
        below = spot.key(key_of(name))
        if isinstance(before, tuple) and any(type(item) in _NOUNS for item in (*before, *after)):
            self.named(below, before, after)
        elif name == "monotone":
            self.value(attrs.evolve(below, note=_ONLY_A_PROMISE), before, after)
        elif name == "weight":
            self.value(attrs.evolve(below, note=self._shares(spot, before, after)), before, after)
        else:
            self.value(below, before, after)

    def value(self, spot: _Spot, before: Any, after: Any) -> None:  # noqa: ANN401  values of any field
        """Compare two values, as deep inside as they have one shape."""
        if before == after:
            return
        match before, after:
            case (Label(), _) | (_, Label()):
                self.leaf(attrs.evolve(spot, note=_ONLY_A_LABEL), before, after)
            case Tagged(), Tagged() if before.kind == after.kind:
                self.part(spot, before.spec, after.spec)
            case Mapping(), Mapping():
                self.entries(spot, before, after)
            case tuple(), tuple() if len(before) == len(after) and all(map(_has_inside, before)):
                for place, pair in enumerate(zip(before, after, strict=True)):
                    self.value(spot.element(place), *pair)
            case _ if type(before) is type(after) and _is_part(before):
                self.part(spot, before, after)
            case _:
                self.leaf(spot, before, after)

    def entries(self, spot: _Spot, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Compare two mappings, whatever the order of their keys."""
        for name in dict.fromkeys((*before, *after)):
            below = spot.entry(name)
            if name not in after:
                self._add(below, "removed", before[name], None, _filled(_ENTRY_GONE, before[name]))
            elif name not in before:
                self._add(below, "added", None, after[name], _filled(_ENTRY_NEW, after[name]))
            elif before[name] != after[name]:
                self.leaf(below, before[name], after[name], none=_MISSING)

    def leaf(self, spot: _Spot, before: Any, after: Any, *, none: _Words = _NOT_SET) -> None:  # noqa: ANN401  any values
        """Report a value that differs as a whole; `none` says what None means there."""
        kind: ChangeKind = "changed"
        if none == _NOT_SET and (before is None or after is None):
            kind = "added" if before is None else "removed"
        english, chinese = (" -> ".join(_window(_shown(before, word), _shown(after, word))) for word in none)
        self._add(spot, kind, before, after, (english, chinese))

    def named(self, spot: _Spot, before: Sequence[Any], after: Sequence[Any]) -> None:
        """Compare two lists of parts that are found by their names."""
        earlier, later = ({_name_of(part): part for part in parts} for parts in (before, after))
        first, second = ({name: place for place, name in enumerate(parts)} for parts in (earlier, later))
        for name, part in earlier.items():
            if name not in later:
                self._come_or_gone("removed", spot.part(part, first[name]), part)
        moved = _moved([name for name in earlier if name in later], [name for name in later if name in earlier])
        for name, part in later.items():
            below = spot.part(part, second[name])
            if name not in earlier:
                self._come_or_gone("added", below, part)
                continue
            if name in moved and not isinstance(part, _UNORDERED):
                ahead = list(later)[second[name] - 1] if second[name] else None
                self._move(below, part, (first[name] + 1, second[name] + 1), ahead)
            if type(part) is type(earlier[name]):
                self.part(below, earlier[name], part)
            else:
                said = f"{earlier[name].kind} -> {part.kind}"
                self._add(attrs.evolve(below, attribute=_KEYS["kind"]), "changed", earlier[name], part, (said, said))

    def _add(self, spot: _Spot, kind: ChangeKind, before: object, after: object, said: _Words) -> None:
        """Report a change of a key: whose, which, what."""
        english = f"{spot.subject[0]}: {spot.attribute[0]} {said[0]}{spot.note[0]}"
        chinese = f"{spot.subject[1]}：{spot.attribute[1]} {said[1]}{spot.note[1]}"
        change = Change(
            path=spot.path, kind=kind, before=_plain(before), after=_plain(after), text=_label(english, chinese)
        )
        self.changes.append(change)

    def _come_or_gone(self, kind: Literal["added", "removed"], spot: _Spot, part: Any) -> None:  # noqa: ANN401  any part
        """Report a part that only one of the rule sets has."""
        english, chinese = spot.subject
        note = spot.note
        share = self._share(spot, 1 if kind == "added" else 0, part.weight) if isinstance(part, Criterion) else None
        if share is not None:
            note = (f" ({share} of the total)", f"（占总权重 {share}）")
        text = _label(f"{english} {kind}{note[0]}", f"{_COME_OR_GONE[kind]}{chinese}{note[1]}")
        plain = _plain(part)
        before, after = (None, plain) if kind == "added" else (plain, None)
        self.changes.append(Change(path=spot.path, kind=kind, before=before, after=after, text=text))

    def _move(self, spot: _Spot, part: object, places: tuple[int, int], ahead: str | None) -> None:
        """Report a part that stands elsewhere among its kind: now behind the one `ahead`."""
        decides = isinstance(part, Row) and spot.step in self.tried_from_the_top
        # The order of bands is that of their thresholds, which are reported on their own.
        note = _FROM_THE_TOP if decides else _NOTHING if isinstance(part, Band) else _ONLY_AN_ORDER
        where = _TO_THE_FRONT
        if ahead is not None:
            english, chinese = _quoted(ahead)
            where = (f"behind{english}", f"至{chinese}之后")
        text = _label(f"{spot.subject[0]} moved {where[0]}{note[0]}", f"{spot.subject[1]}移{where[1]}{note[1]}")
        self.changes.append(Change(path=spot.path, kind="moved", before=places[0], after=places[1], text=text))

    def _shares(self, spot: _Spot, before: Fraction, after: Fraction) -> _Words:
        """Return what a change of weight means for the total, where weights are shares of it."""
        was, becomes = self._share(spot, 0, before), self._share(spot, 1, after)
        if was is None or becomes is None:
            return _NOTHING
        return f" ({was} -> {becomes} of the total)", f"（占总权重 {was} -> {becomes}）"

    def _share(self, spot: _Spot, side: int, weight: Fraction) -> str | None:
        total = self.totals[side].get(spot.step or "")
        if total is None:
            return None
        return f"{to_decimal(round_to_units(100 * weight / total, 1), 1)} %"


def _totals(policy: Policy) -> Mapping[str, Fraction]:
    return {
        step.id: sum((criterion.weight for criterion in step.criteria), start=Fraction(0))
        for step in policy.steps
        if isinstance(step, ScorecardStep) and step.method.kind in _SHARING
    }


def _strategy_changes(before: Policy, after: Policy) -> Iterable[Change]:
    """Yield the strategies whose meaning changed under the same name: a fingerprint tells them apart too."""
    earlier, later = _versions(before), _versions(after)
    for kind in sorted(earlier.keys() & later.keys()):
        if earlier[kind] != later[kind]:
            was, becomes = earlier[kind], later[kind]
            shown = " -> ".join(", ".join(map(_bare, versions)) for versions in (was, becomes))
            english, chinese = _quoted(kind)
            text = _label(f"strategy{english}: version {shown}", f"计算方式{chinese}：版本 {shown}")
            path = join_path("strategies", kind)
            yield Change(path=path, kind="changed", before=list(was), after=list(becomes), text=text)


def _versions(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """Return the versions of the strategies that a policy uses, by kind."""
    scorecards = [step for step in policy.steps if isinstance(step, ScorecardStep)]
    used = {step.method.kind for step in scorecards}
    used |= {c.value.kind for step in scorecards for c in step.criteria if c.value is not None}
    known = [(strategy.kind, strategy.version) for strategy in policy.strategies.value_functions]
    known += [(strategy.kind, strategy.version) for strategy in policy.strategies.methods]
    return {kind: tuple(sorted(version for name, version in known if name == kind)) for kind in used}


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Return the fewest names that, taken out, leave the same order: all but a longest rising run.

    >>> sorted(_moved(["a", "b", "c", "d"], ["d", "a", "c", "b"]))
    ['c', 'd']
    """
    place = {name: index for index, name in enumerate(before)}
    ends: list[int] = []  # the least end of a rising run of each length
    by_length: list[str] = []
    previous: dict[str, str | None] = {}
    for name in after:
        length = bisect_left(ends, place[name])
        ends[length : length + 1] = [place[name]]
        by_length[length : length + 1] = [name]
        previous[name] = by_length[length - 1] if length else None
    kept: set[str] = set()
    last = by_length[-1] if by_length else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return set(after) - kept


def _name_of(part: Any) -> str:  # noqa: ANN401  any of the classes in _NOUNS
    return str(part.name if isinstance(part, Input | Output | Band) else part.id)


def _is_part(value: object) -> bool:
    return attrs.has(type(value)) and not isinstance(value, Expression | Label | Tagged)


def _has_inside(value: object) -> bool:
    return isinstance(value, tuple) or _is_part(value)


def _plain(value: object) -> object:
    """Return a value as a rule set writes it, without what is left at its default."""
    match value:
        case Decimal() | Fraction():
            return number_text(value)
        case date():
            return value.isoformat()
        case Label():
            return {"en": value.en, "zh": value.zh} if value.zh else value.en
        case Tagged():
            return {"kind": value.kind, **_fields(value.spec)}
        case Mapping():
            return {name: _plain(item) for name, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
    if isinstance(value, Expression):
        return show(value)
    return _fields(value) if _is_part(value) else value


def _fields(part: Any) -> dict[str, object]:  # noqa: ANN401  any part
    fields: dict[str, object] = {}
    for field in sorted(attrs.fields(type(part)), key=lambda field: field.init):  # the kind of a step comes first
        value = getattr(part, field.name)
        if field.name == "name" and isinstance(part, Input | Output):
            continue  # it is the key under which the part stands
        if field.name == "outputs" and isinstance(part, TableStep):
            fields["outputs"] = {output.name: _plain(output) for output in part.outputs}
        elif not field.init or value != field.default:
            fields[key_of(field.name)] = _plain(value)
    return fields


def _shown(value: object, none: str) -> str:
    """Return a value as people read it in a sentence, on one line; `none` says what None means there."""
    match value:
        case Label():
            text = " / ".join(text for text in (value.en, value.zh) if text)
        case Tagged():
            settings = _fields(value.spec)
            text = f"{value.kind} {_listed(settings, none)}" if settings else value.kind
        case _:
            text = _listed(_plain(value), none)
    return _bare(text, limit=None)


def _listed(plain: object, none: str) -> str:
    """Return plain data without the quotes that only programs need."""
    match plain:
        case dict():
            return "{" + ", ".join(f"{key}: {_listed(item, none)}" for key, item in plain.items()) + "}"
        case list():
            return "[" + ", ".join(_listed(item, none) for item in plain) + "]"
        case bool():
            return "true" if plain else "false"
        case None:
            return none
        case _:
            return str(plain)


def _bare(text: str, limit: int | None = MAX_NAME_CHARACTERS) -> str:
    """Return a text with whatever cannot be printed spelled out; of a long one the beginning."""
    printable = text if text.isprintable() else repr(text)[1:-1]
    return printable if limit is None or len(printable) <= limit else f"{printable[: limit - 3]}..."


def _quoted(name: str) -> _Words:
    """Return a name in the quotes of each language."""
    return f" '{_bare(name)}'", f"“{_bare(name)}”"


def _filled(words: _Words, value: object) -> _Words:
    """Put a value into a sentence of each language."""
    english, chinese = (
        f"{word} {_bare(_shown(value, missing), MAX_SHOWN_CHARACTERS)}"
        for word, missing in zip(words, _MISSING, strict=True)
    )
    return english, chinese


def _window(before: str, after: str) -> tuple[str, str]:
    """Cut two long texts so that what differs is still in sight."""
    if max(len(before), len(after)) <= MAX_SHOWN_CHARACTERS:
        return before, after
    shortest = min(len(before), len(after))
    same = next((place for place in range(shortest) if before[place] != after[place]), shortest)
    begin = max(0, same - _SAME_SHOWN)
    return _cut(before, begin), _cut(after, begin)


def _cut(text: str, begin: int) -> str:
    end = begin + MAX_SHOWN_CHARACTERS - 6
    return ("..." if begin else "") + text[begin:end] + ("..." if end < len(text) else "")


def _label(english: str, chinese: str) -> Label:
    """Return a sentence in both languages; one that no label could hold loses its end."""
    return Label(english[:MAX_LABEL_CHARACTERS], chinese[:MAX_LABEL_CHARACTERS])
