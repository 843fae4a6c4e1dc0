"""Random rule sets as plain data, over the whole grammar, and loaded policies.

Every step is tried as it is drawn. One that the library refuses because a number may outgrow 64 bits is
left out and noted; any other refusal fails the test, since what is drawn here is well formed.
"""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from supplychain_rules.errors import PolicyError, Problem
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, Type
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.policy import Policy
from supplychain_rules.testing.strategies_formulas import Draw, Writer, decimal_text, number_type
from supplychain_rules.testing.strategies_tables import draw_table

__all__ = ["DrawnPolicy", "drawn_policies", "is_honest", "loaded_policies", "policies", "population_policies"]

#: Refusals that a well-formed rule set can meet, because its numbers may be too large or its roots negative.
HONEST_REFUSALS: Final = frozenset(
    {"overflow", "negative_root", "weights_too_fine", "division_by_zero", "too_large", "too_deep"}
)

#: Every input's units stay below this (design, section 2).
INPUT_LIMIT: Final = 2**50

#: Names, some of them words that mean something elsewhere in a rule set.
_NAMES = ("quality", "late_days", "label", "reason", "kind", "weight", "ID", "x1", "value", "when", "method", "spend")

#: Options, some of which a cell must quote.
_OPTIONS = (
    "A",
    "B",
    "A.",
    "C",
    "raw",
    "pack",
    "missing",
    "not",
    "-",
    "true",
    "a,b",
    "A (new)",
    "质量",
    "it's",
    "> 5",
    "a b",
)

#: The output of a scorecard that is its score.
_SCORE = re.compile(r"score_\d+")

_WEIGHTS = ("1", "2", "40", "35", "25", "0.5", "11.1", "25/48", "1/3", 7, 0.25, "0")

_BOUNDS = ((0, 1), (0, 100), (-100, 100), (0, 5), (-1, 0), (7, 7), (0, 1000), (-30, 30))


@attrs.frozen
class DrawnPolicy:
    """A rule set, its policy, and the codes for which some of its drawn steps were left out."""

    data: dict[str, Any]
    policy: Policy
    kept: int
    refused: tuple[str, ...]


@st.composite
def drawn_policies(draw: Draw, *, among_records: bool = False) -> DrawnPolicy:
    """Draw a rule set that loads; its steps compare records with each other only where that is asked for."""
    data: dict[str, Any] = {
        "schema": "supplychain-rules/1",
        "id": "drawn",
        "version": "1",
        "inputs": _inputs(draw),
        "steps": [],
    }
    policy: Policy | None = None
    refused: list[str] = []
    wanted = draw(st.integers(1, 5))
    for place in range(wanted):
        for _ in range(3):  # an honest refusal gets another chance
            scope = _scope(data, policy)
            step, extra = _population_step(draw, place, scope) if among_records else _step(draw, place, scope)
            trial = {**data, "inputs": {**data["inputs"], **extra}, "steps": [*data["steps"], step]}
            try:
                policy = load_policy(trial)
            except PolicyError as error:
                if not all(is_honest(problem) for problem in error.problems):
                    raise AssertionError(f"{error}\n{trial}") from error  # whoever draws here has found a fault of ours
                refused.append(error.problems[0].code)
                continue
            data = trial
            break
    if policy is None:
        name = next(iter(data["inputs"]))
        data["steps"] = [{"kind": "formula", "id": "known", "formula": f"is_missing({name})"}]
        policy = load_policy(data)
    return DrawnPolicy(data, policy, len(data["steps"]), tuple(refused))


def is_honest(problem: Problem) -> bool:
    """Say whether a well-formed rule set can meet a refusal: too large, or a neutral score that is off its scale."""
    return problem.code in HONEST_REFUSALS or problem.path.endswith(".neutral")


def policies() -> st.SearchStrategy[dict[str, Any]]:
    """Draw a rule set as plain data."""
    return drawn_policies().map(lambda drawn: drawn.data)


def loaded_policies() -> st.SearchStrategy[Policy]:
    """Draw a loaded policy."""
    return drawn_policies().map(lambda drawn: drawn.policy)


def population_policies() -> st.SearchStrategy[Policy]:
    """Draw a loaded policy whose steps compare records with each other, with row-wise steps between them."""
    compares = drawn_policies(among_records=True).map(lambda drawn: drawn.policy)
    return compares.filter(lambda policy: bool(policy.program.populations))


