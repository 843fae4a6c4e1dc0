"""Recency, frequency and monetary value (RFM) as a rule set: three classes, a code of them, and its segment.

Each customer gets a class for the days since its last purchase, for its purchase days and for its money, by quantiles
that keep equal customers together; 5 of 5 is the best, so that 555 is the best code. A segment map gives every code a
name. Its maker proves by trying every code that each belongs to exactly one segment and that no segment is empty, so
no customer ends up as "other"; `verify` proves the same of the loaded rules.

The population is the customers with a purchase: `rfm_records`. Those without are potential customers, a class of their
own: as members of the population they would only push the others up.

Source of the method: J. R. Bult and T. Wansbeek, Optimal Selection for Direct Mail (Marketing Science 14, 1995).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, final

import attrs

from supplychain_rules.customers.profile import Profile, profile_record
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_id
from supplychain_rules.rules.quantile import QuantileTies
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import check_whole

__all__ = ["RFM_INPUTS", "RFM_SEGMENTS", "Scores", "Segment", "rfm_records", "rfm_rules", "segment_of"]

#: The inputs of the rule set.
RFM_INPUTS: Final = ("recency_days", "purchase_days", "monetary")

#: Most classes: a class is one digit of the code.
_MOST_CLASSES: Final = 9

#: The largest money: ten milliards with four places stay below the 2**50 that every engine holds exactly.
_MOST_MONEY: Final = 10_000_000_000

#: The longest time since a purchase, in days: a century.
_MOST_DAYS: Final = 36_525

#: Most codes that a refusal lists by name.
_MOST_SHOWN: Final = 6


def _range(value: Sequence[int] | int) -> tuple[int, int]:
    given = (value, value) if isinstance(value, int) else tuple(value)
    if len(given) != 2:
        raise InvalidValueError("scores are one class, or the least and the greatest", value, hint="write 5 or (4, 5)")
    return given[0], given[1]


def _is_range(scores: object, field: "attrs.Attribute[Any]", value: tuple[int, int]) -> None:
    for end in value:
        check_whole(f"{type(scores).__name__}.{field.name}", end, least=1, most=_MOST_CLASSES)
    if value[0] > value[1]:
        raise InvalidValueError(f"{type(scores).__name__}.{field.name} runs backwards", value, hint="the least first")


@final
@attrs.frozen(kw_only=True)
class Scores:
    """A box of codes: a class, or a range of them with both ends, for each of the three.

    Raises:
        InvalidValueError: a class outside 1..9, or a range that runs backwards.

    >>> Scores(recency=5, frequency=(4, 5)).monetary is None
    True
    """

    #: `None` stands for every class.
    recency: tuple[int, int] | None = attrs.field(
        default=None, converter=attrs.converters.optional(_range), validator=attrs.validators.optional(_is_range)
    )
    frequency: tuple[int, int] | None = attrs.field(
        default=None, converter=attrs.converters.optional(_range), validator=attrs.validators.optional(_is_range)
    )
    monetary: tuple[int, int] | None = attrs.field(
        default=None, converter=attrs.converters.optional(_range), validator=attrs.validators.optional(_is_range)
    )

    def holds(self, code: tuple[int, int, int]) -> bool:
        """Return whether a code lies in the box."""
        ranges = (self.recency, self.frequency, self.monetary)
        return all(one is None or one[0] <= class_ <= one[1] for one, class_ in zip(ranges, code, strict=True))


@final
@attrs.frozen(kw_only=True)
class Segment:
    """A named group of codes: one box or several.

    >>> Segment(id="top", label=Label("Top", "顶级"), boxes=(Scores(recency=5),)).id
    'top'
    """

    #: The option of the output `segment`.
    id: str = attrs.field(validator=is_id)
    label: Label
    boxes: tuple[Scores, ...] = attrs.field(converter=tuple[Scores, ...])


_LOW, _HIGH, _NOT_BEST = (1, 3), (4, 5), (1, 4)

#: The map of quintiles where none is given: twelve segments over all 125 codes.
RFM_SEGMENTS: Final[tuple[Segment, ...]] = (
    Segment(
        id="champion",
        label=Label("Champions", "冠军客户"),
        boxes=(Scores(recency=5, frequency=_HIGH, monetary=_HIGH),),
    ),
    Segment(
        id="loyal",
        label=Label("Loyal customers", "忠诚客户"),
        boxes=(Scores(recency=5, frequency=_HIGH, monetary=_LOW), Scores(recency=(3, 4), frequency=_HIGH)),
    ),
    Segment(
        id="big_spender",
        label=Label("Big spenders who come seldom", "低频大额客户"),
        boxes=(Scores(recency=(3, 5), frequency=_LOW, monetary=5),),
    ),
    Segment(
        id="potential_loyal",
        label=Label("Potential loyal customers", "潜在忠诚客户"),
        boxes=(Scores(recency=_HIGH, frequency=(2, 3), monetary=_NOT_BEST),),
    ),
    Segment(
        id="new",
        label=Label("New customers", "新客户"),
        boxes=(Scores(recency=5, frequency=1, monetary=_NOT_BEST),),
    ),
    Segment(
        id="promising",
        label=Label("Promising", "有望客户"),
        boxes=(Scores(recency=4, frequency=1, monetary=_NOT_BEST),),
    ),
    Segment(
        id="needs_attention",
        label=Label("Need attention", "需关注客户"),
        boxes=(Scores(recency=3, frequency=3, monetary=_NOT_BEST),),
    ),
    Segment(
        id="about_to_sleep",
        label=Label("About to sleep", "即将沉睡客户"),
        boxes=(Scores(recency=3, frequency=(1, 2), monetary=_NOT_BEST),),
    ),
    Segment(
        id="cannot_lose",
        label=Label("Must not be lost", "不可流失客户"),
        boxes=(Scores(recency=(1, 2), frequency=_HIGH, monetary=_HIGH),),
    ),
    Segment(
        id="at_risk",
        label=Label("At risk", "流失风险客户"),
        boxes=(
            Scores(recency=(1, 2), frequency=_HIGH, monetary=_LOW),
            Scores(recency=(1, 2), frequency=3),
        ),
    ),
    Segment(
        id="hibernating",
        label=Label("Hibernating", "沉睡客户"),
        boxes=(Scores(recency=2, frequency=(1, 2)),),
    ),
    Segment(
        id="lost",
        label=Label("Lost", "已流失客户"),
        boxes=(Scores(recency=1, frequency=(1, 2)),),
    ),
)


def rfm_rules(  # noqa: PLR0913  each choice is a word of its own
    *,
    classes: int = 5,
    ties: QuantileTies = "min",
    segments: Sequence[Segment] | None = None,
    money_decimals: int = 2,
    name: str = "rfm",
    version: str = "1",
) -> dict[str, Any]:
    """Return the rule set as plain data: outputs `recency`, `frequency`, `money`, `code` and `segment`.

    Load it with `load_policy`, run it with `evaluate_all`, or on a frame with `apply`; `fit_cuts` freezes its classes.

    Args:
        classes: how many classes, 2 to 9; 5 are quintiles, 4 quartiles.
        ties: which class equal customers share, as in the step `quantile`.
        segments: the map from codes to names; where not given, `RFM_SEGMENTS` for quintiles, and no step for others.
        money_decimals: the places of the money.
        name: the rule set's id.
        version: its version.

    Raises:
        InvalidValueError: too few or too many classes, decimals, or a map in which a code belongs to no segment or to
            several, a segment has no code, or two have one id; all of them at once.

    >>> [step["id"] for step in rfm_rules()["steps"]]
    ['recency', 'frequency', 'money', 'code', 'segments']
    """
    check_whole("classes", classes, least=2, most=_MOST_CLASSES)
    check_whole("money_decimals", money_decimals, least=0, most=4)
    if segments is None:
        segments = RFM_SEGMENTS if classes == 5 else ()
    by_quantile = {"kind": "quantile", "classes": classes, "ties": ties}
    steps: list[dict[str, Any]] = [
        {
            **by_quantile,
            "id": "recency",
            "of": "recency_days",
            "better": "low",
            "label": Label("Recency class", "最近购买分级").plain(),
        },
        {
            **by_quantile,
            "id": "frequency",
            "of": "purchase_days",
            "label": Label("Frequency class", "购买频率分级").plain(),
        },
        {**by_quantile, "id": "money", "of": "monetary", "label": Label("Monetary class", "购买金额分级").plain()},
        {
            "kind": "formula",
            "id": "code",
            "formula": "100 * recency + 10 * frequency + money",
            "label": Label("RFM code", "RFM 代码").plain(),
        },
    ]
    if segments:
        _prove(segments, classes)
        steps.append(_table(segments, classes))
    return {
        "schema": "supplychain-rules/1",
        "id": name,
        "version": version,
        "label": Label("Recency, frequency, monetary value", "最近购买、频率与金额").plain(),
        "inputs": {
            "recency_days": {
                "type": "integer",
                "min": 0,
                "max": _MOST_DAYS,
                "label": Label("Days since the last purchase", "距上次购买天数").plain(),
            },
            "purchase_days": {
                "type": "integer",
                "min": 1,
                "max": _MOST_DAYS,
                "label": Label("Purchase days", "购买天数").plain(),
            },
            "monetary": {
                "type": "number",
                "decimals": money_decimals,
                "min": -_MOST_MONEY,
                "max": _MOST_MONEY,
                "label": Label("Money net of returns", "净购买金额").plain(),
            },
        },
        "steps": steps,
    }


def rfm_records(profiles: Mapping[str, Profile]) -> dict[str, dict[str, object]]:
    """Return what the rule set reads of every customer with a purchase in the profile's period, by id.

    >>> rfm_records({})
    {}
    """
    return {customer: profile_record(one, RFM_INPUTS) for customer, one in profiles.items() if one.purchase_days}


def segment_of(code: int, segments: Sequence[Segment] = RFM_SEGMENTS) -> Segment:
    """Return the segment of a code.

    Raises:
        InvalidValueError: no segment has the code.

    >>> segment_of(555).id, segment_of(155).label.zh
    ('champion', '不可流失客户')
    """
    digits = (code // 100, code // 10 % 10, code % 10)
    found = next((one for one in segments if any(box.holds(digits) for box in one.boxes)), None)
    if found is None:
        raise InvalidValueError("no segment has this code", code, hint="give the map that the code was made for")
    return found


def _table(segments: Sequence[Segment], classes: int) -> dict[str, Any]:
    rows = []
    for segment in segments:
        for place, box in enumerate(segment.boxes, start=1):
            ranges = {"recency": box.recency, "frequency": box.frequency, "money": box.monetary}
            when = {name: _cell(one) for name, one in ranges.items() if one is not None and one != (1, classes)}
            row_id = segment.id if len(segment.boxes) == 1 else f"{segment.id}_{place}"
            rows.append({"id": row_id, "when": when, "then": {"segment": segment.id}, "label": segment.label.plain()})
    return {
        "kind": "table",
        "id": "segments",
        "hit": "unique",
        "when": ["recency", "frequency", "money"],
        "outputs": {
            "segment": {
                "type": "choice",
                "options": [segment.id for segment in segments],
                "label": Label("Segment", "客户细分").plain(),
            }
        },
        "rows": rows,
    }


def _cell(ends: tuple[int, int]) -> str:
    return str(ends[0]) if ends[0] == ends[1] else f"[{ends[0]}..{ends[1]}]"


def _prove(segments: Sequence[Segment], classes: int) -> None:
    """Refuse a map that is not total, not unique or not reachable, by trying every code."""
    every = range(1, classes + 1)
    codes = [(recency, frequency, money) for recency in every for frequency in every for money in every]
    owners = {code: [segment.id for segment in segments for box in segment.boxes if box.holds(code)] for code in codes}
    names = [segment.id for segment in segments]
    wrong: list[str] = []
    gaps = [code for code, found in owners.items() if not found]
    if gaps:
        wrong.append(f"{len(gaps)} of {len(owners)} codes belong to no segment: {_shown(gaps)}")
    clashes = [code for code, found in owners.items() if len(found) > 1]
    if clashes:
        both = ", ".join(owners[clashes[0]])
        wrong.append(f"{len(clashes)} codes belong to several: {_shown(clashes)} (the first to {both})")
    reached = {name for found in owners.values() for name in found}
    wrong += [f"no code of {classes} classes belongs to {name!r}" for name in names if name not in reached]
    wrong += [f"{name!r} names two segments" for name in dict.fromkeys(names) if names.count(name) > 1]
    if wrong:
        hint = f"every code of {classes} classes belongs to exactly one segment"
        raise InvalidValueError(f"this segment map is not sound: {'; '.join(wrong)}", hint=hint)


def _shown(codes: Iterable[tuple[int, int, int]]) -> str:
    texts = ["".join(map(str, code)) for code in codes]
    more = f" and {len(texts) - _MOST_SHOWN} more" if len(texts) > _MOST_SHOWN else ""
    return f"{', '.join(texts[:_MOST_SHOWN])}{more}"
