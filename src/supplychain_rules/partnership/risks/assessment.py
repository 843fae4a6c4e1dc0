"""Assess a register: each risk before responses, with those that work, and with all; what is wrong; better or worse.

Inherent levels are those before any response. Residual levels count the responses that are in place, and decide what
is due. Target levels count the planned ones too.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.risks.register import Response, Risk, RiskLevels, RiskRegister, RiskReview
from supplychain_rules.partnership.risks.risk_rules import reads_detectability, risk_rules
from supplychain_rules.partnership.risks.scoring import RiskPolicy
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.evaluate import evaluate
from supplychain_rules.rules.policy import Policy
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.label import Label, composed

__all__ = [
    "RiskAssessment",
    "RiskFinding",
    "RiskFindingKind",
    "RiskTrend",
    "assess",
    "register_findings",
    "residual_levels",
    "risk_trends",
]

#: What is wrong with a risk of a register.
RiskFindingKind = Literal["unrated", "no_owner", "no_response", "overdue_response", "target_beyond_appetite"]


@final
@attrs.frozen(kw_only=True)
class RiskAssessment:
    """What a policy says of a risk, before its responses, with those in place, and with all of them."""

    risk: Risk
    inherent: Decision
    residual: Decision
    target: Decision

    @property
    def inherent_class(self) -> str:
        """Return the class before any response."""
        return str(self.inherent["risk_class"])

    @property
    def residual_class(self) -> str:
        """Return the class with the responses that are in place."""
        return str(self.residual["risk_class"])

    @property
    def target_class(self) -> str:
        """Return the class that all responses are to bring."""
        return str(self.target["risk_class"])

    @property
    def due(self) -> str:
        """Return what is due: `accept`, `act` or `assess`."""
        return str(self.residual["due"])

    @property
    def escalate_to(self) -> str | None:
        """Return who is to hear of it; None where nobody is."""
        found = self.residual.get("escalate_to")
        return None if found is None else str(found)

    def to_dict(self) -> dict[str, Any]:
        """Return the assessment as plain data that JSON can keep."""
        return {
            "risk": self.risk.id,
            "inherent": self.inherent.to_dict(),
            "residual": self.residual.to_dict(),
            "target": self.target.to_dict(),
        }


@final
@attrs.frozen(kw_only=True)
class RiskFinding:
    """One thing that is wrong with a risk of a register."""

    kind: RiskFindingKind
    risk: str
    message: Label

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data that JSON can keep."""
        return {"kind": self.kind, "risk": self.risk, "message": {"en": self.message.en, "zh": self.message.zh}}


@final
@attrs.frozen(kw_only=True)
class RiskTrend:
    """How a risk moved between its last two reviews."""

    risk: str
    before: RiskReview
    after: RiskReview
    before_class: str
    after_class: str
    #: `mixed` where the class stayed, and one level rose while another fell.
    direction: Literal["better", "same", "worse", "mixed"]

    def to_dict(self) -> dict[str, Any]:
        """Return the trend as plain data that JSON can keep."""
        return {
            "risk": self.risk,
            "direction": self.direction,
            "reviews": [
                {"on": review.on.isoformat(), "levels": review.levels.to_record(), "risk_class": risk_class}
                for review, risk_class in ((self.before, self.before_class), (self.after, self.after_class))
            ],
        }


def residual_levels(policy: RiskPolicy, risk: Risk, responses: Iterable[Response]) -> RiskLevels:
    """Return the levels of a risk with responses; changes add up and stay on their scales.

    >>> from supplychain_rules.partnership.risks.scoring import SEVERITY_FIRST_EXAMPLE
    >>> policy = RiskPolicy(id="supply", classes=("high", "medium", "low"), appetite="low",
    ...     scoring=SEVERITY_FIRST_EXAMPLE)
    >>> stock = Response(action="stock for six weeks", kind="reduce", impact_change=-2)
    >>> risk = Risk(id="R1", label="fire at the foundry", category="supply", levels=RiskLevels(likelihood=2, impact=5))
    >>> residual_levels(policy, risk, [stock])
    RiskLevels(likelihood=2, impact=3, detectability=None)
    """
    counted = tuple(responses)
    scales = {
        "likelihood": policy.scales.likelihood,
        "impact": policy.scales.impact,
        "detectability": policy.scales.detectability,
    }
    found: dict[str, int | None] = {}
    for name, scale in scales.items():
        level: int | None = getattr(risk.levels, name)
        if level is not None and scale is not None:
            change = sum(getattr(response, f"{name}_change") for response in counted)
            level = min(max(level + change, 1), scale.most)
        found[name] = level
    return RiskLevels(**found)


