"""How good the facts about a party are, as measurements: completeness, freshness, contradictions.

These look at the facts themselves and at how they stand to each other, not at what happened in a period. So they are
no sums of rows, belong to no period, and are measured of a whole ledger as it was known on a day; their measurements
go into the same records as all others. Where each gap and contradiction lies, the floor of facts says.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, assert_never, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.checks import Checks, Severity, contradictions
from supplychain_rules.facts.completeness import Requirement, Since, completeness, freshness
from supplychain_rules.facts.ledger import KINDS, Fact, Ledger
from supplychain_rules.measures.fields import id_field, label_field
from supplychain_rules.measures.measurement import TOTAL, Measurement
from supplychain_rules.values.label import Label

__all__ = [
    "ContradictionRate",
    "InformationBy",
    "InformationCompleteness",
    "InformationFreshness",
    "InformationMeasure",
    "measure_information",
]

#: What information is measured by.
InformationBy = Literal["supplier", "customer", "total"]

#: Most gaps that a note lists; a longer list is for the floor of facts.
_MOST_LISTED: Final = 5


def _requirements(given: Iterable[Any]) -> tuple[Requirement, ...]:
    requirements = tuple(given)
    for requirement in requirements:
        if not isinstance(requirement, Requirement):
            hint = "write Requirement(kind=Supplier, fields=('country',))"
            raise InvalidValueError("InformationCompleteness.requirements holds no requirement", requirement, hint=hint)
    if not requirements:
        raise InvalidValueError("InformationCompleteness.requirements is empty", hint="require at least one field")
    return requirements


@final
@attrs.frozen(kw_only=True)
class InformationCompleteness:
    """Required fields that are known / required fields, over all facts about a party, from 0 to 1.

    A supplier or customer that other facts mention and that has no fact of its own lacks every field required of its
    kind. The evidence is the number of required fields; the note lists the first gaps.

    Raises:
        InvalidValueError: no requirement.

    >>> from supplychain_rules.facts.parties import Supplier
    >>> wanted = [Requirement(kind=Supplier, fields=("country", "tax_number"))]
    >>> InformationCompleteness(id="known", requirements=wanted).requirements[0].fields
    ('country', 'tax_number')
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: Which fields of which kinds of facts have to be known.
    requirements: tuple[Requirement, ...] = attrs.field(converter=_requirements)


#: Kinds of facts with the age in days at which they are still fresh.
_Ages: TypeAlias = tuple[tuple[type[Fact], int], ...]


def _ages(given: Mapping[type[Fact], int] | Iterable[Any]) -> _Ages:
    if not isinstance(given, (Mapping, tuple)):  # a tuple is what this returned before
        hint = "write {Inspection: 90}"
        raise InvalidValueError("InformationFreshness.max_age_days must be a mapping", given, hint=hint)
    return tuple(sorted(dict(given).items(), key=_kind_name))


def _kind_name(entry: tuple[object, int]) -> str:
    return getattr(entry[0], "__name__", str(entry[0]))


