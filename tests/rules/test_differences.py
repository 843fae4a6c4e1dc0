"""Whoever must agree to a new version of the rules reads what changed, and nothing else."""

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.language.nodes import Expression
from supplychain_rules.language.types import Type
from supplychain_rules.rules.codec import STRATEGIES, dump_policy, load_policy
from supplychain_rules.rules.differences import Change, diff_policies
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.strategies import Strategies, ValueFunction
from supplychain_rules.testing.strategies_policies import loaded_policies
from supplychain_rules.values.label import MAX_LABEL_CHARACTERS

Rules = dict[str, Any]

Edit = Callable[[Rules], object]

TEXT = """
schema = "supplychain-rules/1"
id = "review"
version = "1"
effective = { from = 2026-01-01 }
label = { en = "Review", zh = "评估" }

[inputs.quality]
type = "number"
decimals = 4
min = "0"
max = "1"
optional = true
[inputs.delivery]
type = "number"
decimals = 4
min = "0"
max = "1"
[inputs.certified]
type = "boolean"
label = "Certified"
[inputs.category]
type = "choice"
options = ["raw", "pack"]
[inputs.previous]
type = "choice"
options = ["A", "B", "C"]

[[steps]]
kind = "gate"
id = "qualified"
checks = [
  { id = "certificate", require = "certified", reason = { en = "No certificate", zh = "无认证" } },
  { id = "delivers", require = "delivery > 0.5" },
]

[[steps]]
kind = "scorecard"
id = "performance"
method = "weighted_mean"
missing = "reweight"
criteria = [
  { id = "quality", of = "quality", weight = "40", value = { kind = "linear", worst = "0.90", best = "0.995" } },
  { id = "delivery", of = "delivery", weight = 35, value = { kind = "piecewise", points = [["0.7", 0], ["1", 100]] } },
  { id = "category", of = "category", weight = 25, value = { kind = "categories", points = { raw = 50, pack = 60 } } },
]

[[steps]]
kind = "ladder"
id = "grade"
of = "performance"
bands = [{ name = "A", from = "90" }, { name = "B", from = "75" }, { name = "C" }]
if_unknown = "unrated"
hysteresis = { previous = "previous", margin = "2" }

[[steps]]
kind = "formula"
id = "shortfall"
formula = "max(0, 90 - performance)"

[[steps]]
kind = "table"
id = "incentive"
hit = "first"
when = ["qualified", "grade", "category"]
outputs.action = { type = "choice", options = ["grow", "keep", "stop"] }
outputs.change = { type = "number", decimals = 2 }
rows = [
  { id = "best", when = { qualified = "pass", grade = "A" }, then = { action = "grow", change = "0.10" } },
  { id = "good", when = { qualified = "pass", grade = ">= C" }, then = { action = "keep", change = "0" } },
  { id = "bad", when = { qualified = "fail" }, then = { action = "stop", change = "-1" } },
]
otherwise = { action = "keep", change = "0" }

[[cases]]
id = "uncertified"
given = { delivery = 1, certified = false, category = "raw", previous = "A" }
expect = { qualified = "fail" }
"""


def rules() -> Rules:
    return tomllib.loads(TEXT)


def changes(edit: Edit) -> tuple[Change, ...]:
    edited = rules()
    edit(edited)
    return diff_policies(load_policy(rules()), load_policy(edited))


def only(edit: Edit) -> Change:
    (change,) = changes(edit)
    return change


def step(edited: Rules, identity: str) -> Rules:
    return next(found for found in edited["steps"] if found["id"] == identity)


def criterion(edited: Rules, identity: str) -> Rules:
    return next(found for found in step(edited, "performance")["criteria"] if found["id"] == identity)


def row(edited: Rules, identity: str) -> Rules:
    return next(found for found in step(edited, "incentive")["rows"] if found["id"] == identity)


