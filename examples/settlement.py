"""Settle a contract year: breaches and remedies, the price of steel, a shared saving, and one statement that adds up.

    python examples/settlement.py                              # the sample beside this script
    python examples/settlement.py --lang zh --chart shares.html
    python examples/settlement.py POLICY.toml ACTUALS.json --json

The policy holds three parts, each as the library keeps it: a `contract`, a price `adjustment` and a `settlement`. The
actuals hold the facts of the year, the index values with their source, and what it all cost. The chart needs the extra
`charts`; without it everything else works. Its page fetches the library that draws it when it is opened. The clock of
the machine is never asked.
"""

import argparse
import io
import json
import os
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs

from supplychain_rules import Ledger, Money, Period
from supplychain_rules.display.charts import shares_chart
from supplychain_rules.errors import MissingExtraError, SupplyChainRulesError
from supplychain_rules.facts.plain import from_plain
from supplychain_rules.facts.prices import IndexValue
from supplychain_rules.partnership import contracts, prices, sharing
from supplychain_rules.values.label import LANGS, Label, Lang
from supplychain_rules.values.money import total
from supplychain_rules.values.scaled import number_text

__all__ = ["main"]

HERE: Final = Path(__file__).resolve().parent
POLICY: Final = HERE / "partnership" / "nordic_steel.toml"
ACTUALS: Final = HERE / "partnership" / "nordic_steel_2023.json"

#: How far the chart reaches below and above the target.
REACH: Final = (Fraction(3, 4), Fraction(5, 4))

BREACHES: Final = Label("Breaches, {contract}, {period}", "违约情况：{contract}，{period}")
NOT_JUDGED: Final = Label("not judged by {clause}: {why} ({subjects})", "未按 {clause} 判定：{why}（{subjects}）")
TERMINATION: Final = Label(
    "{creditor} may terminate: {count} breaches by {on}", "{creditor} 有权解除合同：至 {on} 累计 {count} 次违约"
)
STEEL: Final = Label("The target follows its indexes", "目标成本随指数调整")
GAIN: Final = Label("The saving and its shares", "节约及其分享")
STATEMENT: Final = Label("One statement", "结算汇总")
CLAUSES: Final = Label("What the clauses do", "条款分析")
NO_LOSS: Final = Label("{party} is without loss at a cost in {where}", "{party} 不亏损的成本范围：{where}")
SHARE: Final = Label("share of the saving", "节约分享")
ROUNDING: Final = Label("rounding", "舍入")
SUM: Final = Label("sum", "合计")
TARGET: Final = Label("target", "目标")
COST: Final = Label("cost", "实际成本")
ASSUMED: Final = Label("point of total assumption", "完全承担点")
SAVED: Final = Label("The chart is in {file}", "图表已保存至 {file}")
NO_CHART: Final = Label("No chart: {why}", "未生成图表：{why}")


@attrs.frozen(kw_only=True)
class Year:
    """What was read: three policies, the facts, the indexes and what it cost."""

    contract: contracts.Contract
    adjustment: prices.AdjustmentClause
    settlement: sharing.SettlementPolicy
    ledger: Ledger
    indices: tuple[IndexValue, ...]
    source: str
    outturn: Money
    period: Period
    as_of: date


@attrs.frozen(kw_only=True)
class Outcome:
    """What the year comes to."""

    compliance: contracts.Compliance
    remedies: contracts.Settlement
    adjustment: prices.Adjustment
    settlement: sharing.Settlement
    analysis: sharing.Analysis
    #: What each party gets by each line, less than zero where it gives.
    lines: tuple[tuple[Label, Mapping[str, Money]], ...]
    net: Mapping[str, Money]


