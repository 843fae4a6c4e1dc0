"""A first draft of a rule set from sample records: the first five minutes, to be edited by its owner.

What can be read off the data is: which inputs there are, of which type, with how many decimals, and
in which range the values lie. What cannot is guessed by plain rules that the draft itself names: the
direction where nobody gave it, the worst and best value (the 10th and the 90th percentile of the
sample), the points of options (50 for each, until the owner says what they are worth).
"""

import math
import numbers
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError, bounded_repr
from supplychain_rules.language.limits import INPUT_LIMIT, MAX_DECIMALS, MAX_OPTION_CHARACTERS
from supplychain_rules.language.naming import did_you_mean, name_problem
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.policy import SCHEMA
from supplychain_rules.values.rounding import divide, round_to_units
from supplychain_rules.values.scaled import MAX_DIGITS, exact_fraction, exact_number, number_text, to_decimal

__all__ = ["Direction", "draft_policy"]

#: Whether more of a value is better or worse.
Direction = Literal["higher", "lower"]

#: Decimals beyond this many are taken for the noise of float arithmetic (0.1 + 0.2), not for data.
USUAL_DECIMALS: Final = 6

#: Digits that even the smallest values keep: a column in millionths still has values that differ.
LEAST_DIGITS: Final = 4

#: Most different texts of a column that make a choice: a list that its owner gives points to by hand.
MAX_DRAFTED_OPTIONS: Final = 12

#: Declared bounds lie this many times beyond the largest value seen: next month's record must fit too.
HEAD_ROOM: Final = 2

#: Share of the weight that must have data before a score is given.
MIN_COVERAGE: Final = "0.6"

#: Units of a scored column stay below this: a straight line multiplies them by two million, within 64 bits.
SCORED_LIMIT: Final = 10**12

#: The best value of a column of which the sample holds none: as if it were a percentage.
NO_DATA_BEST: Final = 100

#: From where to where a number scores: about a tenth of the sample scores 0, and a tenth 100.
_PERCENTILES: Final = (10, 90)

#: What every option scores until its owner decides: the middle, so that none is favoured.
EQUAL_POINTS: Final = "50"

#: Bands of the drafted ladder, best first; D takes the rest.
_BANDS: Final = (("A", "90"), ("B", "75"), ("C", "60"))

#: Words in a column's name that say that less is better.
_LESS_IS_BETTER: Final = frozenset(
    {
        *("cost", "costs", "price", "prices", "late", "lateness", "delay", "delays", "delayed", "overdue", "ppm"),
        *("reject", "rejects", "rejected", "rejection", "rejections", "defect", "defects", "defective"),
        *("complaint", "complaints", "claim", "claims", "scrap", "incident", "incidents"),
    }
)

#: The words of a name: `PPMRate`, `ppm_rate` and `ppmRate` have the same.
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

#: No direction is given.
_NOT_SAID: Final[Mapping[str, Direction]] = MappingProxyType({})

_Plain: TypeAlias = dict[str, Any]