def test_a_weight_is_told_with_its_share_of_the_total() -> None:
    expected = "criterion 'quality' of 'performance': weight 40 -> 45 (40.0 % -> 42.9 % of the total)"
    change = only(lambda edited: criterion(edited, "quality").update(weight="45"))

    assert expected == change.text.en
    assert "“performance”的评价准则“quality”：权重 40 -> 45（占总权重 40.0 % -> 42.9 %）" == change.text.zh
    assert ("steps[1].criteria[0].weight", "changed", "40", "45") == (
        change.path,
        change.kind,
        change.before,
        change.after,
    )


def test_a_weight_of_points_is_no_share() -> None:
    def points(weight: str) -> Policy:
        edited = rules()
        step(edited, "performance").update(method="points", missing="null")
        criterion(edited, "quality")["weight"] = weight
        return load_policy(edited)

    (change,) = diff_policies(points("40"), points("45"))

    assert "criterion 'quality' of 'performance': weight 40 -> 45" == change.text.en


#: One edit each: what it does, where the change is, its kind, and the sentences.
EDITS: tuple[tuple[Edit, str, str, str, str], ...] = (
    (
        lambda edited: edited.update(version="2"),
        "version",
        "changed",
        "rule set: version 1 -> 2",
        "规则集：版本 1 -> 2",
    ),
    (
        lambda edited: edited["inputs"]["quality"].update(monotone="up"),
        "inputs.quality.monotone",
        "added",
        "input 'quality': monotone not set -> up (a promise: no result changes)",
        "输入项“quality”：单调方向 未设定 -> up（仅为承诺，不影响结果）",
    ),
    (
        lambda edited: edited["effective"].update(until="2027-01-01"),
        "effective.until",
        "added",
        "rule set: effective until not set -> 2027-01-01",
        "规则集：生效日期 终点 未设定 -> 2027-01-01",
    ),
    (
        lambda edited: edited["label"].update(zh="年度评估"),
        "label",
        "changed",
        "rule set: label Review / 评估 -> Review / 年度评估 (a label: no result changes)",
        "规则集：标签 Review / 评估 -> Review / 年度评估（仅为标签，不影响结果）",
    ),
    (
        lambda edited: edited["inputs"]["certified"].pop("label"),
        "inputs.certified.label",
        "removed",
        "input 'certified': label Certified -> not set (a label: no result changes)",
        "输入项“certified”：标签 Certified -> 未设定（仅为标签，不影响结果）",
    ),
    (
        lambda edited: edited["inputs"]["quality"].update(max="2"),
        "inputs.quality.max",
        "changed",
        "input 'quality': largest value 1 -> 2",
        "输入项“quality”：最大值 1 -> 2",
    ),
    (
        lambda edited: edited["inputs"]["certified"].update(optional=True),
        "inputs.certified.optional",
        "changed",
        "input 'certified': optional false -> true",
        "输入项“certified”：可缺失 false -> true",
    ),
    (
        lambda edited: edited["inputs"].update(spare={"type": "boolean", "optional": True}),
        "inputs.spare",
        "added",
        "input 'spare' added",
        "新增输入项“spare”",
    ),
    (
        lambda edited: step(edited, "qualified")["checks"][1].update(require="delivery > 0.6"),
        "steps[0].checks[1].require",
        "changed",
        "check 'delivers' of 'qualified': requires delivery > 0.5 -> delivery > 0.6",
        "“qualified”的检查项“delivers”：要求 delivery > 0.5 -> delivery > 0.6",
    ),
    (
        lambda edited: step(edited, "qualified")["checks"].reverse(),
        "steps[0].checks[0]",
        "moved",
        "check 'delivers' of 'qualified' moved to the front (an order: no result changes)",
        "“qualified”的检查项“delivers”移至最前（仅为顺序，不影响结果）",
    ),
    (
        lambda edited: step(edited, "performance").update(missing="worst"),
        "steps[1].missing",
        "changed",
        "step 'performance': missing values reweight -> worst",
        "步骤“performance”：缺失处理 reweight -> worst",
    ),
    (
        lambda edited: step(edited, "performance").update(min_coverage="0.6"),
        "steps[1].min_coverage",
        "changed",
        "step 'performance': least coverage 0 -> 0.6",
        "步骤“performance”：最低覆盖率 0 -> 0.6",
    ),
    (
        lambda edited: step(edited, "performance").update(method="worst_of"),
        "steps[1].method",
        "changed",
        "step 'performance': method weighted_mean -> worst_of",
        "步骤“performance”：计分方法 weighted_mean -> worst_of",
    ),
    (
        lambda edited: criterion(edited, "quality")["value"].update(best="1"),
        "steps[1].criteria[0].value.best",
        "changed",
        "criterion 'quality' of 'performance': value function best 0.995 -> 1",
        "“performance”的评价准则“quality”：评分函数 最佳值 0.995 -> 1",
    ),
    (
        lambda edited: criterion(edited, "delivery")["value"]["points"][0].__setitem__(1, "10"),
        "steps[1].criteria[1].value.points[0]",
        "changed",
        "criterion 'delivery' of 'performance': value function points no. 1 [0.7, 0] -> [0.7, 10]",
        "“performance”的评价准则“delivery”：评分函数 分数 第 1 项 [0.7, 0] -> [0.7, 10]",
    ),
    (
        lambda edited: criterion(edited, "delivery")["value"].update(points=[[0, 0], [1, 9], [2, 9]]),
        "steps[1].criteria[1].value.points",
        "changed",
        "criterion 'delivery' of 'performance': value function points [[0.7, 0], [1, 100]] -> [[0, 0], [1, 9], [2, 9]]",
        "“performance”的评价准则“delivery”：评分函数 分数 [[0.7, 0], [1, 100]] -> [[0, 0], [1, 9], [2, 9]]",
    ),
    (
        lambda edited: criterion(edited, "category")["value"]["points"].update(raw=55),
        "steps[1].criteria[2].value.points.raw",
        "changed",
        "criterion 'category' of 'performance': value function points raw 50 -> 55",
        "“performance”的评价准则“category”：评分函数 分数 raw 50 -> 55",
    ),
    (
        lambda edited: criterion(edited, "quality").pop("value"),
        "steps[1].criteria[0].value",
        "removed",
        "criterion 'quality' of 'performance': value function linear {worst: 0.9, best: 0.995} -> not set",
        "“performance”的评价准则“quality”：评分函数 linear {worst: 0.9, best: 0.995} -> 未设定",
    ),
    (
        lambda edited: criterion(edited, "quality").update(applies="certified"),
        "steps[1].criteria[0].applies",
        "added",
        "criterion 'quality' of 'performance': applies not set -> certified",
        "“performance”的评价准则“quality”：适用条件 未设定 -> certified",
    ),
    (
        lambda edited: step(edited, "performance")["criteria"].append(
            {"id": "speed", "of": "delivery", "weight": "25", "missing": "null"}
        ),
        "steps[1].criteria[3]",
        "added",
        "criterion 'speed' of 'performance' added (20.0 % of the total)",
        "新增“performance”的评价准则“speed”（占总权重 20.0 %）",
    ),
    (
        lambda edited: step(edited, "performance")["criteria"].pop(0),
        "steps[1].criteria[0]",
        "removed",
        "criterion 'quality' of 'performance' removed (40.0 % of the total)",
        "删除“performance”的评价准则“quality”（占总权重 40.0 %）",
    ),
    (
        lambda edited: step(edited, "grade")["bands"][0].update({"from": "92"}),
        "steps[2].bands[0].from",
        "changed",
        "band 'A' of 'grade': from 90 -> 92",
        "“grade”的等级“A”：起点 90 -> 92",
    ),
    (
        lambda edited: step(edited, "grade")["hysteresis"].update(margin="3"),
        "steps[2].hysteresis.margin",
        "changed",
        "step 'grade': hysteresis margin 2 -> 3",
        "步骤“grade”：滞后规则 余量 2 -> 3",
    ),
    (
        lambda edited: step(edited, "grade").pop("hysteresis"),
        "steps[2].hysteresis",
        "removed",
        "step 'grade': hysteresis {previous: previous, margin: 2} -> not set",
        "步骤“grade”：滞后规则 {previous: previous, margin: 2} -> 未设定",
    ),
    (
        lambda edited: step(edited, "shortfall").update(formula="max(0, 95 - performance)"),
        "steps[3].formula",
        "changed",
        "step 'shortfall': formula max(0, 90 - performance) -> max(0, 95 - performance)",
        "步骤“shortfall”：公式 max(0, 90 - performance) -> max(0, 95 - performance)",
    ),
    (
        lambda edited: edited["steps"].__setitem__(
            3, {"kind": "gate", "id": "shortfall", "checks": [{"id": "one", "require": "certified"}]}
        ),
        "steps[3]",
        "changed",
        "step 'shortfall': kind formula -> gate",
        "步骤“shortfall”：类型 formula -> gate",
    ),
    (
        lambda edited: edited["steps"].pop(3),
        "steps[3]",
        "removed",
        "step 'shortfall' removed",
        "删除步骤“shortfall”",
    ),
    (
        lambda edited: edited["steps"].append(edited["steps"].pop(3)),
        "steps[3]",
        "moved",
        "step 'incentive' moved behind 'grade' (an order: no result changes)",
        "步骤“incentive”移至“grade”之后（仅为顺序，不影响结果）",
    ),
    (
        lambda edited: row(edited, "best")["when"].update(grade="B"),
        "steps[4].rows[0].when.grade",
        "changed",
        "row 'best' of 'incentive': when grade A -> B",
        "“incentive”的规则行“best”：条件 grade A -> B",
    ),
    (
        lambda edited: row(edited, "best")["when"].update(category="raw"),
        "steps[4].rows[0].when.category",
        "added",
        "row 'best' of 'incentive': when category added: raw",
        "“incentive”的规则行“best”：条件 category 新增 raw",
    ),
    (
        lambda edited: row(edited, "best")["when"].pop("grade"),
        "steps[4].rows[0].when.grade",
        "removed",
        "row 'best' of 'incentive': when grade removed, it was A",
        "“incentive”的规则行“best”：条件 grade 已删除，原为 A",
    ),
    (
        lambda edited: row(edited, "best")["then"].update(change=None),
        "steps[4].rows[0].then.change",
        "changed",
        "row 'best' of 'incentive': then change 0.1 -> missing",
        "“incentive”的规则行“best”：结果 change 0.1 -> 缺失",
    ),
    (
        lambda edited: step(edited, "incentive")["rows"].insert(0, step(edited, "incentive")["rows"].pop()),
        "steps[4].rows[0]",
        "moved",
        "row 'bad' of 'incentive' moved to the front (rows are tried from the top)",
        "“incentive”的规则行“bad”移至最前（规则行自上而下匹配）",
    ),
    (
        lambda edited: step(edited, "incentive").pop("otherwise"),
        "steps[4].otherwise",
        "removed",
        "step 'incentive': otherwise {action: keep, change: 0} -> not set",
        "步骤“incentive”：默认结果 {action: keep, change: 0} -> 未设定",
    ),
    (
        lambda edited: step(edited, "incentive")["outputs"]["action"]["options"].append("ask"),
        "steps[4].outputs.action.options",
        "changed",
        "output 'action' of 'incentive': options [grow, keep, stop] -> [grow, keep, stop, ask]",
        "“incentive”的输出项“action”：选项 [grow, keep, stop] -> [grow, keep, stop, ask]",
    ),
    (
        lambda edited: edited["cases"][0]["expect"].update(action="stop"),
        "cases[0].expect.action",
        "added",
        "case 'uncertified': expected action added: stop (a case: no result changes)",
        "用例“uncertified”：预期 action 新增 stop（仅为用例，不影响结果）",
    ),
    (
        lambda edited: edited.pop("cases"),
        "cases[0]",
        "removed",
        "case 'uncertified' removed (a case: no result changes)",
        "删除用例“uncertified”（仅为用例，不影响结果）",
    ),
)


