"""What an explanation says as text."""

from textwrap import dedent
from typing import Any

import pytest
from makers import decided, number, policy
from supplier_reviews import a_review, reviewed

from supplychain_rules import Decision, InvalidValueError, evaluate, evaluator
from supplychain_rules.rules.explain_sections import Column
from supplychain_rules.rules.explain_text import aligned, display_width
from supplychain_rules.values.label import LANGS, Lang

ENGLISH = """\
Supplier performance review (supplier-review 2026.1)
Fingerprint of the rules: {fingerprint}

Record
   Input              Name               Value
   -----------------  -----------------  -------
   Quality pass rate  quality_pass_rate  0.9700
   on_time_rate       on_time_rate       missing
   service_score      service_score      4.0
   certified          certified          yes
   category           category           raw

1. qualified, gate: pass
   certificate: holds -> pass
      Condition: certified
      Values read: certified = yes

2. performance, scorecard (weighted mean): 68.42
   Criterion            Value   Points   Weight  Counted  Contribution
   -----------------  -------  -------  -------  -------  ------------
   Quality pass rate   0.9700  73.6842  40.00 %  61.54 %       45.3441
   delivery           missing        -  35.00 %        -             -
   service             4.0     60.0000  25.00 %  38.46 %       23.0769
   -----------------  -------  -------  -------  -------  ------------
   Rounding                                                    -0.0010
   Score                                                       68.42
   delivery: on_time_rate is missing -> left out; the others share its weight
   Coverage: 65.00 % of the weights have data; at least 60.00 % needed
   Possible score: 44.47 to 79.47, by what the missing values may be
   Points for Quality pass rate: straight from 0.9 = 0 to 0.995 = 100 points
   Points for delivery: straight between 0.7 = 0, 0.9 = 60, 1 = 100 points
   Points for service: >= 4.5 = 100, >= 3 = 60, else = 0 points

3. grade, ladder: C
   performance: 60 <= 68.42 < 75 -> C

4. shortfall, formula: 21.58
   Formula: max(0, 90 - performance) with performance = 68.42 -> 21.58

5. incentive, decision table (first row that hits): action = keep
   Values read: qualified = pass, grade = C, category = raw
   row best: grade is C, the cell asks A
   row good: hit
   Decided by: row good
   action: keep
   order_share_change: 0.00"""

CHINESE = """\
供应商绩效评估（supplier-review 2026.1）
规则指纹：{fingerprint}

记录
   输入项          名称               值
   --------------  -----------------  ------
   产品质量合格率  quality_pass_rate  0.9700
   on_time_rate    on_time_rate       缺失
   service_score   service_score      4.0
   certified       certified          是
   category        category           raw

1. qualified，准入门槛：通过（pass）
   certificate：满足 → 通过（pass）
      条件：certified
      读取值：certified = 是

2. performance，记分卡（加权平均）：68.42
   评价准则            值     分数     权重  实际权重   贡献分
   --------------  ------  -------  -------  --------  -------
   产品质量合格率  0.9700  73.6842  40.00 %   61.54 %  45.3441
   delivery          缺失        -  35.00 %         -        -
   service         4.0     60.0000  25.00 %   38.46 %  23.0769
   --------------  ------  -------  -------  --------  -------
   四舍五入                                            -0.0010
   得分                                                68.42
   delivery：on_time_rate 缺失 → 不计入，其权重由其余准则分摊
   覆盖率：有数据的权重占 65.00 %；最低要求 60.00 %
   得分区间：44.47 至 79.47，取决于缺失值的实际情况
   评分标准（产品质量合格率）：从 0.9 = 0 分到 0.995 = 100 分线性变化
   评分标准（delivery）：按 0.7 = 0、0.9 = 60、1 = 100 分逐段线性变化
   评分标准（service）：>= 4.5 = 100、>= 3 = 60、其余 = 0 分

3. grade，分级阶梯：C
   performance：60 <= 68.42 < 75 → C

4. shortfall，公式：21.58
   公式：max(0, 90 - performance)，其中 performance = 68.42 → 21.58

5. incentive，决策表（首条命中）：action = keep
   读取值：qualified = pass，grade = C，category = raw
   规则行 best：grade = C，单元格要求 A
   规则行 good：命中
   判定依据：规则行 good
   action：keep
   order_share_change：0.00"""

ONE = {"a": number(optional=True), "b": number(optional=True)}


def said(decision: Decision, lang: Lang = "en") -> list[str]:
    """Return the lines of an explanation without their indentation."""
    return [line.strip() for line in decision.explain().text(lang).splitlines()]


