"""Proposals for joint innovation as a rule set: what knocks a proposal out, how good it is, and what follows.

A proposal is first held against a gate: who owns what comes of it is agreed, both sides name a sponsor, nothing forbids
it. Then a scorecard of criteria from 0 to 5 weighs what it is worth against what it takes, and a ladder and a table say
whether to start it, to work it out, to keep it for later or to drop it. The criteria and weights are the caller's;
those given here are a beginning and no standard.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_id
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction, exact_number, number_text

__all__ = ["PROPOSAL_CRITERIA", "PROPOSAL_STEPS", "ProposalCriterion", "ProposalStep", "proposal_rules"]

#: What follows from a proposal, the most from the best.
ProposalStep = Literal["start", "work_out", "keep", "drop"]

#: The steps, the most first.
PROPOSAL_STEPS: Final[tuple[ProposalStep, ...]] = get_args(ProposalStep)

#: What the gate asks; each is true, false or not known yet.
_CHECKS: Final[Mapping[str, tuple[Label, Label]]] = MappingProxyType(
    {
        "rights_agreed": (
            Label("Who owns the results is agreed", "成果归属已约定"),
            Label("Who owns the results is not agreed", "成果归属未约定"),
        ),
        "sponsors_named": (
            Label("Both sides name a sponsor", "双方均有发起人"),
            Label("A side names no sponsor", "有一方没有发起人"),
        ),
        "permitted": (
            Label("Law and contracts permit it", "符合法律与合同"),
            Label("Law or a contract forbids it", "违反法律或合同"),
        ),
    }
)


def _weight(instance: object, field: "attrs.Attribute[Any]", value: Any) -> None:  # noqa: ANN401, ARG001  attrs gives three
    if value <= 0:
        raise InvalidValueError("ProposalCriterion.weight is above zero", str(value), hint="leave the criterion out")


@final
@attrs.frozen
class ProposalCriterion:
    """What a proposal is judged by, from 0 (worst) to 5 (best), and how much it counts.

    >>> ProposalCriterion("customer_value", 30, Label("Value to the customer", "客户价值")).weight
    Fraction(30, 1)
    """

    id: str = attrs.field(validator=is_id)
    weight: Any = attrs.field(converter=exact_fraction, validator=_weight)
    label: Label = attrs.field(validator=attrs.validators.instance_of(Label))


#: Criteria to begin with: what is won, how likely, and what it takes; a high mark is always good.
PROPOSAL_CRITERIA: Final[tuple[ProposalCriterion, ...]] = (
    ProposalCriterion("customer_value", 30, Label("Value to the customer", "客户价值")),
    ProposalCriterion("saving", 25, Label("Saving or return on what is put in", "节约或投入回报")),
    ProposalCriterion("feasibility", 20, Label("Technical feasibility", "技术可行性")),
    ProposalCriterion("fit", 15, Label("Fit with the parties' strategies", "与各方战略的契合度")),
    ProposalCriterion("speed", 10, Label("Speed to first use", "见效速度")),
)


def proposal_rules(
    *,
    criteria: tuple[ProposalCriterion, ...] = PROPOSAL_CRITERIA,
    start: object = "70",
    work_out: object = "50",
    name: str = "joint-proposals",
    version: str = "1",
) -> dict[str, Any]:
    """Return the rule set as plain data: outputs `admissible`, `merit`, `rating` and `next_step`.

    Args:
        criteria: what a proposal is judged by.
        start: the least merit of 100 of a proposal that is started.
        work_out: the least merit of one that is worked out further.
        name: the rule set's id.
        version: its version.

    Raises:
        InvalidValueError: no criterion, one that stands twice, or thresholds that do not fall.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> from supplychain_rules.rules.evaluate import evaluate
    >>> found = evaluate(load_policy(proposal_rules()), {"rights_agreed": True, "sponsors_named": True,
    ...     "permitted": True, "customer_value": 4, "saving": 4, "feasibility": 3, "fit": 5, "speed": 2})
    >>> found["merit"], found["next_step"]
    (Decimal('75.00'), 'start')
    """
    ids = [criterion.id for criterion in criteria]
    if not ids or len(set(ids)) != len(ids):
        raise InvalidValueError("criteria are one at least, each once", ids)
    most, least = exact_number(start), exact_number(work_out)
    if not 0 < least < most <= 100:
        raise InvalidValueError("the merit to start is above the merit to work out", (start, work_out))
    return {
        "schema": "supplychain-rules/1",
        "id": name,
        "version": version,
        "label": {"en": "Joint proposals", "zh": "联合创新提案评审"},
        "inputs": {
            **{check: _boolean(label) for check, (label, _) in _CHECKS.items()},
            **{criterion.id: _mark(criterion.label) for criterion in criteria},
        },
        "steps": [
            {
                "kind": "gate",
                "id": "admissible",
                "label": {"en": "Admissible", "zh": "可受理"},
                "checks": [
                    {"id": f"{check}_check", "require": check, "if_unknown": "refer", "reason": reason.plain()}
                    for check, (_, reason) in _CHECKS.items()
                ],
            },
            {
                "kind": "scorecard",
                "id": "merit",
                "method": "weighted_mean",
                "decimals": 2,
                "missing": "reweight",
                "min_coverage": "0.6",
                "label": {"en": "Merit", "zh": "价值得分"},
                "criteria": [
                    {
                        "id": f"{criterion.id}_mark",
                        "of": criterion.id,
                        "weight": number_text(criterion.weight),
                        "value": {"kind": "linear", "worst": "0", "best": "5"},
                        "label": criterion.label.plain(),
                    }
                    for criterion in criteria
                ],
            },
            {
                "kind": "ladder",
                "id": "rating",
                "of": "merit",
                "bands": [
                    {"name": "strong", "from": number_text(most)},
                    {"name": "fair", "from": number_text(least)},
                    {"name": "weak"},
                ],
                "if_unknown": "unrated",
                "label": {"en": "Rating", "zh": "评级"},
            },
            _next_step(),
        ],
    }


def _next_step() -> dict[str, Any]:
    rows = [
        ("forbidden", {"admissible": "fail"}, "drop"),
        ("open_questions", {"admissible": "refer", "rating": "strong, fair, unrated"}, "work_out"),
        ("strong", {"admissible": "pass", "rating": "strong"}, "start"),
        ("fair", {"admissible": "pass", "rating": "fair, unrated"}, "work_out"),
    ]
    return {
        "kind": "table",
        "id": "decision",
        "hit": "unique",
        "when": ["admissible", "rating"],
        "outputs": {
            "next_step": {
                "type": "choice",
                "options": list(PROPOSAL_STEPS),
                "label": {"en": "Next step", "zh": "下一步"},
            }
        },
        "rows": [{"id": row, "when": when, "then": {"next_step": step}} for row, when, step in rows],
        "otherwise": {"next_step": "keep"},
    }


def _boolean(label: Label) -> dict[str, Any]:
    return {"type": "boolean", "optional": True, "label": label.plain()}


def _mark(label: Label) -> dict[str, Any]:
    return {"type": "number", "decimals": 1, "min": "0", "max": "5", "optional": True, "label": label.plain()}