@pytest.mark.parametrize(("edit", "path", "kind", "english", "chinese"), EDITS, ids=[edit[3][:60] for edit in EDITS])
def test_every_single_edit_is_told_in_one_sentence(
    edit: Edit, path: str, kind: str, english: str, chinese: str
) -> None:
    change = only(edit)

    assert (path, kind, english, chinese) == (change.path, change.kind, change.text.en, change.text.zh)


@pytest.mark.parametrize("edit", [edit[0] for edit in EDITS], ids=[edit[3][:60] for edit in EDITS])
def test_the_way_back_is_told_too(edit: Edit) -> None:
    edited = rules()
    edit(edited)
    before, after = load_policy(rules()), load_policy(edited)

    (forth,), (back,) = diff_policies(before, after), diff_policies(after, before)

    opposite = {"added": "removed", "removed": "added"}
    assert opposite.get(forth.kind, forth.kind) == back.kind
    if forth.kind != "moved":
        assert (forth.before, forth.after) == (back.after, back.before)


def test_a_part_that_came_is_told_as_the_rule_set_writes_it() -> None:
    change = only(lambda edited: edited["inputs"].update(spare={"type": "boolean", "optional": True}))

    assert {"type": "boolean", "optional": True} == change.after
    assert change.before is None


def test_what_is_written_as_it_would_be_without_it_is_no_change() -> None:
    def spell_out(edited: Rules) -> None:
        step(edited, "performance").update(decimals=2, method={"kind": "weighted_mean"})
        criterion(edited, "quality").update(weight=40.0)
        step(edited, "qualified")["checks"][0].update(if_false="fail", if_unknown="fail")
        step(edited, "shortfall").update(formula="max( 0, (90 - performance) )")

    assert () == changes(spell_out)