def step_lines(step: dict[str, Any], inputs: dict[str, Any] = ONE, **record: object) -> list[str]:
    """Return what is said of the one step of a rule set."""
    lines = said(decided(inputs, step, **record))
    return lines[next(place for place, line in enumerate(lines) if line.startswith("1. ")) :]


def card_lines(*criteria: dict[str, Any], **settings: Any) -> list[str]:  # noqa: ANN401  a record and settings
    record = {name: settings.pop(name) for name in ("a", "b") if name in settings}
    step = {"kind": "scorecard", "id": "s", "method": "weighted_mean", **settings, "criteria": list(criteria)}
    return step_lines(step, **record)


A, B = {"id": "x", "of": "a", "weight": 3}, {"id": "y", "of": "b", "weight": 1}


@pytest.mark.parametrize(("lang", "expected"), [("en", ENGLISH), ("zh", CHINESE)])
def test_a_review_with_one_missing_value_is_told_line_by_line(lang: Lang, expected: str) -> None:
    decision = reviewed(on_time_rate=None)

    assert expected.format(fingerprint=decision.fingerprint[:12]) == decision.explain().text(lang)


def test_the_text_of_an_explanation_is_the_english_one() -> None:
    explanation = reviewed().explain()

    assert explanation.text("en") == str(explanation)


def test_no_language_but_english_and_chinese_is_known() -> None:
    with pytest.raises(InvalidValueError, match="unknown language"):
        reviewed().explain().text("de")  # type: ignore[arg-type]


# Gates


def gate(**check: object) -> dict[str, Any]:
    reason = {"en": "Too few", "zh": "过少"}
    return {"kind": "gate", "id": "g", "checks": [{"id": "enough", "require": "a > 1", "reason": reason, **check}]}


def test_a_check_that_does_not_hold_gives_its_reason() -> None:
    assert [
        "1. g, gate: fail",
        "enough: does not hold -> fail",
        "Condition: a > 1",
        "Values read: a = 1.00",
        "Reason: Too few",
    ] == step_lines(gate(), a=1)


def test_a_check_that_holds_needs_no_reason() -> None:
    assert "Reason: Too few" not in step_lines(gate(), a=2)


def test_an_unknown_check_says_what_is_missing() -> None:
    assert "enough: unknown: a is missing -> refer" in step_lines(gate(if_unknown="refer"))


def test_a_check_on_a_quotient_says_that_its_divisor_is_zero() -> None:
    check = gate(require="round(a / b, 1) > 1", if_unknown="pass")

    assert "enough: unknown: the divisor b is 0 -> pass" in step_lines(check, a=1, b=0)


# Scorecards


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"missing": "null"}, "y: b is missing -> no score without it"),
        ({"missing": "null"}, "No score: for lack of y"),
        ({"missing": "worst"}, "y: b is missing -> counted at its least, 0.0000 points"),
        ({"missing": "neutral"}, "y: b is missing -> counted at the neutral 50.0000 points"),
        ({"missing": "reweight"}, "y: b is missing -> left out; the others share its weight"),
        (
            {"missing": "reweight", "min_coverage": "0.8"},
            "No score: the coverage of 75.00 % is below the minimum of 80.00 %",
        ),
        ({"missing": "reweight"}, "Coverage: 75.00 % of the weights have data; no minimum"),
    ],
)
def test_a_missing_value_says_what_was_decided_because_of_it(settings: dict[str, Any], line: str) -> None:
    assert line in card_lines(A, B, a=80, **settings)


def test_a_coverage_that_only_rounding_makes_enough_says_so() -> None:
    weights = ({**A, "weight": "66665"}, {**B, "weight": "33335"})
    lines = card_lines(*weights, missing="reweight", min_coverage="0.66666", a=80)

    assert "No score: the coverage of 66.67 % is below the minimum of 66.67 %; before rounding" in lines


def test_no_data_at_all_is_a_reason_of_its_own() -> None:
    assert "No score: no criterion has data" in card_lines(A, B, missing="reweight")


def test_a_scorecard_of_which_nothing_applies_says_so() -> None:
    lines = card_lines({**A, "applies": "b > 50"}, a=80, b=10)

    assert {
        "x: b > 50 does not hold, so it does not apply and leaves the coverage too",
        "No score: no criterion applies",
        "Coverage: no criterion applies",
        "Possible score: missing to missing",
    } <= set(lines)


def test_a_criterion_that_may_or_may_not_apply_is_said_to() -> None:
    assert "x: b > 50 is unknown, so it is taken to apply" in card_lines({**A, "applies": "b > 50"}, a=80)


