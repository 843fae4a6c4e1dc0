"""Wording: every phrase that explanations, reports and replays say, in English and Chinese, in one table.

A phrase may have places in braces that `say` fills. Both languages have the same places, in whatever
order their grammar wants, so that both say the same numbers.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from unicodedata import category

from supplychain_rules.rules.reasons import Cause
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.scaled import shifted

__all__ = [
    "MAX_SHOWN_TEXT",
    "PHRASES",
    "called",
    "cause_text",
    "lacking",
    "named",
    "one_line",
    "percent",
    "say",
    "shown",
    "visible",
]

#: Longest text of a record that is shown: enough for a remark, too short to drown an explanation.
MAX_SHOWN_TEXT: Final = 200

#: Unicode categories that would break a line, reach a terminal as a command, or cannot be written to a file.
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})

#: Characters that turn the direction of the text after them, so that "fail" could read otherwise.
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

#: Every phrase by its key: English, Chinese.
PHRASES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        # The whole
        "language_tag": Label("en", "zh-Hans"),  # of HTML (BCP 47): Chinese here is in simplified characters
        "title": Label("{label} ({id} {version})", "{label}（{id} {version}）"),
        "title_plain": Label("{id} {version}", "{id} {version}"),
        "fingerprint": Label("Fingerprint of the rules", "规则指纹"),
        "record": Label("Record", "记录"),
        "input": Label("Input", "输入项"),
        "name": Label("Name", "名称"),
        "value": Label("Value", "值"),
        "heading": Label("{number}. {name}, {kind}: {outcome}", "{number}. {name}，{kind}：{outcome}"),
        "named": Label("{label} ({name})", "{label}（{name}）"),
        "line": Label("{term}: {text}", "{term}：{text}"),
        "comma": Label(", ", "，"),
        "list": Label(", ", "、"),
        "semicolon": Label("; ", "；"),
        "gives": Label(" -> {value}", " → {value}"),
        "equals": Label("{name} = {value}", "{name} = {value}"),
        # Values
        "missing": Label("missing", "缺失"),
        "yes": Label("yes", "是"),
        "no": Label("no", "否"),
        "percent": Label("{number} %", "{number} %"),
        "unknown": Label("unknown", "未知"),
        "is_missing": Label("{name} is missing", "{name}缺失"),
        "is_missing_spaced": Label("{name} is missing", "{name} 缺失"),
        "zero_divisor": Label("the divisor {formula} is 0", "除数 {formula} 为 0"),
        "values_read": Label("Values read", "读取值"),
        # Formulas
        "kind_formula": Label("formula", "公式"),
        "formula": Label("Formula", "公式"),
        "with": Label(" with {values}", "，其中 {values}"),
        "rounded": Label(", rounded half up to {places} decimals", "，四舍五入至 {places} 位小数"),
        # Gates
        "kind_gate": Label("gate", "准入门槛"),
        "pass": Label("pass", "通过"),
        "fail": Label("fail", "不通过"),
        "refer": Label("refer", "转人工"),
        "holds": Label("holds", "满足"),
        "holds_not": Label("does not hold", "不满足"),
        "condition": Label("Condition", "条件"),
        "reason": Label("Reason", "原因"),
        # Scorecards
        "kind_scorecard": Label("scorecard ({method})", "记分卡（{method}）"),
        "weighted_mean": Label("weighted mean", "加权平均"),
        "geometric_mean": Label("weighted geometric mean", "加权几何平均"),
        "worst_of": Label("worst of", "最低值法"),
        "points": Label("points added up", "分数累加"),
        "contributions": Label("How the score adds up", "得分构成"),
        "criterion": Label("Criterion", "评价准则"),
        "score_points": Label("Points", "分数"),
        "factor": Label("Times", "倍数"),
        "share": Label("Weight", "权重"),
        "counted_share": Label("Counted", "实际权重"),
        "contribution": Label("Contribution", "贡献分"),
        "total": Label("Score", "得分"),
        "coverage": Label("Coverage", "覆盖率"),
        "coverage_text": Label("{coverage} of the weights have data", "有数据的权重占 {coverage}"),
        "minimum_coverage": Label("at least {minimum} needed", "最低要求 {minimum}"),
        "no_minimum": Label("no minimum", "无最低要求"),
        "no_coverage": Label("no criterion applies", "没有适用的评价准则"),
        "interval": Label("Possible score", "得分区间"),
        "interval_text": Label("{low} to {high}", "{low} 至 {high}"),
        "interval_wide": Label("by what the missing values may be", "取决于缺失值的实际情况"),
        "interval_point": Label("no value of this scorecard is missing", "本记分卡无缺失值"),
        "no_score": Label("No score", "无得分"),
        "because_null": Label("for lack of {names}", "因缺少 {names}"),
        "because_coverage": Label(
            "the coverage of {coverage} is below the minimum of {minimum}", "覆盖率 {coverage} 低于最低要求 {minimum}"
        ),
        "because_rounding": Label("before rounding", "按四舍五入前的数值"),
        "because_no_data": Label("no criterion has data", "所有评价准则均无数据"),
        "because_method": Label("the method gives none for these points", "该计算方式对这些分数不给出得分"),
        "unscored": Label("{value} has no points", "{value} 没有对应的分数"),
        "reweighted": Label("left out; the others share its weight", "不计入，其权重由其余准则分摊"),
        "null": Label("no score without it", "缺少该项则无得分"),
        "worst": Label("counted at its least, {points} points", "按最低分 {points} 计入"),
        "neutral": Label("counted at the neutral {points} points", "按中性分 {points} 计入"),
        "not_applicable": Label(
            " does not hold, so it does not apply and leaves the coverage too", " 不满足，故不适用，也不计入覆盖率"
        ),
        "applies_unknown": Label(" is unknown, so it is taken to apply", " 无法判断，按适用处理"),
        "scale": Label("Points for {name}", "评分标准（{name}）"),
        "scale_linear": Label(
            "straight from {worst} = 0 to {best} = 100 points", "从 {worst} = 0 分到 {best} = 100 分线性变化"
        ),
        "scale_target": Label(
            "100 points from {least} to {most}, straight down to 0 at {low} and at {high}",
            "{least} 至 {most} 得 100 分，向两侧线性降至 {low} 和 {high} 处的 0 分",
        ),
        "scale_piecewise": Label("straight between {points} points", "按 {points} 分逐段线性变化"),
        "scale_steps": Label("{points} points", "{points} 分"),
        "scale_rest": Label("else", "其余"),
        "scale_missing": Label("outside: no points", "范围外：无分数"),
        # Ladders
        "kind_ladder": Label("ladder", "分级阶梯"),
        "by_thresholds": Label("By the thresholds alone", "仅按临界值"),
        "previous": Label("Previous band", "上次等级"),
        "no_previous": Label("no previous band, so the thresholds stand", "无上次等级，临界值不变"),
        "indicated": Label("Indicated band", "应评等级"),
        "moved": Label(", thresholds moved by {margin} against a change", "，为避免频繁变动，临界值调整 {margin}"),
        "held": Label("Held back", "暂缓变动"),
        "held_text": Label(
            "{indicated} is indicated for {count} of {periods} evaluations running, so {band} stays",
            "应评 {indicated} 已连续 {count} 次，满 {periods} 次方可变动，暂维持 {band}",
        ),
        # Tables
        "kind_table": Label("decision table ({hit})", "决策表（{hit}）"),
        "hit_first": Label("first row that hits", "首条命中"),
        "hit_unique": Label("one row hits at most", "唯一命中"),
        "hit_any": Label("rows that hit agree", "一致命中"),
        "hit_priority": Label("best outcome that hits", "优先命中"),
        "hit_collect sum": Label("sum of the rows that hit", "汇总命中：求和"),
        "hit_collect min": Label("least of the rows that hit", "汇总命中：取最小"),
        "hit_collect max": Label("largest of the rows that hit", "汇总命中：取最大"),
        "hit_collect count": Label("number of the rows that hit", "汇总命中：计数"),
        "row": Label("row {name}", "规则行 {name}"),
        "hits": Label("hit", "命中"),
        "cell_fails": Label("{column} is {seen}, the cell asks {cell}", "{column} = {seen}，单元格要求 {cell}"),
        "cell_asks": Label("the cell asks {cell}", "单元格要求 {cell}"),
        "decided": Label("Decided by", "判定依据"),
        "otherwise": Label("otherwise, as no row hits", "默认结果，因无规则行命中"),
        "no_otherwise": Label("no row hits, and there is no otherwise", "无规则行命中，也未设默认结果"),
        "collected": Label("{count} rows that hit", "{count} 条命中的规则行"),
        # Ranks, quantiles and shares
        "kind_rank": Label("rank", "排名"),
        "kind_quantile": Label("quantile", "分位分级"),
        "kind_share": Label("share of the total", "占比"),
        "compared": Label("Compared", "比较"),
        "compared_text": Label(
            "{count} records have a value: {better} better, {equal} equal with this one among them, {worse} worse",
            "{count} 条记录有值：优于本条 {better} 条，相同 {equal} 条（含本条），劣于本条 {worse} 条",
        ),
        "among": Label("Among records with", "参与比较的记录"),
        "counted": Label("{count} records have a value", "{count} 条记录有值"),
        "best_first": Label("Best value", "最优值"),
        "descending": Label("the largest", "最大者"),
        "ascending": Label("the smallest", "最小者"),
        "ties": Label("Equal values", "并列"),
        "ties_min": Label("share the first of their places", "并列者取其中最前的名次"),
        "ties_max": Label("share the last of their places", "并列者取其中最后的名次"),
        "ties_dense": Label("share a place, and none is left out after it", "并列者名次相同，其后名次不空缺"),
        "class": Label("class {value} of {classes}", "第 {value} 级（共 {classes} 级）"),
        "in_class": Label("Values in class {value}", "第 {value} 级的取值范围"),
        "best_class": Label("Class {classes}", "第 {classes} 级"),
        "better_high": Label("the largest values", "数值最大者"),
        "better_low": Label("the smallest values", "数值最小者"),
        "cuts": Label("Cut points", "分界点"),
        "cuts_text": Label("fixed in the rules; no other record is compared", "由规则固定，不与其他记录比较"),
        "sum": Label("Total", "合计"),
        "total_text": Label("{total}, of {count} records that have a value", "{total}，来自 {count} 条有值的记录"),
        "before": Label("Larger values ({count})", "更大的值（{count} 个）"),
        "scale_peer_high": Label(
            "straight from the least value = 0 to the largest = 100 points of all records",
            "在全部记录中，从最小值 = 0 分到最大值 = 100 分线性变化",
        ),
        "scale_peer_low": Label(
            "straight from the largest value = 0 to the least = 100 points of all records",
            "在全部记录中，从最大值 = 0 分到最小值 = 100 分线性变化",
        ),
        "peers_within": Label("only records alike in {name}", "仅限{name}相同的记录"),
        "peers": Label("least {least}, largest {largest}", "最小值 {least}，最大值 {largest}"),
        "no_peers": Label("no record has a value", "没有记录有值"),
        # Reports
        "rank": Label("Rank", "名次"),
        "summary": Label("Summary", "汇总"),
        "records": Label("{count} records", "共 {count} 条记录"),
        "no_records": Label("No records.", "没有记录。"),
        "count": Label("Count", "数量"),
        "ranking": Label("Ranking", "排名"),
        "ranked_by": Label("Ranked by {name}; equal values share a rank", "按{name}排名，数值相同者名次并列"),
        "explanations": Label("Explanations", "逐项解释"),
        "notes": Label("Notes", "说明"),
        # Replays
        "replay_title": Label(
            "Replay of {policy}, decided by version {version} (rules {fingerprint})",
            "复算 {policy}，当时所用版本 {version}（规则 {fingerprint}）",
        ),
        "replay_by": Label(
            "Replayed by version {version} (rules {fingerprint})", "复算所用版本 {version}（规则 {fingerprint}）"
        ),
        "replay_versions": Label("Versions at hand: {versions}", "现有版本：{versions}"),
        "verdict_same": Label("The same rules give the same result.", "规则相同，结果相同。"),
        "verdict_same_outputs": Label(
            "The same rules give the same outputs, but inputs or reasons read otherwise.",
            "规则相同，输出相同，但输入或理由有所不同。",
        ),
        "verdict_different": Label(
            "The same rules give other outputs: the library, a strategy, or what was stored has changed.",
            "规则相同，输出不同：程序库、计算方式或所存数据已有改动。",
        ),
        "verdict_rules_changed_same_outputs": Label("Other rules give the same outputs.", "规则不同，输出相同。"),
        "verdict_rules_changed_different": Label("Other rules give other outputs.", "规则不同，输出不同。"),
        "verdict_inputs_refused": Label("These rules do not take the stored inputs.", "所用规则不接受所存的输入。"),
        "verdict_policy_missing": Label(
            "The rules that decided are not at hand, and no single other version can stand in for them.",
            "当时所用的规则不在手边，也没有唯一可替代的版本。",
        ),
        "verdict_population_needed": Label(
            "These rules compare records with each other, and a stored decision holds only one of them.",
            "所用规则须比较多条记录，而所存的决定只含其中一条。",
        ),
        "replay_steps": Label("Steps that compare records: {steps}", "须比较多条记录的步骤：{steps}"),
        "replay_problems": Label("Why they are refused:", "不接受的原因："),
        "replay_differences": Label("What differs:", "不同之处："),
        "replay_changes": Label("What changed in the rules:", "规则的改动："),
        "difference_changed": Label("{path}: {stored} -> {now}", "{path}：{stored} → {now}"),
        "difference_added": Label("{path}: {now}, which was not stored", "{path}：{now}（当时未存）"),
        "difference_removed": Label("{path}: {stored}, which is not there today", "{path}：{stored}（现已没有）"),
    }
)


def say(key: str, lang: Lang, **places: str) -> str:
    """Return a phrase in a language, its places filled.

    Raises:
        InvalidValueError: a language that phrases are not written in.

    >>> say("unscored", "en", value="120")
    '120 has no points'
    """
    text = PHRASES[key].text(lang)
    return text.format(**places) if places else text


def shown(value: object, lang: Lang) -> str:
    """Return a value as people read it: numbers with all their decimals, yes and no, missing by its word.

    >>> shown(True, "zh"), shown(None, "en")
    ('是', 'missing')
    """
    match value:
        case None:
            return say("missing", lang)
        case bool():
            return say("yes" if value else "no", lang)
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return one_line(str(value))


def one_line(text: str) -> str:
    r"""Return a text of a record, bounded, so that it can neither break its line nor turn its direction.

    >>> one_line("Acme\n2. score: 100")
    'Acme\\x0a2. score: 100'
    """
    return visible(text if len(text) <= MAX_SHOWN_TEXT else text[: MAX_SHOWN_TEXT - 3] + "...")


def visible(text: str) -> str:
    """Return a text of a rule set, such as a formula, whole and on one line."""
    if text.isprintable():  # the usual case, tested by one call
        return text
    return "".join(_escaped(c) if category(c) in _UNPRINTABLE or c in _TURNING else c for c in text)


def called(name: str, label: Label | None, lang: Lang) -> str:
    """Return the label in a language, or the name where there is none."""
    return (label.text(lang) if label is not None else "") or one_line(name)


def named(name: str, label: Label | None, lang: Lang) -> str:
    """Return the label with the name beside it, so that a reader finds it in formulas too.

    >>> named("grade", Label("Grade", "评级"), "zh")
    '评级（grade）'
    """
    text, plain = called(name, label, lang), one_line(name)
    return plain if text == plain else say("named", lang, label=text, name=plain)


def percent(share: Decimal, lang: Lang) -> str:
    """Return a share of 4 decimals as a percentage of 2.

    >>> percent(Decimal("0.6154"), "en")
    '61.54 %'
    """
    return say("percent", lang, number=format(shifted(share, 2), "f"))


def cause_text(causes: tuple[Cause, ...], lang: Lang) -> str:
    """Return why something is missing or unknown, in one clause for each cause."""
    clauses = []
    for cause in causes:
        if cause.kind == "zero_divisor":
            clauses.append(say("zero_divisor", lang, formula=visible(cause.of)))
        else:
            clauses.append(lacking(called(cause.of, cause.label, lang), lang))
    return say("comma", lang).join(clauses)


def lacking(name: str, lang: Lang) -> str:
    """Say that something is missing; Chinese sets a space after a Latin name only."""
    return say("is_missing_spaced" if name[-1:].isascii() else "is_missing", lang, name=name)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