def test_the_order_of_inputs_outputs_and_keys_says_nothing() -> None:
    def turn(edited: Rules) -> None:
        edited["inputs"] = dict(reversed(edited["inputs"].items()))
        step(edited, "incentive")["outputs"] = dict(reversed(step(edited, "incentive")["outputs"].items()))
        row(edited, "best")["when"] = dict(reversed(row(edited, "best")["when"].items()))

    assert () == changes(turn)


def test_as_few_rows_are_moved_as_explain_the_order() -> None:
    def turn(edited: Rules) -> None:
        table = step(edited, "incentive")
        table["rows"] = [{**table["rows"][0], "id": f"r{number}", "when": {}} for number in (3, 0, 1, 5, 2, 4)]

    def before(edited: Rules) -> None:
        table = step(edited, "incentive")
        table["rows"] = [{**table["rows"][0], "id": f"r{number}", "when": {}} for number in range(6)]

    first, second = rules(), rules()
    before(first)
    turn(second)

    told = [(change.path, change.kind) for change in diff_policies(load_policy(first), load_policy(second))]
    assert [("steps[4].rows[0]", "moved"), ("steps[4].rows[3]", "moved")] == told


def test_the_order_of_rows_that_exclude_each_other_changes_no_result() -> None:
    def unique(reverse: bool) -> Policy:  # noqa: FBT001  one of two
        edited = rules()
        table = step(edited, "incentive")
        table["hit"] = "unique"
        table["rows"] = [row(edited, "best"), row(edited, "bad")][:: -1 if reverse else 1]
        return load_policy(edited)

    (change,) = diff_policies(unique(reverse=False), unique(reverse=True))

    assert change.text.en.endswith(" (an order: no result changes)")