def test_a_value_outside_its_scale_is_not_called_missing() -> None:
    linear = {"kind": "linear", "worst": 0, "best": 50, "outside": "missing"}
    lines = card_lines({**A, "value": linear}, B, missing="reweight", a=80, b=10)

    assert "x: 80.00 has no points -> left out; the others share its weight" in lines
    assert "Points for x: straight from 0 = 0 to 50 = 100 points; outside: no points" in lines


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (
            {"kind": "target", "target": 10, "low": 5, "high": 20, "tolerance_above": 1},
            "100 points from 10 to 11, straight down to 0 at 5 and at 20",
        ),
        ({"kind": "bands", "bands": [{"to": 5, "points": 100}, {"points": 0}]}, "<= 5 = 100, else = 0 points"),
    ],
)
def test_every_scale_is_told_so_that_a_supplier_can_check_it(value: dict[str, Any], line: str) -> None:
    assert f"Points for x: {line}" in card_lines({**A, "value": value}, a=80)


def test_points_for_options_are_listed() -> None:
    inputs = {"kind_of": {"type": "choice", "options": ["good", "bad", "ugly"]}}
    value = {"kind": "categories", "points": {"good": 100}, "otherwise": 5}
    step = {
        "kind": "scorecard",
        "id": "s",
        "method": "worst_of",
        "criteria": [{"id": "x", "of": "kind_of", "value": value}],
    }

    assert "Points for x: good = 100, else = 5 points" in step_lines(step, inputs, kind_of="bad")


def test_points_are_multiplied_as_written_and_the_start_stands_in_the_last_line() -> None:
    lines = card_lines(A, B, method={"kind": "points", "start": 100}, a=1, b=2)

    assert (
        dedent(
            """\
        1. s, scorecard (points added up): 105.00
        Criterion           Value  Points  Times   Weight  Contribution
        ------------------  -----  ------  -----  -------  ------------
        x                    1.00  1.0000      3  75.00 %        3.0000
        y                    2.00  2.0000      1  25.00 %        2.0000
        ------------------  -----  ------  -----  -------  ------------
        Start and rounding                                     100.0000
        Score                                                  105.00"""
        ).splitlines()
        == lines[:8]
    )


def test_two_criteria_on_one_input_are_told_apart() -> None:
    labelled = {"a": {**number(), "label": "Pass rate"}}
    step = {
        "kind": "scorecard",
        "id": "s",
        "method": "worst_of",
        "criteria": [{"id": "level", "of": "a"}, {"id": "trend", "of": "a"}],
    }
    lines = step_lines(step, labelled, a=1)

    assert ["Pass rate (level)", "Pass rate (trend)"] == [line[:17] for line in lines if line.startswith("Pass rate")]


# Ladders


def ladder(**more: Any) -> dict[str, Any]:  # noqa: ANN401  settings of a ladder
    bands = [
        {"name": "A", "from": 80, "label": {"en": "preferred", "zh": "优选"}},
        {"name": "B", "from": 60},
        {"name": "C"},
    ]
    return {"kind": "ladder", "id": "grade", "of": "a", "bands": bands, **more}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (80, "a: 80 <= 80.00 -> A (preferred)"),
        (70, "a: 60 <= 70.00 < 80 -> B"),
        (10, "a: 10.00 < 60 -> C"),
        (None, "unknown: a is missing -> missing"),
    ],
)
def test_a_number_stands_between_the_edges_of_its_band(value: object, line: str) -> None:
    assert line in step_lines(ladder(), a=value)


def test_where_lower_is_better_the_upper_edge_is_closed() -> None:
    bands = [{"name": "A", "to": 10}, {"name": "B", "to": 40}, {"name": "C"}]

    assert "a: 10 < 40.00 <= 40 -> B" in step_lines(ladder(bands=bands), a=40)


def test_a_grade_that_waits_says_for_what() -> None:
    inputs = {
        **ONE,
        "was": {"type": "choice", "options": ["A", "B", "C"], "optional": True},
        "waited": {"type": "integer", "min": -9, "max": 9, "optional": True},
    }
    rule = {"previous": "was", "held": "waited", "margin": 2, "periods": 2}

    assert [
        "1. grade, ladder: B",
        "a: 85.00",
        "By the thresholds alone: 80 <= 85.00 -> A",
        "Previous band: B",
        "Indicated band: 82 <= 85.00 -> A, thresholds moved by 2 against a change",
        "Held back: A is indicated for 1 of 2 evaluations running, so B stays",
    ] == step_lines(ladder(hysteresis=rule), inputs, a=85, was="B")
    assert "Previous band: no previous band, so the thresholds stand" in step_lines(
        ladder(hysteresis=rule), inputs, a=85
    )


# Formulas and tables


def test_a_formula_that_is_missing_says_why() -> None:
    step = {"kind": "formula", "id": "f", "formula": "a + b", "decimals": 1}

    assert (
        "Formula: a + b with a = 1.00, b = missing, rounded half up to 1 decimals -> missing: b is missing"
        in step_lines(step, a=1)
    )