@final
@attrs.frozen(kw_only=True)
class InformationFreshness:
    """Kinds of facts of which the last one about a party is fresh / kinds asked for, from 0 to 1.

    A kind of which there is no fact about the party is not fresh. The evidence is the number of kinds; the note lists
    what is stale and what never was.

    Raises:
        InvalidValueError: no kind, what is no kind of fact, an age out of range, or a choice that does not exist.

    >>> from supplychain_rules.facts.quality import Inspection
    >>> InformationFreshness(id="fresh", max_age_days={Inspection: 90}).since
    'happened'
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: Kinds of facts with the age in days at which they are still fresh, given as a mapping.
    max_age_days: _Ages = attrs.field(converter=_ages)
    #: Whether the age counts from what the fact tells, or from when it became known.
    since: Since = "happened"

    def __attrs_post_init__(self) -> None:
        """Refuse what could not be asked of any ledger."""
        if not self.max_age_days:
            raise InvalidValueError("InformationFreshness.max_age_days is empty", hint="name at least one kind")
        freshness(Ledger(), as_of=date.min, max_age_days=dict(self.max_age_days), since=self.since)


def _severities(given: Iterable[Severity]) -> frozenset[Severity]:
    if isinstance(given, str):  # a text is a collection of letters, which nobody means
        raise InvalidValueError("severities must be a collection", given, hint=f"write ({given!r},)")
    severities = frozenset(given)
    known = get_args(Severity)
    unknown = sorted(str(severity) for severity in severities if severity not in known)
    if unknown or not severities:
        hint = f"expected some of {', '.join(known)}"
        raise InvalidValueError("severities is unknown", unknown[0] if unknown else (), hint=hint)
    return severities


@final
@attrs.frozen(kw_only=True)
class ContradictionRate:
    """Facts about a party that contradict another or common sense / facts about the party, from 0 to 1.

    A fact that several checks find counts once. The evidence is the number of facts in force; the note says how many
    findings there are of each kind.

    Raises:
        InvalidValueError: a severity that does not exist, or none.

    >>> sorted(ContradictionRate(id="contradicting").severities)
    ['error', 'warning']
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: Which contradictions are looked for, and beyond which limits.
    checks: Checks = attrs.field(default=Checks(), validator=attrs.validators.instance_of(Checks))
    #: How grave a finding has to be to count.
    severities: frozenset[Severity] = attrs.field(default=frozenset({"error", "warning"}), converter=_severities)


#: Every kind of measure of information.
InformationMeasure: TypeAlias = InformationCompleteness | InformationFreshness | ContradictionRate


def measure_information(
    measures: Iterable[InformationMeasure], ledger: Ledger, *, by: InformationBy = "supplier", as_of: date
) -> tuple[Measurement, ...]:
    """Measure how good the facts of a ledger are, as they were known on a day.

    Args:
        measures: the definitions; their ids must differ.
        ledger: the facts; those known after `as_of` do not exist.
        by: every supplier, or customer, that a fact mentions; or all facts together.
        as_of: the day of the question.

    Returns:
        The measurements by key, and within one key in the order of `measures`, as `measure` returns them.

    Raises:
        InvalidValueError: two measures with one id, not a measure of information, or an unknown `by`.

    >>> from supplychain_rules.facts.parties import Supplier
    >>> known = InformationCompleteness(id="known", requirements=[Requirement(kind=Supplier, fields=("country",))])
    >>> ledger = Ledger([Supplier(id="V3", country="DE"), Supplier(id="V7")])
    >>> [(found.key, found.value, found.note) for found in measure_information([known], ledger, as_of=date(2026, 3, 1))]
    [('V3', Fraction(1, 1), ''), ('V7', Fraction(0, 1), "missing: suppliers['V7'].country")]
    """
    definitions = _checked(measures)
    if by not in get_args(InformationBy):
        hint = f"expected one of {', '.join(get_args(InformationBy))}"
        raise InvalidValueError("information is not measured by this", by, hint=hint)
    known = ledger.as_of(as_of)
    columns = [_column(definition, known, by, as_of) for definition in definitions]
    return tuple(
        _measurement(definition, key, column.get(key, _Share()))
        for key in _keys(known, by)
        for definition, column in zip(definitions, columns, strict=True)
    )


def _checked(measures: Iterable[Any]) -> tuple[InformationMeasure, ...]:
    definitions = tuple(measures)
    for definition in definitions:
        if not isinstance(definition, (InformationCompleteness, InformationFreshness, ContradictionRate)):
            hint = "a measure of what happened goes to measure(...)"
            raise InvalidValueError("not a measure of information", definition, hint=hint)
    twice = [identity for identity, count in Counter(found.id for found in definitions).items() if count > 1]
    if twice:
        raise InvalidValueError("two measures with one id", twice[0], hint="each measure needs its own id")
    return definitions