def read_year(policy: Path, actuals: Path) -> Year:
    """Read the policy and the actuals."""
    agreed = tomllib.loads(policy.read_text("utf-8"))
    found = json.loads(actuals.read_text("utf-8"))
    known_on = date.fromisoformat(found["indices"]["known_on"])
    return Year(
        contract=contracts.load_contract(agreed["contract"]),
        adjustment=prices.load_adjustment_clause(agreed["adjustment"]),
        settlement=sharing.load_settlement(agreed["settlement"]),
        ledger=Ledger(from_plain(fact) for fact in found["facts"]),
        indices=tuple(
            IndexValue(series=series, on=date.fromisoformat(f"{month}-01"), value=value, known_on=known_on)
            for series, values in found["indices"]["series"].items()
            for month, value in values.items()
        ),
        source=found["indices"]["source"],
        outturn=Money(found["outturn"]["amount"], found["outturn"]["currency"]),
        period=Period(*(date.fromisoformat(found["period"][end]) for end in ("start", "end"))),
        as_of=date.fromisoformat(found["as_of"]),
    )


def settle_year(year: Year) -> Outcome:
    """Settle the year: nothing here is more than a call of the library, and an addition."""
    compliance = contracts.check_compliance(year.contract, year.ledger, year.period, as_of=year.as_of)
    remedies = contracts.settle(year.contract, compliance)
    last_day = date.fromordinal(year.period.end.toordinal() - 1)
    adjusted = prices.adjust(
        year.adjustment, year.indices, year.settlement.base, on=_index_day(year, last_day), as_of=year.as_of
    )
    policy = sharing.adjust_base(year.settlement, {year.adjustment.id: adjusted.change})
    settlement = sharing.settle(policy, {"outturn": year.outturn})
    lines = tuple(_statement_lines(year, remedies, settlement))
    currency = year.settlement.currency
    net = {party: total((line[party] for _, line in lines), currency) for party in policy.parties}
    return Outcome(
        compliance=compliance,
        remedies=remedies,
        adjustment=adjusted,
        settlement=settlement,
        analysis=sharing.analyse(policy),
        lines=lines,
        net=net,
    )


def _index_day(year: Year, last_day: date) -> date:
    """Return the day whose indexes count: the last day of the year, or of the last month that was published by then."""
    published = max(value.on for value in year.indices)
    return min(last_day, published)


def _statement_lines(
    year: Year, remedies: contracts.Settlement, settlement: sharing.Settlement
) -> Iterator[tuple[Label, Mapping[str, Money]]]:
    """Yield the lines of the statement, each with what every party gets."""
    nothing = dict.fromkeys(year.settlement.parties, Money(0, year.settlement.currency))
    yield SHARE, nothing | dict(settlement.shares)
    labels = {clause.id: clause.label or Label(clause.id) for clause in year.contract.clauses}
    by_clause: dict[str, dict[str, Money]] = {}
    for party in remedies.parties:
        for line in contracts.statement(remedies, party).lines:
            shares = by_clause.setdefault(line.clause, dict(nothing))
            shares[party] += line.amount
    for clause, shares in sorted(by_clause.items()):
        yield labels.get(clause, Label(clause)), shares


def report(year: Year, outcome: Outcome, lang: Lang) -> Iterator[str]:
    """Yield the lines of the report."""
    contract = (year.contract.label or Label(year.contract.id)).text(lang)
    yield _head(BREACHES.text(lang).format(contract=contract, period=year.period))
    yield from (breach.text(lang) for breach in outcome.compliance.breaches)
    for one in outcome.compliance.not_judged:
        yield NOT_JUDGED.text(lang).format(
            clause=one.clause, why=one.reason.text(lang), subjects=", ".join(one.subjects)
        )
    for right in outcome.compliance.terminations:
        told = TERMINATION.text(lang)
        yield told.format(creditor=right.creditor, count=len(right.breaches), on=right.on)
    yield _head(STEEL.text(lang))
    yield year.source
    yield outcome.adjustment.explain(lang)
    yield _head(GAIN.text(lang))
    yield outcome.settlement.text(lang)
    yield _head(STATEMENT.text(lang))
    yield from _table(outcome, lang)
    yield _head(CLAUSES.text(lang))
    yield outcome.analysis.text(lang)
    policy = outcome.analysis.compiled.policy
    for party in policy.parties:
        where = sharing.outturns(policy, party, at_least=Money(0, policy.currency))
        yield NO_LOSS.text(lang).format(party=party, where=where)