def _scope(data: Mapping[str, Any], policy: Policy | None) -> dict[str, Type]:
    """Return what the next step may read."""
    if policy is None:
        only = {**data, "steps": [{"kind": "formula", "id": "zz", "formula": "1"}]}
        program = load_policy(only).program
        return {field.name: field.type for field in program.inputs}
    scope = {field.name: field.type for field in policy.program.inputs}
    formulas = {step["id"] for step in data["steps"] if step["kind"] == "formula"}
    for binding in policy.program.outputs:
        kind = binding.type
        # Which order the merged options of a formula have is the library's business.
        if binding.name in formulas and isinstance(kind, ChoiceType):
            kind = attrs.evolve(kind, ranking=())
        scope[binding.name] = kind
    return scope


# Inputs


def _inputs(draw: Draw) -> dict[str, dict[str, Any]]:
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=5, unique=True))
    return {name: _input(draw) for name in names}


def _input(draw: Draw) -> dict[str, Any]:
    kind = draw(
        st.sampled_from(("number",) * 5 + ("integer", "boolean", "boolean", "choice", "choice", "text", "date"))
    )
    declared: dict[str, Any] = {"type": kind}
    match kind:
        case "number" | "integer":
            declared |= _number(draw, 0 if kind == "integer" else draw(st.integers(0, 9)))
            if kind == "integer":
                del declared["decimals"]
        case "choice":
            declared["options"] = draw(st.lists(st.sampled_from(_OPTIONS), min_size=1, max_size=4, unique=True))
            declared |= {"ordered": True} if draw(st.booleans()) else {}
        case "date":
            low, high = draw(
                st.sampled_from(((None, None), (date(2024, 1, 1), date(2026, 12, 31)), ("1970-01-01", "2100-01-01")))
            )
            declared |= {"min": low, "max": high} if low else {}
    if draw(st.booleans()):
        declared["optional"] = True
    if draw(st.integers(0, 9)) == 0:
        declared |= {"label": {"en": "Quality", "zh": "质量"}, "column": "质量 (%)"}
    return declared


def _number(draw: Draw, decimals: int) -> dict[str, Any]:
    power = 10**decimals
    match draw(st.integers(0, 9)):
        case 0:  # the largest there are
            low, high = -(INPUT_LIMIT - 1), INPUT_LIMIT - 1
        case 1:
            low, high = sorted(draw(st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))))
        case _:
            low, high = (bound * power for bound in draw(st.sampled_from(_BOUNDS)))
            if max(-low, high) >= INPUT_LIMIT:
                low, high = 0, power
    least, most = (decimal_text(Fraction(bound, power)) for bound in (low, high))
    return {"decimals": decimals, "min": least, "max": most}


# Steps