def draft_policy(
    records: Sequence[Mapping[str, object]],
    weights: Mapping[str, object],
    better: Mapping[str, Direction] = _NOT_SAID,
    *,
    policy_id: str = "draft",
    version: str = "1",
) -> dict[str, Any]:
    """Draft a rule set from sample records, as plain data to edit and to give to `load_policy`.

    Every key of the records becomes an input. Numbers get their decimals from the data (at most 6, unless the
    values are tiny) and bounds at twice the largest value seen, 0 and 1 where all values are shares; text reads as
    a number only where the column has a weight. A column is optional where a record lacks it or holds None.

    Every weighted column becomes a criterion of one weighted mean, which leaves missing criteria out as long as 60 %
    of the weight has data; the ladder A (from 90), B (75), C (60), D grades it. A number scores along a straight line
    from the 10th to the 90th percentile of the sample (nearest rank, rounded to a tenth of their distance or finer).
    A boolean scores 100 or 0. **An option scores 50, whichever it is: its owner must set the points.** A number that
    is the same everywhere scores between its declared bounds, one without any data from 0 to 100. The labels say
    what was guessed.

    Args:
        records: at least one sample record; a value is None, a number (text too), a boolean, a text or a date.
        weights: weight of each column that is scored, as numbers or fractions; they need not add up to 100. A float
            is rounded to 6 decimals.
        better: whether `"higher"` or `"lower"` is better, by column. Where it is not said, lower is better for a name
            that speaks of cost, price, lateness, rejects, complaints and the like; higher for all others.
        policy_id: name of the rule set.
        version: its version.

    Returns:
        A rule set that loads; its numbers do not depend on the order of the records.

    Raises:
        InvalidValueError: no records or weights; or names every column and key that cannot be used, and why.
        PolicyError: the drafted rule set does not load, as for a blank `policy_id`.

    >>> sample = [{"on_time": "0.91", "ppm": 120}, {"on_time": "0.97", "ppm": 40}, {"on_time": None, "ppm": 300}]
    >>> draft = draft_policy(sample, {"on_time": 60, "ppm": 40})
    >>> draft["inputs"]["on_time"]
    {'type': 'number', 'decimals': 2, 'min': '0', 'max': '1', 'optional': True}
    >>> [criterion["value"] for criterion in draft["steps"][0]["criteria"]]  # doctest: +NORMALIZE_WHITESPACE
    [{'kind': 'linear', 'worst': '0.91', 'best': '0.97'},
     {'kind': 'linear', 'worst': '300', 'best': '40'}]
    >>> draft["steps"][0]["criteria"][1]["label"]["en"]
    'ppm (lower is better: guessed from the name)'
    """
    names = _names(records)
    _check_arguments(names, weights, better)
    columns, problems = [], []
    for name in names:
        try:
            columns.append(_column(name, [record.get(name) for record in records], is_scored=name in weights))
        except InvalidValueError as error:
            problems.append(str(error))
    problems += _direction_problems(columns, better)
    if problems:
        raise InvalidValueError("no draft can be made: " + "; ".join(problems))
    scored = {column.name: column for column in columns}
    criteria = [_criterion(scored[name], _weight(weight), better.get(name)) for name, weight in weights.items()]
    drafted = _rule_set(columns, criteria, len(records), policy_id, version)
    load_policy(drafted)  # what is handed out loads
    return drafted


@final
@attrs.frozen(kw_only=True)
class _Numbers:
    """What was seen of a column of numbers; nothing where no record has a value."""

    decimals: int
    #: The values in units of the decimals, rising.
    units: tuple[int, ...] = ()
    #: The exact ends: next to nothing below zero is outside of a range from zero on.
    least: Fraction = Fraction(0)
    most: Fraction = Fraction(0)


@final
@attrs.frozen(kw_only=True)
class _Column:
    """A column of the sample: what its values are, and whether a record lacks one."""

    name: str
    kind: Literal["number", "boolean", "choice", "text", "date"]
    optional: bool
    numbers: _Numbers | None = None
    options: tuple[str, ...] = ()


def _names(records: object) -> tuple[str, ...]:
    """Return the names of the columns, in the order in which the records bring them."""
    if not isinstance(records, Sequence) or isinstance(records, str) or not records:
        hint = 'give a list of mappings, as frame.to_dict("records") does'
        raise InvalidValueError("at least one sample record is needed", records, hint)
    names: dict[str, None] = {}
    for place, record in enumerate(records):
        if not isinstance(record, Mapping):
            raise InvalidValueError(f"record {place} is not a mapping", record, hint="give a list of mappings")
        names.update(dict.fromkeys(record))
    bad = [name for name in names if name_problem(name, "") is not None]
    if bad:
        hint = "rename them: ASCII letters, digits and _, no word of the formula language; any text may go into 'label'"
        raise InvalidValueError(f"keys that cannot be names of inputs: {_listed(bad)}", hint=hint)
    spellings = Counter(name.lower() for name in names)
    twice = [name for name in names if spellings[name.lower()] > 1]
    if twice:
        raise InvalidValueError(f"keys that differ by case only: {_listed(twice)}", hint="use one spelling")
    return tuple(names)