def test_of_two_long_formulas_the_part_that_differs_is_shown() -> None:
    long = " + ".join(["performance"] * 20)

    def formula(last: str) -> Policy:
        edited = rules()
        step(edited, "shortfall")["formula"] = f"{long} + {last}"
        return load_policy(edited)

    (change,) = diff_policies(formula("1"), formula("2"))

    assert "step 'shortfall': formula ...nce + performance + 1 -> ...nce + performance + 2" == change.text.en
    assert f"{long} + 1" == change.before


def test_a_strategy_that_means_something_else_now_is_told() -> None:
    @attrs.frozen
    class Own:
        factor: int = 1

    def lower(_spec: Own, operand: Expression, _kind: Type) -> Expression:
        return operand

    def with_version(version: str) -> Strategies:
        return STRATEGIES.with_strategy(ValueFunction(kind="own", version=version, spec=Own, lower=lower))

    edited = rules()
    criterion(edited, "quality")["value"] = {"kind": "own"}
    before, after = (load_policy(edited, strategies=with_version(version)) for version in ("1", "2"))
    (change,) = diff_policies(before, after)

    assert ("strategies.own", ["1"], ["2"]) == (change.path, change.before, change.after)
    assert "strategy 'own': version 1 -> 2" == change.text.en
    assert () == diff_policies(*(load_policy(rules(), strategies=with_version(version)) for version in ("1", "2")))