def _table(outcome: Outcome, lang: Lang) -> Iterator[str]:
    """Yield the statement as a table: a line each, a column a party, and the sums both ways."""
    parties = list(outcome.net)
    currency = outcome.settlement.pool.currency
    rows = [(label.text(lang), [*shares.values()]) for label, shares in outcome.lines]
    rows.append((SUM.text(lang), list(outcome.net.values())))
    shown = [
        [name, *(str(each).removeprefix(f"{currency} ") for each in (*row, total(row, currency)))] for name, row in rows
    ]
    table = [["", *parties, SUM.text(lang)], *shown]
    widths = [max(_width(row[place]) for row in table) for place in range(len(table[0]))]
    for row in table:
        first, *rest = (
            _padded(cell, width, left=place == 0) for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *rest]).rstrip()


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text


def as_data(year: Year, outcome: Outcome) -> dict[str, Any]:
    """Return everything as data that JSON can keep."""
    return {
        "contract": year.contract.id,
        "as_of": year.as_of.isoformat(),
        "breaches": [
            {"id": each.id, "facts": list(each.facts), "text": each.text()} for each in outcome.compliance.breaches
        ],
        "adjustment": outcome.adjustment.to_dict(),
        "settlement": outcome.settlement.to_dict(),
        "statement": {
            "lines": [
                {"line": label.text("en"), **{party: number_text(money.amount) for party, money in shares.items()}}
                for label, shares in outcome.lines
            ],
            "net": {party: number_text(money.amount) for party, money in outcome.net.items()},
        },
        "analysis": outcome.analysis.to_dict(),
    }


def save_chart(outcome: Outcome, file: Path, lang: Lang) -> None:
    """Save what each party gets over the cost as one HTML file."""
    compiled = outcome.analysis.compiled
    policy = compiled.policy
    target = Fraction(policy.base.amount)
    low, high = (target * part for part in REACH)
    assumed = {ASSUMED.text(lang): point for point in outcome.analysis.total_assumption.values()}
    marks: dict[str, Any] = {TARGET.text(lang): target, COST.text(lang): outcome.settlement.outturn.amount} | assumed
    marks = {name: at for name, at in marks.items() if low <= at <= high}
    title = (policy.label or Label(policy.id)).text(lang)
    chart = shares_chart(
        compiled.parties, low=low, high=high, marks=marks, unit=policy.currency, title=title, lang=lang
    )
    chart.save(str(file))


def _head(title: str) -> str:
    return f"\n== {title}"


def main(arguments: Sequence[str]) -> int:
    """Run the example; 0 where it could, 1 where what it read was refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("policy", type=Path, nargs="?", default=POLICY, metavar="POLICY.toml")
    parser.add_argument("actuals", type=Path, nargs="?", default=ACTUALS, metavar="ACTUALS.json")
    parser.add_argument("--json", action="store_true", help="print everything as JSON, and save no chart")
    parser.add_argument("--lang", choices=LANGS, default="en", help="the language of the report")
    chart = Path("settlement.html")
    parser.add_argument("--chart", type=Path, default=chart, metavar="FILE.html", help="where the chart goes")
    given = parser.parse_args(arguments)
    try:
        year = read_year(given.policy, given.actuals)
        outcome = settle_year(year)
    except (OSError, KeyError, ValueError, SupplyChainRulesError) as error:
        print(f"{given.policy.name}, {given.actuals.name}: {error}", file=sys.stderr)
        return 1
    if given.json:
        print(json.dumps(as_data(year, outcome), ensure_ascii=False, indent=2))
        return 0
    print("\n".join(report(year, outcome, given.lang)).lstrip())
    try:
        save_chart(outcome, given.chart, given.lang)
    except MissingExtraError as error:
        print("\n" + NO_CHART.text(given.lang).format(why=error))
    else:
        print("\n" + SAVED.text(given.lang).format(file=given.chart))
    return 0


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
