"""A scorecard: criteria, each a value, a value function and a weight, become one score.

Beside the score `s` it yields `s_coverage` (the share of the weight whose data is present), `s_low`
and `s_high` (what the missing criteria leave open). Every criterion's score is rounded half up to 4
decimals, then the total once to the scorecard's own.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.limits import MAX_DECIMALS
from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Branch,
    Call,
    Case,
    Compare,
    Expression,
    Missing,
    Name,
    Not,
    Number,
    Or,
    Product,
    Round,
    RoundDivide,
    Sum,
    case,
)
from supplychain_rules.language.types import BooleanType, NumberType, Type, describe_type
from supplychain_rules.rules.lowering import Lowering, inner
from supplychain_rules.rules.methods import whole_weights
from supplychain_rules.rules.strategies import SCORE_DECIMALS, ScoringMethod, Strategies, Term
from supplychain_rules.values.label import Label
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

__all__ = ["Criterion", "MissingPolicy", "ScorecardStep", "Tagged", "lower_scorecard", "method_terms"]

#: What a scorecard does with a criterion whose value is missing.
MissingPolicy = Literal["reweight", "null", "worst", "neutral"]

#: The score of a missing criterion under `neutral` where the rule set gives none.
NEUTRAL: Final = Decimal(50)

#: Coverage is compared exactly, and shown to this many decimals.
COVERAGE_DECIMALS: Final = 4


@final
@attrs.frozen
class Tagged:
    """A strategy's kind and its spec."""

    kind: str
    spec: object


@final
@attrs.frozen(kw_only=True)
class Criterion:
    """One line of a scorecard: the value it reads, how that scores, and what it weighs."""

    id: str
    of: str
    weight: Fraction = Fraction(1)
    #: Without a value function the number itself is the score, as for a nested scorecard.
    value: Tagged | None = None
    missing: MissingPolicy | None = None
    #: The score that stands in for a missing one under `neutral`.
    neutral: Decimal | None = None
    #: The criterion applies unless this is surely false; then it leaves the denominator too.
    applies: Expression | None = None
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class ScorecardStep:
    """Criteria, the method that combines them, and what happens to missing ones."""

    id: str
    criteria: tuple[Criterion, ...]
    method: Tagged
    decimals: int = 2
    missing: MissingPolicy = "null"
    min_coverage: Fraction = Fraction(0)
    label: Label | None = None
    kind: Literal["scorecard"] = attrs.field(default="scorecard", init=False)


def lower_scorecard(step: ScorecardStep, path: str, lowering: Lowering, strategies: Strategies) -> None:
    """Bind every criterion's score, then the total, the coverage and the interval."""
    before = len(lowering.problems)
    method = strategies.method(step.method.kind)
    assert method is not None  # noqa: S101  the codec refused unknown kinds
    _check(step, method, path, lowering)
    kinds = [_lower_criterion(step, place, path, lowering, strategies) for place in range(len(step.criteria))]
    known = [kind for kind in kinds if kind is not None]
    if len(known) < len(kinds) or len(lowering.problems) > before or not known:
        _poison(step, lowering)
        return
    weights = whole_weights(tuple(criterion.weight for criterion in step.criteria))
    present, total = _present(step, weights, lowering), _applicable(step, weights)
    terms = method_terms(step, lowering)
    score = method.combine(step.method.spec, terms, step.decimals)
    refusals = _refusals(step, present, total)
    if refusals:
        score = case((Branch(refusals[0] if len(refusals) == 1 else Or(tuple(refusals)), Missing()),), score)
    if lowering.bind(step.id, score, path) is None:  # the rest would only repeat what is wrong with it
        _poison(step, lowering)
        return
    _narrow(step.id, step, method, known, lowering)
    if method.contribute is not None:
        exact = inner(inner(step.id, "total"), "exact")  # no criterion has an inner part of that name
        lowering.bind(exact, method.combine(step.method.spec, terms, SCORE_DECIMALS), path, lazy=True)
        shares = method.contribute(step.method.spec, terms, Name(exact))
        for term, share in zip(terms, shares, strict=True):
            lowering.bind(inner(step.id, f"{term.id}.contribution"), share, path, lazy=True)
    coverage = RoundDivide(present, total, COVERAGE_DECIMALS)
    lowering.output(f"{step.id}_coverage", coverage, path, lazy=True)
    for ending, side in (("_low", 0), ("_high", 1)):
        filled = tuple(_filled(step, place, kinds[place], side) for place in range(len(step.criteria)))
        bound = method.combine(step.method.spec, filled, step.decimals)
        lowering.output(f"{step.id}{ending}", bound, path, lazy=True)
        _narrow(f"{step.id}{ending}", step, method, known, lowering)


