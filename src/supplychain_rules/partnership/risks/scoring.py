"""How a risk is classed: by a matrix, by the risk priority number (RPN) with a gate, or severity first, by tables.

A product of levels forgets what it was made of: 9 × 3 × 5 and 5 × 9 × 3 are both 135, and only one of them may kill.
Hence the gate of `RpnBands`, and `SeverityFirst`, where impact is looked at before anything else. What is not rated is
`unrated`, and never low.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise, product
from types import MappingProxyType
from typing import Any, Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.facts.fields import each_is_a, is_a, is_id, is_optional_a, several, text_set
from supplychain_rules.partnership.risks.register import FIVE_LEVELS, RiskScales
from supplychain_rules.values.label import Label
from supplychain_rules.values.plain_data import dump_plain, load_plain
from supplychain_rules.values.scaled import check_whole

__all__ = [
    "RISK_POLICY_SCHEMA",
    "SEVERITY_FIRST_EXAMPLE",
    "UNRATED",
    "Escalation",
    "RiskMatrix",
    "RiskPolicy",
    "RiskScoring",
    "RpnBand",
    "RpnBands",
    "SeverityFirst",
    "SeverityRow",
    "dump_risk_policy",
    "load_risk_policy",
]

#: The format of a risk policy as plain data.
RISK_POLICY_SCHEMA: Final = "supplychain-rules/risk-policy/1"

#: The class of a risk of which a level is missing.
UNRATED: Final = "unrated"


def _rows(given: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(several(row) for row in several(given))


@final
@attrs.frozen(kw_only=True)
class RiskMatrix:
    """A class for each likelihood and impact: a row for each likelihood, 1 first, in it a class for each impact."""

    rows: tuple[tuple[str, ...], ...] = attrs.field(converter=_rows)


@final
@attrs.frozen(kw_only=True)
class RpnBand:
    """From which product on a risk has a class."""

    from_rpn: int
    risk_class: str = attrs.field(validator=is_id)

    def __attrs_post_init__(self) -> None:
        """Refuse what no product reaches."""
        check_whole("from_rpn", self.from_rpn, least=1, most=1_000)


@final
@attrs.frozen(kw_only=True)
class RpnBands:
    """Classes by likelihood × impact × detectability, the highest product first; below the last band the best class.

    A risk of an impact of `gate_impact` or more is of `gate_class` at least, whatever its product.
    """

    bands: tuple[RpnBand, ...] = attrs.field(converter=several, validator=each_is_a(RpnBand))
    gate_impact: int | None = None
    gate_class: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse bands out of order, and half a gate."""
        for one, other in pairwise(self.bands):
            if other.from_rpn >= one.from_rpn:
                raise InvalidValueError("bands stand from the highest product on", other.from_rpn)
        if (self.gate_impact is None) != (self.gate_class is None):
            raise InvalidValueError("a gate has an impact and a class", self.gate_impact or self.gate_class)
        if self.gate_impact is not None:
            check_whole("gate_impact", self.gate_impact, least=1, most=10)


@final
@attrs.frozen(kw_only=True)
class SeverityRow:
    """A row: the least impact, likelihood and detectability at which it holds, and the class."""

    impact: int
    likelihood: int = 1
    detectability: int = 1
    risk_class: str = attrs.field(validator=is_id)

    def __attrs_post_init__(self) -> None:
        """Refuse what no level reaches."""
        for name in ("impact", "likelihood", "detectability"):
            check_whole(name, getattr(self, name), least=1, most=10)


@final
@attrs.frozen(kw_only=True)
class SeverityFirst:
    """Rows from the top, the first that holds decides; where none does, the best class."""

    rows: tuple[SeverityRow, ...] = attrs.field(converter=several, validator=each_is_a(SeverityRow))


#: How risks are classed.
RiskScoring: TypeAlias = RiskMatrix | RpnBands | SeverityFirst

#: A severity-first table of our own for the scales `FIVE_LEVELS` and the classes high, medium and low. It is not the
#: action priority of the AIAG & VDA handbook; whoever works by that types its table in.
SEVERITY_FIRST_EXAMPLE: Final = SeverityFirst(
    rows=(
        SeverityRow(impact=5, likelihood=2, risk_class="high"),
        SeverityRow(impact=5, risk_class="medium"),
        SeverityRow(impact=4, likelihood=4, risk_class="high"),
        SeverityRow(impact=4, likelihood=3, detectability=4, risk_class="high"),
        SeverityRow(impact=4, likelihood=2, risk_class="medium"),
        SeverityRow(impact=3, likelihood=5, detectability=4, risk_class="high"),
        SeverityRow(impact=3, likelihood=3, risk_class="medium"),
        SeverityRow(impact=2, likelihood=5, risk_class="medium"),
    )
)