def _check_arguments(names: Sequence[str], weights: object, better: Mapping[str, Direction]) -> None:
    if not isinstance(weights, Mapping) or not weights:
        raise InvalidValueError("at least one weight is needed", weights, hint="give {column: weight}")
    _refuse_unknown("weights for columns that no record has", weights, names)
    _refuse_unknown("directions for columns without a weight", better, list(weights))
    for name, direction in better.items():
        if direction not in ("higher", "lower"):
            raise InvalidValueError(f"direction of {name!r}", direction, hint="give 'higher' or 'lower'")
    exact = [_weight(weight) for weight in weights.values()]
    if min(exact) < 0 or max(exact) == 0:
        raise InvalidValueError("weights are not negative, and not all zero", dict(weights))


def _refuse_unknown(what: str, given: Mapping[str, object], known: Sequence[str]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        hint = did_you_mean(unknown[0], known) or f"the records have {_listed(known)}"
        raise InvalidValueError(f"{what}: {_listed(unknown)}", hint=hint)


def _listed(names: Iterable[object]) -> str:
    """List names in one order, each of bounded length."""
    return ", ".join(sorted(bounded_repr(name) for name in names))


def _weight(weight: object) -> Fraction:
    exact = exact_fraction(weight)
    if isinstance(weight, float):
        rounded = Fraction(round_to_units(exact, USUAL_DECIMALS), 10**USUAL_DECIMALS)
        return rounded or exact
    return exact


def _column(name: str, values: Sequence[object], *, is_scored: bool) -> _Column:
    """Say what a column holds.

    Raises:
        InvalidValueError: its values have no one type, or none that can be scored.
    """
    seen = [value for value in values if value is not None]
    optional = len(seen) < len(values)
    shown = f"column {name!r}"
    if not seen:
        empty = _Numbers(decimals=2)
        return _Column(name=name, kind="number" if is_scored else "text", optional=True, numbers=empty)
    if all(_is_boolean(value) for value in seen):
        return _Column(name=name, kind="boolean", optional=optional)
    if is_scored or not all(isinstance(value, str) for value in seen):
        exact = _numbers(shown, seen)
        if exact is not None:
            return _Column(
                name=name, kind="number", optional=optional, numbers=_scaled(shown, seen, exact, is_scored=is_scored)
            )
    if all(_is_day(value) for value in seen):
        if is_scored:
            raise InvalidValueError(f"{shown} holds dates, which have no score", hint="weigh a number of days")
        return _Column(name=name, kind="date", optional=optional)
    texts = [value for value in seen if isinstance(value, str)]
    if len(texts) < len(seen):
        kinds = sorted({type(value).__name__ for value in seen})
        hint = "use one type in a column, numbers, text, booleans or dates without a time, and None for what is missing"
        raise InvalidValueError(f"{shown} holds values that go together as no input", ", ".join(kinds), hint)
    return _text_column(name, texts, optional=optional, is_scored=is_scored)


def _text_column(name: str, texts: Sequence[str], *, optional: bool, is_scored: bool) -> _Column:
    """Tell a choice (few texts, each said again and again, or one that is to be scored) from free text."""
    shown = f"column {name!r}"
    options = tuple(sorted(set(texts)))
    if len(max(options, key=len)) > MAX_OPTION_CHARACTERS:
        hint = "leave the column out of the records"
        raise InvalidValueError(f"{shown} holds a text of more than {MAX_OPTION_CHARACTERS} characters", hint=hint)
    is_short = len(options) <= MAX_DRAFTED_OPTIONS and all(option and option.isprintable() for option in options)
    if is_scored and not is_short:
        what = f"{shown} has a weight and holds {len(options)} different texts that are no numbers"
        hint = f"at most {MAX_DRAFTED_OPTIONS} options can be scored, none empty: give None where a value is missing"
        raise InvalidValueError(what, next((text for text in texts if _number(text) is None), None), hint)
    if is_short and (is_scored or HEAD_ROOM * len(options) <= len(texts)):
        return _Column(name=name, kind="choice", optional=optional, options=options)
    return _Column(name=name, kind="text", optional=optional)


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")  # NumPy's own


def _is_day(value: object) -> bool:
    if isinstance(value, str):
        if len(value) != len("2026-01-31"):
            return False
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    return isinstance(value, date) and not isinstance(value, datetime)


def _numbers(shown: str, values: Sequence[object]) -> list[Fraction] | None:
    """Return the values as exact numbers, or None where they are no numbers."""
    exact: list[Fraction] = []
    for value in values:
        number = _number(value)
        if number is None:
            return None
        if not isinstance(number, Fraction):
            hint = "give a finite number of ordinary size, and None where a value is missing"
            raise InvalidValueError(f"{shown} holds a number that cannot be used", value, hint)
        exact.append(number)
    return exact


def _number(value: object) -> Fraction | Literal["unusable"] | None:
    """Return a number exactly, a float by its shortest text; None for what is none, as when a record is read."""
    match value:
        case bool():
            return None
        case float():
            return Fraction(repr(float(value))) if math.isfinite(value) else "unusable"
        case Decimal():
            expandable = value.is_finite() and (not value or abs(value.adjusted()) <= MAX_DIGITS)
            return Fraction(value) if expandable else "unusable"
        case str():
            try:
                return Fraction(exact_number(value))
            except InvalidValueError:
                return None
        case numbers.Rational():  # an int, a fraction, or an integer of another library
            return Fraction(int(value.numerator), int(value.denominator))
        case numbers.Real():  # a float of another library
            return _number(float(value))
        case _:
            return None


def _scaled(shown: str, seen: Sequence[object], exact: Sequence[Fraction], *, is_scored: bool) -> _Numbers:
    """Count the values in units of the decimals that they have, as far as those are data and fit."""
    limit = SCORED_LIMIT if is_scored else INPUT_LIMIT
    largest = max(map(abs, exact))
    if largest >= limit or _bound(largest) >= limit:
        culprit = next(value for value, number in zip(seen, exact, strict=True) if abs(number) == largest)
        raise InvalidValueError(f"{shown} holds a number that is too large", culprit, hint="count in millions")
    decimals = max(_decimals(value) for value in exact)
    if decimals > USUAL_DECIMALS:
        leading = len(str(round_to_units(largest, MAX_DECIMALS))) - 1 - MAX_DECIMALS  # the first digit's exponent
        decimals = min(decimals, MAX_DECIMALS, max(USUAL_DECIMALS, LEAST_DIGITS - 1 - leading))
    while _bound(largest) * 10**decimals >= limit:
        decimals -= 1
    units = sorted(round_to_units(value, decimals) for value in exact)
    return _Numbers(decimals=decimals, units=tuple(units), least=min(exact), most=max(exact))


def _decimals(value: Fraction) -> int:
    """Return how many decimals a number has; one more than any input may have where it has more."""
    fitting = (places for places in range(MAX_DECIMALS + 1) if 10**places % value.denominator == 0)
    return next(fitting, MAX_DECIMALS + 1)


def _bound(largest: Fraction) -> int:
    """Return a whole number beyond the largest one, of one digit and zeros."""
    beyond = max(1, math.ceil(HEAD_ROOM * largest))
    power: int = 10 ** (len(str(beyond)) - 1)
    return divide(beyond, power, "ceil") * power


def _range(numbers_: _Numbers) -> tuple[int, int]:
    """Return the least and the largest value to declare."""
    if not numbers_.units:
        return 0, NO_DATA_BEST
    least, most = numbers_.least, numbers_.most
    if numbers_.decimals and least >= 0 and most <= 1:
        return 0, 1
    bound = _bound(max(abs(least), abs(most)))
    return (0 if least >= 0 else -bound), (0 if most <= 0 and least < 0 else bound)


def _ends(numbers_: _Numbers) -> tuple[Decimal, Decimal]:
    """Return the lower and the upper end of the line on which a number scores."""
    units, decimals = numbers_.units, numbers_.decimals
    if not units or units[0] == units[-1]:
        low, high = _range(numbers_)
        return Decimal(low), Decimal(high)
    low, high = (units[divide(percent * len(units), 100, "ceil") - 1] for percent in _PERCENTILES)
    if low == high:  # nearly all values are the same one
        low, high = units[0], units[-1]
    step: int = 10 ** max(0, len(str(high - low)) - 2)
    low, high = (divide(end, step) * step for end in (low, high))
    return to_decimal(low, decimals), to_decimal(high, decimals)


def _direction_problems(columns: Iterable[_Column], better: Mapping[str, Direction]) -> list[str]:
    hint = "leave it out and set the points of the options"
    return [
        f"column {column.name!r} has options, which have no direction; {hint}"
        for column in columns
        if column.kind == "choice" and column.name in better
    ]


def _criterion(column: _Column, weight: Fraction, direction: Direction | None) -> _Plain:
    """Draft how a column scores, and say in the label what was guessed."""
    notes: list[tuple[str, str]] = []
    if direction is None and column.kind != "choice":
        words = {word.lower() for word in _WORD.findall(column.name)}
        direction = "lower" if words & _LESS_IS_BETTER else "higher"
        if direction == "lower":
            notes.append(("lower is better: guessed from the name", "按名称推测：越低越好"))
    value: _Plain
    match column.kind:
        case "number":
            assert column.numbers is not None  # noqa: S101  every column of numbers has them
            ends = [number_text(end) for end in _ends(column.numbers)]
            worst, best = ends if direction == "higher" else reversed(ends)
            value = {"kind": "linear", "worst": worst, "best": best}
            if not column.numbers.units:
                notes.append(("no data in the sample: set the bounds", "样本无数据：请设定上下限"))
            elif column.numbers.units[0] == column.numbers.units[-1]:
                notes.append(("the same in every record: set worst and best", "样本数值全部相同：请设定最差值和最佳值"))
        case "boolean":
            points = ("100", "0") if direction == "higher" else ("0", "100")
            value = {"kind": "categories", "points": dict(zip(("true", "false"), points, strict=True))}
        case "choice":
            value = {"kind": "categories", "points": dict.fromkeys(column.options, EQUAL_POINTS)}
            notes.append(
                (f"set the points: every option scores {EQUAL_POINTS}", f"请设定分值：各选项暂均为 {EQUAL_POINTS} 分")
            )
        case "text" | "date":
            raise AssertionError(column)  # refused before
        case _:
            assert_never(column.kind)
    criterion = {"id": column.name, "of": column.name, "weight": number_text(weight), "value": value}
    if notes:
        english, chinese = "; ".join(note[0] for note in notes), "；".join(note[1] for note in notes)
        criterion["label"] = {"en": f"{column.name} ({english})", "zh": f"{column.name}（{chinese}）"}
    return criterion


def _input(column: _Column) -> _Plain:
    declared: _Plain = {"type": column.kind}
    if column.kind == "choice":
        declared["options"] = list(column.options)
    if column.kind == "number" and column.numbers is not None:
        least, most = _range(column.numbers)
        if column.numbers.decimals:
            declared["decimals"] = column.numbers.decimals
        else:
            declared["type"] = "integer"
        declared |= {"min": str(least), "max": str(most)}
    if column.optional:
        declared["optional"] = True
    return declared


def _rule_set(columns: Sequence[_Column], criteria: list[_Plain], count: int, policy_id: str, version: str) -> _Plain:
    taken = {column.name.lower() for column in columns}
    score, grade = _free("score", taken), _free("grade", taken)
    bands: list[_Plain] = [{"name": name, "from": edge} for name, edge in _BANDS]
    return {
        "schema": SCHEMA,
        "id": policy_id,
        "version": version,
        "label": {
            "en": f"Draft from {count} records: check every number",
            "zh": f"根据 {count} 条记录起草：请逐项核对",
        },
        "inputs": {column.name: _input(column) for column in columns},
        "steps": [
            {
                "kind": "scorecard",
                "id": score,
                "method": "weighted_mean",
                "missing": "reweight",
                "min_coverage": MIN_COVERAGE,
                "criteria": criteria,
            },
            {
                "kind": "ladder",
                "id": grade,
                "of": score,
                "bands": [*bands, {"name": "D"}],
                "if_unknown": "unrated",
            },
        ],
    }


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no column has, whatever its case."""
    names = (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
    return next(free for free in names if free not in taken)
