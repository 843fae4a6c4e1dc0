"""A finding: one thing that `verify` found in a rule set, with a record that shows it.

A finding is no error of the rule set's form, which `load_policy` refuses: the rules run, but not as their owner
means them to.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.values.label import Label, Lang

__all__ = ["FINDING_KINDS", "SEVERITIES", "Finding", "FindingKind", "Severity"]

#: How much a finding matters: `error` is wrong whatever was meant, `warning` is wrong unless it was meant,
#: `info` is worth a look, `undecided` says that the search ended before it knew.
Severity = Literal["error", "warning", "info", "undecided"]

#: The severities, the worst first.
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)

#: What `verify` looks for, each with its name in English and Chinese.
FINDING_KINDS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "gap": Label("gap", "缺口"),
        "overlap": Label("overlap", "重叠"),
        "masked_row": Label("masked row", "被遮蔽的规则行"),
        "unreachable_row": Label("unreachable row", "不可达的规则行"),
        "subsumed_row": Label("subsumed row", "被包含的规则行"),
        "contraction": Label("rows that could be one", "可合并的规则行"),
        "unreachable_band": Label("unreachable band", "不可达的等级"),
        "unreachable_outcome": Label("unreachable outcome", "不可达的结果"),
        "unreachable_option": Label("unreachable option", "不可达的选项"),
        "idle_check": Label("check without effect", "无作用的检查项"),
        "idle_criterion": Label("criterion without effect", "无作用的评价准则"),
        "zero_weight": Label("weight of zero", "零权重"),
        "weight_sum": Label("weights that do not add up", "权重合计异常"),
        "dominant_weight": Label("dominant weight", "主导权重"),
        "non_monotone_value": Label("value function that is not monotone", "非单调的评分函数"),
        "flat_value": Label("flat value function", "平坦的评分函数"),
        "oscillation": Label("hysteresis that can oscillate", "可能振荡的滞后规则"),
        "unknown_handling": Label("handling of unknown that contradicts itself", "未知值处理自相矛盾"),
        "case_without_row": Label("case that hits no row", "未命中任何规则行的用例"),
        "row_without_case": Label("row without a case", "没有用例的规则行"),
        "unread_input": Label("input that nobody reads", "无人读取的输入项"),
        "version_gap": Label("gap between versions", "版本间的空档"),
        "version_overlap": Label("overlap of versions", "版本重叠"),
        "undecided": Label("undecided", "未能判定"),
    }
)

#: A key of `FINDING_KINDS`.
FindingKind = Literal[
    "gap",
    "overlap",
    "masked_row",
    "unreachable_row",
    "subsumed_row",
    "contraction",
    "unreachable_band",
    "unreachable_outcome",
    "unreachable_option",
    "idle_check",
    "idle_criterion",
    "zero_weight",
    "weight_sum",
    "dominant_weight",
    "non_monotone_value",
    "flat_value",
    "oscillation",
    "unknown_handling",
    "case_without_row",
    "row_without_case",
    "unread_input",
    "version_gap",
    "version_overlap",
    "undecided",
]


def _copied(witness: Mapping[str, object] | None) -> Mapping[str, object] | None:
    return None if witness is None else dict(witness)  # not a read-only view: findings can be pickled


@final
@attrs.frozen(kw_only=True)
class Finding:
    """One finding: what kind, how grave, where, in words, and a record that shows it.

    >>> print(Finding(kind="gap", severity="error", path="steps[0].rows", message=Label("no row hits", "无规则行命中")))
    error at steps[0].rows: no row hits [gap]
    """

    kind: FindingKind
    severity: Severity
    #: Where in the rule set, as `steps[1].rows[3]`.
    path: str
    #: What was found, in English and Chinese.
    message: Label
    #: A record that shows it, as `evaluate` takes it; None where no record could (a row that nothing reaches).
    witness: Mapping[str, object] | None = attrs.field(default=None, converter=_copied, hash=False)

    def text(self, lang: Lang = "en") -> str:
        """Return the finding as one line in a language, with the witness where there is one."""
        where = self.path or {"en": "rule set", "zh": "规则集"}[lang]
        shown = ""
        if self.witness is not None:
            fields = ", ".join(f"{name}={value}" for name, value in self.witness.items())
            shown = {"en": f"; for example {fields}", "zh": f"；例如 {fields}"}[lang]
        joined = {"en": f"{self.severity} at {where}: ", "zh": f"{_SEVERITY_ZH[self.severity]}（{where}）："}[lang]
        return f"{joined}{self.message.text(lang)}{shown} [{self.kind}]"

    def __str__(self) -> str:
        """Return the finding as one line in English."""
        return self.text("en")


_SEVERITY_ZH: Final[Mapping[Severity, str]] = MappingProxyType(
    {"error": "错误", "warning": "警告", "info": "提示", "undecided": "未判定"}
)