def method_terms(step: ScorecardStep, lowering: Lowering) -> tuple[Term, ...]:
    """Return the criteria as the scoring method sees them: substituted where the missing policy says so."""
    terms = []
    for criterion in step.criteria:
        name = inner(step.id, f"{criterion.id}.used")
        if name not in lowering.scope:
            name = inner(step.id, criterion.id)
        kind = lowering.scope[name]
        assert isinstance(kind, NumberType)  # noqa: S101  bound as a score before
        highest = to_decimal(kind.high, kind.decimals)
        term = Term(id=criterion.id, score=Name(name), weight=criterion.weight, optional=kind.optional, highest=highest)
        terms.append(term)
    return tuple(terms)


def _narrow(name: str, step: ScorecardStep, method: ScoringMethod, kinds: list[NumberType], lowering: Lowering) -> None:
    """Bound an average by the scores it is the average of: what reads it next must not reckon with more."""
    kind = lowering.scope[name]
    if method.averages and isinstance(kind, NumberType):
        scale = 10**SCORE_DECIMALS
        low = round_to_units(Fraction(min(score.low for score in kinds), scale), step.decimals)
        high = round_to_units(Fraction(max(score.high for score in kinds), scale), step.decimals)
        lowering.retype(name, attrs.evolve(kind, low=low, high=high))


def _poison(step: ScorecardStep, lowering: Lowering) -> None:
    for ending in ("", "_coverage", "_low", "_high"):
        lowering.poison(step.id + ending)


def policy_of(step: ScorecardStep, criterion: Criterion) -> MissingPolicy:
    """Return the missing policy of a criterion: its own, else the scorecard's."""
    return criterion.missing or step.missing


def _check(step: ScorecardStep, method: ScoringMethod, path: str, lowering: Lowering) -> None:
    if not step.criteria:
        lowering.refuse("empty", f"{path}.criteria", "a scorecard needs at least one criterion")
    for place, criterion in enumerate(step.criteria):
        where = f"{path}.criteria[{place}]"
        if criterion.weight < 0:
            lowering.refuse("bad_value", f"{where}.weight", "a weight is not negative", str(criterion.weight))
        if policy_of(step, criterion) == "reweight" and not method.reweights:
            hint = "choose null, worst, or neutral with a value: leaving points out would change the scale"
            lowering.refuse("bad_value", f"{where}.missing", f"{method.kind} cannot reweight", "reweight", hint)
        if criterion.neutral is not None and policy_of(step, criterion) != "neutral":
            lowering.refuse("bad_value", f"{where}.neutral", "only missing = 'neutral' uses this value")
    if step.criteria and all(criterion.weight == 0 for criterion in step.criteria):
        lowering.refuse("bad_value", f"{path}.criteria", "all weights are zero")
    if not 0 <= step.min_coverage <= 1:
        lowering.refuse("bad_value", f"{path}.min_coverage", "a coverage lies between 0 and 1", str(step.min_coverage))
    if not 0 <= step.decimals <= MAX_DECIMALS:
        message = f"decimals are a whole number from 0 to {MAX_DECIMALS}"
        lowering.refuse("bad_decimals", f"{path}.decimals", message, step.decimals)


def _lower_criterion(
    step: ScorecardStep, place: int, path: str, lowering: Lowering, strategies: Strategies
) -> NumberType | None:
    """Bind a criterion's score, and its substitute where a missing one is replaced; return the score's type."""
    criterion = step.criteria[place]
    where = f"{path}.criteria[{place}]"
    kind = lowering.known(criterion.of, f"{where}.of")
    if criterion.applies is not None:
        applies = lowering.bind(_applies(step, criterion), criterion.applies, f"{where}.applies")
        if applies is None:
            return None
        if not isinstance(applies, BooleanType):
            message = f"a condition is needed here, not {describe_type(applies)}"
            lowering.refuse("type_mismatch", f"{where}.applies", message, hint="write one, as in spend > 0")
            return None
    if kind is None:
        return None
    score = _score(step, criterion, kind, where, lowering, strategies)
    if score is None:
        return None
    name = inner(step.id, criterion.id)
    bound = lowering.bind(name, Round(score, SCORE_DECIMALS), f"{where}.value")
    if not isinstance(bound, NumberType):
        return None
    substitute = _substitute(step, criterion, bound)
    low, high = to_decimal(bound.low, bound.decimals), to_decimal(bound.high, bound.decimals)
    if substitute is not None and not low <= substitute <= high:
        hint = f"give a 'neutral' from {low} to {high}"
        lowering.refuse("bad_value", f"{where}.neutral", "the neutral score is off the scale", str(substitute), hint)
        return None
    used: Expression = Name(name)
    if substitute is not None and bound.optional:
        used = Call("coalesce", (used, Number(substitute)))
    if criterion.applies is not None:
        used = Case((Branch(Not(Name(_applies(step, criterion))), Missing()),), used)
    if used != Name(name):
        lowering.bind(inner(step.id, f"{criterion.id}.used"), used, f"{where}.value")
    return bound