@attrs.define
class _Share:
    """What was counted for one key."""

    part: int = 0
    whole: int = 0
    notes: list[str] = attrs.field(factory=list)


def _measurement(definition: InformationMeasure, key: str, share: _Share) -> Measurement:
    value = Fraction(share.part, share.whole) if share.whole else None
    note = "; ".join(share.notes)
    return Measurement(
        measure=definition.id,
        key=key,
        state="no_data" if value is None else "value",
        value=value,
        evidence=share.whole,
        numerator=Fraction(share.part),
        denominator=Fraction(share.whole),
        note=note if value is not None else "there is nothing to ask about",
    )


def _keys(ledger: Ledger, by: InformationBy) -> tuple[str, ...]:
    match by:
        case "supplier":
            return ledger.supplier_ids
        case "customer":
            return ledger.customer_ids
        case "total":
            return (TOTAL,)
        case _:
            assert_never(by)


def _column(definition: InformationMeasure, ledger: Ledger, by: InformationBy, as_of: date) -> dict[str, _Share]:
    """Return what was counted, by party; in total under its own key."""
    match definition:
        case InformationCompleteness():
            return _complete(definition, ledger, by)
        case InformationFreshness():
            return _fresh(definition, ledger, by, as_of)
        case ContradictionRate():
            return _contradicting(definition, ledger, by)
        case _:
            assert_never(definition)


def _complete(definition: InformationCompleteness, ledger: Ledger, by: InformationBy) -> dict[str, _Share]:
    shares: dict[str, _Share] = {}
    gaps: dict[str, list[str]] = {}
    for found in completeness(ledger, definition.requirements):
        if (found.party is None) != (by == "total"):
            continue
        key = TOTAL if found.party is None else found.party
        share = shares.setdefault(key, _Share())
        share.part += found.filled
        share.whole += found.required
        gaps.setdefault(key, []).extend(found.missing)
    for key, missing in gaps.items():
        if missing:
            more = f" and {len(missing) - _MOST_LISTED} more" if len(missing) > _MOST_LISTED else ""
            shares[key].notes.append(f"missing: {', '.join(missing[:_MOST_LISTED])}{more}")
    return shares


def _fresh(definition: InformationFreshness, ledger: Ledger, by: InformationBy, as_of: date) -> dict[str, _Share]:
    parties = {*ledger.supplier_ids, *ledger.customer_ids} if by == "total" else _keys(ledger, by)
    ages = dict(definition.max_age_days)
    shares: dict[str, _Share] = {}
    for found in freshness(ledger, as_of=as_of, max_age_days=ages, since=definition.since, parties=parties):
        share = shares.setdefault(TOTAL if by == "total" else found.party, _Share())
        share.whole += 1
        if found.state == "fresh":
            share.part += 1
        elif by != "total":
            share.notes.append(f"{found.state}: {found.kind}")
    return shares


def _contradicting(definition: ContradictionRate, ledger: Ledger, by: InformationBy) -> dict[str, _Share]:
    def keys(fact: Fact) -> tuple[str, ...]:
        return (TOTAL,) if by == "total" else ledger.parties_of(fact)

    shares: dict[str, _Share] = {}
    for kind in KINDS:
        for fact in ledger.in_force(kind):
            for key in keys(fact):
                shares.setdefault(key, _Share()).whole += 1
    found_in: dict[str, set[tuple[type[Fact], str]]] = {}
    codes: dict[str, Counter[str]] = {}
    for finding in contradictions(ledger, definition.checks):
        if finding.severity in definition.severities:
            first = finding.facts[0]
            for key in keys(first):
                found_in.setdefault(key, set()).add((type(first), first.id))
                codes.setdefault(key, Counter())[finding.code] += 1
    for key, facts in found_in.items():
        shares[key].part = len(facts)
        shares[key].notes.append(", ".join(f"{code}: {count}" for code, count in sorted(codes[key].items())))
    return shares