@final
@attrs.frozen(kw_only=True)
class Escalation:
    """Who is told of a risk of a class beyond the appetite, and within how many days."""

    risk_class: str = attrs.field(validator=is_id)
    to: str = attrs.field(validator=is_id)
    within_days: int = 30

    def __attrs_post_init__(self) -> None:
        """Refuse what is no time."""
        check_whole("within_days", self.within_days, least=0, most=366)


def _frozen(given: Mapping[str, str]) -> Mapping[str, str]:
    if not isinstance(given, Mapping):
        raise InvalidValueError("appetite must be a mapping", given, hint='write {"safety": "low"}')
    return MappingProxyType(dict(given))


@final
@attrs.frozen(kw_only=True, eq=False)
class RiskPolicy:
    """How risks are classed, which of them are accepted, and who hears of the others.

    Raises:
        InvalidValueError: classes, a matrix or rows that do not fit each other, or a class where a higher level gives a
            better one.
    """

    id: str = attrs.field(validator=is_id)
    version: str = attrs.field(default="1", validator=is_id)
    #: The classes, worst first.
    classes: tuple[str, ...] = attrs.field(converter=several)
    scales: RiskScales = attrs.field(default=FIVE_LEVELS, validator=is_a(RiskScales))
    scoring: RiskScoring = attrs.field(validator=is_a(RiskMatrix, RpnBands, SeverityFirst))
    #: The categories of risks.
    categories: tuple[str, ...] = attrs.field(default=(), converter=several)
    #: The worst class that is accepted without a response, in every category and in those that say otherwise.
    appetite: str = attrs.field(validator=is_id)
    appetite_of: Mapping[str, str] = attrs.field(factory=dict, converter=_frozen)
    escalations: tuple[Escalation, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Escalation))
    label: Label | None = attrs.field(default=None, validator=is_optional_a(Label))

    def __attrs_post_init__(self) -> None:
        """Refuse what does not fit together."""
        _check_names(self)
        match self.scoring:
            case RiskMatrix():
                _check_matrix(self, self.scoring)
            case RpnBands():
                _check_bands(self, self.scoring)
            case SeverityFirst():
                _check_rows(self, self.scoring)
            case _:
                assert_never(self.scoring)

    def rank(self, risk_class: str) -> int:
        """Return how bad a class is: 1 for the best, and more for worse; `unrated` is worse than all.

        Raises:
            InvalidValueError: no class of the policy.
        """
        if risk_class == UNRATED:
            return len(self.classes) + 1
        _check_class(self, risk_class, "rank")
        return len(self.classes) - self.classes.index(risk_class)

    def __eq__(self, other: object) -> bool:
        """Compare field by field, appetites whatever their order."""
        if not isinstance(other, RiskPolicy):
            return NotImplemented
        return dump_risk_policy(self) == dump_risk_policy(other)

    def __hash__(self) -> int:
        """Hash what equal policies share."""
        return hash((self.id, self.version, self.classes))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only mapping cannot be pickled."""
        return load_risk_policy, (dump_risk_policy(self),)


def load_risk_policy(data: Mapping[str, object]) -> RiskPolicy:
    """Read a risk policy from plain data; `scoring` names its `kind`: risk_matrix, rpn_bands or severity_first.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> policy = load_risk_policy({"schema": RISK_POLICY_SCHEMA, "id": "supply", "classes": ["high", "low"],
    ...     "appetite": "low", "scoring": {"kind": "severity_first", "rows": [{"impact": 4, "risk_class": "high"}]}})
    >>> policy.scoring.rows[0].impact
    4
    """
    return load_plain(RiskPolicy, data, schema=RISK_POLICY_SCHEMA)


def dump_risk_policy(policy: RiskPolicy) -> dict[str, Any]:
    """Return a risk policy as plain data; what is as by default is left out."""
    return dump_plain(policy, schema=RISK_POLICY_SCHEMA)


def _check_names(policy: RiskPolicy) -> None:
    for what, names in (("class", policy.classes), ("category", policy.categories)):
        for name in text_set(names, f"each {what}"):
            if '"' in name or name == "missing":  # a table reads both as something else
                raise InvalidValueError(f"a {what} has no quotation mark, and is not 'missing'", name)
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidValueError(f"a {what} stands twice", twice[0])
    if len(policy.classes) < 2 or UNRATED in policy.classes:
        raise InvalidValueError(f"classes are at least two, and none is {UNRATED!r}", list(policy.classes))
    _check_class(policy, policy.appetite, "appetite")
    for category, risk_class in policy.appetite_of.items():
        if category not in policy.categories:
            hint = did_you_mean(category, policy.categories)
            raise InvalidValueError("an appetite for no category of the policy", category, hint=hint)
        _check_class(policy, risk_class, "appetite_of")
    for escalation in policy.escalations:
        _check_class(policy, escalation.risk_class, "escalations")
    escalated = [escalation.risk_class for escalation in policy.escalations]
    if len(set(escalated)) < len(escalated):
        raise InvalidValueError("a class is escalated twice", escalated)


def _check_class(policy: RiskPolicy, risk_class: str, where: str) -> None:
    if risk_class not in policy.classes:
        hint = did_you_mean(risk_class, policy.classes)
        raise InvalidValueError(f"{where} names no class of the policy", risk_class, hint=hint)


def _check_matrix(policy: RiskPolicy, matrix: RiskMatrix) -> None:
    height, width = policy.scales.likelihood.most, policy.scales.impact.most
    if len(matrix.rows) != height or any(len(row) != width for row in matrix.rows):
        hint = f"a row for each of {height} likelihoods, in it a class for each of {width} impacts"
        raise InvalidValueError("the matrix does not fit the scales", [len(row) for row in matrix.rows], hint=hint)
    for row in matrix.rows:
        for risk_class in row:
            _check_class(policy, risk_class, "scoring")
    columns = tuple(zip(*matrix.rows, strict=True))
    for line in (*matrix.rows, *columns):
        for one, other in pairwise(line):
            if policy.rank(other) < policy.rank(one):
                hint = "a higher level never gives a better class"
                raise InvalidValueError(f"the matrix goes from {one} to {other}", list(line), hint=hint)


def _check_bands(policy: RiskPolicy, scoring: RpnBands) -> None:
    if policy.scales.detectability is None:
        raise InvalidValueError("a risk priority number needs a scale of detectability", policy.id)
    for band in scoring.bands:
        _check_class(policy, band.risk_class, "scoring")
    for one, other in pairwise(scoring.bands):
        if policy.rank(other.risk_class) >= policy.rank(one.risk_class):
            raise InvalidValueError("a lower band has a better class", other.risk_class)
    if scoring.gate_class is not None:
        _check_class(policy, scoring.gate_class, "gate_class")


def _check_rows(policy: RiskPolicy, scoring: SeverityFirst) -> None:
    scales = policy.scales
    for place, row in enumerate(scoring.rows):
        _check_class(policy, row.risk_class, f"rows[{place}]")
        for name, scale in (("likelihood", scales.likelihood), ("impact", scales.impact)):
            if getattr(row, name) > scale.most:
                raise InvalidValueError(f"rows[{place}].{name} is off its scale", getattr(row, name))
        most = 1 if scales.detectability is None else scales.detectability.most
        if row.detectability > most:
            raise InvalidValueError(f"rows[{place}].detectability is off its scale", row.detectability)
    _check_monotone(policy, scoring)


def _check_monotone(policy: RiskPolicy, scoring: SeverityFirst) -> None:
    """Refuse rows by which a worse level gives a better class, by looking at every level: a thousand at most."""
    scales = policy.scales
    detectabilities = 1 if scales.detectability is None else scales.detectability.most

    def ranked(levels: tuple[int, int, int]) -> int:
        for row in scoring.rows:
            if all(level >= least for level, least in zip(levels, _least(row), strict=True)):
                return policy.rank(row.risk_class)
        return 1

    ranges = (range(1, scales.impact.most + 1), range(1, scales.likelihood.most + 1), range(1, detectabilities + 1))
    ranks = {levels: ranked(levels) for levels in product(*ranges)}
    for levels, rank in ranks.items():
        for place in range(3):
            worse = (levels[0] + (place == 0), levels[1] + (place == 1), levels[2] + (place == 2))
            if ranks.get(worse, rank) < rank:
                text = "impact {}, likelihood {}, detectability {}".format(*worse)
                hint = "put the rows of the greater impact first, and let none of them give a better class"
                raise InvalidValueError("a worse level gives a better class", text, hint=hint)


def _least(row: SeverityRow) -> tuple[int, int, int]:
    return row.impact, row.likelihood, row.detectability