def _score(  # noqa: PLR0913, PLR0917  what a score is made of
    step: ScorecardStep, criterion: Criterion, kind: Type, where: str, lowering: Lowering, strategies: Strategies
) -> Expression | None:
    if criterion.value is None:
        if isinstance(kind, NumberType):
            return Name(criterion.of)
        hint = "give a value function of kind 'categories'"
        what = f"{describe_type(kind)} is not a score by itself"
        lowering.refuse("type_mismatch", f"{where}.of", what, criterion.of, hint)
        return None
    strategy = strategies.value_function(criterion.value.kind)
    assert strategy is not None  # noqa: S101  the codec refused unknown kinds
    peers: tuple[Expression, ...] = ()
    if strategy.among_peers:
        if not isinstance(kind, NumberType):
            message = f"only numbers can be compared with those of peers, not {describe_type(kind)}"
            lowering.refuse("type_mismatch", f"{where}.of", message, criterion.of, "give a fixed value function")
            return None
        within = lowering.group(getattr(criterion.value.spec, "within", None), f"{where}.value.within")
        if within is None:
            return None
        ends: tuple[Literal["least"], Literal["largest"]] = ("least", "largest")
        peers = tuple(
            lowering.compare(peer_name(step.id, criterion.id, end), end, criterion.of, f"{where}.value", within=within)
            for end in ends
        )
    try:
        return strategy.lower(criterion.value.spec, Name(criterion.of), kind, *peers)
    except InvalidValueError as error:
        lowering.refuse("bad_value", f"{where}.value", error.what, error.value, error.hint)
        return None


def peer_name(step: str, criterion: str, end: Literal["least", "largest"]) -> str:
    """Return the population that holds one end of a criterion's values."""
    return inner(step, f"{criterion}.{end}")


def _applies(step: ScorecardStep, criterion: Criterion) -> str:
    return inner(step.id, f"{criterion.id}.applies")


def _substitute(step: ScorecardStep, criterion: Criterion, kind: NumberType) -> Decimal | None:
    match policy_of(step, criterion):
        case "worst":
            return to_decimal(kind.low, kind.decimals)
        case "neutral":
            return NEUTRAL if criterion.neutral is None else criterion.neutral
        case "reweight" | "null":
            return None


def _counted(step: ScorecardStep, criterion: Criterion, weight: int, *, needs_data: bool, optional: bool) -> Expression:
    """Return the weight, or 0 where the criterion does not apply or (if asked) has no data."""
    absent: list[Expression] = []
    if criterion.applies is not None:
        absent.append(Not(Name(_applies(step, criterion))))
    if needs_data and optional:
        absent.append(Call("is_missing", (Name(inner(step.id, criterion.id)),)))
    counted = Number(Decimal(weight))
    if not absent:
        return counted
    return Case((Branch(absent[0] if len(absent) == 1 else Or(tuple(absent)), Number(Decimal(0))),), counted)


def _present(step: ScorecardStep, weights: tuple[int, ...], lowering: Lowering) -> Expression:
    parts = []
    for criterion, weight in zip(step.criteria, weights, strict=True):
        kind = lowering.scope[inner(step.id, criterion.id)]
        optional = kind is None or kind.optional
        parts.append(_counted(step, criterion, weight, needs_data=True, optional=optional))
    return _added(parts)


def _applicable(step: ScorecardStep, weights: tuple[int, ...]) -> Expression:
    if all(criterion.applies is None for criterion in step.criteria):
        return Number(Decimal(sum(weights)))
    pairs = zip(step.criteria, weights, strict=True)
    return _added([_counted(step, criterion, weight, needs_data=False, optional=True) for criterion, weight in pairs])


def _refusals(step: ScorecardStep, present: Expression, total: Expression) -> list[Expression]:
    """Return the conditions under which the score is missing, whatever the method says."""
    refusals: list[Expression] = []
    for criterion in step.criteria:
        if policy_of(step, criterion) == "null":
            lacks: Expression = Call("is_missing", (Name(inner(step.id, criterion.id)),))
            if criterion.applies is not None:  # unknown whether it applies: it does
                applies = Call("coalesce", (Name(_applies(step, criterion)), Boolean(value=True)))
                lacks = And((applies, lacks))
            refusals.append(lacks)
    if step.min_coverage > 0:
        share = step.min_coverage
        have = Product((Number(Decimal(share.denominator)), present))
        need = Product((Number(Decimal(share.numerator)), total))
        refusals.append(Compare("<", have, need))
    return refusals


def _filled(step: ScorecardStep, place: int, kind: NumberType | None, side: int) -> Term:
    """Return a criterion with its missing score at the least (0) or largest (1) it could be."""
    criterion = step.criteria[place]
    assert kind is not None  # noqa: S101  lower_scorecard stops before where a criterion was refused
    name = Name(inner(step.id, criterion.id))
    bound = Number(to_decimal((kind.low, kind.high)[side], kind.decimals))
    score: Expression = Call("coalesce", (name, bound)) if kind.optional else name
    if criterion.applies is not None:
        score = Case((Branch(Not(Name(_applies(step, criterion))), Missing()),), score)
    return Term(
        id=criterion.id,
        score=score,
        weight=criterion.weight,
        optional=criterion.applies is not None,
        highest=to_decimal(kind.high, kind.decimals),
    )


def _added(parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))
