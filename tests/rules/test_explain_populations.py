"""Whoever is told a place, a class or a share can count it again."""

from decimal import Decimal
from typing import Any

from makers import number, policy, scorecard

from supplychain_rules import Label, evaluate_all, fit_cuts, load_policy
from supplychain_rules.rules.explain import Explanation
from supplychain_rules.rules.reasons import QuantileReason, RankReason, ScorecardReason, ShareReason, Standing

INPUTS: dict[str, Any] = {
    "spend": number(0, 1000, optional=True) | {"label": {"en": "Spend", "zh": "采购额"}},
}

STEPS: tuple[dict[str, Any], ...] = (
    {"kind": "rank", "id": "place", "of": "spend", "label": {"en": "Place", "zh": "名次"}},
    {"kind": "quantile", "id": "size", "of": "spend", "classes": 3},
    {"kind": "share", "id": "part", "of": "spend"},
    scorecard({"id": "spend", "of": "spend", "value": {"kind": "peer_linear"}}),
)


def explained(*values: object, which: int = 0, steps: tuple[dict[str, Any], ...] = STEPS) -> Explanation:
    """Decide records together and explain one of them."""
    return evaluate_all(policy(INPUTS, *steps), [{"spend": value} for value in values])[which].explain()


def lines(explanation: Explanation, lang: Any = "en") -> list[str]:  # noqa: ANN401  a language
    return [line.strip() for line in explanation.text(lang).splitlines()]


def test_a_rank_says_how_many_are_better_equal_and_worse() -> None:
    reason = explained(20, 10, 20, 30, None).steps[0]

    assert isinstance(reason, RankReason)
    assert Standing(count=4, better=1, equal=2, worse=1) == reason.standing
    assert (Decimal(2), Decimal("20.00"), "descending", "min") == (
        reason.place,
        reason.reading.value,
        reason.order,
        reason.ties,
    )


def test_a_quantile_says_how_many_are_worse_and_from_where_to_where_its_class_reaches() -> None:
    reason = explained(20, 10, 25, 30, 40, 50, which=2).steps[1]

    assert isinstance(reason, QuantileReason)
    assert Standing(count=6, better=3, equal=1, worse=2) == reason.standing
    assert (Decimal(2), Decimal("25.00"), Decimal("30.00")) == (reason.value, reason.low, reason.high)


def test_a_quantile_by_cut_points_names_the_cuts_beside_the_value() -> None:
    rules = policy(INPUTS, STEPS[1])
    fitted = load_policy(fit_cuts(rules, [{"spend": value} for value in (10, 20, 30)]))
    edges = []
    for spend in (10, 20, 30):
        reason = evaluate_all(fitted, [{"spend": spend}])[0].explain().steps[0]
        assert isinstance(reason, QuantileReason)
        assert reason.standing is None
        edges.append((reason.low, reason.high))

    assert [(None, 20), (20, 30), (30, None)] == edges


def test_where_less_is_better_the_cut_of_the_class_is_its_upper_edge() -> None:
    steps = ({**STEPS[1], "better": "low", "cuts": ["30", "10"]},)
    reason = explained(20, steps=steps).steps[0]

    assert isinstance(reason, QuantileReason)
    assert (2, 10, 30) == (reason.value, reason.low, reason.high)
    assert "Spend (spend): 10 < 20.00 <= 30 -> class 2 of 3" in lines(explained(20, steps=steps))


def test_a_share_says_what_all_and_what_the_larger_ones_add_up_to() -> None:
    reason = explained(20, 10, 20, 30, None).steps[2]

    assert isinstance(reason, ShareReason)
    assert (4, 1, Decimal("80.00"), Decimal("30.00")) == (
        reason.count,
        reason.larger,
        reason.total,
        reason.larger_total,
    )
    assert (Decimal("0.2500"), Decimal("0.3750")) == (reason.share, reason.before)


def test_a_scale_among_peers_says_where_it_begins_and_ends() -> None:
    reason = explained(20, 10, 30).steps[3]

    assert isinstance(reason, ScorecardReason)
    assert (Decimal("10.00"), Decimal("30.00")) == reason.criteria[0].peers


