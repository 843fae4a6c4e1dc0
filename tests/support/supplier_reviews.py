"""A small supplier review with every kind of step, for whoever needs something to explain."""

from typing import Any

from hypothesis import strategies as st

from supplychain_rules import Decision, Policy, evaluate, load_policy

__all__ = ["METHODS", "a_review", "review_policies", "review_records", "reviewed"]

#: Every built-in scoring method, with the missing policies that suit it.
METHODS: dict[str, tuple[str, ...]] = {
    "weighted_mean": ("reweight", "null", "worst", "neutral"),
    "geometric_mean": ("reweight", "null", "worst", "neutral"),
    "worst_of": ("reweight", "null", "worst", "neutral"),
    "points": ("null", "worst", "neutral"),
}


def a_review(
    *, method: object = "weighted_mean", missing: str = "reweight", min_coverage: str = "0.6", decimals: int = 2
) -> Policy:
    """Load the review: a gate, a scorecard, a ladder, a formula and a table."""
    rate = {"type": "number", "decimals": 4, "min": "0", "max": "1", "optional": True}
    data: dict[str, Any] = {
        "schema": "supplychain-rules/1",
        "id": "supplier-review",
        "version": "2026.1",
        "label": {"en": "Supplier performance review", "zh": "供应商绩效评估"},
        "inputs": {
            "quality_pass_rate": {**rate, "label": {"en": "Quality pass rate", "zh": "产品质量合格率"}},
            "on_time_rate": rate,
            "service_score": {"type": "number", "decimals": 1, "min": 0, "max": 5, "optional": True},
            "certified": {"type": "boolean", "optional": True},
            "category": {"type": "choice", "options": ["raw", "pack", "service"]},
        },
        "steps": [
            {
                "kind": "gate",
                "id": "qualified",
                "checks": [
                    {
                        "id": "certificate",
                        "require": "certified",
                        "if_unknown": "refer",
                        "reason": {"en": "No valid certificate", "zh": "无有效认证"},
                    },
                ],
            },
            {
                "kind": "scorecard",
                "id": "performance",
                "method": method,
                "decimals": decimals,
                "missing": missing,
                "min_coverage": min_coverage,
                "criteria": [
                    {
                        "id": "quality",
                        "of": "quality_pass_rate",
                        "weight": "40",
                        "value": {"kind": "linear", "worst": "0.90", "best": "0.995"},
                    },
                    {
                        "id": "delivery",
                        "of": "on_time_rate",
                        "weight": "35",
                        "value": {"kind": "piecewise", "points": [["0.70", "0"], ["0.90", "60"], ["1", "100"]]},
                    },
                    {
                        "id": "service",
                        "of": "service_score",
                        "weight": "25",
                        "value": {
                            "kind": "bands",
                            "bands": [
                                {"from": "4.5", "points": "100"},
                                {"from": "3", "points": "60"},
                                {"points": "0"},
                            ],
                        },
                    },
                ],
            },
            {
                "kind": "ladder",
                "id": "grade",
                "of": "performance",
                "bands": [
                    {"name": "A", "from": "90", "label": {"en": "preferred", "zh": "优选"}},
                    {"name": "B", "from": "75"},
                    {"name": "C", "from": "60"},
                    {"name": "D"},
                ],
                "if_unknown": "unrated",
            },
            {"kind": "formula", "id": "shortfall", "formula": "max(0, 90 - performance)"},
            {
                "kind": "table",
                "id": "incentive",
                "hit": "first",
                "when": ["qualified", "grade", "category"],
                "outputs": {
                    "action": {"type": "choice", "options": ["grow", "keep", "improve", "replace"]},
                    "order_share_change": {"type": "number", "decimals": 2, "min": "-1", "max": "1"},
                },
                "rows": [
                    {
                        "id": "best",
                        "when": {"qualified": "pass", "grade": "A"},
                        "then": {"action": "grow", "order_share_change": "0.10"},
                    },
                    {
                        "id": "good",
                        "when": {"qualified": "pass", "grade": ">= C"},
                        "then": {"action": "keep", "order_share_change": "0"},
                    },
                    {
                        "id": "bad",
                        "when": {"qualified": "fail"},
                        "then": {"action": "replace", "order_share_change": "-1"},
                    },
                ],
                "otherwise": {"action": "improve", "order_share_change": "0"},
            },
        ],
    }
    return load_policy(data)


def reviewed(policy: Policy | None = None, **record: object) -> Decision:
    """Decide a record: a sound supplier of raw material, but for what is given."""
    sound = {"quality_pass_rate": "0.97", "on_time_rate": "0.91", "service_score": 4, "certified": True}
    return evaluate(policy or a_review(), {"category": "raw", **sound, **record})


def review_policies() -> st.SearchStrategy[Policy]:
    """Draw a review with any method, missing policy, least coverage and decimals."""
    pairs = [(method, missing) for method, policies in METHODS.items() for missing in policies]

    def build(pair: tuple[str, str], start: str | None, least: str, decimals: int) -> Policy:
        method = {"kind": "points", "start": start} if pair[0] == "points" and start else pair[0]
        return a_review(method=method, missing=pair[1], min_coverage=least, decimals=decimals)

    starts, least = st.sampled_from((None, "100", "-5.25")), st.sampled_from(("0", "0.6", "1/3", "1"))
    return st.builds(build, st.sampled_from(pairs), starts, least, st.integers(0, 6))


def review_records() -> st.SearchStrategy[dict[str, object]]:
    """Draw a record of a review, values missing here and there."""
    rate = st.none() | st.decimals(0, 1, places=4)
    return st.fixed_dictionaries(
        {
            "quality_pass_rate": rate,
            "on_time_rate": rate,
            "service_score": st.none() | st.decimals(0, 5, places=1),
            "certified": st.none() | st.booleans(),
            "category": st.sampled_from(("raw", "pack", "service")),
        }
    )