def test_no_sentence_is_longer_than_a_label_may_be() -> None:
    def lengthen(edited: Rules) -> None:
        edited["label"] = "x" * MAX_LABEL_CHARACTERS
        edited["inputs"]["category"]["options"] += [f"{number}{'y' * 190}" for number in range(100)]
        criterion(edited, "category")["value"]["otherwise"] = 0
        criterion(edited, "category")["value"]["points"].update({f"7{'y' * 190}": "1.23456789"})

    told = changes(lengthen)

    assert 4 == len(told)
    assert all(len(change.text.en) <= MAX_LABEL_CHARACTERS for change in told)


ACCEPTED = sorted((Path(__file__).resolve().parents[1] / "accepted").glob("*.toml"))


@pytest.mark.parametrize("file", ACCEPTED, ids=lambda file: file.stem)
def test_nothing_changed_between_a_rule_set_and_its_dump(file: Path) -> None:
    policy = load_policy(tomllib.loads(file.read_text("utf-8")))

    assert () == diff_policies(policy, policy)
    assert () == diff_policies(policy, load_policy(dump_policy(policy)))


@given(chosen=st.sets(st.sampled_from(range(len(EDITS))), min_size=1, max_size=3))
def test_edits_that_leave_each_other_alone_are_all_told(chosen: set[int]) -> None:
    edits = [EDITS[place] for place in sorted(chosen)]
    edited = rules()
    try:
        for edit in edits:
            edit[0](edited)
        policy = load_policy(copy.deepcopy(edited))
    except (ValueError, LookupError, StopIteration):
        return  # edits that exclude each other
    told = diff_policies(load_policy(rules()), policy)

    assert told
    if len(edits) == 1:
        assert [edits[0][1]] == [change.path for change in told]


@given(policy=loaded_policies())
def test_a_rule_set_differs_in_nothing_from_itself(policy: Policy) -> None:
    assert () == diff_policies(policy, policy)


@given(before=loaded_policies(), after=loaded_policies())
def test_something_is_told_if_and_only_if_the_fingerprints_differ(before: Policy, after: Policy) -> None:
    told = diff_policies(before, after)
    of_the_rules = [change for change in told if "no result changes" not in change.text.en or change.kind == "moved"]

    assert (before.fingerprint == after.fingerprint) == (not of_the_rules)
    assert len({(change.path, change.kind) for change in told}) == len(told)