def test_the_text_can_be_counted_again() -> None:
    assert [
        "1. Place (place), rank: 2",
        "Spend (spend): 20.00",
        "Best value: the largest",
        "Compared: 4 records have a value: 1 better, 2 equal with this one among them, 1 worse",
        "Equal values: share the first of their places",
        "",
        "2. size, quantile: 1",
        "Spend (spend): 20.00",
        "Class 3: the largest values",
        "Compared: 4 records have a value: 1 better, 2 equal with this one among them, 1 worse",
        "class 1 of 3: 1 + floor(3 * 1 / 4) = 1",
        "Values in class 1: 10.00 to 20.00",
        "",
        "3. part, share of the total: 0.2500",
        "Total: 80.00, of 4 records that have a value",
        "Spend (spend): 20.00 / 80.00 -> 0.2500",
        "Larger values (1): 30.00 / 80.00 -> 0.3750",
    ] == lines(explained(20, 10, 20, 30, None))[8:25]


def test_the_text_says_the_same_in_chinese() -> None:
    assert [
        "1. 名次（place），排名：2",
        "采购额（spend）：20.00",
        "最优值：最大者",
        "比较：4 条记录有值：优于本条 1 条，相同 2 条（含本条），劣于本条 1 条",
        "并列：并列者取其中最前的名次",
        "",
        "2. size，分位分级：1",
        "采购额（spend）：20.00",
        "第 3 级：数值最大者",
        "比较：4 条记录有值：优于本条 1 条，相同 2 条（含本条），劣于本条 1 条",
        "第 1 级（共 3 级）：1 + floor(3 * 1 / 4) = 1",
        "第 1 级的取值范围：10.00 至 20.00",
        "",
        "3. part，占比：0.2500",
        "合计：80.00，来自 4 条有值的记录",
        "采购额（spend）：20.00 / 80.00 → 0.2500",
        "更大的值（1 个）：30.00 / 80.00 → 0.3750",
    ] == lines(explained(20, 10, 20, 30, None), "zh")[8:25]


def test_ties_at_the_best_of_them_are_counted_with_the_record_itself() -> None:
    steps = ({**STEPS[1], "ties": "max"},)

    assert "class 3 of 3: ceil(3 * 3 / 4) = 3" in lines(explained(20, 10, 20, 30, steps=steps))


def test_a_record_without_a_value_is_told_so_at_every_step() -> None:
    text = lines(explained(20, 10, None, which=2))

    assert 3 == text.count("unknown: Spend is missing -> missing")
    assert 2 == text.count("Compared: 2 records have a value")
    assert "Total: 30.00, of 2 records that have a value" in text


def test_a_scale_without_any_peer_says_that_nobody_has_a_value() -> None:
    words = "straight from the least value = 0 to the largest = 100 points of all records"

    assert f"Points for Spend: {words}; no record has a value" in lines(explained(None, steps=STEPS[3:]))
    assert f"Points for Spend: {words}; least 10.00, largest 20.00" in lines(explained(10, 20, steps=STEPS[3:]))


def test_html_says_what_the_text_says() -> None:
    html = explained(20, 10, 20, 30, None).html()

    assert "1 better, 2 equal with this one among them, 1 worse" in html
    assert "<code>1 + floor(3 * 1 / 4) = 1</code>" in html
    assert "<code>30.00 / 80.00</code>" in html


def test_plain_data_names_everything_that_was_counted() -> None:
    rank, quantile, share, score = explained(20, 10, 20, 30, None).to_dict()["steps"]
    reading = {"name": "spend", "label": {"en": "Spend", "zh": "采购额"}, "value": "20.00"}
    standing = {"count": 4, "better": 1, "equal": 2, "worse": 1}

    assert rank == {
        "kind": "rank",
        "id": "place",
        "label": {"en": "Place", "zh": "名次"},
        "reading": reading,
        "within": None,
        "order": "descending",
        "ties": "min",
        "standing": standing,
        "place": "2",
    }
    assert (quantile["standing"], quantile["low"], quantile["high"]) == (standing, "10.00", "20.00")
    assert (share["total"], share["larger_total"], share["share"], share["before"]) == (
        "80.00",
        "30.00",
        "0.2500",
        "0.3750",
    )
    assert ["10.00", "30.00"] == score["criteria"][0]["peers"]


def test_a_stored_decision_keeps_the_reasons_of_what_was_compared() -> None:
    decision = evaluate_all(policy(INPUTS, *STEPS), [{"spend": 1}, {"spend": 2}])[0]

    assert decision.explain().to_dict()["steps"] == decision.to_dict(reasons=True)["reasons"]
    assert Label("Place", "名次") == decision.explain().steps[0].label