def test_a_formula_without_names_reads_nothing() -> None:
    assert "Formula: 1 + 2 -> 3" in step_lines({"kind": "formula", "id": "f", "formula": "1 + 2"})


def table(hit: str = "first", **more: Any) -> dict[str, Any]:  # noqa: ANN401  settings of a table
    rows = [
        {"id": "high", "when": {"a": ">= 50"}, "then": {"extra": 1}, "label": {"en": "High values", "zh": "高值"}},
        {"id": "higher", "when": {"a": ">= 70", "b": "missing"}, "then": {"extra": 2}},
    ]
    output = {"type": "number", "decimals": 1, "min": 0, "max": 9}
    return {
        "kind": "table",
        "id": "t",
        "hit": hit,
        "when": ["a", "b"],
        "outputs": {"extra": output},
        "rows": rows,
        **more,
    }


def test_a_row_that_cannot_be_judged_says_what_is_missing() -> None:
    lines = step_lines(table(), b=1)

    assert "row High values: unknown: a is missing, the cell asks >= 50" in lines
    assert "Decided by: no row hits, and there is no otherwise" in lines


def test_a_missing_value_in_a_cell_is_called_missing() -> None:
    assert "row higher: b is 1.00, the cell asks missing" in step_lines(table("unique"), a=71, b=1)


def test_collected_rows_are_counted() -> None:
    lines = step_lines(table("collect", aggregate="sum"), a=80)

    assert {"1. t, decision table (sum of the rows that hit): extra = 3.0", "Decided by: 2 rows that hit"} <= set(lines)


def test_without_a_hit_the_otherwise_decides() -> None:
    assert "Decided by: otherwise, as no row hits" in step_lines(table(otherwise={"extra": 0}), a=1)


def test_a_boolean_cell_asks_yes_or_no() -> None:
    row = {"id": "r", "when": {"ok": True}, "then": {"then": "x"}}
    step = {
        "kind": "table",
        "id": "t",
        "hit": "first",
        "when": ["ok"],
        "outputs": {"then": {"type": "text"}},
        "rows": [row],
    }

    assert "row r: ok is no, the cell asks yes" in step_lines(step, {"ok": {"type": "boolean"}}, ok=False)


# Labels and hostile texts


def test_a_label_in_one_language_stands_in_for_the_other() -> None:
    labelled = {"a": {**number(), "label": {"zh": "合格率"}}}
    decision = decided(labelled, {"kind": "formula", "id": "f", "formula": "a", "label": "Twice"}, a=1)

    assert "1. Twice (f), formula: 1.00" in said(decision)
    assert any(line.startswith("合格率") for line in said(decision))
    assert "1. Twice（f），公式：1.00" in said(decision, "zh")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("hostile", ["Acme\n2. score, formula: 100", "a\x1b[2Jb", "a\u202eb", "a\u2028b", "a\r\nb"])
def test_a_text_of_the_record_can_neither_forge_a_line_nor_command_a_terminal(hostile: str, lang: Lang) -> None:
    rules = policy({"name": {"type": "text"}}, {"kind": "formula", "id": "f", "formula": "name"})
    usual, text = (evaluate(rules, {"name": name}).explain().text(lang) for name in ("Acme", hostile))

    assert len(usual.splitlines()) == len(text.splitlines())
    assert [] == [character for character in "\x1b\u202e\u2028\r" if character in text]


def test_a_very_long_text_that_nobody_checked_is_shortened() -> None:
    rules = policy({"name": {"type": "text"}}, {"kind": "formula", "id": "f", "formula": "name"})
    decision = evaluator(rules, trusted=True)({"name": "x" * 10_000})

    assert max(len(line) for line in said(decision)) < 600


# Alignment


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("质量", 4), ("（A）", 5), ("é", 1), ("e\u0301", 1), ("\uff57", 2), ("", 0)]
)
def test_a_chinese_character_is_two_wide_and_a_combining_mark_none(text: str, width: int) -> None:
    assert width == display_width(text)


def test_points_stand_below_each_other_and_words_at_the_right() -> None:
    column = Column(title="n", align="point")

    assert ["      n", "-------", "   1.25", "  -3", "missing", "  10.5"] == aligned(
        [column], [["1.25"], ["-3"], ["missing"], ["10.5"]]
    )


@pytest.mark.parametrize("method", ["weighted_mean", "geometric_mean", "worst_of"])
def test_every_method_has_a_name_in_both_languages(method: str) -> None:
    explanation = reviewed(a_review(method=method)).explain()

    assert [] == [lang for lang in LANGS if method in explanation.text(lang)]