def assess(policy: RiskPolicy, register: RiskRegister) -> tuple[RiskAssessment, ...]:
    """Assess every risk of a register, the worst residual class first, then in the order of their ids.

    Raises:
        InvalidValueError: a level off its scale, or a category that the policy does not know.

    >>> from supplychain_rules.partnership.risks.scoring import SEVERITY_FIRST_EXAMPLE
    >>> policy = RiskPolicy(id="supply", classes=("high", "medium", "low"), appetite="low",
    ...     scoring=SEVERITY_FIRST_EXAMPLE)
    >>> fire = Risk(id="R1", label="fire at the foundry", category="supply",
    ...     levels=RiskLevels(likelihood=2, impact=5, detectability=4),
    ...     responses=[Response(action="second foundry", kind="reduce", impact_change=-3, in_place=True)])
    >>> (found,) = assess(policy, RiskRegister(id="2026", risks=[fire]))
    >>> found.inherent_class, found.residual_class, found.due
    ('high', 'low', 'accept')
    """
    rules = load_policy(risk_rules(policy))
    found = [_assessed(policy, rules, risk) for risk in register.risks]
    return tuple(sorted(found, key=lambda each: (-policy.rank(each.residual_class), each.risk.id)))


def register_findings(policy: RiskPolicy, register: RiskRegister, *, as_of: date) -> tuple[RiskFinding, ...]:
    """Return what is wrong with a register: who owns nothing, what nobody answers, what is late.

    Args:
        policy: the policy.
        register: the register.
        as_of: the day after which a response is not late yet.
    """
    check_day("as_of", as_of)
    found = []

    def look_at(kind: RiskFindingKind, risk: Risk, english: str, chinese: str) -> None:
        message = composed(f"{risk.id}: {english}", f"{risk.id}：{chinese}")
        found.append(RiskFinding(kind=kind, risk=risk.id, message=message))

    for each in assess(policy, register):
        risk = each.risk
        if each.due == "assess":
            look_at("unrated", risk, "a level is missing", "缺少等级评定")
        if risk.owner is None and each.due != "accept":
            look_at("no_owner", risk, "nobody owns it", "没有负责人")
        if each.due == "act" and not risk.responses:
            look_at(
                "no_response",
                risk,
                f"{each.residual_class} and nobody does anything",
                f"{each.residual_class} 且无应对措施",
            )
        for response in risk.responses:
            if not response.in_place and response.due_on is not None and response.due_on < as_of:
                late = f"{response.action} was due on {response.due_on}"
                look_at("overdue_response", risk, late, f"{response.action} 应于 {response.due_on} 完成")
        if risk.responses and each.target["due"] == "act":
            beyond = f"stays {each.target_class} with all responses"
            look_at("target_beyond_appetite", risk, beyond, f"全部措施之后仍为 {each.target_class}")
    return tuple(found)


def risk_trends(policy: RiskPolicy, register: RiskRegister) -> tuple[RiskTrend, ...]:
    """Return how each risk moved between its last two reviews; one with fewer than two has no trend.

    A better class is better. Within a class all levels must agree: a level that fell while another rose is `mixed`.
    """
    rules = load_policy(risk_rules(policy))
    found = []
    for risk in sorted(register.risks, key=lambda risk: risk.id):
        reviews = sorted((review for review in register.reviews if review.risk == risk.id), key=lambda each: each.on)
        if len(reviews) < 2:
            continue
        before, after = reviews[-2:]
        classes = [str(_decided(policy, rules, risk, review.levels)["risk_class"]) for review in (before, after)]
        found.append(
            RiskTrend(
                risk=risk.id,
                before=before,
                after=after,
                before_class=classes[0],
                after_class=classes[1],
                direction=_direction(policy, classes, before.levels, after.levels),
            )
        )
    return tuple(found)


def _assessed(policy: RiskPolicy, rules: Policy, risk: Risk) -> RiskAssessment:
    working = [response for response in risk.responses if response.in_place]
    return RiskAssessment(
        risk=risk,
        inherent=_decided(policy, rules, risk, risk.levels),
        residual=_decided(policy, rules, risk, residual_levels(policy, risk, working)),
        target=_decided(policy, rules, risk, residual_levels(policy, risk, risk.responses)),
    )


def _decided(policy: RiskPolicy, rules: Policy, risk: Risk, levels: RiskLevels) -> Decision:
    record: dict[str, object] = dict(levels.to_record())
    for name, scale in (
        ("likelihood", policy.scales.likelihood),
        ("impact", policy.scales.impact),
        ("detectability", policy.scales.detectability),
    ):
        level = record.get(name)
        if scale is not None and isinstance(level, int) and level > scale.most:
            raise InvalidValueError(f"{name} of {risk.id} is off its scale", level, hint=f"1 to {scale.most}")
    if policy.scales.detectability is None or not reads_detectability(policy.scoring):
        record.pop("detectability", None)
    if policy.categories:
        if risk.category not in policy.categories:
            hint = f"expected one of {', '.join(policy.categories)}"
            raise InvalidValueError(f"the category of {risk.id} is unknown", risk.category, hint=hint)
        record["category"] = risk.category
    return evaluate(rules, record)


def _direction(
    policy: RiskPolicy, classes: Sequence[str], before: RiskLevels, after: RiskLevels
) -> Literal["better", "same", "worse", "mixed"]:
    first, last = (policy.rank(each) for each in classes)
    if first != last:
        return "better" if last < first else "worse"
    one, other = before.to_record(), after.to_record()
    moves = {(other[name] > one[name]) - (other[name] < one[name]) for name in one.keys() & other.keys()}
    if {1, -1} <= moves:
        return "mixed"
    return "worse" if 1 in moves else "better" if -1 in moves else "same"