def _step(draw: Draw, place: int, scope: Mapping[str, Type]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a step, and the inputs that it needs besides."""
    writer = Writer(draw, scope)
    numbers = writer.names(NumberType)
    scored = [*numbers, *writer.names(ChoiceType), *writer.names(BooleanType)]
    kinds = ["formula", "formula", "gate", "table", "table"]
    kinds += ["scorecard", "scorecard"] if scored else []
    kinds += ["ladder", "ladder"] if numbers else []
    scores = [name for name in numbers if _SCORE.fullmatch(name)]
    kinds += ["fallback", "nested"] if scores else []
    match writer.pick(kinds):
        case "formula":
            return _formula(writer, place), {}
        case "gate":
            return _gate(writer, place), {}
        case "scorecard":
            return _scorecard(writer, place, scored), {}
        case "fallback":
            return _fallback(writer, place, scores), {}
        case "nested":
            return _scorecard(writer, place, scores, missing="null"), {}
        case "ladder":
            return _ladder(writer, place, numbers)
        case _:
            return draw_table(writer, place), {}


def _population_step(
    draw: Draw, place: int, scope: Mapping[str, Type]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Draw a step that compares records, or any other one."""
    writer = Writer(draw, scope)
    numbers = writer.names(NumberType)
    if not numbers or writer.chance(3):
        return _step(draw, place, scope)
    of = writer.pick(numbers)
    group = {"within": writer.pick(sorted(scope))} if writer.chance(2) else {}
    match writer.pick(("rank", "quantile", "quantile", "share", "peers")):
        case "rank":
            step: dict[str, Any] = {"kind": "rank", "id": f"rank_{place}", "of": of, **group}
            step |= {"order": writer.pick(("ascending", "descending"))} if writer.chance(2) else {}
            step |= {"ties": writer.pick(("min", "max", "dense"))} if writer.chance(2) else {}
        case "quantile":
            step = {"kind": "quantile", "id": f"class_{place}", "of": of, **group}
            step |= {"classes": writer.draw(st.integers(2, 7))} if writer.chance(2) else {}
            step |= {"better": writer.pick(("high", "low"))} if writer.chance(2) else {}
            step |= {"ties": writer.pick(("min", "max"))} if writer.chance(2) else {}
        case "share":
            kinds = {name: scope[name] for name in numbers}
            shared = [name for name, kind in kinds.items() if isinstance(kind, NumberType) and kind.low >= 0]
            step = {"kind": "share", "id": f"share_{place}", "of": writer.pick(shared or numbers), **group}
            step |= {"decimals": writer.draw(st.integers(0, 9))} if writer.chance(2) else {}
        case _:
            step = _scorecard(writer, place, numbers)
            for criterion in step["criteria"]:
                if not writer.chance(3):
                    criterion["value"] = {"kind": "peer_linear", **group}
                    criterion["value"] |= {"better": writer.pick(("high", "low"))} if writer.chance(2) else {}
    return step, {}


def _formula(writer: Writer, place: int) -> dict[str, Any]:
    step: dict[str, Any] = {"kind": "formula", "id": f"formula_{place}"}
    depth = writer.draw(st.integers(0, 3))
    if writer.chance(2):
        step["formula"] = writer.number(depth)
        step |= {"decimals": writer.places()} if writer.chance(3) else {}
    else:
        dates = [Writer.day] if writer.names(DateType) else []
        step["formula"] = writer.pick([Writer.boolean, Writer.boolean, Writer.text, *dates])(writer, depth)
    return step


def _fallback(writer: Writer, place: int, scores: list[str]) -> dict[str, Any]:
    """Draw a formula that reads a score or what stands in for it."""
    score, other = writer.pick(scores), writer.pick(scores)
    text = f"coalesce({score}, {writer.pick(('0', other, f'{other}, 0', writer.literal()))})"
    text = writer.pick(
        (
            text,
            f"-{text}",
            f"{text} - {score}",
            f"{score} + {text} + {other} + {text}",
            f"round({text} * {other}, 2)",
            f"max({text}, {other})",
            f"{text} if {writer.boxed(writer.boolean(1))} else {score}",
        )
    )
    return {"kind": "formula", "id": f"formula_{place}", "formula": text}


def _gate(writer: Writer, place: int) -> dict[str, Any]:
    checks = []
    for number in range(writer.draw(st.integers(1, 3))):
        check: dict[str, Any] = {"id": f"check_{number}", "require": writer.boolean(writer.draw(st.integers(0, 2)))}
        check |= {"if_false": writer.pick(("fail", "refer"))} if writer.chance(2) else {}
        check |= {"if_unknown": writer.pick(("fail", "refer", "pass"))} if writer.chance(2) else {}
        check |= {"reason": {"en": "No valid certificate", "zh": "无有效认证"}} if writer.chance(4) else {}
        checks.append(check)
    return {"kind": "gate", "id": f"gate_{place}", "checks": checks}


def _scorecard(writer: Writer, place: int, scored: list[str], missing: str = "") -> dict[str, Any]:
    method = writer.pick(("weighted_mean", "weighted_mean", "points", "worst_of", "geometric_mean"))
    policies_ = ("null", "worst", "neutral", *([] if method == "points" else ["reweight", "reweight"]))
    missing = missing or writer.pick(policies_)
    criteria: list[dict[str, Any]] = []
    for number in range(writer.draw(st.integers(1, 4))):
        of = writer.pick(scored)
        criterion: dict[str, Any] = {"id": f"criterion_{number}", "of": of}
        value = _value_function(writer, of, positive=method == "geometric_mean")
        criterion |= {} if value is None else {"value": value}
        criterion |= {"weight": writer.pick(_WEIGHTS)} if not writer.chance(6) else {}
        criterion |= {"missing": writer.pick(policies_)} if writer.chance(3) else {}
        if criterion.get("missing", missing) == "neutral" and writer.chance(2):
            criterion["neutral"] = writer.pick(("0", "100", "33.3333", 60))
        criterion |= {"applies": writer.boolean(1)} if writer.chance(4) else {}
        criteria.append(criterion)
    if all(str(criterion.get("weight", 1)) == "0" for criterion in criteria):
        criteria[0]["weight"] = "1"
    step: dict[str, Any] = {"kind": "scorecard", "id": f"score_{place}", "method": method, "criteria": criteria}
    if method == "points" and writer.chance(2):
        step["method"] = {"kind": "points", "start": writer.pick(("100", "-5", "0.5"))}
    step |= {"missing": missing} if missing != "null" or writer.chance(2) else {}
    step |= {"decimals": writer.draw(st.integers(0, 6))} if writer.chance(2) else {}
    step |= {"min_coverage": writer.pick(("0.6", "0.5", "1", "1/3"))} if writer.chance(3) else {}
    return step


def _value_function(writer: Writer, of: str, *, positive: bool) -> dict[str, Any] | None:
    kind = writer.scope[of]
    points = ("0", "100", "60", "33.3333", "12.5", "75", *(() if positive else ("-20",)))
    if not isinstance(kind, NumberType):
        options = kind.options if isinstance(kind, ChoiceType) else ("true", "false")
        named = [option for option in options if not writer.chance(4)]
        value: dict[str, Any] = {"kind": "categories", "points": {option: writer.pick(points) for option in named}}
        return value | ({"otherwise": writer.pick(points)} if len(named) < len(options) or writer.chance(4) else {})
    shapes = ["linear", "linear", "target", "piecewise", "bands"]
    if kind.decimals <= 9 and (kind.low >= 0 or not positive):
        shapes.append("none")
    shape = writer.pick(shapes)
    outside = {"outside": writer.pick(("flat", "missing"))} if writer.chance(3) else {}
    match shape:
        case "none":
            return None
        case "linear":
            ends = _thresholds(writer, kind, 2)
            ends = ends if writer.chance(2) else ends[::-1]
            return {"kind": "linear", "worst": ends[0], "best": ends[1], **outside}
        case "target":
            low, least, most, high = map(Fraction, _thresholds(writer, kind, 4))
            target = writer.pick((least, most))
            tolerances = {"tolerance_below": target - least, "tolerance_above": most - target}
            shown = {key: decimal_text(value) for key, value in tolerances.items() if value}
            fixed = {"target": target, "low": low, "high": high}
            return {"kind": "target", **{k: decimal_text(v) for k, v in fixed.items()}, **shown, **outside}
        case "piecewise":
            xs = _thresholds(writer, kind, writer.draw(st.integers(2, 4)))
            return {"kind": "piecewise", "points": [[x, writer.pick(points)] for x in xs], **outside}
        case _:
            return {"kind": "bands", "bands": _bands(writer, kind, "points", points)}


def _bands(writer: Writer, kind: NumberType, key: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Draw bands, best first; the last one may have a threshold of its own where that takes all the rest."""
    thresholds: list[str | None] = list(_thresholds(writer, kind, writer.draw(st.integers(1, 3))))
    side = writer.pick(("from", "to"))
    thresholds = thresholds[::-1] if side == "from" else thresholds
    edge = Fraction(kind.low if side == "from" else kind.high, 10**kind.decimals)
    last = Fraction(str(thresholds[-1]))
    beyond = edge < last if side == "from" else edge > last
    thresholds.append(decimal_text(edge) if beyond and kind.decimals <= 9 and writer.chance(4) else None)
    return [
        {key: name} | ({} if threshold is None else {side: threshold})
        for name, threshold in zip(names, thresholds, strict=False)
    ]


def _thresholds(writer: Writer, kind: NumberType, count: int) -> list[str]:
    """Draw rising numbers in and about the range of a type."""
    margin = 5
    low, high = kind.low - margin, kind.high + margin
    step = max(1, (high - low) // 20)
    units = writer.draw(
        st.lists(st.integers(0, (high - low) // step), min_size=count, max_size=count, unique=True).map(sorted)
    )
    shift = writer.draw(st.integers(0, step - 1))
    places = min(kind.decimals, 9)
    power = 10 ** (kind.decimals - places)
    found = sorted({(low + shift + unit * step) // power for unit in units})
    while len(found) < count:
        found.append(found[-1] + 1)
    return [decimal_text(Fraction(unit, 10**places)) for unit in found]


def _ladder(writer: Writer, place: int, numbers: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    of = writer.pick(numbers)
    kind = number_type(writer.scope, of)
    name = f"grade_{place}"
    names = ("A", "B", "C", "D") if writer.chance(2) else ("Preferred", "Accepted", "not", "a,b")
    bands = _bands(writer, kind, "name", names)
    step: dict[str, Any] = {"kind": "ladder", "id": name, "of": of, "bands": bands}
    step |= {"if_unknown": "unrated"} if writer.chance(2) else {}
    if not writer.chance(3):
        return step, {}
    known = [band["name"] for band in bands]
    extra: dict[str, Any] = {
        f"was_{place}": {"type": "choice", "options": [*known, "unrated"], "optional": True},
    }
    rule: dict[str, Any] = {"previous": f"was_{place}"}
    unit = Fraction(1, 10 ** min(kind.decimals, 9))
    rule |= {"margin": decimal_text(unit * writer.draw(st.integers(0, 3)))} if writer.chance(2) else {}
    if writer.chance(2):
        extra[f"since_{place}"] = {"type": "integer", "min": -9, "max": 9, "optional": writer.chance(2)}
        rule |= {"held": f"since_{place}", "periods": writer.draw(st.integers(1, 3))}
        rule |= {"periods_up": writer.draw(st.integers(1, 3))} if writer.chance(2) else {}
    return {**step, "hysteresis": rule}, extra
